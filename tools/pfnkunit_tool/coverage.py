# SPDX-License-Identifier: GPL-2.0
"""The command 'coverage': what the suites reach of the functions that matter."""

import json
import os
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any, Collection, Dict, List, Sequence, Tuple

from . import (PROJECT, arches, coverage_text, decisions, gcov, measure, packages, per_case,
               report, run, source, targets, unreached)
from .stop import PASSED, SETUP, TESTS_FAILED, Stop

CHECKED_ON = {arches.UML, "x86_64"}
"""The reasons are about these machines together."""
CHECKED_SINCE = (6, 12)
"""They were never held against an older kernel."""

DESCRIPTION = f"""\
Builds kernels that count (CONFIG_GCOV_KERNEL, in the target files only), has
them run the suites with the counters set to zero before, and shows which lines and
branches of the functions in {targets.FILE} are reached. Branches count in
lines whose source decides something. A kernel with the linear rule (um) and one
with the special bit (x86_64) are needed to reach all of __vm_normal_page().

Written to the output directory: an .info file of lcov for each machine and one of
all, pages of genhtml, coverage.json, coverage.txt.

{unreached.GRAMMAR}"""


@dataclass
class Options:
    """What was asked for."""

    kernel: str
    cache: str
    machines: List[str] = field(default_factory=list)
    suites: str = ""
    functions: str = ""
    """A list of targets that takes the place of the project's."""
    output: str = ""
    base: str = ""
    json: str = ""
    per_case: bool = False
    way: measure.Way = measure.Way()

    @property
    def whole(self) -> bool:
        """All is measured that the reasons are about."""
        return (CHECKED_ON <= set(self.machines) and not self.suites and not self.functions
                and self.way == measure.Way())


@dataclass
class Row:
    """One function, measured."""

    function: targets.Function
    lines: Tuple[int, int]
    """Reached, and all that the compiler made code of."""
    branches: Tuple[int, int]
    machines: Dict[str, Tuple[int, int]]
    missed: List[unreached.Missed]
    conditions: Tuple[int, int] = (0, 0)
    """Outcomes that a term decided, and all, where they were counted."""
    undecided: List[Tuple[int, str]] = field(default_factory=list)
    """Lines with outcomes that never were, and which."""


@dataclass
class Result:
    """The whole measurement."""

    kernel: str
    machines: List[str]
    tree: str
    """Where the kernel's source is."""
    rows: List[Row] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)
    failed: List[str] = field(default_factory=list)
    """Cases that failed while it was measured."""
    notes: List[str] = field(default_factory=list)
    seconds: Dict[str, float] = field(default_factory=dict)
    ran: Dict[str, List[Tuple[str, str]]] = field(default_factory=dict)
    """The cases, by suite and name, that were not skipped on a machine."""
    cases: per_case.Cases = field(default_factory=dict)
    """With --per-case."""
    output: str = ""

    @property
    def exit_code(self) -> int:
        """How the command ends."""
        return TESTS_FAILED if self.problems or self.failed else PASSED


def _share(file: gcov.FileCoverage, function: targets.Function) -> Tuple[int, int]:
    counts = [count for line, count in file.lines.items()
              if function.start <= line <= function.end]
    return sum(map(bool, counts)), len(counts)


def _branches(file: gcov.FileCoverage, function: targets.Function,
              deciding: Sequence[int]) -> Tuple[int, int]:
    counts = [count for line, shapes in file.branches.items() if line in deciding
              and function.start <= line <= function.end
              for shape in shapes.values() for count in shape]
    return sum(map(bool, counts)), len(counts)


def _conditions(file: gcov.FileCoverage, function: targets.Function,
                deciding: Sequence[int]) -> Tuple[Tuple[int, int], List[Tuple[int, str]]]:
    total = missing = 0
    undecided: List[Tuple[int, str]] = []
    for line, by_shape in sorted(file.conditions.items()):
        if line not in deciding or not function.start <= line <= function.end:
            continue
        for outcomes, never in by_shape.items():
            total, missing = total + sum(outcomes), missing + len(never)
            if never and file.lines.get(line):
                undecided.append((line, _terms(outcomes, never)))
    return (total - missing, total), undecided


def _terms(outcomes: Sequence[int], never: Collection[gcov.Outcome]) -> str:
    """Outcomes in words; terms are counted from 1."""
    return ", ".join((f"condition {index + 1} " if len(outcomes) > 1 else "")
                     + f"term {term + 1} {str(value).lower()}"
                     for index, term, value in sorted(never))


def rows(tree: str, functions: Sequence[targets.Function], by_machine: Dict[str, gcov.Coverage],
         merged: gcov.Coverage) -> List[Row]:
    """A row for each function that any machine compiled, in the order of the list."""
    found: List[Row] = []
    empty = gcov.FileCoverage()
    for name in dict.fromkeys(function.file for function in functions):
        with open(targets.path_of(tree, name), encoding="utf-8", errors="replace") as file:
            text = file.read()
        deciding = sorted(decisions.lines(text))
        for function in (item for item in functions if item.file == name):
            total = _share(merged.get(name, empty), function)
            if not total[1]:
                continue
            found.append(Row(function, total,
                             _branches(merged.get(name, empty), function, deciding),
                             {arch: _share(coverage.get(name, empty), function)
                              for arch, coverage in by_machine.items()},
                             unreached.missed(function, merged, text.split("\n"), deciding),
                             *_conditions(merged.get(name, empty), function, deciding)))
    return found


def check(measured: Sequence[Row], version: targets.Version,
          reasons: Sequence[unreached.Reason]) -> List[str]:
    """Where reasons and measurement differ."""
    found = [item for row in measured for item in row.missed]
    entered = [(row.function.file, row.function.name) for row in measured if row.lines[0]]
    checked = [(row.function.file, row.function.name) for row in measured
               if row.function.checked]
    return unreached.disagreements(found, entered, checked, reasons, version)


def as_data(result: Result) -> Dict[str, Any]:
    """The measurement for --json and --base."""
    functions = [{"file": row.function.file, "name": row.function.name,
                  "start": row.function.start, "end": row.function.end,
                  "checked": row.function.checked, "lines": list(row.lines),
                  "branches": list(row.branches),
                  "machines": {arch: list(share) for arch, share in row.machines.items()},
                  "missed": [{"line": item.line, "text": item.text, "number": item.number,
                              "branches": item.branches} for item in row.missed],
                  **({"conditions": list(row.conditions), "undecided": row.undecided}
                     if row.conditions[1] else {})}
                 for row in result.rows]
    data = {"kernel": result.kernel, "machines": result.machines, "functions": functions,
            "problems": result.problems, "failed": result.failed, "seconds": result.seconds}
    return {**data, "cases": result.cases} if result.cases else data


def read_base(path: str) -> Dict[str, Any]:
    """An earlier measurement: its directory, or its coverage.json."""
    name = os.path.join(path, "coverage.json") if os.path.isdir(path) else path
    try:
        with open(name, encoding="utf-8") as file:
            data: Dict[str, Any] = json.load(file)
    except (OSError, ValueError) as error:
        raise Stop(SETUP, f"--base {path}: {name} is no measurement ({error})") from error
    if "functions" not in data:
        raise Stop(SETUP, f"--base {path}: {name} is no measurement of 'pfnkunit coverage'")
    return data


def _one_machine(arch: str, tree: source.Tree, options: Options, wanted: Dict[str, str],
                 result: Result, scratch: str) -> Tuple[measure.Machine, gcov.Coverage]:
    start = time.monotonic()
    job = measure.job_for(tree, options.cache, arch, list(wanted), options.way)
    measure.build(job, list(wanted))
    built = time.monotonic()
    machine = measure.Machine(job, wanted, scratch, options.way)
    machine.measure_idle()
    suites = machine.suites(options.suites)
    words = [f"kunit.filter_glob={options.suites}"] if options.suites else []
    done = machine.run(list(suites), "suites", words)
    result.ran[arch] = per_case.names(suites, done.cases)
    result.failed += [f"{arch}: {path}" for path in done.failed()]
    if not any(case.status == "passed" for case in done.cases):
        raise Stop(TESTS_FAILED, f"{arch}: no case passed, so nothing was measured")
    result.seconds[f"{arch}, build"] = round(built - start, 1)
    result.seconds[f"{arch}, run"] = round(time.monotonic() - built, 1)
    return machine, done.coverage


def take(options: Options) -> Result:
    """Measures; writes what belongs into the output directory."""
    tree = source.get(options.kernel, options.cache)
    functions = targets.require(tree.path, targets.read(options.functions))
    wanted = measure.objects(functions)
    result = Result(tree.version(), options.machines, tree.path)
    if options.way != measure.Way():
        names = {measure.compiler(arch, options.way.cc) for arch in options.machines}
        result.notes += [f"compiled by {name} {measure.gcc_version(name)}"
                         for name in sorted(names)]
    by_machine: Dict[str, gcov.Coverage] = {}
    with run.linked(tree, options.cache), tempfile.TemporaryDirectory() as top:
        for arch in options.machines:
            scratch = os.path.join(top, arch)
            os.mkdir(scratch)
            machine, coverage = _one_machine(arch, tree, options, wanted, result, scratch)
            by_machine[arch] = coverage
            if options.per_case and arch == arches.UML:
                start = time.monotonic()
                result.cases, failed = per_case.take(machine, result.ran[arch], functions)
                result.failed += [f"{arch}: {what}" for what in failed]
                result.seconds[f"{arch}, a boot for each case"] = round(time.monotonic() - start, 1)
    merged = gcov.together(by_machine.values())
    result.rows = rows(tree.path, functions, by_machine, merged)
    version = targets.version_of(tree.path)
    if options.whole and version >= CHECKED_SINCE:
        those = {arch: by_machine[arch] for arch in CHECKED_ON}
        result.problems = check(rows(tree.path, functions, those,
                                     gcov.together(those.values())),
                                version, unreached.read(PROJECT))
    elif options.whole:
        result.notes.append("the reasons were not checked: they are about 6.12 and later")
    else:
        result.notes.append("the reasons were not checked: they are about all suites and the "
                            f"project's functions on {' and '.join(sorted(CHECKED_ON))}, and "
                            "the machine's own compiler")
    _write(result, options, tree, by_machine, merged)
    return result


HEART, ELSEWHERE, AT_BOOT = "__vm_normal_page", "vm_iomap_memory", "do_pte_missing"
"""Reached by the suites SLICE; compiled, but called by none of them; run while booting."""
SLICE = "mm_vm_normal_page*"


def slice_of_um(tree: source.Tree, cache: str,
                functions: Sequence[targets.Function]) -> Tuple[Row, List[str]]:
    """A measurement whose result is known; returns the row of HEART, and what is wrong."""
    wanted = measure.objects(functions)
    result = Result(tree.version(), [arches.UML], tree.path)
    options = Options("", cache, [arches.UML], SLICE)
    with run.linked(tree, cache), tempfile.TemporaryDirectory() as scratch:
        machine, found = _one_machine(arches.UML, tree, options, wanted, result, scratch)
    by_name = {row.function.name: row
               for row in rows(tree.path, functions, {arches.UML: found}, found)}
    heart, elsewhere = by_name[HEART], by_name[ELSEWHERE]
    problems = [f"failed: {name}" for name in result.failed]
    if not heart.lines[1] or heart.lines[0] < heart.lines[1] or not heart.branches[0]:
        problems.append(f"{SLICE} reaches {heart.lines[0]} of {heart.lines[1]} lines of {HEART}, "
                        "and should reach all")
    if elsewhere.lines[0] or not elsewhere.lines[1]:
        problems.append(f"{elsewhere.lines[0]} of {elsewhere.lines[1]} lines of {ELSEWHERE} count "
                        f"as reached, which {SLICE} does not call")
    idle = {row.function.name: row for row in rows(tree.path, functions, {}, machine.idle)}
    if idle[AT_BOOT].lines[0] or not idle[AT_BOOT].lines[1]:
        problems.append(f"{AT_BOOT} counts as reached where no suite ran: the counters were not "
                        "set to zero")
    changed = dict(found, **{heart.function.file: gcov.FileCoverage(
        {line: 0 for line in found[heart.function.file].lines})})
    blank = rows(tree.path, functions, {arches.UML: changed}, changed)
    if not any(HEART in text for text in check(blank, targets.version_of(tree.path), [])):
        problems.append("lines that are not reached and have no reason go unnoticed")
    return heart, problems


def _write(result: Result, options: Options, tree: source.Tree,
           by_machine: Dict[str, gcov.Coverage], merged: gcov.Coverage) -> None:
    result.output = options.output or os.path.join(options.cache, "coverage", tree.name)
    os.makedirs(result.output, exist_ok=True)
    paths = {name: targets.path_of(tree.path, name) for name in merged}
    if result.cases:
        texts = {}
        for name, path in paths.items():
            with open(path, encoding="utf-8", errors="replace") as file:
                texts[name] = file.read().split("\n")
        with open(os.path.join(result.output, "cases.txt"), "w", encoding="utf-8") as file:
            file.write(per_case.listing(result.cases, [row.function for row in result.rows], texts,
                                        {name: cover.lines for name, cover
                                         in by_machine[arches.UML].items()}))
    for name, coverage in [*by_machine.items(), ("merged", merged)]:
        with open(os.path.join(result.output, f"{name}.info"), "w", encoding="utf-8") as file:
            file.write(gcov.info(coverage, paths))


def main(options: Options) -> int:
    """The command."""
    before = read_base(options.base) if options.base else {}
    needs = list(packages.COVERAGE)
    for arch in options.machines:
        needs += run.needs(arch, options.kernel, guest=True)
    packages.provide(list(dict.fromkeys(needs)))
    result = take(options)
    text = coverage_text.text(result)
    data = as_data(result)
    if before:
        text += coverage_text.changes(before, data)
    for path in [os.path.join(result.output, "coverage.json"), options.json]:
        if path:
            report.write_data(data, path)
    with open(os.path.join(result.output, "coverage.txt"), "w", encoding="utf-8") as file:
        file.write(text + "\n")
    print(text, flush=True)
    wrong = measure.genhtml(os.path.join(result.output, "merged.info"),
                            os.path.join(result.output, "html"), result.tree)
    if wrong:
        raise Stop(SETUP, f"genhtml made no pages of merged.info: {wrong}")
    return result.exit_code
