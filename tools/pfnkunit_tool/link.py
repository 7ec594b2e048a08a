# SPDX-License-Identifier: GPL-2.0
"""Makes a checkout visible in a kernel tree, and takes it out again.

Three pieces: the symbolic link mm/pfnkunit, one line in mm/Kconfig and one in
mm/Makefile. Taking them out leaves the tree as it was, byte for byte, whatever
else its owner has changed meanwhile.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass
from typing import Callable, List, Optional

from .stop import SETUP, Stop

LINK = "mm/pfnkunit"
KCONFIG = "mm/Kconfig"
MAKEFILE = "mm/Makefile"
KCONFIG_LINE = b'source "mm/pfnkunit/Kconfig"'
MAKEFILE_LINE = b"obj-y += pfnkunit/"

NEEDED = (KCONFIG, MAKEFILE, "Kbuild", "tools/testing/kunit/kunit.py")


@dataclass
class State:
    """Which of the three pieces a tree has."""

    target: Optional[str]
    kconfig: bool
    makefile: bool

    def missing(self) -> List[str]:
        """The pieces that are not there."""
        pieces = ((self.target, LINK), (self.kconfig, KCONFIG), (self.makefile, MAKEFILE))
        return [name for there, name in pieces if not there]


def check_tree(tree: str) -> None:
    """Refuses what is no kernel tree."""
    if not os.path.isdir(tree):
        raise Stop(SETUP, f"{tree}: no such directory; name a Linux source tree")
    for name in NEEDED:
        if not os.path.isfile(os.path.join(tree, name)):
            raise Stop(SETUP, f"{tree}: not a Linux source tree with KUnit (it has no {name})")


def state(tree: str) -> State:
    """Looks which pieces are there."""
    path = os.path.join(tree, LINK)
    target = None
    if os.path.islink(path):
        target = os.path.realpath(path)
    elif os.path.lexists(path):
        raise Stop(SETUP, f"{path} is there and is not a link of ours; move it away first")
    return State(target, _has_line(os.path.join(tree, KCONFIG), KCONFIG_LINE),
                 _has_line(os.path.join(tree, MAKEFILE), MAKEFILE_LINE))


def link(tree: str, checkout: str) -> bool:
    """Links checkout into tree; False when it already was."""
    check_tree(tree)
    now = state(tree)
    _refuse_foreign(tree, checkout, now)
    missing = now.missing()
    if not missing:
        return False
    if len(missing) < 3:
        raise Stop(SETUP, f"{tree} is linked only in part (missing: {', '.join(missing)}); "
                          f"run 'pfnkunit unlink {tree}' to clear it, then link again")
    _refuse_read_only(tree)
    try:
        os.symlink(checkout, os.path.join(tree, LINK))
        _rewrite(os.path.join(tree, MAKEFILE), _append_line)
        _rewrite(os.path.join(tree, KCONFIG), _insert_before_endmenu)
    except BaseException:
        unlink(tree, checkout)
        raise
    return True


def unlink(tree: str, checkout: str) -> bool:
    """Takes checkout out of tree; False when there was nothing to take."""
    check_tree(tree)
    now = state(tree)
    _refuse_foreign(tree, checkout, now)
    found = len(now.missing()) < 3
    if found:
        _refuse_read_only(tree)
        if now.kconfig:
            _rewrite(os.path.join(tree, KCONFIG), lambda text: _without(text, KCONFIG_LINE))
        if now.makefile:
            _rewrite(os.path.join(tree, MAKEFILE), lambda text: _without(text, MAKEFILE_LINE))
        if now.target:
            os.unlink(os.path.join(tree, LINK))
    _refuse_leftovers(tree)
    return found


def relink(tree: str, checkout: str) -> None:
    """Points a tree that belongs to the tool at checkout, whoever had it before."""
    now = state(tree)
    if now.missing():
        unlink(tree, now.target or checkout)
        link(tree, checkout)
    elif now.target != os.path.realpath(checkout):
        path = os.path.join(tree, LINK)
        os.symlink(checkout, path + ".new")
        os.replace(path + ".new", path)


def _refuse_foreign(tree: str, checkout: str, now: State) -> None:
    if now.target and now.target != os.path.realpath(checkout) and os.path.isdir(now.target):
        raise Stop(SETUP, f"{tree} is already linked by another checkout, {now.target}; "
                          f"run '{now.target}/tools/pfnkunit unlink {tree}' first")


def _refuse_read_only(tree: str) -> None:
    for name in ("mm", KCONFIG, MAKEFILE):
        path = os.path.join(tree, name)
        if not os.access(path, os.W_OK):
            raise Stop(SETUP, f"{path} cannot be written; link into a tree of your own, "
                              "such as a copy made with 'cp -a'")


def _refuse_leftovers(tree: str) -> None:
    for name in (KCONFIG, MAKEFILE):
        path = os.path.join(tree, name)
        for number, text in enumerate(_read(path).splitlines(), 1):
            if b"pfnkunit/" in text:
                raise Stop(SETUP, f"{path}:{number}: a line that names pfnkunit was edited; "
                                  "take it out by hand")


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _has_line(path: str, line: bytes) -> bool:
    return line in _read(path).split(b"\n")


def _append_line(text: bytes) -> bytes:
    """Adds the last line; a file without a final newline stays one."""
    if text.endswith(b"\n") or not text:
        return text + MAKEFILE_LINE + b"\n"
    return text + b"\n" + MAKEFILE_LINE


def _insert_before_endmenu(text: bytes) -> bytes:
    lines = text.split(b"\n")
    places = [i for i, line in enumerate(lines) if line.strip() == b"endmenu"]
    if not places:
        raise Stop(SETUP, f"{KCONFIG} has no 'endmenu' line; this kernel is not one we know")
    lines.insert(places[-1], KCONFIG_LINE)
    return b"\n".join(lines)


def _without(text: bytes, line: bytes) -> bytes:
    return b"\n".join(item for item in text.split(b"\n") if item != line)


def _rewrite(path: str, change: Callable[[bytes], bytes]) -> None:
    """Replaces a file in one step, with the same mode and owner."""
    text = change(_read(path))
    handle, temporary = tempfile.mkstemp(prefix=".pfnkunit-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        shutil.copymode(path, temporary)
        if os.geteuid() == 0:
            before = os.stat(path)
            os.chown(temporary, before.st_uid, before.st_gid)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
