# SPDX-License-Identifier: GPL-2.0
"""Counters of gcov: out of a console log, through the compiler's own gcov, to lines and branches.

What tools/guest/coverage.c writes becomes .gcda files again. gcov reads them
with what the compiler noted (.gcno, in the build).
"""

import gzip
import json
import os
import re
import struct
import subprocess
from dataclasses import dataclass, field
from typing import Any, Dict, Iterable, List, Sequence, Set, Tuple

from .stop import NO_BOOT, SETUP, Stop

MARK = "pfnkunit-gcov"
FILE = re.compile(MARK + r": file (\S+\.gcda)$")
WORDS = re.compile(MARK + r"> ([0-9a-fz ]+)$")
END = re.compile(MARK + r": end (\d+) (\d+)$")
PROBLEM = re.compile(MARK + r": no counters: (.*)$")
DONE = MARK + ": done"
BRANCHES = ("--branch-probabilities", "--branch-counts")
CONDITIONS = "--conditions"
Counters = Dict[str, bytes]
"""The content of .gcda files, by the path that the compiler gave them."""
Outcome = Tuple[int, int, bool]
"""A condition of a line, a term of it, and a value: the term having it decides the condition."""


@dataclass
class FileCoverage:
    """How often each line ran, and each branch of it was taken.

    Branches of a line are kept by how many there are: machines and inlined copies
    for which the compiler made other branches out of a line cannot be added up.
    The same goes for conditions, by how many outcomes each of the line's has; kept
    are those outcomes that never were.
    """

    lines: Dict[int, int] = field(default_factory=dict)
    branches: Dict[int, Dict[int, List[int]]] = field(default_factory=dict)
    functions: Dict[Tuple[int, str], int] = field(default_factory=dict)
    conditions: Dict[int, Dict[Tuple[int, ...], Set[Outcome]]] = field(default_factory=dict)

    def add(self, other: "FileCoverage", sign: int = 1) -> None:
        """Adds what another run counted, or takes it off, down to zero."""
        for line, count in other.lines.items():
            self.lines[line] = max(0, self.lines.get(line, 0) + sign * count)
        for line, shapes in other.branches.items():
            for shape, counts in shapes.items():
                mine = self.branches.setdefault(line, {}).setdefault(shape, [0] * shape)
                for index, count in enumerate(counts):
                    mine[index] = max(0, mine[index] + sign * count)
        for key, count in other.functions.items():
            self.functions[key] = max(0, self.functions.get(key, 0) + sign * count)
        for line, by_shape in other.conditions.items() if sign > 0 else ():
            for outcomes, missing in by_shape.items():
                known = self.conditions.setdefault(line, {})
                known[outcomes] = known.get(outcomes, missing) & missing


Coverage = Dict[str, FileCoverage]
"""By file, as the list of targets names it."""


def add(to: Coverage, other: Coverage, sign: int = 1) -> None:
    """Adds one measurement to another; with sign -1 takes it off."""
    for name, file in other.items():
        to.setdefault(name, FileCoverage()).add(file, sign)


def together(measurements: Iterable[Coverage]) -> Coverage:
    """The sum of them; they stay as they are."""
    found: Coverage = {}
    for coverage in measurements:
        add(found, coverage)
    return found


def counters(lines: Iterable[str]) -> Counters:
    """The counters in a console log, which has them more than once."""
    found: Counters = {}
    garbled: Dict[str, str] = {}
    name, words, done = "", [], False  # type: str, List[int], bool
    for line in lines:
        match = FILE.search(line)
        if match:
            name, words = match.group(1), []
            continue
        match = WORDS.search(line)
        if match:
            words += _words(match.group(1))
            continue
        match = END.search(line)
        if match:
            count = int(match.group(1))
            if len(words) == count and _sum(words) == int(match.group(2)):
                found[name] = struct.pack(f"<{count}I", *words)
            else:
                garbled[name] = f"{len(words)} of {count} words"
            continue
        match = PROBLEM.search(line)
        if match:
            raise Stop(NO_BOOT, f"the kernel has no counters of gcov ({match.group(1)})")
        done = done or DONE in line
    if not done:
        raise Stop(NO_BOOT, "the machine ended before it had written all counters")
    for name, what in garbled.items():
        if name not in found:
            raise Stop(NO_BOOT, f"the counters of {os.path.basename(name)} were garbled on the "
                                f"way, all copies of them: {what}")
    return found


def _words(text: str) -> List[int]:
    found: List[int] = []
    for word in text.split():
        found += [0] * int(word[1:], 16) if word[0] == "z" else [int(word, 16)]
    return found


def _sum(words: Sequence[int]) -> int:
    total = 0
    for word in words:
        total = (total * 31 + word) & 0xffffffff
    return total


def read(found: Counters, build_dir: str, objects: Dict[str, str], tool: str,
         scratch: str, words: Sequence[str] = BRANCHES) -> Coverage:
    """Has gcov read counters; objects are the files that are wanted, by their object.

    A file stands under the name that objects gives for it. What has no counters
    was not built for this machine, and is not there. words are for gcov.
    """
    names: List[str] = []
    for path, content in found.items():
        base = next((item[:-len(".o")] for item in objects
                     if path.endswith("/" + item[:-len(".o")] + ".gcda")), "")
        if not base:
            continue
        to = os.path.join(scratch, base)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        with open(to + ".gcda", "wb") as file:
            file.write(content)
        notes = os.path.join(build_dir, base + ".gcno")
        if not os.path.exists(to + ".gcno"):
            os.symlink(notes, to + ".gcno")
        names.append(to + ".gcda")
    if not names:
        raise Stop(NO_BOOT, "the kernel counted nothing in the target files")
    done = subprocess.run([tool, "--json-format", "--stdout", *words, *names], cwd=scratch,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode or b"stamp mismatch" in done.stderr:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise Stop(SETUP, f"{tool} cannot read what the kernel counted: {said}")
    sources = {item[:-len(".o")] + ".c": name for item, name in objects.items()}
    coverage: Coverage = {}
    for text in _documents(done.stdout):
        for item in json.loads(text)["files"]:
            for source, name in sources.items():
                if item["file"] == source or item["file"].endswith("/" + source):
                    coverage.setdefault(name, FileCoverage()).add(_file(item))
    return coverage


def _documents(output: bytes) -> List[bytes]:
    if output[:2] == b"\x1f\x8b":
        output = gzip.decompress(output)
    return [line for line in output.split(b"\n") if line.strip()]


def _file(item: Dict[str, Any]) -> FileCoverage:
    found = FileCoverage()
    for line in item["lines"]:
        branches = [branch["count"] for branch in line["branches"] if not branch["throw"]]
        this = FileCoverage({line["line_number"]: line["count"]})
        if branches:
            this.branches[line["line_number"]] = {len(branches): branches}
        conditions = line.get("conditions", [])
        if conditions:
            this.conditions[line["line_number"]] = {
                tuple(item["count"] for item in conditions): _never(conditions)}
        found.add(this)
    for function in item["functions"]:
        key = (function["start_line"], function["name"])
        found.functions[key] = found.functions.get(key, 0) + function["execution_count"]
    return found


def _never(conditions: Sequence[Dict[str, Any]]) -> Set[Outcome]:
    """The outcomes that none of the conditions of a line had."""
    return {(index, term, value) for index, item in enumerate(conditions)
            for name, value in (("not_covered_true", True), ("not_covered_false", False))
            for term in item[name]}


def info(coverage: Coverage, paths: Dict[str, str]) -> str:
    """A measurement in the form of lcov; paths are where the files are."""
    text: List[str] = []
    for name, file in sorted(coverage.items()):
        text += ["TN:", f"SF:{paths[name]}"]
        text += [f"FN:{line},{function}" for line, function in sorted(file.functions)]
        text += [f"FNDA:{count},{function}"
                 for (_, function), count in sorted(file.functions.items())]
        text += [f"FNF:{len(file.functions)}", f"FNH:{sum(map(bool, file.functions.values()))}"]
        total = hit = 0
        for line, shapes in sorted(file.branches.items()):
            for shape, counts in sorted(shapes.items()):
                for index, count in enumerate(counts):
                    taken = count if file.lines.get(line) else "-"
                    text.append(f"BRDA:{line},{shape},{index},{taken}")
                    total, hit = total + 1, hit + bool(count)
        text += [f"BRF:{total}", f"BRH:{hit}"]
        text += [f"DA:{line},{count}" for line, count in sorted(file.lines.items())]
        text += [f"LF:{len(file.lines)}", f"LH:{sum(map(bool, file.lines.values()))}",
                 "end_of_record"]
    return "\n".join(text) + "\n"
