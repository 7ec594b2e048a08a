# SPDX-License-Identifier: GPL-2.0
"""The architectures: machine, compiler, configuration and packages of each."""

from dataclasses import dataclass
from typing import Dict, List, Tuple

from . import packages

UML = "um"
CONFIGS = ("reports", "features")
DEBUG = ("debug", "failures", "death", "shuffle")
"""The cases that end in a BUG are skipped there without a word on the kernel command line."""
HUGE = ("huge", "device")
LOCKING = ("locking",)
"""Needs stack traces and preemption counts, which m68k has not."""


@dataclass(frozen=True)
class Arch:
    """One value of --arch."""

    name: str
    text: str
    machine: str = ""
    """A file in machines/; without one it is kunit.py's own."""
    cross: str = ""
    needs: Tuple[packages.Need, ...] = ()
    configs: Tuple[str, ...] = CONFIGS
    """Fragments in configs/ that every kernel is built with."""
    debug: Tuple[str, ...] = DEBUG + LOCKING
    """Those that the kernels of 'pfnkunit test' have besides."""
    words: Tuple[str, ...] = ()
    """More words for kunit.py where it boots a kernel."""
    guest: Tuple[packages.Need, ...] = packages.GUEST
    """For programs of tools/guest."""


ARCHES: Dict[str, Arch] = {arch.name: arch for arch in (
    Arch(UML, "UML"),
    Arch("x86_64", "QEMU x86_64, 4 nodes of 1 CPU and 512 MiB", "x86_64-4nodes",
         needs=packages.X86_64, configs=CONFIGS + HUGE, debug=DEBUG + LOCKING + ("table-check",)),
    Arch("arm64", "QEMU arm64, 4 nodes of 1 CPU and 512 MiB", "arm64-4nodes",
         "aarch64-linux-gnu-", packages.ARM64, CONFIGS + HUGE, DEBUG + LOCKING + ("table-check",),
         guest=packages.GUEST_ARM64),
    # kunit.py's own machine stays where it is after a panic.
    Arch("m68k", "QEMU m68k, 1 CPU, 1 GiB, big-endian, 32 bit", "", "m68k-linux-gnu-",
         packages.M68K, debug=DEBUG, words=("--kernel_args=panic=-1",), guest=packages.GUEST_M68K),
)}
ALIASES = {"uml": UML}

OTHER_MACHINES = {
    ("x86_64", ""): "QEMU x86_64, 1 CPU, 1 GiB, no NUMA",
}


def names() -> List[str]:
    """What --arch takes."""
    return [*ARCHES, *ALIASES]


def get(name: str) -> Arch:
    """The architecture that --arch names."""
    return ARCHES[ALIASES.get(name, name)]


def describe(name: str, machine: str) -> str:
    """A machine, for people."""
    arch = ARCHES[name]
    return arch.text if machine == arch.machine else OTHER_MACHINES[name, machine]
