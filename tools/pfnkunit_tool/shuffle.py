# SPDX-License-Identifier: GPL-2.0
"""Runs the suites in random order.

KUnit has no such thing. But what it has built in can be run again through
debugfs, and newer kernels can be told not to run it at boot (kunit.autorun). So
the machine boots into a small program that runs the suites one after the other,
in the order that it finds in a file. Older kernels, such as 6.12, run them once
before, in their own order.

A suite named *_reports comes after the others: it makes the kernel report, which
ends lockdep.
"""

import os
import random
import re
from dataclasses import replace
from typing import List, Sequence

from . import arches, initramfs, run
from .stop import TESTS_FAILED, Stop

CONFIG = "shuffle"
LISTED = re.compile(r"^([\w-]+)\.[\w-]+$")
LAST = "_reports"
NOT_AT_BOOT = "--kernel_args=kunit.autorun=0"
SEEDS = 1 << 32


def any_seed() -> int:
    """A seed nobody chose."""
    return random.SystemRandom().randrange(SEEDS)


def shuffled(suites: Sequence[str], seed: int) -> List[str]:
    """The suites in an order that depends on the seed alone."""
    names = sorted(set(suites))
    random.Random(seed).shuffle(names)
    return sorted(names, key=lambda name: name.endswith(LAST))


def listed(lines: Sequence[str]) -> List[str]:
    """The suites of a list of cases, each once."""
    found = map(LISTED.match, (line.strip() for line in lines))
    return list(dict.fromkeys(match.group(1) for match in found if match))


def configured(job: run.Job) -> run.Job:
    """The job, with what the program in the guest needs."""
    return replace(job, configs=[*job.configs, *(name for name in (CONFIG,)
                                                 if name not in job.configs)])


def _suites(job: run.Job) -> List[str]:
    """Builds the kernel and asks it which suites there are."""
    listing = run.execute(replace(job, words=[*job.words, "--list_tests"]), quiet=True)
    if not run.lists(listing.logs):
        run.show_kunit_log(listing.logs)
        raise Stop(listing.exit_code or TESTS_FAILED, "; ".join(listing.problems))
    with open(os.path.join(listing.logs, run.KUNIT_LOG), encoding="utf-8") as file:
        return listed(file.read().splitlines())


def arranged(job: run.Job, seed: int) -> run.Job:
    """Builds the kernel of a job; returns the job of running its suites in random order."""
    job = configured(job)
    order = shuffled(_suites(job), seed)
    print(f"order     --shuffle={seed}: {', '.join(order)}", flush=True)
    image = os.path.join(job.build_dir(), "suites.initramfs")
    initramfs.write(image, "suites", arches.ARCHES[job.arch].cross,
                    {"suites": initramfs.text(order)})
    return replace(job, command="exec", initramfs=image, ours=[f"--shuffle={seed}"],
                   words=[*job.words, NOT_AT_BOOT])
