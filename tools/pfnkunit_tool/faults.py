# SPDX-License-Identifier: GPL-2.0
"""Faults that can be switched on, as semantic patches, and when one counts as caught.

Every fault is a Coccinelle semantic patch that wraps itself in a test of
pfnkunit_fault, so that one kernel holds all of them and a boot parameter
switches one on. Its head says what it is:

    // Fault N: what is wrong
    // Fixed by: commit "title" (version) [H]   only for bugs of the past
    // Kernels: all | 7.3- | -6.12              from, up to; without a line 7.3-
    // Machines: um x86_64                      those that show it; without a line um
    // Caught by: suite.case*                   what must fail
    // File: mm/memory.c                        repeated, or with (7.3-) behind it
"""

import fnmatch
import glob
import os
import re
from dataclasses import dataclass
from typing import List, Sequence, Tuple

from . import boots, ktap
from .stop import SETUP, Stop

ALL = "all"
KERNELS = re.compile(r"all|\d+\.\d+-|-\d+\.\d+")
NAMES_A_FILE = re.compile(r"(\S+)(?: \((.*)\))?")


@dataclass(frozen=True)
class Target:
    """A file that a fault goes into; without a directory it is one of this project."""

    path: str
    kernels: str = ALL

    @property
    def ours(self) -> bool:
        """True for a file of this project."""
        return "/" not in self.path


@dataclass(frozen=True)
class Fault:
    """A semantic patch, and what its head says about it."""

    number: int
    title: str
    caught_by: str
    path: str
    targets: Tuple[Target, ...]
    kernels: str = "7.3-"
    machines: Tuple[str, ...] = ("um",)
    fixed_by: str = ""

    @property
    def name(self) -> str:
        """The patch's file name."""
        return os.path.splitext(os.path.basename(self.path))[0]

    def files(self, version: str) -> List[str]:
        """The kernel's files that it goes into, for a version such as 7.3 or 6.12.117."""
        if not covers(self.kernels, version):
            return []
        return [item.path for item in self.targets
                if not item.ours and covers(item.kernels, version)]

    def of_driver(self) -> bool:
        """True when it is in this project's driver."""
        return any(item.ours for item in self.targets)

    def claims(self, version: str, machine: str) -> bool:
        """True when it must be caught there."""
        return machine in self.machines and covers(self.kernels, version)


def covers(kernels: str, version: str) -> bool:
    """True when a version is in a range such as all, 7.3- or -6.12."""
    if kernels == ALL:
        return True
    have, limit = _number(version), _number(kernels.strip("-"))
    return have >= limit if kernels.endswith("-") else have <= limit


def _number(version: str) -> Tuple[int, int]:
    match = re.match(r"(\d+)\.(\d+)", version)
    if not match:
        raise Stop(SETUP, f"{version} is no kernel version")
    return int(match.group(1)), int(match.group(2))


def read(path: str) -> Fault:
    """Reads the head of a semantic patch."""
    with open(path, encoding="utf-8") as file:
        text = file.read()

    def lines(key: str) -> List[str]:
        return re.findall(rf"^// {key}: (.*)$", text, re.MULTILINE)

    head = re.search(r"^// Fault (\d+): (.*)$", text, re.MULTILINE)
    caught_by = lines("Caught by")
    kernels = (lines("Kernels") or ["7.3-"])[0]
    targets = [_target(line) for line in lines("File")]
    ranges = [kernels, *(item.kernels for item in targets)]
    if not head or not caught_by or not targets \
            or not all(KERNELS.fullmatch(item) for item in ranges) \
            or not re.search(rf"pfnkunit_fault [!=]= {head.group(1)}\b", text):
        raise Stop(SETUP, f"{path}: needs the lines '// Fault N: ...', '// Caught by: ...' and "
                          "'// File: ...', kernels such as all, 7.3- or -6.12, and a test of "
                          "pfnkunit_fault for N")
    return Fault(int(head.group(1)), head.group(2), caught_by[0], path, tuple(targets), kernels,
                 tuple((lines("Machines") or ["um"])[0].split()),
                 "".join(lines("Fixed by")[:1]))


def _target(line: str) -> Target:
    match = NAMES_A_FILE.fullmatch(line)
    return Target(match.group(1), match.group(2) or ALL) if match else Target(line, "")


def read_all(directory: str) -> List[Fault]:
    """The faults of a directory, by number."""
    found = [read(path) for path in glob.glob(os.path.join(directory, "*.cocci"))]
    return sorted(found, key=lambda fault: fault.number)


def boot(fault: Fault, seconds: float) -> boots.Boot:
    """The boot that has to catch it.

    Only what catches it runs: others may crash the kernel before.
    """
    return boots.Boot(fault.name, (f"kunit.filter_glob={fault.caught_by}",
                                   f"pfnkunit_fault={fault.number}"), seconds)


def caught(fault: Fault, outcome: boots.Outcome) -> List[str]:
    """The cases that failed as they should, each by an assertion of its own."""
    said = asserted(outcome.lines)
    return [case.path for case in outcome.of_status(ktap.FAILED)
            if fnmatch.filter([case.path], fault.caught_by) and said & set(case.name.split("/"))]


def asserted(lines: Sequence[str]) -> "set[str]":
    """The functions in which an assertion failed, by a console log."""
    matches = (ktap.ASSERTION.match(ktap.strip(line)) for line in lines)
    return {match.group(1) for match in matches if match}


def verdict(fault: Fault, outcome: boots.Outcome) -> str:
    """Why a fault was not caught as it should be; nothing when it was."""
    if caught(fault, outcome):
        return ""
    failed = [case.path for case in outcome.of_status(ktap.FAILED)]
    if failed and fnmatch.filter(failed, fault.caught_by):
        return f"{failed[0]} failed without an assertion"
    if failed:
        return f"only {failed[0]} failed, expected {fault.caught_by}"
    if outcome.green:
        return "no case failed; all green"
    how = "; ".join(text for text, seen in (
        ("the kernel hung", outcome.timed_out), (outcome.died, outcome.died),
        (f"{len(outcome.splats)} splat(s)", outcome.splats),
        (f"{len(outcome.of_status(ktap.SKIPPED))} case(s) skipped, none passed",
         not outcome.of_status(ktap.PASSED) and not outcome.splats)) if seen)
    return f"no case failed; {how}"


def catchers(fault: Fault, outcome: boots.Outcome) -> str:
    """The cases that caught it, for a line."""
    found = caught(fault, outcome)
    return found[0] + (f" and {len(found) - 1} more" if len(found) > 1 else "")
