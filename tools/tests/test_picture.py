# SPDX-License-Identifier: GPL-2.0
"""The picture of where pages landed."""

import os
import tempfile
import unittest
from xml.etree import ElementTree

from pfnkunit_tool import ktap, picture
from pfnkunit_tool.picture import Placement

SVG = "{http://www.w3.org/2000/svg}"

LOG = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: mspec_numa
    1..3
    # every_cpu: placement: page=0 toucher=0 home=0 node=0
[    1.234567][   T42]     # every_cpu: placement: page=1 toucher=2 home=3 node=3
    ok 1 every_cpu
        KTAP version 1
        # Subtest: scattered
        # scattered: placement: page=7 toucher=1 home=1 node=1
        ok 1 cached
        # scattered: placement: page=7 toucher=1 home=1 node=0
        # scattered: placement: page=8 toucher=1 home=1 node=-1
        # scattered: placement: page=9 toucher=1 home=1
        ok 2 uncached
    # scattered: pass:2 fail:0 skip:0 total:2
    ok 2 scattered
    ok 3 says_nothing
ok 1 mspec_numa
"""


class ReadTest(unittest.TestCase):
    """Lines to placements."""

    def test_by_case_and_parameter(self) -> None:
        lines = LOG.splitlines()
        found = picture.read(lines, ktap.parse(lines).cases)
        self.assertEqual(found, {
            "mspec_numa.every_cpu": [Placement(0, 0, 0, 0), Placement(1, 2, 3, 3)],
            "mspec_numa.scattered/cached": [Placement(7, 1, 1, 1)],
            "mspec_numa.scattered/uncached": [Placement(7, 1, 1, 0), Placement(8, 1, 1, -1)]})

    def test_cut_short(self) -> None:
        lines = LOG.splitlines()[:7]
        found = picture.read(lines, ktap.parse(lines).cases)
        self.assertEqual([len(pages) for pages in found.values()], [2])


class DrawTest(unittest.TestCase):
    """Placements to SVG."""

    def drawn(self, log: str) -> str:
        with tempfile.TemporaryDirectory() as logs:
            with open(os.path.join(logs, "boot-1.log"), "w", encoding="utf-8") as file:
                file.write(log)
            cases = ktap.parse(log.splitlines()).cases
            for case in cases:
                case.log = "boot-1.log"
            path = picture.draw(logs, cases, "QEMU x86_64-<8>", "7.3.4")
            if not path:
                return ""
            self.assertEqual(path, os.path.join(logs, picture.FILE))
            with open(path, encoding="utf-8") as file:
                return file.read()

    def test_every_touch_is_there(self) -> None:
        root = ElementTree.fromstring(self.drawn(LOG))
        panels = [group for group in root.findall(SVG + "g") if group.findall(SVG + "circle")]
        self.assertEqual([len(panel.findall(SVG + "circle")) for panel in panels], [2, 1, 2])
        self.assertEqual([len(panel.findall(SVG + "rect")) for panel in panels], [2, 1, 1])

    def test_words(self) -> None:
        text = " ".join(ElementTree.fromstring(self.drawn(LOG)).itertext())
        for words in ("page index", "memory node", "node 3", "mspec_numa.scattered/uncached",
                      "2 touches, 0 at home, 1 elsewhere, 1 refused", "2 touches, 2 at home",
                      "1 touch, 1 at home", "not on its home node", "refused", "no memory",
                      "QEMU x86_64-<8>; Linux 7.3.4"):
            self.assertIn(words, text)

    def test_what_does_not_occur_is_not_explained(self) -> None:
        text = self.drawn("\n".join(LOG.splitlines()[:6] + ["    ok 1 every_cpu"]))
        self.assertNotIn("not on its home node", text)
        self.assertNotIn("refused", text)

    def test_marks_lie_on_their_nodes(self) -> None:
        root = ElementTree.fromstring(self.drawn(LOG))
        panel = next(group for group in root.findall(SVG + "g") if group.findall(SVG + "circle"))
        rings = [float(ring.attrib["cy"]) for ring in panel.findall(SVG + "circle")]
        squares = [float(square.attrib["y"]) + float(square.attrib["height"]) / 2
                   for square in panel.findall(SVG + "rect")]
        self.assertAlmostEqual(rings[0], squares[0])
        self.assertAlmostEqual(rings[1] - squares[1], picture.LANE)

    def test_nothing_to_draw(self) -> None:
        self.assertEqual(self.drawn("KTAP version 1\n1..1\nok 1 x\n"), "")

    def test_steps_of_the_axis(self) -> None:
        self.assertEqual([picture.step(count, 10) for count in (1, 10, 11, 21, 51, 101)],
                         [1, 1, 2, 5, 10, 20])


if __name__ == "__main__":
    unittest.main()
