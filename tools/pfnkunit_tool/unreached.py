# SPDX-License-Identifier: GPL-2.0
"""Why no case reaches some lines and branches: the file tools/coverage/reasons, held
against what was measured."""

import os
import re
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

from .gcov import Coverage
from .stop import SETUP, Stop
from .targets import Function, Version, ends, whole_lines, within

FILE = os.path.join("tools", "coverage", "reasons")
GRAMMAR = f"""\
In the functions with a '!' in the list of targets, every line and branch that is
not reached on UML and x86_64 together needs a reason in {FILE}:

  FILE: FUNCTION: `LINE`, `LINE` #K, `LINE` (N): REASON
  FILE: FUNCTION: *: REASON              (for a function that is never entered)

LINE is the line as the source has it, without what it is indented by; #K is the
K-th such line of the function, (N) says that the line is reached and N of its
branches are not. '[7.3]' in front: only from 7.3 on; '[-7.2]': up to 7.2. Lines
that begin with white space go on. A reason for what is reached or gone is a
failure too."""

LINE = re.compile(r"(?:\[(-?)(\d+)\.(\d+)\] )?([\w./-]+): (\w+): (\*|`.*`(?: #\d+)?(?: \(\d+\))?): "
                  r"(\S.*)")
ITEM = re.compile(r"`([^`]*)`(?: #(\d+))?(?: \((\d+)\))?(?:, |$)")
ALL = "*"


@dataclass(frozen=True)
class Missed:
    """A line that no case reaches, or one with branches that none takes."""

    file: str
    function: str
    line: int
    text: str
    number: int
    """Which of the lines with this text in the function, from 1."""
    branches: int
    """How many branches are never taken; 0 where the line itself is not reached."""

    def __str__(self) -> str:
        which = f" #{self.number}" if self.number > 1 else ""
        branches = f" ({self.branches})" if self.branches else ""
        return f"{self.file}: {self.function}: `{self.text}`{which}{branches}"


@dataclass(frozen=True)
class Reason:
    """One item of a line of the file."""

    file: str
    function: str
    text: str
    number: int
    branches: int
    why: str
    line: int
    first: Optional[Version] = None
    last: Optional[Version] = None

    def wanted_in(self, version: Version) -> bool:
        """It is about this kernel."""
        return within(version, self.first, self.last)

    @property
    def key(self) -> Tuple[str, str, str, int, int]:
        """What a Missed has to be to be meant."""
        return self.file, self.function, self.text, self.number, self.branches


def parse(text: str) -> List[Reason]:
    """Reads the file's text."""
    return [reason for number, line in whole_lines(text) for reason in _line(line, number)]


def _line(text: str, number: int) -> List[Reason]:
    match = LINE.fullmatch(text)
    if not match or len(match.group(7).split()) < 3:
        raise Stop(SETUP, f"{FILE}:{number}: not 'FILE: FUNCTION: `LINE`, ...: REASON'")
    until, major, minor, name, function, items, why = match.groups()
    versions = ends(until, major, minor)
    if items == ALL:
        return [Reason(name, function, ALL, 1, 0, why, number, *versions)]
    found, at = [], 0
    while at < len(items):
        item = ITEM.match(items, at)
        if not item:
            raise Stop(SETUP, f"{FILE}:{number}: what is '{items[at:]}'?")
        found.append(Reason(name, function, item.group(1), int(item.group(2) or 1),
                            int(item.group(3) or 0), why, number, *versions))
        at = item.end()
    return found


def read(project: str) -> List[Reason]:
    """The project's."""
    with open(os.path.join(project, FILE), encoding="utf-8") as file:
        return parse(file.read())


def missed(function: Function, coverage: Coverage, lines: Sequence[str],
           deciding: Sequence[int]) -> List[Missed]:
    """What is not reached in a function; lines are the file's text."""
    file = coverage.get(function.file)
    if not file:
        return []
    found = []
    seen: Dict[str, int] = {}
    for number in range(function.start, function.end + 1):
        text = " ".join(lines[number - 1].split())
        seen[text] = seen.get(text, 0) + 1
        if number not in file.lines:
            continue
        branches = 0
        if file.lines[number] and number in deciding:
            branches = sum(not count for counts in file.branches.get(number, {}).values()
                           for count in counts)
        if branches or not file.lines[number]:
            found.append(Missed(function.file, function.name, number, text, seen[text], branches))
    return found


def disagreements(found: Sequence[Missed], entered: Sequence[Tuple[str, str]],
                  checked: Sequence[Tuple[str, str]], reasons: Sequence[Reason],
                  version: Version) -> List[str]:
    """Where the file and the measurement say different things.

    Entered and checked are functions, by file and name.
    """
    reasons = [reason for reason in reasons if reason.wanted_in(version)]
    by_key = {(item.file, item.function, item.text, item.number, item.branches): item
              for item in found}
    keys = {reason.key for reason in reasons}
    never = {(reason.file, reason.function) for reason in reasons if reason.text == ALL}
    problems = [f"no case, and no reason why: line {item.line}, {item}"
                for key, item in by_key.items()
                if (item.file, item.function) in checked and key not in keys
                and (item.file, item.function) not in never]
    for reason in reasons:
        where = f"{FILE}:{reason.line}"
        if reason.text == ALL:
            if (reason.file, reason.function) in entered:
                problems.append(f"{where}: {reason.function} is entered")
            elif not any((item.file, item.function) == (reason.file, reason.function)
                         for item in found):
                problems.append(f"{where}: {reason.function} is not there")
        elif reason.key not in by_key:
            branches = f" ({reason.branches})" if reason.branches else ""
            problems.append(f"{where}: reached, or gone, or has other branches: "
                            f"{reason.function}: `{reason.text}`{branches}")
    return problems
