# SPDX-License-Identifier: GPL-2.0
"""The command 'regress': bugs of the past, brought back, must turn a case red."""

import fnmatch
import os
import re
import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Dict, List, Sequence, Tuple

from . import PROJECT, arches, boots, controls, faults, packages, report, run, scratch, source
from .progress import Progress
from .splats import Deaths
from .stop import BUILD_FAILED, PASSED, TESTS_FAILED, USAGE, Stop

MACHINES = ("um", "x86_64")
SECONDS = {"um": 120.0, "x86_64": 600.0}
"""Until a boot is given up."""
ATTEMPTS = 2
NO_FAULT = "no-fault"
HASH = re.compile(r"([0-9a-f]{12})\b")
SHOWN = 5

DESCRIPTION = """\
Brings back bugs that Linux had in these paths, one at a time, and looks whether
the case that is there for it fails by an assertion. Each bug is a semantic patch
in tools/regressions; all of them are compiled into a scratch copy of the kernel,
and a boot parameter switches one on. Before that, the same kernel without a bug
has to pass all suites."""


@dataclass
class Row:
    """What came of one bug on one kernel and machine."""

    bug: str
    title: str
    fixed_by: str
    kernel: str
    machine: str
    expected: str
    caught_by: List[str] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0
    log: str = ""


@dataclass
class Kernel:
    """One kernel and machine, and the time it took."""

    kernel: str
    machine: str
    seconds: Dict[str, float] = field(default_factory=dict)
    problem: str = ""
    """Why its bugs say nothing."""
    code: int = PASSED


@dataclass
class Options:
    """What 'regress' was asked for."""

    kernels: Sequence[str]
    machines: Sequence[str]
    cache: str
    only: Sequence[str] = ()
    lists: bool = False
    json: str = ""


def machine_of(job: run.Job) -> boots.Machine:
    """How the kernel of a job is booted."""
    path = os.path.join(PROJECT, "machines", f"{job.machine}.py") if job.machine else ""
    return boots.machine(job.tree.path, job.build_dir(), job.arch, path)


def try_each(job: run.Job, wanted: Sequence[faults.Fault], logs: str,
             first: Sequence[boots.Boot] = ()) -> Dict[str, boots.Outcome]:
    """Boots the kernel once for each fault, in parallel; the outcomes by the fault's name.

    A boot that did not get to the tests says nothing of the fault, so it is
    tried once more: emulated machines panic for want of time now and then. One
    that died is ended: some kernels hang for long then.
    """
    found: Dict[str, boots.Outcome] = {}
    every = [*first, *(faults.boot(fault, SECONDS[job.arch]) for fault in wanted)]
    runner = boots.Runner(machine_of(job), logs, cut=lambda: Deaths().met)
    with Progress(f"boots, {job.arch}", lambda: f"{len(found)} of {len(every)}"):
        for _ in range(ATTEMPTS):
            todo = [item for item in every
                    if item.name not in found or not found[item.name].started]
            for outcome in runner.run(todo):
                found[outcome.boot.name] = outcome
    return found


def not_green(outcome: boots.Outcome) -> str:
    """Why a kernel without a fault cannot judge any; nothing when it can."""
    if outcome.green:
        return ""
    failed = [case.path for case in outcome.cases if case.status in ("failed", "crashed")]
    splats = [f"{item.case}: {item.text}" for item in outcome.splats]
    said = failed[:SHOWN] + splats[:SHOWN] + ([outcome.died] if outcome.died else [])
    return f"not green without a bug: {'; '.join(said) or 'it did not end'} ({outcome.log})"


def chosen(only: Sequence[str]) -> List[faults.Fault]:
    """The bugs that --only names."""
    every = controls.regressions()
    for word in only:
        if not fnmatch.filter([fault.name for fault in every], word):
            raise Stop(USAGE, f"--only {word}: no such bug; --list shows all")
    return [fault for fault in every
            if not only or any(fnmatch.fnmatch(fault.name, word) for word in only)]


def build(job: run.Job) -> Tuple[int, str]:
    """Builds the scratch kernel; the exit code and what went wrong."""
    with run.linked(job.tree, job.cache, job.checkout):
        result = run.execute(replace(job, command="build"), quiet=True)
    if run.stage_ok(result.logs, "build"):
        return PASSED, ""
    found = [text for text in result.problems if result.exit_code == BUILD_FAILED]
    return BUILD_FAILED, "; ".join(found) or f"not built, see {result.logs}/{run.KUNIT_LOG}"


def rows(kernel: Kernel, wanted: Sequence[faults.Fault],
         found: Dict[str, boots.Outcome]) -> List[Row]:
    """What is said of each bug."""
    result = []
    for fault in wanted:
        outcome = found[fault.name]
        result.append(Row(fault.name, fault.title, fault.fixed_by, kernel.kernel, kernel.machine,
                          fault.caught_by, faults.caught(fault, outcome),
                          faults.verdict(fault, outcome), outcome.seconds, outcome.log))
    return result


def on_kernel(tree: source.Tree, machine: str, options: Options,
              bugs: Sequence[faults.Fault]) -> Tuple[Kernel, List[Row]]:
    """All bugs of one kernel and machine."""
    version = tree.version()
    kernel = Kernel(version.split()[0], machine)
    wanted = [fault for fault in bugs if fault.claims(version, machine)]
    if not wanted:
        return kernel, []

    def timed(name: str, start: float) -> None:
        kernel.seconds[name] = round(time.monotonic() - start, 1)

    start = time.monotonic()
    base = run.job_on(tree, options.cache, machine, debug=True)
    job = scratch.job_with_faults(replace(base, base=run.base_config(tree.path)),
                                  controls.everything())
    timed("patch", start)
    start = time.monotonic()
    kernel.code, kernel.problem = build(job)
    timed("build", start)
    if kernel.problem:
        return kernel, []
    start = time.monotonic()
    plain = boots.Boot(NO_FAULT, (), SECONDS[machine])
    logs = run.new_run_dir(options.cache, f"regress-{os.path.basename(job.build_dir())}")
    found = try_each(job, wanted, logs, [plain])
    timed("boots", start)
    kernel.problem = not_green(found[NO_FAULT])
    if kernel.problem:
        kernel.code = TESTS_FAILED
    return kernel, rows(kernel, wanted, found)


def commit(fixed_by: str) -> str:
    """The hash in 'Fixed by', or that there is none."""
    match = HASH.match(fixed_by)
    return match.group(1) if match else "no hash"


def table(found: Sequence[Row]) -> List[str]:
    """The table people read."""
    head = ("bug", "commit", "kernel", "machine", "caught by", "seconds")
    body = [(row.bug, commit(row.fixed_by), row.kernel, row.machine,
             f"NOT CAUGHT: {row.problem} ({row.log})" if row.problem else row.caught_by[0]
             + (f" +{len(row.caught_by) - 1}" if len(row.caught_by) > 1 else ""),
             f"{row.seconds:.1f}") for row in found]
    return _columns([head, *body])


def listing(bugs: Sequence[faults.Fault]) -> List[str]:
    """What there is."""
    head = ("bug", "kernels", "machines", "must be caught by", "fixed by")
    return _columns([head, *((fault.name, fault.kernels, " ".join(fault.machines),
                              fault.caught_by, fault.fixed_by) for fault in bugs)])


def _columns(lines: Sequence[Sequence[str]]) -> List[str]:
    widths = [min(60, max(len(line[i]) for line in lines)) for i in range(len(lines[0]))]
    return ["  ".join(word.ljust(width) for word, width in zip(line, widths)).rstrip()
            for line in lines]


def summary(kernels: Sequence[Kernel], found: Sequence[Row]) -> Tuple[int, List[str]]:
    """The exit code and the last lines."""
    lines = []
    for kernel in kernels:
        mine = [row for row in found
                if (row.kernel, row.machine) == (kernel.kernel, kernel.machine)]
        missed = [row for row in mine if row.problem]
        times = ", ".join(f"{name} {value:.0f}" for name, value in kernel.seconds.items())
        lines.append(f"{kernel.kernel} {kernel.machine}: {len(mine) - len(missed)} of {len(mine)} "
                     f"caught{f'; seconds: {times}' if times else ''}")
        lines += [f"problem   {kernel.problem}"] if kernel.problem else []
    code = max([kernel.code for kernel in kernels]
               + [TESTS_FAILED if not found or any(row.problem for row in found) else PASSED])
    if not found:
        lines.append("problem   no bug was tried")
    return code, lines + ["PASSED" if code == PASSED else "FAILED"]


def main(options: Options) -> int:
    """The command 'regress'."""
    bugs = chosen(options.only)
    if options.lists:
        print("\n".join(listing(bugs)), flush=True)
        return PASSED
    needs: List[packages.Need] = [*packages.TEST]
    for machine in options.machines:
        for name in options.kernels:
            needs += [need for need in run.needs(machine, name) if need not in needs]
    packages.provide(needs)
    trees = [source.get(name, options.cache) for name in options.kernels]
    kernels, found = [], []
    for tree in trees:
        for machine in options.machines:
            kernel, these = on_kernel(tree, arches.get(machine).name, options, bugs)
            kernels.append(kernel)
            found += these
    code, lines = summary(kernels, found)
    if options.json:
        report.write_data(as_data(kernels, found, code), options.json, "--json")
    print("\n".join(table(found) + [""] + lines), flush=True)
    return code


def as_data(kernels: Sequence[Kernel], found: Sequence[Row], code: int) -> Dict[str, Any]:
    """The results for --json."""
    return {"kernels": [asdict(kernel) for kernel in kernels],
            "bugs": [asdict(row) for row in found], "exit_code": code}
