# SPDX-License-Identifier: GPL-2.0
"""Scratch copies with faults in them: of a kernel tree, of the project, of a build.

A kernel tree's copy consists of hard links; an edited file is written anew, so
the tree that it was made from stays as it is.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Dict, Iterator, List, Sequence

from . import PROJECT, builds, link, run
from .faults import Fault
from .progress import Progress
from .source import Tree
from .stop import SETUP, Stop

DRIVER = "mspec.c"
SWITCH = os.path.join(PROJECT, "tools", "controls")
FAULT_FILES = ("fault.c", "fault.h")
MACROS = os.path.join(SWITCH, "macros.h")
"""Without it, Coccinelle takes some functions of the driver for no functions."""


class DoesNotApply(Stop):
    """A patch matches nothing, or is no patch."""


def patched(path: str, patches: Sequence[str]) -> bytes:
    """The file's text with all semantic patches, given by their paths, applied to it."""
    wrong = []
    with tempfile.TemporaryDirectory() as directory:
        name = os.path.join(directory, os.path.basename(path))
        shutil.copyfile(path, name)
        for patch in patches:
            before = _read(name)
            done = subprocess.run(["spatch", "--very-quiet", "--macro-file", MACROS, "--in-place",
                                   "--sp-file", patch, name], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, universal_newlines=True, check=False)
            text = _read(name)
            if done.returncode or text == before:
                said = [line for line in done.stdout.splitlines() if "metavariable?" not in line]
                wrong.append(f"{os.path.basename(patch)} does not apply to {path}: "
                             + (" ".join(said).strip() or "it matches nothing"))
        if wrong:
            raise DoesNotApply(SETUP, "\n    ".join(wrong))
        return _read(name)


def project_copy(cache: str, patches: Sequence[Fault]) -> str:
    """A copy of the project with the driver's faults; files that are right stay."""
    copy = os.path.join(cache, "controls", "project")
    wanted = {name: os.path.join(SWITCH, name) for name in FAULT_FILES}
    wanted.update({os.path.relpath(path, PROJECT): path for path in _files(PROJECT)})
    for path in _files(copy):
        if os.path.relpath(path, copy) not in wanted:
            os.unlink(path)
    for name, path in wanted.items():
        _put(os.path.join(copy, name), _text(path, patches))
    return copy


def _files(top: str) -> Iterator[str]:
    for directory, names, files in os.walk(top):
        names[:] = [name for name in names if name not in (".git", "__pycache__")]
        yield from (os.path.join(directory, name) for name in files)


def _text(path: str, patches: Sequence[Fault]) -> bytes:
    relative = os.path.relpath(path, PROJECT)
    if relative == DRIVER:
        return b'#include "fault.h"\n' + patched(path, [fault.path for fault in patches])
    if relative == "Makefile":
        return _read(path) + b"\nobj-y += fault.o\n"
    return _read(path)


def kernel_copy(tree: Tree, cache: str, patches: Sequence[Fault]) -> Tree:
    """A copy of a tree with those of the faults that this version has.

    A packaged tree's copy is kept while the patches stay the same; a user's may
    change at any time, so its copy is made anew.
    """
    number = tree.version()
    by_file: Dict[str, List[Fault]] = {}
    for fault in patches:
        for name in fault.files(number):
            by_file.setdefault(name, []).append(fault)
    digest = hashlib.sha256(tree.name.encode())
    for fault in (fault for fault in patches if fault.files(number)):
        digest.update(_read(fault.path))
    copy = f"{tree.name}-faults"
    path = os.path.join(cache, "controls", copy)
    stamp = path + ".made-from"
    if not tree.owned or not os.path.exists(stamp) or _read(stamp).decode() != digest.hexdigest():
        with Progress("preparing the kernel tree", lambda: f"{len(patches)} patches"):
            _fill(path, tree.path, by_file)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(digest.hexdigest())
    return Tree(path, copy, tree.package_version, True)


def _fill(path: str, source: str, by_file: Dict[str, List[Fault]]) -> None:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = {name: pool.submit(patched, os.path.join(source, name),
                                   [fault.path for fault in patches])
                 for name, patches in by_file.items()}
    wrong = [str(future.exception()) for future in texts.values() if future.exception()]
    if wrong:
        raise DoesNotApply(SETUP, "\n    ".join(wrong))
    os.makedirs(path, exist_ok=True)
    _like(path, source, {name: _switch_for(name) + future.result()
                         for name, future in texts.items()})


def _switch_for(name: str) -> bytes:
    """The line that brings the switch into a file of the kernel."""
    header = os.path.relpath(os.path.join(link.LINK, FAULT_FILES[1]), os.path.dirname(name))
    return f'#include "{header}"\n'.encode()


def _like(path: str, source: str, texts: Dict[str, bytes]) -> None:
    """Makes path a copy of source but for the texts; what is right keeps its time."""
    kept = os.path.join(path + ".kept")
    shutil.rmtree(kept, ignore_errors=True)
    for name in texts:
        if os.path.exists(os.path.join(path, name)):
            os.makedirs(os.path.dirname(os.path.join(kept, name)), exist_ok=True)
            os.rename(os.path.join(path, name), os.path.join(kept, name))
    shutil.rmtree(path)
    os.makedirs(path)
    entries = [os.path.join(source, name) for name in os.listdir(source) if name != ".git"]
    done = subprocess.run(["cp", "-al", "-t", path, *entries], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, universal_newlines=True, check=False)
    if done.returncode:
        raise Stop(SETUP, f"cannot link a copy of {source} in {path} "
                          f"({done.stdout.strip().splitlines()[0]}); name a place on the same "
                          "file system with --cache DIR")
    for name, text in texts.items():
        place, before = os.path.join(path, name), os.path.join(kept, name)
        os.unlink(place)
        if os.path.exists(before) and _read(before) == text:
            os.rename(before, place)
        else:
            _put(place, text)
    shutil.rmtree(kept, ignore_errors=True)


def job_with_faults(base: run.Job, patches: Sequence[Fault]) -> run.Job:
    """The job on copies with faults; its build begins as a copy of the plain one if that is there.

    Its build directory is ready for make afterwards, and make has only the
    edited files to do.
    """
    driver = [fault for fault in patches if fault.of_driver()]
    with run.linked(base.tree, base.cache):
        tree = kernel_copy(base.tree, base.cache, patches)
    job = replace(base, tree=tree, checkout=project_copy(base.cache, driver))
    builds.begin_with(base.build_dir(), job.build_dir(), {base.tree.path: tree.path})
    return job


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _put(path: str, text: bytes) -> None:
    """Writes a file anew, unless it has this text already."""
    if os.path.exists(path):
        if _read(path) == text:
            return
        os.unlink(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text)
