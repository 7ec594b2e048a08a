# SPDX-License-Identifier: GPL-2.0
"""What the host must have, and how it gets there."""

import glob
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import List, Sequence, Tuple

from .progress import Progress
from .stop import SETUP, Stop


@dataclass(frozen=True)
class Need:
    """A package, what it is for, and how to tell that it is there."""

    package: str
    why: str
    commands: Tuple[str, ...] = ()
    files: Tuple[str, ...] = ()

    def met(self) -> bool:
        """True when all commands and files are there, whoever brought them."""
        return (all(shutil.which(name) for name in self.commands)
                and all(glob.glob(name) for name in self.files))


BUILD = (
    Need("gcc", "compiles the kernel", ("gcc",)),
    Need("libc6-dev", "C library headers, for UML and for the kernel's build tools",
         files=("/usr/include/stdio.h",)),
    Need("binutils", "assembles and links the kernel", ("ld", "as", "ar")),
    Need("make", "drives the build", ("make",)),
    Need("flex", "builds the kernel's Kconfig reader", ("flex",)),
    Need("bison", "builds the kernel's Kconfig reader", ("bison",)),
    Need("bc", "computes kernel constants", ("bc",)),
    Need("perl", "runs scripts of the kernel's build", ("perl",)),
)
PACKAGED_SOURCE = (
    Need("xz-utils", "unpacks the kernel source", ("xz",)),
)
X86_64 = (
    Need("libelf-dev", "builds objtool, which checks x86 objects",
         files=("/usr/include/libelf.h", "/usr/include/gelf.h")),
    Need("qemu-system-x86", "is the x86_64 machine", ("qemu-system-x86_64",)),
)
ARM64 = (
    Need("gcc-aarch64-linux-gnu", "compiles for arm64",
         ("aarch64-linux-gnu-gcc", "aarch64-linux-gnu-ld")),
    Need("qemu-system-arm", "is the arm64 machine", ("qemu-system-aarch64",)),
)
M68K = (
    Need("gcc-m68k-linux-gnu", "compiles for m68k", ("m68k-linux-gnu-gcc", "m68k-linux-gnu-ld")),
    Need("qemu-system-misc", "is the m68k machine", ("qemu-system-m68k",)),
)
GUEST = (
    Need("libc6-dev", "C library for programs in the guest", files=("/usr/lib/*/libc.a",)),
)
GUEST_ARM64 = (
    Need("libc6-dev-arm64-cross", "C library for programs in the guest",
         files=("/usr/aarch64-linux-gnu/lib/libc.a",)),
)
GUEST_M68K = (
    Need("libc6-dev-m68k-cross", "C library for programs in the guest",
         files=("/usr/m68k-linux-gnu/lib/libc.a",)),
)
COVERAGE = (
    Need("lcov", "makes pages of what was measured", ("genhtml",)),
)
TEST = (
    Need("coccinelle", "puts faults into a copy of the kernel", ("spatch",)),
    Need("sparse", "checks the C files", ("sparse",)),
)


def missing(needs: Sequence[Need]) -> List[Need]:
    """The needs that are not met."""
    return [need for need in needs if not need.met()]


def provide(needs: Sequence[Need]) -> None:
    """Installs what is missing, or says what to install."""
    lacking = missing(needs)
    if not lacking:
        return
    names = [need.package for need in lacking]
    if not shutil.which("apt-get"):
        raise Stop(SETUP, f"install what this distribution calls {', '.join(names)}, "
                          "then run this again (no apt-get here to do it with)")
    if os.geteuid() != 0:
        raise Stop(SETUP, f"run 'apt-get install {' '.join(names)}' as root, then run this again")
    for need in lacking:
        print(f"installing {need.package}: {need.why}", flush=True)
    if any(_unknown(name) for name in names):
        _apt_get("update")
    _apt_get("install", "-y", "--no-install-recommends", *names)
    still = missing(needs)
    if still:
        raise Stop(SETUP, f"installed, but still not usable: "
                          f"{', '.join(need.package for need in still)}")


def _unknown(package: str) -> bool:
    found = subprocess.run(["apt-cache", "policy", package], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, universal_newlines=True, check=False)
    return "Candidate:" not in found.stdout or "Candidate: (none)" in found.stdout


def _apt_get(*words: str) -> None:
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    with Progress(f"apt-get {words[0]}", str):
        done = subprocess.run(["apt-get", "-q", *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True,
                              env=environment, check=False)
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if line.startswith(("E:", "Err"))]
        reason = errors[-1] if errors else f"exit status {done.returncode}"
        raise Stop(SETUP, f"apt-get {words[0]} failed ({reason}); check the network and "
                          f"run 'apt-get {' '.join(words)}' by hand")
