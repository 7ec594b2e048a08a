// SPDX-License-Identifier: GPL-2.0
/*
 * Huge mappings of raw frames: vmf_insert_pfn_pmd() in a handler of huge
 * faults, and what later becomes of such an entry.
 *
 * They are to be what vmf_insert_pfn() makes, only larger: special, not
 * counted, linear in themselves. This file has those of the pmd level; puds are
 * in mm_pfnmap_pud_kunit.c, and what vm_normal_page_pmd() has to say, also of
 * huge folios, is in mm_pfnmap_huge_rule_kunit.c.
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/fork.h"
#include "testbed/testbed.h"

#define NR_PAGES (PMD_SIZE >> PAGE_SHIFT)

static vm_fault_t pfn_mkwrite_allow(struct vm_fault *vmf)
{
	return 0;
}

static const struct pfn_file huge_file = {
	.vm_flags = VM_PFNMAP,
	.ops = { .fault = pfn_file_insert, .huge_fault = pfn_file_insert_huge },
};

/* Write-notified, so that a read maps read-only. */
static const struct pfn_file notified_file = {
	.vm_flags = VM_PFNMAP,
	.ops = {
		.fault = pfn_file_insert,
		.huge_fault = pfn_file_insert_huge,
		.pfn_mkwrite = pfn_mkwrite_allow,
	},
};

/* Frames for one pmd, mapped at @addr from page @pgoff of the file on. */
static struct mapping map_frames(struct kunit *test, enum frames_kind kind,
				 const struct pfn_file *how, unsigned long addr,
				 unsigned long nr_pages, unsigned long pgoff)
{
	struct pfn_file with_frames = *how;
	struct mapping m = {};

	needs_huge_pfnmap(test, HUGE_PMD);
	m.frames = frames_alloc_aligned(test, kind, huge_order(HUGE_PMD));
	m.before = observe_frames(test, m.frames);
	with_frames.frames = m.frames;
	m.pf = pfn_file_open(test, &with_frames);
	m.us = user_space_create(test);
	m.addr = user_mmap_at(m.us, addr, m.pf->file, nr_pages,
			      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			      pgoff);
	KUNIT_ASSERT_EQ(test, m.addr, addr);
	return m;
}

static struct mapping map_huge(struct kunit *test, enum frames_kind kind,
			       const struct pfn_file *how)
{
	return map_frames(test, kind, how, HUGE_START, NR_PAGES, 0);
}

/* The whole mapping is one entry, and mm has no page to see there. */
static void expect_raw_pmd(struct kunit *test, const struct mapping *m)
{
	struct huge_view pmd = observe_huge(m->us, m->addr);

	KUNIT_EXPECT_EQ(test, pmd.level, HUGE_PMD);
	KUNIT_EXPECT_TRUE(test, pmd.special);
	KUNIT_EXPECT_EQ(test, pmd.pfn, m->frames->frame[0].pfn);
	KUNIT_EXPECT_NULL(test, observe_normal_huge_page(m->us, m->addr));
	KUNIT_EXPECT_NULL(test, observe_folio(m->us, mapping_page(m, 3)));
}

/* Every page of a range reads as its frame; faults it in where needed. */
static void expect_contents(struct kunit *test, const struct mapping *m,
			    unsigned int first, unsigned int nr)
{
	unsigned int page;

	for (page = first; page < first + nr; page++) {
		unsigned long pfn = m->frames->frame[page].pfn, word = 0;

		KUNIT_ASSERT_EQ(test, 0, user_read(m->us, mapping_page(m, page),
						   &word));
		KUNIT_ASSERT_EQ_MSG(test, word, frames_pattern(pfn, 0),
				    "page %u", page);
	}
}

/* How often was the handler of huge faults asked up to now? */
static int huge_faults(const struct mapping *m)
{
	return atomic_read(&m->pf->nr_huge_faults);
}

static void expect_unreadable(struct kunit *test, const struct mapping *m,
			      unsigned int page)
{
	unsigned long word;

	KUNIT_EXPECT_EQ_MSG(test, -EFAULT,
			    user_read(m->us, mapping_page(m, page), &word),
			    "page %u", page);
}

/*
 * A read of any page maps all of them, and no more faults are needed.
 * vmf->address need not be aligned: fce86ff5802b.
 *
 * Covers: vmf_insert_pfn_pmd, insert_pmd, insert_pfn_pmd, vm_normal_page_pmd,
 * vma_is_special_huge
 */
static void read_of_one_page_maps_all_by_one_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	unsigned long word = 0;
	int faults;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 3), &word));
	faults = huge_faults(&m);
	expect_raw_pmd(test, &m);

	expect_contents(test, &m, 0, NR_PAGES);
	KUNIT_EXPECT_EQ(test, huge_faults(&m), faults);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/*
 * Covers: vmf_insert_pfn_pmd, insert_pmd, insert_pfn_pmd, vm_normal_page_pmd
 */
static void frames_without_struct_page_are_mapped_as_well(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_PAGELESS, &huge_file);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 3), 0),
			VM_FAULT_NOPAGE);
	expect_raw_pmd(test, &m);

	needs_reachable(test, m.frames);
	expect_contents(test, &m, 0, NR_PAGES);
	expect_rss(test, m.us, 0, 0);
}

/*
 * There is nothing to be saved by small entries: the settings for huge pages
 * are about memory.
 *
 * Covers: vma_file_bypass_thp_tuneables
 */
static void settings_for_huge_pages_do_not_matter(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	knob_set(test, "transparent_hugepage/enabled", "never");
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	expect_raw_pmd(test, &m);
}

/* As vmf_insert_pfn(): with @write the access need not fault again. */
static void write_fault_maps_writable_and_dirty(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &notified_file);
	struct huge_view pmd;

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 3),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);

	pmd = observe_huge(m.us, m.addr);
	KUNIT_EXPECT_TRUE(test, pmd.write);
	KUNIT_EXPECT_TRUE(test, pmd.dirty);
	KUNIT_EXPECT_TRUE(test, pmd.young);
	expect_raw_pmd(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 3), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[3]), 4711);
}

/* Unless a driver wants to know of writes, nobody asks when they come. */
static void entry_is_writable_from_the_start_where_nobody_is_notified(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_TRUE(test, observe_huge(m.us, m.addr).write);
	KUNIT_EXPECT_FALSE(test, observe_huge(m.us, m.addr).dirty);
	expect_raw_pmd(test, &m);
}

/*
 * The write after a read finds the entry and asks the handler of huge faults
 * once more. Crashed for an address that was not the first page's:
 * fce86ff5802b.
 */
static void write_after_read_makes_the_entry_writable(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &notified_file);
	struct huge_view pmd;
	int faults;

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 3), 0),
			VM_FAULT_NOPAGE);
	faults = huge_faults(&m);
	pmd = observe_huge(m.us, m.addr);
	KUNIT_EXPECT_FALSE(test, pmd.write);
	KUNIT_EXPECT_FALSE(test, pmd.dirty);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 5),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	pmd = observe_huge(m.us, m.addr);
	KUNIT_EXPECT_TRUE(test, pmd.write);
	KUNIT_EXPECT_TRUE(test, pmd.dirty);
	expect_raw_pmd(test, &m);
	KUNIT_EXPECT_EQ(test, huge_faults(&m), faults + 1);
	expect_contents(test, &m, 0, NR_PAGES);
}

/* 'If the entry is there already, do nothing', as for vmf_insert_pfn(). */
static void second_read_insert_keeps_the_first_frame(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &notified_file);
	unsigned long other;

	needs_huge_pfnmap(test, HUGE_PMD);
	other = frames_pfn_above(huge_order(HUGE_PMD));
	user_fault(m.us, m.addr, 0);
	EXPECT_VM_FAULT(test, huge_insert_at(m.us, mapping_page(&m, 9),
					     HUGE_PMD, other, false),
			VM_FAULT_NOPAGE);

	expect_raw_pmd(test, &m);
	KUNIT_EXPECT_FALSE(test, observe_huge(m.us, m.addr).write);
}

/* A write of another frame is a driver's bug: it is warned of, and refused. */
static void second_write_insert_of_another_frame_is_refused(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &notified_file);
	unsigned long other = frames_pfn_above(huge_order(HUGE_PMD));

	user_fault(m.us, m.addr, 0);
	EXPECT_WARNINGS(test, 1)
		EXPECT_VM_FAULT(test,
				huge_insert_at(m.us, mapping_page(&m, 9),
					       HUGE_PMD, other, true),
				VM_FAULT_NOPAGE);

	expect_raw_pmd(test, &m);
	KUNIT_EXPECT_FALSE(test, observe_huge(m.us, m.addr).write);
}

/* Without any look at the vma: what mm itself refuses. */
static vm_fault_t insert_blindly(struct vm_fault *vmf, unsigned int order)
{
	if (order != huge_order(HUGE_PMD))
		return VM_FAULT_FALLBACK;
	return huge_insert_pfn(vmf, HUGE_PMD,
			       pfn_file_of(vmf)->frames->frame[0].pfn, false);
}

/* As vmf_insert_pfn(): SIGBUS outside of the vma. */
static void entry_that_begins_before_the_vma_is_refused(struct kunit *test)
{
	struct mapping m = map_frames(test, FRAMES_CONTIGUOUS,
				      &(struct pfn_file){
					.vm_flags = VM_PFNMAP,
					.ops = {
						.fault = pfn_file_insert,
						.huge_fault = insert_blindly,
					} },
				      HUGE_START + PMD_SIZE / 2, NR_PAGES / 2,
				      NR_PAGES / 2);

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, 1), 0);
}

/* VM_FAULT_FALLBACK leads to the handler of single pages, for that page only. */
static void expect_fallback(struct kunit *test, const struct mapping *m,
			    unsigned int first_page)
{
	unsigned long word = 0, pfn = m->frames->frame[first_page + 3].pfn;

	KUNIT_ASSERT_EQ(test, 0, user_read(m->us, mapping_page(m, 3), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(pfn, 0));
	KUNIT_EXPECT_GE(test, atomic_read(&m->pf->nr_huge_faults), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->pf->nr_faults), 1);
	KUNIT_EXPECT_EQ(test, observe_huge(m->us, m->addr).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m->us, m->addr, NR_PAGES / 2), 1);
	KUNIT_EXPECT_EQ(test, observe_pte(m->us, mapping_page(m, 3)).pfn, pfn);
}

static void vma_shorter_than_the_entry_falls_back(struct kunit *test)
{
	struct mapping m = map_frames(test, FRAMES_CONTIGUOUS, &huge_file,
				      HUGE_START, NR_PAGES / 2, 0);

	expect_fallback(test, &m, 0);
}

static void misaligned_frames_fall_back(struct kunit *test)
{
	struct mapping m = map_frames(test, FRAMES_CONTIGUOUS, &huge_file,
				      HUGE_START, NR_PAGES - 1, 1);

	expect_fallback(test, &m, 1);
}

static vm_fault_t huge_sigbus(struct vm_fault *vmf, unsigned int order)
{
	return VM_FAULT_SIGBUS;
}

/* Only VM_FAULT_FALLBACK falls back; all else is the result of the fault. */
static void sigbus_of_the_huge_handler_is_final(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS,
				    &(struct pfn_file){
					.vm_flags = VM_PFNMAP,
					.ops = {
						.fault = pfn_file_insert,
						.huge_fault = huge_sigbus,
					} });

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
}

/* Where a page is mapped already, the rest of the range comes page by page. */
static void range_begun_with_small_pages_stays_small(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, 8), 1));
	expect_contents(test, &m, 0, 8);
	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 8);
	expect_contents(test, &m, 9, NR_PAGES - 9);
	expect_frames_untouched(test, m.before);
}

struct asked {
	unsigned int nr;
	unsigned int order[4];
};

static vm_fault_t note_order_and_fall_back(struct vm_fault *vmf,
					   unsigned int order)
{
	struct asked *asked = pfn_file_of(vmf)->data;

	if (asked->nr < ARRAY_SIZE(asked->order))
		asked->order[asked->nr++] = order;
	return VM_FAULT_FALLBACK;
}

/* The largest entry first, then smaller ones, each once; then single pages. */
static void handler_is_asked_from_large_to_small(struct kunit *test)
{
	struct asked asked = {};
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS,
				    &(struct pfn_file){
					.vm_flags = VM_PFNMAP,
					.ops = {
						.fault = pfn_file_insert,
						.huge_fault =
						    note_order_and_fall_back,
					},
					.data = &asked,
				    });

	needs_huge_pfnmap(test, HUGE_PUD);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 3), 0),
			VM_FAULT_NOPAGE);

	KUNIT_ASSERT_EQ(test, asked.nr, 2);
	KUNIT_EXPECT_EQ(test, asked.order[0], huge_order(HUGE_PUD));
	KUNIT_EXPECT_EQ(test, asked.order[1], huge_order(HUGE_PMD));
	expect_raw_frame(test, &m, 3);
}

/*
 * Nothing is left: no entry, no page table that was put aside for a split.
 *
 * Covers: vm_normal_page_pmd, vma_is_special_huge
 */
static void munmap_leaves_nothing(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 3), 1));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));

	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(m.us->mm), 0);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[3]), 1);
}

static int munmap_all(struct user_space *us, unsigned long addr, void *data)
{
	return user_munmap(us, addr, NR_PAGES);
}

/* Another thread of the program, on its own CPU, must not go on with the frames. */
static void other_cpus_see_at_once_that_the_entry_is_gone(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	unsigned long word = 0, seen = 0;

	needs_cpus(test, 2);
	/* Or the table goes with the entry, and with it all that CPUs know of it. */
	ordinary_map_page(test, m.us, m.addr + PMD_SIZE);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, m.addr, &word));
	KUNIT_ASSERT_NE(test, word, 0);
	expect_raw_pmd(test, &m);

	KUNIT_ASSERT_EQ(test, 0, user_call_beside_a_reader(m.us, m.addr, munmap_all,
							   NULL, &seen));
	KUNIT_EXPECT_EQ(test, seen, 0);
}

/* Covers: vm_normal_page_pmd */
static void exit_leaves_the_frames_alone(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	expect_contents(test, &m, 0, 1);
	user_space_destroy(test, m.us);

	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_closes), 1);
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

/*
 * A driver takes one page away, by unmap_mapping_range(): the entry is split,
 * which for a file means that all of it is unmapped, and faults in again.
 *
 * Covers: vma_is_special_huge
 */
static void revoking_one_page_splits_the_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	expect_contents(test, &m, 0, 1);
	unmap_mapping_range(m.pf->file->f_mapping, 7 * PAGE_SIZE, PAGE_SIZE, 1);

	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 7)).none);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
	expect_contents(test, &m, 0, NR_PAGES);
	expect_frames_intact(test, &m);
}

static void revoking_all_unmaps_the_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	int faults;

	expect_contents(test, &m, 0, 1);
	faults = huge_faults(&m);
	unmap_mapping_range(m.pf->file->f_mapping, 0, 0, 1);

	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);
	expect_contents(test, &m, 0, NR_PAGES);
	expect_raw_pmd(test, &m);
	KUNIT_EXPECT_EQ(test, huge_faults(&m), faults + 1);
}

/*
 * pmd_modify() keeps the frame and the mark; only the protection changes.
 *
 * Covers: mprotect_fixup
 */
static void mprotect_of_all_keeps_the_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 1));
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	expect_raw_pmd(test, &m);
	KUNIT_EXPECT_FALSE(test, observe_huge(m.us, m.addr).write);
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(m.us, m.addr, 2));

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	expect_raw_pmd(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 2));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[0]), 2);
	expect_raw_pmd(test, &m);
	expect_frames_untouched(test, m.before);
}

/*
 * Where the CPU has the L1TF bug, mm looks at every frame before PROT_NONE, and
 * splits the entry for that; then it faults in again.
 *
 * Covers: mprotect_fixup
 */
static void no_access_and_back_finds_the_same_frames(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 1));
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_NONE));
	expect_unreadable(test, &m, 3);

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 2));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[0]), 2);
	expect_contents(test, &m, 1, NR_PAGES - 1);
	expect_raw_pmd(test, &m);
	expect_frames_untouched(test, m.before);
}

/* Moved as it is, if old and new place are aligned alike. */
static void mremap_to_an_aligned_place_moves_the_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	unsigned long from = m.addr;
	int faults;

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 1));
	faults = huge_faults(&m);
	m.addr = user_mremap(m.us, from, NR_PAGES, NR_PAGES,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     from + 8 * PMD_SIZE);
	KUNIT_ASSERT_EQ(test, m.addr, from + 8 * PMD_SIZE);

	expect_raw_pmd(test, &m);
	KUNIT_EXPECT_TRUE(test, observe_huge(m.us, m.addr).write);
	KUNIT_EXPECT_EQ(test, observe_huge(m.us, from).level, HUGE_NONE);
	expect_contents(test, &m, 1, NR_PAGES - 1);
	KUNIT_EXPECT_EQ(test, huge_faults(&m), faults);
	expect_frames_untouched(test, m.before);
}

/* Elsewhere it has to be split. */
static void mremap_to_an_unaligned_place_falls_back(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	unsigned long from = m.addr;

	needs_syscalls(test);
	expect_contents(test, &m, 0, 1);
	m.addr = user_mremap(m.us, from, NR_PAGES, NR_PAGES,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     from + 8 * PMD_SIZE + PAGE_SIZE);
	KUNIT_ASSERT_EQ(test, m.addr, from + 8 * PMD_SIZE + PAGE_SIZE);

	KUNIT_EXPECT_EQ(test, observe_huge(m.us, from).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);
	expect_contents(test, &m, 0, NR_PAGES);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/*
 * A raw mapping is copied on fork, for it need not fault in again.
 *
 * Covers: copy_huge_pmd, vma_needs_copy, VM_COPY_ON_FORK
 */
static void child_of_a_fork_has_the_same_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	struct mapping child = m;
	int faults;

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 1));
	faults = huge_faults(&m);
	child.us = user_space_fork(test, m.us);

	expect_raw_pmd(test, &child);
	expect_raw_pmd(test, &m);
	/* Shared: there is nothing to copy on write. */
	KUNIT_EXPECT_TRUE(test, observe_huge(m.us, m.addr).write);
	KUNIT_EXPECT_TRUE(test, observe_huge(child.us, m.addr).write);
	expect_contents(test, &child, 1, NR_PAGES - 1);
	KUNIT_ASSERT_EQ(test, 0, user_write(child.us, m.addr, 2));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[0]), 2);
	KUNIT_EXPECT_EQ(test, huge_faults(&m), faults);
	expect_rss(test, child.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/* The parent's end is not the child's. */
static void entry_of_the_child_outlives_the_parent(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	struct mapping child = m;

	expect_contents(test, &m, 0, 1);
	child.us = user_space_fork(test, m.us);
	user_space_destroy(test, m.us);

	expect_raw_pmd(test, &child);
	expect_contents(test, &child, 0, NR_PAGES);
	expect_frames_untouched(test, m.before);
}

/* A fault on an entry that is there and allows it needs no handler. */
static void fault_on_a_present_entry_marks_it(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	struct user_space *child;
	int faults;

	expect_contents(test, &m, 0, 1);
	faults = huge_faults(&m);
	child = user_space_fork(test, m.us);
	KUNIT_EXPECT_FALSE(test, observe_huge(child, m.addr).young);
	KUNIT_EXPECT_FALSE(test, observe_huge(child, m.addr).dirty);

	EXPECT_VM_FAULT(test, user_fault(child, mapping_page(&m, 3), 0), 0);
	EXPECT_VM_FAULT(test, user_fault(child, mapping_page(&m, 3),
					 FAULT_FLAG_WRITE), 0);
	KUNIT_EXPECT_TRUE(test, observe_huge(child, m.addr).young);
	KUNIT_EXPECT_TRUE(test, observe_huge(child, m.addr).dirty);
	KUNIT_EXPECT_EQ(test, huge_faults(&m), faults);
}

/*
 * The frame of the address, not of the entry; and the mask of the entry.
 *
 * Covers: follow_pfnmap_start, pfnmap_args_setup
 */
static void follow_finds_the_frame_inside_of_the_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &notified_file);
	const unsigned int pages[] = { 0, 5, NR_PAGES - 1 };
	unsigned int i;

	user_fault(m.us, m.addr, 0);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		struct followed got = user_follow(m.us, m.addr,
						  mapping_page(&m, pages[i]));

		KUNIT_EXPECT_EQ(test, got.ret, 0);
		KUNIT_EXPECT_EQ_MSG(test, got.pfn,
				    m.frames->frame[pages[i]].pfn, "page %u",
				    pages[i]);
		KUNIT_EXPECT_TRUE(test, got.special);
		KUNIT_EXPECT_FALSE(test, got.writable);
		if (COMPAT_HAS_FOLLOW_MASK)
			KUNIT_EXPECT_EQ(test, got.addr_mask, PMD_MASK);
	}

	user_fault(m.us, m.addr, FAULT_FLAG_WRITE);
	KUNIT_EXPECT_TRUE(test, user_follow(m.us, m.addr, m.addr).writable);
}

static int gup(struct user_space *us, unsigned long addr, unsigned int flags,
	       int (*get)(unsigned long start, int nr_pages,
			  unsigned int gup_flags, struct page **pages))
{
	struct page *page = NULL;
	int ret;

	kthread_use_mm(us->mm);
	ret = get(addr, 1, flags, &page);
	kthread_unuse_mm(us->mm);
	return ret;
}

static void expect_no_page(struct kunit *test, const struct mapping *m)
{
	unsigned long at = mapping_page(m, 3);

	KUNIT_ASSERT_EQ(test, 0, user_write(m->us, at, 1));
	KUNIT_EXPECT_LE(test, gup(m->us, at, 0, get_user_pages_fast_only), 0);
	KUNIT_EXPECT_LE(test, gup(m->us, at, FOLL_WRITE,
				  get_user_pages_fast_only), 0);
	KUNIT_EXPECT_EQ(test, gup(m->us, at, 0, get_user_pages_fast), -EFAULT);
	KUNIT_EXPECT_EQ(test, gup(m->us, at, FOLL_WRITE, get_user_pages_fast),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, gup(m->us, at, 0, pin_user_pages_fast), -EFAULT);
	KUNIT_EXPECT_EQ(test, gup(m->us, at, FOLL_WRITE | FOLL_LONGTERM,
				  pin_user_pages_fast), -EFAULT);
	expect_raw_pmd(test, m);
	expect_frames_untouched(test, m->before);
}

/*
 * Frames that have a struct page all the same: nobody gets hold of it.
 *
 * Covers: gup_fast_pmd_leaf, check_vma_flags
 */
static void gup_gets_no_page(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	expect_no_page(test, &m);
}

static void unfile_frames(void *data)
{
	struct frames *frames = data;
	unsigned int i;

	for (i = 0; i < frames->nr; i++)
		pfn_to_page(frames->frame[i].pfn)->mapping = NULL;
}

/* What lies behind it does not come in its place. */
static void fast_gup_does_not_go_on_behind_the_entry(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	unsigned long behind = mapping_page(&m, NR_PAGES);
	struct page *pages[2] = {};

	ordinary_map_page(test, m.us, behind);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 1));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_gup(m.us, GUP_GET_FAST, behind - PAGE_SIZE, 2, 0,
				 pages));
	KUNIT_EXPECT_NULL(test, pages[0]);
}

/*
 * Drivers may set page->mapping, to find who maps a page. gup-fast of older
 * kernels takes no page without it, which would hide what it does with others.
 *
 * Covers: gup_fast_pmd_leaf
 */
static void gup_gets_no_page_of_a_file(struct kunit *test)
{
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unfile_frames,
							   m.frames));
	for (i = 0; i < m.frames->nr; i++)
		pfn_to_page(m.frames->frame[i].pfn)->mapping =
			m.pf->file->f_mapping;
	expect_no_page(test, &m);
}

/* Parts to cut out of the middle of the entry, and of both ends. */
static const struct part {
	const char *name;
	unsigned int first;
	unsigned int nr;
} parts[] = {
	{ "head", 0, 1 },
	{ "middle", 200, 100 },
	{ "tail", NR_PAGES - 1, 1 },
};

static void part_name(const struct part *part, char *desc)
{
	strscpy(desc, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, parts, part_name);

/*
 * A file's huge entry is not split in place, it is unmapped; what is left of
 * the mapping comes back page by page.
 *
 * Covers: vma_is_special_huge
 */
static void partial_munmap_leaves_the_rest(struct kunit *test)
{
	const struct part *part = test->param_value;
	unsigned int end = part->first + part->nr;
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	expect_contents(test, &m, 0, 1);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, part->first),
					     part->nr));
	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);

	expect_contents(test, &m, 0, part->first);
	expect_contents(test, &m, end, NR_PAGES - end);
	expect_unreadable(test, &m, part->first);
	expect_unreadable(test, &m, end - 1);
	expect_frames_untouched(test, m.before);
}

/* Covers: mprotect_fixup */
static void partial_mprotect_binds_just_that_part(struct kunit *test)
{
	const struct part *part = test->param_value;
	unsigned int end = part->first + part->nr, page;
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);

	needs_syscalls(test);
	expect_contents(test, &m, 0, 1);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us,
					       mapping_page(&m, part->first),
					       part->nr, PROT_READ));
	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_NONE);

	expect_contents(test, &m, 0, NR_PAGES);
	for (page = 0; page < NR_PAGES; page++) {
		bool readonly = page >= part->first && page < end;

		KUNIT_EXPECT_EQ_MSG(test, readonly ? -EFAULT : 0,
				    user_write(m.us, mapping_page(&m, page),
					       page), "page %u", page);
	}
	expect_frames_untouched(test, m.before);
}

/* Advice about memory that mm could take away, which this is not. */
static const struct advice {
	const char *name;
	int advice;
} refused[] = {
	{ "MADV_DONTNEED", MADV_DONTNEED },
	{ "MADV_DONTNEED_LOCKED", MADV_DONTNEED_LOCKED },
	{ "MADV_FREE", MADV_FREE },
	{ "MADV_COLD", MADV_COLD },
	{ "MADV_PAGEOUT", MADV_PAGEOUT },
	{ "MADV_COLLAPSE", MADV_COLLAPSE },
};

static void advice_name(const struct advice *advice, char *desc)
{
	strscpy(desc, advice->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(advice, refused, advice_name);

/*
 * Covers: madvise_dontneed_free_valid_vma, can_madv_lru_vma, VM_NO_KHUGEPAGED
 */
static void advice_is_refused_and_changes_nothing(struct kunit *test)
{
	const struct advice *advice = test->param_value;
	struct mapping m = map_huge(test, FRAMES_CONTIGUOUS, &huge_file);
	int faults;

	needs_syscalls(test);
	expect_contents(test, &m, 0, 1);
	faults = huge_faults(&m);
	KUNIT_EXPECT_EQ(test, -EINVAL, user_madvise(m.us, m.addr, NR_PAGES,
						    advice->advice));
	expect_raw_pmd(test, &m);
	KUNIT_EXPECT_EQ(test, huge_faults(&m), faults);
	expect_frames_untouched(test, m.before);
}

static struct kunit_case mm_pfnmap_huge_cases[] = {
	KUNIT_CASE(read_of_one_page_maps_all_by_one_entry),
	KUNIT_CASE(frames_without_struct_page_are_mapped_as_well),
	KUNIT_CASE(settings_for_huge_pages_do_not_matter),
	KUNIT_CASE(write_fault_maps_writable_and_dirty),
	KUNIT_CASE(entry_is_writable_from_the_start_where_nobody_is_notified),
	KUNIT_CASE(write_after_read_makes_the_entry_writable),
	KUNIT_CASE(second_read_insert_keeps_the_first_frame),
	KUNIT_CASE(second_write_insert_of_another_frame_is_refused),
	KUNIT_CASE(entry_that_begins_before_the_vma_is_refused),
	KUNIT_CASE(vma_shorter_than_the_entry_falls_back),
	KUNIT_CASE(misaligned_frames_fall_back),
	KUNIT_CASE(sigbus_of_the_huge_handler_is_final),
	KUNIT_CASE(range_begun_with_small_pages_stays_small),
	KUNIT_CASE(handler_is_asked_from_large_to_small),
	KUNIT_CASE(munmap_leaves_nothing),
	KUNIT_CASE(other_cpus_see_at_once_that_the_entry_is_gone),
	KUNIT_CASE(exit_leaves_the_frames_alone),
	KUNIT_CASE(revoking_one_page_splits_the_entry),
	KUNIT_CASE(revoking_all_unmaps_the_entry),
	KUNIT_CASE(mprotect_of_all_keeps_the_entry),
	KUNIT_CASE(no_access_and_back_finds_the_same_frames),
	KUNIT_CASE(mremap_to_an_aligned_place_moves_the_entry),
	KUNIT_CASE(mremap_to_an_unaligned_place_falls_back),
	KUNIT_CASE(child_of_a_fork_has_the_same_entry),
	KUNIT_CASE(entry_of_the_child_outlives_the_parent),
	KUNIT_CASE(fault_on_a_present_entry_marks_it),
	KUNIT_CASE(follow_finds_the_frame_inside_of_the_entry),
	KUNIT_CASE(gup_gets_no_page),
	KUNIT_CASE(fast_gup_does_not_go_on_behind_the_entry),
	KUNIT_CASE(gup_gets_no_page_of_a_file),
	KUNIT_CASE_PARAM(partial_munmap_leaves_the_rest, part_gen_params),
	KUNIT_CASE_PARAM(partial_mprotect_binds_just_that_part,
			 part_gen_params),
	KUNIT_CASE_PARAM(advice_is_refused_and_changes_nothing,
			 advice_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_huge_suite = {
	.name = "mm_pfnmap_huge",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_huge_cases,
};

kunit_test_suite(mm_pfnmap_huge_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: huge mappings of raw page frames");
MODULE_LICENSE("GPL");
