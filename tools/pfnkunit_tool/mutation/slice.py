# SPDX-License-Identifier: GPL-2.0
"""A dozen mutants whose verdicts are known, to see that the instrument is not broken."""

import os
import subprocess
from typing import Dict, List

from .. import PROJECT, boots, builds, source, targets
from ..stop import TESTS_FAILED, Stop
from . import identical, kernel, mutants, trials, verdicts

FILE = "mm/memory.c"
FUNCTIONS = ("remap_pte_range", "__vm_map_pages")
KILLED = (
    f"{FILE}: remap_pte_range: deletion: pfn++; => (nothing)",
    f"{FILE}: remap_pte_range: logical: !pfn_modify_allowed(pfn, prot) => "
    "!!(pfn_modify_allowed(pfn, prot))",
    f"{FILE}: remap_pte_range: relational: addr != end => addr == end",
    f"{FILE}: remap_pte_range: arithmetic: addr += PAGE_SIZE => addr -= PAGE_SIZE",
    f"{FILE}: __vm_map_pages: return: -ENXIO => 0",
)
"""Caught on UML, by an assertion unless the kernel dies before."""

SURE = f"{FILE}: __vm_map_pages: return: -ENXIO => 0"
"""Caught by an assertion; whatever else changes, an offset behind the end has to fail."""

SAME = (
    f"{FILE}: remap_pte_range: entry: pte_mkspecial(pfn_pte(pfn, prot)) => (pfn_pte(pfn, prot))",
    f"{FILE}: remap_pte_range: flag: EACCES => EINVAL",
)
"""The same code as the original on UML, where no entry is special and each frame is allowed."""


def check(tree: source.Tree, build_dir: str, cache: str, jobs: int) -> List[str]:
    """Compiles and boots them with the build that is there; stops when a verdict is another."""
    copy = build_dir + "-mutants"
    listed = targets.find(tree.path, [targets.Target(FILE, name, False, 0) for name in FUNCTIONS])
    found = [mutant for mutant in mutants.collect(os.path.join(tree.path, FILE), FILE,
                                                  listed.functions)]
    known = {mutant.key for mutant in found}
    gone = [key for key in (*KILLED, *SAME) if key not in known]
    if gone:
        raise Stop(TESTS_FAILED, f"no operator finds any more: {gone[0]}")
    extra = [mutant.key for mutant in found if mutant.key not in (*KILLED, *SAME)][:4]
    found = mutants.numbered([mutant for mutant in found
                              if mutant.key in (*KILLED, *SAME, *extra)])
    subprocess.run(["rm", "-rf", copy], check=True)
    builds.copy(build_dir, copy)
    made = kernel.Kernel(tree.path, "um", copy, PROJECT)
    kernel.build(made, found, jobs)
    on = boots.machine(tree.path, copy, "um")
    logs = os.path.join(cache, "mutate", "selftest")
    seen = trials.survey(on, logs, jobs, "", 120)
    items: Dict[str, verdicts.Verdict] = {
        item.key: item for item in trials.try_all(on, "um", logs, jobs, "", seen, made.mutants)}
    items.update({mutant.key: verdicts.verdict(mutant, verdicts.ABSENT) for mutant in made.absent})
    same = identical.compare(made, made.mutants, jobs)
    _judge(items, same)
    subprocess.run(["rm", "-rf", copy], check=True)
    killed = [item for item in items.values() if item.kind in verdicts.KILLED]
    return [f"{len(items)} mutants, {len(killed)} killed", f"{SURE.split(': ', 1)[1]} "
            f"caught by {items[SURE].by}", f"{len(same)} of the same code"]


def _judge(items: Dict[str, verdicts.Verdict], same: Dict[str, str]) -> None:
    """Stops when a verdict is not the known one."""
    for key in KILLED:
        item = items.get(key)
        if item is None or item.kind not in verdicts.KILLED:
            raise Stop(TESTS_FAILED, f"not killed but {item.kind if item else 'lost'}: {key}")
        if same.get(key) == identical.ORIGINAL:
            raise Stop(TESTS_FAILED, f"killed, and yet of the original's code: {key}")
    if items[SURE].kind != verdicts.ASSERTION:
        raise Stop(TESTS_FAILED, f"killed by a {items[SURE].kind}, not an assertion: {SURE}")
    for key in SAME:
        if items[key].kind in verdicts.KILLED:
            raise Stop(TESTS_FAILED, f"killed, but it changes nothing: {key}")
        if items[key].kind != verdicts.ABSENT and same.get(key) != identical.ORIGINAL:
            raise Stop(TESTS_FAILED, f"not seen to be the same as the original: {key}")
