# SPDX-License-Identifier: GPL-2.0
"""What the suites say about each mutant."""

import json
import os
import re
import time
from dataclasses import asdict, dataclass
from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from .. import boots, ktap
from ..stop import NO_BOOT, TESTS_FAILED, Stop
from .mutants import Mutant

ASSERTION, CRASH, SPLAT, TIMEOUT = "assertion", "crash", "splat", "timeout"
SURVIVED, NOT_REACHED = "survived", "not reached"
NOT_COMPILED, ABSENT, NO_START = "not compiled", "absent", "boots not"
KILLED = (ASSERTION, CRASH, SPLAT, TIMEOUT, NO_START)
ALIVE = (SURVIVED, NOT_REACHED)
ORDER = (ASSERTION, CRASH, SPLAT, TIMEOUT, NO_START, SURVIVED, NOT_REACHED, NOT_COMPILED, ABSENT)

MODULE = re.compile(r"^(\w+)\n# module: (\w+)$", re.MULTILINE)
REACHED = re.compile(r"pfnkunit: reached((?: \d+)*)$")
ALL_REACHED = re.compile(r"pfnkunit: reached-all (\d+)$")
SLACK = 5
"""A boot may take this many times as long as one without a mutant."""

DEATHS = 4
"""So many suites may end a boot before a crash is taken for the only answer."""

TRIES = 2
"""How often a boot is tried again before the mutant is to blame."""

SECONDS = 5.0
"""But at least this long: the machine may have more to do than before."""


@dataclass
class Verdict:
    """One line of a result file."""

    key: str
    file: str
    function: str
    operator: str
    line: int
    before: str
    after: str
    code: str
    kind: str
    by: str = ""
    """The case that killed it, or why it was not compiled."""
    seconds: float = 0.0
    same_as: str = ""
    """The key of a mutant with the same object code, or 'original'."""
    arch: str = ""


def verdict(mutant: Mutant, kind: str, by: str = "", seconds: float = 0.0,
            arch: str = "") -> Verdict:
    """A verdict on a mutant."""
    return Verdict(mutant.key, mutant.file, mutant.function, mutant.operator, mutant.line,
                   mutant.before, mutant.after, mutant.code, kind, by, seconds, arch=arch)


def fails(line: str) -> bool:
    """True for a line that settles it: a failed assertion, or a case that is not ok."""
    return line.lstrip().startswith("not ok ") or bool(ktap.ASSERTION.match(line))


def judge(outcome: boots.Outcome) -> "tuple[str, str]":
    """How a boot with a mutant ended, and the case that showed it."""
    failed = outcome.of_status(ktap.FAILED)
    if failed:
        return ASSERTION, failed[0].path
    if not outcome.started:
        return NO_START, (outcome.died or (outcome.lines or [""])[-1].strip())[:200]
    if not outcome.complete:
        crashed = outcome.of_status(ktap.CRASHED)
        where = crashed[-1].path if crashed else ""
        return (TIMEOUT if outcome.timed_out and not outcome.died else CRASH), where
    if outcome.splats:
        return SPLAT, outcome.splats[0].case
    return SURVIVED, ""


@dataclass
class Survey:
    """What the suites do without a mutant."""

    seconds: float
    """Of a boot with all suites."""
    suites: List[str]
    reached: Dict[int, List[str]]
    """The suites that come by each switch; a switch passed while booting has all."""
    modules: Dict[str, str]
    """The module of each suite."""

    def words(self, number: int, without: Sequence[str] = ()) -> Optional[List[str]]:
        """The kernel argument that leaves out suites which do not come by a switch.

        Without leaves out more; None when no suite is left.
        """
        all_modules = set(self.modules.values())
        wanted = {self.modules.get(suite, "") for suite in self.reached[number]}
        if "" in wanted:
            return None if without else []
        wanted -= {self.modules.get(suite, "") for suite in without}
        if not wanted:
            return None
        left = sorted(all_modules - wanted)
        return ["kunit.filter=" + ",".join(f"module!={name}" for name in left)] if left else []

    def limit(self) -> float:
        """Seconds until a boot counts as hung."""
        return max(SECONDS, SLACK * self.seconds)


def glob_word(suites: str) -> List[str]:
    """The kernel argument that chooses suites."""
    return [f"kunit.filter_glob={suites}"] if suites else []


def survey(on: boots.Machine, logs: str, jobs: int, suites: str, limit: float) -> Survey:
    """Boots without a mutant: all has to be green. Then suite by suite: who reaches what."""
    runner = boots.Runner(on, logs, jobs)
    start = time.monotonic()
    base = runner.one(boots.Boot("original", glob_word(suites), limit))
    seconds = time.monotonic() - start
    if not base.started:
        raise Stop(NO_BOOT, f"the kernel with all mutants off does not boot ({base.log})")
    if not base.green:
        bad = base.of_status(ktap.FAILED) + base.of_status(ktap.CRASHED)
        what = [case.path for case in bad] + [splat.text for splat in base.splats]
        raise Stop(TESTS_FAILED, f"with all mutants off the suites are not green: "
                                 f"{'; '.join(what[:3]) or 'nothing passed'} ({base.log})")
    names = list(dict.fromkeys(case.suite for case in base.cases))
    wanted = [boots.Boot("reached-nothing", ["kunit.filter_glob=no-such-suite",
                                             "pfnkunit_survey=1"], limit)]
    for name in names:
        words = glob_word(name if "." not in suites else f"{name}.{suites.split('.', 1)[1]}")
        wanted.append(boots.Boot(f"reached-{name}", [*words, "pfnkunit_survey=1"], limit))
    found: Dict[int, List[str]] = {}
    early: Set[int] = set()
    for outcome in runner.run(wanted):
        numbers = reached(outcome)
        if outcome.boot.name == "reached-nothing":
            early = numbers
            continue
        for number in numbers:
            found.setdefault(number, []).append(outcome.boot.name[len("reached-"):])
    found.update({number: list(names) for number in early})
    listed = runner.one(boots.Boot("modules", ["kunit.action=list_attr"], limit))
    modules = dict(MODULE.findall("\n".join(map(ktap.strip, listed.lines))))
    return Survey(seconds, names, found, {name: modules[name] for name in names
                                          if name in modules})


def reached(outcome: boots.Outcome) -> Set[int]:
    """The switches that a survey's boot came by."""
    numbers: Set[int] = set()
    total: Optional[int] = None
    for line in map(ktap.strip, outcome.lines):
        match = REACHED.search(line)
        if match:
            numbers.update(map(int, match.group(1).split()))
        match = ALL_REACHED.search(line)
        if match:
            total = int(match.group(1))
    if total != len(numbers):
        raise Stop(NO_BOOT, f"a boot does not tell which mutants it reaches ({outcome.log})")
    return numbers


def try_all(on: boots.Machine, arch: str, logs: str, jobs: int, suites: str, seen: Survey,
            mutants: Sequence[Mutant]) -> Iterator[Verdict]:
    """Boots each mutant that is reached; the verdicts as they come."""
    by_name: Dict[str, Mutant] = {}
    wanted: List[boots.Boot] = []
    for mutant in mutants:
        if mutant.number not in seen.reached:
            yield verdict(mutant, NOT_REACHED, arch=arch)
            continue
        words = [*glob_word(suites), *(seen.words(mutant.number) or []),
                 f"pfnkunit_mutant={mutant.number}"]
        boot = boots.Boot(f"mutant-{mutant.number}", words, seen.limit())
        by_name[boot.name] = mutant
        wanted.append(boot)
    runner = boots.Runner(on, logs, jobs, cut=fails)
    again: List[Tuple[boots.Boot, Mutant, Verdict, List[str]]] = []
    for outcome in runner.run(wanted):
        for _ in range(TRIES):
            if not _no_fault_of_the_mutants(outcome):
                break
            outcome = runner.one(outcome.boot)
        kind, by = judge(outcome)
        mutant = by_name[outcome.boot.name]
        found = verdict(mutant, kind, by, outcome.seconds, arch)
        if kind in (ASSERTION, NO_START):
            os.unlink(outcome.log)
        if kind in (CRASH, TIMEOUT) and by:
            again.append((outcome.boot, mutant, found, [by.split(".")[0]]))
        else:
            yield found
    yield from _without_the_dead(runner, seen, suites, again)


def _without_the_dead(runner: boots.Runner, seen: Survey, suites: str,
                      again: "List[Tuple[boots.Boot, Mutant, Verdict, List[str]]]"
                      ) -> Iterator[Verdict]:
    """Whether an assertion finds those, too, that end a boot in the first suite they reach.

    Boots without the suites in which it ended, until one fails or none is left.
    """
    while again:
        wanted: List[boots.Boot] = []
        state = {}
        for boot, mutant, found, dead in again:
            words = seen.words(mutant.number, dead) if len(dead) <= DEATHS else None
            if words is None:
                yield found
                continue
            words = [*glob_word(suites), *words, f"pfnkunit_mutant={mutant.number}"]
            state[boot.name] = (boot, mutant, found, dead)
            wanted.append(boots.Boot(boot.name, words, boot.timeout))
        again = []
        for outcome in runner.run(wanted):
            boot, mutant, found, dead = state[outcome.boot.name]
            kind, by = judge(outcome)
            if kind in (CRASH, TIMEOUT) and by and by.split(".")[0] not in dead:
                again.append((boot, mutant, found, [*dead, by.split(".")[0]]))
                continue
            if kind == ASSERTION:
                found.kind, found.by = kind, by
            yield found


def _no_fault_of_the_mutants(outcome: boots.Outcome) -> bool:
    """True for what the host may be to blame for, and is tried again.

    The kernel did not get to the suites (on a busy host QEMU's timer may not tick
    in time for it), or went down in order and yet a result is missing.
    """
    if not outcome.started:
        return True
    return outcome.halted and not outcome.complete and not outcome.cut and not outcome.died


class Results:
    """A file with one verdict a line, written as they come."""

    def __init__(self, path: str, head: Dict[str, str], resume: bool) -> None:
        """With resume, what the file has is kept if its head says the same."""
        self.path = path
        self.known: Dict[str, Verdict] = {}
        if resume and os.path.exists(path):
            found_head, verdicts = load(path)
            if found_head == head:
                self.known = {item.key: item for item in verdicts}
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"head": head}) + "\n")
            file.writelines(json.dumps(asdict(item)) + "\n" for item in self.known.values())

    def add(self, items: Iterable[Verdict]) -> None:
        """Appends verdicts."""
        with open(self.path, "a", encoding="utf-8") as file:
            for item in items:
                self.known[item.key] = item
                file.write(json.dumps(asdict(item)) + "\n")


def load(path: str) -> "tuple[Dict[str, str], List[Verdict]]":
    """Reads a result file; of several verdicts on a mutant the last one counts."""
    head: Dict[str, str] = {}
    found: Dict[str, Verdict] = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            try:
                data = json.loads(line)
            except ValueError:
                continue  # cut short when the run was ended
            if "head" in data:
                head = data["head"]
            else:
                item = Verdict(**data)
                found[item.key] = item
    return head, list(found.values())
