# SPDX-License-Identifier: GPL-2.0
"""Mutants that compile to the same code as the original, or as each other.

All variants of some functions are compiled at once, as copies under names of their
own, without the other functions of the file; what the copies call stays a call.
Copies whose assembler text is the same, names and labels aside, are the same code
there, and so in the kernel.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Dict, Iterator, List, Sequence, Tuple

from . import kernel as build
from .mutants import Mutant

ORIGINAL = "original"
SWITCH = re.compile(r"\bMUTANT\((\d+)\)")
VARIANT = "pfnkunit_variant"
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^#[^\n]*$|[{}();=]', re.MULTILINE)
LABEL = re.compile(r"\.L\w*\d+")
NUMBERED = re.compile(r"\b([A-Za-z_]\w*)\.(\d+)\b")
PLACE = re.compile(r"\s*\.(?:loc|file|cfi_\w+)\b|#\s*\d+ \"")
"""Where the text came from; the second is what stands before inline assembler."""

FUNCTION = re.compile(rf"^{VARIANT}_(\d+):$")
BATCH = 60
ORIGINALS = 1_000_000
"""The number of a batch's first unchanged function, beyond all switches."""


def chunks(text: str) -> Iterator[Tuple[int, int, bool]]:
    """The declarations of preprocessed C: first offset, offset behind, is a function's body."""
    depth = start = 0
    head_has_call = assigned = False
    for match in TOKEN.finditer(text):
        sign = match.group()
        if sign in ("{", "(") :
            if sign == "(" and not depth:
                head_has_call = True
            depth += 1
        elif sign in ("}", ")"):
            depth -= 1
            if sign == "}" and not depth and head_has_call and not assigned \
                    and not re.match(r"\s*(?:;|__attribute__|,|\w+\s*;)", text[match.end():][:200]):
                yield start, match.end(), True
                start, head_has_call, assigned = match.end(), False, False
        elif sign == "=" and not depth:
            assigned = True
        elif sign == ";" and not depth:
            yield start, match.end(), False
            start, head_has_call, assigned = match.end(), False, False


def head_name(head: str) -> str:
    """The name of the function that a definition's head declares."""
    head = re.sub(r"^#.*$", "", head, flags=re.MULTILINE)
    head = re.sub(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)", " ", head)
    match = re.search(r"(\w+)\s*\(", head)
    return match.group(1) if match else ""


def compare(kernel: build.Kernel, mutants: Sequence[Mutant], jobs: int) -> Dict[str, str]:
    """By key: 'original', or the key of the first mutant with the same code."""
    found: Dict[str, str] = {}
    files: Dict[str, List[Mutant]] = {}
    for mutant in mutants:
        files.setdefault(mutant.file, []).append(mutant)
    tasks = []
    for name, these in files.items():
        text = _preprocessed(kernel, name)
        pieces = [(start, end, body, head_name(text[start:text.find("{", start)]) if body else "")
                  for start, end, body in chunks(text)]
        # What has no switch in it may come from a header, and is wanted whole.
        own = {piece[3] for piece in pieces if piece[2]
               and not re.match(r"[^{]*\binline\b", text[piece[0]:piece[1]])}
        tasks += [(name, text, pieces, own, batch) for batch in batches(these)]
    with ThreadPoolExecutor(jobs) as pool:
        for same in pool.map(lambda task: _same(kernel, *task), tasks):
            found.update(same)
    return found


def batches(mutants: Sequence[Mutant]) -> List[Dict[str, List[Mutant]]]:
    """Mutants by function, as many as are compiled at once: most of that is reading headers."""
    functions: Dict[str, List[Mutant]] = {}
    for mutant in mutants:
        functions.setdefault(mutant.function, []).append(mutant)
    found: List[Dict[str, List[Mutant]]] = []
    room = 0
    for function, those in functions.items():
        for at in range(0, len(those), BATCH):
            part = those[at:at + BATCH]
            if len(part) > room or function in found[-1]:
                found.append({})
                room = BATCH
            found[-1][function] = part
            room -= len(part)
    return found


def _same(kernel: build.Kernel, name: str, text: str, pieces: Sequence[Tuple[int, int, bool, str]],
          own: "set[str]", batch: Dict[str, List[Mutant]]) -> Dict[str, str]:
    """As compare(), for a batch; one by one where the functions do not compile together."""
    codes = _codes(kernel, name, text, pieces, own, batch)
    found: Dict[str, str] = {}
    if not codes and len(batch) > 1:
        for function, those in batch.items():
            found.update(_same(kernel, name, text, pieces, own, {function: those}))
    for index, those in enumerate(batch.values()):
        if ORIGINALS + index not in codes:
            continue
        first = {codes[ORIGINALS + index]: ORIGINAL}
        for mutant in those:
            if mutant.number in codes:
                same = first.setdefault(codes[mutant.number], mutant.key)
                if same != mutant.key:
                    found[mutant.key] = same
    return found


def _preprocessed(kernel: build.Kernel, name: str) -> str:
    output = kernel.mutated(name) + ".i"
    words = build.command(kernel, name, kernel.mutated(name), output, ["-DPFNKUNIT_KEEP"])
    done = build.run_shell(words.replace(" -c ", " -E -P ", 1), kernel.build_dir)
    if done.returncode:
        return ""
    return build.read(output)


def _codes(kernel: build.Kernel, name: str, text: str,
           pieces: Sequence[Tuple[int, int, bool, str]], own: "set[str]",
           batch: Dict[str, List[Mutant]]) -> Dict[int, str]:
    """The assembler text of each variant, by switch; from ORIGINALS on, that of each function."""
    parts: List[str] = []
    indices = {function: index for index, function in enumerate(batch)}
    for start, end, body, found in pieces:
        piece = text[start:end]
        if not body or found not in own:
            parts.append(SWITCH.sub("0", piece))
        else:
            parts.append(SWITCH.sub("0", piece[:piece.index("{")]) + ";")
        if body and found in batch:
            numbers = [mutant.number for mutant in batch[found]]
            parts += [_variant(piece, found, number)
                      for number in [ORIGINALS + indices[found], *numbers]]
    first = next(iter(batch))
    path = f"{kernel.mutated(name)}.{first}.{batch[first][0].number}"
    build.write(path + ".i", "\n".join(parts))
    words = build.command(kernel, name, path + ".i", path + ".s",
                          ["-fno-ipa-icf", "-fno-ipa-cp", "-fno-partial-inlining"])
    done = build.run_shell(words.replace(" -c ", " -S -fpreprocessed ", 1), kernel.build_dir)
    codes = assembled(build.read(path + ".s")) if not done.returncode else {}
    for suffix in (".i", ".s"):
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)
    return codes


def _variant(piece: str, function: str, number: int) -> str:
    """A copy of a function with one mutant on for good."""
    text = SWITCH.sub(lambda match: str(int(int(match.group(1)) == number)), piece)
    at = text.index("{")
    head = re.sub(rf"\b{function}\b", f"{VARIANT}_{number}", text[:at])
    head = re.sub(r"\b(?:static|inline|__inline__|__inline|extern)\b"
                  r"|__attribute__\s*\(\((?:__)?(?:always_inline|gnu_inline|unused)(?:__)?\)\)",
                  " ", head)
    return "__attribute__((noinline)) " + head.strip() + " " + text[at:]


def assembled(text: str) -> Dict[int, str]:
    """The variants' texts in an assembler file, with labels counted anew in each."""
    strings = dict(re.findall(r"^(\.LC\d+):\n\s*(\.(?:string|ascii)[^\n]*)", text, re.MULTILINE))
    found: Dict[int, List[str]] = {}
    current: "List[str] | None" = None
    for line in text.split("\n"):
        match = FUNCTION.match(line)
        if match:
            current = found.setdefault(int(match.group(1)), [])
            continue
        if current is not None and re.match(rf"\s*\.size\s+{VARIANT}_", line):
            current = None
        if current is not None and not PLACE.match(line):
            current.append(line)
    return {number: _normal("\n".join(lines), strings) for number, lines in found.items()}


def _normal(text: str, strings: Dict[str, str]) -> str:
    labels: Dict[str, str] = {}

    def label(match: "re.Match[str]") -> str:
        name = match.group()
        if name in strings:
            return f"<{strings[name]}>"
        return labels.setdefault(name, f".L<{len(labels)}>")

    text = re.sub(rf"{VARIANT}_\d+", VARIANT, text)
    text = NUMBERED.sub(lambda match: match.group(1) + "." + labels.setdefault(
        match.group(), str(len(labels))), text)
    return LABEL.sub(label, text)
