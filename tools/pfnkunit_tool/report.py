# SPDX-License-Identifier: GPL-2.0
"""From logs to a verdict: data first, then the text derived from it."""

import json
import os
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Sequence

from . import death, ktap
from .splats import DIED, Expected, Splat, scan
from .stop import BUILD_FAILED, MEANING, NO_BOOT, PASSED, SETUP, TESTS_FAILED, USAGE, Stop

RESULT = "result.json"
SHOWN = 20
SHOWN_SAYING, SAID = 3, 16
"""Cases, and lines of each."""
COMPILER_ERROR = re.compile(r"\berror\b|\*\*\*|undefined reference|No such file", re.IGNORECASE)


@dataclass
class Result:
    """All a run says, in the form it is written to result.json."""

    kernel: str = ""
    arch: str = ""
    machine: str = ""
    arguments: List[str] = field(default_factory=list)
    cases: List[ktap.Case] = field(default_factory=list)
    splats: List[Splat] = field(default_factory=list)
    expected: List[Expected] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)
    seconds: Dict[str, float] = field(default_factory=dict)
    logs: str = ""
    picture: str = ""
    """The file that shows where pages landed, where a case told."""
    exit_code: int = PASSED

    def of_status(self, status: str) -> List[ktap.Case]:
        """The cases with this status."""
        return [case for case in self.cases if case.status == status]

    def fail(self, code: int, problem: str) -> None:
        """Notes a problem; the gravest code so far stays."""
        self.problems.append(problem)
        self.exit_code = max(self.exit_code, code)


def judge(result: Result, notes: Dict[str, Any], status: int, deadly: bool = False) -> None:
    """Fills result from the launcher's notes, the logs and kunit.py's exit status.

    In a deadly run the kernel may die as announced, which kunit.py takes for a crash.
    """
    stages = notes.get("stages", {})
    result.seconds.update({name: stage["seconds"] for name, stage in stages.items()})
    for name in ("configure", "build"):
        if name in stages and not stages[name]["ok"]:
            result.fail(BUILD_FAILED, f"the kernel did not {name}{_first_errors(result.logs)}")
            return
    boots = [boot for boot in notes.get("boots", []) if not boot["listing"]]
    if not boots:
        if status == USAGE:
            result.fail(USAGE, "kunit.py did not take the arguments; its message is above")
        else:
            result.fail(NO_BOOT, "kunit.py ended without booting a kernel; its messages are above")
        return
    for boot in boots:
        _judge_boot(result, boot, deadly)
    _judge_cases(result)
    if status and not deadly and not result.exit_code:
        result.fail(TESTS_FAILED, f"kunit.py ended with status {status}; its messages are above")


def _judge_boot(result: Result, boot: Dict[str, Any], deadly: bool) -> None:
    with open(os.path.join(result.logs, boot["log"]), encoding="utf-8", errors="replace") as file:
        lines = ktap.without_beginnings(file.read().splitlines())
    found = ktap.parse(lines)
    _name_the_only_case(found, boot.get("filter") or "")
    bad, expected = scan(lines, found.cases)
    if deadly and death.as_announced(lines, found, bad, expected):
        found.cases[0].status, found.complete = ktap.PASSED, True
    _give_reasons_again(found.cases)
    for case in found.cases:
        case.log = boot["log"]
    result.cases += found.cases
    result.splats += [Splat(item.case, item.text, item.line, boot["log"]) for item in bad]
    result.expected += expected
    if found.complete:
        return
    where = os.path.join(result.logs, boot["log"])
    last = f"; last line: {lines[-1].strip()}" if lines else ""
    if not found.started:
        result.fail(NO_BOOT, f"the kernel did not get to the tests{last} ({where})")
    elif boot["timed_out"]:
        result.fail(NO_BOOT, f"the kernel hung after {boot['seconds']:.0f} s{last} ({where})")
    elif any(DIED.search(line) for line in lines):
        result.fail(TESTS_FAILED, f"the kernel crashed during the tests ({where})")
    else:
        result.fail(NO_BOOT, f"the kernel stopped during the tests{last} ({where})")


def _name_the_only_case(found: ktap.Results, chosen: str) -> None:
    """Where a boot was for one case, that is the one which was cut short."""
    suite, _, case = chosen.partition(".")
    if case and "*" not in case and [item.name for item in found.cases] == [ktap.FIRST]:
        found.cases[0].suite, found.cases[0].name = suite, case


def _give_reasons_again(cases: Sequence[ktap.Case]) -> None:
    """Where KUnit skips a case because it did so before, the reason is that of the first time."""
    reasons: Dict[str, str] = {}
    for case in cases:
        if case.status != ktap.SKIPPED:
            continue
        case.reason = case.reason or reasons.get(case.path, "")
        reasons[case.path] = case.reason
        reasons.setdefault(case.path.split("/")[0], case.reason)


def _judge_cases(result: Result) -> None:
    bad = len(result.of_status(ktap.FAILED)) + len(result.of_status(ktap.CRASHED))
    passed, skipped = result.of_status(ktap.PASSED), result.of_status(ktap.SKIPPED)
    silent = [case for case in skipped if not case.reason]
    if bad:
        result.fail(TESTS_FAILED, f"{bad} case(s) failed")
    if not result.cases:
        result.fail(TESTS_FAILED, "no case ran: does the filter name a suite that is built in?")
    elif not passed and not bad:
        result.fail(TESTS_FAILED, f"all {len(skipped)} case(s) were skipped")
    if silent:
        result.fail(TESTS_FAILED, f"{len(silent)} case(s) skipped without a reason, "
                                  f"such as {silent[0].path}")
    if result.splats:
        result.fail(TESTS_FAILED, f"{len(result.splats)} splat(s) in the log")


def _first_errors(logs: str) -> str:
    path = os.path.join(logs, "build.log")
    if not os.path.exists(path):
        return "; kunit.py's message is above"
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line.strip() for line in file if COMPILER_ERROR.search(line)]
    shown = "".join(f"\n    {line}" for line in lines[:5])
    return f" (all of it: {path}){shown}"


def write(result: Result, path: str, option: str = "") -> None:
    """Writes the data; see write_data()."""
    write_data(asdict(result), path, option)


def write_data(data: Any, path: str, option: str = "") -> None:
    """Writes what a command has found; option is that which named the place."""
    try:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(data, file, indent=1)
            file.write("\n")
    except OSError as error:
        raise Stop(SETUP, f"{option} {path}: {error.strerror}".lstrip()) from error


def _table(cases: Sequence[ktap.Case]) -> List[str]:
    suites: Dict[str, Dict[str, int]] = {}
    for case in cases:
        counts = suites.setdefault(case.suite, {})
        status = ktap.FAILED if case.status == ktap.CRASHED else case.status
        counts[status] = counts.get(status, 0) + 1
    rows = list(suites.items())
    if len(rows) > 1:
        total = {status: sum(counts.get(status, 0) for _, counts in rows)
                 for status in (ktap.PASSED, ktap.FAILED, ktap.SKIPPED)}
        rows.append(("all", total))
    width = max([len(name) for name, _ in rows] + [9])
    head = f"{'suite':{width}}  passed  failed  skipped"
    return [head] + [f"{name:{width}}  {counts.get(ktap.PASSED, 0):6}  "
                     f"{counts.get(ktap.FAILED, 0):6}  {counts.get(ktap.SKIPPED, 0):7}"
                     for name, counts in rows]


def said(result: Result) -> List[str]:
    """The names of the cases that failed, each with what the log has of it."""
    lines: List[str] = []
    failed = result.of_status(ktap.FAILED) + result.of_status(ktap.CRASHED)
    for case in failed[:SHOWN_SAYING]:
        lines.append(f"{case.status}    {case.path}")
        path = os.path.join(result.logs, case.log)
        with open(path, encoding="utf-8", errors="replace") as file:
            before = [ktap.strip(line) for line in file][:max(case.line - 1, 0)]
        ends = [number for number, line in enumerate(before, 1) if ktap.RESULT.match(line)]
        lines += [f"    {line.strip()}" for line in before[ends[-1] if ends else 0:][-SAID:]]
    return lines


def text(result: Result) -> str:
    """The summary people read."""
    lines = ["", f"kernel    {result.kernel}", f"machine   {result.machine}"]
    if result.cases:
        lines += _table(result.cases)
    failed = result.of_status(ktap.FAILED) + result.of_status(ktap.CRASHED)
    lines += [f"{case.status}    {case.path}" for case in failed[:SHOWN]]
    reasons: Dict[str, int] = {}
    for case in result.of_status(ktap.SKIPPED):
        reason = case.reason or "(no reason given)"
        reasons[reason] = reasons.get(reason, 0) + 1
    lines += [f"skipped   {count}: {reason}" for reason, count in sorted(reasons.items())]
    lines += [f"splat     {item.case}: {item.text} ({item.log}:{item.line})"
              for item in result.splats[:SHOWN]]
    if not result.splats and result.cases:
        lines.append("splats    none")
    if result.expected:
        seen = sum(item.seen for item in result.expected)
        announced = sum(item.announced for item in result.expected)
        lines.append(f"reports   {seen} provoked on purpose, {announced} announced")
    if result.picture:
        lines.append(f"picture   {result.picture}")
    seconds = ", ".join(f"{name} {value:.1f}" for name, value in result.seconds.items())
    lines += [f"seconds   {seconds}", f"logs      {result.logs}"]
    lines += [f"problem   {problem}" for problem in result.problems]
    lines.append(f"{'PASSED' if result.exit_code == PASSED else 'FAILED'}: "
                 f"{MEANING[result.exit_code]}")
    return "\n".join(lines)
