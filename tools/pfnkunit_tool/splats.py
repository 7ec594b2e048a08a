# SPDX-License-Identifier: GPL-2.0
"""Finds what a kernel log complains about.

A case that makes the kernel complain on purpose says so before, as a KTAP
diagnostic: 'pfnkunit: expect N report(s): TEXT'. Exactly N complaints that
hold TEXT must follow before that case ends; everything else is a splat. What a
BUG prints besides belongs to it.
"""

import re
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from . import ktap

COMPLAINT = re.compile("|".join((
    r"\bWARNING: ",
    r"\bBUG: ",
    r"\bBUG at ",
    r"\bkernel BUG\b",
    r"Bad page map",
    r"Bad rss-counter",
    r"possible circular locking",
    r"possible recursive locking",
    r"inconsistent lock state",
    r"suspicious RCU usage",
    r"\bINFO: .*(?:blocked for more than|detected stall)",
    r"\bOops\b",
    r"\bInternal error: ",
    r"BAD KERNEL TRAP",
    r"general protection fault",
    r"[Uu]nable to handle kernel",
    r"\b(?:KASAN|KCSAN|KMSAN|KFENCE|UBSAN): ",
    r"Kernel panic",
    r"sleeping function called from invalid context",
    r"scheduling while atomic",
    r"refcount_t: ",
    r"list_(?:add|del) corruption",
    r"stack-protector: ",
    r"soft lockup",
    r"Sysrq : |Segfault with no mm",
    r"(?<!test module )taint(?:s|ing) kernel",
    r"due to kernel taint",
    r"x86/PAT: .*(?:map pfn expected|conflicting)",
    r"ioremap on RAM",
)))
HARMLESS = re.compile(r"RETBleed: WARNING|Spectre V\d.* WARNING|\bSRSO: WARNING"
                      r"|arch/um/drivers/virt-pci\.c:\d+ ")
"""Weaknesses of the CPU, and what UML says of itself with kunit.py's own configuration of 6.12."""

DEATH = re.compile(r"^kernel BUG at |^BUG: failure at ")
"""How a BUG begins. It ends the thread, or on UML the machine."""

DYING = re.compile(r"^(?:Oops: )?invalid opcode: |^Internal error: Oops - BUG: "
                   r"|^BAD KERNEL TRAP: |^Kernel panic - not syncing: BUG!$")
"""What a BUG prints besides, once: x86, arm64, m68k, UML."""

DIED = re.compile(r"Kernel panic|\bOops\b|\bBUG: (?:unable|kernel)|Unable to handle kernel"
                  r"|Internal error: |BAD KERNEL TRAP")
"""The kernel has died, or a thread of it."""

AFTERMATH = re.compile(r"arch/arm64/kernel/process\.c:\d+ at __switch_to\b"
                       r"|kernel/context_tracking\.c:\d+ at ct_kernel_exit\b")
"""What arm64 (7.3) warns of later, once a boot: the thread ended inside an exception."""

FOLLOWS = re.compile(r"due to kernel taint|messages? suppressed")
"""Lines that come along with a report, once, and are not counted."""

EXPECT = re.compile(r"# (?:.*: )?pfnkunit: expect (\d+) reports?(?:\(s\))?: (.*)$")


@dataclass(frozen=True)
class Splat:
    """A complaint nobody announced, or an announced one that did not come."""

    case: str
    text: str
    line: int
    log: str = ""


@dataclass(frozen=True)
class Expected:
    """An announcement, and how many complaints answered it."""

    case: str
    text: str
    announced: int
    seen: int


@dataclass(frozen=True)
class _Window:
    first: int
    last: int
    count: int
    text: str


class Deaths:
    """Follows a log line by line: does something die of what no case announced?"""

    def __init__(self) -> None:
        self._announced: List[str] = []
        self._dying = False

    def met(self, line: str) -> bool:
        """True for a line that says so; the printk time is off it."""
        if ktap.DIAGNOSTIC.match(line):
            announced = EXPECT.search(line)
            if announced:
                self._announced.append(announced.group(2).strip())
            elif ktap.RESULT.match(line):
                self._announced, self._dying = [], False
        elif DEATH.search(line):
            self._dying = any(text in line for text in self._announced)
        elif DIED.search(line):
            expected, self._dying = self._dying and DYING.search(line), False
            return not expected
        return False


def scan(lines: Sequence[str], cases: Sequence[ktap.Case]) -> Tuple[List[Splat], List[Expected]]:
    """The splats of a log, and how its announcements were met."""
    text = [ktap.strip(line) for line in lines]
    windows = _windows(text)
    seen = [0] * len(windows)
    begin = next((number for number, line in enumerate(text) if ktap.VERSION.match(line)), 0)
    splats = []
    dying: Optional[_Window] = None
    died = False
    for number, line in enumerate(text):
        if ktap.DIAGNOSTIC.match(line) or not COMPLAINT.search(line) or HARMLESS.search(line):
            continue
        if FOLLOWS.search(line) and _inside(windows, number):
            continue
        index = _announced(windows, number, line)
        if index is not None:
            seen[index] += 1
            dying = windows[index] if DEATH.search(line) else None
            died = died or bool(dying)
        elif died and AFTERMATH.search(line):
            continue
        elif dying and number < dying.last and DYING.search(line):
            dying = None
        else:
            case = _case_at(cases, number) if number >= begin else "before the first case"
            splats.append(Splat(case, line.strip(), number + 1))
    expected = []
    for window, found in zip(windows, seen):
        case = _case_at(cases, window.first)
        expected.append(Expected(case, window.text, window.count, found))
        if found != window.count:
            splats.append(Splat(case, f"{window.count} report(s) expected, {found} seen: "
                                      f"{window.text}", window.first + 1))
    return splats, expected


def _windows(text: Sequence[str]) -> List[_Window]:
    ends = [number for number, line in enumerate(text) if ktap.RESULT.match(line)]
    windows = []
    for number, line in enumerate(text):
        match = EXPECT.search(line)
        if match:
            last = next((end for end in ends if end > number), len(text))
            windows.append(_Window(number, last, int(match.group(1)), match.group(2).strip()))
    return windows


def _announced(windows: Sequence[_Window], number: int, line: str) -> Optional[int]:
    for index, window in reversed(list(enumerate(windows))):
        if window.first < number < window.last and window.text in line:
            return index
    return None


def _inside(windows: Sequence[_Window], number: int) -> bool:
    return any(window.first < number < window.last for window in windows)


def _case_at(cases: Sequence[ktap.Case], number: int) -> str:
    """The case that was running when this line was printed."""
    later = [case for case in cases if case.line >= number]
    return min(later, key=lambda case: case.line).path if later else "after the last case"
