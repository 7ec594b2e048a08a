# SPDX-License-Identifier: GPL-2.0
"""Mutants: their text, their verdicts, what they add up to."""

import os
import shutil
import tempfile
import unittest
from typing import List, NamedTuple, Tuple

from pfnkunit_tool import boots
from pfnkunit_tool.mutation import (command, equivalents, identical, kernel, mutants, page,
                                    schemata, score, trials, verdicts)
from pfnkunit_tool.stop import Stop
from pfnkunit_tool.targets import Function

SOURCE = """\
#include <linux/mm.h>
int f(int a, int b)
{
	pte_t entry;

	if (a < b) /* a < b */
		g(a);
	else
		entry = pte_mkdirty(mk(a, b));
	return 0;
}

int left_alone(int a)
{
	return a + 1;
}
"""


def made(before: str, after: str, operator: str, number: int) -> mutants.Mutant:
    """A mutant of SOURCE."""
    start = SOURCE.index(before)
    return mutants.Mutant("mm/x.c", "f", operator, (start, start + len(before)), 1, before, after,
                          "code", number=number)


def verdict(after: str, kind: str, same_as: str = "") -> verdicts.Verdict:
    """A verdict on some mutant."""
    found = verdicts.verdict(made("a < b", after, "relational", 1), kind)
    found.same_as = same_as
    return found


class Text(unittest.TestCase):
    """What is put into a file."""

    def test_each_is_behind_its_switch(self) -> None:
        """Expressions keep their text, statements their place, and lines stay."""
        composed = schemata.compose(SOURCE, [made("a < b", "a <= b", "relational", 1),
                                             made("a < b", "a >= b", "relational", 2),
                                             made("g(a);", "", "deletion", 3)])
        self.assertIn("if ((MUTANT(1) ? (a <= b) : MUTANT(2) ? (a >= b) : (a < b))) /* a < b */",
                      composed.text)
        self.assertIn("{ if (!MUTANT(3)) g(a); }\n\telse", composed.text)
        self.assertEqual(composed.text.count("\n"), SOURCE.count("\n"))

    def test_inner_ones_are_in_the_original_only(self) -> None:
        """What stands behind a switch has no other switch in it."""
        composed = schemata.compose(SOURCE, [
            made("pte_mkdirty(mk(a, b))", "(mk(a, b))", "entry", 1),
            made("mk(a, b)", "pte_mkold(mk(a, b))", "entry", 2)])
        self.assertIn("(MUTANT(1) ? ((mk(a, b))) : (pte_mkdirty((MUTANT(2) ? "
                      "(pte_mkold(mk(a, b))) : (mk(a, b))))))", composed.text)
        place = composed.text.index("pte_mkold")
        self.assertEqual(composed.at(place), [2])

    def test_overlap_is_left_out(self) -> None:
        """Neither is inside of the other."""
        composed = schemata.compose(SOURCE, [made("mk(a, b)", "1", "entry", 1),
                                             made("b));\n", "2", "entry", 2)])
        self.assertEqual([mutant.number for mutant in composed.left_out], [2])

    @unittest.skipUnless(shutil.which("spatch"), "needs Coccinelle")
    def test_operators_find_their_places(self) -> None:
        """Only in the functions that are asked for, each with a key of its own."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "x.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write(SOURCE)
            found = mutants.collect(path, "mm/x.c", [Function("mm/x.c", "f", 2, 11)])
        keys = [mutant.key for mutant in found]
        self.assertEqual(len(keys), len(set(keys)))
        for key in ("relational: a < b => a <= b", "relational: a < b => a >= b",
                    "deletion: g(a); => (nothing)", "return: 0 => -22",
                    "entry: pte_mkdirty(mk(a, b)) => (mk(a, b))",
                    "entry: pte_mkdirty(mk(a, b)) => pte_wrprotect(pte_mkdirty(mk(a, b)))"):
            self.assertIn(f"mm/x.c: f: {key}", keys)
        self.assertFalse([key for key in keys if "left_alone" in key or "condition" in key])

    @unittest.skipUnless(shutil.which("spatch"), "needs Coccinelle")
    def test_words_in_front_of_a_function_do_not_hide_it(self) -> None:
        """Those of tools/controls/macros.h; spatch took them for the type."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "x.c")
            with open(path, "w", encoding="utf-8") as file:
                file.write("VISIBLE_IF_KUNIT unsigned long f(int a)\n{\n\treturn a + 1;\n}\n")
            found = mutants.collect(path, "mm/x.c", [Function("mm/x.c", "f", 1, 4)])
        self.assertIn("mm/x.c: f: arithmetic: a + 1 => (a) - (1)",
                      [mutant.key for mutant in found])


class Verdicts(unittest.TestCase):
    """What a boot says of a mutant."""

    @staticmethod
    def _judge(lines: List[str], timed_out: bool = False) -> str:
        outcome = boots.Outcome(boots.Boot("x"), "", 1.0, timed_out, False, lines=lines)
        return verdicts.judge(boots.judge(outcome))[0]

    def test_kinds(self) -> None:
        """An assertion counts before the crash that follows."""
        head = ["KTAP version 1", "1..1", "    KTAP version 1", "    # Subtest: s", "    1..1"]
        good = [*head, "    ok 1 c", "ok 1 s"]
        self.assertEqual(self._judge(good), verdicts.SURVIVED)
        self.assertEqual(self._judge([*head, "    not ok 1 c", "not ok 1 s"]), verdicts.ASSERTION)
        self.assertEqual(self._judge([*head, "    # c: EXPECTATION FAILED at x.c:1",
                                      "Kernel panic - not syncing"]), verdicts.ASSERTION)
        self.assertEqual(self._judge([*head, "Kernel panic - not syncing"]), verdicts.CRASH)
        self.assertEqual(self._judge([*head, "BUG: kernel NULL pointer dereference",
                                      "    # c: try faulted"]), verdicts.CRASH)
        self.assertEqual(self._judge(head, True), verdicts.TIMEOUT)
        self.assertEqual(self._judge(["Linux"]), verdicts.NO_START)
        self.assertEqual(self._judge([*good, "WARNING: mm/x.c:1"]), verdicts.SPLAT)

    def test_survey_leaves_out_who_does_not_come_by(self) -> None:
        """And says so when nothing is left."""
        seen = trials.Survey(1.0, ["a", "b"], {1: ["a"], 2: ["a", "b"]}, {"a": "ma", "b": "mb"})
        self.assertEqual(seen.words(1), ["kunit.filter=module!=mb"])
        self.assertEqual(seen.words(2), [])
        self.assertEqual(seen.words(2, ["b"]), ["kunit.filter=module!=mb"])
        self.assertIsNone(seen.words(1, ["a"]))

    def test_what_the_first_boot_measured_is_known(self) -> None:
        """But not what was not measured."""
        self.assertEqual(trials.known_from(["[    0.0] Calibrating delay loop... 6712.52 BogoMIPS "
                                        "(lpj=33562624)"]), ["lpj=33562624"])
        skipped = ("Calibrating delay loop (skipped), value calculated using timer frequency.. "
                   "4185.27 BogoMIPS (lpj=8370548)")
        self.assertEqual(trials.known_from([skipped]), [])

    def test_the_likely_suite_comes_first(self) -> None:
        """It is the one that found another mutant of the function; then come the others."""
        seen = trials.Survey(1.0, ["a", "b"], {n: ["a", "b"] for n in (1, 2, 3)},
                             {"a": "ma", "b": "mb"})
        tried = [made("int", f"y{n}", "o", n) for n in (1, 2, 3)]
        queue = trials.Queue(seen, "", tried)

        def ends(kind: str, by: str = "") -> Tuple[List[str], bool, str]:
            boot = next(queue)
            mutant = queue.mutant_of(boot)
            found = verdicts.verdict(mutant, kind, by)
            left = queue.is_left(found, mutant)
            return list(boot.words[:-1]), left, queue.settled(found).kind

        only_a, only_b = ["kunit.filter=module!=mb"], ["kunit.filter=module!=ma"]
        self.assertEqual(ends(verdicts.ASSERTION, "b.case"), ([], False, verdicts.ASSERTION))
        self.assertEqual(ends(verdicts.SPLAT)[:2], (only_b, True))
        self.assertEqual(ends(verdicts.SURVIVED), (only_a, False, verdicts.SPLAT))
        self.assertEqual(ends(verdicts.CRASH, "b.c"), (only_b, False, verdicts.CRASH))
        self.assertEqual(list(queue), [])

    def test_cases_behind_a_crash(self) -> None:
        """Those that come later in the suite in which the kernel died."""
        seen = trials.Survey(1.0, ["s"], {}, {}, {"s": ["a", "b", "c"]})
        self.assertEqual(seen.after("s.(cut short after a/parameter)"), ["s.b", "s.c"])
        self.assertEqual(seen.after("s.(cut short in its first case)"), ["s.a", "s.b", "s.c"])
        self.assertEqual(seen.after("s.(cut short after c)"), [])

    def test_last_verdict_counts(self) -> None:
        """Also when the file was cut in a line."""
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "r.jsonl")
            results = verdicts.Results(path, {"arch": "um"}, False)
            results.add([verdict("x", verdicts.CRASH), verdict("x", verdicts.ASSERTION)])
            with open(path, "a", encoding="utf-8") as file:
                file.write('{"key": "half')
            again = verdicts.Results(path, {"arch": "um"}, True)
            self.assertEqual([item.kind for item in again.known.values()], [verdicts.ASSERTION])
            self.assertFalse(verdicts.Results(path, {"arch": "x86_64"}, True).known)

    def test_absent_now_is_absent_whatever_was_said(self) -> None:
        """Also where an earlier run, with other mutants compiled in, had booted it."""
        gone = made("a < b", "x", "relational", 1)
        kernel_made = kernel.Kernel("", "um", "", "", absent=[gone])
        with tempfile.TemporaryDirectory() as directory:
            results = verdicts.Results(os.path.join(directory, "r.jsonl"), {"arch": "um"}, False)
            results.add([verdicts.verdict(gone, verdicts.NOT_REACHED, arch="um")])
            options = command.Options("7.3", ["um"], directory)
            command.judge_all(options, kernel_made, results, directory, set())
            self.assertEqual(results.known[gone.key].kind, verdicts.ABSENT)


class Score(unittest.TestCase):
    """What they add up to."""

    def test_equivalents_do_not_count(self) -> None:
        """Neither those of the same code, nor those with a reason."""
        items = [verdict("1", verdicts.ASSERTION), verdict("2", verdicts.SURVIVED),
                 verdict("3", verdicts.SURVIVED, "original"), verdict("4", verdicts.NOT_REACHED)]
        _, total = score.rows(items, {items[3].key: "there is no way in"})
        self.assertEqual((total.killed, total.alive), (1, 1))
        self.assertIn("killed 1 of 3 that could be: 33.3 %", score.text(items, {}, {}))

    def test_survivors_with_a_reason_count_but_are_not_listed(self) -> None:
        """What is listed is what somebody has to look at."""
        items = [verdict("1", verdicts.ASSERTION), verdict("2", verdicts.SURVIVED)]
        text = score.text(items, {}, {}, {items[1].key: "nobody counts that memory"})
        self.assertIn("killed 1 of 2 that could be: 50.0 %", text)
        self.assertNotIn("survived", text)
        self.assertIn("1 of those alive or unreached", text)

    def test_merge_takes_the_best_of_each_machine(self) -> None:
        """Being the original's code on one machine says nothing of another."""
        merged = score.merge([[verdict("1", verdicts.SURVIVED, "original"),
                               verdict("2", verdicts.CRASH)],
                              [verdict("1", verdicts.SURVIVED), verdict("2", verdicts.ASSERTION)]])
        self.assertEqual([(item.kind, item.same_as) for item in merged],
                         [(verdicts.SURVIVED, ""), (verdicts.ASSERTION, "")])

    def test_what_a_further_machine_is_not_asked_about(self) -> None:
        """The killed, and the alive with a reason; not what is absent on the first."""
        items = [verdict("1", verdicts.ASSERTION), verdict("2", verdicts.SURVIVED),
                 verdict("3", verdicts.NOT_REACHED), verdict("4", verdicts.ABSENT),
                 verdict("5", verdicts.CRASH)]
        reasons = [item.key for item in items[2:]]
        self.assertEqual(command.settled(items, reasons), {items[0].key, items[2].key})

    def test_page_has_survivors_first(self) -> None:
        """And text that is not taken for markup."""
        items = [verdict("a <= b", verdicts.ASSERTION), verdict("a >= b", verdicts.SURVIVED)]
        text = page.page("T", items, {}, [("mm/x.c", 1, 3)], lambda name: SOURCE,
                         {items[1].key: "nobody looks"})
        self.assertIn("1 survivors", text)
        self.assertIn("nobody looks", text)
        self.assertLess(text.index("a &gt;= b"), text.index("a &lt;= b"))


class Equivalents(unittest.TestCase):
    """The file of those that nothing can find."""

    TEXT = ("# comment\nmm/x.c: f: relational: a < b => a <= b\n\ta is never b: see g(),\n"
            "\twhich says so\n[-6.12] mm/x.c: f: relational: a < b => a >= b\n"
            "\tonly of old kernels\n")

    def test_entries(self) -> None:
        """With reasons over several lines, and kernels."""
        found = equivalents.parse(self.TEXT, (7, 3))
        self.assertEqual([entry.reason for entry in found],
                         ["a is never b: see g(), which says so"])
        self.assertEqual(len(equivalents.parse(self.TEXT, (6, 12))), 2)

    def test_one_reason_for_several(self) -> None:
        """It stands below the last one."""
        text = ("mm/x.c: f: flag: A => B\n[-6.12] mm/x.c: f: flag: A => C\n\tnobody asks for A\n"
                "mm/x.c: f: flag: D => E\n\tnor for D here\n")
        found = [(entry.key[-6:], entry.reason) for entry in equivalents.parse(text, (7, 3))]
        self.assertEqual(found, [("A => B", "nobody asks for A"), ("D => E", "nor for D here")])

    def test_no_reason_is_refused(self) -> None:
        """A key alone says nothing."""
        with self.assertRaises(Stop):
            equivalents.parse("mm/x.c: f: relational: a => b\n", (7, 3))

    def test_stale_and_killed_are_told(self) -> None:
        """Both make the file wrong."""
        entries = equivalents.parse(self.TEXT, (6, 12))
        told = equivalents.wrong(entries, [verdict("a <= b", verdicts.ASSERTION)])
        self.assertEqual(len(told), 2)
        self.assertIn("kills it", told[0])
        self.assertIn("no such mutant", told[1])
        self.assertEqual(len(equivalents.wrong(entries, [verdict("a <= b", verdicts.SURVIVED)],
                                               whole=False)), 0)


class Named(NamedTuple):
    """As much of a mutant as batches() looks at."""

    number: int
    key: str
    function: str


class Code(unittest.TestCase):
    """Object code that is the same."""

    def test_functions_of_preprocessed_text(self) -> None:
        """Structures and initialisers are none."""
        text = ("struct s { int a; };\nstatic int x[] = { 1, 2 };\n"
                "static __attribute__((unused)) int f(int a)\n{ return g(\"{\"); }\nint y;")
        bodies = [text[start:end] for start, end, body in identical.chunks(text) if body]
        self.assertEqual(len(bodies), 1)
        self.assertEqual(identical.head_name(bodies[0][:bodies[0].index("{\n") if "{\n" in bodies[0]
                                                       else bodies[0].index("{")]), "f")

    def test_batches_are_full_and_have_a_function_once(self) -> None:
        """A long function has several; short ones share one."""
        made = [Named(number, f"k{number}", function) for number, function in
                enumerate(["long"] * (identical.BATCH + 5) + ["short"] * 3 + ["other"] * 4)]
        found = identical.batches(made)  # type: ignore[arg-type]
        self.assertEqual([{name: len(those) for name, those in batch.items()} for batch in found],
                         [{"long": identical.BATCH}, {"long": 5, "short": 3, "other": 4}])

    def test_labels_and_names_do_not_matter(self) -> None:
        """What they stand for does."""
        def listing(number: int, label: int, value: int) -> str:
            name = f"pfnkunit_variant_{number}"
            return (f"{name}:\n\tmov ${value}, %eax\n.L{label}:\n\tjmp .L{label}\n"
                    f"#APP\n# {label} \"some.i\" 1\n\tnop\n#NO_APP\n"
                    f"\t.size\t{name}, .-{name}\n")
        codes = identical.assembled(listing(0, 2, 1) + listing(1, 7, 1) + listing(2, 9, 5))
        self.assertEqual(codes[0], codes[1])
        self.assertNotEqual(codes[0], codes[2])
