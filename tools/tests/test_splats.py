# SPDX-License-Identifier: GPL-2.0
"""Complaints in a log: announced ones and splats."""

import unittest
from typing import List

from pfnkunit_tool import ktap, splats

from . import logs


def scan(text: str) -> "tuple[List[splats.Splat], List[splats.Expected]]":
    lines = text.splitlines()
    return splats.scan(lines, ktap.parse(lines).cases)


def with_line(text: str, after: str, line: str) -> str:
    assert after in text
    return text.replace(after, f"{after}\n{line}", 1)


class SplatTest(unittest.TestCase):
    """What counts as a splat, and where it happened."""

    def test_a_green_log_has_none(self) -> None:
        self.assertEqual(scan(logs.GREEN), ([], []))

    def test_every_kind_is_seen(self) -> None:
        for line in ("WARNING: CPU: 0 PID: 9 at mm/memory.c:2 insert_pfn+0x1/0x2",
                     "[    1.5] WARNING: mm/memory.c:2 at insert_pfn, CPU#1: kunit/9",
                     "BUG: Bad page map in process x  pte:1 pmd:2",
                     "BUG: Bad rss-counter state mm:1 type:MM_FILEPAGES val:1",
                     "WARNING: possible circular locking dependency detected",
                     "WARNING: suspicious RCU usage",
                     "BUG: sleeping function called from invalid context at x.c:1",
                     "INFO: task kunit:9 blocked for more than 120 seconds.",
                     "refcount_t: underflow; use-after-free.",
                     "list_add corruption. prev->next should be next",
                     "BUG: KASAN: use-after-free in x",
                     "UBSAN: shift-out-of-bounds in mm/x.c",
                     "general protection fault: 0000 [#1]",
                     "Oops: 0002 [#1] PREEMPT SMP",
                     "Internal error: synchronous external abort: 96000410 [#1] SMP",
                     "BAD KERNEL TRAP: 00000000",
                     "Kernel panic - not syncing: x",
                     "x: loading out-of-tree module taints kernel."):
            found, _ = scan(with_line(logs.GREEN, "    ok 1 first_touch", line))
            self.assertEqual(len(found), 1, line)
            self.assertEqual(found[0].case, "mspec.on_node", line)

    def test_place(self) -> None:
        line = "WARNING: CPU: 0 PID: 9 at mm/memory.c:2 x"
        for after, case in (("Linux version 7.3.4 (gcc 12) #1", "before the first case"),
                            ("        ok 1 pfnmap, shared",
                             "mm_vm_normal_page.decision/pfnmap, private"),
                            ("ok 2 mm_vm_normal_page", "after the last case")):
            found, _ = scan(with_line(logs.GREEN, after, line))
            self.assertEqual([item.case for item in found], [case])

    def test_diagnostics_of_a_case_are_no_splat(self) -> None:
        for line in ("    # on_node: WARNING: nothing", "# mspec: BUG: nothing"):
            self.assertEqual(scan(with_line(logs.GREEN, "    ok 1 first_touch", line))[0], [])

    def test_what_has_nothing_to_do_with_us_is_no_splat(self) -> None:
        for line in ("RETBleed: WARNING: Spectre v2 mitigation leaves CPU vulnerable to RETBleed",
                     "WARNING: CPU: 0 PID: 1 at arch/um/drivers/virt-pci.c:1005 um_pci_init+0xc7",
                     "WARNING: CPU: 0 PID: 1 at arch/um/drivers/virt-pci.c:1005 0x60004983",
                     "mspec_kunit: loading test module taints kernel."):
            self.assertEqual(scan(line + "\n" + logs.GREEN)[0], [], line)


class AnnouncedTest(unittest.TestCase):
    """Reports provoked on purpose."""

    def test_as_announced(self) -> None:
        found, expected = scan(logs.ANNOUNCED)
        self.assertEqual(found, [])
        self.assertEqual(expected, [splats.Expected("mm_pfnmap_reports.bad_entry",
                                                    "BUG: Bad page map", 2, 2)])

    def test_fewer(self) -> None:
        log = logs.ANNOUNCED.replace("BUG: Bad page map in process kunit_try_catch  pte:3 pmd:2\n",
                                     "")
        found, expected = scan(log)
        self.assertEqual(len(found), 1)
        self.assertIn("2 report(s) expected, 1 seen", found[0].text)
        self.assertEqual(expected[0].seen, 1)

    def test_more(self) -> None:
        log = with_line(logs.ANNOUNCED, "Disabling lock debugging due to kernel taint",
                        "BUG: Bad page map in process x")
        self.assertIn("3 seen", scan(log)[0][0].text)

    def test_another_report_meanwhile(self) -> None:
        log = with_line(logs.ANNOUNCED, "Disabling lock debugging due to kernel taint",
                        "BUG: Bad rss-counter state mm:1")
        self.assertEqual([item.text for item in scan(log)[0]], ["BUG: Bad rss-counter state mm:1"])

    def test_one_after_the_case(self) -> None:
        log = with_line(logs.ANNOUNCED, "    ok 2 bad_entry", "BUG: Bad page map in process x")
        self.assertEqual([item.case for item in scan(log)[0]], ["mm_pfnmap_reports.after"])

    def test_one_before_the_announcement(self) -> None:
        log = with_line(logs.ANNOUNCED, "    ok 1 quiet", "BUG: Bad page map in process x")
        self.assertEqual(len(scan(log)[0]), 1)

    def test_taint_without_an_announcement(self) -> None:
        log = with_line(logs.GREEN, "    ok 1 first_touch",
                        "Disabling lock debugging due to kernel taint")
        self.assertEqual(len(scan(log)[0]), 1)

    def test_a_suppressed_count_is_not_a_report(self) -> None:
        log = with_line(logs.ANNOUNCED, "Disabling lock debugging due to kernel taint",
                        "BUG: Bad page map: 5 messages suppressed")
        self.assertEqual(scan(log)[0], [])

    def test_two_announcements_in_one_case(self) -> None:
        log = logs.ANNOUNCED.replace(
            "Disabling lock debugging due to kernel taint",
            "    # bad_entry: pfnkunit: expect 1 report(s): BUG: Bad page map").replace(
                "expect 2", "expect 1")
        found, expected = scan(log)
        self.assertEqual(found, [])
        self.assertEqual([item.seen for item in expected], [1, 1])


class DeathTest(unittest.TestCase):
    """An announced BUG is one report, with all it prints."""

    SURVIVED = (logs.DEATH_X86, logs.DEATH_ARM64, logs.DEATH_M68K)

    def test_one_report_on_every_architecture(self) -> None:
        for log in self.SURVIVED + (logs.DEATH_UML,):
            found, expected = scan(log)
            self.assertEqual(found, [])
            self.assertEqual([(item.announced, item.seen) for item in expected], [(1, 1)])

    def test_nothing_of_it_without_an_announcement(self) -> None:
        for log in self.SURVIVED + (logs.DEATH_UML,):
            found, _ = scan(log.replace("pfnkunit: expect", "I expect"))
            self.assertGreaterEqual(len(found), 2, log)

    def test_another_bug_than_announced(self) -> None:
        for log in self.SURVIVED + (logs.DEATH_UML,):
            found, expected = scan(log.replace("mm/memory.c:", "mm/mremap.c:"))
            self.assertGreaterEqual(len(found), 3, log)
            self.assertEqual(expected[0].seen, 0)

    def test_a_second_oops_is_not_its_own(self) -> None:
        for log, line in ((logs.DEATH_X86, "Oops: invalid opcode: 0000 [#2] SMP PTI"),
                          (logs.DEATH_X86, "Oops: general protection fault: 0000 [#2] SMP"),
                          (logs.DEATH_M68K, "BAD KERNEL TRAP: 00000000"),
                          (logs.DEATH_UML, "Kernel panic - not syncing: BUG!")):
            found, _ = scan(with_line(log, "KERNEL TRAP: 00000000" if "TRAP" in line
                                      else "PTI" if "PTI" in log else "syncing: BUG!", line))
            self.assertEqual([item.text for item in found], [line])

    def test_after_the_case_nothing_is_its_own(self) -> None:
        line = "Oops: invalid opcode: 0000 [#1] SMP PTI"
        log = logs.DEATH_X86.replace(line + "\n", "")
        self.assertEqual(scan(log)[0], [])
        self.assertEqual(len(scan(with_line(log, "    ok 1 insert_in_cow", line))[0]), 1)

    def test_a_panic_for_another_reason(self) -> None:
        log = logs.DEATH_UML.replace("syncing: BUG!", "syncing: Fatal exception")
        self.assertEqual([item.text for item in scan(log)[0]],
                         ["Kernel panic - not syncing: Fatal exception"])

    def test_the_place_where_the_machine_died(self) -> None:
        found, expected = scan(with_line(logs.DEATH_UML, "Call Trace:", "BUG: Bad page map"))
        self.assertEqual(found[0].case, "mm_pfnmap_death.(cut short in its first case)")
        self.assertEqual(expected[0].case, found[0].case)

    def test_line_by_line_an_announced_one_is_none(self) -> None:
        for log in self.SURVIVED:
            self.assertEqual(self._met(log), [])

    def test_line_by_line_others_are(self) -> None:
        for log in self.SURVIVED:
            self.assertEqual(len(self._met(log.replace("pfnkunit: expect", "I expect"))), 1, log)
            self.assertEqual(len(self._met(log.replace("mm/memory.c:", "mm/mremap.c:"))), 1, log)
        line = "Oops: invalid opcode: 0000 [#2] SMP PTI"
        self.assertEqual(self._met(with_line(logs.DEATH_X86, "PTI", line)), [line])
        self.assertEqual(self._met(with_line(logs.DEATH_X86, "    ok 1 insert_in_cow", line)),
                         [line])

    @staticmethod
    def _met(log: str) -> List[str]:
        deaths = splats.Deaths()
        return [line for line in map(ktap.strip, log.splitlines()) if deaths.met(line)]


if __name__ == "__main__":
    unittest.main()
