# SPDX-License-Identifier: GPL-2.0
"""Verdicts and exit codes."""

import json
import os
import tempfile
import unittest
from typing import Any, Dict, List

from pfnkunit_tool import report
from pfnkunit_tool.stop import BUILD_FAILED, NO_BOOT, PASSED, TESTS_FAILED, USAGE

from . import logs

BUILT = {"configure": {"ok": True, "seconds": 1.0}, "build": {"ok": True, "seconds": 9.5}}


class VerdictTest(unittest.TestCase):
    """From a log to an exit code."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.logs = directory.name

    def write(self, name: str, text: str) -> None:
        with open(os.path.join(self.logs, name), "w", encoding="utf-8") as file:
            file.write(text)

    def judged(self, notes: Dict[str, Any], status: int = 0,
               deadly: bool = False) -> report.Result:
        result = report.Result(kernel="7.3.4", machine="UML", logs=self.logs)
        report.judge(result, notes, status, deadly)
        return result

    def died(self, *texts: str) -> report.Result:
        """What comes of one boot for each case, on UML."""
        boots = []
        for number, text in enumerate(texts, 1):
            self.write(f"boot-{number}.log", text)
            boots.append({"log": f"boot-{number}.log", "listing": False, "seconds": 0.2,
                          "timed_out": False, "filter": f"mm_pfnmap_death.case_{number}"})
        return self.judged({"stages": BUILT, "boots": boots}, 1, deadly=True)

    def booted(self, *texts: str, status: int = 0, timed_out: bool = False,
               listing: bool = False) -> report.Result:
        boots: List[Dict[str, Any]] = []
        for number, text in enumerate(texts, 1):
            self.write(f"boot-{number}.log", text)
            boots.append({"log": f"boot-{number}.log", "listing": listing and number == 1,
                          "seconds": 1.0, "timed_out": timed_out})
        return self.judged({"stages": BUILT, "boots": boots}, status)

    def test_passed(self) -> None:
        result = self.booted(logs.GREEN)
        self.assertEqual((result.exit_code, result.problems), (PASSED, []))
        self.assertEqual(result.seconds["build"], 9.5)

    def test_failed(self) -> None:
        self.assertEqual(self.booted(logs.FAILING, status=1).exit_code, TESTS_FAILED)

    def test_failed_cases_with_what_they_said(self) -> None:
        said = report.said(self.booted(logs.FAILING, status=1))
        self.assertEqual(len([line for line in said if line.startswith("failed ")]), 2)
        self.assertTrue(any("EXPECTATION FAILED" in line for line in said), said)
        self.assertEqual(report.said(self.booted(logs.GREEN)), [])

    def test_failed_though_kunit_says_passed(self) -> None:
        self.assertEqual(self.booted(logs.FAILING, status=0).exit_code, TESTS_FAILED)

    def test_kunit_says_failed_though_the_log_is_green(self) -> None:
        self.assertEqual(self.booted(logs.GREEN, status=1).exit_code, TESTS_FAILED)

    def test_splat(self) -> None:
        result = self.booted(logs.GREEN + "WARNING: CPU: 0 PID: 1 at mm/x.c:1\n")
        self.assertEqual(result.exit_code, TESTS_FAILED)
        self.assertIn("boot-1.log", report.text(result))

    def test_skip_without_reason(self) -> None:
        result = self.booted(logs.GREEN.replace(" # SKIP needs 2 memory nodes", " # SKIP"))
        self.assertEqual(result.exit_code, TESTS_FAILED)
        self.assertIn("mspec.on_node", result.problems[0])

    def test_a_suite_that_ran_twice_gives_its_reasons_once(self) -> None:
        again = logs.GREEN[logs.GREEN.index("KTAP"):].replace(" needs 2 memory nodes", "")
        result = self.booted(logs.GREEN + again)
        self.assertEqual((result.exit_code, len(result.cases)), (PASSED, 14), result.problems)
        reasons = [case.reason for case in result.of_status("skipped")]
        self.assertEqual(reasons.count("needs 2 memory nodes"), 2)
        self.assertEqual(self.booted(again + logs.GREEN).exit_code, TESTS_FAILED)

    def test_parameters_that_are_not_generated_again(self) -> None:
        first = ("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: s\n    1..2\n"
                 "    ok 1 a\n        KTAP version 1\n        # Subtest: c\n"
                 "        ok 1 p # SKIP needs x\n    ok 2 c # SKIP needs x\nok 1 s\n")
        second = first.replace("        KTAP version 1\n        # Subtest: c\n"
                               "        ok 1 p # SKIP needs x\n", "").replace(" needs x", "")
        result = self.booted(first + second)
        self.assertEqual((result.exit_code, result.cases[-1].reason), (PASSED, "needs x"))

    def test_all_skipped(self) -> None:
        result = self.booted("KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: s\n"
                             "    1..1\n    ok 1 c # SKIP needs x\nok 1 s # SKIP\n")
        self.assertEqual(result.exit_code, TESTS_FAILED)
        self.assertIn("all 1 case(s) were skipped", result.problems)

    def test_nothing_ran(self) -> None:
        self.assertEqual(self.booted("KTAP version 1\n1..0\n").exit_code, TESTS_FAILED)

    def test_no_boot(self) -> None:
        self.assertEqual(self.booted("Linux version 7.3.4\n", status=1).exit_code, NO_BOOT)
        self.assertEqual(self.booted("", status=1).exit_code, NO_BOOT)

    def test_panic_before_the_tests(self) -> None:
        self.assertEqual(self.booted("Kernel panic - not syncing: x\n", status=1).exit_code,
                         NO_BOOT)

    def test_hung(self) -> None:
        log = "\n".join(logs.GREEN.splitlines()[:9])
        self.assertEqual(self.booted(log, status=1, timed_out=True).exit_code, NO_BOOT)

    def test_crashed(self) -> None:
        result = self.booted(logs.CUT_SHORT, status=1)
        self.assertEqual(result.exit_code, TESTS_FAILED)
        self.assertIn("the kernel crashed during the tests", result.problems[0])

    def test_stopped_without_a_word(self) -> None:
        self.assertEqual(self.booted("\n".join(logs.GREEN.splitlines()[:9])).exit_code, NO_BOOT)

    def test_did_not_configure_or_build(self) -> None:
        bad = {"ok": False, "seconds": 1.0}
        self.assertEqual(self.judged({"stages": {"configure": bad}, "boots": []}, 1).exit_code,
                         BUILD_FAILED)
        self.write("build.log", "  CC x\nmm/x.c:1:2: error: bad\nmake: *** [x] Error 1\n")
        result = self.judged({"stages": {**BUILT, "build": bad}, "boots": []}, 1)
        self.assertEqual(result.exit_code, BUILD_FAILED)
        self.assertIn("mm/x.c:1:2: error: bad", result.problems[0])
        self.assertIn("build.log", result.problems[0])

    def test_kunit_did_not_take_the_arguments(self) -> None:
        self.assertEqual(self.judged({}, 2).exit_code, USAGE)

    def test_kunit_broke_down(self) -> None:
        self.assertEqual(self.judged({"stages": BUILT, "boots": []}, 1).exit_code, NO_BOOT)

    def test_boots_of_an_isolated_run_add_up(self) -> None:
        result = self.booted("KTAP version 1\n1..0\n", logs.GREEN, logs.ANNOUNCED, listing=True)
        self.assertEqual((result.exit_code, len(result.cases)), (PASSED, 10))
        self.assertEqual({case.log for case in result.cases}, {"boot-2.log", "boot-3.log"})

    def test_one_bad_boot_among_good_ones(self) -> None:
        self.assertEqual(self.booted(logs.GREEN, "").exit_code, NO_BOOT)

    def test_died_as_announced(self) -> None:
        result = self.died(logs.DEATH_UML, logs.DEATH_UML)
        self.assertEqual((result.exit_code, result.problems), (PASSED, []))
        self.assertEqual([(case.path, case.status) for case in result.cases],
                         [("mm_pfnmap_death.case_1", "passed"),
                          ("mm_pfnmap_death.case_2", "passed")])
        self.assertEqual(result.expected[1].case, "mm_pfnmap_death.case_2")

    def test_died_otherwise(self) -> None:
        panic = "Kernel panic - not syncing: BUG!\n"
        for wrong in (logs.DEATH_UML.replace("mm/memory.c:", "mm/mremap.c:"),
                      logs.DEATH_UML.replace("syncing: BUG!", "syncing: Attempted to kill init!"),
                      logs.DEATH_UML.replace("expect 1", "expect 2"),
                      logs.DEATH_UML.replace("pfnkunit: expect", "I expect"),
                      logs.DEATH_UML.replace(panic, ""),
                      logs.DEATH_UML.replace(panic, panic + "WARNING: mm/x.c:1 at x\n")):
            result = self.died(logs.DEATH_UML, wrong)
            self.assertEqual(result.exit_code, TESTS_FAILED if panic in wrong or "panic" in wrong
                             else NO_BOOT, wrong)
            self.assertEqual([case.status for case in result.cases], ["passed", "crashed"])
            self.assertEqual(result.cases[1].path, "mm_pfnmap_death.case_2")

    def test_lived_though_announced(self) -> None:
        lived = "\n".join(logs.DEATH_UML.splitlines()[:6]) + "\n    ok 1 case_1\nok 1 s\n"
        result = self.died(lived)
        self.assertEqual(result.exit_code, TESTS_FAILED)
        self.assertIn("1 report(s) expected, 0 seen", result.splats[0].text)

    def test_a_death_is_a_crash_in_any_other_run(self) -> None:
        self.assertEqual(self.booted(logs.DEATH_UML, status=1).exit_code, TESTS_FAILED)

    def test_deaths_that_the_machine_survives(self) -> None:
        for log in (logs.DEATH_X86, logs.DEATH_ARM64, logs.DEATH_M68K):
            result = self.booted(log)
            self.assertEqual((result.exit_code, len(result.cases)), (PASSED, 2), log)

    def test_text_and_data_say_the_same(self) -> None:
        result = self.booted(logs.GREEN, logs.ANNOUNCED)
        text = report.text(result)
        self.assertRegex(text, r"(?m)^mspec +2 +0 +1$")
        self.assertRegex(text, r"(?m)^all +8 +0 +2$")
        self.assertIn("skipped   1: needs pte_special", text)
        self.assertIn("reports   2 provoked on purpose, 2 announced", text)
        self.assertTrue(text.splitlines()[-1].startswith("PASSED"))
        path = os.path.join(self.logs, "result.json")
        report.write(result, path)
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        self.assertEqual(len(data["cases"]), 10)
        self.assertEqual(data["cases"][1]["reason"], "needs 2 memory nodes")
        self.assertEqual(data["exit_code"], PASSED)


if __name__ == "__main__":
    unittest.main()
