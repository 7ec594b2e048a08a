# SPDX-License-Identifier: GPL-2.0
"""The command 'regress': what it says of each bug, and its exit code."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from unittest import mock

from pfnkunit_tool import boots, controls, faults, regressions, report, run, source
from pfnkunit_tool.stop import BUILD_FAILED, PASSED, TESTS_FAILED, Stop

GREEN = ["KTAP version 1", "1..1", "    KTAP version 1", "    # Subtest: s", "    1..1",
         "    ok 1 c", "ok 1 s"]
RED = ["KTAP version 1", "1..1", "    KTAP version 1", "    # Subtest: s", "    1..1",
       "    # c: ASSERTION FAILED at x.c:1", "    not ok 1 c", "not ok 1 s"]


def outcome(name: str, lines: "list[str]") -> boots.Outcome:
    return boots.judge(boots.Outcome(boots.Boot(name), f"{name}.log", 1.5, False, False,
                                     lines=lines))


def bug(name: str, kernels: str = "all") -> faults.Fault:
    return faults.Fault(101, "t", "s.c", f"{name}.cocci", (faults.Target("mm/memory.c"),), kernels,
                        ("um",), '0123456789ab "mm: mend it" (6.11) [H]')


class WordsTest(unittest.TestCase):
    """What people read."""

    def test_commits(self) -> None:
        self.assertEqual(regressions.commit('0123456789ab "x" [H]'), "0123456789ab")
        for text in ('"x" (2.6.15) [T]', "a rule of the driver", ""):
            self.assertEqual(regressions.commit(text), "no hash")

    def test_a_bug_that_is_not_caught_fails(self) -> None:
        kernel = regressions.Kernel("7.3.4", "um")
        rows = regressions.rows(kernel, [bug("a"), bug("b")],
                                {"a": outcome("a", RED), "b": outcome("b", GREEN)})
        self.assertEqual([bool(row.problem) for row in rows], [False, True])
        self.assertIn("NOT CAUGHT: no case failed", regressions.table(rows)[2])
        code, lines = regressions.summary([kernel], rows)
        self.assertEqual((code, lines[-1]), (TESTS_FAILED, "FAILED"))
        self.assertIn("1 of 2 caught", lines[0])
        self.assertEqual(regressions.summary([kernel], rows[:1])[0], PASSED)

    def test_nothing_tried_is_no_success(self) -> None:
        self.assertEqual(regressions.summary([regressions.Kernel("7.3.4", "um")], [])[0],
                         TESTS_FAILED)

    def test_a_kernel_that_is_not_built_fails(self) -> None:
        kernel = regressions.Kernel("7.3.4", "um", problem="x", code=BUILD_FAILED)
        self.assertEqual(regressions.summary([kernel], [])[0], BUILD_FAILED)

    def test_green_without_a_bug(self) -> None:
        self.assertEqual(regressions.not_green(outcome("n", GREEN)), "")
        self.assertIn("s.c", regressions.not_green(outcome("n", RED)))
        self.assertIn("cut short", regressions.not_green(outcome("n", GREEN[:5])))


class ChoiceTest(unittest.TestCase):
    """--only and --list."""

    def test_only(self) -> None:
        with mock.patch.object(controls, "regressions", lambda: [bug("a-b"), bug("c")]):
            self.assertEqual([item.name for item in regressions.chosen(["a-*"])], ["a-b"])
            self.assertEqual(len(regressions.chosen([])), 2)
            with self.assertRaises(Stop):
                regressions.chosen(["c", "nothing"])

    def test_list_runs_nothing(self) -> None:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = regressions.main(regressions.Options(["newest"], ["um"], "/nowhere",
                                                        lists=True))
        self.assertEqual(code, PASSED)
        self.assertEqual(len(output.getvalue().splitlines()), 1 + len(controls.regressions()))


class KernelTest(unittest.TestCase):
    """One kernel, from patches to rows."""

    def run_on(self, found: "dict[str, boots.Outcome]",
               build: "tuple[int, str]" = (PASSED, "")
               ) -> "tuple[regressions.Kernel, list[object]]":
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "Makefile"), "w", encoding="utf-8") as file:
                file.write("VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 4\nEXTRAVERSION =\n")
            tree = source.Tree(directory, "7.3.4", "", True)
            options = regressions.Options(["newest"], ["um"], directory)
            with mock.patch.object(regressions.scratch, "job_with_faults",
                                   lambda base, patches: base), \
                    mock.patch.object(regressions, "build", lambda job: build), \
                    mock.patch.object(regressions, "try_each", lambda *words: found):
                kernel, rows = regressions.on_kernel(tree, "um", options,
                                                     [bug("a"), bug("old", "-6.12")])
        return kernel, list(rows)

    def test_only_bugs_of_this_version(self) -> None:
        kernel, rows = self.run_on({"no-fault": outcome("n", GREEN), "a": outcome("a", RED)})
        self.assertEqual((kernel.code, len(rows)), (PASSED, 1))

    def test_a_kernel_that_is_red_without_a_bug(self) -> None:
        kernel, _ = self.run_on({"no-fault": outcome("n", RED), "a": outcome("a", RED)})
        self.assertEqual(kernel.code, TESTS_FAILED)
        self.assertIn("not green without a bug", kernel.problem)

    def test_a_build_that_fails(self) -> None:
        kernel, rows = self.run_on({}, (BUILD_FAILED, "memory.c: error"))
        self.assertEqual((kernel.code, rows), (BUILD_FAILED, []))


class BootTest(unittest.TestCase):
    """Which boots are tried again."""

    def test_only_those_that_did_not_get_to_the_tests(self) -> None:
        logs = {"a": [["Kernel panic - not syncing: IO-APIC + timer doesn't work!"], RED],
                "b": [GREEN]}

        class Runner:
            """Answers with the next log of each boot."""

            def __init__(self, *_words: object, **_named: object) -> None:
                pass

            def run(self, todo: "list[boots.Boot]") -> "list[boots.Outcome]":
                return [outcome(item.name, logs[item.name].pop(0)) for item in todo]

        job = run.Job(source.Tree("/nowhere", "7.3.4", "", True), "/nowhere")
        with mock.patch.object(boots, "Runner", Runner), \
                mock.patch.object(regressions, "machine_of", lambda job: None), \
                contextlib.redirect_stdout(io.StringIO()):
            found = regressions.try_each(job, [bug("a"), bug("b")], "/nowhere")
        self.assertEqual(faults.verdict(bug("a"), found["a"]), "")
        self.assertEqual(faults.verdict(bug("b"), found["b"]), "no case failed; all green")


class FileTest(unittest.TestCase):
    """--json."""

    def test_it_holds_all(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "x.json")
            kernel = regressions.Kernel("7.3.4", "um")
            rows = regressions.rows(kernel, [bug("a")], {"a": outcome("a", RED)})
            report.write_data(regressions.as_data([kernel], rows, 0), path)
            with open(path, encoding="utf-8") as file:
                content = json.load(file)
        self.assertEqual(content["bugs"][0]["caught_by"], ["s.c"])
        with self.assertRaises(Stop):
            report.write_data(regressions.as_data([], [], 0), "/nowhere/x")


if __name__ == "__main__":
    unittest.main()
