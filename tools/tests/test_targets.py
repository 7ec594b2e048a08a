# SPDX-License-Identifier: GPL-2.0
"""The list of target functions."""

import os
import tempfile
import unittest

from pfnkunit_tool import targets
from pfnkunit_tool.stop import Stop

CODE = """\
#ifdef CONFIG_A
static int first(int a)
{
	return a;
}
#else
static int first(int a)
{
	return -a;
}
#endif

/* what is between */
static void
second(void)
{
	first(1);
	if (1) {
		first(2);
	}
}
"""


class List(unittest.TestCase):
    """Its text."""

    def test_lines_go_on(self) -> None:
        found = targets.parse("# a list\nmm/a.c: one two!\n\tthree\n")
        self.assertEqual([(item.name, item.checked) for item in found],
                         [("one", False), ("two", True), ("three", False)])

    def test_versions(self) -> None:
        new, old = targets.parse("[7.3] mm/a.c: one\n[-7.2] mm/a.c: one\n")
        self.assertEqual([item.wanted_in((7, 3)) for item in (new, old)], [True, False])
        self.assertEqual([item.wanted_in((6, 12)) for item in (new, old)], [False, True])

    def test_parts(self) -> None:
        one, two = targets.parse("~ VM_\\w+\nmm/a.c: one~! two\n")
        self.assertEqual((one.name, one.checked, one.pattern, two.pattern),
                         ("one", True, "VM_\\w+", ""))
        for text in ("mm/a.c: one~\n", "~ (\nmm/a.c: one~\n"):
            with self.assertRaises(Stop):
                targets.parse(text)

    def test_mistakes_are_told(self) -> None:
        for text in ("mm/a.c one\n", "mm/a.c: one, two\n", "mm/a.c: one one\n",
                     "[7] mm/a.c: one\n"):
            with self.assertRaises(Stop):
                targets.parse(text)

    def test_the_projects_own_list_is_well_formed(self) -> None:
        self.assertTrue(targets.read())

    def test_no_list(self) -> None:
        with self.assertRaises(Stop):
            targets.read("/nowhere/at/all")


class Definitions(unittest.TestCase):
    """Where functions are."""

    def test_variants_are_told_apart(self) -> None:
        found = targets.definitions("a.c", CODE)
        self.assertEqual([(item.name, item.start, item.end) for item in found],
                         [("first", 2, 5), ("first", 7, 10), ("second", 14, 21)])

    def test_what_a_tree_lacks_is_told(self) -> None:
        with tempfile.TemporaryDirectory() as tree:
            os.mkdir(os.path.join(tree, "mm"))
            for name, text in (("Makefile", "VERSION = 7\nPATCHLEVEL = 3\n"), ("mm/a.c", CODE)):
                with open(os.path.join(tree, name), "w", encoding="utf-8") as file:
                    file.write(text)
            wanted = targets.parse("mm/a.c: first\n[-7.2] mm/a.c: old\n")
            self.assertEqual(len(targets.require(tree, wanted, tree)), 2)
            with self.assertRaises(Stop):
                targets.require(tree, targets.parse("mm/a.c: first third\n"), tree)
