# SPDX-License-Identifier: GPL-2.0
"""Builds kernels that count, and has them run the suites."""

import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Dict, Iterator, List, Sequence, Tuple

from . import PROJECT, arches, boots, gcov, initramfs, ktap, run, shuffle, source, targets
from .stop import NO_BOOT, SETUP, TESTS_FAILED, USAGE, Stop

CONFIGS = ("failures", "shuffle", "coverage")
VARIANT = "coverage"
LITTLE_ENDIAN = (arches.UML, "x86_64", "arm64")
"""The machines whose counters can be read as they are written."""
NOT_AT_BOOT = "kunit.autorun=0"
SECONDS = 600
AT_A_TIME = 3
"""Boots for each CPU: the first program waits for the console to be quiet."""
EARLY = "--make_options=CFLAGS_gcc_base.o=-D_printk=printf"
"""On UML constructors run before the kernel, and printk() in one crashes 6.12: gcov has
only one thing to say there, and libc can say it."""


CONDITIONS_SINCE = 14
"""The gcc that counts which terms decided a condition."""
COMPILERS = ("gcc", *(f"gcc-{number}" for number in range(CONDITIONS_SINCE, CONDITIONS_SINCE + 6)))
CONDITION_FLAGS = ("--make_options=CFLAGS_GCOV=-fprofile-arcs -ftest-coverage -fno-tree-loop-im "
                   "-fprofile-update=prefer-atomic -fcondition-coverage")
"""What the kernel's Makefile has there, and the conditions."""


@dataclass(frozen=True)
class Way:
    """How it is measured."""

    cc: str = ""
    """Another compiler than the machine's own: a path, or a name that a cross compiler's prefix
    is put before."""
    conditions: bool = False

    @property
    def variant(self) -> str:
        """Names the build."""
        words = [VARIANT, re.sub(r"[^0-9A-Za-z.-]", "_", os.path.basename(self.cc)),
                 "conditions" if self.conditions else ""]
        return "-".join(filter(None, words))


def compiler(arch: str, cc: str) -> str:
    """The compiler that builds the kernel."""
    return cc if os.sep in cc else arches.ARCHES[arch].cross + (cc or "gcc")


def gcc_version(command: str) -> str:
    """Such as 12.2.0; '' where it is not there."""
    if not shutil.which(command):
        return ""
    done = subprocess.run([command, "-dumpfullversion", "-dumpversion"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, universal_newlines=True, check=False)
    return done.stdout.strip()


def counts_conditions(version: str) -> bool:
    """This gcc has -fcondition-coverage."""
    number = re.match(r"\d+", version)
    return bool(number and int(number.group()) >= CONDITIONS_SINCE)


def way_for_conditions(machines: Sequence[str], cc: str) -> Way:
    """A compiler that counts conditions on all these machines, or a word that there is none."""
    for name in [cc] if cc else COMPILERS:
        if all(counts_conditions(gcc_version(compiler(arch, name))) for arch in machines):
            return Way("" if name == "gcc" else name, True)
    said = ", ".join(f"{name} is {gcc_version(name) or 'missing'}" for name in
                     dict.fromkeys(compiler(arch, cc) for arch in machines))
    raise Stop(SETUP, f"--condition needs gcc {CONDITIONS_SINCE} or later (-fcondition-coverage), "
                      f"with its gcov; {said}. Name another with --cc; nothing was measured")


def gcov_tool(arch: str, cc: str = "") -> str:
    """The compiler's own gcov."""
    directory, name = os.path.split(compiler(arch, cc))
    start, found, end = name.rpartition("gcc")
    tool = os.path.join(directory, f"{start}gcov{end}")
    if not found or not shutil.which(tool):
        raise Stop(SETUP, f"{tool} is not there; it comes with the compiler" if found else
                          f"--cc {cc}: not a gcc, by its name")
    return tool


def objects(functions: Sequence[targets.Function]) -> Dict[str, str]:
    """The object files to count in, with the file of each as the list of targets names it."""
    return {targets.built_as(name)[:-len(".c")] + ".o": name
            for name in dict.fromkeys(function.file for function in functions)
            if name.endswith(".c")}


def make_options(names: Sequence[str]) -> List[str]:
    """Has kbuild let these objects count, and no other of the same name elsewhere."""
    found: Dict[str, List[str]] = {}
    for name in sorted(names):
        found.setdefault(os.path.basename(name), []).append(name)
    return [f"--make_options=GCOV_PROFILE_{base}=$(filter {' '.join(paths)},$@)"
            for base, paths in found.items()]


def job_for(tree: source.Tree, cache: str, arch: str, names: Sequence[str],
            way: Way = Way()) -> run.Job:
    """The build of a kernel that counts in these objects."""
    if arch not in LITTLE_ENDIAN:
        raise Stop(USAGE, f"--arch {arch}: coverage is for {', '.join(LITTLE_ENDIAN)}")
    job = run.job_on(tree, cache, arch)
    configs = [*job.configs, *(name for name in CONFIGS if name not in job.configs)]
    words = make_options(names) + ([EARLY] if arch == arches.UML else [])
    words += [f"--make_options=CC={compiler(arch, way.cc)}"] if way.cc else []
    words += [CONDITION_FLAGS] if way.conditions else []
    return replace(job, configs=configs, variant=way.variant, command="build",
                   base=run.base_config(tree.path), words=words)


def build(job: run.Job, names: Sequence[str]) -> None:
    """Builds on a tree that is linked."""
    run.build(job)
    if not any(os.path.exists(os.path.join(job.build_dir(), name[:-len(".o")] + ".gcno"))
               for name in names):
        raise Stop(SETUP, f"{job.build_dir()} has no notes of gcov: the compiler was not told "
                          "to count")


@dataclass
class Run:
    """What one boot measured."""

    coverage: gcov.Coverage
    cases: List[ktap.Case] = field(default_factory=list)
    seconds: float = 0.0

    def failed(self) -> List[str]:
        """The cases that did not hold."""
        return [case.path for case in self.cases if case.status in (ktap.FAILED, ktap.CRASHED)]


class Machine:
    """A built kernel and how to boot it; used in a with statement."""

    def __init__(self, job: run.Job, wanted: Dict[str, str], scratch: str,
                 way: Way = Way()) -> None:
        self.job = job
        self._words = (*gcov.BRANCHES, *([gcov.CONDITIONS] if way.conditions else []))
        self._objects = wanted
        self._scratch = scratch
        self._tool = gcov_tool(job.arch, way.cc)
        self._logs = run.new_run_dir(job.cache, os.path.basename(job.build_dir()))
        file = os.path.join(PROJECT, "machines", f"{job.machine}.py") if job.machine else ""
        self._plain = boots.machine(job.tree.path, job.build_dir(), job.arch, file)
        self._images: Dict[Tuple[str, ...], str] = {}
        self.idle: gcov.Coverage = {}
        """What is counted where no suite runs."""

    def suites(self, glob: str = "") -> Dict[str, List[str]]:
        """The suites that match, each with its cases."""
        words = ["kunit.action=list", *([f"kunit.filter_glob={glob}"] if glob else [])]
        outcome = boots.Runner(self._plain, self._logs).one(boots.Boot("list", words, SECONDS))
        found: Dict[str, List[str]] = {}
        for line in map(ktap.strip, outcome.lines):
            if shuffle.LISTED.match(line):
                suite, case = line.split(".")
                found.setdefault(suite, []).append(case)
        if not found:
            raise Stop(TESTS_FAILED if glob else NO_BOOT,
                       f"no suite matches {glob}" if glob else
                       f"the kernel lists no suites; its log is {outcome.log}")
        return found

    def _with(self, suites: Sequence[str]) -> boots.Machine:
        """The machine with our first program, which runs these suites."""
        key = tuple(suites)
        if key not in self._images:
            path = os.path.join(self._scratch, f"initramfs-{len(self._images)}")
            initramfs.write(path, "coverage", arches.ARCHES[self.job.arch].cross,
                            {"suites": initramfs.text(suites),
                             "dev": initramfs.directory()})
            self._images[key] = path
        path = self._images[key]
        command = [word.replace("kunit_shutdown=halt", "kunit_shutdown=none")
                   .replace("kunit_shutdown=reboot", "kunit_shutdown=none")
                   for word in self._plain.command]
        if self.job.arch == arches.UML:
            command.append(f"initrd={path}")
        else:
            command += ["-initrd", path]
        return replace(self._plain, command=command)

    def run(self, suites: Sequence[str], name: str, words: Sequence[str] = ()) -> Run:
        """Boots once; what is counted without suites is taken off."""
        runner = boots.Runner(self._with(suites), self._logs)
        return self._measured(runner.one(boots.Boot(name, [NOT_AT_BOOT, *words], SECONDS)))

    def measure_idle(self) -> None:
        """Boots without suites, to know what the first program itself does."""
        self.idle = {}
        self.idle = self.run([], "idle").coverage

    def _measured(self, outcome: boots.Outcome) -> Run:
        with tempfile.TemporaryDirectory(dir=self._scratch) as directory:
            try:
                found = gcov.counters(outcome.lines)
                coverage = gcov.read(found, self.job.build_dir(), self._objects, self._tool,
                                     directory, self._words)
            except Stop as stop:
                raise Stop(stop.code, f"{stop}; log: {outcome.log}") from stop
        gcov.add(coverage, self.idle, -1)
        return Run(coverage, outcome.cases, outcome.seconds)

    def each(self, cases: Sequence[Tuple[str, str]]) -> Iterator[Tuple[str, Run, str]]:
        """Boots once for each case; with what is wrong where nothing could be measured.

        A machine sleeps for most of its boot, so there are more of them than CPUs.
        """
        for suite in dict.fromkeys(suite for suite, _ in cases):
            self._with([suite])

        def one(item: Tuple[str, str]) -> Tuple[str, Run, str]:
            name = ".".join(item)
            try:
                return name, self.run([item[0]], name, [f"kunit.filter_glob={name}"]), ""
            except Stop as stop:
                if stop.code != NO_BOOT:
                    raise
                return name, Run({}), str(stop)

        with ThreadPoolExecutor(AT_A_TIME * (os.cpu_count() or 1)) as pool:
            waiting = [pool.submit(one, item) for item in cases]
            try:
                for future in waiting:
                    yield future.result()
            finally:
                for future in waiting:
                    future.cancel()


def genhtml(path: str, to: str, tree: str) -> str:
    """Has lcov's genhtml make pages of an .info file; returns what went wrong.

    lcov 2 looks for the ends of functions by where the next one begins, and takes
    what is inlined in between for lines of the one before.
    """
    done = subprocess.run(["genhtml", "--quiet", "--branch-coverage", "--legend", "--prefix", tree,
                           "--rc", "derive_function_end_line=0", "--output-directory", to, path],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          universal_newlines=True, check=False)
    return done.stdout.strip().split("\n")[-1] if done.returncode else ""
