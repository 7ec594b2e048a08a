# SPDX-License-Identifier: GPL-2.0
"""The command 'mutate'."""

import hashlib
import os
import subprocess
import time
from dataclasses import dataclass, field, replace
from typing import Collection, Dict, List, Sequence, Set, Tuple

from .. import PROJECT, arches, boots, builds, death, packages, run, source, targets
from ..progress import Progress
from ..stop import BUILD_FAILED, PASSED, SETUP, TESTS_FAILED, USAGE, Stop
from . import equivalents, identical, kernel, mutants, page, score, trials, verdicts
from .mutants import Mutant
from .verdicts import Verdict

DESCRIPTION = """\
Changes the functions of a list in small ways, one at a time, and tells which
changes the suites find. All mutants are compiled into one kernel, in a copy of a
build; a kernel argument switches one on, so a mutant costs a boot. The tree stays
as it is."""
RESULTS = "results.jsonl"
LOOK_ONLY = ("none", "survivors", "all")
UML_MEMORY = "mem=256M"
"""Enough for the suites; a quarter of what kunit.py gives, and so sooner there."""

FIRST_LIMIT = 180.0
"""Seconds for the first boot, of which nothing is known."""


@dataclass
class Options:
    """What 'mutate' was asked for."""

    kernel: str
    arches: Sequence[str]
    """The machines; each one after the first is asked about what is not settled() by then."""
    cache: str
    suites: str = ""
    targets: str = ""
    functions: Sequence[str] = ()
    """Only these of the list."""
    checked: bool = False
    """Only those that the list marks, and this project's own."""
    kconfig: Sequence[str] = ()
    shard: Tuple[int, int] = (1, 1)
    since: str = ""
    resume: bool = False
    merge: Sequence[str] = ()
    identical: str = "survivors"
    jobs: int = 0
    json: str = ""
    html: str = ""
    at_least: float = 0.0
    only: Sequence[str] = field(default_factory=list)
    """Only mutants with these keys."""


def parts(word: str) -> Tuple[int, int]:
    """'2/4' as numbers."""
    first, _, last = word.partition("/")
    if not (first.isdigit() and last.isdigit() and 1 <= int(first) <= int(last)):
        raise ValueError(word)
    return int(first), int(last)


def shard_name(options: Options) -> str:
    """What the files of one part have in their names; empty where all is one part."""
    first, count = options.shard
    return f"-{first}of{count}" if count > 1 else ""


def base_job(options: Options, tree: source.Tree, arch: str) -> run.Job:
    """The kernel that is mutated: the suites and failing memory, without what slows it down.

    The cases that end in a BUG are among them where it ends a thread, and not the kernel.
    """
    job = run.job_on(tree, options.cache, arch)
    words = [f"--kconfig_add={word}" for word in options.kconfig]
    variant = "lean" + (f"-{hashlib.sha256(repr(words).encode()).hexdigest()[:6]}" if words else "")
    more = ("failures",) if arch == arches.UML else ("failures", death.CONFIG)
    return replace(job, configs=(*job.configs, *more), variant=variant, command="build",
                   words=words, base=run.base_config(tree.path))


def wanted(options: Options, tree: source.Tree) -> List[targets.Function]:
    """The functions to mutate."""
    listed = targets.require(tree.path, targets.read(options.targets))
    if options.functions:
        known = {item.name for item in listed}
        unknown = [name for name in options.functions if name not in known]
        if unknown:
            raise Stop(USAGE, f"--function {unknown[0]}: not in the list of targets")
        listed = [item for item in listed if item.name in options.functions]
    if options.checked:
        listed = [item for item in listed if group_of(item) != score.OTHER]
        if not listed:
            raise Stop(USAGE, "--checked: the list marks none of these functions")
    return listed


def group_of(function: targets.Function) -> str:
    """Which of the scores a function counts for."""
    if function.checked:
        return score.MARKED
    return score.OWN if os.path.exists(os.path.join(PROJECT, function.file)) else score.OTHER


def collect(options: Options, tree: source.Tree,
            functions: Sequence[targets.Function]) -> List[Mutant]:
    """All mutants of these functions, numbered, then those of the shard."""
    by_file: Dict[str, List[targets.Function]] = {}
    for function in functions:
        by_file.setdefault(function.file, []).append(function)
    found: List[Mutant] = []
    with Progress("looking for mutants", lambda: f"{len(found)} found"):
        for name, these in by_file.items():
            found += mutants.collect(targets.path_of(tree.path, name), name, these)
    if options.only:
        found = [mutant for mutant in found if mutant.key in options.only]
    if not found:
        raise Stop(USAGE, "no mutant is in the functions that were asked for")
    first, count = options.shard
    return mutants.numbered([mutant for number, mutant in enumerate(found)
                             if number % count == first - 1])


def unchanged(options: Options, found: Sequence[Mutant]) -> Dict[str, Verdict]:
    """The verdicts of --since that still hold: those on functions whose text is the same."""
    if not options.since or not os.path.exists(options.since):
        return {}
    _, old = verdicts.load(options.since)
    codes = {(mutant.file, mutant.function): mutant.code for mutant in found}
    return {item.key: item for item in old
            if codes.get((item.file, item.function)) == item.code}


def changed_since(options: Options, tree: source.Tree,
                  functions: Sequence[targets.Function]) -> List[targets.Function]:
    """With --since REV: the functions whose text that revision does not have."""
    if not options.since or os.path.exists(options.since):
        return list(functions)
    found: List[targets.Function] = []
    for function in functions:
        path = targets.path_of(tree.path, function.file)
        top = PROJECT if path.startswith(PROJECT + os.sep) else tree.path
        before = subprocess.run(["git", "-C", top, "show", f"{options.since}:{function.file}"],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                encoding="utf-8", errors="surrogateescape", check=False)
        if before.returncode:
            raise Stop(USAGE, f"--since {options.since}: neither a file of results nor a revision "
                              f"that has {function.file} ({before.stderr.strip()})")
        lines = kernel.read(path).split("\n")[function.start - 1:function.end]
        if "\n".join(lines) not in before.stdout:
            found.append(function)
    return found


def prepare(options: Options, tree: source.Tree, arch: str,
            found: Sequence[Mutant]) -> kernel.Kernel:
    """Builds the kernel, and from a copy of the build the one with mutants."""
    job = base_job(options, tree, arch)
    run.build(job)
    copy = job.build_dir().replace("-lean", f"-mutants{shard_name(options)}-lean")
    with Progress("copying the build", str):
        subprocess.run(["rm", "-rf", copy], check=True)
        builds.copy(job.build_dir(), copy)
    made = kernel.Kernel(tree.path, arch, copy, PROJECT)
    kernel.build(made, found, options.jobs or os.cpu_count() or 1)
    return made


def machine_of(made: kernel.Kernel) -> boots.Machine:
    """How its kernel is booted."""
    name = arches.ARCHES[made.arch].machine
    path = os.path.join(PROJECT, "machines", f"{name}.py") if name else ""
    found = boots.machine(made.tree, made.build_dir, made.arch, path)
    return replace(found, always=[UML_MEMORY if made.arch == arches.UML else death.ENABLE])


def left(done: int, total: int, start: float) -> str:
    """How far it is, and the time left."""
    passed = time.monotonic() - start
    rest = f", {passed / done * (total - done):.0f} s left" if done >= 20 else ""
    return f"{done} of {total}{rest}"


def judge_all(options: Options, made: kernel.Kernel, results: verdicts.Results,
              directory: str, dead: Collection[str]) -> None:
    """A verdict for each mutant that has none yet.

    What is absent is absent, whatever an earlier run said: another mutant, not compiled in this
    time, may have made its text live.
    """
    jobs = options.jobs or os.cpu_count() or 1
    absent = [verdicts.verdict(mutant, verdicts.ABSENT, arch=made.arch) for mutant in made.absent]
    results.add([item for item in absent if results.known.get(item.key) != item])
    results.add([verdicts.verdict(mutant, verdicts.NOT_COMPILED, why, arch=made.arch)
                 for mutant, why in made.not_compiled if mutant.key not in results.known])
    todo = [mutant for mutant in made.mutants if mutant.key not in results.known]
    if not made.mutants:
        return
    on = machine_of(made)
    logs = os.path.join(directory, "logs")
    same: Dict[str, str] = {}
    if options.identical == "all":
        with Progress("comparing object code", str):
            same = identical.compare(made, made.mutants, jobs)
        results.add([replace(verdicts.verdict(mutant, verdicts.SURVIVED, arch=made.arch),
                             same_as=same[mutant.key])
                     for mutant in todo if mutant.key in same])
        todo = [mutant for mutant in todo if mutant.key not in same]

    def boot_each(machine: boots.Machine, seen: trials.Survey, these: Sequence[Mutant]) -> None:
        done = [0]
        start = time.monotonic()
        with Progress("mutants", lambda: left(done[0], len(these), start)):
            for item in trials.try_all(machine, made.arch, logs, jobs, options.suites, seen, these,
                                       dead):
                results.add([item])
                done[0] += 1
        seconds = time.monotonic() - start
        if these:
            print(f"{len(these)} mutants in {seconds:.0f} s, "
                  f"{60 * len(these) / seconds:.0f} a minute", flush=True)

    with Progress("survey", lambda: "which suites reach which mutants"):
        seen = trials.survey(on, logs, jobs, options.suites, FIRST_LIMIT)
    boot_each(on, seen, todo)
    for word, files in arches.ARCHES[made.arch].others:
        todo = [mutant for mutant in made.mutants
                if mutant.file in files and mutant.key not in same
                and results.known[mutant.key].kind in verdicts.ALIVE]
        if todo:
            other = replace(on, always=[*on.always, word])
            with Progress(f"survey with '{word}'", str):
                seen = trials.quick_survey(other, logs, options.suites, FIRST_LIMIT)
            boot_each(other, seen, [mutant for mutant in todo if mutant.number in seen.reached])
    if options.identical == "survivors":
        alive = [mutant for mutant in made.mutants
                 if results.known[mutant.key].kind in verdicts.ALIVE]
        with Progress("comparing object code of survivors", str):
            same = identical.compare(made, alive, jobs)
        results.add([replace(results.known[key], same_as=other) for key, other in same.items()
                     if other == identical.ORIGINAL])


def on_machine(options: Options, tree: source.Tree, arch: str,
               found: Sequence[Mutant], dead: Collection[str]) -> List[Verdict]:
    """The verdicts of one machine on these mutants; dead, see trials.try_all()."""
    directory = os.path.join(options.cache, "mutate", f"{tree.name}-{arch}{shard_name(options)}")
    head = {"kernel": tree.version(), "arch": arch, "suites": options.suites}
    results = verdicts.Results(os.path.join(directory, RESULTS), head, options.resume)
    results.add(unchanged(options, found).values())
    judge_all(options, prepare(options, tree, arch, found), results, directory, dead)
    print(f"results   {results.path}", flush=True)
    keys = {mutant.key for mutant in found}
    return [item for item in results.known.values() if item.key in keys]


def settled(items: Sequence[Verdict], reasons: Collection[str]) -> Set[str]:
    """Keys of mutants that no further machine is asked about.

    They were killed by an assertion, or are alive and have a reason why nothing can find them.
    """
    return {item.key for item in items if item.kind == verdicts.ASSERTION
            or item.kind in verdicts.ALIVE and item.key in reasons}


def boot_all(options: Options, tree: source.Tree, functions: Sequence[targets.Function],
             reasons: Collection[str]) -> List[Verdict]:
    """The best verdict of all machines on each mutant; reasons, see settled()."""
    with run.linked(tree, options.cache):
        found = collect(options, tree, functions)
        items: List[Verdict] = []
        for arch in options.arches:
            done = settled(items, reasons)
            left_over = [mutant for mutant in found if mutant.key not in done]
            if not left_over:
                break
            dead = {item.key for item in items if item.kind in (verdicts.CRASH, verdicts.TIMEOUT)}
            these = on_machine(options, tree, arch, left_over, dead)
            print(score.machine(arch, these), flush=True)
            items = score.merge([items, these])
    if all(item.kind == verdicts.ABSENT for item in items):
        raise Stop(BUILD_FAILED, "no mutant is in what this kernel's configuration has")
    return items


def main(options: Options) -> int:
    """The command 'mutate'."""
    for arch in options.arches:
        packages.provide([*run.needs(arch, options.kernel), *packages.TEST])
    tree = source.get(options.kernel, options.cache)
    print(f"kernel source: {tree.version()} in {tree.path}", flush=True)
    version = targets.version_of(tree.path)
    known = equivalents.read(version)
    alive = equivalents.read(version, equivalents.ALIVE)
    functions = changed_since(options, tree, wanted(options, tree))
    if not functions:
        print(f"none of these functions has changed since {options.since}")
        return PASSED
    if options.merge:
        items = score.merge([verdicts.load(path)[1] for path in options.merge])
    else:
        items = boot_all(options, tree, functions, equivalents.reasons(known))
    return finish(options, tree, items, known, alive, functions)


def finish(options: Options, tree: source.Tree, items: List[Verdict],
           known: Sequence[equivalents.Entry], alive: Sequence[equivalents.Entry],
           functions: Sequence[targets.Function]) -> int:
    """Shows and writes what came of it."""
    reasons = equivalents.reasons(known)
    why = equivalents.reasons(alive)
    groups = {f"{item.file}: {item.name}": group_of(item) for item in functions}
    print(score.text(items, reasons, groups, why), flush=True)
    try:
        if options.json:
            verdicts.Results(options.json, {"kernel": tree.version()}, False).add(items)
        if options.html:
            text = page.page(f"Mutants, Linux {tree.version()}", items, reasons,
                             [(item.file, item.start, item.end) for item in functions],
                             lambda name: kernel.read(targets.path_of(tree.path, name)), why)
            kernel.write(os.path.abspath(options.html), text)
    except OSError as error:
        raise Stop(SETUP, f"{error.filename}: {error.strerror}") from error
    whole = not options.merge and options.shard[1] == 1
    wrong = equivalents.wrong([*known, *alive], items, whole)
    for line in wrong:
        print(line)
    _, total = score.rows(items, reasons)
    low = options.at_least and (total.score is None or 100 * total.score < options.at_least)
    if low:
        print(f"FAILED: the score is below {options.at_least:g} %")
    return TESTS_FAILED if wrong or low else PASSED
