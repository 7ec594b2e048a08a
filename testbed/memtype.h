/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cache modes of physical memory, and the list in which x86 keeps track of
 * them: Documentation/arch/x86/pat.rst.
 */
#ifndef PFNKUNIT_MEMTYPE_H
#define PFNKUNIT_MEMTYPE_H

#include <kunit/test.h>
#include <linux/mm.h>

#include "user_space.h"

/**
 * enum memtype_mode - how accesses are cached
 * @CACHE_WB: write-back, the default
 * @CACHE_WC: write-combining, pgprot_writecombine()
 * @CACHE_UC_MINUS: uncached, pgprot_noncached()
 * @CACHE_WT: write-through, pgprot_writethrough()
 * @CACHE_UC: uncached whatever the MTRRs say; only to ask for
 * @CACHE_WP: write-protected; only to ask for
 * @CACHE_OTHER: anything else
 */
enum memtype_mode {
	CACHE_WB,
	CACHE_WC,
	CACHE_UC_MINUS,
	CACHE_WT,
	CACHE_UC,
	CACHE_WP,
	CACHE_OTHER,
};

/**
 * needs_memtype() - An architecture that tracks cache modes, and its list.
 * @test: the test
 */
void needs_memtype(struct kunit *test);

/**
 * needs_pat_off() - x86 with support for PAT that is switched off, as by 'nopat'.
 * @test: the test
 */
void needs_pat_off(struct kunit *test);

/**
 * cache_mode_of() - The cache mode in a protection.
 * @prot: the protection, of a pte or a vma
 *
 * Return: the mode.
 */
enum memtype_mode cache_mode_of(pgprot_t prot);

/**
 * cache_mode_set() - A protection with another cache mode.
 * @prot: a write-back protection
 * @mode: the mode
 *
 * Return: the protection.
 */
pgprot_t cache_mode_set(pgprot_t prot, enum memtype_mode mode);

/**
 * cache_mode_name() - For messages.
 * @mode: the mode
 *
 * Return: its name, as in the list.
 */
const char *cache_mode_name(enum memtype_mode mode);

/**
 * struct tracking - the list's entries that overlap a range
 * @nr: how many
 * @pfn: first frame of the last of them
 * @nr_pages: its length
 * @mode: its mode; if they differ, CACHE_OTHER
 */
struct tracking {
	unsigned int nr;
	unsigned long pfn;
	unsigned long nr_pages;
	enum memtype_mode mode;
};

/**
 * observe_tracking() - Look a range up in the list.
 * @test: the test it belongs to
 * @pfn: first frame
 * @nr_pages: length
 *
 * See needs_memtype().
 *
 * Return: what there is.
 */
struct tracking observe_tracking(struct kunit *test, unsigned long pfn,
				 unsigned long nr_pages);

/**
 * expect_frames_tracked() - The list has these frames as one entry.
 * @test: the test to fail if not
 * @pfn: first frame
 * @nr_pages: how many, no fewer and no more
 * @mode: the entry's mode
 */
void expect_frames_tracked(struct kunit *test, unsigned long pfn,
			   unsigned long nr_pages, enum memtype_mode mode);

/**
 * expect_frames_untracked() - The list has none of these frames.
 * @test: the test to fail if it has
 * @pfn: first frame
 * @nr_pages: how many
 */
void expect_frames_untracked(struct kunit *test, unsigned long pfn,
			     unsigned long nr_pages);

/**
 * frames_reserve_wc() - arch_io_reserve_memtype_wc(): a driver's, without a map.
 * @pfn: first frame
 * @nr_pages: how many
 *
 * Return: what it returns; -EOPNOTSUPP where there are no cache modes.
 */
int frames_reserve_wc(unsigned long pfn, unsigned long nr_pages);

/**
 * frames_unreserve_wc() - arch_io_free_memtype_wc().
 * @pfn: first frame
 * @nr_pages: how many
 */
void frames_unreserve_wc(unsigned long pfn, unsigned long nr_pages);

/**
 * frames_reserve() - memtype_reserve(): a mode for a range, whoever maps it.
 * @pfn: first frame
 * @nr_pages: how many
 * @want: the mode
 * @got: for the mode it has then; NULL if only @want will do
 *
 * See needs_memtype().
 *
 * Return: what it returns; -EOPNOTSUPP where there are no cache modes.
 */
int frames_reserve(unsigned long pfn, unsigned long nr_pages,
		   enum memtype_mode want, enum memtype_mode *got);

/**
 * frames_unreserve() - memtype_free().
 * @pfn: first frame
 * @nr_pages: how many
 *
 * Return: what it returns; -EOPNOTSUPP where there are no cache modes.
 */
int frames_unreserve(unsigned long pfn, unsigned long nr_pages);

/**
 * needs_tracking_by_context() - Vmas that share what they are tracked by.
 * @test: the test
 */
void needs_tracking_by_context(struct kunit *test);

/**
 * tracking_users_set() - How many vmas share what one is tracked by.
 * @us: where
 * @addr: an address in the vma
 * @nr: so many
 *
 * See needs_tracking_by_context().
 *
 * Return: how many it were.
 */
int tracking_users_set(struct user_space *us, unsigned long addr, int nr);

/**
 * memory_mode_set() - How memory is cached: set_memory_wc() and its like.
 * @addr: where the kernel sees the memory
 * @nr_pages: how many
 * @mode: CACHE_WB, CACHE_WC or CACHE_UC_MINUS
 *
 * Return: what it returns; -EOPNOTSUPP where there are no cache modes.
 */
int memory_mode_set(void *addr, unsigned int nr_pages, enum memtype_mode mode);

/**
 * memory_mode() - How the kernel itself maps memory.
 * @addr: where the kernel sees it
 *
 * Return: the mode.
 */
enum memtype_mode memory_mode(void *addr);

#endif /* PFNKUNIT_MEMTYPE_H */
