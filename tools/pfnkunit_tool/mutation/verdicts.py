# SPDX-License-Identifier: GPL-2.0
"""What the suites say about each mutant."""

import json
import os
from dataclasses import asdict, dataclass
from typing import Dict, Iterable, List

from .. import boots, ktap
from ..splats import Deaths
from .mutants import Mutant

ASSERTION, CRASH, SPLAT, TIMEOUT = "assertion", "crash", "splat", "timeout"
SURVIVED, NOT_REACHED = "survived", "not reached"
NOT_COMPILED, ABSENT, NO_START = "not compiled", "absent", "boots not"
KILLED = (ASSERTION, CRASH, SPLAT, TIMEOUT, NO_START)
ALIVE = (SURVIVED, NOT_REACHED)
ORDER = (ASSERTION, CRASH, SPLAT, TIMEOUT, NO_START, SURVIVED, NOT_REACHED, NOT_COMPILED, ABSENT)

@dataclass
class Verdict:
    """One line of a result file."""

    key: str
    file: str
    function: str
    operator: str
    line: int
    before: str
    after: str
    code: str
    kind: str
    by: str = ""
    """The case that killed it, or why it was not compiled."""
    seconds: float = 0.0
    same_as: str = ""
    """The key of a mutant with the same object code, or 'original'."""
    arch: str = ""


def verdict(mutant: Mutant, kind: str, by: str = "", seconds: float = 0.0,
            arch: str = "") -> Verdict:
    """A verdict on a mutant."""
    return Verdict(mutant.key, mutant.file, mutant.function, mutant.operator, mutant.line,
                   mutant.before, mutant.after, mutant.code, kind, by, seconds, arch=arch)


class Failing:
    """Follows a log line by line up to what settles it.

    That is a failed assertion, a case that is not ok, a crash. A kernel that goes on
    after an Oops has lost a thread, and what fails then may be due to that: so it
    counts as a crash, as it does where the kernel panics.
    """

    def __init__(self) -> None:
        self._deaths = Deaths()

    def settled(self, line: str) -> bool:
        """True for the line that does."""
        return (self._deaths.met(line) or line.lstrip().startswith("not ok ")
                or bool(ktap.ASSERTION.match(line)))


def judge(outcome: boots.Outcome) -> "tuple[str, str]":
    """How a boot with a mutant ended, and the case that showed it."""
    failed = outcome.of_status(ktap.FAILED)
    if failed:
        return ASSERTION, failed[0].path
    if not outcome.started:
        return NO_START, (outcome.died or (outcome.lines or [""])[-1].strip())[:200]
    if not outcome.complete or outcome.died:
        crashed = outcome.of_status(ktap.CRASHED)
        where = crashed[-1].path if crashed else ""
        return (TIMEOUT if outcome.timed_out and not outcome.died else CRASH), where
    if outcome.splats:
        return SPLAT, outcome.splats[0].case
    return SURVIVED, ""


class Results:
    """A file with one verdict a line, written as they come."""

    def __init__(self, path: str, head: Dict[str, str], resume: bool) -> None:
        """With resume, what the file has is kept if its head says the same."""
        self.path = path
        self.known: Dict[str, Verdict] = {}
        if resume and os.path.exists(path):
            found_head, verdicts = load(path)
            if found_head == head:
                self.known = {item.key: item for item in verdicts}
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"head": head}) + "\n")
            file.writelines(json.dumps(asdict(item)) + "\n" for item in self.known.values())

    def add(self, items: Iterable[Verdict]) -> None:
        """Appends verdicts."""
        with open(self.path, "a", encoding="utf-8") as file:
            for item in items:
                self.known[item.key] = item
                file.write(json.dumps(asdict(item)) + "\n")


def load(path: str) -> "tuple[Dict[str, str], List[Verdict]]":
    """Reads a result file; of several verdicts on a mutant the last one counts."""
    head: Dict[str, str] = {}
    found: Dict[str, Verdict] = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            try:
                data = json.loads(line)
            except ValueError:
                continue  # cut short when the run was ended
            if "head" in data:
                head = data["head"]
            else:
                item = Verdict(**data)
                found[item.key] = item
    return head, list(found.values())
