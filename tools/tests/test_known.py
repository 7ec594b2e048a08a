# SPDX-License-Identifier: GPL-2.0
"""docs/known-issues.md has the bugs that cases know, all of them and no others."""

import glob
import os
import re
import unittest
from typing import Set

from pfnkunit_tool import PROJECT

CALL = re.compile(r'known_(?:issue|panic)\((?:[^;"]|"[^"]*")*?((?:\s*"[^"]*")+)\);')


def read(*path: str) -> str:
    """A file of the project's."""
    with open(os.path.join(PROJECT, *path), encoding="utf-8") as file:
        return file.read()


def known() -> Set[str]:
    """What the cases say."""
    found = set()
    for path in glob.glob(os.path.join(PROJECT, "mm_pfnmap_*.c")):
        calls = CALL.findall(read(os.path.basename(path)))
        found.update("".join(re.findall('"([^"]*)"', words)) for words in calls)
    return found


class KnownIssues(unittest.TestCase):
    """The list and the cases."""

    def test_all_are_listed(self) -> None:
        """With the words of the case."""
        text = " ".join(read("docs", "known-issues.md").split())
        self.assertGreater(len(known()), 30)
        self.assertEqual([words for words in known() if words not in text], [])

    def test_what_is_listed_is_in_a_case(self) -> None:
        """And its cases are there."""
        sources = "".join(read(os.path.basename(path))
                          for path in glob.glob(os.path.join(PROJECT, "mm_pfnmap_*.c")))
        for line in read("docs", "known-issues.md").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if "`mm_pfnmap_" not in line or len(cells) < 3:
                continue
            self.assertIn(cells[0], known())
            for name in re.findall(r"`mm_pfnmap_\w+\.(\w+)`", line):
                self.assertIn(f" {name}(struct kunit *test)", sources)
