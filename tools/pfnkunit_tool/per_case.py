# SPDX-License-Identifier: GPL-2.0
"""Which case reaches which lines: a boot of UML for each."""

from collections import Counter
from typing import Dict, Iterable, List, Sequence, Set, Tuple

from . import gcov, ktap, measure, targets
from .progress import Progress

Cases = Dict[str, Dict[str, List[int]]]
"""The lines of target functions that each case reaches, by file."""
NAMED = 3
"""Up to so many cases of a line are named in the list."""


def names(suites: Dict[str, List[str]], results: Sequence[ktap.Case]) -> List[Tuple[str, str]]:
    """The cases that are worth a boot: not those that were skipped in all their parameters."""
    ran = {(case.suite, case.name.split("/")[0]) for case in results
           if case.status != ktap.SKIPPED}
    return [(suite, case) for suite, found in suites.items() for case in dict.fromkeys(found)
            if (suite, case) in ran]


def take(machine: measure.Machine, cases: Sequence[Tuple[str, str]],
         functions: Sequence[targets.Function]) -> Tuple[Cases, List[str]]:
    """Measures each case; returns also what failed that way."""
    found: Cases = {}
    failed: List[str] = []
    with Progress("a boot for each case", lambda: f"{len(found)} of {len(cases)}"):
        for name, done, problem in machine.each(cases):
            found[name] = _lines(done.coverage, functions)
            failed += [f"{path}, in a boot of its own" for path in done.failed()]
            failed += [f"{name}, in a boot of its own: {problem}"] if problem else []
    return found, failed


def _lines(coverage: gcov.Coverage,
           functions: Sequence[targets.Function]) -> Dict[str, List[int]]:
    found: Dict[str, List[int]] = {}
    for function in functions:
        file = coverage.get(function.file)
        hit = [line for line in range(function.start, function.end + 1)
               if file and file.lines.get(line)]
        if hit:
            found.setdefault(function.file, []).extend(hit)
    return found


def only_one(cases: Cases) -> Dict[str, List[Tuple[str, int]]]:
    """The lines that only one case reaches, by that case."""
    by_line = _by_line(cases)
    found = {name: [(file, line) for file, lines in files.items() for line in lines
                    if len(by_line[file][line]) == 1] for name, files in cases.items()}
    return {name: lines for name, lines in found.items() if lines}


def _by_line(cases: Cases) -> Dict[str, Dict[int, List[str]]]:
    """The cases that reach each line."""
    found: Dict[str, Dict[int, List[str]]] = {}
    for name, files in cases.items():
        for file, lines in files.items():
            for line in lines:
                found.setdefault(file, {}).setdefault(line, []).append(name)
    return found


def ranges(lines: Iterable[int], reached: Iterable[int]) -> str:
    """Lines in few words: 5-9 is all that any case reaches from 5 to 9."""
    wanted: Set[int] = set(lines)
    runs: List[List[int]] = []
    goes_on = False
    for line in sorted(reached):
        if line not in wanted:
            goes_on = False
        elif goes_on:
            runs[-1].append(line)
        else:
            runs.append([line])
            goes_on = True
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def summary(cases: Cases, functions: Sequence[targets.Function]) -> List[str]:
    """For the terminal: what only one case reaches, by suite and case."""
    alone = only_one(cases)
    count = sum(map(len, alone.values()))
    by_line = _by_line(cases)
    lines = [f"{count} lines are reached by one case only ({len(alone)} of {len(cases)} cases that "
             "got a boot of their own on um have such lines):"]
    for suite in dict.fromkeys(name.split(".")[0] for name in alone):
        lines.append(f"  {suite}")
        for name in (name for name in alone if name.split(".")[0] == suite):
            parts = []
            for function in functions:
                these = [line for file, line in alone[name] if file == function.file
                         and function.start <= line <= function.end]
                if these:
                    parts.append(f"{function.name} {ranges(these, by_line[function.file])}")
            lines.append(f"    {name.split('.', 1)[1]}: {'; '.join(parts)}")
    return lines


def listing(cases: Cases, functions: Sequence[targets.Function],
            texts: Dict[str, List[str]], code: Dict[str, Dict[int, int]]) -> str:
    """All lines of the functions, each with how many cases reach it, and with which if few.

    Code is what the compiler made code of, by file and line.
    """
    by_line = _by_line(cases)
    lines = [f"Each line with the number of cases that reach it, of {len(cases)} that ran on um "
             f"in a boot of their own; up to {NAMED} of them are named."]
    for function in functions:
        of_file = by_line.get(function.file, {})
        here = [line for line in code.get(function.file, {})
                if function.start <= line <= function.end]
        if not here:
            continue
        users = Counter(name for line in here for name in of_file.get(line, []))
        lines += ["", f"{function.file}: {function.name}: {len(users)} cases"]
        for line in sorted(here):
            who = of_file.get(line, [])
            lines.append(f"{line:6} {len(who):5}  {texts[function.file][line - 1].expandtabs(4)}")
            lines += [f"{'':14}<- {name}" for name in who] if len(who) <= NAMED else []
    return "\n".join(lines) + "\n"
