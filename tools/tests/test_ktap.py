# SPDX-License-Identifier: GPL-2.0
"""Results read from console logs."""

import unittest
from typing import Dict, List

from pfnkunit_tool import ktap

from . import logs


def statuses(text: str) -> Dict[str, str]:
    return {case.path: case.status for case in ktap.parse(text.splitlines()).cases}


def counts(text: str) -> List[int]:
    found = list(statuses(text).values())
    return [found.count(status)
            for status in (ktap.PASSED, ktap.FAILED, ktap.CRASHED, ktap.SKIPPED)]


class KtapTest(unittest.TestCase):
    """Leaf results, counted as kunit.py counts them."""

    def test_green(self) -> None:
        self.assertEqual(counts(logs.GREEN), [5, 0, 0, 2])
        self.assertTrue(ktap.parse(logs.GREEN.splitlines()).complete)

    def test_names_of_cases_and_parameters(self) -> None:
        found = statuses(logs.GREEN)
        self.assertIn("mspec.first_touch", found)
        self.assertIn("mm_vm_normal_page.decision/pfnmap, shared", found)
        self.assertNotIn("mm_vm_normal_page.decision", found)

    def test_line_that_was_cut_and_printed_again(self) -> None:
        whole = logs.GREEN.splitlines()
        place = next(number for number, line in enumerate(whole) if "ok 1 " in line)
        cut = [*whole[:place], whole[place][:-2], ktap.REPLAYED, *whole[place:]]
        self.assertEqual(statuses("\n".join(ktap.without_beginnings(cut))), statuses(logs.GREEN))
        self.assertEqual(len(ktap.without_beginnings(cut)), len(cut))

    def test_line_before_a_message_of_which_nothing_was_printed_stays(self) -> None:
        """It is another message's, and whole."""
        lines = ["BUG: Bad page map", ktap.REPLAYED, "addr:0 vm_flags:1", "file:(null)"]
        self.assertEqual(ktap.without_beginnings(lines), lines)

    def test_message_of_two_lines_is_taken_once(self) -> None:
        """Also where the second one was cut."""
        lines = ["ok 1 a", "# b", "ok 2 c", "# d", "ok", ktap.REPLAYED, "# d", "ok 3 e"]
        self.assertEqual(ktap.without_beginnings(lines),
                         [*lines[:3], "", "", *lines[5:]])

    def test_skips_keep_their_reason(self) -> None:
        reasons = [case.reason for case in ktap.parse(logs.GREEN.splitlines()).cases
                   if case.status == ktap.SKIPPED]
        self.assertEqual(reasons, ["needs 2 memory nodes", "needs pte_special"])

    def test_skip_without_reason(self) -> None:
        log = logs.GREEN.replace(" # SKIP needs 2 memory nodes", " # SKIP")
        skipped = [case for case in ktap.parse(log.splitlines()).cases if case.name == "on_node"]
        self.assertEqual((skipped[0].status, skipped[0].reason), (ktap.SKIPPED, ""))

    def test_failures(self) -> None:
        self.assertEqual(counts(logs.FAILING), [2, 2, 0, 0])
        self.assertEqual(statuses(logs.FAILING)["mm_pfnmap_fault.insert/write"], ktap.FAILED)

    def test_a_suite_that_fails_beside_green_cases(self) -> None:
        log = logs.GREEN.replace("\nok 1 mspec", "\nnot ok 1 mspec").replace(
            "    ok 2 on_node # SKIP needs 2 memory nodes\n", "")
        self.assertEqual(statuses(log)["mspec.(suite)"], ktap.FAILED)

    def test_cut_short(self) -> None:
        results = ktap.parse(logs.CUT_SHORT.splitlines())
        self.assertTrue(results.started)
        self.assertFalse(results.complete)
        self.assertEqual(counts(logs.CUT_SHORT), [3, 0, 1, 0])
        self.assertEqual(results.cases[-1].path, "mm_pfnmap_fault.(cut short after insert/read)")

    def test_cut_short_after_an_assertion(self) -> None:
        assertion = "        # insert: EXPECTATION FAILED at mm/pfnkunit/x.c:3\n"
        log = logs.CUT_SHORT.replace("BUG: unable", assertion + "BUG: unable")
        self.assertEqual(counts(log), [3, 1, 1, 0])
        self.assertEqual(statuses(log)["mm_pfnmap_fault.insert"], ktap.FAILED)

    def test_a_planned_suite_that_never_came(self) -> None:
        log = logs.GREEN.replace("1..2\n    KTAP", "1..3\n    KTAP", 1)
        self.assertFalse(ktap.parse(log.splitlines()).complete)

    def test_cut_before_the_plan(self) -> None:
        self.assertFalse(ktap.parse(["KTAP version 1"]).complete)

    def test_no_results(self) -> None:
        results = ktap.parse(["Linux version 7.3.4", "    ok 1 not_yet"])
        self.assertFalse(results.started or results.complete or results.cases)

    def test_modules_with_printk_times(self) -> None:
        results = ktap.parse(logs.MODULES.splitlines())
        self.assertEqual([case.path for case in results.cases], ["mspec.first_touch"] * 2)
        self.assertTrue(results.complete)

    def test_a_module_cut_short(self) -> None:
        lines = logs.MODULES.splitlines()[:-2]
        self.assertFalse(ktap.parse(lines).complete)



class HeadTest(unittest.TestCase):
    """What kunit.py reads has nothing of the kernel's inside of a suite's head."""

    def test_a_line_inside_goes_before(self) -> None:
        lines = ["KTAP version 1\n", "1..1\n", "    KTAP version 1\n", "[ 1.0] tsc: refined\n",
                 "usb: found\n", "    # Subtest: s\n", "input: a mouse\n", "    ok 1 c\n",
                 "ok 1 s\n"]
        self.assertEqual(list(ktap.heads_together(lines)),
                         lines[:2] + lines[3:5] + lines[2:3] + lines[5:])

    def test_a_list_stays(self) -> None:
        lines = ["KTAP version 1\n", "suite.case\n", "suite.other\n", "reboot: halted\n"]
        self.assertEqual(list(ktap.heads_together(lines)), lines)

    def test_others_stay(self) -> None:
        lines = ["booting\n", "KTAP version 1\n", "1..2\n", "    KTAP version 1\n",
                 "    # Subtest: s\n", "        KTAP version 1\n", "        # Subtest: p\n",
                 "        ok 1 a\n", "    ok 1 c\n", "ok 1 s\n", "    KTAP version 1\n",
                 "    KTAP version 1\n"]
        self.assertEqual(list(ktap.heads_together(lines)), lines)

if __name__ == "__main__":
    unittest.main()
