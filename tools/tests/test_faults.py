# SPDX-License-Identifier: GPL-2.0
"""Faults: their heads, which kernels they are for, and when one counts as caught."""

import os
import tempfile
import unittest
from typing import Sequence

from pfnkunit_tool import boots, controls, faults
from pfnkunit_tool.stop import Stop

PATCH = """\
// SPDX-License-Identifier: GPL-2.0
// Fault 3: the rule is off by one
// Caught by: mm_vm_normal_page.*
// File: mm/memory.c
@@
@@
-a
+a && pfnkunit_fault != 3
"""
BUG = PATCH.replace("// Caught", """\
// Fixed by: 0123456789ab "mm: mend the rule" (6.11) [H]
// Kernels: all
// Machines: um x86_64
// Caught""") + """// File: mm/vma.c (7.3-)
// File: mm/mmap.c (-6.12)
"""
FAULT = faults.Fault(3, "t", "mm_vm_normal_page.*", "x.cocci", (faults.Target("mm/memory.c"),))


def log(*lines: str, end: bool = True) -> boots.Outcome:
    """What came of a boot with one suite."""
    text = ["KTAP version 1", "1..1", "    KTAP version 1",
            "    # Subtest: mm_vm_normal_page", "    1..1", *lines]
    if end:
        red = any("not ok" in line for line in lines)
        text.append(f"{'not ok' if red else 'ok'} 1 mm_vm_normal_page")
    return boots.judge(boots.Outcome(boots.Boot("x"), "x.log", 1, False, False, lines=text))


ASSERTED = "    # rule: EXPECTATION FAILED at mm/pfnkunit/x.c:1"


class HeadTest(unittest.TestCase):
    """What is read of a patch."""

    def read(self, text: str) -> faults.Fault:
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "off-by-one.cocci")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return faults.read(path)

    def test_a_control(self) -> None:
        fault = self.read(PATCH)
        self.assertEqual((fault.number, fault.title, fault.caught_by, fault.name, fault.fixed_by),
                         (3, "the rule is off by one", "mm_vm_normal_page.*", "off-by-one", ""))
        self.assertEqual(fault.files("7.3.4"), ["mm/memory.c"])
        self.assertEqual(fault.files("6.12.117"), [])
        self.assertTrue(fault.claims("7.3.4 (Debian x)", "um"))
        self.assertFalse(fault.claims("7.3.4", "x86_64"))

    def test_a_bug(self) -> None:
        fault = self.read(BUG)
        self.assertTrue(fault.fixed_by.startswith("0123456789ab"))
        self.assertEqual(fault.files("7.3.4"), ["mm/memory.c", "mm/vma.c"])
        self.assertEqual(fault.files("6.12.117"), ["mm/memory.c", "mm/mmap.c"])
        self.assertTrue(fault.claims("6.12.117", "x86_64"))
        self.assertFalse(fault.of_driver())

    def test_a_file_without_directory_is_the_drivers(self) -> None:
        fault = self.read(PATCH.replace("mm/memory.c", "mspec.c"))
        self.assertTrue(fault.of_driver())
        self.assertEqual(fault.files("7.3"), [])

    def test_what_is_refused(self) -> None:
        for wrong in (PATCH.replace("!= 3", "!= 4"), PATCH.replace("// Caught", "// Seen"),
                      PATCH.replace("// File", "// Where"), PATCH.replace("!= 3", "!= 33"),
                      BUG.replace("(7.3-)", "(7.3)"), BUG.replace(": all", ": some"),
                      BUG.replace("(-6.12)", "-6.12")):
            with self.assertRaises(Stop):
                self.read(wrong)

    def test_ranges(self) -> None:
        for kernels, version, expected in (
                ("all", "6.1", True), ("7.3-", "7.3.4", True), ("7.3-", "6.12.117", False),
                ("-6.12", "6.12.117 (Debian x)", True), ("-6.12", "7.3", False),
                ("6.9-", "6.12", True), ("-6.9", "6.12", False)):
            self.assertEqual(faults.covers(kernels, version), expected, (kernels, version))


class VerdictTest(unittest.TestCase):
    """Caught is what fails where it should, by an assertion."""

    def test_caught(self) -> None:
        outcome = log(ASSERTED, "    not ok 1 rule")
        self.assertEqual(faults.verdict(FAULT, outcome), "")
        self.assertEqual(faults.catchers(FAULT, outcome), "mm_vm_normal_page.rule")

    def test_caught_before_the_kernel_died(self) -> None:
        self.assertEqual(faults.verdict(FAULT, log(ASSERTED, "Kernel panic", end=False)), "")

    def test_not_caught(self) -> None:
        self.assertEqual(faults.verdict(FAULT, log("    ok 1 rule")),
                         "no case failed; all green")

    def test_a_death_is_no_assertion(self) -> None:
        said = faults.verdict(FAULT, log("Kernel panic - not syncing: BUG!", end=False))
        self.assertIn("Kernel panic", said)
        self.assertTrue(faults.verdict(FAULT, log("    not ok 1 rule")).endswith(
            "without an assertion"))

    def test_an_assertion_elsewhere_does_not_count(self) -> None:
        outcome = log(ASSERTED.replace("rule", "other"), "    not ok 1 rule")
        self.assertIn("without an assertion", faults.verdict(FAULT, outcome))

    def test_a_splat_alone_does_not_count(self) -> None:
        said = faults.verdict(FAULT, log("BUG: Bad page map: x", "    ok 1 rule"))
        self.assertIn("splat", said)

    def test_caught_elsewhere(self) -> None:
        fault = faults.Fault(3, "t", "mspec.*", "x.cocci", FAULT.targets)
        self.assertIn("expected mspec", faults.verdict(fault, log(ASSERTED, "    not ok 1 rule")))


class OursTest(unittest.TestCase):
    """The patches of this project."""

    def test_numbers_are_their_own(self) -> None:
        numbers = [fault.number for fault in controls.everything()]
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertNotIn(0, numbers)

    def test_names_are_their_own(self) -> None:
        names = [fault.name for fault in controls.everything()]
        self.assertEqual(len(names), len(set(names)))

    def test_bugs_of_the_past_have_a_fix_and_a_machine(self) -> None:
        bugs: Sequence[faults.Fault] = controls.regressions()
        self.assertGreaterEqual(len(bugs), 30)
        for bug in bugs:
            self.assertTrue(bug.fixed_by, bug.name)
            self.assertTrue(set(bug.machines) <= {"um", "x86_64"} and bug.machines, bug.name)


if __name__ == "__main__":
    unittest.main()
