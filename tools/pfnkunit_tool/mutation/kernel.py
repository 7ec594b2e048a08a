# SPDX-License-Identifier: GPL-2.0
"""One kernel with all mutants in it.

A build that is there is copied, and in the copy the objects of the mutated files
are made anew, by the very command that made them, from text in the copy. The
kernel's tree and the build stay as they were, and nothing else is compiled.
"""

import os
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Dict, Iterable, List, Sequence, Set, Tuple

from .. import PROJECT, arches, scratch
from ..progress import Progress
from ..stop import BUILD_FAILED, Stop
from ..targets import built_as
from . import schemata
from .mutants import Mutant

MUTATED = "pfnkunit-mutants"
"""Where the copy of the build has the mutated files' text."""

HEADER = "pfnkunit-mutant.h"
ERROR = re.compile(r"^(.*?):(\d+):(?:(\d+):)? (?:fatal )?error: (.*)$")
UNDEFINED = re.compile(r"undefined reference to `([^']+)'")
SAVED = re.compile(r"^(?:saved)?cmd_(\S+) := (.*)$", re.MULTILINE)
FLAGS = ("-w -ftrack-macro-expansion=0 -fno-diagnostics-show-caret "
         "-fdiagnostics-column-unit=byte -fmax-errors=0")
ROUNDS = 25
SHOWN = 5
TARGETS: Dict[str, List[str]] = {arches.UML: [], "x86_64": ["bzImage"], "arm64": ["Image"],
                                 "m68k": ["vmlinux"]}
"""What make builds."""

UML_MM = "arch/um/kernel/skas/mmu.c"
NO_PROCESSES = os.path.join(PROJECT, "tools", "mutation", "um", "no-processes.cocci")


@dataclass
class Kernel:
    """A build with mutants."""

    tree: str
    arch: str
    build_dir: str
    checkout: str
    mutants: List[Mutant] = field(default_factory=list)
    """Those that are compiled in."""
    not_compiled: List[Tuple[Mutant, str]] = field(default_factory=list)
    """Those that the compiler or the linker does not take, and what it said."""
    absent: List[Mutant] = field(default_factory=list)
    """Those that are in text which this kernel's configuration leaves out."""

    def source(self, name: str) -> str:
        """A target file's own text."""
        return os.path.join(self.tree, built_as(name, self.checkout))

    def object(self, name: str) -> str:
        """The object made of a target file, below the build directory."""
        return os.path.splitext(built_as(name, self.checkout))[0] + ".o"

    def mutated(self, name: str) -> str:
        """A target file's text with mutants."""
        return os.path.join(self.build_dir, MUTATED, built_as(name, self.checkout))


def read(path: str) -> str:
    """A C file's text; what is not UTF-8 stays as it is."""
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def write(path: str, text: str) -> None:
    """Writes a file, and the directories it is in."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)


def has_object(kernel: Kernel, name: str) -> bool:
    """The kernel's configuration has this file."""
    return os.path.exists(_command_file(kernel, name))


def _command_file(kernel: Kernel, name: str) -> str:
    directory, base = os.path.split(kernel.object(name))
    return os.path.join(kernel.build_dir, directory, f".{base}.cmd")


def command(kernel: Kernel, name: str, source: str, output: str = "",
            more: Sequence[str] = ()) -> str:
    """The shell command that makes an object, from another text; with an output, only gcc's."""
    with open(_command_file(kernel, name), encoding="utf-8") as file:
        match = SAVED.search(file.read())
    if not match:
        raise Stop(BUILD_FAILED, f"{_command_file(kernel, name)} does not tell how it was made")
    text = match.group(2).replace("$(pound)", "#").replace("$$", "$")
    own = os.path.dirname(kernel.source(name))
    made, rest = (text.split(" ; ", 1) + [""])[:2]
    words = made.rstrip().split(" ")
    if not words[-1].endswith(os.path.basename(name)):
        raise Stop(BUILD_FAILED, f"{name} is made by a command of another form: {text[-200:]}")
    words[-1] = source
    header = os.path.join(kernel.build_dir, MUTATED, HEADER)
    flags = [f"-iquote{own}", f"-I{own}", f"-include{header}", FLAGS, *more]
    words[1:1] = flags
    if output:
        words[words.index("-o") + 1] = output
        words = [word for word in words if not word.startswith("-Wp,-MMD")]
        return " ".join(words)
    return " ".join(words) + (f" ; {rest}" if rest else "")


def run_shell(text: str, directory: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command of kbuild's."""
    return subprocess.run(["sh", "-c", "set -e; " + text], cwd=directory, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", errors="replace", check=False,
                          env=dict(os.environ, LC_ALL="C"))


def prepare(kernel: Kernel, files: Iterable[str]) -> None:
    """Puts down what the mutated files include."""
    directory = os.path.join(kernel.build_dir, MUTATED)
    shutil.rmtree(directory, ignore_errors=True)
    write(os.path.join(directory, HEADER), schemata.HEADER)
    for name in files:
        os.makedirs(os.path.dirname(kernel.mutated(name)), exist_ok=True)


def build(kernel: Kernel, mutants: Sequence[Mutant], jobs: int) -> None:
    """Compiles all mutants that can be, and links."""
    by_file = schemata.by_file([mutant for mutant in mutants if has_object(kernel, mutant.file)])
    kernel.absent = [mutant for mutant in mutants if mutant.file not in by_file]
    if not by_file:
        return
    prepare(kernel, by_file)
    first = next(iter(by_file))
    done: List[str] = []
    with Progress("mutants", lambda: f"compiling, {len(done)} of {len(by_file)} files"):
        with ThreadPoolExecutor(jobs) as pool:
            tails = {name: _core(by_file) if name == first else "" for name in by_file}
            for name, (taken, refused) in zip(by_file, pool.map(
                    lambda name: _file(kernel, name, by_file[name], tails[name], done), by_file)):
                by_file[name] = taken
                kernel.not_compiled += refused
    if kernel.arch == arches.UML:
        _no_processes(kernel)
    _link(kernel, by_file, first, jobs)
    present: Set[int] = set()
    for name in by_file:
        present |= numbers_in(kernel, name)
    left = [mutant for taken in by_file.values() for mutant in taken]
    kernel.mutants = [mutant for mutant in left if mutant.number in present]
    kernel.absent += [mutant for mutant in left if mutant.number not in present]


def _file(kernel: Kernel, name: str, mutants: List[Mutant], tail: str,
          done: List[str]) -> Tuple[List[Mutant], List[Tuple[Mutant, str]]]:
    """Compiles a file; leaves out what the compiler does not take until it takes the rest."""
    refused: List[Tuple[Mutant, str]] = []
    for _ in range(ROUNDS):
        composed = compose(kernel, name, mutants, tail)
        refused += [(mutant, "overlaps another mutant") for mutant in composed.left_out]
        out = {mutant.number for mutant in composed.left_out}
        result = run_shell(command(kernel, name, kernel.mutated(name)), kernel.build_dir)
        if not result.returncode:
            done.append(name)
            return [mutant for mutant in mutants if mutant.number not in out], refused
        bad = blamed(result.stdout, name, composed)
        if not bad:
            lines = [line for line in result.stdout.splitlines() if "error" in line.lower()]
            raise Stop(BUILD_FAILED, f"{name} does not compile with mutants in it: "
                                     + "; ".join(lines[:SHOWN] or result.stdout.splitlines()[-1:]))
        refused += [(mutant, bad[mutant.number]) for mutant in mutants if mutant.number in bad]
        mutants = [mutant for mutant in mutants if mutant.number not in bad
                   and mutant.number not in out]
    raise Stop(BUILD_FAILED, f"{name} does not compile with mutants in it after {ROUNDS} rounds")


def _no_processes(kernel: Kernel) -> None:
    """UML starts a process of the host for each mm; nothing runs in it, so here it does not.

    All that they do to the host's page tables took two thirds of a boot's time, and
    where the host is a guest itself, two boots at once were no faster than one by one.
    """
    text = scratch.patched(kernel.source(UML_MM), [NO_PROCESSES])
    write(kernel.mutated(UML_MM), text.decode("utf-8", "surrogateescape"))
    done = run_shell(command(kernel, UML_MM, kernel.mutated(UML_MM)), kernel.build_dir)
    if done.returncode:
        raise Stop(BUILD_FAILED, f"{UML_MM} does not compile with {NO_PROCESSES}: "
                                 + "; ".join(done.stdout.strip().splitlines()[-SHOWN:]))


def compose(kernel: Kernel, name: str, mutants: Sequence[Mutant], tail: str) -> schemata.Composed:
    """Writes a file's text with mutants; the compiler takes it for the original."""
    source = kernel.source(name)
    composed = schemata.compose(read(source), mutants, f'#line 1 "{source}"\n', tail)
    write(kernel.mutated(name), composed.text)
    return composed


def blamed(output: str, name: str, composed: schemata.Composed) -> Dict[int, str]:
    """The mutants that the compiler's errors are about."""
    lines = composed.text.split("\n")
    starts = [0]
    for text in lines:
        starts.append(starts[-1] + len(text) + 1)
    found: Dict[int, str] = {}
    for line in output.splitlines():
        match = ERROR.match(line)
        if not match or os.path.basename(match.group(1)) != os.path.basename(name):
            continue
        number = int(match.group(2)) + 1
        before = lines[number - 1].encode("utf-8", "surrogateescape")[:int(match.group(3) or 1) - 1]
        column = len(before.decode("utf-8", "replace"))
        for mutant in (composed.at(starts[number - 1] + column)
                       or _in_line(composed, starts[number - 1], starts[number])):
            found.setdefault(mutant, match.group(4))
    return found


def _in_line(composed: schemata.Composed, start: int, end: int) -> List[int]:
    """Whom to blame for an error in a macro's use, which gcc places at the macro's name.

    Of the mutants in the line the first one; if it is still wrong then, another.
    """
    found = [(place, number) for place, _, number in composed.places if start <= place < end]
    return [min(found)[1]] if found else []


def _link(kernel: Kernel, by_file: Dict[str, List[Mutant]], first: str, jobs: int) -> None:
    """Links; what only mutants call and this kernel does not have becomes a panic."""
    lacking: List[str] = []
    for _ in range(ROUNDS):
        with Progress("mutants", lambda: "linking"):
            done = run_shell(" ".join(["make", f"O={kernel.build_dir}", f"ARCH={kernel.arch}",
                                       *_cross(kernel.arch), f"-j{jobs}", "-s",
                                       *TARGETS[kernel.arch]]), kernel.tree)
        if not done.returncode:
            return
        found = sorted(set(UNDEFINED.findall(done.stdout)) - set(lacking))
        if not found:
            raise Stop(BUILD_FAILED, "the kernel with mutants does not link: "
                       + "; ".join(done.stdout.strip().splitlines()[-SHOWN:]))
        lacking += found
        _file(kernel, first, by_file[first], _core(by_file, lacking), [])
    raise Stop(BUILD_FAILED, f"the kernel with mutants does not link after {ROUNDS} rounds")


def _core(by_file: Dict[str, List[Mutant]], lacking: Sequence[str] = ()) -> str:
    """What is said once: the switch, and where calls of what is not there go."""
    size = max(mutant.number for mutants in by_file.values() for mutant in mutants) + 1
    aliases = "".join(schemata.ALIAS % (name, name) for name in lacking)
    return schemata.CORE % {"size": size, "aliases": aliases}


def _cross(arch: str) -> List[str]:
    cross = arches.ARCHES[arch].cross
    return [f"CROSS_COMPILE={cross}"] if cross else []


def numbers_in(kernel: Kernel, name: str) -> Set[int]:
    """The switches that an object's code really has."""
    path = os.path.join(kernel.build_dir, kernel.object(name))
    raw = path + ".pfnkunit"
    tool = arches.ARCHES[kernel.arch].cross + "objcopy"
    done = run_shell(f"{tool} -O binary --set-section-flags .discard.pfnkunit=alloc "
                     f"-j .discard.pfnkunit {shlex.quote(path)} {shlex.quote(raw)}",
                     kernel.build_dir)
    if done.returncode:
        raise Stop(BUILD_FAILED, f"{path}: {done.stdout.strip()}")
    with open(raw, "rb") as file:
        data = file.read()
    os.unlink(raw)
    order = "big" if kernel.arch == "m68k" else "little"
    return {int.from_bytes(data[at:at + 4], order)  # type: ignore[arg-type]
            for at in range(0, len(data), 4)}
