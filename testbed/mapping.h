/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What most cases begin with: frames, a file of them, and a place in a user
 * address space where the file is mapped.
 */
#ifndef PFNKUNIT_MAPPING_H
#define PFNKUNIT_MAPPING_H

#include <kunit/test.h>

#include "frames.h"
#include "observe.h"
#include "pfn_file.h"
#include "user_space.h"

/**
 * struct mapping - a file of raw frames, mapped
 * @pf: the file
 * @frames: its frames, one for each page of the mapping
 * @before: references to them before anything was mapped
 * @us: the address space
 * @addr: where it is mapped
 */
struct mapping {
	struct pfn_file *pf;
	struct frames *frames;
	struct frames_state *before;
	struct user_space *us;
	unsigned long addr;
};

/**
 * mapping_create() - Map a file of fresh frames, readable and writable.
 * @test: the test it belongs to
 * @kind: how the frames lie
 * @nr_pages: their number, and the mapping's length
 * @map_flags: MAP_SHARED or MAP_PRIVATE
 * @how: what kind of file, but for its @frames
 *
 * Return: the mapping. Fails the test when it can't be made.
 */
struct mapping mapping_create(struct kunit *test, enum frames_kind kind,
			      unsigned int nr_pages, unsigned long map_flags,
			      const struct pfn_file *how);

/**
 * mapping_create_prot() - The same with other access.
 * @test: the test it belongs to
 * @kind: how the frames lie
 * @nr_pages: their number, and the mapping's length
 * @prot: PROT_*
 * @map_flags: MAP_SHARED or MAP_PRIVATE
 * @how: what kind of file, but for its @frames
 *
 * Return: the mapping. Fails the test when it can't be made.
 */
struct mapping mapping_create_prot(struct kunit *test, enum frames_kind kind,
				   unsigned int nr_pages, unsigned long prot,
				   unsigned long map_flags,
				   const struct pfn_file *how);

/**
 * mapping_create_across() - As mapping_create(), lying in two page tables.
 * @test: the test it belongs to
 * @kind: how the frames lie
 * @nr_pages: their number; the second half is in another page table
 * @map_flags: MAP_SHARED or MAP_PRIVATE
 * @how: what kind of file, but for its @frames
 *
 * Return: the mapping. Fails the test when it can't be made.
 */
struct mapping mapping_create_across(struct kunit *test, enum frames_kind kind,
				     unsigned int nr_pages,
				     unsigned long map_flags,
				     const struct pfn_file *how);

/**
 * mapping_prepare() - All of it but the address space.
 * @test: the test it belongs to
 * @kind: how the frames lie
 * @nr_pages: their number
 * @how: what kind of file, but for its @frames
 *
 * Return: a mapping without @us and @addr, to be mapped.
 */
struct mapping mapping_prepare(struct kunit *test, enum frames_kind kind,
			       unsigned int nr_pages,
			       const struct pfn_file *how);

/**
 * mapping_page() - Where is a page of it?
 * @m: the mapping
 * @page: index of the page
 *
 * Return: the user address.
 */
static inline unsigned long mapping_page(const struct mapping *m,
					 unsigned int page)
{
	return m->addr + page * PAGE_SIZE;
}

/**
 * expect_raw_frame() - A page of the mapping is its frame, as a special entry.
 * @test: the test to fail if not
 * @m: the mapping
 * @page: index of the page
 */
void expect_raw_frame(struct kunit *test, const struct mapping *m,
		      unsigned int page);

/**
 * expect_copy() - A page of the mapping is a private, written copy of its frame.
 * @test: the test to fail if not
 * @m: the mapping
 * @page: index of the page
 */
void expect_copy(struct kunit *test, const struct mapping *m,
		 unsigned int page);

/**
 * expect_copied_words() - A page has what its frame holds, but for one word.
 * @test: the test to fail if not
 * @m: the mapping
 * @page: index of the page
 * @first: its first word, which was written
 */
void expect_copied_words(struct kunit *test, const struct mapping *m,
			 unsigned int page, unsigned long first);

/**
 * expect_counted_frame() - A page of the mapping is its frame, as a normal page.
 * @test: the test to fail if not
 * @m: the mapping
 * @page: index of the page
 *
 * The entry is not special, and mm has counted it, just once.
 */
void expect_counted_frame(struct kunit *test, const struct mapping *m,
			  unsigned int page);

/**
 * expect_first_pages_counted() - Just the first pages of a mapping are mapped.
 * @test: the test to fail if not
 * @m: the mapping, of pages that mm counts
 * @nr: how many; each of them is counted once, and no other one
 */
void expect_first_pages_counted(struct kunit *test, const struct mapping *m,
				unsigned int nr);

/**
 * expect_frames_intact() - Every frame holds what frames_alloc() put there.
 * @test: the test to fail if not
 * @m: the mapping; its frames have memory behind them
 */
void expect_frames_intact(struct kunit *test, const struct mapping *m);

/**
 * struct mapping_state - a mapping at a moment
 * @m: the mapping
 * @frames: references to its frames
 * @nr_faults: calls of the fault handler so far
 * @pte: the entry of each page
 */
struct mapping_state {
	const struct mapping *m;
	struct frames_state *frames;
	int nr_faults;
	struct pte_view pte[];
};

/**
 * mapping_note() - Take down how it is mapped.
 * @test: the test it belongs to
 * @m: the mapping
 *
 * Return: the state, for expect_mapping_unchanged().
 */
struct mapping_state *mapping_note(struct kunit *test, const struct mapping *m);

/**
 * expect_mapping_unchanged() - All is mapped as it was.
 * @test: the test to fail if not
 * @before: the state at the beginning
 * @what: named in a failure: what was done in between
 *
 * That is: each entry, but for its dirty and young bits; references to frames;
 * and the fault handler was not called.
 */
void expect_mapping_unchanged(struct kunit *test,
			      const struct mapping_state *before,
			      const char *what);

/**
 * expect_nothing_mapped() - No page of the mapping has an entry, or is counted.
 * @test: the test to fail if one is
 * @m: the mapping
 */
void expect_nothing_mapped(struct kunit *test, const struct mapping *m);

#endif /* PFNKUNIT_MAPPING_H */
