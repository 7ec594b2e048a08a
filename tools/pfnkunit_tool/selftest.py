# SPDX-License-Identifier: GPL-2.0
"""The command 'test': everything that has to hold for this project."""

import glob
import os
import shutil
import subprocess
import time
import traceback
import unittest
from contextlib import contextmanager
from dataclasses import replace
from typing import Callable, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from . import (PROJECT, arches, builds, controls, coverage, faults, initramfs, ktap, link, machines,
               packages, places, regressions, report, run, scratch, shuffle, source, surface,
               targets, userspace)
from .stop import USAGE, Stop

USER_MACHINES = ("x86_64-holes", "x86_64-8nodes")
OLDEST, NEWEST = "6.12", "newest"
NO_SUCH_FAULT = 999999


class Failure(Exception):
    """A part failed, for this reason."""


class Skip(Exception):
    """A part could not be run, for this reason."""


class Tally:
    """Counts, and says how each part went."""

    def __init__(self) -> None:
        self.passed = self.failed = self.skipped = 0

    @contextmanager
    def part(self, name: str) -> Iterator[List[str]]:
        """One part; what is put into the list is shown behind its name."""
        start = time.monotonic()
        remarks: List[str] = []
        try:
            yield remarks
        except Skip as skip:
            self.skipped += 1
            self._say("skipped", name, start, [str(skip)])
        except (Failure, Stop) as failure:
            self.failed += 1
            self._say("FAILED", name, start, [str(failure)])
        except Exception:  # pylint: disable=broad-except
            self.failed += 1
            self._say("FAILED", name, start, [traceback.format_exc()])
        else:
            self.passed += 1
            self._say("ok", name, start, remarks)

    @staticmethod
    def _say(verdict: str, name: str, start: float, remarks: Sequence[str]) -> None:
        more = f": {'; '.join(remarks)}" if remarks else ""
        print(f"{verdict:8}{name} ({time.monotonic() - start:.1f} s){more}", flush=True)

    def line(self) -> str:
        """The last line."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


class Bench:
    """The trees and builds that the parts share."""

    def __init__(self, cache: str, tally: Tally) -> None:
        self.cache = cache
        self.tally = tally
        self._trees: Dict[str, source.Tree] = {}
        self.passed: Dict[str, Set[str]] = {}
        """The cases that passed somewhere, by architecture."""
        self.faulty: Optional[run.Job] = None
        """The UML kernel with all faults in it, once it is known to be green without any."""

    def tree(self, kernel: str) -> source.Tree:
        """A packaged tree."""
        if kernel not in self._trees:
            self._trees[kernel] = source.get(kernel, self.cache)
        return self._trees[kernel]

    def job(self, kernel: str, arch: str) -> run.Job:
        """The suites on a kernel, with debugging options."""
        return run.job_on(self.tree(kernel), self.cache, arch, debug=True)

    def do(self, job: run.Job) -> report.Result:
        """Has kunit.py do a job, out of sight."""
        with run.linked(job.tree, self.cache, job.checkout):
            return run.execute(job, quiet=True)

    def green(self, job: run.Job, remarks: List[str]) -> report.Result:
        """A job that has to pass."""
        result = self.do(job)
        report.write(result, os.path.join(result.logs, report.RESULT))
        self.passed.setdefault(job.arch, set()).update(
            case.path.split("/")[0] for case in result.of_status(ktap.PASSED))
        if result.exit_code:
            found = [*report.said(result), *report.text(result).split("\n")]
            raise Failure("\n    ".join(["; ".join(result.problems), *found]))
        remarks.append(f"{result.kernel.split()[0]}, {_counts(result)}")
        return result


def _counts(result: report.Result) -> str:
    counts = [f"{len(result.of_status(status))} {status}" for status in ("passed", "skipped")]
    return ", ".join(counts)


class _Counted(unittest.TestResult):
    """Adds each unit test to the tally."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def stopTest(self, test: unittest.TestCase) -> None:
        super().stopTest(test)
        bad = [item for item in self.failures + self.errors if item[0] is test]
        if bad:
            self._tally.failed += 1
            print(f"FAILED  {test.id()}\n{bad[0][1]}", flush=True)
        elif any(item[0] is test for item in self.skipped):
            self._tally.skipped += 1
        else:
            self._tally.passed += 1


def unit(bench: Bench) -> None:
    """The unit tests of the tools."""
    start = time.monotonic()
    tools = os.path.join(PROJECT, "tools")
    suite = unittest.defaultTestLoader.discover(os.path.join(tools, "tests"), top_level_dir=tools)
    result = _Counted(bench.tally)
    suite.run(result)
    loaded = [item for item in result.errors if not hasattr(item[0], "_testMethodName")]
    for name, trace in loaded:
        bench.tally.failed += 1
        print(f"FAILED  {name}\n{trace}")
    verdict = "ok" if result.wasSuccessful() else "FAILED"
    print(f"{verdict:8}unit tests of the tools ({time.monotonic() - start:.1f} s): "
          f"{result.testsRun} run", flush=True)


def _snapshot(tree: str) -> Dict[str, Tuple[object, ...]]:
    """What a tree holds: text below mm, size and time elsewhere."""
    found: Dict[str, Tuple[object, ...]] = {}
    for directory, names, files in os.walk(tree):
        below_mm = os.path.relpath(directory, tree).split(os.sep)[0] == "mm"
        for name in files + names:
            path = os.path.join(directory, name)
            if os.path.isdir(path) and not os.path.islink(path):
                continue
            facts = os.lstat(path)
            if below_mm and not os.path.islink(path):
                with open(path, "rb") as file:
                    found[path] = (facts.st_mode, file.read())
            else:
                found[path] = (facts.st_mode, facts.st_size, facts.st_mtime_ns)
    return found


def round_trip(bench: Bench) -> None:
    """link and unlink on a real tree; plain kunit.py in between."""
    with bench.tally.part("link, plain kunit.py, unlink"):
        tree = bench.tree(NEWEST)
        build = os.path.join(bench.cache, "build", "by-hand")
        shutil.rmtree(build, ignore_errors=True)
        os.makedirs(os.path.dirname(build), exist_ok=True)
        with source.locked(os.path.join(bench.cache, "locks", tree.name), "uses the same tree"):
            target = link.state(tree.path).target
            link.unlink(tree.path, target or PROJECT)
            before = _snapshot(tree.path)
            link.link(tree.path, PROJECT)
            done = subprocess.run(["./tools/testing/kunit/kunit.py", "config",
                                   f"--kunitconfig={link.LINK}", f"--build_dir={build}"],
                                  cwd=tree.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"),
                                  universal_newlines=True, check=False)
            link.unlink(tree.path, PROJECT)
            after = _snapshot(tree.path)
        shutil.rmtree(build, ignore_errors=True)
        if before != after:
            changed = [path for path in before.keys() | after.keys()
                       if before.get(path) != after.get(path)]
            raise Failure(f"the tree is not as it was: {', '.join(sorted(changed)[:5])}")
        if done.returncode:
            raise Failure(f"kunit.py config: {done.stdout.strip()}")


def c_files() -> List[str]:
    """The C files of the project."""
    found = []
    for directory, names, files in os.walk(PROJECT):
        names[:] = [name for name in names if name != ".git"]
        found += [os.path.join(directory, name) for name in files if name.endswith((".c", ".h"))
                  and not name.endswith(".mod.c")]
    return sorted(found)


def style(bench: Bench) -> None:
    """checkpatch.pl of the newest kernel."""
    with bench.tally.part("checkpatch --strict") as remarks:
        files = c_files()
        script = os.path.join(bench.tree(NEWEST).path, "scripts", "checkpatch.pl")
        done = subprocess.run(["perl", script, "--strict", "--no-tree", "--terse", "--show-types",
                               "-f", *files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              universal_newlines=True, check=False)
        found = [line for line in done.stdout.splitlines() if not line.startswith("total:")]
        if done.returncode or found:
            raise Failure("\n    ".join([f"{len(found)} remark(s)"] + found))
        remarks.append(f"{len(files)} C files")


def traceability(bench: Bench) -> None:
    """Every use of raw mappings in the kernel has a case, or a reason why not."""
    seen = []
    for kernel in (OLDEST, NEWEST):
        with bench.tally.part(f"surface, {kernel}") as remarks:
            result = surface.look(bench.tree(kernel), _built_configs(bench))
            seen.append(result)
            different = places.recount(bench.tree(kernel).path, result.places, result.masks)
            if different:
                raise Failure("the preprocessor counts otherwise: " + "; ".join(different))
            if result.exit_code:
                raise Failure(surface.text(result, uncovered=True).replace("\n", "\n    "))
            remarks.append(surface.counts_line(result))
            if {"um", "x86_64"} <= bench.passed.keys():
                idle = surface.never_passed(result, set.union(*bench.passed.values()))
                remarks.append(f"{len(idle)} of them only with cases that passed nowhere"
                               + "".join(f", {place.where}" for place in idle[:3]))
    with bench.tally.part("surface, annotations and reasons") as remarks:
        if len(seen) < 2:
            raise Skip("a kernel is missing")
        lost = surface.nowhere(seen)
        if lost:
            raise Failure("\n    ".join([f"{len(lost)} about no place in either kernel"]
                                       + [f"{what.where}: {what.item}" for what in lost]))


def _built_configs(bench: Bench) -> List[str]:
    """What the kernels that were built for the suites are really configured like."""
    return [path for kernel in (OLDEST, NEWEST) for path in sorted(glob.glob(os.path.join(
        bench.cache, "build", f"{bench.tree(kernel).name}-debug-*", ".config")))]


def suites(kernel: str, arch: str) -> Callable[[Bench], None]:
    """The suites on one kernel."""
    def part(bench: Bench) -> None:
        with bench.tally.part(f"suites, {arch}, {kernel}") as remarks:
            bench.green(bench.job(kernel, arch), remarks)
    part.__doc__ = f"The suites on {arch}, kernel {kernel}."
    return part


def plain(bench: Bench) -> None:
    """The suites on UML without debugging options: what 'pfnkunit run' does first."""
    with bench.tally.part("suites, um, newest, no debugging options") as remarks:
        bench.green(run.job_on(bench.tree(NEWEST), bench.cache, "um"), remarks)


def kasan(bench: Bench) -> None:
    """The suites on UML with every access to memory checked."""
    with bench.tally.part("suites, um, newest, KASAN") as remarks:
        base = bench.job(NEWEST, "um")
        bench.green(replace(base, variant="kasan", configs=[*base.configs, "kasan"]), remarks)


def one_cpu(bench: Bench) -> None:
    """The x86_64 kernel on the machine CI bots have."""
    with bench.tally.part("suites, x86_64, newest, 1 CPU, 1 GiB, no NUMA") as remarks:
        job = replace(bench.job(NEWEST, "x86_64"), machine="", command="exec")
        _need_build(job)
        bench.green(job, remarks)


def arguments(bench: Bench) -> None:
    """The suites with kernel arguments that switch off what some of them are about."""
    for arch, kind in arches.ARCHES.items():
        for word, _ in kind.others:
            with bench.tally.part(f"suites, {arch}, newest, with '{word}'") as remarks:
                job = bench.job(NEWEST, arch)
                _need_build(job)
                bench.green(replace(job, command="exec",
                                    words=[*job.words, f"--kernel_args={word}"]), remarks)


def deaths(bench: Bench) -> None:
    """The cases that end in a BUG, with the builds that are there."""
    for arch in ("um", "x86_64"):
        with bench.tally.part(f"deaths, {arch}, newest") as remarks:
            job = replace(run.deadly(bench.job(NEWEST, arch)), command="exec")
            _need_build(job)
            bench.green(job, remarks)


def random_order(bench: Bench) -> None:
    """The suites in random order, with the builds that are there."""
    for arch in ("um", "x86_64"):
        seed = shuffle.any_seed()
        with bench.tally.part(f"suites, {arch}, newest, --shuffle={seed}") as remarks:
            job = bench.job(NEWEST, arch)
            _need_build(job)
            with run.linked(job.tree, bench.cache):
                job = shuffle.arranged(job, seed)
            bench.green(job, remarks)


def _need_build(job: run.Job) -> None:
    if not os.path.exists(os.path.join(job.build_dir(), "vmlinux")):
        raise Skip(f"{os.path.basename(job.build_dir())} was not built")


def coverage_slice(bench: Bench) -> None:
    """Coverage of __vm_normal_page() on UML: what is reached, what is not, what is not counted."""
    with bench.tally.part("coverage, um, newest: __vm_normal_page") as remarks:
        tree = bench.tree(NEWEST)
        functions = targets.require(tree.path, targets.read())
        row, problems = coverage.slice_of_um(tree, bench.cache, functions)
        if problems:
            raise Failure("; ".join(problems))
        remarks.append(f"lines {row.lines[0]} of {row.lines[1]}, branches {row.branches[0]} of "
                       f"{row.branches[1]}")


def warnings(bench: Bench) -> None:
    """A W=1 build of our files, with sparse, beside the build that is there."""
    for kernel, arch in ((OLDEST, "um"), (NEWEST, "um"), (NEWEST, "x86_64")):
        with bench.tally.part(f"W=1 and sparse, {arch}, {kernel}") as remarks:
            job = bench.job(kernel, arch)
            _need_build(job)
            with run.linked(job.tree, bench.cache):
                _warn(job, remarks)


def _warn(job: run.Job, remarks: List[str]) -> None:
    objects = os.path.join(job.build_dir(), link.LINK)
    kept = objects + ".kept"
    shutil.rmtree(kept, ignore_errors=True)
    os.rename(objects, kept)
    try:
        command = ["make", "-C", job.tree.path, f"O={job.build_dir()}",
                   f"ARCH={job.arch}", "W=1", "C=2", "CHECK=sparse",
                   f"--jobs={os.cpu_count() or 1}", f"{link.LINK}/"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              universal_newlines=True, check=False)
    finally:
        shutil.rmtree(objects, ignore_errors=True)
        os.rename(kept, objects)
    lines = done.stdout.splitlines()
    found = [line.strip() for line in lines
             if f"{link.LINK}/" in line and ("warning:" in line or "error:" in line)]
    if done.returncode or found:
        raise Failure("\n    ".join([f"{len(found)} warning(s)"] + (found or lines[-5:])))
    if any("sparse is not available or not up to date" in line for line in lines):
        remarks.append("without sparse, which is too old for this kernel")


def modules(bench: Bench) -> None:
    """The suites as modules: loaded, unloaded, loaded again."""
    with bench.tally.part("modules loaded and unloaded twice, x86_64, newest") as remarks:
        job = _with_modules(bench)
        with run.linked(job.tree, bench.cache):
            image = os.path.join(job.build_dir(), "initramfs")
            names = initramfs.of_modules(job.build_dir(), image)
            result = run.execute(replace(job, command="exec", initramfs=image), quiet=True)
        _judge_modules(result, names, remarks)


def _with_modules(bench: Bench) -> run.Job:
    """Builds the x86_64 kernel with suites and driver as modules, from a build that is there."""
    base = bench.job(NEWEST, "x86_64")
    job = replace(userspace.configured(base), variant="modules")
    _need_build(base)
    builds.begin_with(base.build_dir(), job.build_dir())
    with run.linked(job.tree, bench.cache):
        built = run.execute(job, quiet=True)
    if not run.stage_ok(built.logs, "build"):
        raise Failure("; ".join(built.problems))
    return job


def other_machines(bench: Bench) -> None:
    """The driver's suites on every x86_64 machine, with the builds that are there."""
    for kernel in (OLDEST, NEWEST):
        first = bench.job(kernel, "x86_64")
        for name in machines.names():
            if machines.get(name).arch == first.arch and name != first.machine:
                with bench.tally.part(f"suites mspec*, {name}, {kernel}") as remarks:
                    job = replace(first, machine=name, command="exec", words=["mspec*"])
                    _need_build(job)
                    bench.green(job, remarks)


def user_program(bench: Bench) -> None:
    """The program that tries the driver as processes use it."""
    job = None
    for name in USER_MACHINES:
        with bench.tally.part(f"user space, {name}, newest") as remarks:
            job = job or _with_modules(bench)
            bench.green(userspace.with_program(replace(job, machine=name)), remarks)


def _judge_modules(result: report.Result, names: Sequence[str], remarks: List[str]) -> None:
    with open(os.path.join(result.logs, "boot-1.log"), encoding="utf-8") as file:
        log = file.read()
    said = [text for text in map(ktap.strip, log.splitlines()) if text.startswith("pfnkunit: ")]
    if "pfnkunit: modules done" not in said:
        raise Failure("\n    ".join(["not all were loaded and unloaded twice"] + said
                                    + [f"log: {result.logs}/boot-1.log"]))
    idle = [name for name in names if said.count(f"pfnkunit: load {name}") != 2]
    if idle:
        raise Failure(f"not loaded twice: {', '.join(idle)}; log: {result.logs}/boot-1.log")
    failed = [case.path for case in result.cases if case.status in ("failed", "crashed")]
    paths = [case.path for case in result.cases]
    once = [path for path in paths if paths.count(path) != 2]
    splats = [f"{item.case}: {item.text}" for item in result.splats]
    if failed or splats or once or not paths:
        raise Failure(f"failed: {failed}; splats: {splats}; not run twice: {once[:5]}; "
                      f"{len(paths)} results; log: {result.logs}/boot-1.log")
    remarks.append(f"{len(names)} modules, {_counts(result)} in two rounds")


def _faulty(bench: Bench) -> Optional[run.Job]:
    """The newest UML kernel with all faults in it, if it is green without any."""
    if not bench.faulty:
        with bench.tally.part("no fault, um, newest: all green") as remarks:
            job = scratch.job_with_faults(bench.job(NEWEST, "um"), controls.everything())
            bench.green(job, remarks)
            bench.faulty = job
    return bench.faulty


def kernel_controls(bench: Bench) -> None:
    """Faults in mm/memory.c and in the driver, in one UML kernel."""
    green = _faulty(bench)
    _each_fault(bench, green, controls.controls("kernel") + controls.controls("mspec"))


def mutation(bench: Bench) -> None:
    """A dozen mutants of known verdict, with the UML build that is there."""
    from .mutation import slice as known  # pylint: disable=import-outside-toplevel
    with bench.tally.part("mutate, um, newest: a dozen mutants") as remarks:
        job = bench.job(NEWEST, "um")
        _need_build(job)
        with run.linked(job.tree, bench.cache):
            remarks += known.check(job.tree, job.build_dir(), bench.cache, os.cpu_count() or 1)


def driver_controls(bench: Bench) -> None:
    """Faults in the driver that UML does not show."""
    green = None
    driver = [fault for fault in controls.everything() if fault.of_driver()]
    with bench.tally.part("controls, x86_64, newest: no fault, all green") as remarks:
        job = replace(bench.job(NEWEST, "x86_64"),
                      checkout=scratch.project_copy(bench.cache, driver))
        bench.green(job, remarks)
        green = job
    _each_fault(bench, green, controls.controls("mspec-x86_64"))


def old_bugs(bench: Bench) -> None:
    """Bugs of the past on UML, and that 'regress' sees when one is not caught."""
    green = _faulty(bench)
    newest = bench.tree(NEWEST).version()
    bugs = [bug for bug in controls.regressions() if bug.claims(newest, "um")]
    _each_fault(bench, green, bugs)
    with bench.tally.part("regress, um, newest: what is not caught is noticed"):
        if not green:
            raise Skip("its kernel is not green without it")
        _need_a_miss(green, bugs)


def _need_a_miss(green: run.Job, bugs: Sequence[faults.Fault]) -> None:
    """A bug that is not there, and one with the wrong case, must both be misses."""
    driver = next(bug for bug in bugs if bug.of_driver())
    kernel = next(bug for bug in bugs if not bug.of_driver())
    none = replace(kernel, number=NO_SUCH_FAULT)
    wrong = replace(driver, path="wrong-case", caught_by=kernel.caught_by)
    found = regressions.try_each(green, [none, wrong], _logs(green))
    for fault in (none, wrong):
        if faults.verdict(fault, found[fault.name]) != "no case failed; all green":
            raise Failure(f"fault {fault.number} with {fault.caught_by} is no plain miss "
                          f"({found[fault.name].log})")


def _logs(job: run.Job) -> str:
    return run.new_run_dir(job.cache, f"faults-{os.path.basename(job.build_dir())}")


def _each_fault(bench: Bench, green: Optional[run.Job], wanted: Sequence[faults.Fault]) -> None:
    """Switches on one fault at a time; each has to be found."""
    found = regressions.try_each(green, wanted, _logs(green)) if green else {}
    for fault in wanted:
        with bench.tally.part(f"fault: {fault.title}") as remarks:
            if not green:
                raise Skip("its kernel is not green without it")
            outcome = found[fault.name]
            problem = faults.verdict(fault, outcome)
            if problem:
                raise Failure(f"{problem} ({outcome.log})")
            remarks.append(f"{outcome.seconds:.1f} s, caught by "
                           f"{faults.catchers(fault, outcome)}")


PARTS: Dict[str, Callable[[Bench], None]] = {
    "unit": unit,
    "link": round_trip,
    "style": style,
    "um-oldest": suites(OLDEST, "um"),
    "um-newest": suites(NEWEST, "um"),
    "plain": plain,
    "kasan": kasan,
    "x86_64-oldest": suites(OLDEST, "x86_64"),
    "x86_64": suites(NEWEST, "x86_64"),
    "one-cpu": one_cpu,
    "arguments": arguments,
    "surface": traceability,
    "death": deaths,
    "shuffle": random_order,
    "coverage": coverage_slice,
    "m68k": suites(NEWEST, "m68k"),
    "arm64": suites(NEWEST, "arm64"),
    "machines": other_machines,
    "modules": modules,
    "userspace": user_program,
    "warnings": warnings,
    "controls-um": kernel_controls,
    "controls-x86_64": driver_controls,
    "mutate": mutation,
    "regress": old_bugs,
}
NEEDS = (packages.BUILD + packages.PACKAGED_SOURCE + packages.X86_64 + packages.ARM64
         + packages.M68K + packages.GUEST + packages.TEST)


def main(cache: str, only: Sequence[str]) -> int:
    """The command 'test'."""
    if "help" in only:
        for name, part in PARTS.items():
            print(f"{name:16} {(part.__doc__ or '').splitlines()[0]}")
        return 0
    unknown = [name for name in only if name not in PARTS]
    if unknown:
        raise Stop(USAGE, f"--only {unknown[0]}: the parts are {', '.join(PARTS)}")
    packages.provide(NEEDS)
    tally = Tally()
    bench = Bench(cache, tally)
    for name, part in PARTS.items():
        if not only or name in only:
            part(bench)
    print(tally.line(), flush=True)
    return 0 if tally.passed and not tally.failed else 1
