# SPDX-License-Identifier: GPL-2.0
"""Reading apt's sources, and choosing a kernel."""

import os
import tempfile
import unittest

from pfnkunit_tool import debian
from pfnkunit_tool.debian import Candidate
from pfnkunit_tool.stop import SETUP, Stop

DEB822 = """\
Types: deb
# a snapshot would be here
URIs: https://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://mirror.example.org/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: https://old.example.org/debian
Suites: bookworm
Components: main
"""

ONE_LINE = """\
# deb https://commented.example.org/debian bookworm main
deb https://packages.example.org/tool stable main
deb [arch=amd64 signed-by=/etc/apt/keyrings/x.gpg] https://mirror.example.org/debian/ bookworm main contrib # here
deb-src https://src.example.org/debian bookworm main
deb https://mirror.example.org/debian-security bookworm-security main
"""

MADISON = """\
linux-source-6.1 | 6.1.192-2 | https://mirror.example.org/debian bookworm/main amd64 Packages
linux-source-6.12 | 6.12.117-1~deb12u1 | https://mirror.example.org/debian bookworm/main all
linux-source-6.12 | 6.12.90-1 | https://mirror.example.org/debian trixie/main amd64 Packages
linux-source-7.3 | 7.3.4-1~bpo13+1 | https://mirror.example.org/debian trixie-backports/main amd64 Packages
linux-source-7.3 | 7.3.4-1 | https://mirror.example.org/debian sid/main amd64 Packages
linux-source | 6.1.192-2 | https://mirror.example.org/debian bookworm/main amd64 Packages
"""


class SourcesTest(unittest.TestCase):
    """The machine's apt sources."""

    def test_deb822(self) -> None:
        found = list(debian.parse_deb822(DEB822))
        self.assertEqual([source.uris[0] for source in found],
                         ["https://mirror.example.org/debian",
                          "https://mirror.example.org/debian-security"])
        self.assertEqual(found[0].suites, ["bookworm", "bookworm-updates"])
        self.assertEqual(found[0].options,
                         {"signed-by": "/usr/share/keyrings/debian-archive-keyring.gpg"})

    def test_deb822_with_the_key_inside(self) -> None:
        text = ("Types: deb\nURIs: https://m.example.org/debian\nSuites: sid\nComponents: main\n"
                "Signed-By:\n -----BEGIN\n .\n abc\n")
        source = next(debian.parse_deb822(text))
        self.assertEqual(source.options["signed-by"], "\n -----BEGIN\n .\n abc")
        self.assertIn("Signed-By: \n -----BEGIN\n .\n abc\n", debian.newer_sources(source))

    def test_one_line(self) -> None:
        found = list(debian.parse_one_line(ONE_LINE))
        self.assertEqual(len(found), 4)
        self.assertEqual(found[1].components, ["main", "contrib"])
        self.assertEqual(found[1].options, {"signed-by": "/etc/apt/keyrings/x.gpg"})
        self.assertEqual(found[2].types, ["deb-src"])

    def test_both_kinds_of_file_are_read(self) -> None:
        with tempfile.TemporaryDirectory() as etc:
            os.mkdir(os.path.join(etc, "sources.list.d"))
            for name, text in (("sources.list", ONE_LINE), ("sources.list.d/d.sources", DEB822),
                               ("sources.list.d/x.sources.off", DEB822)):
                with open(os.path.join(etc, name), "w", encoding="utf-8") as file:
                    file.write(text)
            self.assertEqual(len(debian.machine_sources(etc)), 6)

    def test_the_archive_is_chosen(self) -> None:
        for found in (list(debian.parse_deb822(DEB822)), list(debian.parse_one_line(ONE_LINE))):
            source = debian.archive_source(found[::-1], "bookworm")
            self.assertEqual(source.uris[0].rstrip("/"), "https://mirror.example.org/debian")

    def test_the_archive_under_a_suite_name(self) -> None:
        found = list(debian.parse_one_line("deb https://x.example.org/tool any main\n"
                                           "deb https://m.example.org/debian stable main\n"))
        self.assertEqual(debian.archive_source(found, "bookworm").suites, ["stable"])

    def test_no_archive(self) -> None:
        found = list(debian.parse_one_line("deb https://x.example.org/tool any main\n"
                                           "deb https://m.example.org/s bookworm-security main\n"))
        with self.assertRaises(Stop) as caught:
            debian.archive_source(found, "bookworm")
        self.assertEqual(caught.exception.code, SETUP)

    def test_newer_suites_on_the_same_mirror(self) -> None:
        source = debian.archive_source(list(debian.parse_deb822(DEB822)), "bookworm")
        again = next(debian.parse_deb822(debian.newer_sources(source)))
        self.assertEqual(again.uris, source.uris)
        self.assertEqual(again.suites, list(debian.NEWER_SUITES))
        self.assertEqual(again.options, source.options)


class ChoiceTest(unittest.TestCase):
    """Which kernel to take."""

    def setUp(self) -> None:
        self.candidates = debian.parse_madison(MADISON)

    def test_only_sources_of_one_series_count(self) -> None:
        self.assertEqual({item.series for item in self.candidates}, {"6.1", "6.12", "7.3"})

    def test_highest_of_a_series(self) -> None:
        self.assertEqual(debian.choose(self.candidates, "6.12"),
                         Candidate("6.12", "6.12.117-1~deb12u1"))
        self.assertEqual(debian.choose(self.candidates, "7.3"), Candidate("7.3", "7.3.4-1"))

    def test_a_series_is_not_a_prefix(self) -> None:
        self.assertEqual(debian.choose(self.candidates, "6.1"), Candidate("6.1", "6.1.192-2"))

    def test_newest(self) -> None:
        more = self.candidates + [Candidate("7.10", "7.10.1-1")]
        self.assertEqual(debian.choose(more, "newest"), Candidate("7.10", "7.10.1-1"))

    def test_one_that_is_not_there(self) -> None:
        self.assertIsNone(debian.choose(self.candidates, "9.9"))
        self.assertEqual(debian.series_list(self.candidates), "6.1, 6.12, 7.3")

    def test_none_at_all(self) -> None:
        self.assertIsNone(debian.choose([], "newest"))
        self.assertEqual(debian.series_list([]), "none")


if __name__ == "__main__":
    unittest.main()
