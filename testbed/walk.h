/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Walks over page tables, as mm/pagewalk.c has them for the rest of mm.
 */
#ifndef PFNKUNIT_WALK_H
#define PFNKUNIT_WALK_H

#include <linux/mm_types.h>

#include "exports.h"

struct mm_struct;
struct page;
struct user_space;

/**
 * struct walk - how to walk, and what was found
 * @test: ask a test_walk handler for each vma
 * @skip: the answer of that handler for the first vma: 1 to skip it
 * @holes: have a pte_hole handler
 * @hole_ret: its answer
 * @nr_tests: calls of test_walk
 * @nr_holes: calls of pte_hole
 * @hole_start: first address of the first hole
 * @hole_end: end of it
 * @hole_depth: the level of its page table, as the handler was told
 * @nr_ptes: calls of pte_entry
 */
struct walk {
	bool test;
	int skip;
	bool holes;
	int hole_ret;
	unsigned int nr_tests;
	unsigned int nr_holes;
	unsigned long hole_start;
	unsigned long hole_end;
	int hole_depth;
	unsigned int nr_ptes;
};

/**
 * struct folio_view - what folio_walk_start() says
 * @first: the folio's first page, or NULL
 * @page: the page of the address
 * @by_pte: it is mapped by a page table entry
 * @pte: that entry, if so
 * @same: it is what stands in the page table
 * @locked: the page table was locked meanwhile
 * @held: locks it holds after folio_walk_end(), as preempt_count() counts them
 */
struct folio_view {
	struct page *first;
	struct page *page;
	bool by_pte;
	pte_t pte;
	bool same;
	bool locked;
	int held;
};

#if HAVE_MM_EXPORTS

/**
 * mm_walk_range() - walk_page_range().
 * @mm: the address space
 * @start: first address
 * @end: end
 * @w: how
 *
 * Return: what walk_page_range() returns.
 */
int mm_walk_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		  struct walk *w);

/**
 * mm_walk_vma() - walk_page_vma().
 * @mm: the address space
 * @addr: an address in the vma
 * @w: how
 *
 * Return: what walk_page_vma() returns.
 */
int mm_walk_vma(struct mm_struct *mm, unsigned long addr, struct walk *w);

/**
 * file_walk() - walk_page_mapping(): all mappings of a part of a file.
 * @file: the file
 * @first: first page of the file
 * @nr: pages
 * @w: how
 *
 * Return: what walk_page_mapping() returns.
 */
int file_walk(struct file *file, unsigned long first, unsigned long nr,
	      struct walk *w);

/**
 * mm_folio_walk() - Which folio does folio_walk_start() find?
 * @mm: the address space
 * @addr: an address
 * @zeropage: with FW_ZEROPAGE
 *
 * Return: its first page, or NULL. No reference is held.
 */
struct page *mm_folio_walk(struct mm_struct *mm, unsigned long addr,
			   bool zeropage);

/**
 * mm_folio_view() - All that folio_walk_start() says.
 * @mm: the address space
 * @in: an address in the vma that is named
 * @addr: the address to look at
 * @zeropage: with FW_ZEROPAGE
 *
 * Return: that. No reference is held.
 */
struct folio_view mm_folio_view(struct mm_struct *mm, unsigned long in,
				unsigned long addr, bool zeropage);

#else

static inline struct folio_view mm_folio_view(struct mm_struct *mm,
					      unsigned long in,
					      unsigned long addr, bool zeropage)
{
	return (struct folio_view){};
}

static inline int mm_walk_range(struct mm_struct *mm, unsigned long start,
				unsigned long end, struct walk *w)
{
	return -EOPNOTSUPP;
}

static inline int mm_walk_vma(struct mm_struct *mm, unsigned long addr,
			      struct walk *w)
{
	return -EOPNOTSUPP;
}

static inline int file_walk(struct file *file, unsigned long first,
			    unsigned long nr, struct walk *w)
{
	return -EOPNOTSUPP;
}

static inline struct page *mm_folio_walk(struct mm_struct *mm,
					 unsigned long addr, bool zeropage)
{
	return NULL;
}

#endif

#endif /* PFNKUNIT_WALK_H */
