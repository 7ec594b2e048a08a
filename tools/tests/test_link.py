# SPDX-License-Identifier: GPL-2.0
"""link and unlink leave a tree as they found it."""

import os
import tempfile
import unittest
from typing import Dict
from unittest import mock

from pfnkunit_tool import link
from pfnkunit_tool.stop import SETUP, Stop

KCONFIG = b'menu "Memory"\n\nmenu "inner"\nendmenu\n\nsource "mm/damon/Kconfig"\n\nendmenu\n'
MAKEFILE = b"obj-y += memory.o\nobj-$(CONFIG_X) += x.o\n"


class LinkTest(unittest.TestCase):
    """A tree in miniature."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = os.path.join(directory.name, "tree")
        self.checkout = os.path.join(directory.name, "checkout")
        self.other = os.path.join(directory.name, "other")
        for path in (self.checkout, self.other, os.path.join(self.tree, "mm"),
                     os.path.join(self.tree, "tools/testing/kunit")):
            os.makedirs(path)
        for name in ("Kbuild", "tools/testing/kunit/kunit.py"):
            self.write(name, b"")
        self.write(link.KCONFIG, KCONFIG)
        self.write(link.MAKEFILE, MAKEFILE)

    def path(self, name: str) -> str:
        return os.path.join(self.tree, name)

    def write(self, name: str, text: bytes) -> None:
        with open(self.path(name), "wb") as file:
            file.write(text)

    def read(self, name: str) -> bytes:
        with open(self.path(name), "rb") as file:
            return file.read()

    def content(self) -> Dict[str, bytes]:
        found = {}
        for directory, _, names in os.walk(self.tree):
            for name in names:
                path = os.path.relpath(os.path.join(directory, name), self.tree)
                found[path] = self.read(path)
        return found

    def refused(self, call, *words: str) -> str:  # type: ignore[no-untyped-def]
        with self.assertRaises(Stop) as caught:
            call(*words)
        self.assertEqual(caught.exception.code, SETUP)
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)

    def test_link_puts_three_pieces(self) -> None:
        self.assertTrue(link.link(self.tree, self.checkout))
        self.assertEqual(os.path.realpath(self.path(link.LINK)), os.path.realpath(self.checkout))
        self.assertEqual(self.read(link.MAKEFILE), MAKEFILE + b"obj-y += pfnkunit/\n")
        self.assertTrue(self.read(link.KCONFIG).endswith(
            b'damon/Kconfig"\n\nsource "mm/pfnkunit/Kconfig"\nendmenu\n'))

    def test_round_trip(self) -> None:
        before = self.content()
        link.link(self.tree, self.checkout)
        self.assertNotEqual(self.content(), before)
        self.assertTrue(link.unlink(self.tree, self.checkout))
        self.assertEqual(self.content(), before)

    def test_round_trip_without_final_newlines(self) -> None:
        self.write(link.KCONFIG, KCONFIG[:-1])
        self.write(link.MAKEFILE, MAKEFILE[:-1])
        before = self.content()
        link.link(self.tree, self.checkout)
        self.assertIn(b"x.o\nobj-y += pfnkunit/", self.read(link.MAKEFILE))
        link.unlink(self.tree, self.checkout)
        self.assertEqual(self.content(), before)

    def test_round_trip_keeps_the_mode(self) -> None:
        os.chmod(self.path(link.KCONFIG), 0o640)
        link.link(self.tree, self.checkout)
        link.unlink(self.tree, self.checkout)
        self.assertEqual(os.stat(self.path(link.KCONFIG)).st_mode & 0o777, 0o640)

    def test_hard_linked_copies_stay_untouched(self) -> None:
        os.link(self.path(link.MAKEFILE), self.path("copy"))
        link.link(self.tree, self.checkout)
        self.assertEqual(self.read("copy"), MAKEFILE)

    def test_edits_made_meanwhile_stay(self) -> None:
        link.link(self.tree, self.checkout)
        self.write(link.MAKEFILE, self.read(link.MAKEFILE) + b"obj-y += mine.o\n")
        self.write(link.KCONFIG, b"# mine\n" + self.read(link.KCONFIG))
        link.unlink(self.tree, self.checkout)
        self.assertEqual(self.read(link.MAKEFILE), MAKEFILE + b"obj-y += mine.o\n")
        self.assertEqual(self.read(link.KCONFIG), b"# mine\n" + KCONFIG)

    def test_linking_twice_is_fine(self) -> None:
        link.link(self.tree, self.checkout)
        once = self.content()
        self.assertFalse(link.link(self.tree, self.checkout))
        self.assertEqual(self.content(), once)

    def test_another_checkout_is_refused_by_name(self) -> None:
        link.link(self.tree, self.other)
        linked = self.content()
        for call in (link.link, link.unlink):
            self.assertIn(self.other, self.refused(call, self.tree, self.checkout))
        self.assertEqual(self.content(), linked)

    def test_a_link_to_a_checkout_that_is_gone_can_be_taken_out(self) -> None:
        before = self.content()
        link.link(self.tree, self.other)
        os.rmdir(self.other)
        self.assertTrue(link.unlink(self.tree, self.checkout))
        self.assertEqual(self.content(), before)

    def test_half_linked_is_refused_and_unlink_repairs(self) -> None:
        before = self.content()
        link.link(self.tree, self.checkout)
        self.write(link.MAKEFILE, MAKEFILE)
        self.assertIn(link.MAKEFILE, self.refused(link.link, self.tree, self.checkout))
        self.assertTrue(link.unlink(self.tree, self.checkout))
        self.assertEqual(self.content(), before)

    def test_an_edited_line_is_named_and_left(self) -> None:
        link.link(self.tree, self.checkout)
        self.write(link.MAKEFILE, MAKEFILE + b"obj-$(CONFIG_Y) += pfnkunit/\n")
        self.assertIn("Makefile:3", self.refused(link.unlink, self.tree, self.checkout))
        self.assertEqual(self.read(link.KCONFIG), KCONFIG)

    def test_unlinking_an_unlinked_tree_is_fine(self) -> None:
        before = self.content()
        self.assertFalse(link.unlink(self.tree, self.checkout))
        self.assertEqual(self.content(), before)

    def test_no_kernel_tree(self) -> None:
        self.assertIn("no such directory", self.refused(link.link, self.path("nowhere"), "x"))
        os.unlink(self.path(link.MAKEFILE))
        self.assertIn(link.MAKEFILE, self.refused(link.link, self.tree, self.checkout))

    def test_something_else_in_our_place(self) -> None:
        os.mkdir(self.path(link.LINK))
        self.assertIn("move it away", self.refused(link.link, self.tree, self.checkout))

    def test_read_only_tree(self) -> None:
        before = self.content()
        with mock.patch("os.access", return_value=False):
            self.assertIn("cannot be written", self.refused(link.link, self.tree, self.checkout))
        self.assertEqual(self.content(), before)
        self.assertFalse(os.path.lexists(self.path(link.LINK)))

    def test_a_failure_half_way_is_rolled_back(self) -> None:
        self.write(link.KCONFIG, b"config X\n")
        before = self.content()
        self.assertIn("endmenu", self.refused(link.link, self.tree, self.checkout))
        self.assertEqual(self.content(), before)
        self.assertFalse(os.path.lexists(self.path(link.LINK)))

    def test_an_interruption_half_way_is_rolled_back(self) -> None:
        before = self.content()
        with mock.patch.object(link, "_insert_before_endmenu", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                link.link(self.tree, self.checkout)
        self.assertEqual(self.content(), before)
        self.assertFalse(os.path.lexists(self.path(link.LINK)))

    def test_relink_takes_a_tree_over(self) -> None:
        before = self.content()
        link.link(self.tree, self.other)
        lines = self.content()
        link.relink(self.tree, self.checkout)
        self.assertEqual(os.path.realpath(self.path(link.LINK)), os.path.realpath(self.checkout))
        self.assertEqual(self.content(), lines)
        link.unlink(self.tree, self.checkout)
        self.assertEqual(self.content(), before)

    def test_relink_repairs(self) -> None:
        link.link(self.tree, self.checkout)
        whole = self.content()
        self.write(link.KCONFIG, KCONFIG)
        link.relink(self.tree, self.checkout)
        self.assertEqual(self.content(), whole)


if __name__ == "__main__":
    unittest.main()
