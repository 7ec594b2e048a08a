# SPDX-License-Identifier: GPL-2.0
"""Negative controls: faults that the suites must find.

Every fault is a Coccinelle semantic patch that wraps itself in a test of
pfnkunit_fault, so that one kernel holds all of them and a boot parameter
switches one on. They are put into copies: of the kernel tree (hard-linked; an
edited file is written anew) and of the project.
"""

import fnmatch
import glob
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from typing import Iterator, List, Optional

from . import PROJECT, ktap, report
from .source import Tree
from .stop import SETUP, Stop

DIRECTORY = os.path.join(PROJECT, "tools", "controls")
DRIVER = "mspec.c"
FAULT_FILES = ("fault.c", "fault.h")


@dataclass(frozen=True)
class Fault:
    """A semantic patch, and what its head says about it."""

    number: int
    title: str
    caught_by: str
    path: str
    file: str

    @property
    def name(self) -> str:
        """The patch's file name."""
        return os.path.splitext(os.path.basename(self.path))[0]


def read_fault(path: str) -> Fault:
    """Reads the head of a semantic patch."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    head = re.search(r"^// Fault (\d+): (.*)$", text, re.MULTILINE)
    caught_by = re.search(r"^// Caught by: (.*)$", text, re.MULTILINE)
    target = re.search(r"^// File: (.*)$", text, re.MULTILINE)
    if not head or not caught_by or not target \
            or not re.search(rf"pfnkunit_fault [!=]= {head.group(1)}\b", text):
        raise Stop(SETUP, f"{path}: needs the lines '// Fault N: ...', '// Caught by: ...' and "
                          "'// File: ...', and a test of pfnkunit_fault for N")
    return Fault(int(head.group(1)), head.group(2), caught_by.group(1), path, target.group(1))


def faults(target: str) -> List[Fault]:
    """The faults of one directory, by number."""
    found = [read_fault(path) for path in glob.glob(os.path.join(DIRECTORY, target, "*.cocci"))]
    return sorted(found, key=lambda fault: fault.number)


def driver_faults() -> List[Fault]:
    """All faults of the driver; the project copy has them for every machine."""
    return faults("mspec") + faults("mspec-x86_64")


def patched(path: str, patches: List[Fault]) -> bytes:
    """The file's text with all the faults in it."""
    with tempfile.TemporaryDirectory() as directory:
        name = os.path.join(directory, os.path.basename(path))
        shutil.copyfile(path, name)
        for fault in patches:
            before = _read(name)
            done = subprocess.run(["spatch", "--very-quiet", "--in-place", "--sp-file", fault.path,
                                   name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  universal_newlines=True, check=False)
            if done.returncode or _read(name) == before:
                raise Stop(SETUP, f"{fault.name}.cocci does not apply to {path}: "
                                  f"{done.stdout.strip() or 'it matches nothing'}")
        return _read(name)


def project_copy(cache: str) -> str:
    """A copy of the project with the driver's faults; files that are right stay."""
    copy = os.path.join(cache, "controls", "project")
    wanted = {name: os.path.join(DIRECTORY, name) for name in FAULT_FILES}
    wanted.update({os.path.relpath(path, PROJECT): path for path in _files(PROJECT)})
    for path in _files(copy):
        if os.path.relpath(path, copy) not in wanted:
            os.unlink(path)
    for name, path in wanted.items():
        _put(os.path.join(copy, name), _text(path))
    return copy


def _files(top: str) -> Iterator[str]:
    for directory, names, files in os.walk(top):
        names[:] = [name for name in names if name not in (".git", "__pycache__")]
        yield from (os.path.join(directory, name) for name in files)


def _text(path: str) -> bytes:
    relative = os.path.relpath(path, PROJECT)
    if relative == DRIVER:
        return b'#include "fault.h"\n' + patched(path, driver_faults())
    if relative == "Makefile":
        return _read(path) + b"\nobj-y += fault.o\n"
    return _read(path)


def kernel_copy(tree: Tree, cache: str) -> Tree:
    """A copy of a tree of the cache with the kernel's faults, linked to a project copy."""
    digest = hashlib.sha256(tree.name.encode())
    for fault in faults("kernel"):
        digest.update(_read(fault.path))
    name = f"{tree.name}-faults"
    path = os.path.join(cache, "controls", name)
    stamp = path + ".made-from"
    if not (os.path.exists(stamp) and _read(stamp).decode() == digest.hexdigest()):
        print("copying the kernel tree", flush=True)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        subprocess.run(["cp", "-al", tree.path, path], check=True)
        for name in sorted({fault.file for fault in faults("kernel")}):
            text = patched(os.path.join(tree.path, name),
                           [fault for fault in faults("kernel") if fault.file == name])
            _put(os.path.join(path, name), b'#include "pfnkunit/fault.h"\n' + text)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(digest.hexdigest())
    return Tree(path, name, tree.package_version, True)


def verdict(fault: Fault, result: report.Result) -> Optional[str]:
    """Why a fault was not caught as it should be; None when it was."""
    failed = [case.path for case in result.of_status(ktap.FAILED)]
    if not failed:
        return f"no case failed; {'; '.join(result.problems) or 'all green'}"
    if not fnmatch.filter(failed, fault.caught_by):
        return f"only {failed[0]} failed, expected {fault.caught_by}"
    return None


def catchers(fault: Fault, result: report.Result) -> str:
    """The cases that failed, for a line."""
    failed = fnmatch.filter([case.path for case in result.of_status(ktap.FAILED)], fault.caught_by)
    return failed[0] + (f" and {len(failed) - 1} more" if len(failed) > 1 else "")


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
