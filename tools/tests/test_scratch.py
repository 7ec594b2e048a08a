# SPDX-License-Identifier: GPL-2.0
"""Scratch copies: of the project, of a kernel tree, of a build."""

import os
import tempfile
import unittest
from typing import Dict
from unittest import mock

from pfnkunit_tool import builds, faults, scratch, source
from pfnkunit_tool.stop import Stop


def write(top: str, name: str, text: str) -> None:
    """A file with its directories."""
    path = os.path.join(top, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def read(*path: str) -> str:
    """A file's text."""
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


class CopyTest(unittest.TestCase):
    """The copies that the faults go into."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.top = directory.name
        self.project = os.path.join(self.top, "project")
        self.cache = os.path.join(self.top, "cache")
        self.edits: Dict[str, bytes] = {}
        write(self.project, "Makefile", "obj-y += mspec.o\n")
        write(self.project, "mspec.c", "int x;\n")
        write(self.project, ".git/config", "")
        for attribute, value in (("PROJECT", self.project), ("patched", self.patched)):
            patch = mock.patch.object(scratch, attribute, value)
            patch.start()
            self.addCleanup(patch.stop)

    def patched(self, path: str, _patches: object) -> bytes:
        text = self.edits.get(os.path.basename(path), b"int y;\n")
        if not text:
            raise scratch.DoesNotApply(3, f"p.cocci does not apply to {path}")
        return text

    def test_what_is_in_it(self) -> None:
        copy = scratch.project_copy(self.cache, [])
        self.assertEqual(sorted(os.listdir(copy)), ["Makefile", "fault.c", "fault.h", "mspec.c"])
        self.assertEqual(read(copy, "mspec.c"), '#include "fault.h"\nint y;\n')
        self.assertEqual(read(self.project, "mspec.c"), "int x;\n")

    def test_made_again(self) -> None:
        write(self.project, "gone.c", "")
        path = os.path.join(scratch.project_copy(self.cache, []), "mspec.c")
        os.utime(path, (1, 1))
        os.unlink(os.path.join(self.project, "gone.c"))
        write(self.project, "new.c", "")
        copy = scratch.project_copy(self.cache, [])
        self.assertEqual(os.stat(path).st_mtime, 1, "a file that is right was written again")
        self.assertIn("new.c", os.listdir(copy))
        self.assertNotIn("gone.c", os.listdir(copy))

    def tree(self) -> source.Tree:
        path = os.path.join(self.top, "linux")
        write(path, "Makefile", "VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 4\nEXTRAVERSION =\n")
        write(path, "mm/memory.c", "int a;\n")
        write(path, "mm/gup.c", "int b;\n")
        write(path, ".git/config", "")
        return source.Tree(path, "7.3.4-1", "7.3.4-1", True)

    def fault(self, number: int, name: str) -> faults.Fault:
        path = os.path.join(self.top, f"{number}.cocci")
        write(self.top, f"{number}.cocci", str(number))
        return faults.Fault(number, "t", "s.*", path, (faults.Target(name),))

    def test_the_tree_stays_as_it_is(self) -> None:
        tree = self.tree()
        copy = scratch.kernel_copy(tree, self.cache, [self.fault(1, "mm/memory.c")])
        self.assertEqual(read(copy.path, "mm", "memory.c"),
                         '#include "pfnkunit/fault.h"\nint y;\n')
        self.assertEqual(read(tree.path, "mm", "memory.c"), "int a;\n")
        self.assertEqual(os.stat(os.path.join(copy.path, "mm/gup.c")).st_nlink, 2)
        self.assertFalse(os.path.exists(os.path.join(copy.path, ".git")))

    def test_only_what_changed_gets_a_new_time(self) -> None:
        tree = self.tree()
        wanted = [self.fault(1, "mm/memory.c"), self.fault(2, "mm/gup.c")]
        copy = scratch.kernel_copy(tree, self.cache, wanted[:2])
        for name in ("mm/memory.c", "mm/gup.c"):
            os.utime(os.path.join(copy.path, name), (1, 1))
        self.edits["gup.c"] = b"int z;\n"
        scratch.kernel_copy(tree, self.cache, wanted + [self.fault(3, "mm/gup.c")])
        self.assertEqual(os.stat(os.path.join(copy.path, "mm/memory.c")).st_mtime, 1)
        self.assertNotEqual(os.stat(os.path.join(copy.path, "mm/gup.c")).st_mtime, 1)

    def test_a_patch_that_does_not_apply_stops_it(self) -> None:
        self.edits["gup.c"] = b""
        with self.assertRaises(Stop) as caught:
            scratch.kernel_copy(self.tree(), self.cache, [self.fault(2, "mm/gup.c")])
        self.assertIn("does not apply", str(caught.exception))


class PatchTest(unittest.TestCase):
    """What spatch does with a patch."""

    def test_all_that_do_not_apply_are_named(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            write(directory, "x.c", "int f(void)\n{\n\treturn 1;\n}\n")
            write(directory, "good.cocci", "@@\n@@\n-return 1;\n+return pfnkunit_fault;\n")
            write(directory, "bad.cocci", "@@\n@@\n-return 2;\n+return 3;\n")
            path = os.path.join(directory, "x.c")

            good, bad = (os.path.join(directory, name) for name in ("good.cocci", "bad.cocci"))
            self.assertIn(b"return pfnkunit_fault;", scratch.patched(path, [good]))
            with self.assertRaises(scratch.DoesNotApply) as caught:
                scratch.patched(path, [bad, good, bad])
            self.assertEqual(str(caught.exception).count("bad.cocci does not apply"), 2)
            self.assertNotIn("good.cocci", str(caught.exception))


class SwitchTest(unittest.TestCase):
    """Files of every directory find the switch."""

    def test_path(self) -> None:
        for name, header in (("mm/memory.c", "pfnkunit/fault.h"),
                             ("arch/x86/mm/pat/memtype.c", "../../../../mm/pfnkunit/fault.h")):
            self.assertEqual(scratch._switch_for(name),  # pylint: disable=protected-access
                             f'#include "{header}"\n'.encode())


class BuildCopyTest(unittest.TestCase):
    """A copy of a build knows its own place."""

    def test_paths_of_the_tools_follow(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            build, copy = (os.path.join(directory, name) for name in ("a", "b"))
            command = os.path.join("tools", "objtool", ".check.o.cmd")
            write(build, command, f"cmd_{build}/check.o := gcc {build}-other\n")
            builds.copy(build, copy)
            self.assertEqual(read(copy, command),
                             f"cmd_{copy}/check.o := gcc {build}-other\n")

    def test_commands_follow_the_source(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            build, copy = (os.path.join(directory, name) for name in ("a", "b"))
            write(build, "mm/.memory.o.cmd", "gcc -I/src/7.3/include /src/7.3-other/x.c /src/7.3\n")
            os.utime(os.path.join(build, "mm/.memory.o.cmd"), (1, 1))
            builds.copy(build, copy, {"/src/7.3": "/scratch/7.3"})
            self.assertEqual(read(copy, "mm/.memory.o.cmd"),
                             "gcc -I/scratch/7.3/include /src/7.3-other/x.c /scratch/7.3\n")
            self.assertEqual(os.stat(os.path.join(copy, "mm/.memory.o.cmd")).st_mtime, 1)


if __name__ == "__main__":
    unittest.main()
