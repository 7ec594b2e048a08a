# SPDX-License-Identifier: GPL-2.0
"""Reads the KTAP results in a console log.

kunit.py shows the results to people; this takes them as data, with what its
JSON leaves out: the reason of a skip, the place in the log where a case ended,
and whether the results are complete.
"""

import re
from dataclasses import dataclass, field
from typing import Dict, Iterable, Iterator, List, Optional, Sequence

PASSED = "passed"
FAILED = "failed"
SKIPPED = "skipped"
CRASHED = "crashed"
FIRST = "(cut short in its first case)"

PRINTK_PREFIX = re.compile(r"^(?:<\d+>)?\[ *\d+\.\d+\](?:\[[^\]]*\])? ")
VERSION = re.compile(r"^( *)KTAP version \d+$")
PLAN = re.compile(r"^( *)1\.\.(\d+)$")
RESULT = re.compile(r"^( *)(ok|not ok) (\d+)(?: -)? ?(.*?)(?: # (.*))?$")
SUBTEST = re.compile(r"^( *)# Subtest: (.*)$")
ASSERTION = re.compile(r"^\s*# ([^:]+): (?:EXPECTATION|ASSERTION) FAILED")
DIAGNOSTIC = re.compile(r"^\s*(# |ok |not ok |KTAP version)")


@dataclass
class Case:
    """One leaf result: a case, or one parameter of a case."""

    suite: str
    name: str
    status: str
    reason: str = ""
    line: int = 0
    log: str = ""

    @property
    def path(self) -> str:
        """The full name, such as suite.case/parameter."""
        return f"{self.suite}.{self.name}"


@dataclass
class Results:
    """What one log holds."""

    cases: List[Case] = field(default_factory=list)
    started: bool = False
    complete: bool = False


@dataclass
class _Node:
    """A result line, with its children's leaves already named below it."""

    path: List[str]
    status: str
    reason: str
    line: int


REPLAYED = "** replaying previous printk message **"
"""What a console says that was interrupted in a message, before it prints that again."""

LONGEST_MESSAGE = 8
"""Lines of a message, of which all but the last may have been printed before it was cut."""


def strip(line: str) -> str:
    """A console line without newline and printk time."""
    return PRINTK_PREFIX.sub("", line.rstrip("\r\n"))


def without_beginnings(lines: Sequence[str]) -> List[str]:
    """The lines of a log, with an empty one for each that was cut and printed again.

    A message may have several lines. Nothing may have been printed of it yet: then the line
    before is the end of another one, and stays.
    """
    found = list(lines)
    for number, line in enumerate(lines):
        if not line.endswith(REPLAYED):
            continue
        for count in range(1, min(number, LONGEST_MESSAGE) + 1):
            before = [strip(item) for item in lines[number - count:number]]
            after = [strip(item) for item in lines[number + 1:number + 1 + count]]
            if before[:-1] == after[:-1] and after and after[-1].startswith(before[-1]):
                found[number - count:number] = [""] * count
                break
    return found


def heads_together(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with what the kernel said inside of a suite's head before the head.

    A head is 'KTAP version 1', indented, and the line of results behind it. kunit.py
    takes a suite for another one, and loses count, where there is a line between
    them. It minds none behind the first version line of all, where a list has its items.
    """
    version = None
    for raw in lines:
        line = strip(raw)
        if version is not None and (DIAGNOSTIC.match(line) or PLAN.match(line)):
            yield version
            version = None
        if version is None and VERSION.match(line) and line.startswith(" "):
            version = raw
        else:
            yield raw
    if version is not None:
        yield version


class _Document:
    """The state of one KTAP document while it is read."""

    def __init__(self, headed: bool) -> None:
        self.headed = headed
        self.planned: Optional[int] = None
        self.pending: Dict[int, List[_Node]] = {}
        self.names: Dict[int, str] = {}
        self.finished = 0
        self.last = 0
        self.failing: Optional[_Node] = None

    def complete(self) -> bool:
        """True when every suite that was planned or begun has its result."""
        open_suites = self.names or any(self.pending[depth] for depth in self.pending if depth)
        if open_suites:
            return False
        if self.planned is None:
            return not self.headed
        return self.finished >= self.planned


def parse(lines: Sequence[str]) -> Results:
    """All leaf results of a console log; a log may hold several KTAP documents.

    The suites of a module come without the outermost header and plan.
    """
    results = Results(complete=True)
    document: Optional[_Document] = None
    for number, raw in enumerate(lines):
        line = strip(raw)
        match = VERSION.match(line)
        if match:
            if document is None or not match.group(1):
                if document:
                    _close(results, document)
                document = _Document(headed=not match.group(1))
                results.started = True
            continue
        if document:
            document.last = number
            _read(document, line, number)
    if document:
        _close(results, document)
    results.complete = results.complete and results.started
    return results


def _read(document: _Document, line: str, number: int) -> None:
    match = PLAN.match(line)
    if match:
        if not match.group(1):
            document.planned = int(match.group(2))
        return
    match = SUBTEST.match(line)
    if match:
        document.names[_depth(match)] = match.group(2)
        return
    match = ASSERTION.match(line)
    if match:
        document.failing = _Node([match.group(1)], FAILED, "", number)
        return
    match = RESULT.match(line)
    if match:
        document.failing = None
        depth = _depth(match)
        _result(document.pending, depth, match, number)
        document.names = {key: name for key, name in document.names.items() if 0 < key <= depth}
        document.finished += not depth


def _depth(match: "re.Match[str]") -> int:
    return len(match.group(1)) // 4


def _result(pending: Dict[int, List[_Node]], depth: int, match: "re.Match[str]",
            number: int) -> None:
    _, verdict, _, name, directive = match.groups()
    name = name.strip()
    status, reason = _status(verdict, directive or "")
    below = pending.pop(depth + 1, [])
    nodes = [_Node([name, *node.path], node.status, node.reason, node.line) for node in below]
    if not nodes or (status == FAILED and all(node.status == PASSED for node in nodes)):
        nodes.append(_Node([name], status, reason, number))
    pending.setdefault(depth, []).extend(nodes)


def _status(verdict: str, directive: str) -> "tuple[str, str]":
    if directive.startswith("SKIP"):
        return SKIPPED, directive[len("SKIP"):].strip()
    return (PASSED if verdict == "ok" else FAILED), ""


def _close(results: Results, document: _Document) -> None:
    """Takes over what a document holds.

    A suite cut short gets a crashed case, and a failed one when an assertion of
    the open case had failed before.
    """
    results.complete = results.complete and document.complete()
    for node in document.pending.pop(0, []):
        results.cases.append(Case(node.path[0], "/".join(node.path[1:]) or "(suite)",
                                  node.status, node.reason, node.line))
    names = document.names
    left = [(node, [names[key] for key in range(2, depth + 1) if key in names] + node.path)
            for depth, nodes in document.pending.items() for node in nodes]
    if not names and not left:
        return
    suite = names.get(1, "(suite unknown)")
    for node, path in left:
        results.cases.append(Case(suite, "/".join(path), node.status, node.reason, node.line))
    if document.failing:
        results.cases.append(Case(suite, document.failing.path[0], FAILED, "",
                                  document.failing.line))
    last = max(left, key=lambda item: item[0].line, default=None)
    results.cases.append(Case(suite, f"(cut short after {'/'.join(last[1])})" if last
                              else FIRST, CRASHED, "", document.last))
