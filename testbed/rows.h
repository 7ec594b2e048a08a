/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decision table of vm_normal_page(): all that it has to decide, a row each.
 */
#ifndef PFNKUNIT_ROWS_H
#define PFNKUNIT_ROWS_H

#include <kunit/test.h>
#include <linux/mm.h>

#include "oracle.h"

#define HAS_MARK IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL)

/* Pages in the mapping of a row; it has a first, a middle and a last one. */
#define ROW_PAGES 8

#define NR_ROW_MAPS	3
#define NR_ROW_SHARINGS	5
#define NR_ROW_BACKINGS	4
#define NR_ROWS		(NR_ROW_MAPS * NR_ROW_SHARINGS * NR_ROW_BACKINGS * \
			 2 * (1 + HAS_MARK))

/**
 * struct row - one input
 * @map: plain, VM_PFNMAP or VM_MIXEDMAP
 * @sharing: shared or private, and what may become of it
 * @backing: what the frame is
 * @on_rule: the entry obeys the linear rule
 * @marked: it is marked special, where there is such a mark
 */
struct row {
	unsigned int map;
	unsigned int sharing;
	enum oracle_backing backing;
	bool on_rule;
	bool marked;
};

/**
 * struct row_pfns - frames for the rows
 * @of: a frame number for each kind of backing
 */
struct row_pfns {
	unsigned long of[NR_ROW_BACKINGS];
};

/**
 * rows_fill() - Make the table.
 * @table: gets every row once
 */
void rows_fill(struct row table[NR_ROWS]);

/**
 * row_vm_flags() - The mapping that a row is about.
 * @row: the row
 *
 * Return: its VM_*.
 */
unsigned long row_vm_flags(const struct row *row);

/**
 * row_entry() - A row, for the oracle.
 * @row: the row
 *
 * Return: the entry.
 */
struct oracle_entry row_entry(const struct row *row);

/**
 * row_verdict() - What the rule says of a row.
 * @row: the row
 *
 * Return: the oracle's verdict.
 */
enum oracle_verdict row_verdict(const struct row *row);

/**
 * row_name() - A row in words.
 * @row: the row
 * @name: gets the words, KUNIT_PARAM_DESC_SIZE bytes
 */
void row_name(const struct row *row, char *name);

/**
 * row_pfns() - Frame numbers for the rows.
 * @test: the test they belong to
 *
 * See needs_mm_exports().
 *
 * Return: the numbers.
 */
struct row_pfns row_pfns(struct kunit *test);

/**
 * row_vma() - A vma to map rows in.
 * @test: the test it belongs to
 * @start: gets the address for row_map()
 *
 * It lies over page tables: print_bad_pte() looks at those when an entry is
 * taken for corrupt, rightly or not.
 *
 * Return: the vma, without a shape yet.
 */
struct vm_area_struct *row_vma(struct kunit *test, unsigned long *start);

/**
 * row_map() - Put a frame at a page of a mapping of a row's kind.
 * @row: the row
 * @vma: from row_vma(); gets the shape
 * @start: where the mapping begins, before a split
 * @pfn: the frame
 * @cut: pages that a split has cut off at the start
 * @page: the page
 * @miss: how many pages it is off the linear rule
 *
 * Return: the address of the page.
 */
unsigned long row_map(const struct row *row, struct vm_area_struct *vma,
		      unsigned long start, unsigned long pfn, unsigned int cut,
		      unsigned int page, long miss);

/**
 * row_pte() - The page table entry of a row.
 * @row: the row
 * @pfn: the frame
 *
 * Return: the entry.
 */
pte_t row_pte(const struct row *row, unsigned long pfn);

#endif /* PFNKUNIT_ROWS_H */
