# SPDX-License-Identifier: GPL-2.0
"""The command line, the run's stages, and what surrounds kunit.py."""

import contextlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
from typing import List
from unittest import mock

from pfnkunit_tool import (PROJECT, arches, cli, death, debian, kvm, launcher, link, packages, progress,
                           run, source)
from pfnkunit_tool.stop import (BUILD_FAILED, INTERRUPTED, NO_BOOT, PASSED, SETUP, TESTS_FAILED,
                                USAGE, Stop)

from . import logs

FAKE_KUNIT = '''
import os, sys, time
from enum import Enum
import kunit_kernel

Status = Enum("Status", "SUCCESS FAILURE")

class Result:
    def __init__(self, ok):
        self.status = Status.SUCCESS if ok else Status.FAILURE

def config_tests(linux, request):
    return Result(request != "bad-config")

def build_tests(linux, request):
    try:
        linux.make(1, os.environ["FAKE_BUILD"], None)
    except kunit_kernel.BuildError as error:
        print(error)
        return Result(False)
    return Result(True)

def exec_tests(linux, request):
    if "isolated" in request:
        list(linux.run_kernel(args=["kunit.action=list"], timeout=9))
    for line in linux.run_kernel(args=None, timeout=9):
        if "System halted" in line:
            break
    return Result(True)

def main(words):
    with open(os.environ["FAKE_WORDS"], "w") as file:
        file.write("\\n".join(words))
    linux = kunit_kernel.LinuxSourceTree()
    request = os.environ["FAKE_REQUEST"]
    for stage in "config_tests", "build_tests", "exec_tests":
        if globals()[stage](linux, request).status is not Status.SUCCESS:
            sys.exit(1)
'''

FAKE_KERNEL = '''
import os, time

class BuildError(Exception):
    pass

class LinuxSourceTreeOperations:
    def make(self, jobs, build_dir, make_options):
        if os.environ["FAKE_REQUEST"] == "bad-build":
            raise BuildError("x.c:1: error: no")
        if os.environ["FAKE_REQUEST"] == "slow":
            open(os.environ["FAKE_WORDS"] + ".building", "w").close()
            time.sleep(60)

class LinuxSourceTreeOperationsQemu(LinuxSourceTreeOperations):
    def start(self, params, build_dir):
        raise RuntimeError

class LinuxSourceTree(LinuxSourceTreeOperations):
    def run_kernel(self, args=None, timeout=None):
        with open(os.environ["FAKE_LOG"]) as file:
            yield from file
        yield "one line more\\n"
'''


class FakeTreeTest(unittest.TestCase):
    """The whole command on a tree whose kunit.py only pretends."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.top = os.path.realpath(directory.name)
        self.tree = os.path.join(self.top, "tree")
        self.cache = os.path.join(self.top, "cache")
        self.log = os.path.join(self.top, "log")
        self.words = os.path.join(self.top, "words")
        self.write("tree/mm/Kconfig", "menu \"m\"\nendmenu\n")
        self.write("tree/mm/Makefile", "obj-y += m.o\n")
        self.write("tree/Kbuild", "")
        self.write("tree/Makefile", "VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 4\nEXTRAVERSION =\n")
        self.write("tree/tools/testing/kunit/kunit.py", FAKE_KUNIT)
        self.write("tree/tools/testing/kunit/kunit_kernel.py", FAKE_KERNEL)
        self.write("log", logs.GREEN)
        self.before = self.content()

    def write(self, name: str, text: str) -> None:
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def content(self) -> List[str]:
        found = []
        for directory, _, names in os.walk(self.tree):
            for name in names:
                path = os.path.join(directory, name)
                with open(path, encoding="utf-8") as file:
                    found.append(f"{path}\n{file.read()}")
        return sorted(found)

    def environment(self, request: str) -> "dict[str, str]":
        return {"FAKE_REQUEST": request, "FAKE_LOG": self.log, "FAKE_WORDS": self.words,
                "FAKE_BUILD": self.top}

    def command(self, *words: str, request: str = "") -> "tuple[int, str]":
        output = io.StringIO()
        with mock.patch.dict(os.environ, self.environment(request)), \
                mock.patch.object(packages, "provide"), \
                mock.patch.object(run, "call", self.call_quietly), \
                contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            code = cli.main(["run", f"--kernel={self.tree}", f"--cache={self.cache}", *words])
        self.assertEqual(self.content(), self.before, "the tree is not as it was")
        return code, output.getvalue()

    @staticmethod
    def call_quietly(command, environment, _output):  # type: ignore[no-untyped-def]
        return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode

    def run_dir(self) -> str:
        runs = os.path.join(self.cache, "runs")
        return os.path.join(runs, os.listdir(runs)[0])

    def test_passes(self) -> None:
        code, text = self.command()
        self.assertEqual(code, PASSED, text)
        self.assertIn("kernel    7.3.4\n", text)
        self.assertTrue(text.rstrip().splitlines()[-1].startswith("PASSED"))

    def test_the_boot_log_is_whole(self) -> None:
        self.command()
        with open(os.path.join(self.run_dir(), "boot-1.log"), encoding="utf-8") as file:
            self.assertEqual(file.read(), logs.GREEN + "one line more\n")

    def test_results_as_data(self) -> None:
        copy = os.path.join(self.top, "copy.json")
        self.command(f"--json={copy}")
        with open(copy, encoding="utf-8") as file:
            data = json.load(file)
        self.assertEqual(len(data["cases"]), 7)
        for stage in ("packages", "source", "link", "configure", "build", "run"):
            self.assertIn(stage, data["seconds"])

    def test_words_for_kunit_go_through_in_order(self) -> None:
        words = ["mspec*", "--kernel_args=a=1", "--kernel_args", "b", "--run_isolated=suite",
                 "--kconfig_add=CONFIG_X=y", "--jobs", "1"]
        self.command(*words)
        with open(self.words, encoding="utf-8") as file:
            given = file.read().splitlines()
        self.assertEqual(given[-len(words):], words)
        self.assertEqual(given[0], "run")
        self.assertIn("--arch=um", given)
        self.assertIn(f"--kunitconfig={self.tree}/mm/pfnkunit/.kunitconfig", given)

    def test_only_the_deaths(self) -> None:
        self.write("log", logs.DEATH_UML)
        self.assertEqual(self.command("--death")[0], PASSED)
        with open(self.words, encoding="utf-8") as file:
            self.assertEqual(file.read().splitlines()[-3:],
                             ["--kernel_args=mm_pfnmap_death_kunit.enable=1", "mm_pfnmap_death",
                              "--run_isolated=test"])
        self.assertEqual(self.command()[0], TESTS_FAILED)

    def test_fails(self) -> None:
        self.write("log", logs.FAILING)
        self.assertEqual(self.command()[0], TESTS_FAILED)

    def test_does_not_configure(self) -> None:
        self.assertEqual(self.command(request="bad-config")[0], BUILD_FAILED)

    def test_does_not_build(self) -> None:
        code, text = self.command(request="bad-build")
        self.assertEqual(code, BUILD_FAILED)
        self.assertIn("x.c:1: error: no", text)

    def test_does_not_boot(self) -> None:
        self.write("log", "Linux version 7.3.4\n")
        self.assertEqual(self.command()[0], NO_BOOT)

    def test_a_listing_boot_is_not_judged(self) -> None:
        code, _ = self.command(request="isolated")
        self.assertEqual(code, PASSED)
        self.assertTrue(run.read_notes(self.run_dir())["boots"][0]["listing"])

    def test_a_tree_linked_before_stays_linked(self) -> None:
        link.link(self.tree, PROJECT)
        self.before = self.content()
        self.assertEqual(self.command()[0], PASSED)

    def test_a_tree_of_another_checkout(self) -> None:
        other = os.path.join(self.top, "other")
        os.mkdir(other)
        link.link(self.tree, other)
        self.before = self.content()
        code, text = self.command()
        self.assertEqual(code, SETUP)
        self.assertIn(other, text)

    def test_a_tree_built_in_place(self) -> None:
        self.write("tree/.config", "")
        self.before = self.content()
        code, text = self.command()
        self.assertEqual(code, SETUP)
        self.assertIn("mrproper", text)

    def test_no_space(self) -> None:
        with mock.patch.object(source.shutil, "disk_usage",
                               return_value=mock.Mock(free=5 << 20)):
            code, text = self.command()
        self.assertEqual(code, SETUP)
        self.assertIn("5 MiB free", text)

    def interrupted(self, signum: int) -> None:
        script = textwrap.dedent("""
            import sys
            from unittest import mock
            from pfnkunit_tool import cli, packages
            with mock.patch.object(packages, "provide"):
                sys.exit(cli.main(sys.argv[1:]))
            """)
        environment = {**os.environ, **self.environment("slow"),
                       "PYTHONPATH": os.path.join(PROJECT, "tools")}
        with subprocess.Popen([sys.executable, "-c", script, "run", f"--kernel={self.tree}",
                               f"--cache={self.cache}"], env=environment,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              universal_newlines=True) as process:
            end = time.monotonic() + 20
            while not os.path.exists(self.words + ".building") and time.monotonic() < end:
                time.sleep(0.05)
            self.assertNotEqual(self.content(), self.before)
            process.send_signal(signum)
            _, errors = process.communicate(timeout=20)
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertIn("interrupted", errors)
        self.assertEqual(self.content(), self.before)
        self.assertFalse(os.path.lexists(os.path.join(self.tree, link.LINK)))

    def test_ctrl_c_puts_the_tree_back(self) -> None:
        self.interrupted(signal.SIGINT)

    def test_termination_puts_the_tree_back(self) -> None:
        self.interrupted(signal.SIGTERM)


class UsageTest(unittest.TestCase):
    """What is refused, and with which code."""

    def command(self, *words: str) -> "tuple[int, str]":
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            try:
                return cli.main(list(words)), output.getvalue()
            except SystemExit as leave:
                return int(leave.code or 0), output.getvalue()

    def test_no_command(self) -> None:
        self.assertEqual(self.command()[0], USAGE)

    def test_unknown_architecture(self) -> None:
        self.assertEqual(self.command("run", "--arch=vax")[0], USAGE)

    def test_words_that_a_command_does_not_take(self) -> None:
        for words in (["test", "--frobnicate"], ["link", "/x", "/y"]):
            self.assertEqual(self.command(*words)[0], USAGE)

    def test_a_kernel_that_is_neither_version_nor_path(self) -> None:
        with tempfile.TemporaryDirectory() as cache, mock.patch.object(packages, "provide"):
            code, text = self.command("run", "--kernel=latest", f"--cache={cache}")
        self.assertEqual(code, USAGE)
        self.assertEqual(len(text.splitlines()), 1)

    def test_no_tree(self) -> None:
        for command in ("link", "unlink"):
            self.assertEqual(self.command(command, "/nowhere/at/all")[0], SETUP)

    def test_a_cache_kbuild_cannot_take(self) -> None:
        self.assertEqual(self.command("run", "--cache=/tmp/a b")[0], SETUP)

    def test_help_has_the_exit_codes(self) -> None:
        for words in ([], ["run"], ["test"]):
            code, text = self.command(*words, "--help")
            self.assertEqual(code, 0)
            self.assertIn("did not configure or build", text)


class SourceTest(unittest.TestCase):
    """Packaged kernel trees, without a network."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.cache = directory.name

    def have(self, series: str, version: str) -> None:
        path = os.path.join(self.cache, "src", version)
        os.makedirs(path)
        with open(path + ".json", "w", encoding="utf-8") as file:
            json.dump({"series": series, "version": version}, file)

    def apt(self, machine: List[debian.Candidate], newer: List[debian.Candidate],
            problem: str = "") -> contextlib.ExitStack:
        stack = contextlib.ExitStack()
        of_machine = mock.Mock(candidates=lambda: machine)
        of_newer = mock.Mock(candidates=lambda: newer)
        stack.enter_context(mock.patch.object(debian, "Apt", return_value=of_machine))
        stack.enter_context(mock.patch.object(debian, "newer", return_value=of_newer))
        stack.enter_context(mock.patch.object(debian, "refresh", return_value=problem))
        stack.enter_context(mock.patch.object(source.shutil, "which", return_value="apt"))
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        return stack

    def test_an_unpacked_series_needs_no_apt(self) -> None:
        self.have("6.12", "6.12.1-1")
        self.have("6.12", "6.12.9-1")
        with mock.patch.object(source.shutil, "which", return_value=None):
            self.assertEqual(source.get("6.12", self.cache).name, "6.12.9-1")

    def test_newest_is_unpacked_already(self) -> None:
        self.have("7.3", "7.3.4-1")
        with self.apt([], [debian.Candidate("7.3", "7.3.4-1"), debian.Candidate("6.12", "6.12.1-1")]):
            self.assertEqual(source.get("newest", self.cache).name, "7.3.4-1")

    def test_newest_without_network(self) -> None:
        self.have("7.3", "7.3.4-1")
        with self.apt([debian.Candidate("6.12", "6.12.1-1")], [], "E: no route"):
            self.assertEqual(source.get("newest", self.cache).name, "7.3.4-1")

    def test_a_version_that_is_gone(self) -> None:
        with self.apt([debian.Candidate("6.12", "6.12.1-1")], [debian.Candidate("7.4", "7.4.1-1")]):
            with self.assertRaises(Stop) as caught:
                source.get("7.3", self.cache)
        self.assertEqual(caught.exception.code, SETUP)
        self.assertIn("there are 6.12, 7.4", str(caught.exception))

    def test_no_network(self) -> None:
        with self.apt([], [], "E: no route"):
            with self.assertRaises(Stop) as caught:
                source.get("7.3", self.cache)
        self.assertEqual(caught.exception.code, SETUP)
        self.assertIn("check the network", str(caught.exception))

    def test_no_space_for_a_tree(self) -> None:
        with self.apt([debian.Candidate("6.12", "6.12.1-1")], []), \
                mock.patch.object(source.shutil, "disk_usage",
                                  return_value=mock.Mock(free=1 << 20)):
            with self.assertRaises(Stop) as caught:
                source.get("6.12", self.cache)
        self.assertIn("make room", str(caught.exception))


class PackagesTest(unittest.TestCase):
    """What the host lacks."""

    LACKING = (packages.Need("no-such-package", "is missing", ("no-such-command",)),)

    def test_met(self) -> None:
        self.assertTrue(packages.Need("x", "y", ("sh",), ("/bin/sh",)).met())
        self.assertFalse(packages.Need("x", "y", ("sh",), ("/no/such/*",)).met())

    def test_nothing_missing_does_nothing(self) -> None:
        with mock.patch.object(packages.subprocess, "run", side_effect=AssertionError):
            packages.provide((packages.Need("x", "y", ("sh",)),))

    def test_no_apt_names_the_packages(self) -> None:
        with mock.patch.object(packages.shutil, "which", return_value=None):
            with self.assertRaises(Stop) as caught:
                packages.provide(self.LACKING)
        self.assertEqual(caught.exception.code, SETUP)
        self.assertIn("no-such-package", str(caught.exception))

    def test_not_root_names_the_command(self) -> None:
        with mock.patch.object(packages.os, "geteuid", return_value=1000), \
                mock.patch.object(packages.shutil, "which",
                                  side_effect=lambda name: "x" if name == "apt-get" else None):
            with self.assertRaises(Stop) as caught:
                packages.provide(self.LACKING)
        self.assertIn("apt-get install no-such-package", str(caught.exception))

    def test_what_an_architecture_needs(self) -> None:
        def names(arch: str, kernel: str) -> List[str]:
            return [need.package for need in run.needs(arch, kernel)]
        self.assertNotIn("qemu-system-x86", names("um", "6.12"))
        self.assertIn("qemu-system-x86", names("x86_64", "6.12"))
        self.assertIn("gcc-m68k-linux-gnu", names("m68k", "6.12"))
        self.assertIn("qemu-system-arm", names("arm64", "6.12"))
        self.assertNotIn("xz-utils", names("um", "/some/tree"))


class BuildDirTest(unittest.TestCase):
    """Objects of another checkout are not taken for ours."""

    def test_objects_of_another_checkout_go(self) -> None:
        with tempfile.TemporaryDirectory() as build:
            objects = os.path.join(build, link.LINK)
            os.makedirs(objects)
            run.forget_other_checkout(build, "/a")
            self.assertFalse(os.path.exists(objects))
            os.makedirs(objects)
            run.forget_other_checkout(build, "/a")
            self.assertTrue(os.path.exists(objects))
            run.forget_other_checkout(build, "/b")
            self.assertFalse(os.path.exists(objects))


class BaseConfigTest(unittest.TestCase):
    """Kernels up to 6.6 have a CONFIG_MSPEC of their own."""

    def test_another_mspec_leaves_ours_out(self) -> None:
        with tempfile.TemporaryDirectory() as tree, \
                contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertEqual(run.base_config(tree), ".kunitconfig")
            os.makedirs(os.path.join(tree, "drivers/char"))
            with open(os.path.join(tree, run.OTHER_MSPEC), "w", encoding="utf-8"):
                pass
            base = run.base_config(tree)
        self.assertIn("without the mspec suites", said.getvalue())
        with open(os.path.join(PROJECT, base), encoding="utf-8") as file:
            self.assertNotIn("CONFIG_MSPEC", file.read())


class ArchTest(unittest.TestCase):
    """What each architecture is run on and built with."""

    def arguments(self, name: str, debug: bool = False) -> List[str]:
        tree = source.Tree("/tree", "tree", "", False)
        return run.job_on(tree, "/cache", name, debug).arguments()

    def test_all_files_are_there(self) -> None:
        for kind in arches.ARCHES.values():
            for name in kind.configs + kind.debug:
                path = os.path.join(PROJECT, "configs", f"{name}.config")
                self.assertTrue(os.path.exists(path), path)
            machine = os.path.join(PROJECT, "machines", f"{kind.machine}.py")
            self.assertEqual(os.path.exists(machine), bool(kind.machine))

    def test_compilers(self) -> None:
        self.assertIn("--cross_compile=m68k-linux-gnu-", self.arguments("m68k"))
        self.assertIn("--cross_compile=aarch64-linux-gnu-", self.arguments("arm64"))
        for name in ("um", "x86_64"):
            self.assertFalse([word for word in self.arguments(name) if "cross" in word])

    def test_words_for_the_kernel_only_where_one_is_booted(self) -> None:
        job = run.job_on(source.Tree("/tree", "tree", "", False), "/cache", "m68k")
        for command, there in (("run", True), ("exec", True), ("build", False), ("config", False)):
            job.command = command
            self.assertEqual("--kernel_args=panic=-1" in job.arguments(), there)

    def test_machines(self) -> None:
        machine = f"--qemu_config={PROJECT}/machines/arm64-4nodes.py"
        self.assertIn(machine, self.arguments("arm64"))
        self.assertFalse([word for word in self.arguments("m68k") if "qemu_config" in word])
        self.assertIn("4 nodes", arches.describe("x86_64", "x86_64-4nodes"))
        self.assertIn("no NUMA", arches.describe("x86_64", ""))

    def test_configurations(self) -> None:
        def has(name: str, config: str, debug: bool) -> bool:
            path = f"--kunitconfig={PROJECT}/configs/{config}.config"
            return path in self.arguments(name, debug)
        self.assertTrue(has("um", "features", False))
        self.assertFalse(has("um", "debug", False))
        self.assertTrue(has("um", "locking", True))
        self.assertFalse(has("um", "huge", True))
        self.assertTrue(has("arm64", "huge", False))
        self.assertTrue(has("arm64", "table-check", True))
        self.assertTrue(has("x86_64", "kprobes", False))
        self.assertFalse(has("m68k", "locking", True), "m68k has no lockdep")

    def test_builds_do_not_meet(self) -> None:
        tree = source.Tree("/tree", "tree", "", False)
        places = {run.job_on(tree, "/cache", name, debug).build_dir()
                  for name in arches.ARCHES for debug in (False, True)}
        self.assertEqual(len(places), 2 * len(arches.ARCHES))

    def test_aliases(self) -> None:
        self.assertEqual(arches.get("uml").name, "um")
        self.assertEqual(arches.get("m68k").name, "m68k")


class DeathTest(unittest.TestCase):
    """What kunit.py is called with for cases that end in a BUG."""

    ENABLE = "--kernel_args=mm_pfnmap_death_kunit.enable=1"

    def test_only_that_suite(self) -> None:
        self.assertEqual(death.words_for("x86_64", []), [self.ENABLE, "mm_pfnmap_death"])

    def test_the_users_filter_counts(self) -> None:
        words = ["--timeout", "9", "mm_pfnmap_death.insert_*"]
        self.assertEqual(death.words_for("arm64", words), [*words, self.ENABLE])

    def test_values_are_no_filters(self) -> None:
        words = ["--kernel_args", "a=1", "--jobs=2", "--raw_output", "all"]
        self.assertEqual(death.filters(words), [])
        self.assertIn("mm_pfnmap_death", death.words_for("m68k", words))

    def test_a_boot_for_each_where_the_machine_dies(self) -> None:
        self.assertIn("--run_isolated=test", death.words_for("um", []))
        for name in ("x86_64", "arm64", "m68k"):
            self.assertNotIn("--run_isolated=test", death.words_for(name, []))

    def test_the_job(self) -> None:
        tree = source.Tree("/tree", "tree", "", False)
        job = run.deadly(run.job_on(tree, "/cache", "um"))
        self.assertTrue(job.deadly)
        fragment = f"--kunitconfig={PROJECT}/configs/death.config"
        self.assertEqual(job.arguments().count(fragment), 1)
        self.assertEqual(run.deadly(job).arguments().count(fragment), 1)


ONE_THREAD = "tcg,thread=single"


class ShimTest(unittest.TestCase):
    """tools/qemu-tcg."""

    def filtered(self, *words: str, name: str = "qemu-system-x86_64") -> List[str]:
        with tempfile.TemporaryDirectory() as directory:
            real = os.path.join(directory, name)
            with open(real, "w", encoding="utf-8") as file:
                file.write('#!/bin/sh\nfor word do printf "%s\\n" "$word"; done\n')
            os.chmod(real, stat.S_IRWXU)
            path = os.pathsep.join((kvm.SHIM, directory, os.environ["PATH"]))
            done = subprocess.run([os.path.join(kvm.SHIM, name), *words],
                                  env={"PATH": path}, stdout=subprocess.PIPE,
                                  universal_newlines=True, check=True)
        return done.stdout.splitlines()

    def test_what_kunit_passes(self) -> None:
        self.assertEqual(self.filtered("-m", "1024", "-accel", "kvm", "-accel", "hvf", "-accel",
                                       "tcg", "-append", "a=1 b", "-serial", "stdio"),
                         ["-m", "1024", "-accel", ONE_THREAD, "-append", "a=1 b", "-serial", "stdio"])

    def test_other_spellings(self) -> None:
        self.assertEqual(self.filtered("-enable-kvm", "-accel", "kvm,x=y", "-accel",
                                       "tcg,thread=multi", "-smp", "4"),
                         ["-accel", "tcg,thread=multi", "-smp", "4"])
        self.assertEqual(self.filtered("-M", "q35,accel=tcg"), ["-M", "q35,accel=tcg"])

    def test_nothing_is_named(self) -> None:
        self.assertEqual(self.filtered("-smp", "4"), ["-smp", "4", "-accel", ONE_THREAD])

    def test_every_machine_has_one(self) -> None:
        for name in ("qemu-system-aarch64", "qemu-system-m68k"):
            self.assertEqual(self.filtered("-accel", "kvm", "-m", "9", name=name),
                             ["-m", "9", "-accel", ONE_THREAD])

    def test_words_like_it_stay(self) -> None:
        self.assertEqual(self.filtered("-append", "kvm hvf", "-name", "kvm", "$HOME *"),
                         ["-append", "kvm hvf", "-name", "kvm", "$HOME *", "-accel", ONE_THREAD])


class KvmTest(unittest.TestCase):
    """Whether KVM can be used."""

    def boots(self, body: str, *options: str) -> bool:
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "qemu")
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"#!/bin/sh\n{body}\n")
            os.chmod(path, stat.S_IRWXU)
            return kvm.boots("bzImage", (path, *options), "console=x kunit_shutdown=none")

    def test_a_kernel_that_comes_to_its_end(self) -> None:
        self.assertTrue(self.boots("echo 'reboot: machine restart'"))

    def test_everything_else(self) -> None:
        self.assertFalse(self.boots("echo Linux version"))
        self.assertFalse(self.boots("echo 'reboot: machine restart'; exit 1"))
        self.assertFalse(kvm.boots("bzImage", ("/no/such/qemu",), ""))
        with mock.patch.object(kvm, "SECONDS", 0.2):
            self.assertFalse(self.boots("echo 'reboot: machine restart'; exec sleep 5"))

    def test_the_machine_is_the_one_of_the_run(self) -> None:
        seen = ('[ "$1 $2" = "-accel kvm" ] || exit 1\n'
                'while [ "$1" != -append ]; do shift; done\n'
                f'[ "$2" = "console=x kunit_shutdown=none {kvm.WITHOUT_TESTS}" ] || exit 1\n'
                '[ "$3 $4 $5" = "-cpu c -x" ] && echo "reboot: machine restart"')
        self.assertTrue(self.boots(seen, "-cpu", "c", "-x"))

    def started(self, there: bool, boots: bool, known: str = "",
                qemu_arch: str = "x86_64", asks: bool = True) -> "tuple[str, bool]":
        """The PATH a machine is started with, and whether KVM was noted as unusable."""
        seen = []
        machine = mock.Mock(_kernel_path="arch/x86/boot/bzImage", _qemu_arch=qemu_arch,
                            _extra_qemu_params=["-smp", "4"], _kernel_command_line="console=x")
        environment = {"PATH": "/usr/bin", launcher.KVM_USABLE: known}
        with tempfile.TemporaryDirectory() as directory, mock.patch.dict(os.environ, environment), \
                mock.patch.object(kvm, "there", return_value=there), \
                mock.patch.object(kvm.platform, "machine", return_value="x86_64"), \
                mock.patch.object(kvm, "boots", return_value=boots) as probe, \
                contextlib.redirect_stdout(io.StringIO()):
            start = launcher.accelerated(launcher.Notes(directory),
                                         lambda *_: seen.append(os.environ["PATH"]), asks)
            start(machine, [], "build")
            start(machine, [], "build")
            noted = bool(run.read_notes(directory).get("kvm_unusable"))
            if probe.called:
                probe.assert_called_once_with("build/arch/x86/boot/bzImage",
                                              ["qemu-system-x86_64", "-smp", "4"], "console=x")
        self.assertEqual(seen[0], seen[1])
        return seen[0], noted

    def test_a_kvm_that_works_is_used(self) -> None:
        self.assertEqual(self.started(True, True), ("/usr/bin", False))

    def test_a_kvm_that_hangs_is_not(self) -> None:
        self.assertEqual(self.started(True, False), (f"{kvm.SHIM}:/usr/bin", True))

    def test_no_kvm(self) -> None:
        self.assertEqual(self.started(False, False), (f"{kvm.SHIM}:/usr/bin", False))

    def test_a_kunit_that_does_not_ask_for_kvm(self) -> None:
        self.assertEqual(self.started(True, True, asks=False), (f"{kvm.SHIM}:/usr/bin", False))

    def test_what_is_known_is_not_asked_again(self) -> None:
        self.assertEqual(self.started(True, True, "no"), (f"{kvm.SHIM}:/usr/bin", False))
        self.assertEqual(self.started(True, False, "yes"), ("/usr/bin", False))

    def test_kvm_is_not_for_foreign_architectures(self) -> None:
        for known in ("", "yes", "no"):
            self.assertEqual(self.started(True, True, known, "m68k"),
                             (f"{kvm.SHIM}:/usr/bin", False))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class ProgressTest(unittest.TestCase):
    """Something long shows that it is alive."""

    def test_words(self) -> None:
        self.assertEqual(progress.mib(3 << 20), "3 MiB")
        self.assertEqual(progress.share("3", "about 9"), "3 of about 9")
        self.assertEqual(progress.share("3", ""), "3")

    def shown(self, stream: io.StringIO) -> str:
        with mock.patch.object(progress, "TTY_SECONDS", 0.01), \
                mock.patch.object(progress, "LOG_SECONDS", 0.02), \
                progress.Progress("build", lambda: "7 objects", stream):
            time.sleep(0.2)
        return stream.getvalue()

    def test_a_terminal_gets_one_line(self) -> None:
        text = self.shown(Terminal())
        self.assertRegex(text, r"build: 7 objects, \d+ s")
        self.assertNotIn("\n", text)
        self.assertTrue(text.endswith("\r\x1b[K"))

    def test_a_log_gets_lines(self) -> None:
        lines = self.shown(io.StringIO()).splitlines()
        self.assertGreater(len(lines), 1)
        for line in lines:
            self.assertRegex(line, r"^  build: 7 objects, \d+ s$")

    def test_what_is_short_says_nothing(self) -> None:
        stream = io.StringIO()
        with progress.Progress("x", str, stream):
            pass
        self.assertEqual(stream.getvalue(), "")

    def test_objects_are_counted(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            build = os.path.join(directory, "7.3-um")
            os.makedirs(os.path.join(build, "mm"))
            for name in ("a.o", "mm/b.o", "mm/c.c"):
                with open(os.path.join(build, name), "w", encoding="utf-8"):
                    pass
            first = launcher.Objects(build)
            self.assertEqual(first.state(), "2 objects")
            first.remember()
            self.assertEqual(launcher.Objects(build).state(), "2 of about 2 objects")


if __name__ == "__main__":
    unittest.main()
