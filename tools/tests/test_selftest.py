# SPDX-License-Identifier: GPL-2.0
"""The command 'test': its count, its initramfs."""

import contextlib
import io
import os
import subprocess
import tempfile
import unittest
from unittest import mock

from pfnkunit_tool import initramfs, selftest
from pfnkunit_tool.stop import Stop

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
