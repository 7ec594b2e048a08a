# SPDX-License-Identifier: GPL-2.0
"""What the command 'coverage' shows."""

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from . import per_case

if TYPE_CHECKING:
    from .coverage import Result, Row

NAME = 34


def _of(share: Tuple[int, int]) -> str:
    return f"{share[0]}/{share[1]}" if share[1] else "-"


def _percent(share: Tuple[int, int]) -> str:
    return f"{_of(share)} ({100 * share[0] / share[1]:.1f} %)" if share[1] else "-"


def total(shares: List[Tuple[int, int]]) -> Tuple[int, int]:
    """The sum."""
    return sum(share[0] for share in shares), sum(share[1] for share in shares)


def text(result: "Result") -> str:
    """The table, the missed lines below each function, and the verdict."""
    conditions = any(row.conditions[1] for row in result.rows)
    heads = "".join(f"{arch:>10}" for arch in result.machines)
    lines = [f"kernel    {result.kernel}",
             f"{'function (! checked)':{NAME}}{heads}{'lines':>10}{'branches':>10}"
             + (f"{'conditions':>12}" if conditions else "")]
    file = ""
    for row in result.rows:
        if row.function.file != file:
            file = row.function.file
            lines.append(file)
        lines += _row(row, result.machines, conditions)
    for checked, what in ((True, "checked functions"), (False, "all functions")):
        these = [row for row in result.rows if row.function.checked or not checked]
        shares = [row.lines for row in these]
        each = ", ".join(f"{arch} {_percent(total([row.machines[arch] for row in these]))}"
                         for arch in result.machines)
        more = (f", conditions {_percent(total([row.conditions for row in these]))}"
                if conditions else "")
        lines.append(f"{what}: {len(these)}; lines {_percent(total(shares))}, branches "
                     f"{_percent(total([row.branches for row in these]))}{more}; lines by "
                     f"machine: {each}")
    if result.cases:
        lines += per_case.summary(result.cases, [row.function for row in result.rows])
        lines.append(f"all lines with their cases: {os.path.join(result.output, 'cases.txt')}")
    lines += [f"note: {note}" for note in result.notes]
    lines.append("seconds   " + ", ".join(f"{name} {seconds}"
                                          for name, seconds in result.seconds.items()))
    lines.append(f"written   {result.output}")
    lines += [f"failed    {name}" for name in result.failed]
    lines += [f"differs   {problem}" for problem in result.problems]
    if result.problems:
        lines.append(f"FAILED: reasons and measurement differ in {len(result.problems)} places")
    elif result.failed:
        lines.append(f"FAILED: {len(result.failed)} cases failed")
    else:
        lines.append("PASSED")
    return "\n".join(lines)


def _row(row: "Row", machines: List[str], conditions: bool) -> List[str]:
    name = f"  {row.function.name}{'!' if row.function.checked else ''}"
    each = "".join(f"{_of(row.machines[arch]):>10}" for arch in machines)
    lines = [f"{name:{NAME}}{each}{_of(row.lines):>10}{_of(row.branches):>10}"
             + (f"{_of(row.conditions):>12}" if conditions else "")]
    for item in row.missed:
        what = f"{item.branches} branch{'es' * (item.branches > 1)} of" if item.branches else "line"
        lines.append(f"      not reached: {what} {item.line}: {item.text}")
    lines += [f"      never decided by: {line}: {terms}" for line, terms in row.undecided]
    return lines


def changes(before: Dict[str, Any], after: Dict[str, Any]) -> str:
    """What changed since an earlier measurement; lines are told by their text."""
    lines = ["", f"against   {before['kernel']} on {', '.join(before['machines'])}:"]
    old = {(item["file"], item["name"], index): item
           for index, item in _numbered(before["functions"])}
    new = {(item["file"], item["name"], index): item
           for index, item in _numbered(after["functions"])}
    for key in [*new, *(key for key in old if key not in new)]:
        if key not in old or key not in new:
            lines.append(f"  {key[0]}: {key[1]} is {'new' if key in new else 'gone'}")
            continue
        was, now = _missed(old[key]), _missed(new[key])
        lines += [f"  {key[0]}: {key[1]}: no longer reached: {what}" for what in now - was]
        lines += [f"  {key[0]}: {key[1]}: reached now, or gone: {what}" for what in was - now]
    return "\n".join(lines + (["  no difference"] if len(lines) == 2 else []))


def _numbered(functions: List[Dict[str, Any]]) -> List[Tuple[int, Dict[str, Any]]]:
    """Each with how many of its name come before."""
    seen: "Counter[Tuple[str, str]]" = Counter()
    found = []
    for item in functions:
        found.append((seen[item["file"], item["name"]], item))
        seen[item["file"], item["name"]] += 1
    return found


def _missed(function: Dict[str, Any]) -> "Counter[str]":
    return Counter(f"{item['text']}" + (f" ({item['branches']} branches)" if item["branches"]
                                        else "") for item in function["missed"])
