# SPDX-License-Identifier: GPL-2.0
"""Which places a case exercises, as the comment above the case says."""

import glob
import os
import re
from dataclasses import dataclass, field
from typing import Dict, List, Set, Tuple

from . import ctext
from .places import Place

GRAMMAR = """\
In the comment right above 'static void some_case(struct kunit *test)':

  Covers: NAME, NAME(TOKEN), ...

NAME is the function, macro or variable that a place is in; with (TOKEN) only
that word in it. A line that ends in a comma goes on in the next one. The case
has to be in a KUNIT_CASE list of a suite that is registered and built."""

ITEM = re.compile(r"(\w+)(?:\((\w*)\))?")
COVERS = re.compile(r"Covers: *(.*)")
NEARLY = re.compile(r"\bcovers?\s*:", re.IGNORECASE)
ABOVE_CASE = re.compile(r"[ \t]*\n(?:static\s+)?void\s+(\w+)\s*\(\s*struct kunit \*test\)\s*\{")
LIST = re.compile(r"^static struct kunit_case (\w+)\[\] = \{(.*?)^\};", re.MULTILINE | re.DOTALL)
LISTED = re.compile(r"\bKUNIT_CASE\w*\(\s*(\w+)")
SUITE = re.compile(r"^static struct kunit_suite (\w+) = \{(.*?)^\};", re.MULTILINE | re.DOTALL)
REGISTERED = re.compile(r"^kunit_test_suites?\((.*?)\);", re.MULTILINE | re.DOTALL)


class Malformed(ValueError):
    """Not in the form that the help describes."""


@dataclass(frozen=True)
class Item:
    """A name, and perhaps one token of it."""

    name: str
    token: str = ""

    def __str__(self) -> str:
        return f"{self.name}({self.token})" if self.token else self.name

    def matches(self, place: Place) -> bool:
        """It means this place."""
        return self.name == place.function and self.token in ("", place.token)


@dataclass(frozen=True)
class Claim:
    """What one case says it exercises, and where it says so."""

    case: str
    item: Item
    where: str


@dataclass
class Claims:
    """All that our files say."""

    claims: List[Claim] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)


def items(text: str) -> List[Item]:
    """Reads 'NAME, NAME(TOKEN), ...'."""
    found = []
    for part in text.split(","):
        match = ITEM.fullmatch(part.strip())
        if not match:
            raise Malformed(f"'{part.strip()}' is not NAME or NAME(TOKEN)")
        item = Item(match.group(1), match.group(2) or "")
        if item in found:
            raise Malformed(f"{item} is there twice")
        found.append(item)
    return found


def comment_lines(comment: str) -> List[str]:
    """The text of a comment, without its stars."""
    lines = comment[2:-2].split("\n") if comment[:2] == "/*" else [comment[2:]]
    return [re.sub(r"^[ \t]*\*?[ \t]*", "", line).rstrip() for line in lines]


def _annotation(lines: List[str], index: int) -> str:
    """The whole annotation that begins in a line."""
    match = COVERS.fullmatch(lines[index])
    assert match
    text = match.group(1)
    while text.endswith(","):
        index += 1
        if index == len(lines) or not lines[index] or COVERS.fullmatch(lines[index]):
            raise Malformed("it ends in a comma")
        text += " " + lines[index]
    return text


def suites(text: str, problems: List[str]) -> Dict[str, Set[str]]:
    """The full names of the cases that run, for each function that is one."""
    code = ctext.without_comments(text)
    lists = {name: LISTED.findall(body) for name, body in LIST.findall(code)}
    registered = set(ctext.WORD.findall(" ".join(REGISTERED.findall(code))))
    found: Dict[str, Set[str]] = {}
    for variable, body in SUITE.findall(ctext.without_comments(text, strings=True)):
        name = re.search(r'\.name\s*=\s*"(\w+)"', body)
        cases = re.search(r"\.test_cases\s*=\s*(\w+)", body)
        if variable not in registered or not name or not cases or cases.group(1) not in lists:
            problems.append(f"the suite {variable} is not registered, or has no name or list")
            continue
        for case in lists[cases.group(1)]:
            found.setdefault(case, set()).add(f"{name.group(1)}.{case}")
    return found


def read_text(name: str, text: str) -> Claims:
    """The claims in one of our files."""
    found = Claims()
    problems: List[str] = []
    cases = suites(text, problems)
    found.problems += [f"{name}: {problem}" for problem in problems]
    for comment in ctext.SKIPPED.finditer(text):
        if comment.group()[0] != "/" or not NEARLY.search(comment.group()):
            continue
        lines = comment_lines(comment.group())
        first = text.count("\n", 0, comment.start()) + 1
        above = ABOVE_CASE.match(text, comment.end())
        for index, line in enumerate(lines):
            if not NEARLY.search(line):
                continue
            where = f"{name}:{first + index}"
            claims, problem = _claims(lines, index, where, above.group(1) if above else "", cases)
            found.claims += claims
            if problem:
                found.problems.append(f"{where}: {problem}")
    return found


def _claims(lines: List[str], index: int, where: str, function: str,
            cases: Dict[str, Set[str]]) -> Tuple[List[Claim], str]:
    """What one annotation says; else what is wrong with it."""
    if not COVERS.fullmatch(lines[index]):
        return [], "say 'Covers: ' at the beginning of a line, or something else"
    if not function:
        return [], "'Covers:' is not right above a case"
    if function not in cases:
        return [], f"{function} is in no KUNIT_CASE list that runs"
    try:
        named = items(_annotation(lines, index))
    except Malformed as error:
        return [], f"Covers: {error}"
    return [Claim(case, item, where) for item in named for case in sorted(cases[function])], ""


def read(project: str) -> Claims:
    """The claims of all our suites."""
    with open(os.path.join(project, "Makefile"), encoding="utf-8") as file:
        makefile = re.sub(r"#.*", "", file.read())
    found = Claims()
    for path in sorted(glob.glob(os.path.join(project, "*_kunit.c"))):
        name = os.path.basename(path)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        here = read_text(name, text)
        if not re.search(rf"(?<![\w/-]){re.escape(name[:-2])}\.o\b", makefile):
            here = Claims([], [f"{name}: the Makefile does not build it"])
        elif re.search(r"^[ \t]*#[ \t]*if", ctext.without_comments(text), re.MULTILINE):
            here = Claims([], [f"{name}: has an #if, so which cases run cannot be told"])
        found.claims += here.claims
        found.problems += here.problems
    return found
