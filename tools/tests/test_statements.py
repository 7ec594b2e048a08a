# SPDX-License-Identifier: GPL-2.0
"""Statements that a pattern is found in."""

import re
import unittest

from pfnkunit_tool import statements

CODE = """\
int f(struct vma *vma, int VM_A)
{
	int a = VM_A, b[] = { 1, 2 };

	/* VM_A */
	b[0] = g(a,
		 VM_A);
	if (vma->flags & VM_A) {
		a++;
	} else if (b[1]) {
		a--;
	} else
		a = 0;
	a = 1;
	if (a)
		g(a, VM_A);
	if (a) {
		a = 2;
		for (;;)
			g(VM_A, b[0]);
		a = 3;
	}
	do {
		a++;
	} while (a < VM_A);
	return a;
}
"""


class About(unittest.TestCase):
    """Their lines."""

    def test_each_has_what_it_controls(self) -> None:
        """And those around it are not in it."""
        self.assertEqual(statements.about(CODE, re.compile("VM_A")),
                         [(3, 3), (6, 7), (8, 13), (15, 16), (19, 20), (25, 25)])

    def test_nothing(self) -> None:
        """A pattern that is nowhere."""
        self.assertEqual(statements.about(CODE, re.compile("VM_B")), [])
