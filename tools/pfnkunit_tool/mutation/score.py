# SPDX-License-Identifier: GPL-2.0
"""What the verdicts add up to: a table, a score, the list of survivors."""

from dataclasses import dataclass, field
from typing import Collection, Dict, Iterable, List, Optional, Sequence, Tuple

from . import verdicts
from .verdicts import Verdict

EQUIVALENT = "equivalent"
ORIGINAL = "original"
RANK = {kind: rank for rank, kind in enumerate(verdicts.ORDER)}
SHOWN = 40
MARKED, OWN, OTHER = "functions marked !", "this project's own", "all others"
GROUPS = (MARKED, OWN, OTHER)


@dataclass
class Row:
    """The mutants of a function, or of all."""

    name: str
    kinds: Dict[str, int] = field(default_factory=dict)

    def add(self, kind: str) -> None:
        """Counts one."""
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def of(self, kinds: Iterable[str]) -> int:
        """How many are of these kinds."""
        return sum(self.kinds.get(kind, 0) for kind in kinds)

    @property
    def killed(self) -> int:
        """Found by the suites, one way or another."""
        return self.of(verdicts.KILLED)

    @property
    def alive(self) -> int:
        """Found by nothing."""
        return self.of(verdicts.ALIVE)

    @property
    def score(self) -> Optional[float]:
        """Killed of those that could be; None when there are none."""
        total = self.killed + self.alive
        return self.killed / total if total else None


def merge(runs: Sequence[Sequence[Verdict]]) -> List[Verdict]:
    """The best that any machine says of each mutant; in the order of the runs."""
    found: Dict[str, Verdict] = {}
    for run in runs:
        for item in run:
            old = found.get(item.key)
            if old is None or _rank(item) < _rank(old):
                found[item.key] = item
    return list(found.values())


def _rank(item: Verdict) -> int:
    """Who is the same as the original on one machine says nothing about others."""
    same = item.kind in verdicts.ALIVE and item.same_as == ORIGINAL
    return RANK[verdicts.NOT_COMPILED] if same else RANK[item.kind]


def kind_of(item: Verdict, reasons: Dict[str, str]) -> str:
    """How a mutant counts: one that changes nothing is neither killed nor alive."""
    if item.kind in verdicts.ALIVE and (item.same_as == ORIGINAL or item.key in reasons):
        return EQUIVALENT
    if item.same_as and item.same_as != ORIGINAL:
        return "duplicate"
    return item.kind


def rows(items: Sequence[Verdict], reasons: Dict[str, str],
         by: str = "function") -> Tuple[List[Row], Row]:
    """A row for each function (or operator), and one for all."""
    found: Dict[str, Row] = {}
    total = Row("all")
    for item in items:
        name = f"{item.file}: {item.function}" if by == "function" else str(getattr(item, by))
        kind = kind_of(item, reasons)
        found.setdefault(name, Row(name)).add(kind)
        total.add(kind)
    return list(found.values()), total


def machine(arch: str, items: Sequence[Verdict]) -> str:
    """What one machine said, on one line."""
    _, total = rows(items, {})
    kinds = ", ".join(f"{name} {total.of(kinds)}" for name, kinds in COLUMNS if total.of(kinds))
    return f"{arch:10}{len(items)} mutants: {kinds}"


COLUMNS = (("assert", (verdicts.ASSERTION,)), ("crash", (verdicts.CRASH, verdicts.NO_START)),
           ("splat", (verdicts.SPLAT,)), ("hang", (verdicts.TIMEOUT,)),
           ("alive", (verdicts.SURVIVED,)), ("unreached", (verdicts.NOT_REACHED,)),
           ("equiv", (EQUIVALENT,)), ("same", ("duplicate",)),
           ("absent", (verdicts.ABSENT,)), ("no object", (verdicts.NOT_COMPILED,)))


def percent(score: Optional[float]) -> str:
    """A score for people."""
    return "-" if score is None else f"{100 * score:.1f} %"


def table(found: Sequence[Row], total: Row) -> List[str]:
    """The lines of a table."""
    width = max([len(row.name) for row in found] + [10])
    head = f"{'':{width}}" + "".join(f" {name:>9}" for name, _ in COLUMNS) + "    score"
    return [head] + [f"{row.name:{width}}" + "".join(f" {row.of(kinds):9}" for _, kinds in COLUMNS)
                     + f" {percent(row.score):>8}" for row in [*found, total]]


def grouped(items: Sequence[Verdict], reasons: Dict[str, str],
            groups: Dict[str, str]) -> List[Row]:
    """A row for each group of functions; groups gives that of 'FILE: FUNCTION'."""
    found = {name: Row(name) for name in GROUPS}
    for item in items:
        group = groups.get(f"{item.file}: {item.function}", OTHER)
        found[group].add(kind_of(item, reasons))
    return [row for row in found.values() if row.kinds]


def text(items: Sequence[Verdict], reasons: Dict[str, str], groups: Dict[str, str],
         alive: Collection[str] = (), shown: int = SHOWN) -> str:
    """What people read at the end of a run; groups as for grouped().

    A survivor that has its reason in alive is counted, but not listed.
    """
    functions, total = rows(items, reasons)
    operators, _ = rows(items, reasons, "operator")
    lines = ["", *table(functions, total), "", *table(operators, total), "",
             *table(grouped(items, reasons, groups), total), ""]
    left = [item for item in items if kind_of(item, reasons) in verdicts.ALIVE]
    told = sum(item.key in alive for item in left)
    left = [item for item in left if item.key not in alive]
    lines += [f"{item.kind:12}{item.file}:{item.line}: {item.function}: {item.operator}: "
              f"{item.before} => {item.after or '(nothing)'}" for item in left[:shown]]
    if len(left) > shown:
        lines.append(f"... and {len(left) - shown} more; all are in the JSON file")
    if told:
        lines.append(f"{told} of those alive or unreached have a reason in tools/mutation/alive")
    less = total.of((verdicts.CRASH, verdicts.SPLAT, verdicts.TIMEOUT, verdicts.NO_START))
    lines.append(f"mutants   {len(items)}, killed {total.killed} of "
                 f"{total.killed + total.alive} that could be: {percent(total.score)}; "
                 f"{percent(less / total.killed if total.killed else None)} of these "
                 "by a crash, a splat or a hang only")
    return "\n".join(lines)
