# SPDX-License-Identifier: GPL-2.0
"""Why some places have no case: the file tools/surface/reasons, and whether it is true."""

import glob
import os
import re
from dataclasses import dataclass, field
from typing import List, Optional, Sequence

from .covers import Item, Malformed, items
from .places import Place

FILE = os.path.join("tools", "surface", "reasons")
GRAMMAR = f"""\
Where there can be no case, {FILE} says why, in lines

  FILE: NAME, NAME(TOKEN), ...: REASON
  FILE: *: REASON                       (for all of a file)

that go on over lines which begin with white space. Held against the sources
are the beginnings 'declaration', 'a stub', 'compiled only with CONFIG_X', which
no configuration of ours may set then, and 'compiled only without CONFIG_X'."""

LINE = re.compile(r"([\w./-]+): ([^:]+): (\S.*)")
AND = r"(?: &&[^|]*)?"
WITH = re.compile(r"compiled only with (CONFIG_\w+)")
WITHOUT = re.compile(r"compiled only without (CONFIG_\w+)")
DECLARATION = re.compile(r"declaration\b")
STUB = re.compile(r"a stub\b")
VAGUE = re.compile(r"\b(?:todo|tbd|fixme|later|n/a|not (?:yet )?(?:tested|covered|exercised)|"
                   r"no case|trivial|hard|difficult)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reason:
    """One item of a line; None is all of the file."""

    file: str
    item: Optional[Item]
    text: str
    line: int

    def matches(self, place: Place) -> bool:
        """It is about this place."""
        return self.file == place.file and (not self.item or self.item.matches(place))


@dataclass
class Reasons:
    """The whole file."""

    reasons: List[Reason] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)


def parse(text: str) -> Reasons:
    """Reads the file's text."""
    found = Reasons()
    whole: List[List[str]] = []
    numbers = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1] in (" ", "\t") and line.strip() and whole:
            whole[-1].append(line.strip())
        elif line.strip() and not line.startswith("#"):
            whole.append([line.rstrip()])
            numbers.append(number)
    for number, lines in zip(numbers, whole):
        try:
            found.reasons += _line(" ".join(lines), number)
        except Malformed as error:
            found.problems.append(f"{FILE}:{number}: {error}")
    return found


def _line(text: str, number: int) -> List[Reason]:
    match = LINE.fullmatch(text)
    if not match:
        raise Malformed("not 'FILE: NAME, NAME(TOKEN), ...: REASON'")
    name, names, reason = match.groups()
    if VAGUE.search(reason) or reason != "declaration" and len(reason.split()) < 3:
        raise Malformed(f"'{reason}' says nothing that could be checked")
    if names == "*":
        return [Reason(name, None, reason, number)]
    return [Reason(name, item, reason, number) for item in items(names)]


def read(project: str) -> Reasons:
    """The project's."""
    with open(os.path.join(project, FILE), encoding="utf-8") as file:
        return parse(file.read())


def config_files(project: str) -> List[str]:
    """What our kernels are configured from."""
    return [os.path.join(project, ".kunitconfig"),
            *sorted(glob.glob(os.path.join(project, "configs", "*.config"))),
            *sorted(glob.glob(os.path.join(project, "machines", "*.py")))]


def untrue(reason: Reason, place: Place, tree: str, configs: Sequence[str]) -> str:
    """What speaks against a reason at a place it is about; '' if nothing does."""
    if DECLARATION.match(reason.text) and not place.declared:
        return f"{place.where} is no declaration"
    if STUB.match(reason.text) and not any("!" in text for text in place.conditions):
        return f"{place.where} is compiled everywhere"
    option = WITH.match(reason.text)
    if option:
        if not (any(_needs(condition, option.group(1)) for condition in place.conditions)
                or _kbuild_needs(tree, place.file, option.group(1))):
            return f"{place.where} is not under {option.group(1)}"
        return _configured(option.group(1), configs)
    option = WITHOUT.match(reason.text)
    if option and not (any(_needs_not(condition, option.group(1))
                           for condition in place.conditions)
                       or _kbuild_needs_not(tree, place.file, option.group(1))):
        return f"{place.where} does not depend on the lack of {option.group(1)}"
    return ""


def _needs(condition: str, option: str) -> bool:
    """An #if that is false without the option."""
    return bool(re.fullmatch(rf"(?:defined|IS_ENABLED)\({option}\){AND}", condition))


def _needs_not(condition: str, option: str) -> bool:
    """One that is false with it."""
    return bool(re.fullmatch(rf"!(?:defined|IS_ENABLED)\({option}\){AND}", condition)
                or re.fullmatch(rf"!\((?:defined|IS_ENABLED)\({option}\)\){AND}", condition))


def _kbuild(tree: str, name: str) -> str:
    """The Makefile beside a file."""
    path = os.path.join(tree, os.path.dirname(name), "Makefile")
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read().replace("\\\n", " ")


def _kbuild_needs(tree: str, name: str, option: str) -> bool:
    """Kbuild compiles the file for the option, and on no other line."""
    built = re.escape(os.path.splitext(os.path.basename(name))[0]) + r"\.o"
    lines = re.findall(rf"^(\S+)[ \t]*[+:]?=.*[ \t]{built}(?![\w.])", _kbuild(tree, name),
                       re.MULTILINE)
    return bool(lines) and all(line.endswith(f"-$({option})") for line in lines)


def _kbuild_needs_not(tree: str, name: str, option: str) -> bool:
    """Kbuild has the file in a list that the option replaces."""
    built = re.escape(os.path.splitext(os.path.basename(name))[0]) + r"\.o"
    text = _kbuild(tree, name)
    return any(re.search(rf"^{re.escape(stem)}-\$\({option}\)[ \t]*:=", text, re.MULTILINE)
               for stem in re.findall(rf"^(\w+)-y[ \t]*:=.*[ \t]{built}(?![\w.])", text,
                                      re.MULTILINE))


def _configured(option: str, configs: Sequence[str]) -> str:
    for path in configs:
        with open(path, encoding="utf-8") as file:
            if re.search(rf"^[ \t]*{option}=[ym]", file.read(), re.MULTILINE):
                return f"{path} sets {option}"
    return ""
