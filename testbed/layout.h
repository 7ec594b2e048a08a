/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each page of a mapping is, written down in one line.
 */
#ifndef PFNKUNIT_LAYOUT_H
#define PFNKUNIT_LAYOUT_H

#include <kunit/test.h>

#include "mapping.h"

/**
 * expect_layout() - Each page of a mapping is what is written down.
 * @test: the test to fail if not
 * @m: the mapping
 * @layout: a letter for each page, from its first:
 *
 *	'r' the raw frame: no page that mm would know of
 *	'p' the frame as a page that mm counts, of the file
 *	'c' a private copy: an anonymous page that mm counts
 *	'.' nothing
 */
void expect_layout(struct kunit *test, const struct mapping *m,
		   const char *layout);

/**
 * mapping_write_copies() - Write to the pages marked 'c' in a layout.
 * @test: the test; fails if a write does
 * @m: the mapping, private
 * @layout: as for expect_layout()
 *
 * The first word of page n becomes layout_word(n).
 */
void mapping_write_copies(struct kunit *test, const struct mapping *m,
			  const char *layout);

/**
 * expect_copies_kept() - The pages marked 'c' hold what has been written there.
 * @test: the test to fail if not
 * @m: the mapping
 * @layout: as for mapping_write_copies()
 */
void expect_copies_kept(struct kunit *test, const struct mapping *m,
			const char *layout);

/**
 * layout_word() - The word that mapping_write_copies() writes.
 * @page: index of the page
 *
 * Return: the word.
 */
static inline unsigned long layout_word(unsigned int page)
{
	return 4711 + page;
}

/**
 * mapping_fork() - Fork the address space that a mapping is in.
 * @test: the test the child lives as long as
 * @m: the mapping
 *
 * Return: the same mapping in the child. Fails the test if there is none.
 */
struct mapping mapping_fork(struct kunit *test, const struct mapping *m);

/**
 * mapping_moved() - The same mapping, or part of it, elsewhere.
 * @m: the mapping
 * @addr: where its first page is, or would be, now
 *
 * Return: the mapping at its new place.
 */
struct mapping mapping_moved(const struct mapping *m, unsigned long addr);

/**
 * expect_piece() - Some pages of a mapping are a vma of its own, still special.
 * @test: the test to fail if not
 * @m: the mapping
 * @first: index of the vma's first page
 * @nr: how many pages the vma has
 * @pgoff: its vm_pgoff: the first pfn for a private remap, otherwise where in
 *	the file it begins
 */
void expect_piece(struct kunit *test, const struct mapping *m,
		  unsigned int first, unsigned int nr, unsigned long pgoff);

/**
 * expect_no_vma() - Some pages of a mapping are in no vma.
 * @test: the test to fail if one is
 * @m: the mapping
 * @first: index of the first page
 * @nr: how many pages
 */
void expect_no_vma(struct kunit *test, const struct mapping *m,
		   unsigned int first, unsigned int nr);

#endif /* PFNKUNIT_LAYOUT_H */
