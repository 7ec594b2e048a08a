# SPDX-License-Identifier: GPL-2.0
"""The command 'bench': how long the suites take. It measures and judges nothing."""

import os
import re
import statistics
from dataclasses import asdict, dataclass, field, replace
from typing import Dict, List, Optional, Sequence

from . import arches, ktap, packages, report, run, source
from .stop import NO_BOOT, PASSED, Stop

STAMP = re.compile(r"^(?:<\d+>)?\[ *(\d+\.\d+)\]")
STAMPS = "--kernel_args=printk.time=1"
RESULT = "bench.json"
SLOWEST = 8
IN_KERNEL = "all suites, in the kernel"
BOOT = "boot to shutdown"
MACHINES = {arches.UML: (IN_KERNEL, 2.0), "x86_64": (BOOT, 20.0)}
"""What is measured where unless --arch says otherwise, and the goal, in seconds."""


@dataclass
class Times:
    """The seconds that one run took."""

    total: Optional[float] = None
    """From the first KTAP line to the last; None for a log without times."""
    suites: Dict[str, float] = field(default_factory=dict)
    cases: Dict[str, float] = field(default_factory=dict)
    boot: float = 0.0


@dataclass
class Bench:
    """All runs on one machine."""

    kernel: str
    arch: str
    machine: str
    what: str
    goal: Optional[float]
    build: str
    runs: List[Times] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)


def times(lines: Sequence[str]) -> Times:
    """What the printk times of a log say."""
    found = Times()
    first = last = begin = None
    suite = ""
    inner = 0.0
    for line in lines:
        match = STAMP.match(line)
        said = ktap.strip(line)
        if not match or not (ktap.DIAGNOSTIC.match(said) or ktap.PLAN.match(said)):
            continue
        now = float(match.group(1))
        first = now if first is None else first
        title, result = ktap.SUBTEST.match(said), ktap.RESULT.match(said)
        if title and len(title.group(1)) == 4:
            suite, begin = title.group(2), now
        elif result and not result.group(1):
            if begin is not None:
                found.suites[suite] = round(now - begin, 6)
        elif result and last is not None:
            inner += now - last
            if len(result.group(1)) == 4:
                found.cases[f"{suite}.{result.group(4).strip()}"] = round(inner, 6)
                inner = 0.0
        last = now
    if first is not None and last is not None:
        found.total = round(last - first, 6)
    return found


def spread(values: Sequence[float]) -> str:
    """Least, median and most, for a row."""
    return f"{min(values):8.2f} {statistics.median(values):8.2f} {max(values):8.2f}"


def _rows(runs: Sequence[Dict[str, float]]) -> Dict[str, List[float]]:
    rows: Dict[str, List[float]] = {}
    for one in runs:
        for name, value in one.items():
            rows.setdefault(name, []).append(value)
    return rows


def text(bench: Bench) -> str:
    """What people read."""
    suites = _rows([one.suites for one in bench.runs])
    width = max([len(name) for name in suites] + [len(IN_KERNEL)])
    lines = ["", f"kernel    {bench.kernel}", f"machine   {bench.machine}",
             f"build     {bench.build}", f"runs      {len(bench.runs)}",
             f"{'seconds':{width}}      min   median      max     goal"]
    totals = [one.total for one in bench.runs if one.total is not None]
    for name, values in ((IN_KERNEL, totals), (BOOT, [one.boot for one in bench.runs])):
        goal = f" {bench.goal:8.2f}" if bench.goal and name == bench.what else ""
        if values:
            lines.append(f"{name:{width}} {spread(values)}{goal}")
    lines += [f"{name:{width}} {spread(values)}" for name, values in suites.items()]
    cases = _rows([one.cases for one in bench.runs])
    slow = sorted(cases, key=lambda name: -statistics.median(cases[name]))[:SLOWEST]
    lines += [f"slowest   {statistics.median(cases[name]):.2f} {name}" for name in slow
              if statistics.median(cases[name]) > 0]
    if totals:
        lines.append("measured  in the kernel by printk times, from the first KTAP line to the "
                     "last (UML's clock ticks each 0.01 s); boots by the host's clock")
    else:
        lines.append("measured  by the host's clock: the log has no printk times")
    return "\n".join(lines + [f"problem   {problem}" for problem in bench.problems])


def measure(job: run.Job, runs: int) -> Bench:
    """Builds what is not there yet, and runs it."""
    what, goal = MACHINES.get(job.arch, (BOOT, None))
    bench = Bench(job.tree.version(), job.arch, arches.describe(job.arch, job.machine), what, goal,
                  job.build_dir())
    run.build(replace(job, command="build"))
    for number in range(1, runs + 1):
        result = run.execute(replace(job, command="exec", words=[STAMPS]), quiet=True)
        boots = run.read_notes(result.logs).get("boots", [])
        if not boots or not result.cases:
            raise Stop(NO_BOOT, "; ".join(result.problems))
        with open(os.path.join(result.logs, boots[-1]["log"]), encoding="utf-8",
                  errors="replace") as file:
            one = times(file.read().splitlines())
        one.boot = boots[-1]["seconds"]
        bench.runs.append(one)
        bench.problems += [f"run {number}: {problem} ({os.path.join(result.logs, report.RESULT)})"
                           for problem in result.problems]
        report.write(result, os.path.join(result.logs, report.RESULT))
    return bench


@dataclass
class Options:
    """What 'bench' was asked for."""

    kernel: str
    cache: str
    runs: int
    arches: Sequence[str] = ()
    debug: bool = False
    json: str = ""


def main(options: Options) -> int:
    """The command 'bench'."""
    names = list(dict.fromkeys(options.arches)) or list(MACHINES)
    packages.provide(list(dict.fromkeys(need for name in names
                                        for need in run.needs(name, options.kernel))))
    tree = source.get(options.kernel, options.cache)
    found = []
    with run.linked(tree, options.cache):
        base = run.base_config(tree.path)
        for name in names:
            job = run.job_on(tree, options.cache, name, options.debug)
            found.append(measure(replace(job, base=base), options.runs))
            print(text(found[-1]), flush=True)
    path = os.path.join(run.new_run_dir(options.cache, "bench"), RESULT)
    for place in [path] + ([options.json] if options.json else []):
        report.write_data([asdict(bench) for bench in found], place)
    print(f"data      {path}", flush=True)
    return PASSED
