# SPDX-License-Identifier: GPL-2.0
"""The command 'test': its count, its controls, its initramfs."""

import contextlib
import io
import os
import subprocess
import tempfile
import unittest
from unittest import mock

from pfnkunit_tool import builds, controls, initramfs, ktap, report, selftest
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


def result(*cases: ktap.Case) -> report.Result:
    return report.Result(cases=list(cases))


class TallyTest(unittest.TestCase):
    """The last line."""

    def setUp(self) -> None:
        self.tally = selftest.Tally()

    def part(self, error: "BaseException | None" = None) -> str:
        output = io.StringIO()
        with contextlib.redirect_stdout(output), self.tally.part("p") as remarks:
            remarks.append("seen")
            if error:
                raise error
        return output.getvalue()

    def test_counts(self) -> None:
        self.assertTrue(self.part().startswith("ok      p ("))
        self.assertTrue(self.part(selftest.Failure("why")).startswith("FAILED  p ("))
        self.assertIn("no space", self.part(Stop(3, "no space")))
        self.assertEqual(self.tally.line(), "1 passed, 2 failed")
        self.assertTrue(self.part(selftest.Skip("no kernel")).startswith("skipped p ("))
        self.assertEqual(self.tally.line(), "1 passed, 2 failed, 1 skipped")

    def test_a_mistake_in_a_part_fails_it_and_no_more(self) -> None:
        self.assertIn("KeyError: 'x'", self.part(KeyError("x")))
        self.assertEqual(self.tally.line(), "0 passed, 1 failed")

    def test_an_interruption_ends_everything(self) -> None:
        with self.assertRaises(KeyboardInterrupt):
            self.part(KeyboardInterrupt())

    def outcome(self, body: str) -> "tuple[int, int, int]":
        class Example(unittest.TestCase):
            """Holds one test."""

            def test_it(self) -> None:
                exec(body, {"self": self})  # pylint: disable=exec-used

        with contextlib.redirect_stdout(io.StringIO()):
            Example("test_it").run(selftest._Counted(self.tally))  # pylint: disable=protected-access
        return self.tally.passed, self.tally.failed, self.tally.skipped

    def test_unit_tests_count_one_by_one(self) -> None:
        self.assertEqual(self.outcome("pass"), (1, 0, 0))
        self.assertEqual(self.outcome("self.fail()"), (1, 1, 0))
        self.assertEqual(self.outcome("1 / 0"), (1, 2, 0))
        self.assertEqual(self.outcome("self.skipTest('x')"), (1, 2, 1))

    def test_exit_code(self) -> None:
        def one(bench: selftest.Bench) -> None:
            with bench.tally.part("one"):
                if fail:
                    raise selftest.Failure("x")

        for fail, code, last in ((False, 0, "1 passed, 0 failed"), (True, 1, "0 passed, 1 failed")):
            output = io.StringIO()
            with mock.patch.dict(selftest.PARTS, {"one": one}, clear=True), \
                    mock.patch.object(selftest.packages, "provide"), \
                    contextlib.redirect_stdout(output):
                self.assertEqual(selftest.main("/nowhere", ["one"]), code)
            self.assertEqual(output.getvalue().splitlines()[-1], last)

    def test_unknown_part(self) -> None:
        with self.assertRaises(Stop):
            selftest.main("/nowhere", ["nothing"])


class ControlTest(unittest.TestCase):
    """A fault is caught by an assertion where it is expected, or the control fails."""

    FAULT = controls.Fault(3, "t", "mm_vm_normal_page.*", "x.cocci", "mm/memory.c")

    def test_caught(self) -> None:
        red = result(ktap.Case("mspec", "c", ktap.PASSED),
                     ktap.Case("mm_vm_normal_page", "a/b", ktap.FAILED),
                     ktap.Case("mm_vm_normal_page", "a/c", ktap.FAILED))
        self.assertIsNone(controls.verdict(self.FAULT, red))
        self.assertEqual(controls.catchers(self.FAULT, red), "mm_vm_normal_page.a/b and 1 more")

    def test_not_caught(self) -> None:
        green = result(ktap.Case("mm_vm_normal_page", "a", ktap.PASSED))
        self.assertIn("all green", controls.verdict(self.FAULT, green) or "")

    def test_a_crash_is_no_assertion(self) -> None:
        crashed = result(ktap.Case("mm_vm_normal_page", "a", ktap.CRASHED))
        self.assertIn("no case failed", controls.verdict(self.FAULT, crashed) or "")

    def test_caught_elsewhere(self) -> None:
        red = result(ktap.Case("mspec", "c", ktap.FAILED))
        self.assertIn("expected mm_vm_normal_page", controls.verdict(self.FAULT, red) or "")

    def test_heads(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "off-by-one.cocci")

            def read(text: str) -> controls.Fault:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                return controls.read_fault(path)

            fault = read(PATCH)
            self.assertEqual((fault.number, fault.title, fault.caught_by, fault.name, fault.file),
                             (3, "the rule is off by one", "mm_vm_normal_page.*", "off-by-one",
                              "mm/memory.c"))
            for wrong in (PATCH.replace("!= 3", "!= 4"), PATCH.replace("// Caught", "// Seen"),
                          PATCH.replace("// File", "// Where"),
                          PATCH.replace("!= 3", "!= 33")):
                with self.assertRaises(Stop):
                    read(wrong)

    def test_ours_have_numbers_of_their_own(self) -> None:
        numbers = [fault.number for fault in controls.faults("kernel") + controls.driver_faults()]
        self.assertEqual(len(numbers), len(set(numbers)))
        self.assertNotIn(0, numbers)
        self.assertGreaterEqual(len(controls.faults("kernel")), 5)


class CopyTest(unittest.TestCase):
    """The copy of the project that the faults go into."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.project = os.path.join(directory.name, "project")
        self.cache = os.path.join(directory.name, "cache")
        self.write("Makefile", "obj-y += mspec.o\n")
        self.write("mspec.c", "int x;\n")
        self.write(".git/config", "")
        for attribute, value in (("PROJECT", self.project),
                                 ("patched", lambda path, faults: b"int y;\n")):
            patch = mock.patch.object(controls, attribute, value)
            patch.start()
            self.addCleanup(patch.stop)

    def write(self, name: str, text: str) -> None:
        path = os.path.join(self.project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_what_is_in_it(self) -> None:
        copy = controls.project_copy(self.cache)
        self.assertEqual(sorted(os.listdir(copy)), ["Makefile", "fault.c", "fault.h", "mspec.c"])
        with open(os.path.join(copy, "mspec.c"), encoding="utf-8") as file:
            self.assertEqual(file.read(), '#include "fault.h"\nint y;\n')
        with open(os.path.join(self.project, "mspec.c"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "int x;\n")

    def test_made_again(self) -> None:
        self.write("gone.c", "")
        path = os.path.join(controls.project_copy(self.cache), "mspec.c")
        os.utime(path, (1, 1))
        os.unlink(os.path.join(self.project, "gone.c"))
        self.write("new.c", "")
        copy = controls.project_copy(self.cache)
        self.assertEqual(os.stat(path).st_mtime, 1, "a file that is right was written again")
        self.assertIn("new.c", os.listdir(copy))
        self.assertNotIn("gone.c", os.listdir(copy))


class BuildCopyTest(unittest.TestCase):
    """A copy of a build knows its own place."""

    def test_paths_of_the_tools_follow(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            build, copy = (os.path.join(directory, name) for name in ("a", "b"))
            command = os.path.join("tools", "objtool", ".check.o.cmd")
            os.makedirs(os.path.join(build, "tools", "objtool"))
            with open(os.path.join(build, command), "w", encoding="utf-8") as file:
                file.write(f"cmd_{build}/check.o := gcc {build}-other\n")
            builds.copy(build, copy)
            with open(os.path.join(copy, command), encoding="utf-8") as file:
                self.assertEqual(file.read(), f"cmd_{copy}/check.o := gcc {build}-other\n")


class InitramfsTest(unittest.TestCase):
    """The archive is one the kernel's cpio reader takes."""

    def test_layout(self) -> None:
        image = initramfs.archive({"init": (0o100755, b"abcde"), "d": (0o040755, b"")})
        self.assertEqual(len(image) % 4, 0)
        head = image[:110]
        self.assertEqual(head[:6], b"070701")
        fields = [int(head[6 + 8 * i:14 + 8 * i], 16) for i in range(13)]
        self.assertEqual((fields[1], fields[6], fields[11]), (0o100755, 5, 5))
        self.assertEqual(image[110:115], b"init\0")
        self.assertEqual(image[116:121], b"abcde")
        self.assertIn(b"TRAILER!!!\0", image)

    def test_order_of_our_modules(self) -> None:
        with tempfile.TemporaryDirectory() as build:
            with open(os.path.join(build, "modules.order"), "w", encoding="utf-8") as file:
                file.write("lib/x.o\nmm/pfnkunit/b.o\nmm/pfnkunit/a.o\n")
            self.assertEqual([os.path.basename(path) for path in initramfs.our_modules(build)],
                             ["b.ko", "a.ko"])

    def test_the_first_programs_compile_without_warnings(self) -> None:
        for name in ("modules", "mspec", "suites"):
            done = subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                                   os.path.join(initramfs.GUEST, f"{name}.c")], check=False)
            self.assertEqual(done.returncode, 0)

    def test_what_is_in_one(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "initramfs")
            initramfs.write(path, "suites", "", {"suites": initramfs.text(["b", "a"])})
            with open(path, "rb") as file:
                content = file.read()
        self.assertIn(b"init\0", content)
        self.assertIn(b"suites\0", content)
        self.assertIn(b"b\na\n", content)


if __name__ == "__main__":
    unittest.main()
