/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel did: page table entries, reference counts, rss, taint.
 */
#ifndef PFNKUNIT_OBSERVE_H
#define PFNKUNIT_OBSERVE_H

#include <kunit/test.h>
#include <linux/vm_event_item.h>

#include "frames.h"
#include "user_space.h"

/**
 * struct pte_view - a page table entry, decoded
 * @none: nothing there, or no page table; all else is then zero
 * @present: maps a frame
 * @special: pte_special(); always false where the architecture has no such bit
 * @write: may be written
 * @dirty: marked dirty
 * @young: marked accessed
 * @uncached: has the cache mode of pgprot_noncached(); always false where that
 *	changes nothing
 * @combining: the same of pgprot_writecombine()
 * @pfn: the frame it maps
 * @pte: the entry itself
 */
struct pte_view {
	bool none;
	bool present;
	bool special;
	bool write;
	bool dirty;
	bool young;
	bool uncached;
	bool combining;
	unsigned long pfn;
	pte_t pte;
};

/**
 * observe_pte() - Decode the page table entry of a user address.
 * @us: where
 * @addr: the address; there need not be a vma
 *
 * Return: the entry; none for a huge mapping.
 */
struct pte_view observe_pte(struct user_space *us, unsigned long addr);

/**
 * observe_nr_ptes() - Count the entries that are not none.
 * @us: where
 * @addr: first address
 * @nr_pages: number of pages
 *
 * Return: their number.
 */
unsigned int observe_nr_ptes(struct user_space *us, unsigned long addr,
			     unsigned int nr_pages);

/**
 * observe_nr_ptes_locked() - The same for a driver's handler.
 * @vma: a vma whose mm is locked, as it is while ->mmap() runs
 *
 * Return: the number of its entries that are not none.
 */
unsigned int observe_nr_ptes_locked(struct vm_area_struct *vma);

/**
 * observe_normal_page() - What vm_normal_page() says of a mapped user address.
 * @us: where
 * @addr: the address; a present entry must be there
 *
 * See needs_mm_exports().
 *
 * Return: the page, NULL for a special mapping.
 */
struct page *observe_normal_page(struct user_space *us, unsigned long addr);

/**
 * observe_alias_uncached() - Is a kernel address mapped uncached?
 * @addr: address in the linear mapping
 *
 * Return: true if so; always false where an architecture gives no means to see.
 */
bool observe_alias_uncached(void *addr);

/**
 * struct frames_state - references to frames at a moment
 * @frames: the frames
 * @count: of each frame that has a struct page, references and mappings; for
 *	pages of a large folio, those of all of it
 */
struct frames_state {
	struct frames *frames;
	struct {
		int ref;
		int map;
	} *count;
};

/**
 * observe_frames() - Take down the references to frames.
 * @test: the test it belongs to
 * @frames: the frames
 *
 * Return: the state, for expect_frames_untouched().
 */
struct frames_state *observe_frames(struct kunit *test, struct frames *frames);

/**
 * expect_frames_untouched() - Nobody took or dropped a reference or mapping.
 * @test: the test to fail if somebody did
 * @before: state at the beginning
 */
void expect_frames_untouched(struct kunit *test,
			     const struct frames_state *before);

/**
 * expect_frame_counted() - A frame has so many more references and mappings.
 * @test: the test to fail if not
 * @before: state at the beginning
 * @i: index of the frame; it has a struct page
 * @more: how many more of each
 */
void expect_frame_counted(struct kunit *test, const struct frames_state *before,
			  unsigned int i, int more);

/**
 * expect_frames_counted() - Every frame with a struct page is counted so.
 * @test: the test to fail if one is not
 * @before: state at the beginning
 * @more: how many references, and mappings, more each of them has
 */
void expect_frames_counted(struct kunit *test,
			   const struct frames_state *before, int more);

/**
 * expect_rss() - The address space accounts for just so many pages.
 * @test: the test to fail if not
 * @us: the address space
 * @file: pages of files
 * @anon: anonymous pages
 */
void expect_rss(struct kunit *test, struct user_space *us, long file,
		long anon);

/**
 * expect_no_page_tables() - Nothing is mapped, and no page table is left.
 * @test: the test to fail if one is
 * @us: the address space
 */
void expect_no_page_tables(struct kunit *test, struct user_space *us);

/**
 * observe_nr_vmas() - Count the vmas.
 * @us: where
 *
 * Return: their number.
 */
unsigned int observe_nr_vmas(struct user_space *us);

/**
 * observe_events() - How often has something happened, as /proc/vmstat says?
 * @test: the test; skipped where the kernel does not count
 * @item: PGREUSE, COMPAT_COW_KSM, ...
 *
 * Return: the count since the kernel was booted.
 */
unsigned long observe_events(struct kunit *test, enum vm_event_item item);

/**
 * announce_reports() - Say that the kernel will report on purpose.
 * @test: the test that provokes the reports before it ends
 * @nr: how often, exactly
 * @text: what each report has in its first line
 *
 * Whoever judges the kernel log ('pfnkunit run') counts them; any other report
 * is a failure.
 */
void announce_reports(struct kunit *test, unsigned int nr, const char *text);

#endif /* PFNKUNIT_OBSERVE_H */
