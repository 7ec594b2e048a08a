# SPDX-License-Identifier: GPL-2.0
"""The program that tries the driver, and the kernel for it."""

import os
import tempfile
import unittest
from typing import List
from unittest import mock

from pfnkunit_tool import builds, cli, initramfs, ktap, report, run, source, userspace
from pfnkunit_tool.stop import BUILD_FAILED, NO_BOOT, PASSED, USAGE, Stop

SAID = """\
[    0.5] KTAP version 1
[    0.5] 1..0
[    1.0] mspec: loading out-of-tree module
[    1.1] KTAP version 1
[    1.1] 1..2
[    1.1]     KTAP version 1
[    1.1]     # Subtest: user_mspec_cached
[    1.1]     1..2
[    1.2]     # page_is_at_home: placement: page=0 toucher=1 home=1 node=1
[    1.2]     ok 1 page_is_at_home
[    1.3]     # counts: page 3 holds 0x1
[    1.3]     not ok 2 counts
[    1.3] not ok 1 user_mspec_cached
[    1.4] ok 2 user_mspec_uncached # SKIP needs /dev/mspec_uncached
"""


class JobTest(unittest.TestCase):
    """From the job of running the suites to that of running the program."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.cache = directory.name
        self.plain = run.job_on(source.Tree("/tree", "tree", "", False), self.cache, "x86_64")
        self.plain.machine = "x86_64-holes"

    def write(self, name: str, text: str) -> None:
        path = os.path.join(userspace.configured(self.plain).build_dir(), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def arranged(self, built: bool = True) -> run.Job:
        asked: List[run.Job] = []

        def execute(job: run.Job, quiet: bool = False) -> report.Result:
            asked.append(job)
            self.write("modules.order", "mm/pfnkunit/mspec.o\nmm/pfnkunit/other.o\n")
            self.write("mm/pfnkunit/mspec.ko", "the module")
            # kunit.py builds and boots nothing, which is no boot for the judge.
            return report.Result(exit_code=NO_BOOT, problems=["no boot"])

        with mock.patch.object(run, "execute", execute), \
                mock.patch.object(run, "stage_ok", return_value=built), \
                mock.patch.object(run, "show_kunit_log"), \
                mock.patch.object(initramfs.subprocess, "run"), \
                mock.patch.object(initramfs, "_read", return_value=b"program"):
            job = userspace.arranged(self.plain)
        self.assertEqual(asked[0].command, "build")
        self.assertEqual(asked[0].base, "configs/modules.config")
        return job

    def test_what_the_machine_gets(self) -> None:
        job = self.arranged()
        self.assertEqual((job.command, job.machine), ("exec", "x86_64-holes"))
        self.assertEqual(job.ours, ["--userspace"])
        self.assertNotEqual(job.build_dir(), self.plain.build_dir())
        with open(job.initramfs, "rb") as file:
            image = file.read()
        self.assertIn(b"modules/mspec.ko\0", image)
        self.assertIn(b"the module", image)
        self.assertNotIn(b"other.ko", image)

    def test_no_cases_that_need_suites_built_in(self) -> None:
        configs = userspace.configured(self.plain).configs
        self.assertNotIn("reports", configs)
        self.assertIn("userspace", configs)

    def test_a_kernel_that_does_not_build(self) -> None:
        with self.assertRaises(Stop):
            self.arranged(built=False)

    def test_a_kernel_with_another_driver_of_that_name(self) -> None:
        self.plain.base = run.WITHOUT_MSPEC
        with self.assertRaises(Stop) as caught:
            self.arranged()
        self.assertEqual(caught.exception.code, USAGE)

    def test_a_build_without_the_module(self) -> None:
        self.write("modules.order", "")
        with self.assertRaises(Stop) as caught:
            userspace.with_program(userspace.configured(self.plain))
        self.assertEqual(caught.exception.code, BUILD_FAILED)


class WordsTest(unittest.TestCase):
    """What the user said to kunit.py, for two of its commands."""

    def test_split(self) -> None:
        self.assertEqual(userspace.split(["--jobs", "2", "--kconfig_add=A=y", "--timeout=9",
                                          "--kernel_args", "x=1"]),
                         (["--jobs", "2", "--kconfig_add=A=y"],
                          ["--kconfig_add=A=y", "--timeout=9", "--kernel_args", "x=1"]))

    def test_a_filter_means_nothing(self) -> None:
        with self.assertRaises(Stop) as caught:
            userspace.split(["--timeout", "9", "mspec*"])
        self.assertEqual(caught.exception.code, USAGE)
        self.assertIn("mspec*", str(caught.exception))


class CommandTest(unittest.TestCase):
    """--userspace."""

    def options(self, *words: str) -> run.Options:
        with tempfile.TemporaryDirectory() as cache, \
                mock.patch.object(run, "main", return_value=PASSED) as called:
            cli._dispatch(["run", f"--cache={cache}", *words])  # pylint: disable=protected-access
        options = called.call_args[0][0]
        assert isinstance(options, run.Options)
        return options

    def test_machine(self) -> None:
        options = self.options("--userspace", "--machine=x86_64-2x2")
        self.assertEqual((options.arch, options.machine), ("x86_64", "x86_64-2x2"))
        self.assertTrue(options.guest)
        self.assertIs(options.arrange, userspace.arranged)

    def test_not_where_there_is_no_machine(self) -> None:
        for words in ((), ("--arch=um",), ("--arch=m68k",)):
            with self.assertRaises(Stop) as caught:
                self.options("--userspace", *words)
            self.assertEqual(caught.exception.code, USAGE)


class OutputTest(unittest.TestCase):
    """What the program says is read as the suites' results are."""

    def test_cases(self) -> None:
        found = ktap.parse(SAID.splitlines())
        self.assertTrue(found.complete)
        self.assertEqual([(case.path, case.status) for case in found.cases],
                         [("user_mspec_cached.page_is_at_home", ktap.PASSED),
                          ("user_mspec_cached.counts", ktap.FAILED),
                          ("user_mspec_uncached.(suite)", ktap.SKIPPED)])

    def test_cut_short(self) -> None:
        found = ktap.parse(SAID.splitlines()[:-1])
        self.assertFalse(found.complete)


class BuildsTest(unittest.TestCase):
    """A build begins with another only where that helps."""

    def test_begin_with(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            first, second = (os.path.join(directory, name) for name in ("a", "b"))
            with mock.patch.object(builds, "copy") as copy:
                builds.begin_with(first, second)
                os.makedirs(first)
                builds.begin_with(first, second)
                copy.assert_not_called()
                with open(os.path.join(first, "vmlinux"), "w", encoding="utf-8"):
                    pass
                builds.begin_with(first, second)
                copy.assert_called_once_with(first, second, None)
                os.makedirs(second)
                builds.begin_with(first, second)
                copy.assert_called_once()


if __name__ == "__main__":
    unittest.main()
