# SPDX-License-Identifier: GPL-2.0
"""C text in kernel style: which words it has, where, and in the body of what.

Not a compiler: comments, strings and '#if 0' are taken out, line numbers stay,
and braces are followed from one definition to the next. Definitions begin in
column 0; what does not add up is reported, never guessed over.
"""

import re
from dataclasses import dataclass, field
from typing import List, Optional, Pattern, Sequence, Tuple

SKIPPED = re.compile(r"""//(?:\\\n|[^\n])*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
                     re.DOTALL)
TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|[^\s\\]")
WORD = re.compile(r"[A-Za-z_]\w*")
DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(\w*)[ \t]*(.*)", re.DOTALL)
GUARD = re.compile(r"!defined\(_*[A-Z0-9_]+_H_*\)")
CAPITALS = re.compile(r"[A-Z][A-Z0-9_]*")
SYSCALL = re.compile(r"(?:(COMPAT)_)?SYSCALL_DEFINE\d")
LOCKING = (r"__(?:must_hold|must_not_hold|acquires|releases|cond_acquires|cond_releases|"
           r"context_unsafe|no_context_analysis)(?:_shared)?")
BEHIND = re.compile(LOCKING)
"""Attributes that stand behind a function's parameters."""
ATTRIBUTE = re.compile(rf"{LOCKING}|__attribute__|__(?:printf|scanf|aligned|section|diagnose_as|"
                       r"alloc_size|realloc_size|assume_aligned|malloc|copy|alias)")
STORAGE = re.compile(r"__(?:init|initdata|initconst|ro_after_init|read_mostly|maybe_unused|used|"
                     r"refdata|visible|percpu|aligned|section|cacheline\w*|exitdata|meminitdata)")

FUNCTION, MACRO, STRUCT, ENUM = "function", "macro", "struct", "enum"
VARIABLE, DECLARATION, CONDITIONAL = "variable", "declaration", "conditional"


@dataclass
class Scope:
    """What a word is in: a function, a macro, ...; filled in when it is known."""

    name: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Use:
    """One word that was looked for; before is the word or sign in front of it."""

    line: int
    word: str
    before: str
    scope: Scope
    conditions: Tuple[str, ...]


@dataclass
class Source:
    """The uses in one file, and where it could not be followed."""

    uses: List[Use] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)


def without_comments(text: str, strings: bool = False) -> str:
    """The text with comments blanked; every line stays where it is.

    Strings are emptied, unless they are asked for. A comment over several lines
    makes them one: to a directive that matters.
    """
    def blank(match: "re.Match[str]") -> str:
        if strings and match.group()[0] != "/":
            return match.group()
        lines = match.group().split("\n")
        kept = "\\\n".join(" " * len(line) for line in lines)
        return kept if match.group()[0] == "/" else '"' + kept[1:-1] + '"'
    return SKIPPED.sub(blank, text)


@dataclass
class _Line:
    """A line, or a directive with all that it goes on over."""

    number: int
    text: str
    directive: str = ""
    rest: str = ""


def _lines(text: str) -> List[_Line]:
    found = []
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        start = index
        directive = DIRECTIVE.match(lines[index])
        while directive and lines[index].endswith("\\") and index + 1 < len(lines):
            index += 1
        index += 1
        whole = "\n".join(lines[start:index])
        line = _Line(start + 1, whole)
        if directive:
            match = DIRECTIVE.match(whole)
            assert match
            line.directive, line.rest = match.groups()
        found.append(line)
    return found


def _condition(line: _Line) -> str:
    text = " ".join(line.rest.replace("\\\n", " ").split())
    if line.directive == "ifdef":
        return f"defined({text})"
    if line.directive == "ifndef":
        return f"!defined({text})"
    text = re.sub(r"\bdefined (\w+)", r"defined(\1)", re.sub(r"\bdefined ?\( ?(\w+) ?\)",
                                                            r"defined(\1)", text))
    return f"({text})" if "||" in text else text


@dataclass
class _State:
    """Where the reader is between two definitions or in one."""

    depth: int = 0
    scope: Optional[Scope] = None
    chunk: List[str] = field(default_factory=list)
    nested: int = 0

    def copy(self) -> "_State":
        """Another one that goes its own way."""
        return _State(self.depth, self.scope, list(self.chunk), self.nested)


@dataclass
class _Branch:
    """An #if that is open."""

    at_if: _State
    condition: str
    over: str = ""
    after_first: Optional[_State] = None

    def dead(self) -> bool:
        """Never compiled."""
        return self.condition == "0"

    def turn(self, condition: str) -> None:
        """Goes on to the #elif or #else."""
        self.over = f"{self.over} && !({self.condition})" if self.over else f"!({self.condition})"
        if self.over == "!(0)":
            self.over, self.condition = "", condition or "1"
        elif self.over == "!(1)":
            self.condition = "0"
        else:
            self.condition = f"{self.over} && {condition}" if condition else self.over


class _Reader:
    """Follows one file."""

    def __init__(self, wanted: Pattern[str]) -> None:
        self.wanted = wanted
        self.source = Source()
        self.state = _State()
        self.branches: List[_Branch] = []
        self.pending: List[Tuple[Use, Scope]] = []
        self.before = ""

    def read(self, text: str) -> Source:
        """All of a file, without comments."""
        if "/*" in text:
            self._problem(text[:text.index("/*")].count("\n") + 1, "a comment does not end")
        line = _Line(0, "")
        for line in _lines(text):
            if line.directive in ("if", "ifdef", "ifndef", "elif", "else", "endif"):
                self._conditional(line)
            if self._dead():
                continue
            if line.directive or line.text.lstrip().startswith("#"):
                self._directive(line)
            else:
                self._code(line)
        if self.state.depth or self.branches:
            self._problem(line.number, "the file ends inside something")
        self._settle(Scope())
        return self.source

    def _problem(self, line: int, text: str) -> None:
        self.source.problems.append(f"{line}: {text}")

    def _dead(self) -> bool:
        return any(branch.dead() for branch in self.branches)

    def _conditional(self, line: _Line) -> None:
        if line.directive in ("if", "ifdef", "ifndef"):
            self.branches.append(_Branch(self.state.copy(), _condition(line)))
        elif not self.branches:
            self._problem(line.number, f"#{line.directive} without #if")
        elif line.directive == "endif":
            branch = self.branches.pop()
            if branch.after_first:
                self.state = branch.after_first
            elif branch.dead():
                self.state = branch.at_if
        else:
            branch = self.branches[-1]
            if not branch.after_first and not branch.dead():
                branch.after_first = self.state
            self.state = branch.at_if.copy()
            branch.turn(_condition(line) if line.directive == "elif" else "")

    def _use(self, line: int, word: str, scope: Scope) -> Use:
        conditions = tuple(branch.condition for branch in self.branches
                           if not GUARD.fullmatch(branch.condition) and branch.condition != "1")
        use = Use(line, word, self.before, scope, conditions)
        self.source.uses.append(use)
        return use

    def _directive(self, line: _Line) -> None:
        """Words in a directive; the body of a macro is a place of its own."""
        scope = Scope(line.directive, CONDITIONAL)
        if line.directive == "define":
            name = WORD.match(line.rest)
            scope = Scope(name.group() if name else "", MACRO)
        elif line.directive in ("error", "warning", "pragma", "include"):
            return
        elif self.state.scope:
            scope = Scope(self.state.scope.name, CONDITIONAL)
        for number, text in enumerate(line.text.split("\n"), line.number):
            self.before = ""
            for token in TOKEN.finditer(text):
                if self.wanted.fullmatch(token.group()):
                    self._use(number, token.group(), scope)
                self.before = token.group()

    def _code(self, line: _Line) -> None:
        for token in TOKEN.finditer(line.text):
            word, column = token.group(), token.start()
            if _begins_anew(self.state, word, column):
                self._settle(_declared(self.state.chunk))
                self.state.chunk = []
            if self.wanted.fullmatch(word):
                self._note(line.number, word)
            if self.state.depth:
                self._inside(line.number, word, column)
            else:
                self._between(line.number, word)
            self.before = word

    def _note(self, line: int, word: str) -> None:
        """A word that is wanted; between definitions its scope is yet to come."""
        if self.state.scope:
            self._use(line, word, self.state.scope)
        else:
            scope = Scope()
            self.pending.append((self._use(line, word, scope), scope))

    def _settle(self, scope: Scope) -> None:
        for _, waiting in self.pending:
            waiting.name, waiting.kind = scope.name, scope.kind
        self.pending = []

    def _inside(self, line: int, word: str, column: int) -> None:
        state = self.state
        if word == "{":
            if column == 0 and state.scope and state.scope.kind == FUNCTION:
                self._problem(line, f"a definition begins inside {state.scope.name}")
            state.depth += 1
        elif word == "}":
            state.depth -= 1
            if column == 0 and state.depth:
                self._problem(line, "'}' in column 0 ends nothing")
                state.depth = 0
        if not state.depth:
            state.chunk = []
            if state.scope and state.scope.kind == FUNCTION:
                state.scope = None

    def _between(self, line: int, word: str) -> None:
        """Outside of braces: what has been read makes sense at '{' or ';'."""
        state = self.state
        if word in ("(", "["):
            state.nested += 1
        elif word in (")", "]"):
            state.nested -= 1
        elif not state.nested and word == "{":
            if not state.scope:
                state.scope = _opened(state.chunk)
                self._settle(state.scope)
            state.depth = 1
            return
        elif not state.nested and word == ";":
            if not state.scope:
                self._settle(_declared(state.chunk))
            state.scope, state.chunk = None, []
            return
        elif not state.nested and word == "}":
            self._problem(line, "'}' too many")
        state.chunk.append(word)


def _begins_anew(state: _State, word: str, column: int) -> bool:
    """A macro call in column 0 needs no ';': what follows it in column 0 is new."""
    return bool(column == 0 and not state.depth and not state.nested
                and state.chunk and state.chunk[-1] == ")"
                and WORD.fullmatch(word) and not BEHIND.fullmatch(word))


def _group(chunk: Sequence[str], start: int) -> Sequence[str]:
    """What is between the parenthesis at start and its other half."""
    nested = 0
    for index in range(start, len(chunk)):
        nested += (chunk[index] == "(") - (chunk[index] == ")")
        if not nested:
            return chunk[start + 1:index]
    return chunk[start + 1:]


def _call(chunk: Sequence[str]) -> Tuple[str, Sequence[str]]:
    """The first 'name ( ... )' that is no attribute; ('', []) if there is none."""
    index = 0
    while index + 1 < len(chunk):
        if chunk[index + 1] == "(" and WORD.fullmatch(chunk[index]):
            inner = _group(chunk, index + 1)
            if not ATTRIBUTE.fullmatch(chunk[index]):
                return chunk[index], inner
            index += len(inner) + 3
        else:
            index += 1
    return "", []


def _outer(chunk: Sequence[str]) -> List[str]:
    """The chunk without what is in parentheses and brackets."""
    found, nested = [], 0
    for word in chunk:
        nested -= word in (")", "]")
        if not nested:
            found.append(word)
        nested += word in ("(", "[")
    return found


def _variable(chunk: Sequence[str]) -> Scope:
    outer = _outer(chunk)
    left = outer[:outer.index("=")] if "=" in outer else outer
    words = [word for word in left if WORD.fullmatch(word) and not STORAGE.fullmatch(word)]
    name, inner = _call(chunk)
    if left and left[-1] == ")" and name:
        words = [word for word in inner if WORD.fullmatch(word)]
    return Scope(words[-1] if words else "", VARIABLE)


def _opened(chunk: Sequence[str]) -> Scope:
    """What a brace after this begins."""
    if "=" in _outer(chunk):
        return _variable(chunk)
    name, inner = _call(chunk)
    if name:
        syscall = SYSCALL.fullmatch(name)
        if CAPITALS.fullmatch(name) and inner:
            prefix = ("compat_sys_" if syscall.group(1) else "sys_") if syscall else ""
            return Scope(prefix + inner[0], FUNCTION)
        return Scope(name, FUNCTION)
    words = [word for word in chunk if WORD.fullmatch(word)]
    for keyword, kind in (("enum", ENUM), ("struct", STRUCT), ("union", STRUCT)):
        if keyword in words:
            after = [word for word in words[words.index(keyword) + 1:] if word[:2] != "__"]
            return Scope(after[0] if after else keyword, kind)
    return Scope()


def _declared(chunk: Sequence[str]) -> Scope:
    """What ends with a semicolon."""
    if "=" in _outer(chunk):
        return _variable(chunk)
    name, _ = _call(chunk)
    return Scope(name, DECLARATION) if name else _variable(chunk)


def read(text: str, wanted: Pattern[str]) -> Source:
    """The uses of words that wanted matches as a whole."""
    return _Reader(wanted).read(without_comments(text))
