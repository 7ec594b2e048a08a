# SPDX-License-Identifier: GPL-2.0
"""The command 'surface': where words are, which cases name them, which reasons are true."""

import contextlib
import io
import json
import os
import re
import tempfile
import textwrap
import unittest
from typing import Dict, List, Tuple
from unittest import mock

from pfnkunit_tool import PROJECT, covers, ctext, places, reasons, source, surface
from pfnkunit_tool.covers import Item
from pfnkunit_tool.places import Place
from pfnkunit_tool.stop import PASSED, TESTS_FAILED

HIT = re.compile(r"hit\w*")


def uses(text: str) -> List[Tuple[int, str, str]]:
    """Line, name and kind of the scope of each word that begins with 'hit'."""
    found = ctext.read(textwrap.dedent(text), HIT)
    assert not found.problems, found.problems
    return [(use.line, use.scope.name, use.scope.kind) for use in found.uses]


def scopes(text: str) -> List[Tuple[str, str]]:
    """The same without lines."""
    return [(name, kind) for _, name, kind in uses(text)]


class StripTest(unittest.TestCase):
    """Comments and strings go, everything else and every line number stays."""

    def test_comments_and_strings(self) -> None:
        self.assertEqual(uses("""\
            /* hit
             * hit */ int a = hit; // hit \\
            hit
            /* don't */ int b = hit; /* " */
            const char *c = "hit /* \\" hit", d = '"'; int e = hit; /*/ hit */
            int f = hit /**/ + hit;
            int g = 1 / hit;
            """), [(2, "a", "variable"), (4, "b", "variable"), (5, "e", "variable"),
                   (6, "f", "variable"), (6, "f", "variable"), (7, "g", "variable")])

    def test_lines_stay(self) -> None:
        text = '/* a\n b\n*/ x "s\\\nt" y // z\n\'\\\'\'\n w\n'
        kept = ctext.without_comments(text)
        self.assertEqual(kept.count("\n"), text.count("\n"))
        self.assertEqual([number for number, line in enumerate(kept.split("\n"))
                          if ctext.WORD.search(line)], [2, 3, 5])

    def test_a_comment_that_does_not_end(self) -> None:
        self.assertEqual(ctext.read("int a;\n/* b", HIT).problems, ["2: a comment does not end"])

    def test_never_compiled(self) -> None:
        self.assertEqual([line for line, _, _ in uses("""\
            #if 0
            int a = hit;
            # if 1
            int b = hit;
            # else
            int c = hit;
            # endif
            #else
            int d = hit;
            #endif
            #if 1
            int e = hit;
            #else
            int f = hit;
            #endif
            #if 0
            { { hit
            #elif X
            int g = hit;
            #endif
            #if X && 0
            int h = hit;
            #endif
            """)], [9, 12, 19, 22])

    def test_conditions(self) -> None:
        found = ctext.read(textwrap.dedent("""\
            #ifndef _LINUX_X_H
            #ifdef CONFIG_A
            int a = hit;
            #elif defined(CONFIG_B) && \\
                  C
            int b = hit;
            #else /* not
                   * B */
            int c = hit;
            #endif
            #endif
            """), HIT)
        self.assertEqual([use.conditions for use in found.uses], [
            ("defined(CONFIG_A)",),
            ("!(defined(CONFIG_A)) && defined(CONFIG_B) && C",),
            ("!(defined(CONFIG_A)) && !(!(defined(CONFIG_A)) && defined(CONFIG_B) && C)",)])


class ScopeTest(unittest.TestCase):
    """The function, macro, struct or variable that a word is in."""

    def test_functions(self) -> None:
        self.assertEqual(uses("""\
            static inline int a(int x)
            {
            \tif (x) {
            \t\thit();
            \t}
            label:
            \treturn hit;
            }
            struct page *b(hit_t x,
            \t       int y)
            {
            \treturn hit; }

            static
            int __init c(void) __acquires(hit)
            { return hit; }
            static inline bool hit_d(int x) { return hit; }
            int e(void (*hit)(int))
            {
            }
            """), [(4, "a", "function"), (7, "a", "function"), (9, "b", "function"),
                   (12, "b", "function"), (15, "c", "function"), (16, "c", "function"),
                   (17, "hit_d", "function"), (17, "hit_d", "function"), (18, "e", "function")])

    def test_functions_by_macro(self) -> None:
        self.assertEqual(scopes("""\
            SYSCALL_DEFINE5(mremap, unsigned long, addr,
            \t\tunsigned long, hit)
            {
            \treturn hit;
            }
            COMPAT_SYSCALL_DEFINE1(x, int, y) { hit; }
            BPF_CALL_2(bpf_x, int, y) { hit; }
            DEFINE_FREE(thing, struct x *, if (_T) { hit(_T); })

            __printf(1, 2) int a(void) { hit; }
            EXPORT_SYMBOL(hit_a);
            late_initcall(hit_x)
            static int
            b(void)
            { hit; }
            """), [("sys_mremap", "function"), ("sys_mremap", "function"),
                   ("compat_sys_x", "function"), ("bpf_x", "function"),
                   ("DEFINE_FREE", "declaration"), ("a", "function"),
                   ("EXPORT_SYMBOL", "declaration"), ("late_initcall", "declaration"),
                   ("b", "function")])

    def test_macros(self) -> None:
        self.assertEqual(uses("""\
            #define A(x)\t\\
            \tdo { hit;\t\\
            \t} while (hit)
            # define hit_b 1
            #define C \\
            \tfoo( /* a
            \t      * b */ hit \\
            \t     hit)
            int d(void)
            {
            #define E hit
            \treturn hit;
            #undef hit
            }
            """), [(2, "A", "macro"), (3, "A", "macro"), (4, "hit_b", "macro"), (7, "C", "macro"),
                   (8, "C", "macro"), (11, "E", "macro"), (12, "d", "function"),
                   (13, "d", "conditional")])

    def test_types_and_variables(self) -> None:
        self.assertEqual(scopes("""\
            struct a {
            \tstruct { int hit; } b;
            } __packed;
            struct c { int x; } d = { .x = hit };
            enum e { E1 = hit };
            enum { E2 = hit };
            union f { int hit; };
            typedef struct { int hit; } g_t;
            static const struct c h[2] __initdata = { [hit] = { hit } };
            static DEFINE_PER_CPU(struct c, i) = { hit };
            unsigned int j = hit;
            extern int k(hit_t x);
            extern int hit;
            int l(void)
            {
            \tstatic const char names[] = { [hit] = "x" };
            }
            """), [("a", "struct"), ("c", "struct"), ("e", "enum"), ("enum", "enum"),
                   ("f", "struct"), ("struct", "struct"), ("h", "variable"), ("h", "variable"),
                   ("i", "variable"), ("j", "variable"), ("k", "declaration"),
                   ("hit", "variable"), ("l", "function")])

    def test_braces_in_both_branches(self) -> None:
        self.assertEqual(scopes("""\
            #ifdef X
            int a(hit_t x)
            {
            \tif (x) {
            #else
            int b(hit_t x)
            {
            \tif (hit) {
            #endif
            \t\thit;
            \t}
            }
            int c(void) { hit; }
            """), [("a", "function"), ("b", "function"), ("b", "function"), ("a", "function"),
                   ("c", "function")])

    def test_what_cannot_be_followed_is_said(self) -> None:
        for text, problem in (("int a(void)\n{\n{\n}\nint b(void)\n{\n}\n", "inside a"),
                              ("int a(void)\n{\n", "inside something"),
                              ("}\n", "too many"),
                              ("#endif\n", "without #if"),
                              ("#if X\n", "inside something")):
            self.assertIn(problem, " ".join(ctext.read(text, HIT).problems) or "nothing", text)


class PlacesTest(unittest.TestCase):
    """The words and the files."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = directory.name

    def find(self, files: Dict[str, str]) -> places.Found:
        for name, text in files.items():
            path = os.path.join(self.tree, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(textwrap.dedent(text))
        return places.find(self.tree)

    def test_words(self) -> None:
        wanted = """VM_PFNMAP VM_MIXEDMAP VM_SPECIAL VMA_PFNMAP_BIT VMA_MIXEDMAP_BIT
                    VMA_SPECIAL_FLAGS VMA_REMAP_FLAGS VM_REMAP_FLAGS VM_COPY_ON_FORK PFNMAP
                    pte_special pmd_mkspecial pud_special pfn_modify_allowed pfnmap_track
                    follow_pfnmap_start track_pfn_copy untrack_pfn untrack_pfn_clear track_pfn
                    vma_pfnmap_track_ctx_dup""".split()
        others = """VM_IO VMA_IO_BIT VM_PFNMAPS CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
                    pte_special_tests pfnmap retrack_pfn vm_special pte_mkspecially
                    special""".split()
        words = places.wanted([])
        self.assertEqual([word for word in wanted + others if words.fullmatch(word)], wanted)

    def test_files(self) -> None:
        text = "int x = VM_PFNMAP;\n"
        inside = ["mm/a.c", "mm/b/c.h", "fs/proc/d.c", "kernel/e/f.c", "arch/x86/mm/pat/g.c",
                  "include/linux/mm.h", "include/linux/mm_types.h", "include/linux/huge_mm.h"]
        outside = ["mm/README", "fs/h.c", "include/linux/pgtable.h", "include/linux/sched/mm.h",
                   "mm/pfnkunit/x.c", "arch/x86/mm/init.c"]
        tests = ["mm/tests/t.c", "kernel/x_kunit.c", "mm/k/k_test.c", "kernel/selftest.c"]
        found = self.find({name: text for name in inside + outside + tests})
        self.assertEqual([place.file for place in found.places],
                         ["mm/a.c", "mm/b/c.h", "fs/proc/d.c", "kernel/e/f.c",
                          "arch/x86/mm/pat/g.c", "include/linux/mm.h",
                          "include/linux/mm_types.h", "include/linux/huge_mm.h"])
        self.assertEqual(sorted(found.left_out), sorted(tests))

    def test_a_place_is_a_word_in_a_line(self) -> None:
        found = self.find({"mm/a.c": """\
            int f(int x)
            {
            \tBUG_ON((x & (VM_PFNMAP|VM_MIXEDMAP)) == VM_PFNMAP &&
            \t       VM_PFNMAP);
            }
            EXPORT_SYMBOL_GPL(pfnmap_x);
            struct follow_pfnmap_args *g(struct pfnmap_track_ctx *);
            """})
        self.assertEqual([(place.line, place.token) for place in found.places],
                         [(3, "VM_PFNMAP"), (3, "VM_MIXEDMAP"), (4, "VM_PFNMAP")])

    def test_masks_made_of_the_flags(self) -> None:
        found = self.find({
            "include/linux/mm.h": "#define VM_A (VM_IO | \\\n\tVM_PFNMAP)\n#define VMA_B f(VM_A)\n"
                                  "#define VM_C VM_IO\n#define VM_D(x) VM_PFNMAP\n"
                                  "/* #define VM_E VM_PFNMAP */\n",
            "mm/a.c": "int x = VMA_B;\nint y = VM_C + VM_D(1) + VM_E;\n"})
        self.assertEqual(found.masks, ["VMA_B", "VM_A"])
        self.assertIn(("mm/a.c", 1, "VMA_B"),
                      [(place.file, place.line, place.token) for place in found.places])
        self.assertFalse([place for place in found.places if place.file == "mm/a.c"
                          and place.line == 2])

    def test_a_file_that_cannot_be_followed(self) -> None:
        found = self.find({"mm/a.c": "int x = VM_PFNMAP;\nint f(void)\n{\n", "mm/b.c": "{\n"})
        self.assertEqual([problem.split(":")[0] for problem in found.problems], ["mm/a.c"])


SUITE = """\
/* Covers: in_no_place */
struct nothing;

{comment}
static void some_case(struct kunit *test)
{{
}}

static struct kunit_case cases[] = {{
\t{entry},
\t{{}}
}};

static struct kunit_suite suite = {{
\t.name = "mm_x",
\t.test_cases = cases,
}};

{register};
"""


def claims(comment: str, entry: str = "KUNIT_CASE(some_case)",
           register: str = "kunit_test_suite(suite)") -> covers.Claims:
    """What a suite of one case says."""
    text = SUITE.format(comment=comment, entry=entry, register=register)
    return covers.read_text("x_kunit.c", text.split("\n", 3)[3])


class CoversTest(unittest.TestCase):
    """Annotations, and the cases they are above of."""

    def items(self, comment: str, **more: str) -> List[str]:
        found = claims(comment, **more)
        self.assertEqual(found.problems, [])
        self.assertEqual({claim.case for claim in found.claims} - {"mm_x.some_case"}, set())
        return [str(claim.item) for claim in found.claims]

    def refused(self, comment: str, **more: str) -> str:
        found = claims(comment, **more)
        self.assertEqual(found.claims, [])
        self.assertEqual(len(found.problems), 1, found.problems)
        return found.problems[0]

    def test_grammar(self) -> None:
        self.assertEqual(self.items("/* Covers: a, b(), c(VM_X) */"), ["a", "b", "c(VM_X)"])
        self.assertEqual(self.items("/*\n * Text: a, b\n *\n * Covers: a,\n * b(X),\n *\tc\n"
                                    " * More text, b\n */"), ["a", "b(X)", "c"])
        self.assertEqual(self.items("/*\n * Covers: a\n * b\n *\n * Covers: c\n */"), ["a", "c"])
        self.assertEqual(self.items("// Covers: a"), ["a"])
        self.assertEqual(self.items("/* Nothing is said, nothing covered. */"), [])

    def test_malformed(self) -> None:
        for text in ("a.", "a b", "a,,b", "a(b c)", "a, a", "", "a (b)", "the middle, see a",
                     "a,", "mm/x.c"):
            self.assertIn("Covers:", self.refused(f"/* Covers: {text} */"), text)
        self.assertIn("comma", self.refused("/*\n * Covers: a,\n *\n * b\n */"))
        self.assertIn("comma", self.refused("/*\n * Covers: a,\n */"))
        for text in ("covers: a", "Cover: a", "This case Covers: a", "Covers : a", "COVERS: a"):
            self.assertIn("say 'Covers: '", self.refused(f"/* {text} */"), text)

    def test_where_is_the_line_of_the_annotation(self) -> None:
        text = "\n\n/*\n * x\n * Covers: a\n */\nstatic void f(struct kunit *test)\n{\n}\n"
        self.assertIn("x_kunit.c:5: f is in no KUNIT_CASE",
                      covers.read_text("x_kunit.c", text).problems[0])

    def test_right_above_a_case(self) -> None:
        for below in ("\n", "\nstatic int helper;\n", "\n/* other */", "\n#define X"):
            self.assertIn("not right above", self.refused("/* Covers: a */" + below), below)

    def test_the_case_runs(self) -> None:
        for entry in ("KUNIT_CASE_PARAM(some_case, gen)", "KUNIT_CASE_SLOW(some_case)",
                      "KUNIT_CASE_PARAM_ATTR(some_case,\n\t\tgen, {})"):
            self.assertEqual(self.items("/* Covers: a */", entry=entry), ["a"])
        for entry in ("KUNIT_CASE(other)", "/* KUNIT_CASE(some_case) */",
                      '{ "KUNIT_CASE(some_case)" }', "KUNIT_CASE(some_case_2)"):
            self.assertIn("in no KUNIT_CASE list", self.refused("/* Covers: a */", entry=entry))

    def test_the_suite_is_registered(self) -> None:
        both = "kunit_test_suites(&other, &suite)"
        self.assertEqual(self.items("/* Covers: a */", register=both), ["a"])
        for register in ("kunit_test_suite(other)", "/* kunit_test_suite(suite); */"):
            found = claims("/* Covers: a */", register=register)
            self.assertEqual((found.claims, len(found.problems)), ([], 2))

    def test_a_case_of_two_suites(self) -> None:
        text = SUITE.format(comment="/* Covers: a */", entry="KUNIT_CASE(some_case)",
                            register="kunit_test_suites(&suite, &suite2)").split("\n", 3)[3]
        text += ('static struct kunit_suite suite2 = {\n\t.name = "mm_y",\n'
                 "\t.test_cases = cases,\n};\n")
        self.assertEqual([claim.case for claim in covers.read_text("x", text).claims],
                         ["mm_x.some_case", "mm_y.some_case"])

    def test_our_files(self) -> None:
        with tempfile.TemporaryDirectory() as project:
            for name, text in (("a_kunit.c", ""), ("b_kunit.c", "#if X\n"), ("c_kunit.c", ""),
                               ("Makefile", "obj-y += a_kunit.o b_kunit.o # c_kunit.o\n"
                                            "obj-y += xc_kunit.o\n")):
                with open(os.path.join(project, name), "w", encoding="utf-8") as file:
                    file.write(text + SUITE.format(comment="/* Covers: a */",
                                                   entry="KUNIT_CASE(some_case)",
                                                   register="kunit_test_suite(suite)")
                               .split("\n", 3)[3] if name != "Makefile" else text)
            found = covers.read(project)
        self.assertEqual([claim.where.split(":")[0] for claim in found.claims], ["a_kunit.c"])
        self.assertEqual([problem.split(":")[0] for problem in found.problems],
                         ["b_kunit.c", "c_kunit.c"])


def place(token: str = "VM_PFNMAP", function: str = "f", kind: str = "function",
          conditions: Tuple[str, ...] = (), file: str = "mm/a.c") -> Place:
    return Place(file, 7, function, kind, token, list(conditions))


class ReasonsTest(unittest.TestCase):
    """Their form, and whether they are true."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = directory.name
        os.mkdir(os.path.join(self.tree, "mm"))

    def test_form(self) -> None:
        found = reasons.parse("# x: y: z\n\nmm/a.c: f, g(X):\n\tcompiled only\n  with: care\n"
                              "mm/b-c.c: *: called by nobody at all\n")
        self.assertEqual(found.problems, [])
        self.assertEqual([(reason.file, reason.item, reason.text, reason.line)
                          for reason in found.reasons],
                         [("mm/a.c", Item("f"), "compiled only with: care", 3),
                          ("mm/a.c", Item("g", "X"), "compiled only with: care", 3),
                          ("mm/b-c.c", None, "called by nobody at all", 6)])

    def test_malformed(self) -> None:
        for text in ("mm/a.c: f", "mm/a.c: f:", "mm/a.c f: no such thing here", "mm/a.c: f.: a b c",
                     "mm/a.c: *, f: no such thing", "*: f: no such thing", "mm/*: f: a b c d",
                     "mm/a.c: f, f: no such thing"):
            found = reasons.parse(text + "\n")
            self.assertEqual((found.reasons, len(found.problems)), ([], 1), text)
            self.assertTrue(found.problems[0].startswith("tools/surface/reasons:1: "))

    def test_vague(self) -> None:
        for text in ("todo", "TODO: write a case for it", "not tested for the moment",
                     "hard to reach here", "no case", "stub", "prints it",
                     "comes later in another suite"):
            self.assertIn("says nothing", reasons.parse(f"mm/a.c: f: {text}").problems[0], text)

    def untrue(self, text: str, where: Place, makefile: str = "", config: str = "") -> str:
        for name, content in (("mm/Makefile", makefile), ("config", config)):
            with open(os.path.join(self.tree, name), "w", encoding="utf-8") as file:
                file.write(content)
        reason = reasons.Reason(where.file, None, text, 1)
        return reasons.untrue(reason, where, self.tree, [os.path.join(self.tree, "config")])

    def test_declarations(self) -> None:
        for kind in ("declaration", "struct", "enum"):
            self.assertEqual(self.untrue("declaration", place(kind=kind)), "")
        self.assertEqual(self.untrue("declaration", place("VM_X", "VM_X", "macro")), "")
        self.assertEqual(self.untrue("declaration", place("PFNMAP", "VM_X", "macro")), "")
        for where in (place(), place(kind="variable"), place("VM_X", "VM_Y", "macro")):
            self.assertIn("no declaration", self.untrue("declaration, no more", where))

    def test_stubs(self) -> None:
        self.assertEqual(self.untrue("a stub", place(conditions=("!defined(CONFIG_X)",))), "")
        self.assertIn("everywhere", self.untrue("a stub", place(conditions=("defined(CONFIG_X)",))))

    def test_an_option_in_the_source(self) -> None:
        text = "compiled only with CONFIG_X, which is rare"
        for condition in ("defined(CONFIG_X)", "IS_ENABLED(CONFIG_X)", "defined(CONFIG_X) && Y"):
            self.assertEqual(self.untrue(text, place(conditions=("Z", condition))), "")
        for condition in ("defined(CONFIG_XY)", "!defined(CONFIG_X)", "!(defined(CONFIG_X))",
                          "defined(CONFIG_X) || Y", "defined(CONFIG_Y)",
                          "defined(CONFIG_X) && Y || Z"):
            self.assertIn("not under", self.untrue(text, place(conditions=(condition,))), condition)

    def test_an_option_in_the_makefile(self) -> None:
        text = "compiled only with CONFIG_X, which is rare"
        for makefile in ("obj-$(CONFIG_X) += a.o\n", "obj-$(CONFIG_X)\t+= b.o \\\n\ta.o c.o\n",
                         "mm-$(CONFIG_X) := a.o\n"):
            self.assertEqual(self.untrue(text, place(), makefile), "", makefile)
        for makefile in ("obj-y += a.o\n", "obj-$(CONFIG_X) += aa.o a.o.x\n", "",
                         "obj-$(CONFIG_X) += a.o\nobj-y += a.o\n", "obj-$(CONFIG_XY) += a.o\n"):
            self.assertIn("not under", self.untrue(text, place(), makefile), makefile)

    def test_an_option_that_we_set(self) -> None:
        text = "compiled only with CONFIG_X, which is rare"
        where = place(conditions=("defined(CONFIG_X)",))
        for config in ("CONFIG_X=y\n", "A\n CONFIG_X=m\n"):
            self.assertIn("sets CONFIG_X", self.untrue(text, where, config=config))
        for config in ("# CONFIG_X is not set\n", "CONFIG_XY=y\n", "CONFIG_X=n\n"):
            self.assertEqual(self.untrue(text, where, config=config), "")

    def test_without_an_option(self) -> None:
        text = "compiled only without CONFIG_X, but all have it"
        for condition in ("!defined(CONFIG_X)", "!(defined(CONFIG_X))"):
            self.assertEqual(self.untrue(text, place(conditions=(condition,))), "")
        self.assertIn("lack of", self.untrue(text, place(conditions=("defined(CONFIG_X)",))))
        self.assertEqual(self.untrue(text, place(), "m-y := a.o\nm-$(CONFIG_X) := b.o\n"), "")
        self.assertIn("lack of", self.untrue(text, place(), "m-y := a.o\nm-$(CONFIG_X) += b.o\n"))


class JudgeTest(unittest.TestCase):
    """Places, cases and reasons together."""

    def judge(self, found: List[Place], said: Dict[str, str], why: str = "") -> surface.Surface:
        named = [covers.Claim(case, item, f"{case}.c:1")
                 for case, text in said.items() for item in covers.items(text)]
        return surface.judge(places.Found(places=found), covers.Claims(named), reasons.parse(why),
                             "/nowhere", [])

    def test_covered(self) -> None:
        result = self.judge([place(), place("VM_X"), place("VM_X", "g")],
                            {"s.a": "f", "s.b": "f(VM_X), g()", "s.c": "f(VM_PFNMAP)"})
        self.assertEqual([where.cases for where in result.places],
                         [["s.a", "s.c"], ["s.a", "s.b"], ["s.b"]])
        self.assertEqual((result.exit_code, result.unused), (PASSED, []))
        self.assertEqual(surface.counts_line(result),
                         "3 places in 1 files: 3 with a case, 0 with a reason, 0 UNCOVERED")

    def test_a_case_that_names_all_of_a_function(self) -> None:
        found = [place(), place("VM_X"), place("VM_X", "g")]
        result = self.judge(found, {"s.a": "f, g", "s.b": "f(VM_X)"})
        self.assertEqual([where.broad for where in result.places], [True, False, False])
        self.assertIn("VM_PFNMAP  s.a (names all of it)\n", surface.text(result))
        self.assertIn("; 1 only with cases that name all", surface.counts_line(result))

    def test_uncovered(self) -> None:
        result = self.judge([place(), place("VM_X")], {"s.a": "f(VM_X)"})
        self.assertEqual(result.exit_code, TESTS_FAILED)
        text = surface.text(result)
        self.assertRegex(text, r"mm/a.c:7  f  VM_PFNMAP  UNCOVERED\n")
        self.assertRegex(text, r"mm/a.c:7  f  VM_X       s\.a\n")
        self.assertNotIn("s.a\n", surface.text(result, uncovered=True))
        self.assertIn("1 with a case, 0 with a reason, 1 UNCOVERED", text.splitlines()[-1])

    def test_a_reason_does(self) -> None:
        result = self.judge([place()], {}, "mm/a.c: f: called by nobody at all\n")
        self.assertEqual(result.exit_code, PASSED)
        self.assertIn("f  VM_PFNMAP  -- called by nobody at all\n", surface.text(result))

    def test_a_reason_that_is_untrue_or_needless(self) -> None:
        for said, why, problem in (("g", "declaration", "is no declaration"),
                                   ("f", "called by nobody at all", "has the case s.a"),
                                   ("g", "so it is here\nmm/a.c: f(VM_PFNMAP): and so it is",
                                    "has a reason already")):
            result = self.judge([place()], {"s.a": said}, f"mm/a.c: f: {why}\n")
            self.assertEqual(result.exit_code, TESTS_FAILED)
            self.assertIn(problem, surface.text(result))

    def test_a_whole_file_or_a_declaration_is_no_case_s(self) -> None:
        result = self.judge([place(), place(file="mm/b.c"), place(kind="declaration")],
                            {"s.a": "f"}, "mm/b.c: *: nobody ever builds it\n")
        self.assertEqual([where.cases for where in result.places], [["s.a"], [], []])
        self.assertEqual(result.exit_code, TESTS_FAILED)

    def test_about_no_place(self) -> None:
        first = self.judge([place()], {"s.a": "f, g, h(VM_X)"}, "mm/c.c: *: nobody builds it\n")
        self.assertEqual([what.item for what in first.unused], ["g", "h(VM_X)", "mm/c.c: *"])
        self.assertEqual(first.exit_code, PASSED)
        self.assertIn("not here  g (s.a.c:1)\n", surface.text(first))
        second = self.judge([place(), place("VM_X", "h")], {"s.a": "f, g, h(VM_X)"},
                            "mm/c.c: *: nobody builds it\n")
        self.assertEqual([what.item for what in surface.nowhere([first, second])],
                         ["g", "mm/c.c: *"])

    def test_problems_anywhere_fail(self) -> None:
        result = surface.judge(places.Found(), covers.Claims(problems=["x"]), reasons.Reasons(),
                               "/nowhere", [])
        self.assertEqual((result.exit_code, result.problems), (TESTS_FAILED, ["x"]))

    def test_cases_that_passed_nowhere(self) -> None:
        result = self.judge([place(), place("VM_X"), place("VM_Y")],
                            {"s.a": "f(VM_PFNMAP), f(VM_X)", "s.b": "f(VM_X)", "s.c": "f(VM_Y)"})
        self.assertEqual([where.token for where in surface.never_passed(result, {"s.b", "s.d"})],
                         ["VM_PFNMAP", "VM_Y"])

    def test_command(self) -> None:
        tree = source.Tree("/nowhere", "x", "", False)
        result = self.judge([place()], {"s.a": "f"})
        with tempfile.TemporaryDirectory() as directory, \
                mock.patch.object(source, "get", return_value=tree), \
                mock.patch.object(surface, "look", return_value=result), \
                contextlib.redirect_stdout(io.StringIO()) as output:
            path = os.path.join(directory, "x.json")
            self.assertEqual(surface.main("x", directory, path, False), PASSED)
            with open(path, encoding="utf-8") as file:
                data = json.load(file)
        self.assertIn("1 with a case", output.getvalue())
        self.assertEqual(data["counts"], {"with a case": 1, "with a reason": 0, "UNCOVERED": 0})
        self.assertEqual(data["places"][0]["cases"], ["s.a"])


class ProjectTest(unittest.TestCase):
    """What this checkout says, as far as it can be told without a kernel."""

    def test_annotations_are_well_formed(self) -> None:
        self.assertEqual(covers.read(PROJECT).problems, [])

    def test_reasons_are_well_formed(self) -> None:
        self.assertEqual(reasons.read(PROJECT).problems, [])


if __name__ == "__main__":
    unittest.main()
