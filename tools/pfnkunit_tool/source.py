# SPDX-License-Identifier: GPL-2.0
"""Kernel trees: one the user names, or a packaged one unpacked in the cache."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Dict, Iterator, List, Optional, Tuple

from . import debian
from .link import check_tree
from .progress import Progress, mib, share
from .stop import SETUP, USAGE, Stop

SERIES = re.compile(r"^\d+\.\d+$")
TREE_BYTES = 2500 << 20
"""Room for a package and the tree unpacked from it (1.8 GiB for 7.3)."""


@dataclass(frozen=True)
class Tree:
    """A kernel source tree; owned when it belongs to the cache."""

    path: str
    name: str
    package_version: str
    owned: bool

    def version(self) -> str:
        """The kernel's own version, with the package's where it comes from one."""
        with open(os.path.join(self.path, "Makefile"), encoding="utf-8") as file:
            fields = dict(re.findall(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) =[ \t]*(\S*)$",
                                     file.read(4096), re.MULTILINE))
        number = ".".join(fields.get(key, "?") for key in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))
        number += fields.get("EXTRAVERSION", "")
        return f"{number} (Debian {self.package_version})" if self.package_version else number


def get(kernel: str, cache: str) -> Tree:
    """The tree that --kernel names, fetched and unpacked when it has to be."""
    if kernel == "newest" or SERIES.match(kernel):
        return _packaged(kernel, cache)
    if os.sep not in kernel and not os.path.exists(kernel):
        raise Stop(USAGE, f"--kernel {kernel}: say a version such as 6.12, 'newest', "
                          "or the path of a kernel tree")
    return _named(kernel)


def _named(path: str) -> Tree:
    path = os.path.realpath(path)
    check_tree(path)
    for product in (".config", "include/config", "arch/um/include/generated",
                    "arch/x86/include/generated", "arch/arm64/include/generated",
                    "arch/m68k/include/generated"):
        if os.path.exists(os.path.join(path, product)):
            raise Stop(SETUP, f"{path} was built in place (it has {product}), and kbuild then "
                              f"refuses a separate build; run 'make -C {path} mrproper' "
                              "(keep a copy of .config) or name another tree")
    digest = hashlib.sha256(path.encode()).hexdigest()[:8]
    return Tree(path, f"{os.path.basename(path)}-{digest}", "", False)


def cached(cache: str) -> Dict[debian.Candidate, Tree]:
    """The packaged trees that are unpacked in the cache."""
    found = {}
    directory = os.path.join(cache, "src")
    for name in sorted(os.listdir(directory)) if os.path.isdir(directory) else []:
        if not name.endswith(".json"):
            continue
        with open(os.path.join(directory, name), encoding="utf-8") as file:
            candidate = debian.Candidate(**json.load(file))
        path = os.path.join(directory, name[:-len(".json")])
        if os.path.isdir(path):
            found[candidate] = Tree(path, os.path.basename(path), candidate.version, True)
    return found


def _packaged(series: str, cache: str) -> Tree:
    have = cached(cache)
    if series != "newest":
        best = debian.choose(list(have), series)
        if best:
            return have[best]
    if not shutil.which("apt-cache"):
        raise Stop(SETUP, "no apt here to fetch packaged kernel sources with; "
                          "name an unpacked tree with --kernel PATH")
    apt, candidate = _look_up(series, cache, list(have))
    if candidate in have:
        return have[candidate]
    return _fetch(apt, candidate, cache)


def _look_up(series: str, cache: str,
             have: List[debian.Candidate]) -> Tuple[debian.Apt, debian.Candidate]:
    """Which package to take, and through which apt."""
    machine = debian.Apt()
    known = machine.candidates()
    if not known and os.geteuid() == 0:
        with Progress("reading the machine's package lists", str):
            machine.update()
        known = machine.candidates()
    if series != "newest":
        found = debian.choose(known, series)
        if found:
            return machine, found
    newer = debian.newer(cache)
    with Progress("looking which kernels there are", str):
        problem = debian.refresh(newer, cache)
    of_newer = newer.candidates()
    found = debian.choose(of_newer + known, series)
    if found and not (problem and series == "newest"):
        return (newer if found in of_newer else machine), found
    if problem:
        fallback = debian.choose(have + of_newer + known, series)
        if fallback:
            print(f"note: no package lists from the network ({problem}); "
                  f"taking {fallback.series}, the newest known", flush=True)
            return newer, fallback
        raise Stop(SETUP, f"cannot read Debian's package lists ({problem}); check the network. "
                          f"Unpacked already: {debian.series_list(have)}")
    raise Stop(SETUP, f"no packaged kernel {series} to be had; "
                      f"there are {debian.series_list(of_newer + known + have)}")


def _fetch(apt: debian.Apt, candidate: debian.Candidate, cache: str) -> Tree:
    directory = os.path.join(cache, "src")
    os.makedirs(directory, exist_ok=True)
    name = re.sub(r"[^0-9A-Za-z.-]", "_", candidate.version)
    path = os.path.join(directory, name)
    with locked(path, "fetches the same kernel source"):
        have = cached(cache)
        if candidate in have:
            return have[candidate]
        need_space(directory, TREE_BYTES, "a kernel tree")
        with tempfile.TemporaryDirectory(prefix=".unpack-", dir=directory) as temporary:
            package = _download(apt, candidate, temporary)
            _unpack(package, temporary)
            os.replace(_only_directory(temporary), path)
        with open(path + ".json", "w", encoding="utf-8") as file:
            json.dump({"series": candidate.series, "version": candidate.version}, file)
    return Tree(path, name, candidate.version, True)


def _download(apt: debian.Apt, candidate: debian.Candidate, directory: str) -> str:
    def state() -> str:
        sizes = [entry.stat().st_size for entry in os.scandir(directory) if entry.is_file()]
        return mib(sum(sizes))

    print(f"downloading {candidate.package} {candidate.version}", flush=True)
    with Progress("download", state):
        return apt.download(candidate, directory)


def _unpack(package: str, directory: str) -> None:
    """Unpacks the source archive that the package holds."""
    print(f"unpacking {os.path.basename(package)}", flush=True)
    done = [0, 0]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as contents:
        with tarfile.open(fileobj=contents.stdout, mode="r|") as outer:
            for member in outer:
                if not member.name.endswith(".tar.xz"):
                    continue
                done[1] = member.size
                with Progress("unpack", lambda: share(mib(done[0]), mib(done[1]))):
                    _unpack_stream(outer.extractfile(member), directory, done)
        contents.kill()
    if not done[1]:
        raise Stop(SETUP, f"{os.path.basename(package)} holds no source archive; report this")


def _unpack_stream(stream: Optional[IO[bytes]], directory: str, done: List[int]) -> None:
    with subprocess.Popen(["tar", "-xJf", "-", "-C", directory], stdin=subprocess.PIPE) as tar:
        assert tar.stdin and stream
        try:
            while True:
                block = stream.read(1 << 20)
                if not block:
                    break
                tar.stdin.write(block)
                done[0] += len(block)
            tar.stdin.close()
        except BrokenPipeError:
            pass
        except BaseException:
            tar.kill()
            raise
        if tar.wait():
            raise Stop(SETUP, "cannot unpack the kernel source; is there space left on "
                              f"{directory}?")


def _only_directory(directory: str) -> str:
    names = [entry.path for entry in os.scandir(directory) if entry.is_dir()]
    if len(names) != 1:
        raise Stop(SETUP, "the source archive is not one directory; report this")
    return names[0]


def need_space(directory: str, size: int, what: str) -> None:
    """Stops when directory has less than size bytes free."""
    free = shutil.disk_usage(directory).free
    if free < size:
        raise Stop(SETUP, f"{what} needs {mib(size)}, {directory} has {mib(free)} free; "
                          "make room, or name another place with --cache DIR")


@contextmanager
def locked(path: str, other: str) -> Iterator[None]:
    """Holds the lock file beside path; says so when it has to wait for another run."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting: another run {other}", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def usable_cache(option: Optional[str]) -> str:
    """The cache directory, made when it is not there."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = os.path.abspath(option or os.environ.get("PFNKUNIT_CACHE")
                           or os.path.join(home, "pfnkunit"))
    if re.search(r"[\s:]", path):
        raise Stop(SETUP, f"--cache {path}: kbuild takes no spaces or colons in a path; "
                          "name another place")
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise Stop(SETUP, f"--cache {path}: {error.strerror}; name another place") from error
    return path
