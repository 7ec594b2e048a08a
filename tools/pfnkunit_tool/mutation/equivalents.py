# SPDX-License-Identifier: GPL-2.0
"""Mutants that need no case, or can have none: tools/mutation/equivalents and alive.

Those in the first file change nothing that a test could find, and do not count. Those in the
second do change something, and count as alive; a reason says why no case shows it.
"""

import os
import re
from dataclasses import dataclass
from typing import Dict, List, Sequence, Tuple

from ..stop import SETUP, Stop
from ..targets import Version
from . import DIRECTORY, verdicts
from .verdicts import Verdict

FILE = os.path.join(DIRECTORY, "equivalents")
ALIVE = os.path.join(DIRECTORY, "alive")
HEAD = re.compile(r"(?:\[(-?)(\d+)\.(\d+)\] )?(\S+: \w+: \w+: .* => .*)")


@dataclass(frozen=True)
class Entry:
    """A mutant, by its key, and why nothing finds it."""

    key: str
    reason: str
    line: int
    path: str = FILE


def parse(text: str, version: Version, path: str = FILE) -> List[Entry]:
    """The entries for a kernel: lines with keys, then lines with white space and their reason.

    '[7.3]' in front of a key: from that kernel on; '[-7.2]': up to it.
    """
    found: List[Entry] = []
    heads: List[Tuple[int, str]] = []
    reason: List[str] = []

    def close() -> None:
        """Ends the entries that were begun."""
        if heads and len(" ".join(reason).split()) < 3:
            raise Stop(SETUP, f"{path}:{heads[0][0]}: no reason stands below")
        found.extend(Entry(key, " ".join(reason), number, path) for number, key in heads if key)
        heads.clear()
        reason.clear()

    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t":
            reason.append(line.strip())
            continue
        if reason:
            close()
        match = HEAD.fullmatch(line.rstrip())
        if not match:
            raise Stop(SETUP, f"{path}:{number}: not 'FILE: FUNCTION: OPERATOR: OLD => NEW'")
        until, major, minor, key = match.groups()
        bound = (int(major), int(minor)) if major else None
        here = bound is None or (version <= bound if until else version >= bound)
        heads.append((number, key if here else ""))
    close()
    return found


def read(version: Version, path: str = FILE) -> List[Entry]:
    """The project's entries."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return parse(file.read(), version, path)


def reasons(entries: Sequence[Entry]) -> Dict[str, str]:
    """By key."""
    return {entry.key: entry.reason for entry in entries}


def wrong(entries: Sequence[Entry], items: Sequence[Verdict], whole: bool = True) -> List[str]:
    """Entries that are about no mutant of functions that were looked at, or about a killed one.

    Where items are not the whole of these functions' mutants, only the latter.
    """
    known = {item.key: item for item in items}
    functions = {f"{item.file}: {item.function}: " for item in items}
    found = []
    for entry in entries:
        item = known.get(entry.key)
        if whole and item is None and any(entry.key.startswith(name) for name in functions):
            found.append(f"{entry.path}:{entry.line}: there is no such mutant any more: "
                         f"{entry.key}")
        elif item is not None and item.kind in verdicts.KILLED:
            found.append(f"{entry.path}:{entry.line}: not true, {item.by or item.kind} "
                         f"kills it: {entry.key}")
    return found
