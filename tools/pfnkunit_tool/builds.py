# SPDX-License-Identifier: GPL-2.0
"""Builds of a kernel that begin with another one's."""

import os
import re
import shutil
import subprocess
from typing import Dict, Optional

from .progress import Progress


def begin_with(build_dir: str, to: str, moved: Optional[Dict[str, str]] = None) -> None:
    """Where the build 'to' is not there yet, has it begin as a copy of another, if that is there.

    What the two have in common then need not be compiled again. moved: see copy().
    """
    if os.path.exists(to) or not os.path.exists(os.path.join(build_dir, "vmlinux")):
        return
    with Progress("copying the build", str):
        copy(build_dir, to, moved)


def copy(build_dir: str, to: str, moved: Optional[Dict[str, str]] = None) -> None:
    """Copies a build so that make finds nothing to do in the copy.

    The kernel's objects do not know where they are. objtool's do, and with a
    new objtool make would build the whole kernel again. moved says which source
    trees are elsewhere: all commands name them.
    """
    half = to + ".half"
    shutil.rmtree(half, ignore_errors=True)
    subprocess.run(["cp", "-a", build_dir, half], check=True)
    for top, paths in ((half, moved or {}), (os.path.join(half, "tools"), {build_dir: to})):
        for directory, _, names in os.walk(top) if paths else ():
            for name in names:
                if name.endswith((".cmd", ".d")):
                    _rename_in(os.path.join(directory, name), paths)
    os.rename(half, to)


def _rename_in(path: str, paths: Dict[str, str]) -> None:
    with open(path, "rb") as file:
        text = file.read()
    changed = text
    for old, new in paths.items():
        changed = re.sub(re.escape(old.encode()) + rb"(?=[/\s]|$)", new.encode(), changed)
    if changed != text:
        facts = os.stat(path)
        with open(path, "wb") as file:
            file.write(changed)
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
