# SPDX-License-Identifier: GPL-2.0
"""The functions that matter: the file tools/targets/functions, and where they are in a tree."""

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence, Set, Tuple

from . import PROJECT, ctext, link, statements
from .stop import SETUP, Stop

FILE = os.path.join("tools", "targets", "functions")
LINE = re.compile(r"(?:\[(-?)(\d+)\.(\d+)\] )?([\w./-]+\.[ch]): (\S.*)")
PATTERN = re.compile(r"~ (\S+)")
NAME = re.compile(r"(\w+)(~?)(!?)|\*!?")
WORD = re.compile(r"\w+")
ALL = "*"
Version = Tuple[int, int]


def within(version: Version, first: Optional[Version], last: Optional[Version]) -> bool:
    """From first up to last, each where there is one."""
    return (first is None or version >= first) and (last is None or version <= last)


def ends(until: str, major: str, minor: str) -> Tuple[Optional[Version], Optional[Version]]:
    """First and last version that '[7.3]' or '[-7.2]' in front of a line means."""
    version = (int(major), int(minor)) if major else None
    return (None, version) if until else (version, None)


def whole_lines(text: str) -> List[Tuple[int, str]]:
    """The lines of a list by number, with those that begin with white space put to the one before.

    Empty lines and those with '#' in front are not there.
    """
    whole: List[Tuple[int, List[str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] in (" ", "\t") and line.strip() and whole:
            whole[-1][1].append(line.strip())
        elif line.strip() and not line.startswith("#"):
            whole.append((number, [line.rstrip()]))
    return [(number, " ".join(lines)) for number, lines in whole]


@dataclass(frozen=True)
class Target:
    """A function that is asked for; ALL stands for all of a file."""

    file: str
    name: str
    checked: bool
    """What no case reaches in it must have a reason."""
    line: int
    first: Optional[Version] = None
    last: Optional[Version] = None
    pattern: str = ""
    """Only the statements that this is found in; empty: all."""

    def wanted_in(self, version: Version) -> bool:
        """The list has it for this kernel."""
        return within(version, self.first, self.last)


@dataclass(frozen=True)
class Function:
    """A function's definition, or a part: lines, counted from 1, both ends in it."""

    file: str
    """As the list names it."""
    name: str
    start: int
    end: int
    checked: bool = False


@dataclass
class Found:
    """The definitions in one tree, and what is wrong with the list."""

    functions: List[Function] = field(default_factory=list)
    """Several of one name where #if chooses between them."""
    missing: List[Target] = field(default_factory=list)

    def by_file(self) -> Dict[str, List[Function]]:
        """The definitions of each file."""
        found: Dict[str, List[Function]] = {}
        for function in self.functions:
            found.setdefault(function.file, []).append(function)
        return found


def parse(text: str, path: str = FILE) -> List[Target]:
    """Reads a list."""
    found: List[Target] = []
    pattern = ""
    for number, line in whole_lines(text):
        match = PATTERN.fullmatch(line)
        if match:
            pattern = _pattern(match.group(1), number, path)
            continue
        found += _line(line, number, path, pattern)
    seen: Set[Tuple[object, ...]] = set()
    for target in found:
        key = (target.file, target.name, target.first, target.last)
        if key in seen:
            raise Stop(SETUP, f"{path}:{target.line}: {target.name} is there twice")
        seen.add(key)
    return found


def _pattern(text: str, number: int, path: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise Stop(SETUP, f"{path}:{number}: no regular expression: {error}") from error
    return text


def _line(text: str, number: int, path: str, pattern: str) -> List[Target]:
    match = LINE.fullmatch(text)
    if not match:
        raise Stop(SETUP, f"{path}:{number}: not '[VERSION] FILE: FUNCTION FUNCTION ...'")
    until, major, minor, name, words = match.groups()
    for word in words.split():
        if not NAME.fullmatch(word):
            raise Stop(SETUP, f"{path}:{number}: '{word}' is no function's name")
        if "~" in word and not pattern:
            raise Stop(SETUP, f"{path}:{number}: '{word}', but no line '~ PATTERN' is above")
    return [Target(name, word.rstrip("!~"), word.endswith("!"), number,
                   *ends(until, major, minor), pattern if "~" in word else "")
            for word in words.split()]


def read(path: str = "") -> List[Target]:
    """The project's list, or the one at a path."""
    path = path or os.path.join(PROJECT, FILE)
    try:
        with open(path, encoding="utf-8") as file:
            return parse(file.read(), path)
    except OSError as error:
        raise Stop(SETUP, f"{path}: {error.strerror}") from error


def definitions(name: str, text: str) -> List[Function]:
    """All functions that a C file defines, in its order."""
    uses = [use for use in ctext.read(text, WORD).uses if use.scope.kind == ctext.FUNCTION]
    count = Counter(id(use.scope) for use in uses)
    found: List[Tuple[str, int, int]] = []
    body = 0
    for use in uses:
        this = id(use.scope) if count[id(use.scope)] > 1 else 0
        if not found or found[-1][0] != use.scope.name or (body and this != body):
            found.append((use.scope.name, use.line, use.line))
            body = 0
        found[-1] = (*found[-1][:2], use.line)
        body = this or body
    lines = text.split("\n")
    return [Function(name, function, start, _closed(lines, end)) for function, start, end in found]


def _closed(lines: Sequence[str], end: int) -> int:
    """The line of the brace in column 0 that ends what has its last word in a line."""
    for number in range(end, len(lines) + 1):
        if lines[number - 1].startswith("}"):
            return number
    return end


def version_of(tree: str) -> Version:
    """The kernel's version, as far as the list knows versions."""
    with open(os.path.join(tree, "Makefile"), encoding="utf-8") as file:
        fields = dict(re.findall(r"^(VERSION|PATCHLEVEL) = (\d+)$", file.read(4096), re.MULTILINE))
    return int(fields.get("VERSION", 0)), int(fields.get("PATCHLEVEL", 0))


def path_of(tree: str, name: str, checkout: str = PROJECT) -> str:
    """Where a file of the list is: in this project, or else in the kernel."""
    ours = os.path.join(checkout, name)
    return ours if os.path.exists(ours) else os.path.join(tree, name)


def built_as(name: str, checkout: str = PROJECT) -> str:
    """The file's path in a tree that is linked; its object is beside it in a build."""
    return os.path.join(link.LINK, name) if os.path.exists(os.path.join(checkout, name)) else name


def find(tree: str, targets: Sequence[Target], checkout: str = PROJECT) -> Found:
    """The definitions that are wanted in this tree, and the targets it does not have."""
    version = version_of(tree)
    found = Found()
    texts: Dict[str, str] = {}
    known: Dict[str, List[Function]] = {}
    for target in targets:
        if not target.wanted_in(version):
            continue
        if target.file not in texts:
            path = path_of(tree, target.file, checkout)
            texts[target.file] = ""
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    texts[target.file] = file.read()
            known[target.file] = definitions(target.file, texts[target.file])
        these = [item for item in known[target.file] if target.name in (ALL, item.name)]
        if target.pattern:
            these = _parts(texts[target.file].split("\n"), these, target.pattern)
        if not these:
            found.missing.append(target)
        found.functions += [Function(item.file, item.name, item.start, item.end, target.checked)
                            for item in these]
    return found


def _parts(lines: Sequence[str], whole: Sequence[Function], pattern: str) -> List[Function]:
    """Of functions the statements that a pattern is found in."""
    return [Function(item.file, item.name, item.start + start - 1, item.start + end - 1)
            for item in whole
            for start, end in statements.about("\n".join(lines[item.start - 1:item.end]),
                                               re.compile(pattern))]


def require(tree: str, targets: Sequence[Target], checkout: str = PROJECT) -> List[Function]:
    """The definitions; stops, and says which, when the tree lacks one of the list."""
    found = find(tree, targets, checkout)
    if found.missing:
        names = ", ".join(f"{item.file}: {item.name} (line {item.line})" for item in found.missing)
        raise Stop(SETUP, f"the list of target functions names what {tree} does not have: {names}")
    return found.functions
