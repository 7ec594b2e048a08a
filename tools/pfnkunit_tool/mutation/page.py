# SPDX-License-Identifier: GPL-2.0
"""An HTML page: the survivors, then the source with each mutant at its line."""

import html
from typing import Callable, Dict, List, Sequence, Tuple

from . import score, verdicts
from .verdicts import Verdict

STYLE = """\
body { font-family: sans-serif; margin: 1em 2em; } table { border-collapse: collapse; }
td, th { padding: 0 .6em; text-align: right; } td:first-child, th:first-child { text-align: left; }
pre { margin: 0; } .line { white-space: pre; font-family: monospace; }
.no { color: #888; display: inline-block; width: 4em; text-align: right; padding-right: 1em; }
.m { font-family: monospace; margin-left: 5em; padding: 0 .4em; }
.alive { background: #fbb; } .killed { background: #bfb; } .weak { background: #ffc; }
.none { background: #eee; color: #666; } summary { cursor: pointer; }
"""


def colour(kind: str) -> str:
    """The class of a verdict."""
    if kind == verdicts.ASSERTION:
        return "killed"
    if kind in verdicts.KILLED:
        return "weak"
    return "alive" if kind in verdicts.ALIVE else "none"


def _mutant(item: Verdict, reasons: Dict[str, str], alive: Dict[str, str],
            place: bool = False) -> str:
    kind = score.kind_of(item, reasons)
    where = f'<a href="#{_anchor(item)}">{html.escape(item.file)}:{item.line}</a> ' \
            f"{html.escape(item.function)}: " if place else ""
    more = reasons.get(item.key) or item.by or alive.get(item.key) or (
        f"same code as {item.same_as}" if item.same_as else "")
    return (f'<div class="m {colour(kind)}">{where}<b>{kind}</b> {item.operator}: '
            f"{html.escape(item.before)} &rarr; {html.escape(item.after or '(nothing)')}"
            + (f" <i>{html.escape(more)}</i>" if more else "") + "</div>")


def _anchor(item: Verdict) -> str:
    return f"{item.file}:{item.line}".replace('"', "")


def _table(items: Sequence[Verdict], reasons: Dict[str, str]) -> List[str]:
    found, total = score.rows(items, reasons)
    lines = ["<table><tr><th>function</th>" + "".join(f"<th>{name}</th>"
                                                      for name, _ in score.COLUMNS)
             + "<th>score</th></tr>"]
    for row in [*found, total]:
        lines.append(f"<tr><td>{html.escape(row.name)}</td>"
                     + "".join(f"<td>{row.of(kinds) or ''}</td>" for _, kinds in score.COLUMNS)
                     + f"<td>{score.percent(row.score)}</td></tr>")
    return lines + ["</table>"]


def page(title: str, items: Sequence[Verdict], reasons: Dict[str, str],
         functions: Sequence[Tuple[str, int, int]], source: Callable[[str], str],
         alive: Dict[str, str]) -> str:
    """The page; functions are files with first and last lines, source gives a file's text.

    The reasons in alive are shown with those that survived.
    """
    left = [item for item in items if score.kind_of(item, reasons) in verdicts.ALIVE]
    lines = [f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{html.escape(title)}"
             f"</title><style>{STYLE}</style></head><body><h1>{html.escape(title)}</h1>",
             f"<h2>{len(left)} survivors</h2>"]
    lines += [_mutant(item, reasons, alive, True) for item in left]
    lines += ["<h2>Functions</h2>", *_table(items, reasons)]
    at: Dict[Tuple[str, int], List[Verdict]] = {}
    for item in items:
        at.setdefault((item.file, item.line), []).append(item)
    for name in dict.fromkeys(name for name, _, _ in functions):
        text = source(name).split("\n")
        lines.append(f"<h2>{html.escape(name)}</h2>")
        for start, end in sorted({(start, end) for file, start, end in functions if file == name}):
            lines.append("<p>")
            for number in range(start, end + 1):
                lines.append(f'<div class="line" id="{html.escape(name)}:{number}">'
                             f'<span class="no">{number}</span>'
                             f"{html.escape(text[number - 1])}</div>")
                lines += [_mutant(item, reasons, alive) for item in at.get((name, number), [])]
    return "\n".join(lines + ["</body></html>", ""])
