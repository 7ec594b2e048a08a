# SPDX-License-Identifier: GPL-2.0
"""Boots of a kernel with mutants: which suites come by which, and what they find."""

import os
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from typing import Collection, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from .. import boots, ktap
from ..stop import NO_BOOT, TESTS_FAILED, Stop
from .mutants import Mutant
from .verdicts import (ASSERTION, CRASH, NOT_REACHED, NO_START, SPLAT, SURVIVED, TIMEOUT,
                       Failing, Verdict, judge, verdict)

MODULE = re.compile(r"^(\w+)\n# module: (\w+)$", re.MULTILINE)
REACHED = re.compile(r"pfnkunit: reached((?: \d+)*)$")
ALL_REACHED = re.compile(r"pfnkunit: reached-all (\d+)$")
LPJ = re.compile(r"Calibrating delay loop\.\.\. .*\(lpj=(\d+)\)$")
SLACK = 5
"""A boot may take this many times as long as one without a mutant."""

CUT_SHORT = "(cut short after "
"""How the name begins of what a boot ended in, where no more is known."""

DEATHS = {CRASH: 4, TIMEOUT: 1}
"""So many suites may end a boot before that is taken for the only answer; a hang takes its time."""

TRIES = 2
"""How often a boot is tried again before the mutant, or the kernel, is to blame."""

SECONDS = 3.0
"""But at least this long: the machine may have more to do than before."""

CASES = 12
"""So many cases of the suites that a mutant kills the kernel in are booted one by one."""


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
    cases: Dict[str, List[str]] = field(default_factory=dict)
    """The cases of each suite, in their order, without parameters."""
    silence: float = 0.0
    """The longest time between two lines, in seconds."""
    known: List[str] = field(default_factory=list)
    """Kernel arguments with what a kernel finds out while booting, so that others need not."""

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

    def quiet(self) -> float:
        """Seconds without a line until a boot counts as hung."""
        return max(SECONDS, 2 * SLACK * self.silence)

    def after(self, dead: str) -> List[str]:
        """The cases behind CASE, where a boot ended in 'SUITE.(cut short after CASE/...)'."""
        suite, _, rest = dead.partition(".")
        names = self.cases.get(suite, [])
        last = rest[len(CUT_SHORT):-1].split("/")[0] if rest.startswith(CUT_SHORT) else ""
        start = names.index(last) + 1 if last in names else 0
        return [f"{suite}.{name}" for name in names[start:]]


def glob_word(suites: str) -> List[str]:
    """The kernel argument that chooses suites."""
    return [f"kunit.filter_glob={suites}"] if suites else []


def survey(on: boots.Machine, logs: str, jobs: int, suites: str, limit: float) -> Survey:
    """Boots without a mutant: all has to be green. Then suite by suite: who reaches what."""
    runner = boots.Runner(on, logs, jobs)
    seen, base = _original(runner, suites, limit)
    wanted = [boots.Boot("reached-nothing", ["kunit.filter_glob=no-such-suite",
                                             "pfnkunit_survey=1"], limit)]
    for name in seen.suites:
        words = glob_word(name if "." not in suites else f"{name}.{suites.split('.', 1)[1]}")
        wanted.append(boots.Boot(f"reached-{name}", [*words, "pfnkunit_survey=1"], limit))
    early: Set[int] = set()
    for outcome in runner.run(wanted):
        numbers = _reached(runner, outcome)
        if outcome.boot.name == "reached-nothing":
            early = numbers
            continue
        for number in numbers:
            seen.reached.setdefault(number, []).append(outcome.boot.name[len("reached-"):])
    seen.reached.update({number: list(seen.suites) for number in early})
    listed = runner.one(boots.Boot("modules", ["kunit.action=list_attr"], limit))
    modules = dict(MODULE.findall("\n".join(map(ktap.strip, listed.lines))))
    seen.modules = {name: modules[name] for name in seen.suites if name in modules}
    seen.known = known_from(base.lines)
    return seen


def quick_survey(on: boots.Machine, logs: str, suites: str, limit: float) -> Survey:
    """The same for few mutants: all suites count as those that reach one."""
    runner = boots.Runner(on, logs, 1)
    seen, _ = _original(runner, suites, limit)
    outcome = runner.one(boots.Boot("reached", [*glob_word(suites), "pfnkunit_survey=1"], limit))
    seen.reached = {number: list(seen.suites) for number in _reached(runner, outcome)}
    return seen


def _reached(runner: boots.Runner, outcome: boots.Outcome) -> Set[int]:
    """The same as reached(); a boot that does not end in order is tried again."""
    for _ in range(TRIES):
        if outcome.halted:
            break
        outcome = runner.one(outcome.boot)
    return reached(outcome)


def _original(runner: boots.Runner, suites: str, limit: float) -> Tuple[Survey, boots.Outcome]:
    """A boot without a mutant, and the survey so far."""
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
    cases = {name: list(dict.fromkeys(case.name.split("/")[0] for case in base.cases
                                      if case.suite == name)) for name in names}
    return Survey(seconds, names, {}, {}, cases, base.silence), base


def known_from(lines: Sequence[str]) -> List[str]:
    """The speed of the delay loop, where the kernel measured it: nothing else takes as long."""
    found = next(filter(None, map(LPJ.match, map(ktap.strip, lines))), None)
    return [f"lpj={found.group(1)}"] if found else []


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


@dataclass
class _Dead:
    """A mutant that ended the kernel, and the boots that may show more."""

    mutant: Mutant
    found: Verdict
    dead: List[str]
    """Where the kernel died, in the form SUITE.CASE."""

    @property
    def suites(self) -> List[str]:
        """The suites it died in."""
        return [path.split(".")[0] for path in self.dead]


def try_all(on: boots.Machine, arch: str, logs: str, jobs: int, suites: str, seen: Survey,
            mutants: Sequence[Mutant], dead: Collection[str] = ()) -> Iterator[Verdict]:
    """Boots each mutant that is reached; the verdicts as they come.

    Dead are the keys of those that ended another machine's kernel: where they end this one,
    too, no other suites are asked, which takes many boots.
    """
    yield from (verdict(mutant, NOT_REACHED, arch=arch) for mutant in mutants
                if mutant.number not in seen.reached)
    queue = Queue(seen, suites, [mutant for mutant in mutants if mutant.number in seen.reached])
    runner = boots.Runner(on, logs, jobs, cut=lambda: Failing().settled)
    again: List[_Dead] = []
    for outcome in runner.run(queue):
        for _ in range(TRIES):
            if not _no_fault_of_the_mutants(outcome):
                break
            outcome = runner.one(outcome.boot)
        kind, by = judge(outcome)
        mutant = queue.mutant_of(outcome.boot)
        found = verdict(mutant, kind, by, outcome.seconds, arch)
        if kind in (ASSERTION, NO_START):
            os.unlink(outcome.log)
        if kind in (CRASH, TIMEOUT) and by and mutant.key not in dead:
            again.append(_Dead(mutant, found, [by]))
        elif not queue.is_left(found, mutant):
            yield queue.settled(found)
    for item in _without_the_dead(runner, seen, suites, again):
        if item.found.kind == ASSERTION:
            yield item.found
            continue
        if "." not in suites:
            _case_by_case(runner, seen, item)
        yield item.found


class Queue(Iterator[boots.Boot]):
    """The boots to come. Each mutant first meets the suite that found most of its function's.

    Those that this suite does not find come again, with the other suites.
    """

    def __init__(self, seen: Survey, suites: str, mutants: Sequence[Mutant]) -> None:
        self._seen, self._suites = seen, suites
        self._todo = deque(mutants)
        self._found: Dict[str, "Counter[str]"] = {}
        """The suites that found a function's mutants."""
        self._tried: Dict[int, str] = {}
        """The suite that a mutant has met."""
        self._early: Dict[str, Verdict] = {}
        """What a mutant's first boot said, where it was not the last."""
        self._booted: Dict[str, Mutant] = {}

    def __next__(self) -> boots.Boot:
        if not self._todo:
            raise StopIteration
        mutant = self._todo.popleft()
        if mutant.number in self._tried:
            without = [self._tried[mutant.number]]
        else:
            without = self._all_but_the_likely_one(mutant)
        words = self._seen.words(mutant.number, without)
        boot = _boot(self._seen, mutant, [*glob_word(self._suites), *(words or [])])
        self._booted[boot.name] = mutant
        return boot

    def _all_but_the_likely_one(self, mutant: Mutant) -> List[str]:
        reached = self._seen.reached[mutant.number]
        found = self._found.get(mutant.function, Counter())
        likely = max(reached, key=lambda suite: found[suite])
        others = [suite for suite in reached if suite != likely]
        if not found[likely] or self._seen.words(mutant.number, others) is None:
            return []
        self._tried[mutant.number] = likely
        return others

    def mutant_of(self, boot: boots.Boot) -> Mutant:
        """Which mutant a boot is for."""
        return self._booted[boot.name]

    def is_left(self, found: Verdict, mutant: Mutant) -> bool:
        """True when other suites have to be asked, too; then the mutant comes again."""
        if found.kind == ASSERTION:
            suite = found.by.split(".")[0]
            self._found.setdefault(mutant.function, Counter())[suite] += 1
        tried = self._tried.get(mutant.number)
        if (found.kind not in (SURVIVED, SPLAT) or tried is None or found.key in self._early
                or self._seen.words(mutant.number, [tried]) is None):
            return False
        self._early[found.key] = found
        self._todo.appendleft(mutant)
        return True

    def settled(self, found: Verdict) -> Verdict:
        """What both boots say together."""
        early = self._early.get(found.key)
        return early if early and early.kind == SPLAT and found.kind == SURVIVED else found


def _boot(seen: Survey, mutant: Mutant, words: Sequence[str], name: str = "") -> boots.Boot:
    """A boot with a mutant switched on."""
    return boots.Boot(f"mutant-{mutant.number}{name}",
                      [*words, *seen.known, f"pfnkunit_mutant={mutant.number}"],
                      seen.limit(), seen.quiet())


def _without_the_dead(runner: boots.Runner, seen: Survey, suites: str,
                      again: List[_Dead]) -> Iterator[_Dead]:
    """Whether an assertion finds those, too, that end a boot in the first suite they reach.

    Boots without the suites in which it ended, until one fails or none is left.
    """
    while again:
        wanted: List[boots.Boot] = []
        state: Dict[str, _Dead] = {}
        for item in again:
            words = (seen.words(item.mutant.number, item.suites)
                     if len(item.dead) <= DEATHS[item.found.kind] else None)
            if words is None:
                yield item
                continue
            boot = _boot(seen, item.mutant, [*glob_word(suites), *words])
            state[boot.name] = item
            wanted.append(boot)
        again = []
        for outcome in runner.run(wanted):
            item = state[outcome.boot.name]
            kind, by = judge(outcome)
            if kind in (CRASH, TIMEOUT) and by and by.split(".")[0] not in item.suites:
                item.dead.append(by)
                again.append(item)
                continue
            if kind == ASSERTION:
                item.found.kind, item.found.by = kind, by
            yield item


def _case_by_case(runner: boots.Runner, seen: Survey, item: _Dead) -> None:
    """The cases that come after the one in which a kernel died may find it by an assertion."""
    if item.found.kind != CRASH:
        return  # a hang costs its whole time in each of them
    by_turns = chain.from_iterable(zip_longest(*map(seen.after, item.dead)))
    wanted = [_boot(seen, item.mutant, glob_word(path), f"-{path}")
              for path in islice(filter(None, by_turns), CASES)]
    outcomes = runner.run(wanted)
    for outcome in outcomes:
        kind, by = judge(outcome)
        os.unlink(outcome.log)
        if kind == ASSERTION:
            item.found.kind, item.found.by = kind, by
            break
    outcomes.close()


def _no_fault_of_the_mutants(outcome: boots.Outcome) -> bool:
    """True for what the host may be to blame for, and is tried again.

    The kernel did not get to the suites (on a busy host QEMU's timer may not tick
    in time for it), or went down in order and yet a result is missing.
    """
    if not outcome.started:
        return True
    return outcome.halted and not outcome.complete and not outcome.cut and not outcome.died
