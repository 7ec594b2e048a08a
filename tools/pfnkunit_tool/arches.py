# SPDX-License-Identifier: GPL-2.0
"""The architectures: machine, compiler, configuration and packages of each."""

from dataclasses import dataclass
from typing import Dict, List, Tuple

from . import machines, packages
from .stop import USAGE, Stop

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
    """The machine that kunit.py has for it."""
    machine: str = ""
    """The one in machines/ that is taken unless another is asked for; "": kunit.py's."""
    cross: str = ""
    needs: Tuple[packages.Need, ...] = ()
    configs: Tuple[str, ...] = CONFIGS
    """Fragments in configs/ that every kernel is built with."""
    debug: Tuple[str, ...] = DEBUG + LOCKING
    """Those that the kernels of 'pfnkunit test' have besides."""
    words: Tuple[str, ...] = ()
    """More words for kunit.py where it boots a kernel."""
    others: Tuple[Tuple[str, Tuple[str, ...]], ...] = ()
    """Kernel arguments that switch something off, each with the files that it is about."""
    guest: Tuple[packages.Need, ...] = packages.GUEST
    """For programs of tools/guest."""


ARCHES: Dict[str, Arch] = {arch.name: arch for arch in (
    Arch(UML, "UML"),
    Arch("x86_64", "QEMU x86_64, 1 CPU, 1 GiB, no NUMA", "x86_64-4nodes",
         needs=packages.X86_64, configs=CONFIGS + HUGE + ("kprobes",),
         debug=DEBUG + LOCKING + ("table-check",),
         others=(("nopat", ("arch/x86/mm/pat/memtype.c", "mspec.c")),)),
    Arch("arm64", "QEMU arm64, 1 CPU, 1 GiB, no NUMA", "arm64-4nodes",
         "aarch64-linux-gnu-", packages.ARM64, CONFIGS + HUGE, DEBUG + LOCKING + ("table-check",),
         guest=packages.GUEST_ARM64),
    # kunit.py's own machine stays where it is after a panic.
    Arch("m68k", "QEMU m68k, 1 CPU, 1 GiB, big-endian, 32 bit", "", "m68k-linux-gnu-",
         packages.M68K, debug=DEBUG, words=("--kernel_args=panic=-1",), guest=packages.GUEST_M68K),
)}
ALIASES = {"uml": UML}


def names() -> List[str]:
    """What --arch takes."""
    return [*ARCHES, *ALIASES]


def get(name: str) -> Arch:
    """The architecture that --arch names."""
    return ARCHES[ALIASES.get(name, name)]


def choose(name: str, machine: str) -> str:
    """The architecture that --arch and --machine ask for, each of which may be empty."""
    if not machine:
        return get(name or UML).name
    arch = machines.get(machine).arch
    if name and get(name).name != arch:
        raise Stop(USAGE, f"--machine {machine} is {arch}, not --arch {name}")
    return arch


def describe(name: str, machine: str) -> str:
    """A machine, for people."""
    return machines.get(machine).describe() if machine else ARCHES[name].text
