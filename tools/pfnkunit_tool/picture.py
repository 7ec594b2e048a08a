# SPDX-License-Identifier: GPL-2.0
"""Draws where first-touched pages landed, as the cases about placement tell it.

They print a KTAP diagnostic for each page:
'placement: page=N toucher=N home=N node=N': the page's index in its mapping, the
node of the CPU that touched it first, the node where that CPU's pages should
come from, and the node it is on (-1: the touch was refused).

One panel for each case and parameter, page index against node.
"""

import os
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Callable, Dict, List, Sequence, Tuple
from xml.sax.saxutils import escape

from . import ktap

FILE = "placement.svg"
LINE = re.compile(r"^\s*# [^:]+: placement: page=(\d+) toucher=(\d+) home=(\d+) node=(-?\d+)$")

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6d31", "#555555")
INK, GREY, GRID, WRONG = "#222222", "#777777", "#e4e4e4", "#d00000"
LEFT, RIGHT, TOP, BOTTOM = 74, 26, 30, 46
"""Around the plot of a panel, in pixels, as all lengths here."""
PLOT, PAD, LANE, HEAD = 860, 6, 26, 104
WIDTH = LEFT + PLOT + RIGHT
TICKS = 16


@dataclass(frozen=True)
class Placement:
    """One page; node is -1 where the touch was refused."""

    page: int
    toucher: int
    home: int
    node: int

    @property
    def strayed(self) -> bool:
        """True when it is not where it should be."""
        return self.node != self.home


def read(lines: Sequence[str], cases: Sequence[ktap.Case]) -> Dict[str, List[Placement]]:
    """The placements in a log, by the case, or parameter of one, that printed them."""
    ends = sorted(cases, key=lambda case: case.line)
    numbers = [case.line for case in ends]
    found: Dict[str, List[Placement]] = {}
    for number, line in enumerate(lines):
        match = LINE.match(ktap.strip(line))
        if not match:
            continue
        index = bisect_left(numbers, number)
        path = ends[index].path if index < len(ends) else "after the last case"
        found.setdefault(path, []).append(Placement(*map(int, match.groups())))
    return found


def draw(logs: str, cases: Sequence[ktap.Case], machine: str, kernel: str) -> str:
    """Draws what the logs of a run tell; returns the file, or '' where they tell nothing."""
    found: Dict[str, List[Placement]] = {}
    for name in dict.fromkeys(case.log for case in cases):
        with open(os.path.join(logs, name), encoding="utf-8", errors="replace") as file:
            lines = ktap.without_beginnings(file.read().splitlines())
        for path, pages in read(lines, [case for case in cases if case.log == name]).items():
            found.setdefault(path, []).extend(pages)
    if not found:
        return ""
    path = os.path.join(logs, FILE)
    with open(path, "w", encoding="utf-8") as file:
        file.write(svg(found, f"{machine}; Linux {kernel}"))
    return path


def svg(found: Dict[str, List[Placement]], subtitle: str) -> str:
    """The whole picture."""
    nodes = 1 + max(max(item.toucher, item.home, item.node)
                    for pages in found.values() for item in pages)
    panel = TOP + nodes * LANE + BOTTOM
    parts = [_text(LEFT, 30, "Where first-touched pages landed", 18, weight="bold"),
             _text(LEFT, 50, subtitle, 12, GREY), *_legend(found, nodes)]
    for number, (name, pages) in enumerate(found.items()):
        parts += [f'<g transform="translate(0 {HEAD + number * panel})">',
                  *_panel(name, pages, nodes), "</g>"]
    height = HEAD + len(found) * panel
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
                      f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
                      f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
                      *parts, "</svg>", ""])


def step(count: int, most: int) -> int:
    """The least distance of round numbers (1, 2, 5, 10, ...) with at most so many in count."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if count <= most * factor * size:
                return factor * size
        size *= 10


def _colour(node: int) -> str:
    return COLOURS[node % len(COLOURS)]


def _text(x: float, y: float, words: str, size: int = 12, colour: str = INK,
          anchor: str = "start", weight: str = "normal") -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
            f'text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>')


def _line(x: Tuple[float, float], y: Tuple[float, float], colour: str, more: str = "") -> str:
    return (f'<line x1="{x[0]:.1f}" y1="{y[0]:.1f}" x2="{x[1]:.1f}" y2="{y[1]:.1f}" '
            f'stroke="{colour}" {more}/>')


def _ring(x: float, y: float, size: float, colour: str) -> str:
    return (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="none" stroke="{colour}" '
            f'stroke-width="1.6"/>')


def _square(x: float, y: float, size: float, colour: str) -> str:
    return (f'<rect x="{x - size / 2:.1f}" y="{y - size / 2:.1f}" width="{size:.1f}" '
            f'height="{size:.1f}" fill="{colour}"/>')


def _cross(x: float, y: float, size: float) -> str:
    half = size / 2
    return "".join(_line((x - half, x + half), (y - sign * half, y + sign * half), WRONG,
                         'stroke-width="2"') for sign in (1, -1))


def _legend(found: Dict[str, List[Placement]], nodes: int) -> List[str]:
    """Colours are nodes; shapes are roles, those that occur."""
    pages = [item for items in found.values() for item in items]
    parts, x, y = [], float(LEFT), 74.0
    for node in range(nodes):
        parts += [_square(x + 5, y, 10, _colour(node)), _text(x + 15, y + 4, f"node {node}")]
        x += 64
    x, y = float(LEFT), 94.0
    roles = [(_ring(x + 5, y, 6, INK), "node of the CPU that touched it", 232)]
    if any(item.node >= 0 for item in pages):
        roles.append((_square(5, 0, 8, INK), "node the page is on", 162))
    if any(not item.strayed and item.node != item.toucher for item in pages):
        roles.append((_line((0, 12), (0, 0), GREY, 'stroke-width="1.4"'),
                      "home of a CPU whose node has no memory", 276))
    if any(item.strayed and item.node >= 0 for item in pages):
        roles.append((_line((0, 12), (0, 0), WRONG, 'stroke-width="1.6" stroke-dasharray="3 2"'),
                      "not on its home node", 166))
    if any(item.node < 0 for item in pages):
        roles.append((_cross(5, 0, 9), "refused", 70))
    for number, (shape, words, width) in enumerate(roles):
        parts.append(shape if not number
                     else f'<g transform="translate({x:.0f} {y:.0f})">{shape}</g>')
        parts.append(_text(x + 17, y + 4, words))
        x += width
    return parts


def _summary(pages: Sequence[Placement]) -> str:
    refused = sum(item.node < 0 for item in pages)
    strayed = sum(item.strayed for item in pages) - refused
    words = [f"{len(pages)} touches" if len(pages) != 1 else "1 touch",
             f"{len(pages) - strayed - refused} at home"]
    words += [f"{strayed} elsewhere"] if strayed else []
    words += [f"{refused} refused"] if refused else []
    return ", ".join(words)


def _panel(name: str, pages: Sequence[Placement], nodes: int) -> List[str]:
    first, last = min(item.page for item in pages), max(item.page for item in pages)
    pitch = (PLOT - 2 * PAD) / (last - first + 1)
    bottom = TOP + nodes * LANE

    def across(page: int) -> float:
        return LEFT + PAD + (page - first + 0.5) * pitch

    def up(node: int) -> float:
        return bottom - (node + 0.5) * LANE

    parts = [_text(LEFT, TOP - 10, name, 13, weight="bold"),
             _text(LEFT + PLOT, TOP - 10, _summary(pages), 12, GREY, "end")]
    for node in range(nodes):
        parts += [_line((LEFT, LEFT + PLOT), (up(node), up(node)), GRID),
                  _text(LEFT - 10, up(node) + 4, str(node), 12, _colour(node), "end", "bold")]
    parts += [_line((LEFT, LEFT), (TOP, bottom), GREY),
              _line((LEFT, LEFT + PLOT), (bottom, bottom), GREY)]
    apart = step(last - first + 1, TICKS)
    for page in range(-(-first // apart) * apart, last + 1, apart):
        parts += [_line((across(page), across(page)), (bottom, bottom + 4), GREY),
                  _text(across(page), bottom + 16, str(page), 11, GREY, "middle")]
    middle = TOP + nodes * LANE / 2
    parts += [_text(LEFT + PLOT / 2, bottom + 32, "page index in the mapping", 12, INK, "middle"),
              f'<g transform="translate(26 {middle:.1f}) rotate(-90)">'
              + _text(0, 0, "memory node", 12, INK, "middle") + "</g>"]
    size = max(3.0, min(9.0, pitch * 0.6))
    for item in pages:
        parts += _touch(item, across(item.page), up, size)
    return parts


def _touch(item: Placement, x: float, up: Callable[[int], float], size: float) -> List[str]:
    """One page: ring and square, and between them what is to be said of it."""
    parts = []
    if item.node >= 0 and item.node != item.toucher:
        stroke = ('stroke-width="1.6" stroke-dasharray="3 2"' if item.strayed
                  else 'stroke-width="1.4"')
        parts.append(_line((x, x), (up(item.toucher), up(item.node)),
                           WRONG if item.strayed else GREY, stroke))
    parts.append(_ring(x, up(item.toucher), size * 0.85, _colour(item.toucher)))
    parts.append(_square(x, up(item.node), size, _colour(item.node)) if item.node >= 0
                 else _cross(x, up(item.home), size))
    return parts
