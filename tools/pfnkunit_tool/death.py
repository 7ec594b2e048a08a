# SPDX-License-Identifier: GPL-2.0
"""Cases that end in a BUG, as 'pfnkunit run --death' runs them.

Where a BUG ends only the thread that meets it, they are cases like others: each
sacrifices a thread and looks whether it died. On UML a BUG panics, so there each
case has a boot of its own, and has passed when the kernel died of exactly what
the case announced.
"""

from typing import List, Sequence

from . import arches, ktap
from .splats import Expected, Splat

SUITE = "mm_pfnmap_death"
CONFIG = "death"
ENABLE = f"{SUITE}_kunit.enable=1"
PANIC = "Kernel panic - not syncing: BUG!"
TAKES_A_VALUE = ("--build_dir", "--cross_compile", "--filter", "--filter_action", "--jobs",
                 "--json", "--junit", "--kconfig_add", "--kernel_args", "--kunitconfig",
                 "--make_options", "--qemu_args", "--qemu_config", "--raw_output",
                 "--run_isolated", "--timeout")


def filters(words: Sequence[str]) -> List[str]:
    """The words for kunit.py that choose cases."""
    before = ["", *words]
    return [word for last, word in zip(before, words)
            if not word.startswith("-") and last not in TAKES_A_VALUE]


def words_for(arch: str, words: Sequence[str]) -> List[str]:
    """What kunit.py is called with, of what the user said."""
    found = [*words, f"--kernel_args={ENABLE}"]
    if not filters(words):
        found.append(SUITE)
    if arch == arches.UML:
        found.append("--run_isolated=test")
    return found


def as_announced(lines: Sequence[str], results: ktap.Results, splats: Sequence[Splat],
                 expected: Sequence[Expected]) -> bool:
    """True when the kernel died in the only case of a boot, of the BUG it announced, once."""
    last = [case.status for case in results.cases] == [ktap.CRASHED]
    met = [(item.announced, item.seen) for item in expected] == [(1, 1)]
    panics = [line for line in map(ktap.strip, lines) if line.startswith("Kernel panic")]
    return last and met and not splats and panics == [PANIC]
