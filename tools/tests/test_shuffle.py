# SPDX-License-Identifier: GPL-2.0
"""Suites in random order."""

import contextlib
import io
import os
import tempfile
import unittest
from typing import Any, List
from unittest import mock

from pfnkunit_tool import cli, initramfs, launcher, report, run, shuffle, source
from pfnkunit_tool.stop import BUILD_FAILED, PASSED, USAGE, Stop

SUITES = ["mspec", "mm_pfnmap_fault", "mm_vm_normal_page_reports", "mm_pfnmap_cow"]
LIST = """\
[12:00:01] Configuring KUnit Kernel ...
Running tests with:
$ .kunit/linux kunit.action=list mem=1G
mspec.first_touch
mspec.on_node
mm_pfnmap_fault.retry
"""


class OrderTest(unittest.TestCase):
    """A seed is an order."""

    def test_same_seed_same_order(self) -> None:
        first = shuffle.shuffled(SUITES, 7)
        self.assertEqual(first, shuffle.shuffled(SUITES[::-1] + SUITES, 7))
        self.assertEqual(sorted(first), sorted(SUITES))

    def test_it_is_the_same_everywhere(self) -> None:
        self.assertEqual(shuffle.shuffled(list("abcdef"), 1), list("cdfaeb"))

    def test_other_seeds_other_orders(self) -> None:
        orders = {tuple(shuffle.shuffled(SUITES, seed)) for seed in range(1, 50)}
        self.assertEqual(len(orders), 6)

    def test_what_ends_lockdep_comes_last(self) -> None:
        for seed in range(1, 50):
            self.assertEqual(shuffle.shuffled(SUITES, seed)[-1], "mm_vm_normal_page_reports")

    def test_suites_of_a_listing(self) -> None:
        self.assertEqual(shuffle.listed(LIST.splitlines()), ["mspec", "mm_pfnmap_fault"])


class JobTest(unittest.TestCase):
    """From a plain job to one in random order."""

    def arranged(self, ok: bool = True) -> "tuple[run.Job, List[str], bytes, str]":
        asked: List[str] = []
        said = io.StringIO()
        with tempfile.TemporaryDirectory() as cache:
            def execute(job: run.Job, quiet: bool = False) -> report.Result:
                self.assertTrue(quiet)
                asked.extend(job.words)
                os.makedirs(job.build_dir())
                with open(os.path.join(cache, run.KUNIT_LOG), "w", encoding="utf-8") as file:
                    file.write(LIST)
                return report.Result(logs=cache, problems=[] if ok else ["did not build"],
                                     exit_code=PASSED if ok else BUILD_FAILED)

            tree = source.Tree("/tree", "tree", "", False)
            plain = run.job_on(tree, cache, "um")
            plain.words = ["m*"]
            with mock.patch.object(run, "execute", execute), \
                    mock.patch.object(run, "lists", return_value=ok), \
                    mock.patch.object(initramfs.subprocess, "run"), \
                    mock.patch.object(initramfs, "_read", return_value=b"program"), \
                    contextlib.redirect_stdout(said):
                job = shuffle.arranged(plain, 3)
            with open(job.initramfs, "rb") as file:
                return job, asked, file.read(), said.getvalue()

    def test_what_the_machine_gets(self) -> None:
        job, asked, image, said = self.arranged()
        self.assertEqual(asked, ["m*", "--list_tests"])
        order = shuffle.shuffled(["mspec", "mm_pfnmap_fault"], 3)
        self.assertIn("\n".join(order).encode(), image)
        self.assertIn(f"--shuffle=3: {', '.join(order)}", said)
        self.assertEqual(job.command, "exec")
        self.assertEqual(list(job.words), ["m*", "--kernel_args=kunit.autorun=0"])
        self.assertIn("shuffle", job.configs)
        self.assertEqual(job.ours, ["--shuffle=3"])

    def test_a_kernel_that_does_not_build(self) -> None:
        with self.assertRaises(Stop) as caught:
            self.arranged(False)
        self.assertEqual(caught.exception.code, BUILD_FAILED)


class LauncherTest(unittest.TestCase):
    """The machine goes on to the first program."""

    def started(self, wrap: Any, **fields: Any) -> "tuple[Any, List[str]]":
        machine, given = mock.Mock(**fields), []
        wrap("/image", lambda self, params, build_dir: given.extend(params))(machine, ["a=1"], "b")
        return machine, given

    def test_qemu(self) -> None:
        machine, given = self.started(launcher.with_initramfs, _extra_qemu_params=["-smp", "4"],
                                      _kernel_command_line="console=x kunit_shutdown=reboot")
        self.assertEqual(given, ["a=1"])
        self.assertEqual(machine._kernel_command_line, "console=x kunit_shutdown=none")
        self.assertEqual(machine._extra_qemu_params, ["-smp", "4", "-initrd", "/image"])

    def test_uml(self) -> None:
        _, given = self.started(launcher.uml_with_initramfs)
        self.assertEqual(given[0], "a=1")
        self.assertIn("initrd=/image", given)
        self.assertEqual(given[-2:], ["kunit_shutdown=none", "--"])


class CommandTest(unittest.TestCase):
    """The command line."""

    def options(self, *words: str) -> "tuple[run.Options, List[str]]":
        with tempfile.TemporaryDirectory() as cache, \
                mock.patch.object(run, "main", return_value=PASSED) as called, \
                mock.patch.object(shuffle, "any_seed", return_value=99):
            self.assertEqual(cli.main(["run", f"--cache={cache}", *words]), PASSED)
        options, rest = called.call_args[0]
        assert isinstance(options, run.Options)
        return options, rest

    def seed(self, *words: str) -> int:
        options, _ = self.options(*words)
        self.assertTrue(options.guest)
        with mock.patch.object(shuffle, "_suites", side_effect=Stop(0, "")), \
                self.assertRaises(Stop), mock.patch.object(shuffle, "configured") as configured:
            options.arrange(mock.Mock())
        self.assertTrue(configured.called)
        found = getattr(options.arrange, "keywords")["seed"]
        assert isinstance(found, int)
        return found

    def test_seeds(self) -> None:
        self.assertEqual(self.seed("--shuffle"), 99)
        self.assertEqual(self.seed("--shuffle=7"), 7)
        self.assertEqual(self.seed("--shuffle", "7"), 7)

    def test_filters_stay(self) -> None:
        options, rest = self.options("mspec*", "--shuffle")
        self.assertEqual(rest, ["mspec*"])
        self.assertTrue(options.guest)

    def test_without(self) -> None:
        options, _ = self.options()
        self.assertFalse(options.guest)
        self.assertEqual(options.arrange(mock.sentinel.job), mock.sentinel.job)

    def test_not_with_death(self) -> None:
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as leave:
            cli.main(["run", "--shuffle", "--death"])
        self.assertEqual(leave.exception.code, USAGE)


if __name__ == "__main__":
    unittest.main()
