# SPDX-License-Identifier: GPL-2.0
"""Which mutants there are: the operators' matches in the target functions."""

import glob
import hashlib
import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, replace
from typing import Any, Dict, Iterable, List, Sequence, Set, Tuple

from .. import PROJECT, ctext
from ..scratch import MACROS
from ..stop import SETUP, Stop
from ..targets import Function
from . import DIRECTORY

HEAD = "@initialize:python@ @@\nfrom pfnkunit_tool.mutation import operators\n\n"
LOADED = re.compile(r"(?:pte|pmd|pud)p_get\w*\([^()]*\)$")
"""An entry as it was found: bits are not added to what is only looked at."""
Span = Tuple[int, int]
"""Offsets into a text: first, and behind the last."""


@dataclass(frozen=True)
class Mutant:
    """One small fault; number is its switch, and 0 as long as it has none."""

    file: str
    function: str
    operator: str
    span: Span
    line: int
    before: str
    """The text that it changes, on one line."""
    after: str
    """What stands there instead; empty for a deletion."""
    code: str
    """Names the function's text: it changes when the function does."""
    occurrence: int = 0
    """Counts places of the same text and change in the function."""
    number: int = 0

    @property
    def key(self) -> str:
        """Its name, which lives through changes elsewhere."""
        occurrence = f" #{self.occurrence + 1}" if self.occurrence else ""
        return (f"{self.file}: {self.function}: {self.operator}: {self.before} => "
                f"{self.after or '(nothing)'}{occurrence}")


def flat(text: str) -> str:
    """A piece of C on one line, without comments."""
    return " ".join(ctext.without_comments(text, strings=True).split())


def operators_files() -> List[str]:
    """The operators' semantic patches."""
    return sorted(glob.glob(os.path.join(DIRECTORY, "*.cocci")))


def matches(path: str) -> List[Dict[str, Any]]:
    """What the operators find in a C file, as operators.emit() says it."""
    text = HEAD
    for name in operators_files():
        with open(name, encoding="utf-8") as file:
            text += file.read() + "\n"
    with tempfile.TemporaryDirectory() as directory:
        patch = os.path.join(directory, "operators.cocci")
        with open(patch, "w", encoding="utf-8") as file:
            file.write(text)
        environment = dict(os.environ, PYTHONPATH=os.path.join(PROJECT, "tools"),
                           PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(["spatch", "--very-quiet", "--no-includes", "--macro-file", MACROS,
                               "--iso-file", "/dev/null",
                               "--sp-file", patch, path], env=environment, cwd=directory,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Stop(SETUP, f"spatch fails on {path}: {said}")
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [item for item in found if os.path.basename(item["file"]) == os.path.basename(path)]


class Text:
    """A C file's text, by lines and columns."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._directives = self._find_directives()

    def offset(self, line: int, column: int) -> int:
        """Where a place is; lines count from 1, columns from 0."""
        return self._starts[line - 1] + column

    def span(self, found: Sequence[int]) -> Span:
        """The offsets of a range that spatch gave."""
        return self.offset(found[0], found[1]), self.offset(found[2], found[3])

    def line(self, offset: int) -> int:
        """The line that an offset is in."""
        return self.text.count("\n", 0, offset) + 1

    def cut(self, span: Span) -> str:
        """The text between."""
        return self.text[span[0]:span[1]]

    def crosses_directive(self, span: Span) -> bool:
        """True when a preprocessor's line is in it, or it is in one."""
        return any(start < span[1] and span[0] < end for start, end in self._directives)

    def _find_directives(self) -> List[Span]:
        found = []
        for match in re.finditer(r"^[ \t]*#(?:[^\\\n]|\\.|\\\n)*", self.text, re.MULTILINE):
            found.append((match.start(), match.end()))
        return found


def balanced(text: str) -> bool:
    """True when each parenthesis has its other one."""
    depth = 0
    for sign in re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', "", text):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0:
            return False
    return not depth


def collect(path: str, name: str, functions: Iterable[Function]) -> List[Mutant]:
    """The mutants of a file, in its order, without numbers; name is the file's, for people."""
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        text = Text(file.read())
    lines = text.text.split("\n")
    wanted = {(item.name, item.start, item.end) for item in functions}
    codes = {(start, end): digest("\n".join(lines[start - 1:end])) for _, start, end in wanted}
    found = matches(path)
    decided: Set[Tuple[Any, ...]] = {tuple(item["range"]) for item in found
               if item["operator"] in ("relational", "logical")
               and not str(item["text"]).startswith("({A})")}
    made: List[Mutant] = []
    seen: Set[Tuple[Span, str]] = set()
    for item in found:
        line = item["range"][0]
        home = next(((start, end) for function, start, end in wanted
                     if function == item["function"] and start <= line <= end), None)
        mutant = _mutant(text, name, item, codes.get(home, "")) if home else None
        if not mutant or (mutant.operator == "condition"
                          and _decided(text, mutant.span, decided)):
            continue
        if (mutant.span, mutant.after) not in seen:
            seen.add((mutant.span, mutant.after))
            made.append(mutant)
    made.sort(key=lambda mutant: (mutant.span[0], -mutant.span[1], mutant.operator, mutant.after))
    return _counted(made)


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _decided(text: Text, span: Span, decided: Set[Tuple[Any, ...]]) -> bool:
    """True when a condition is a comparison or a negation, which has its own mutants."""
    start, end = span
    bare = text.cut(span)
    inner = re.fullmatch(r"(?:un)?likely\((.*)\)", bare, re.DOTALL)
    if inner and balanced(inner.group(1)):
        start, end = start + inner.start(1), start + inner.end(1)
    return any(text.span(item) == (start, end) for item in decided)


def _mutant(text: Text, name: str, item: Dict[str, Any], code: str) -> "Mutant | None":
    """A mutant from a match; None when the text is none that can be changed like this."""
    span = text.span(item["range"])
    before = text.cut(span)
    if text.crosses_directive(span) or not balanced(before) or not before.strip():
        return None
    after = ""
    if item["text"] is not None:
        after = str(item["text"])
        parts: Dict[str, Sequence[int]] = item["parts"]
        for part, where in parts.items():
            after = after.replace("{" + part + "}", flat(text.cut(text.span(where))))
        if item["operator"] == "return":
            after = _returned(flat(before))
        if not after or after == flat(before) or (item["operator"] == "entry"
                                                  and _no_new_bit(before, after)):
            return None
    return Mutant(name, str(item["function"]), str(item["operator"]), span, text.line(span[0]),
                  flat(before), after, code)


def _no_new_bit(before: str, after: str) -> bool:
    """True for a bit that is added where it is already, or to an entry as it was found."""
    name = re.match(r"\w+\(", after)
    return bool(name and (name.group() in before or LOADED.match(before)))


def _returned(text: str) -> str:
    """What is returned instead; empty when other operators have it."""
    if text in ("NULL", "true", "false") or text.startswith("!"):
        return ""
    if text == "0":
        return "-22"
    return "0"


def _counted(mutants: Sequence[Mutant]) -> List[Mutant]:
    """With the occurrences of what would have the same key."""
    count: Dict[str, int] = {}
    found = []
    for mutant in mutants:
        seen = count.get(mutant.key, 0)
        count[mutant.key] = seen + 1
        found.append(replace(mutant, occurrence=seen))
    return found


def numbered(mutants: Sequence[Mutant]) -> List[Mutant]:
    """With switches, from 1."""
    return [replace(mutant, number=number) for number, mutant in enumerate(mutants, 1)]
