# SPDX-License-Identifier: GPL-2.0
"""The statements of a C function that a pattern is found in, with what they control."""

import re
from typing import List, Pattern, Tuple

from . import ctext

OPEN, CLOSE = "({[", ")}]"
KEYWORD = re.compile(r"\s*(if|else|for|while|switch|do)\b|\s*\w+\s*\(")
CONTROL = ("if", "for", "while", "switch")
Lines = Tuple[int, int]


def about(text: str, pattern: Pattern[str]) -> List[Lines]:
    """The lines (counted from 1, both ends in it) of the outermost statements with a match.

    The text is a function's; what stands in front of its first brace does not count.
    An 'if' has its branches with it, a loop its body.
    """
    code = ctext.without_comments(text, strings=True)
    body = code.find("{") + 1
    found: List[Lines] = []
    for match in pattern.finditer(code, body):
        start = _start(code, match.start(), body)
        end = _end(code, start)
        first = start + len(code[start:]) - len(code[start:].lstrip())
        lines = (code.count("\n", 0, first) + 1, code.count("\n", 0, end) + 1)
        if found and lines[0] <= found[-1][1]:
            before = found.pop()
            lines = (min(before[0], lines[0]), max(before[1], lines[1]))
        found.append(lines)
    return found


def _start(code: str, at: int, body: int) -> int:
    """Where the statement begins that a place is in."""
    depth = 0
    while at > body:
        sign = code[at - 1]
        if sign in ")]":
            depth += 1
        elif sign in "([":
            depth -= 1
        elif sign in ";{}" and depth <= 0:
            return at
        at -= 1
    return body


def _end(code: str, at: int) -> int:
    """The last sign of the statement that begins at a place."""
    match = KEYWORD.match(code, at)
    word = match.group(1) if match else None
    if match and word in CONTROL:
        at = _end(code, _closed(code, code.index("(", match.end())) + 1)
        other = re.compile(r"\s*else\b").match(code, at + 1)
        return _end(code, other.end()) if word == "if" and other else at
    if match and word == "else":
        return _end(code, match.end())
    if match and word == "do":
        return code.index(";", _end(code, match.end()))
    while at < len(code):
        if code[at] == "{" and not code[:at].rstrip().endswith("="):
            return _closed(code, at)
        if code[at] in OPEN:
            at = _closed(code, at)
        elif code[at] == ";":
            return at
        at += 1
    return len(code) - 1


def _closed(code: str, at: int) -> int:
    """The bracket that closes the one at a place."""
    depth = 0
    for place in range(at, len(code)):
        depth += (code[place] in OPEN) - (code[place] in CLOSE)
        if not depth:
            return place
    return len(code) - 1
