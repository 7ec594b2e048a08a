# SPDX-License-Identifier: GPL-2.0
"""The command 'surface': every use of raw mappings in a kernel, and its cases."""

from dataclasses import asdict, dataclass, field
from typing import Dict, List, Sequence, Set, Tuple

from . import PROJECT, covers, places, reasons, report, source
from .covers import Claim
from .places import Place
from .reasons import Reason
from .stop import PASSED, TESTS_FAILED

DESCRIPTION = f"""\
Lists the places in a kernel that read or set VM_PFNMAP, VM_MIXEDMAP, VM_SPECIAL,
their VMA_ forms and the masks made of them, pte/pmd/pud_special and _mkspecial,
pfn_modify_allowed, and the pfnmap_, track_pfn_ and untrack_pfn_ functions, with
the cases that exercise each of them, or the reason why none can. The exit code
is {TESTS_FAILED} while a place has neither, or an annotation or a reason is wrong.

Searched are {', '.join(places.ROOTS[:-1])}
and {places.ROOTS[-1]}; without mm/pfnkunit, which is ours, and
without the kernel's own tests ({', '.join(places.LEFT_OUT)}).
Comments, strings and '#if 0' do not count, nor does a name after 'struct' or
in EXPORT_SYMBOL(). A word is one place however often it is in a line.

{covers.GRAMMAR}

A place is marked '(names all of it)' when there are several words in a
function, and no case of the place names this one.

{reasons.GRAMMAR}"""


@dataclass(frozen=True, order=True)
class Unused:
    """An annotation or a reason that is about no place in this kernel."""

    item: str
    where: str


@dataclass
class Surface:
    """What the command says, in the form it is written as JSON."""

    kernel: str = ""
    places: List[Place] = field(default_factory=list)
    masks: List[str] = field(default_factory=list)
    left_out: List[str] = field(default_factory=list)
    unused: List[Unused] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)
    exit_code: int = PASSED

    def counts(self) -> Dict[str, int]:
        """How many places of each kind there are."""
        with_case = sum(bool(place.cases) for place in self.places)
        with_reason = sum(bool(place.reason and not place.cases) for place in self.places)
        return {"with a case": with_case, "with a reason": with_reason,
                "UNCOVERED": len(self.places) - with_case - with_reason}


def judge(found: places.Found, claims: covers.Claims, why: reasons.Reasons, tree: str,
          configs: Sequence[str]) -> Surface:
    """Puts cases and reasons beside the places."""
    result = Surface(places=found.places, masks=found.masks, left_out=found.left_out,
                     problems=found.problems + claims.problems + why.problems)
    whole = {reason.file for reason in why.reasons if reason.item is None}
    used = set()
    words: Dict[Tuple[str, str], Set[str]] = {}
    for place in result.places:
        words.setdefault((place.file, place.function), set()).add(place.token)
    for place in result.places:
        exact = False
        for claim in claims.claims:
            if place.file in whole or place.only_declared or not claim.item.matches(place):
                continue
            used.add(_of_claim(claim))
            if claim.case not in place.cases:
                place.cases.append(claim.case)
            exact = exact or bool(claim.item.token)
        place.broad = bool(place.cases and not exact and not place.declared
                           and len(words[place.file, place.function]) > 1)
        here = [reason for reason in why.reasons if reason.matches(place)]
        used.update(map(_of_reason, here))
        result.problems += _judge_reasons(place, here, tree, configs)
    said = [*map(_of_claim, claims.claims), *map(_of_reason, why.reasons)]
    result.unused = [what for what in dict.fromkeys(said) if what not in used]
    if result.problems or not all(place.covered for place in result.places):
        result.exit_code = TESTS_FAILED
    return result


def _of_claim(claim: Claim) -> Unused:
    return Unused(str(claim.item), claim.where)


def _of_reason(reason: Reason) -> Unused:
    return Unused(f"{reason.file}: {reason.item or '*'}", f"{reasons.FILE}:{reason.line}")


def _judge_reasons(place: Place, here: Sequence[Reason], tree: str,
                   configs: Sequence[str]) -> List[str]:
    """Gives the place its reason; returns what is wrong with it."""
    problems = []
    for reason in here:
        place.reason = reason.text
        against = reasons.untrue(reason, place, tree, configs)
        if against:
            problems.append(f"{reasons.FILE}:{reason.line}: {against}")
        if place.cases:
            problems.append(f"{reasons.FILE}:{reason.line}: {place.where} has the case "
                            f"{place.cases[0]}")
    if len(here) > 1:
        problems.append(f"{reasons.FILE}:{here[-1].line}: {place.where} has a reason already")
    return problems


def nowhere(kernels: Sequence[Surface]) -> List[Unused]:
    """What is about no place in any of these kernels: mistakes, or left over."""
    common = set.intersection(*(set(result.unused) for result in kernels))
    return sorted(common)


def never_passed(result: Surface, passed: Set[str]) -> List[Place]:
    """The places whose cases have all been skipped, or switched off."""
    return [place for place in result.places if place.cases and not passed & set(place.cases)]


def look(tree: source.Tree, configs: Sequence[str] = ()) -> Surface:
    """The surface of one kernel, with this checkout's cases and reasons."""
    result = judge(places.find(tree.path), covers.read(PROJECT), reasons.read(PROJECT), tree.path,
                   [*reasons.config_files(PROJECT), *configs])
    result.kernel = tree.version()
    return result


def _not_here(unused: Sequence[Unused]) -> List[str]:
    """A line for each item, whoever names it."""
    found: Dict[str, List[str]] = {}
    for what in unused:
        found.setdefault(what.item, []).append(what.where)
    return [f"not here  {item} ({_first(where)})" for item, where in found.items()]


def _first(names: Sequence[str]) -> str:
    """The first, and how many more."""
    return names[0] + (f", +{len(names) - 1}" if len(names) > 1 else "")


def _beside(place: Place) -> str:
    if place.cases:
        return _first(place.cases) + (" (names all of it)" if place.broad else "")
    return f"-- {place.reason}" if place.reason else "UNCOVERED"


def counts_line(result: Surface) -> str:
    """The closing line."""
    files = len({place.file for place in result.places})
    counts = ", ".join(f"{count} {what}" for what, count in result.counts().items())
    broad = sum(place.broad for place in result.places)
    if broad:
        counts += f"; {broad} only with cases that name all of a function"
    return f"{len(result.places)} places in {files} files: {counts}"


def text(result: Surface, uncovered: bool = False) -> str:
    """The table people read."""
    lines = []
    shown = [place for place in result.places if not (uncovered and place.covered)]
    for file in dict.fromkeys(place.file for place in shown):
        here = [place for place in shown if place.file == file]
        widths = [max(len(word) for word in words)
                  for words in zip(*((place.where, place.function, place.token)
                                     for place in here))]
        lines += [f"{place.where:{widths[0]}}  {place.function:{widths[1]}}  "
                  f"{place.token:{widths[2]}}  {_beside(place)}" for place in here] + [""]
    lines.append(f"kernel    {result.kernel}")
    lines += [f"left out  {name}: a test of the kernel's own" for name in result.left_out]
    lines += _not_here(result.unused)
    lines += [f"problem   {problem}" for problem in result.problems]
    return "\n".join(lines + [counts_line(result)])


def main(kernel: str, cache: str, json_path: str, uncovered: bool) -> int:
    """The command."""
    result = look(source.get(kernel, cache))
    if json_path:
        report.write_data({**asdict(result), "counts": result.counts()}, json_path)
    print(text(result, uncovered))
    return result.exit_code
