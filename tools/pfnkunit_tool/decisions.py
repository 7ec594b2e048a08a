# SPDX-License-Identifier: GPL-2.0
"""Which lines of C decide something: only their branches are the author's.

gcov counts what the compiler made. A macro such as spin_unlock() brings branches
to a line that has none in its source, and an assertion that stands alone has a
way out that is a bug of the kernel. Branches count where the source has an if, a
loop, a switch, '?', '&&' or '||'.
"""

import re
from typing import List, Set, Tuple

from . import ctext

TOKEN = re.compile(r"[A-Za-z_]\w*|&&|\|\||[^\s\\]")
HEADER = re.compile(r"if|while|for|switch|\w*for_each\w*")
ASSERTION = re.compile(r"(?:VM_)?(?:BUG_ON|WARN|WARN_ON|WARN_ONCE|WARN_ON_ONCE)(?:_\w+)?|"
                       r"BUILD_BUG_ON\w*|lockdep_\w+|might_sleep\w*|mmap_assert_\w+|"
                       r"vma_assert_\w+")
LEADING = ("else", "do", "return")
SIGNS = ("&&", "||", "?")
Token = Tuple[str, int]


def lines(text: str) -> Set[int]:
    """The numbers of the lines that decide."""
    found: Set[int] = set()
    statement: List[Token] = []
    nested = 0
    for word, number in _tokens(text):
        statement.append((word, number))
        nested += (word in ("(", "[")) - (word in (")", "]"))
        ends = word in (";", "{", "}") or word == ")" and _first(statement) == "header"
        if ends and nested <= 0:
            if decides(statement):
                found.update(line for _, line in statement)
            statement, nested = [], 0
    return found


def _tokens(text: str) -> List[Token]:
    """All words and signs but those of directives."""
    found: List[Token] = []
    goes_on = False
    for number, line in enumerate(ctext.without_comments(text).split("\n"), 1):
        directive = goes_on or line.lstrip().startswith("#")
        goes_on = directive and line.endswith("\\")
        if not directive:
            found += [(match.group(), number) for match in TOKEN.finditer(line)]
    return found


def _first(statement: List[Token]) -> str:
    """What kind of word a statement begins with."""
    for word, _ in statement:
        if word in LEADING:
            continue
        if HEADER.fullmatch(word):
            return "header"
        return "assertion" if ASSERTION.fullmatch(word) else "other"
    return "other"


def decides(statement: List[Token]) -> bool:
    """True for a statement, or the head of one, that has a choice in its source."""
    kind = _first(statement)
    return kind == "header" or kind == "other" and any(word in SIGNS for word, _ in statement)
