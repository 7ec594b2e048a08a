# SPDX-License-Identifier: GPL-2.0
"""What is measured, and how it is shown."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from typing import Any, Dict, List
from unittest import mock

from pfnkunit_tool import bench, cli, ktap, report, run, source
from pfnkunit_tool.stop import NO_BOOT, PASSED, USAGE, Stop

STAMPED = """\
[    0.010000] Linux version 7.3.4
[    0.200000] KTAP version 1
[    0.200000] 1..2
[    0.210000]     KTAP version 1
[    0.210000]     # Subtest: mspec
[    0.210000]     1..2
[    0.310000]     ok 1 first_touch
[    0.360000][   T12]     ok 2 split
[    0.370000] # mspec: pass:2 fail:0 skip:0 total:2
[    0.370000] ok 1 mspec
[    0.370000]     KTAP version 1
[    0.380000]     # Subtest: mm_vm_normal_page
[    0.380000]     1..1
[    0.390000]         KTAP version 1
[    0.390000]         # Subtest: decision
[    0.490000]         ok 1 a
[    0.690000] BUG: Bad page map in process x
[    0.790000]         ok 2 b
[    0.790000]     # decision: pass:2 fail:0 skip:0 total:2
[    0.800000]     ok 1 decision
[    0.800000] ok 2 mm_vm_normal_page
[    0.900000] reboot: System halted
"""


class TimesTest(unittest.TestCase):
    """What the printk times of a log say."""

    def test_suites_and_cases(self) -> None:
        found = bench.times(STAMPED.splitlines())
        self.assertEqual(found.total, 0.6)
        self.assertEqual(found.suites, {"mspec": 0.16, "mm_vm_normal_page": 0.42})
        self.assertEqual(found.cases, {"mspec.first_touch": 0.1, "mspec.split": 0.05,
                                       "mm_vm_normal_page.decision": 0.41})

    def test_a_log_without_times(self) -> None:
        plain = [ktap.strip(line) for line in STAMPED.splitlines()]
        self.assertEqual(bench.times(plain), bench.Times())


class TextTest(unittest.TestCase):
    """What people read."""

    def shown(self, arch: str, boots: List[float], log: str = STAMPED) -> str:
        what, goal = bench.MACHINES[arch]
        found = bench.Bench("7.3.4", arch, "m", what, goal, "b")
        for boot in boots:
            one = bench.times(log.splitlines())
            one.boot = boot
            found.runs.append(one)
        return bench.text(found)

    def test_goal_stands_beside_what_it_is_for(self) -> None:
        text = self.shown("um", [1.0, 3.0, 1.5])
        self.assertRegex(text, r"(?m)^all suites, in the kernel +0.60 +0.60 +0.60 +2.00$")
        self.assertRegex(text, r"(?m)^boot to shutdown +1.00 +1.50 +3.00$")
        self.assertRegex(self.shown("x86_64", [9.0]),
                         r"(?m)^boot to shutdown +9.00 +9.00 +9.00 +20.00$")

    def test_slowest_first(self) -> None:
        lines = [line for line in self.shown("um", [1.0]).splitlines() if "slowest" in line]
        self.assertEqual(lines, ["slowest   0.41 mm_vm_normal_page.decision",
                                 "slowest   0.10 mspec.first_touch", "slowest   0.05 mspec.split"])

    def test_says_how_it_was_measured(self) -> None:
        self.assertIn("by printk times", self.shown("um", [1.0]))
        self.assertIn("by the host's clock", self.shown("um", [1.0], "KTAP version 1\n"))


class MeasureTest(unittest.TestCase):
    """Builds once, runs as often as asked."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.top = directory.name
        self.commands: List[str] = []
        self.log = STAMPED
        self.problems: List[str] = []

    def execute(self, job: run.Job, quiet: bool = False) -> report.Result:
        self.assertTrue(quiet)
        self.commands.append(job.command)
        with open(os.path.join(self.top, "boot-1.log"), "w", encoding="utf-8") as file:
            file.write(self.log)
        notes: Dict[str, Any] = {"stages": {"build": {"ok": True, "seconds": 1}}, "boots": []}
        result = report.Result(logs=self.top, problems=list(self.problems))
        if job.command == "exec":
            self.assertIn("--kernel_args=printk.time=1", job.words)
            notes["boots"] = [{"log": "boot-1.log", "seconds": 0.9}]
            result.cases = ktap.parse(self.log.splitlines()).cases
        with open(os.path.join(self.top, "notes.json"), "w", encoding="utf-8") as file:
            json.dump(notes, file)
        return result

    def measured(self) -> bench.Bench:
        tree = mock.Mock(spec=source.Tree)
        tree.name, tree.version.return_value = "tree", "7.3.4"
        with mock.patch.object(run, "execute", self.execute):
            return bench.measure(run.job_on(tree, self.top, "um"), 3)

    def test_runs(self) -> None:
        found = self.measured()
        self.assertEqual(self.commands, ["build", "exec", "exec", "exec"])
        self.assertEqual([one.boot for one in found.runs], [0.9] * 3)
        self.assertEqual(found.goal, 2.0)

    def test_failures_are_said_and_no_more(self) -> None:
        self.problems = ["1 case(s) failed"]
        self.assertIn("problem   run 3: 1 case(s) failed", bench.text(self.measured()))

    def test_no_boot(self) -> None:
        self.log = "Linux version 7.3.4\n"
        with self.assertRaises(Stop) as caught:
            self.measured()
        self.assertEqual(caught.exception.code, NO_BOOT)


class CommandTest(unittest.TestCase):
    """The command line."""

    def options(self, *words: str) -> bench.Options:
        with tempfile.TemporaryDirectory() as cache, \
                mock.patch.object(bench, "main", return_value=PASSED) as called:
            self.assertEqual(cli.main(["bench", f"--cache={cache}", *words]), PASSED)
        found = called.call_args[0][0]
        assert isinstance(found, bench.Options)
        return found

    def test_what_is_asked_for(self) -> None:
        self.assertEqual((self.options().runs, self.options().arches), (5, []))
        wanted = self.options("--runs=2", "--kernel=7.3", "--arch=uml", "--arch=m68k", "--debug")
        self.assertEqual((wanted.runs, wanted.kernel, wanted.arches, wanted.debug),
                         (2, "7.3", ["um", "m68k"], True))

    def test_no_runs_at_all(self) -> None:
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as leave:
            cli.main(["bench", "--runs=0"])
        self.assertEqual(leave.exception.code, USAGE)


if __name__ == "__main__":
    unittest.main()
