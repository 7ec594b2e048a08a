# SPDX-License-Identifier: GPL-2.0
"""Puts all mutants of a file into its text, each behind its switch.

An expression E becomes (MUTANT(17) ? (changed) : (E)), a statement S becomes
{ if (!MUTANT(18)) S }. Only one is on at a time, so what stands behind a switch
holds no other mutants: text grows with the depth of nesting, not with its power.
Lines stay where they were.
"""

from dataclasses import dataclass, field
from typing import Dict, List, Sequence, Tuple

from .mutants import Mutant, Span

STATEMENT = "deletion"
HEADER = """\
#ifndef PFNKUNIT_MUTANT_H
#define PFNKUNIT_MUTANT_H
#if defined(PFNKUNIT_KEEP)
#elif defined(PFNKUNIT_ONLY)
#define MUTANT(n) ((n) == PFNKUNIT_ONLY)
#else
extern int pfnkunit_mutant;
extern unsigned char pfnkunit_reached[];
#define MUTANT(n) ({ \\
	asm volatile(".pushsection .discard.pfnkunit\\n\\t.long %c0\\n\\t.popsection" :: "i" (n)); \\
	pfnkunit_reached[n] = 1; \\
	pfnkunit_mutant == (n); \\
})
#endif
#endif
"""
CORE = """
#if !defined(PFNKUNIT_ONLY) && !defined(PFNKUNIT_KEEP)
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/reboot.h>
int pfnkunit_mutant;
core_param(pfnkunit_mutant, pfnkunit_mutant, int, 0444);
unsigned char pfnkunit_reached[%(size)d];
static int pfnkunit_survey;
core_param(pfnkunit_survey, pfnkunit_survey, int, 0444);
static int pfnkunit_tell(struct notifier_block *block, unsigned long event, void *data)
{
	int i, n = 0;
	static char line[256];
	int used = 0;

	for (i = 1; i < %(size)d; i++) {
		if (!pfnkunit_reached[i])
			continue;
		used += scnprintf(line + used, sizeof(line) - used, " %%d", i);
		n++;
		if (used > 200) {
			pr_info("pfnkunit: reached%%s\\n", line);
			used = 0;
		}
	}
	pr_info("pfnkunit: reached%%s\\n", used ? line : "");
	pr_info("pfnkunit: reached-all %%d\\n", n);
	return NOTIFY_DONE;
}
static struct notifier_block pfnkunit_block = { .notifier_call = pfnkunit_tell };
static int __init pfnkunit_listen(void)
{
	if (pfnkunit_survey)
		register_reboot_notifier(&pfnkunit_block);
	return 0;
}
core_initcall(pfnkunit_listen);
void pfnkunit_lacking(void);
void pfnkunit_lacking(void)
{
	panic("pfnkunit: a mutant calls what this kernel lacks");
}
%(aliases)s#endif
"""
ALIAS = 'asm(".globl %s\\n\\t.set %s, pfnkunit_lacking");\n'


@dataclass
class _Node:
    """A place with mutants, and the places inside of it."""

    span: Span
    mutants: List[Mutant] = field(default_factory=list)
    inner: List["_Node"] = field(default_factory=list)


@dataclass
class Composed:
    """A file's text with mutants in it."""

    text: str
    left_out: List[Mutant]
    """Those that overlap another one without one being inside of the other."""
    places: List[Tuple[int, int, int]]
    """First offset, offset behind the last, number: what belongs to which mutant."""

    def at(self, offset: int) -> List[int]:
        """The mutants that a place belongs to: its own one, else those around it, innermost."""
        found = [(end - start, number) for start, end, number in self.places
                 if start <= offset < end]
        smallest = min(found, default=(0, 0))[0]
        return [number for size, number in found if size == smallest]


def compose(text: str, mutants: Sequence[Mutant], head: str = "", tail: str = "") -> Composed:
    """The text with all of these in it; head goes in front of its first line."""
    roots: List[_Node] = []
    left_out: List[Mutant] = []
    for mutant in sorted(mutants, key=lambda item: (item.span[0], -item.span[1])):
        if not _place(roots, mutant):
            left_out.append(mutant)
    composer = _Composer(text)
    composer.put(head)
    composer.copy((0, len(text)), roots)
    composer.put(tail)
    return Composed("".join(composer.parts), left_out, composer.places)


def _place(nodes: List[_Node], mutant: Mutant) -> bool:
    """Puts a mutant into the tree; they come outer ones first."""
    start, end = mutant.span
    if not nodes or nodes[-1].span[1] <= start:
        nodes.append(_Node(mutant.span, [mutant]))
        return True
    last = nodes[-1]
    if last.span == mutant.span:
        if (last.mutants[0].operator == STATEMENT) != (mutant.operator == STATEMENT):
            return False
        last.mutants.append(mutant)
        return True
    if end <= last.span[1]:
        return _place(last.inner, mutant)
    return False


class _Composer:
    """Writes text, and remembers where what is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._length = 0
        self.parts: List[str] = []
        self.places: List[Tuple[int, int, int]] = []

    def put(self, text: str) -> None:
        """Adds a piece."""
        self.parts.append(text)
        self._length += len(text)

    def copy(self, span: Span, nodes: Sequence[_Node]) -> None:
        """Adds the original text, with what is inside of it."""
        at = span[0]
        for node in nodes:
            self.put(self._text[at:node.span[0]])
            self._node(node)
            at = node.span[1]
        self.put(self._text[at:span[1]])

    def _node(self, node: _Node) -> None:
        start = self._length
        inner = [mutant.number for mutant in node.mutants]
        if node.mutants[0].operator == STATEMENT:
            self.put(f"{{ if (!MUTANT({inner[0]})) ")
            self.copy(node.span, node.inner)
            self.put(" }")
        else:
            self.put("(")
            for mutant in node.mutants:
                begin = self._length
                self.put(f"MUTANT({mutant.number}) ? ({mutant.after}) : ")
                self.places.append((begin, self._length, mutant.number))
            self.put("(")
            self.copy(node.span, node.inner)
            self.put("))")
        self.places += [(start, self._length, number) for number in inner]


def by_file(mutants: Sequence[Mutant]) -> Dict[str, List[Mutant]]:
    """Mutants, by the file they are in."""
    found: Dict[str, List[Mutant]] = {}
    for mutant in mutants:
        found.setdefault(mutant.file, []).append(mutant)
    return found
