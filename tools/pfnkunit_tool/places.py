# SPDX-License-Identifier: GPL-2.0
"""The places in a kernel tree that read or set what makes a mapping raw."""

import fnmatch
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Pattern, Sequence, Set, Tuple

from . import ctext, link

ROOTS = ("mm", "fs/proc", "kernel", "arch/x86/mm/pat", "include/linux/mm*.h",
         "include/linux/huge_mm.h")
"""Where to look: directories, with all below them, and patterns of files."""

LEFT_OUT = ("*/tests/*", "*kunit*.[ch]", "*_test.c", "*selftest*.[ch]")
"""Tests of the kernel's own, which use such a mapping but do not make it work."""

BARE = ("PFNMAP", "MIXEDMAP")
"""Names to which macros add the rest."""
FLAGS = "|".join((r"VM_(?:PFNMAP|MIXEDMAP|SPECIAL)|VMA_(?:PFNMAP|MIXEDMAP)_BIT", *BARE))
MASKS = r"VM_(?:COPY_ON_FORK|REMAP_FLAGS)|VMA_(?:SPECIAL|REMAP)_FLAGS"
"""Masks made of them; those that the headers add are found there."""
ENTRIES = r"(?:pte|pmd|pud|p4d|pgd)_(?:mk|set_|clear_)?special"
FUNCTIONS = r"pfn_modify_allowed|(?:\w+_)?pfnmap_\w+|(?:un)?track_pfn(?:_\w+)?"

MACRO = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(VMA?_[A-Z0-9_]+)[ \t]+((?:\\\n|[^\n])*)",
                   re.MULTILINE)
TAGS = ("struct", "union", "enum")


@dataclass
class Place:
    """One word in one line, and what is known of its tests."""

    file: str
    line: int
    function: str
    kind: str
    token: str
    conditions: List[str] = field(default_factory=list)
    cases: List[str] = field(default_factory=list)
    broad: bool = False
    reason: str = ""

    @property
    def where(self) -> str:
        """For people."""
        return f"{self.file}:{self.line}"

    @property
    def covered(self) -> bool:
        """There is a case, or a reason why not."""
        return bool(self.cases or self.reason)

    @property
    def declared(self) -> bool:
        """It only says that there is such a thing."""
        return (self.only_declared or self.kind == ctext.MACRO
                and self.token in (self.function, *BARE))

    @property
    def only_declared(self) -> bool:
        """Nothing that runs."""
        return self.kind in (ctext.DECLARATION, ctext.STRUCT, ctext.ENUM)


@dataclass
class Found:
    """All places of a tree; problems where a file could not be followed."""

    places: List[Place] = field(default_factory=list)
    left_out: List[str] = field(default_factory=list)
    masks: List[str] = field(default_factory=list)
    problems: List[str] = field(default_factory=list)


def files(tree: str) -> Iterator[str]:
    """The names of the files in question, relative to the tree, in order."""
    for root in ROOTS:
        directory, pattern = os.path.split(root) if root.endswith(".h") else (root, "")
        top = os.path.join(tree, directory)
        for path, directories, names in os.walk(top):
            directories.sort()
            here = os.path.relpath(path, tree)
            directories[:] = [name for name in directories
                              if not pattern and os.path.join(here, name) != link.LINK]
            yield from (os.path.join(here, name) for name in sorted(names)
                        if name.endswith((".c", ".h"))
                        and (not pattern or fnmatch.fnmatchcase(name, pattern)))


def left_out(name: str) -> bool:
    """A test of the kernel's own."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in LEFT_OUT)


def wanted(masks: Sequence[str]) -> Pattern[str]:
    """The words to look for."""
    return re.compile("|".join([FLAGS, MASKS, ENTRIES, FUNCTIONS, *masks]))


def masks_in(text: str) -> Set[str]:
    """The VM_ and VMA_ macros without parameters that are made of the flags, by any detour."""
    bodies: Dict[str, Set[str]] = {}
    for name, body in MACRO.findall(ctext.without_comments(text)):
        bodies.setdefault(name, set()).update(ctext.WORD.findall(body))
    flags = re.compile("|".join([FLAGS, MASKS]))
    found: Set[str] = set()
    while True:
        more = {name for name, words in bodies.items()
                if name not in found and not flags.fullmatch(name)
                and any(word in found or flags.fullmatch(word) for word in words)}
        if not more:
            return found
        found |= more


def is_use(use: ctext.Use) -> bool:
    """A tag names a type, an export a symbol: neither reads or sets anything."""
    return use.before not in TAGS and not use.scope.name.startswith("EXPORT_SYMBOL")


def find(tree: str) -> Found:
    """Reads the tree."""
    found = Found()
    texts = {}
    for name in files(tree):
        with open(os.path.join(tree, name), encoding="utf-8", errors="replace") as file:
            texts[name] = file.read()
    found.masks = sorted(masks_in("\n".join(text for name, text in texts.items()
                                            if name.endswith(".h"))))
    words = wanted(found.masks)
    for name, text in texts.items():
        if not words.search(text):
            continue
        source = ctext.read(text, words)
        uses = [use for use in source.uses if is_use(use)]
        if uses and left_out(name):
            found.left_out.append(name)
        elif uses:
            found.problems += [f"{name}:{problem}" for problem in source.problems]
            found.places += _places(name, uses)
    return found


def recount(tree: str, found: Sequence[Place], masks: Sequence[str]) -> List[str]:
    """Files in which the compiler's preprocessor, which knows comments, counts other words."""
    words = wanted(masks)
    different = []
    for name in dict.fromkeys(place.file for place in found):
        path = os.path.join(tree, name)
        done = subprocess.run(["gcc", "-fpreprocessed", "-dD", "-E", "-P", "-x", "c", path],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        theirs = Counter(word for word in ctext.WORD.findall(
            ctext.without_comments(done.stdout.decode("utf-8", "replace")))
                         if words.fullmatch(word))
        with open(path, encoding="utf-8", errors="replace") as file:
            ours = Counter(use.word for use in ctext.read(file.read(), words).uses)
        if ours != theirs:
            different.append(f"{name}: {dict((ours - theirs) + (theirs - ours))}")
    return different


def _places(name: str, uses: List[ctext.Use]) -> List[Place]:
    """One for each word in a line."""
    found: Dict[Tuple[int, str], Place] = {}
    for use in uses:
        found.setdefault((use.line, use.word),
                         Place(name, use.line, use.scope.name or "-", use.scope.kind, use.word,
                               list(use.conditions)))
    return list(found.values())
