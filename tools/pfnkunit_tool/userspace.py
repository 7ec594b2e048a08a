# SPDX-License-Identifier: GPL-2.0
"""Tries the driver as processes use it: 'pfnkunit run --userspace'.

The kernel is one whose suites and driver are modules. It boots into the program
tools/guest/mspec.c, which loads mspec.ko and reports in KTAP.
"""

import os
import stat
from dataclasses import replace
from typing import List, Sequence, Tuple

from . import arches, builds, death, initramfs, run
from .stop import BUILD_FAILED, USAGE, Stop

MODULE = "mspec"
VARIANT = "userspace"
CONFIG = "userspace"
BASE = "configs/modules.config"
FOR_BUILD = ("--jobs",)
FOR_BOTH = ("--alltests", "--cross_compile", "--kconfig_add", "--kunitconfig", "--make_options",
            "--qemu_args", "--qemu_config")
NOT_AS_MODULE = ("reports", "death")
"""Fragments that speak of suites built in."""


def configured(job: run.Job) -> run.Job:
    """The job of building a kernel for this, from that of running the suites."""
    configs = [name for name in job.configs if name not in NOT_AS_MODULE]
    return replace(job, base=BASE, variant=VARIANT, command="build",
                   configs=[*configs, *(name for name in (CONFIG,) if name not in configs)])


def with_program(job: run.Job) -> run.Job:
    """The job of running the program on the kernel that a job has built."""
    files = {name: content for name, content in (
        ("modules", initramfs.directory()),
        (f"modules/{MODULE}.ko", _module(job.build_dir())))}
    image = os.path.join(job.build_dir(), "userspace.initramfs")
    initramfs.write(image, MODULE, arches.ARCHES[job.arch].cross, files)
    return replace(job, command="exec", initramfs=image)


def split(words: Sequence[str]) -> Tuple[List[str], List[str]]:
    """The user's words for 'kunit.py build', and those for 'kunit.py exec'."""
    if death.filters(words):
        raise Stop(USAGE, f"--userspace runs no suites: {death.filters(words)[0]} chooses none")
    build: List[str] = []
    boot: List[str] = []
    option = ""
    for word in words:
        option = word.split("=")[0] if word.startswith("-") else option
        build += [word] if option in FOR_BUILD + FOR_BOTH else []
        boot += [word] if option not in FOR_BUILD else []
    return build, boot


def check(arch: str) -> None:
    """Stops where the program cannot run."""
    if not arches.ARCHES[arch].machine:
        raise Stop(USAGE, f"--userspace goes with --machine, or with --arch x86_64 or arm64; "
                          f"not with {arch}")


def arranged(job: run.Job) -> run.Job:
    """Builds the kernel; returns the job of running the program on it."""
    if job.base == run.WITHOUT_MSPEC:
        raise Stop(USAGE, "--userspace needs our mspec, and this kernel has another of that name")
    builds.begin_with(job.build_dir(), configured(job).build_dir())
    for_build, for_boot = split(job.words)
    job = replace(configured(job), words=for_build)
    run.build(job)
    return replace(with_program(job), words=for_boot, ours=["--userspace"])


def _module(build_dir: str) -> "tuple[int, bytes]":
    path = next((path for path in initramfs.our_modules(build_dir)
                 if os.path.basename(path) == f"{MODULE}.ko"), "")
    if not path:
        raise Stop(BUILD_FAILED, f"{build_dir} has no {MODULE}.ko")
    with open(path, "rb") as file:
        return stat.S_IFREG | 0o644, file.read()
