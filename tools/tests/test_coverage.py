# SPDX-License-Identifier: GPL-2.0
"""Coverage: counters, decisions, reasons, what is shown."""

import struct
import unittest
from typing import Any, Dict, List, Set

from pfnkunit_tool import coverage as command
from pfnkunit_tool import coverage_text, decisions, gcov, ktap, measure, per_case, unreached
from pfnkunit_tool.stop import Stop
from pfnkunit_tool.targets import Function


def dumped(name: str, words: List[int]) -> List[str]:
    """What the first program writes."""
    total = 0
    for word in words:
        total = (total * 31 + word) & 0xffffffff
    text = " ".join(f"{word:x}" if word else "z1" for word in words)
    return [f"pfnkunit-gcov: file {name}", f"pfnkunit-gcov> {text} ",
            f"pfnkunit-gcov: end {len(words)} {total}"]


class Counters(unittest.TestCase):
    """Out of a console log."""

    WORDS = [0x67636461, 0, 7, 0xffffffff]

    def test_round_trip(self) -> None:
        log = ["noise", *dumped("/b/mm/memory.gcda", self.WORDS), "pfnkunit-gcov: done"]
        self.assertEqual(gcov.counters(log), {"/b/mm/memory.gcda": struct.pack("<4I", *self.WORDS)})

    def test_runs_of_zeros(self) -> None:
        lines = ["pfnkunit-gcov: file /b/a.gcda", "pfnkunit-gcov> z1f 1 ",
                 "pfnkunit-gcov: end 32 1", "pfnkunit-gcov: done"]
        self.assertEqual(len(gcov.counters(lines)["/b/a.gcda"]), 128)

    def test_garbled(self) -> None:
        log = dumped("/b/a.gcda", self.WORDS)
        log[1] = log[1].replace("7", "8")
        with self.assertRaises(Stop):
            gcov.counters([*log, "pfnkunit-gcov: done"])

    def test_one_copy_is_enough(self) -> None:
        good = dumped("/b/a.gcda", self.WORDS)
        bad = [good[0], good[1] + "KTAP version 1", good[2]]
        for log in (good + bad, bad + good):
            self.assertEqual(len(gcov.counters([*log, "pfnkunit-gcov: done"])), 1)

    def test_cut_off(self) -> None:
        with self.assertRaises(Stop):
            gcov.counters(dumped("/b/a.gcda", self.WORDS))

    def test_no_counters(self) -> None:
        with self.assertRaises(Stop):
            gcov.counters(["pfnkunit-gcov: no counters: No such file or directory",
                           "pfnkunit-gcov: done"])


class Adding(unittest.TestCase):
    """Measurements are added up, and what idle machines do is taken off."""

    def test_branches_by_shape(self) -> None:
        one = gcov.FileCoverage({5: 1}, {5: {2: [1, 0]}})
        one.add(gcov.FileCoverage({5: 2}, {5: {2: [0, 2], 4: [0, 0, 1, 0]}}))
        self.assertEqual(one.lines, {5: 3})
        self.assertEqual(one.branches, {5: {2: [1, 2], 4: [0, 0, 1, 0]}})

    def test_idle_is_taken_off(self) -> None:
        one = gcov.FileCoverage({5: 3, 6: 1})
        one.add(gcov.FileCoverage({5: 2, 6: 4}), -1)
        self.assertEqual(one.lines, {5: 1, 6: 0})

    def test_info(self) -> None:
        text = gcov.info({"a.c": gcov.FileCoverage({5: 1, 6: 0}, {5: {2: [1, 0]}},
                                                   {(4, "f"): 1})}, {"a.c": "/t/a.c"})
        for line in ("SF:/t/a.c", "FN:4,f", "FNDA:1,f", "DA:6,0", "BRDA:5,2,1,0", "LF:2", "LH:1"):
            self.assertIn(line, text.split("\n"))

    def test_objects_of_one_name(self) -> None:
        self.assertEqual(measure.make_options(["mm/vma.o", "b/vma.o"]),
                         ["--make_options=GCOV_PROFILE_vma.o=$(filter b/vma.o mm/vma.o,$@)"])

    def test_measurements_stay_as_they_are(self) -> None:
        um = {"a.c": gcov.FileCoverage({5: 1})}
        arm = {"a.c": gcov.FileCoverage({5: 2, 6: 1}), "b.c": gcov.FileCoverage({1: 1})}
        both = gcov.together([um, arm])
        self.assertEqual(both["a.c"].lines, {5: 3, 6: 1})
        self.assertEqual(both["b.c"].lines, {1: 1})
        self.assertEqual(um["a.c"].lines, {5: 1})
        self.assertEqual(arm["a.c"].lines, {5: 2, 6: 1})


class Conditions(unittest.TestCase):
    """Which terms decided."""

    @staticmethod
    def of(never: Set[gcov.Outcome]) -> gcov.FileCoverage:
        """Line 5, a condition of two terms."""
        return gcov.FileCoverage({5: 1}, conditions={5: {(4,): never}})

    def test_out_of_gcov(self) -> None:
        item = {"lines": [{"line_number": 5, "count": 3, "branches": [], "conditions": [
            {"count": 4, "covered": 2, "not_covered_true": [1], "not_covered_false": [0]}]}],
                "functions": []}
        self.assertEqual(gcov._file(item).conditions,  # pylint: disable=protected-access
                         {5: {(4,): {(0, 1, True), (0, 0, False)}}})

    def test_machines_complete_each_other(self) -> None:
        one = self.of({(0, 1, True), (0, 0, False)})
        one.add(self.of({(0, 1, True), (0, 1, False)}))
        self.assertEqual(one.conditions[5][4,], {(0, 1, True)})

    def test_other_terms_stay_apart(self) -> None:
        one = self.of(set())
        one.add(gcov.FileCoverage({5: 1}, conditions={5: {(6,): {(0, 2, True)}}}))
        self.assertEqual(one.conditions[5], {(4,): set(), (6,): {(0, 2, True)}})

    def test_rows_count_decisions_only(self) -> None:
        file = self.of({(0, 1, True)})
        file.conditions[6] = {(4,): {(0, 0, True)}}
        share, undecided = command._conditions(  # pylint: disable=protected-access
            file, Function("a.c", "f", 1, 9, True), [5])
        self.assertEqual((share, undecided), ((3, 4), [(5, "term 2 true")]))

    def test_compilers(self) -> None:
        self.assertTrue(measure.counts_conditions("14.2.0"))
        self.assertFalse(measure.counts_conditions("12.2.0"))
        self.assertFalse(measure.counts_conditions(""))
        self.assertEqual(measure.compiler("arm64", "gcc-14"), "aarch64-linux-gnu-gcc-14")
        self.assertEqual(measure.compiler("arm64", "/opt/gcc-14"), "/opt/gcc-14")
        self.assertEqual(measure.Way("/opt/gcc-14", True).variant, "coverage-gcc-14-conditions")
        self.assertEqual(measure.Way().variant, "coverage")

    def test_none_that_can(self) -> None:
        with self.assertRaises(Stop) as caught:
            measure.way_for_conditions(["um"], "gcc-of-nobody")
        self.assertIn("gcc-of-nobody is missing", str(caught.exception))


class PerCase(unittest.TestCase):
    """A boot for each case."""

    CASES = {"s.a": {"a.c": [2, 3, 5]}, "s.b": {"a.c": [3]}, "t.c": {"a.c": [3, 9]}}
    FUNCTION = Function("a.c", "f", 1, 9, True)

    def test_skipped_cases_get_none(self) -> None:
        results = [ktap.Case("s", "a", ktap.PASSED), ktap.Case("s", "b", ktap.SKIPPED),
                   ktap.Case("s", "p/1", ktap.SKIPPED), ktap.Case("s", "p/2", ktap.FAILED)]
        self.assertEqual(per_case.names({"s": ["a", "b", "p"]}, results), [("s", "a"), ("s", "p")])

    def test_ranges(self) -> None:
        self.assertEqual(per_case.ranges([2, 5, 7], [2, 5, 6, 7]), "2-5, 7")
        self.assertEqual(per_case.ranges([2, 3], [2, 3]), "2-3")

    def test_summary(self) -> None:
        text = "\n".join(per_case.summary(self.CASES, [self.FUNCTION]))
        self.assertIn("3 lines are reached by one case only (2 of 3 cases", text)
        self.assertIn("  s\n    a: f 2, 5\n  t\n    c: f 9", text)

    def test_listing(self) -> None:
        texts = {"a.c": [f"line {number}" for number in range(1, 10)]}
        text = per_case.listing(self.CASES, [self.FUNCTION], texts,
                                {"a.c": {number: 1 for number in (2, 3, 4, 9)}})
        self.assertIn("a.c: f: 3 cases", text)
        self.assertIn("     2     1  line 2\n              <- s.a\n", text)
        self.assertIn("     3     3  line 3\n              <- s.a\n              <- s.b", text)
        self.assertIn("     4     0  line 4\n     9 ", text)


class Decisions(unittest.TestCase):
    """Lines that decide."""

    def lines(self, text: str) -> List[int]:
        """As a list."""
        return sorted(decisions.lines(text))

    def test_heads_and_signs(self) -> None:
        text = ("int f(int a)\n{\n\tif (a)\n\t\treturn 1;\n\tb = a ? 1 : 2;\n"
                "\tspin_unlock(x);\n\tfor (;;)\n\t\tg();\n\treturn a &&\n\t\tb;\n}\n")
        self.assertEqual(self.lines(text), [3, 5, 7, 9, 10])

    def test_head_over_two_lines(self) -> None:
        self.assertEqual(self.lines("{\n\tif (a ||\n\t    b(c))\n\t\td();\n\telse if (e)\n"
                                    "\t\tf();\n}\n"), [2, 3, 5])

    def test_assertions_do_not_decide(self) -> None:
        self.assertEqual(self.lines("{\n\tBUG_ON(a && b);\n\tVM_WARN_ON_ONCE(c || d);\n"
                                    "\tif (WARN_ON_ONCE(e))\n\t\treturn;\n}\n"), [4])

    def test_comments_and_directives(self) -> None:
        self.assertEqual(self.lines("#if A && B\n/* if (a) */\n\tg(\"if (a)\");\n#endif\n"), [])


class Reasons(unittest.TestCase):
    """The file, and what is held against it."""

    FUNCTION = Function("a.c", "f", 1, 5, True)
    LINES = ["int f(int a)", "\tif (a)", "\t\treturn 1;", "\tg();", "}"]

    def problems(self, text: str, lines: Dict[int, int], branches: List[int]) -> List[str]:
        """Between this file and this measurement."""
        coverage = {"a.c": gcov.FileCoverage(lines, {2: {2: branches}})}
        found = unreached.missed(self.FUNCTION, coverage, self.LINES, [2])
        entered = [("a.c", "f")] if any(lines.values()) else []
        return unreached.disagreements(found, entered, [("a.c", "f")], unreached.parse(text),
                                       (7, 3))

    def test_agreement(self) -> None:
        text = "a.c: f: `return 1;`, `if (a)` (1): nobody calls it\n\twith an a\n"
        self.assertEqual(self.problems(text, {2: 1, 3: 0, 4: 1}, [0, 1]), [])

    def test_a_reason_is_missing(self) -> None:
        found = self.problems("a.c: f: `if (a)` (1): nobody calls it\n", {2: 1, 3: 0, 4: 1}, [0, 1])
        self.assertEqual(len(found), 1)
        self.assertIn("no case, and no reason why: line 3", found[0])

    def test_a_reason_is_stale(self) -> None:
        found = self.problems("a.c: f: `return 1;`: nobody calls it\n", {2: 1, 3: 1, 4: 1}, [1, 1])
        self.assertEqual(len(found), 1)
        self.assertIn("reached, or gone", found[0])

    def test_other_branches(self) -> None:
        text = "a.c: f: `if (a)` (2): nobody calls it\n"
        self.assertEqual(len(self.problems(text, {2: 1, 3: 1, 4: 1}, [0, 1])), 2)

    def test_another_kernel(self) -> None:
        text = "[-7.2] a.c: f: `return 1;`: nobody calls it\n"
        self.assertEqual(self.problems(text, {2: 1, 3: 1, 4: 1}, [1, 1]), [])

    def test_never_entered(self) -> None:
        text = "a.c: f: *: there is no such device\n"
        self.assertEqual(self.problems(text, {2: 0, 3: 0, 4: 0}, [0, 0]), [])
        self.assertEqual(len(self.problems(text, {2: 1, 3: 1, 4: 1}, [1, 1])), 1)

    def test_mistakes(self) -> None:
        for text in ("a.c: f: return 1;: no reason at all\n", "a.c: f: `x`: why\n",
                     "a.c: `x`: no function is named\n"):
            with self.assertRaises(Stop):
                unreached.parse(text)


class Text(unittest.TestCase):
    """What is shown."""

    def test_only_one(self) -> None:
        cases = {"s.a": {"a.c": [1, 2]}, "s.b": {"a.c": [2, 3]}, "s.c": {"a.c": [2]}}
        self.assertEqual(per_case.only_one(cases),
                         {"s.a": [("a.c", 1)], "s.b": [("a.c", 3)]})

    def test_changes(self) -> None:
        def data(*texts: str) -> Dict[str, Any]:
            return {"kernel": "7.3", "machines": ["um"], "functions": [
                {"file": "a.c", "name": "f",
                 "missed": [{"text": text, "branches": 0} for text in texts]}]}
        self.assertIn("no difference", coverage_text.changes(data("x"), data("x")))
        text = coverage_text.changes(data("x"), data("y"))
        self.assertIn("no longer reached: y", text)
        self.assertIn("reached now, or gone: x", text)


if __name__ == "__main__":
    unittest.main()
