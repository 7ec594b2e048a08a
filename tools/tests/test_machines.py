# SPDX-License-Identifier: GPL-2.0
"""The machines, and how the command line chooses one."""

import contextlib
import io
import os
import re
import sys
import tempfile
import unittest
from typing import Any, Dict, List
from unittest import mock

from pfnkunit_tool import arches, cli, machines, run, source
from pfnkunit_tool.stop import PASSED, SETUP, USAGE, Stop

SECTION = 128 << 20
RANGE = re.compile(r"(\d+)M[@$](0x[0-9a-f]+)")


def ranges(command_line: str, word: str) -> "List[tuple[int, int]]":
    """The SIZE@ADDR of a kernel parameter, as first and last byte."""
    found = []
    for part in command_line.split():
        if part.startswith(word + "="):
            for size, start in RANGE.findall(part):
                found.append((int(start, 16), int(start, 16) + (int(size) << 20) - 1))
    return found


class FilesTest(unittest.TestCase):
    """What the files in machines/ say."""

    def setUp(self) -> None:
        self.params: Dict[str, Any] = {
            name: machines._params(machines.path(name))  # pylint: disable=protected-access
            for name in machines.names()}

    def test_shapes(self) -> None:
        shapes = {name: (machines.get(name).nodes, machines.get(name).cpus)
                  for name in machines.names()}
        self.assertEqual(shapes, {"arm64-4nodes": (4, 4), "x86_64-1node": (1, 2),
                                  "x86_64-2x2": (2, 4), "x86_64-4nodes": (4, 4),
                                  "x86_64-8nodes": (8, 8), "x86_64-holes": (4, 3)})

    def test_one_kernel_for_all_machines_of_an_architecture(self) -> None:
        for arch in {params.linux_arch for params in self.params.values()}:
            same = {(params.kconfig, params.kernel_path) for params in self.params.values()
                    if params.linux_arch == arch}
            self.assertEqual(len(same), 1, arch)

    def test_names_begin_with_the_architecture(self) -> None:
        for name, params in self.params.items():
            self.assertEqual(name.split("-")[0], params.linux_arch)

    def test_memory_without_struct_page_is_shared_by_suites_and_driver(self) -> None:
        for name, params in self.params.items():
            suites = ranges(params.kernel_command_line, "pfnmap_testbed.pageless")
            driver = ranges(params.kernel_command_line, "mspec.spare")
            memory = sum(word.startswith("memory-backend-ram") for word in params.extra_qemu_params)
            wanted = {"arm64": 1}.get(params.linux_arch, memory or 1)
            trial = ranges(params.kernel_command_line, "mspec_spare_kunit.spare")
            self.assertEqual((len(suites), len(driver), len(trial)), (wanted,) * 3, name)
            for lower, upper, last in zip(suites, driver, trial):
                self.assertEqual(lower[0] % SECTION, 0, name)
                self.assertEqual(lower[1] + 1, upper[0], name)
                self.assertEqual(upper[1] + 1, last[0], name)
                self.assertEqual(last[1] + 1 - lower[0], SECTION, name)

    def test_x86_64_reserves_just_these_ranges(self) -> None:
        for name, params in self.params.items():
            if params.linux_arch == "x86_64":
                line = params.kernel_command_line
                self.assertEqual([first for first, _ in ranges(line, "memmap")],
                                 [first for first, _ in ranges(line, "pfnmap_testbed.pageless")])
                self.assertLess(len(line), 1800, "x86_64 takes 2047 characters, and filters follow")

    def test_a_default_machine_is_there(self) -> None:
        for arch in arches.ARCHES.values():
            if arch.machine:
                self.assertEqual(machines.get(arch.machine).arch, arch.name)

    def test_loading_leaves_nothing_behind(self) -> None:
        self.assertNotIn("qemu_config", sys.modules)
        self.assertNotIn("x86_64_nodes", sys.modules)
        self.assertNotIn(machines.DIRECTORY, sys.path)

    def test_titles_fit_a_line(self) -> None:
        for line in machines.table().splitlines():
            self.assertLessEqual(len(line), 100)

    def test_a_file_with_a_mistake(self) -> None:
        with tempfile.TemporaryDirectory() as directory, \
                mock.patch.object(machines, "DIRECTORY", directory):
            with open(os.path.join(directory, "x86_64-bad.py"), "w", encoding="utf-8") as file:
                file.write("QEMU_ARCH = 1 / 0\n")
            with self.assertRaises(Stop) as caught:
                machines.get("x86_64-bad")
        self.assertEqual(caught.exception.code, SETUP)
        self.assertIn("division by zero", str(caught.exception))


class ChoiceTest(unittest.TestCase):
    """--machine and --arch."""

    def test_machine_implies_arch(self) -> None:
        self.assertEqual(arches.choose("", "x86_64-2x2"), "x86_64")
        self.assertEqual(arches.choose("x86_64", "x86_64-2x2"), "x86_64")
        self.assertEqual(arches.choose("", ""), "um")
        self.assertEqual(arches.choose("uml", ""), "um")

    def test_contradiction(self) -> None:
        with self.assertRaises(Stop) as caught:
            arches.choose("arm64", "x86_64-2x2")
        self.assertEqual(caught.exception.code, USAGE)
        self.assertEqual(str(caught.exception), "--machine x86_64-2x2 is x86_64, not --arch arm64")

    def test_unknown(self) -> None:
        with self.assertRaises(Stop) as caught:
            arches.choose("", "../x")
        self.assertIn("x86_64-8nodes", str(caught.exception))

    def test_descriptions(self) -> None:
        self.assertEqual(arches.describe("um", ""), "UML")
        self.assertIn("no NUMA", arches.describe("x86_64", ""))
        self.assertIn("x86_64-holes: 4 nodes", arches.describe("x86_64", "x86_64-holes"))

    def test_list(self) -> None:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            self.assertEqual(cli.main(["run", "--machine", "list"]), PASSED)
        self.assertEqual(len(output.getvalue().splitlines()), len(machines.names()) + 1)

    def test_kunit_gets_the_file(self) -> None:
        job = run.job_on(source.Tree("/tree", "tree", "", False), "/cache", "x86_64")
        job.machine = "x86_64-2x2"
        self.assertIn(f"--qemu_config={machines.path('x86_64-2x2')}", job.arguments())


if __name__ == "__main__":
    unittest.main()
