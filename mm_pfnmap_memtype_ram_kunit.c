// SPDX-License-Identifier: GPL-2.0
/*
 * Cache modes of memory: x86 keeps them with the struct pages, and not in the
 * list. Raw mappings take them from there, and never change them. Besides, what
 * is special about the list itself.
 *
 * 'For RAM pages, drivers have to do set_memory_uc() or set_memory_wc() first':
 * Documentation/arch/x86/pat.rst.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sizes.h>

#include "testbed/exports.h"
#include "testbed/testbed.h"

#define NR_PAGES 8
#define PMD_PAGES (PMD_SIZE >> PAGE_SHIFT)

#define EXPECT_MODE(test, got, want, page)				\
	KUNIT_EXPECT_STREQ_MSG(test, cache_mode_name(got),		\
			       cache_mode_name(want), "page %u", page)

/* A file that is remapped at mmap time: the first @nr pages, in mode @wanted. */
struct remap {
	unsigned int nr;
	enum memtype_mode wanted;
};

static int remap(struct pfn_file *pf, struct vm_area_struct *vma)
{
	const struct remap *remap = pf->data;

	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
			       remap->nr * PAGE_SIZE,
			       cache_mode_set(vma->vm_page_prot,
					      remap->wanted));
}

/* Memory that is not mapped yet, with all modes write-back. */
static struct mapping prepare(struct kunit *test, const struct pfn_file *how)
{
	needs_memtype(test);
	return mapping_prepare(test, FRAMES_CONTIGUOUS, NR_PAGES, how);
}

static struct mapping prepare_remap(struct kunit *test, struct remap *how)
{
	return prepare(test, &(struct pfn_file){ .map = remap, .data = how });
}

static void map(struct kunit *test, struct mapping *m)
{
	m->us = user_space_create(test);
	m->addr = user_mmap(m->us, m->pf->file, NR_PAGES,
			    PROT_READ | PROT_WRITE, MAP_SHARED, 0);
}

static void *memory_at(const struct mapping *m, unsigned int page)
{
	return m->frames->frame[page].addr;
}

static void back_to_wb(void *data)
{
	const struct frames *frames = data;

	memory_mode_set(frames->frame[0].addr, frames->nr, CACHE_WB);
}

/* The driver's step 0. All is write-back again when the test ends. */
static int set_mode(struct kunit *test, const struct mapping *m,
		    unsigned int first, unsigned int nr,
		    enum memtype_mode mode)
{
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, back_to_wb,
							   m->frames));
	return memory_mode_set(memory_at(m, first), nr, mode);
}

/* What a page is mapped as, when it faults in, or is. */
static enum memtype_mode page_mode(const struct mapping *m, unsigned int page)
{
	struct pte_view pte;

	user_fault(m->us, mapping_page(m, page), 0);
	pte = observe_pte(m->us, mapping_page(m, page));
	return cache_mode_of(__pgprot(pte_val(pte.pte)));
}

/* In letters: b write-back, c write-combining, u uncached. */
static enum memtype_mode mode_of(char letter)
{
	return letter == 'c' ? CACHE_WC :
	       letter == 'u' ? CACHE_UC_MINUS : CACHE_WB;
}

/* @want has a letter for each page. */
static void expect_modes(struct kunit *test, const struct mapping *m,
			 const char *want)
{
	unsigned int page;

	for (page = 0; want[page]; page++)
		EXPECT_MODE(test, page_mode(m, page), mode_of(want[page]),
			    page);
}

static const struct pfn_file inserted = {
	.vm_flags = VM_PFNMAP,
	.ops = { .fault = pfn_file_insert },
};

/* As the kernel has it in the struct pages: what an insert finds there. */
static void expect_memory(struct kunit *test, struct mapping *m,
			  const char *want)
{
	map(test, m);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m->addr));
	expect_modes(test, m, want);
	user_space_destroy(test, m->us);
}

/* Covers: vmf_insert_pfn_prot, track_pfn_insert */
static void inserted_page_takes_the_mode_of_its_memory(struct kunit *test)
{
	struct mapping m = prepare(test, &inserted);

	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, 3, 1, CACHE_WC));
	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, 5, 1, CACHE_UC_MINUS));
	expect_memory(test, &m, "bbbcbubb");
	expect_frames_untracked(test, m.frames->frame[0].pfn, NR_PAGES);
}

/* munmap() gives nothing back, as nothing was taken. */
static void memory_keeps_its_mode_when_the_mapping_is_gone(struct kunit *test)
{
	struct remap wc = { NR_PAGES, CACHE_WC };
	struct mapping m = prepare_remap(test, &wc);

	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, 0, NR_PAGES, CACHE_WC));
	expect_memory(test, &m, "cccccccc");
	expect_memory(test, &m, "cccccccc");
}

/* 'We can assert that the type requested matches the type of first page'. */
static void whole_remap_goes_by_the_first_page(struct kunit *test)
{
	struct remap wb = { NR_PAGES, CACHE_WB };
	struct mapping m = prepare_remap(test, &wb);

	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, 0, 1, CACHE_WC));
	expect_memory(test, &m, "cccccccc");
}

/* Nor does it change how memory is cached for the kernel itself. */
static void remap_leaves_the_kernels_own_mapping_alone(struct kunit *test)
{
	struct remap wc = { NR_PAGES, CACHE_WC };
	struct mapping m = prepare_remap(test, &wc);

	expect_memory(test, &m, "bbbbbbbb");
	EXPECT_MODE(test, memory_mode(memory_at(&m, 0)), CACHE_WB, 0);
	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, 0, 1, CACHE_WC));
	EXPECT_MODE(test, memory_mode(memory_at(&m, 0)), CACHE_WC, 0);
	EXPECT_MODE(test, memory_mode(memory_at(&m, 1)), CACHE_WB, 1);
}

/* Each page of the range, and none beside it. */
static void memory_given_back_may_have_another_mode(struct kunit *test)
{
	struct mapping m = prepare(test, &inserted);

	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, 0, NR_PAGES, CACHE_WC));
	KUNIT_ASSERT_EQ(test, 0, memory_mode_set(memory_at(&m, 2), 4,
						 CACHE_WB));
	expect_memory(test, &m, "ccbbbbcc");
	KUNIT_EXPECT_EQ(test, 0, memory_mode_set(memory_at(&m, 2), 4,
						 CACHE_UC_MINUS));
	expect_memory(test, &m, "ccuuuucc");
}

/*
 * Whoever reserves a mode for the write-combining of a range, as drivers do
 * with their video memory, has the kernel's own mapping follow.
 */
static void reserved_memory_is_mapped_alike_by_the_kernel(struct kunit *test)
{
	struct mapping m = prepare(test, &inserted);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, back_to_wb,
							   m.frames));
	KUNIT_ASSERT_EQ(test, 0, frames_reserve_wc(m.frames->frame[2].pfn, 2));
	EXPECT_MODE(test, memory_mode(memory_at(&m, 1)), CACHE_WB, 1);
	EXPECT_MODE(test, memory_mode(memory_at(&m, 2)), CACHE_WC, 2);
	EXPECT_MODE(test, memory_mode(memory_at(&m, 3)), CACHE_WC, 3);
	EXPECT_MODE(test, memory_mode(memory_at(&m, 4)), CACHE_WB, 4);
	expect_memory(test, &m, "bbccbbbb");
}

/*
 * To map a part of a huge page in another mode, the kernel needs a page table for
 * it; without, the reservation has failed as a whole.
 */
static void memory_whose_mapping_cannot_follow_is_not_reserved(struct kunit *test)
{
	struct frames *frames = frames_alloc_aligned(test, FRAMES_CONTIGUOUS,
						     huge_order(HUGE_PMD));
	unsigned long pfn = frames->frame[PMD_PAGES / 2].pfn;
	int ret;

	needs_memtype(test);
	needs_failures(test);
	failures_arm(1);
	ret = frames_reserve_wc(pfn, 1);
	if (!failures_disarm()) {
		frames_unreserve_wc(pfn, 1);
		memory_mode_set(frames->frame[PMD_PAGES / 2].addr, 1, CACHE_WB);
		kunit_skip(test, "needs memory that the kernel maps by huge entries");
	}
	KUNIT_EXPECT_EQ(test, ret, -EBUSY);
	EXPECT_MODE(test, memory_mode(frames->frame[PMD_PAGES / 2].addr), CACHE_WB, 0);
	/* Nor is it in the way of who wants it otherwise. */
	KUNIT_EXPECT_EQ(test, 0, frames_reserve(pfn, 1, CACHE_UC_MINUS, NULL));
	frames_unreserve(pfn, 1);
}

/* Frames where no memory is: those are in the list. */
static unsigned long free_pfn(struct kunit *test)
{
	unsigned long pfn;

	needs_memtype(test);
	pfn = frames_pfn_above(huge_order(HUGE_PMD));
	KUNIT_ASSERT_EQ(test, observe_tracking(test, pfn, NR_PAGES).nr, 0);
	return pfn;
}

static void reserved_range_is_listed_until_it_is_freed(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);

	KUNIT_ASSERT_EQ(test, 0, frames_reserve_wc(pfn, NR_PAGES));
	expect_frames_tracked(test, pfn, NR_PAGES, CACHE_WC);
	frames_unreserve_wc(pfn, NR_PAGES);
	expect_frames_untracked(test, pfn, NR_PAGES);
}

/* memtype_reserve(): '-ENOMEM', and nothing is reserved. */
static void reserve_without_memory_is_not_listed(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	int ret;

	needs_failures(test);
	failures_arm(1);
	ret = frames_reserve_wc(pfn, NR_PAGES);
	KUNIT_EXPECT_TRUE(test, failures_disarm());
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	expect_frames_untracked(test, pfn, NR_PAGES);
}

/*
 * The bits above those of a physical address are those of a decoy, by which
 * poisoned memory is named: sanitize_phys().
 */
static void decoy_address_stands_for_the_real_one(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	unsigned long decoy = pfn | BIT(BITS_PER_LONG - 1 - PAGE_SHIFT);

	KUNIT_ASSERT_EQ(test, 0, frames_reserve_wc(decoy, NR_PAGES));
	expect_frames_tracked(test, pfn, NR_PAGES, CACHE_WC);
	frames_unreserve_wc(decoy, NR_PAGES);
	expect_frames_untracked(test, pfn, NR_PAGES);
}

/* It would take the lock, and leave it: an error, and a word about it. */
static void empty_range_is_refused(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);

	EXPECT_WARNINGS(test, 1)
		KUNIT_EXPECT_EQ(test, frames_reserve_wc(pfn, 0), -EINVAL);
	expect_frames_untracked(test, pfn, NR_PAGES);
}

/*
 * 'If new_type is NULL, function will return an error if it cannot reserve the
 * region with req_type', and otherwise it says which one there is.
 */
static void second_reservation_gets_the_mode_of_the_first_or_none(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	enum memtype_mode got = CACHE_OTHER;

	KUNIT_ASSERT_EQ(test, 0, frames_reserve(pfn, NR_PAGES, CACHE_WC, NULL));
	announce_reports(test, 1, "conflicting memory types");
	KUNIT_EXPECT_EQ(test, -EBUSY, frames_reserve(pfn, NR_PAGES, CACHE_WT,
						     NULL));
	expect_frames_tracked(test, pfn, NR_PAGES, CACHE_WC);

	KUNIT_EXPECT_EQ(test, 0, frames_reserve(pfn, NR_PAGES, CACHE_WT, &got));
	EXPECT_MODE(test, got, CACHE_WC, 0);
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(pfn, NR_PAGES));
	expect_frames_tracked(test, pfn, NR_PAGES, CACHE_WC);
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(pfn, NR_PAGES));
	expect_frames_untracked(test, pfn, NR_PAGES);
}

static void range_that_nobody_reserved_cannot_be_freed(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);

	KUNIT_EXPECT_EQ(test, -EINVAL, frames_unreserve(pfn, NR_PAGES));
	KUNIT_ASSERT_EQ(test, 0, frames_reserve(pfn, NR_PAGES, CACHE_WC, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, frames_unreserve(pfn, NR_PAGES / 2));
	expect_frames_tracked(test, pfn, NR_PAGES, CACHE_WC);
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(pfn, NR_PAGES));
	KUNIT_EXPECT_EQ(test, -EINVAL, frames_unreserve(pfn, NR_PAGES));
}

/* The first frame of memory behind a hole; 0 if there is none. */
static unsigned long memory_behind_a_hole(void)
{
	const unsigned long step = PHYS_PFN(SZ_2M), end = mm_end_pfn();
	unsigned long pfn = PHYS_PFN(SZ_1M);

	while (pfn < end && page_is_ram(pfn))
		pfn += step;
	while (pfn < end && !page_is_ram(pfn))
		pfn += step;
	if (pfn >= end)
		return 0;
	while (page_is_ram(pfn - 1))
		pfn--;
	return pfn;
}

static unsigned long needs_hole(struct kunit *test)
{
	unsigned long border;

	needs_memtype(test);
	border = memory_behind_a_hole();
	if (!border)
		kunit_skip(test, "needs a hole in physical memory");
	return border;
}

/* Neither the list nor the struct pages can have all of it; @behind: the border. */
static int reserve_across(struct kunit *test, unsigned long border,
			  unsigned long behind)
{
	unsigned long pfn = border - NR_PAGES / 2, nr = NR_PAGES / 2 + behind;
	enum memtype_mode got;
	int ret = frames_reserve(pfn, nr, CACHE_WC, &got);

	KUNIT_EXPECT_EQ(test, ret, frames_unreserve(pfn, nr));
	return ret;
}

static void range_that_ends_in_memory_is_refused(struct kunit *test)
{
	unsigned long border = needs_hole(test);

	KUNIT_EXPECT_EQ(test, -EINVAL,
			reserve_across(test, border, NR_PAGES / 2));
}

static void range_that_begins_in_memory_is_refused(struct kunit *test)
{
	unsigned long border;
	int ret;

	needs_memtype(test);
	border = mm_end_pfn();
	if (!pfn_valid(border + NR_PAGES))
		kunit_skip(test, "needs struct pages behind the end of memory");
	ret = reserve_across(test, border, NR_PAGES / 2);
	known_issue(test, !ret,
		    "memtype_reserve() takes for memory what begins with memory, see pat_pagerange_is_ram()");
	KUNIT_EXPECT_EQ(test, -EINVAL, ret);
}

/* For the list, if no page of it is memory. */
static void expect_listed(struct kunit *test, unsigned long pfn)
{
	if (observe_tracking(test, pfn, NR_PAGES).nr)
		kunit_skip(test, "needs a range that nobody tracks there");
	KUNIT_ASSERT_EQ(test, 0, frames_reserve(pfn, NR_PAGES, CACHE_WC, NULL));
	expect_frames_tracked(test, pfn, NR_PAGES, CACHE_WC);
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(pfn, NR_PAGES));
	expect_frames_untracked(test, pfn, NR_PAGES);
}

static void range_that_ends_where_memory_begins_is_listed(struct kunit *test)
{
	expect_listed(test, needs_hole(test) - NR_PAGES);
}

/* 'Tracked as non-RAM', whatever it is: see pat_pagerange_is_ram(). */
#define ISA_HOLE_PFN PHYS_PFN(0xa0000)

static void memory_of_the_first_megabyte_is_listed(struct kunit *test)
{
	needs_memtype(test);
	expect_listed(test, ISA_HOLE_PFN - NR_PAGES);
}

static void range_across_the_end_of_the_first_megabyte_is_refused(struct kunit *test)
{
	unsigned long border = PHYS_PFN(SZ_1M);

	needs_memtype(test);
	if (!page_is_ram(border))
		kunit_skip(test, "needs memory behind the first megabyte");
	KUNIT_EXPECT_EQ(test, -EINVAL, reserve_across(test, border, 1));
}

static int reserve_memory(struct kunit *test, const struct mapping *m,
			  enum memtype_mode want, enum memtype_mode *got)
{
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, back_to_wb,
							   m->frames));
	return frames_reserve(m->frames->frame[2].pfn, 4, want, got);
}

/* 'WP request fails with -EINVAL', see reserve_ram_pages_type(). */
static void memory_cannot_be_write_protected(struct kunit *test)
{
	struct mapping m = prepare(test, &inserted);
	enum memtype_mode got;

	KUNIT_EXPECT_EQ(test, -EINVAL, reserve_memory(test, &m, CACHE_WP, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, reserve_memory(test, &m, CACHE_WP, &got));
	expect_memory(test, &m, "bbbbbbbb");
}

/* 'UC gets redirected to UC-', and a word about it. */
static void uncached_memory_is_so_as_far_as_mtrrs_allow(struct kunit *test)
{
	struct mapping m = prepare(test, &inserted);
	enum memtype_mode got = CACHE_OTHER;

	EXPECT_WARNINGS(test, 1)
		KUNIT_EXPECT_EQ(test, 0, reserve_memory(test, &m, CACHE_UC,
							&got));
	EXPECT_MODE(test, got, CACHE_UC_MINUS, 2);
	expect_memory(test, &m, "bbuuuubb");
}

/* 'Low ISA region is always mapped WB in page table. No need to track'. */
static struct mapping isa_hole(struct kunit *test, struct pfn_file *how)
{
	struct frames *frames = kunit_kzalloc(test,
					      struct_size(frames, frame,
							  NR_PAGES),
					      GFP_KERNEL);
	struct mapping m = { .frames = frames };
	unsigned int i;

	needs_memtype(test);
	KUNIT_ASSERT_NOT_NULL(test, frames);
	frames->nr = NR_PAGES;
	for (i = 0; i < NR_PAGES; i++)
		frames->frame[i].pfn = ISA_HOLE_PFN + i;
	how->frames = frames;
	m.pf = pfn_file_open(test, how);
	return m;
}

static void first_megabyte_is_reserved_as_write_back_by_anyone(struct kunit *test)
{
	enum memtype_mode got = CACHE_OTHER;

	needs_memtype(test);
	KUNIT_EXPECT_EQ(test, 0, frames_reserve(ISA_HOLE_PFN, NR_PAGES, CACHE_WC,
						NULL));
	KUNIT_EXPECT_EQ(test, 0, frames_reserve(ISA_HOLE_PFN, NR_PAGES, CACHE_WC,
						&got));
	EXPECT_MODE(test, got, CACHE_WB, 0);
	expect_frames_untracked(test, ISA_HOLE_PFN, NR_PAGES);
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(ISA_HOLE_PFN, NR_PAGES));
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(ISA_HOLE_PFN, NR_PAGES));
}

static void first_megabyte_is_write_back_and_not_listed(struct kunit *test)
{
	const unsigned int *nr = test->param_value;
	struct remap wc = { *nr, CACHE_WC };
	struct mapping m = isa_hole(test, &(struct pfn_file){
						.map = remap, .data = &wc });
	struct pte_view pte;

	map(test, &m);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	pte = observe_pte(m.us, m.addr);
	EXPECT_MODE(test, cache_mode_of(__pgprot(pte_val(pte.pte))), CACHE_WB,
		    0);
	expect_frames_untracked(test, ISA_HOLE_PFN, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_frames_untracked(test, ISA_HOLE_PFN, NR_PAGES);
}

static const unsigned int isa_lengths[] = { NR_PAGES, NR_PAGES / 2 };

static void isa_name(const unsigned int *nr, char *desc)
{
	strscpy(desc, *nr == NR_PAGES ? "whole" : "part",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(isa, isa_lengths, isa_name);

static const struct dev_mem {
	const char *name;
	unsigned int f_flags;
	enum memtype_mode mode;
} dev_mems[] = {
	{ "without O_DSYNC", 0, CACHE_WB },
	{ "with O_DSYNC", O_DSYNC, CACHE_UC_MINUS },
};

static void dev_mem_name(const struct dev_mem *dev_mem, char *desc)
{
	strscpy(desc, dev_mem->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dev_mem, dev_mems, dev_mem_name);

/* What /dev/mem asks before it maps: the table in pat.rst. */
static void dev_mem_is_uncached_if_opened_so(struct kunit *test)
{
	const struct dev_mem *dev_mem = test->param_value;
	struct mapping m = prepare(test, &inserted);
	pgprot_t prot = cache_mode_set(vm_get_page_prot(VM_READ | VM_SHARED),
				       CACHE_WC);

	m.pf->file->f_flags |= dev_mem->f_flags;
	KUNIT_EXPECT_TRUE(test, mm_dev_mem_allowed(m.pf->file, free_pfn(test),
						   NR_PAGES, &prot));
	EXPECT_MODE(test, cache_mode_of(prot), dev_mem->mode, 0);
}

/* 'Identical to page table setting without PAT': nothing is kept in a list. */
static void every_mode_is_granted_without_pat(struct kunit *test)
{
	unsigned long pfn = frames_pfn_above(huge_order(HUGE_PMD));
	pgprot_t before = vm_get_page_prot(VM_READ | VM_SHARED), prot = before;
	struct pfn_file *pf = pfn_file_open(test, &inserted);
	enum memtype_mode got = CACHE_OTHER;

	needs_pat_off(test);
	KUNIT_EXPECT_EQ(test, 0, frames_reserve(pfn, NR_PAGES, CACHE_UC_MINUS,
						NULL));
	KUNIT_EXPECT_EQ(test, 0, frames_reserve(pfn, NR_PAGES, CACHE_WT, &got));
	EXPECT_MODE(test, got, CACHE_WT, 0);
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(pfn, NR_PAGES));
	KUNIT_EXPECT_EQ(test, 0, frames_unreserve(pfn, NR_PAGES));

	pf->file->f_flags |= O_DSYNC;
	KUNIT_EXPECT_TRUE(test, mm_dev_mem_allowed(pf->file, pfn, NR_PAGES,
						   &prot));
	KUNIT_EXPECT_EQ(test, pgprot_val(prot), pgprot_val(before));
}

static const struct pair {
	const char *name;
	enum memtype_mode memory;
	enum memtype_mode wanted;
} pairs[] = {
	{ "write-combining, write-back wanted", CACHE_WC, CACHE_WB },
	{ "write-combining, write-combining wanted", CACHE_WC, CACHE_WC },
	{ "write-combining, uncached wanted", CACHE_WC, CACHE_UC_MINUS },
	{ "uncached, write-back wanted", CACHE_UC_MINUS, CACHE_WB },
	{ "uncached, write-combining wanted", CACHE_UC_MINUS, CACHE_WC },
};

static void pair_name(const struct pair *pair, char *desc)
{
	strscpy(desc, pair->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pair, pairs, pair_name);

/* Covers: remap_pfn_range_track, pfnmap_track, track_pfn_remap */
static void remap_takes_the_mode_of_the_memory(struct kunit *test)
{
	const struct pair *pair = test->param_value;
	struct remap how = { NR_PAGES, pair->wanted };
	struct mapping m = prepare_remap(test, &how);

	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, 0, NR_PAGES, pair->memory));
	expect_memory(test, &m,
		      pair->memory == CACHE_WC ? "cccccccc" : "uuuuuuuu");
	expect_frames_untracked(test, m.frames->frame[0].pfn, NR_PAGES);
}

/* One page of a range has another mode. */
static const struct odd {
	const char *name;
	unsigned int page;
	bool inside;
} odds[] = {
	{ "before", 1 },
	{ "first", 2, true },
	{ "second", 3, true },
	{ "last", 5, true },
	{ "behind", 6 },
};

static void odd_name(const struct odd *odd, char *desc)
{
	strscpy(desc, odd->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(odd, odds, odd_name);

/* The part that is remapped is pages 2 to 5 of the memory. */
static int remap_part(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[2].pfn,
			       4 * PAGE_SIZE, vma->vm_page_prot);
}

/*
 * 'Can fail if the pfn range spans pfns that require differing cachemodes.'
 *
 * Covers: remap_pfn_range_track, pfnmap_setup_cachemode, track_pfn_remap
 */
static void partial_remap_needs_one_mode(struct kunit *test)
{
	const struct odd *odd = test->param_value;
	struct mapping m = prepare(test,
				   &(struct pfn_file){ .map = remap_part });
	unsigned int page;

	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, odd->page, 1, CACHE_WC));
	map(test, &m);
	if (odd->inside) {
		KUNIT_EXPECT_EQ(test, (long)m.addr, -EINVAL);
		return;
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	for (page = 0; page < 4; page++)
		EXPECT_MODE(test, page_mode(&m, page), CACHE_WB, page);
}

/* 'Setting a new memory type is only allowed for a page with the default'. */
static void memory_has_one_mode_at_a_time(struct kunit *test)
{
	const struct odd *odd = test->param_value;
	struct mapping m = prepare(test, &inserted);
	char want[NR_PAGES + 1] = "bbbbbbbb";

	KUNIT_ASSERT_EQ(test, 0, set_mode(test, &m, odd->page, 1, CACHE_WC));
	KUNIT_EXPECT_EQ(test, memory_mode_set(memory_at(&m, 2), 4,
					      CACHE_UC_MINUS),
			odd->inside ? -EBUSY : 0);
	if (!odd->inside)
		memset(want + 2, 'u', 4);
	want[odd->page] = 'c';
	expect_memory(test, &m, want);
}

static struct kunit_case mm_pfnmap_memtype_ram_cases[] = {
	KUNIT_CASE(inserted_page_takes_the_mode_of_its_memory),
	KUNIT_CASE(memory_keeps_its_mode_when_the_mapping_is_gone),
	KUNIT_CASE(whole_remap_goes_by_the_first_page),
	KUNIT_CASE(remap_leaves_the_kernels_own_mapping_alone),
	KUNIT_CASE(memory_given_back_may_have_another_mode),
	KUNIT_CASE(reserved_memory_is_mapped_alike_by_the_kernel),
	KUNIT_CASE(memory_whose_mapping_cannot_follow_is_not_reserved),
	KUNIT_CASE(reserved_range_is_listed_until_it_is_freed),
	KUNIT_CASE(reserve_without_memory_is_not_listed),
	KUNIT_CASE(decoy_address_stands_for_the_real_one),
	KUNIT_CASE(empty_range_is_refused),
	KUNIT_CASE(second_reservation_gets_the_mode_of_the_first_or_none),
	KUNIT_CASE(range_that_nobody_reserved_cannot_be_freed),
	KUNIT_CASE(range_that_ends_in_memory_is_refused),
	KUNIT_CASE(range_that_begins_in_memory_is_refused),
	KUNIT_CASE(range_that_ends_where_memory_begins_is_listed),
	KUNIT_CASE(memory_of_the_first_megabyte_is_listed),
	KUNIT_CASE(range_across_the_end_of_the_first_megabyte_is_refused),
	KUNIT_CASE(memory_cannot_be_write_protected),
	KUNIT_CASE(uncached_memory_is_so_as_far_as_mtrrs_allow),
	KUNIT_CASE(first_megabyte_is_reserved_as_write_back_by_anyone),
	KUNIT_CASE(every_mode_is_granted_without_pat),
	KUNIT_CASE_PARAM(dev_mem_is_uncached_if_opened_so, dev_mem_gen_params),
	KUNIT_CASE_PARAM(first_megabyte_is_write_back_and_not_listed,
			 isa_gen_params),
	KUNIT_CASE_PARAM(remap_takes_the_mode_of_the_memory, pair_gen_params),
	KUNIT_CASE_PARAM(partial_remap_needs_one_mode, odd_gen_params),
	KUNIT_CASE_PARAM(memory_has_one_mode_at_a_time, odd_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_memtype_ram_suite = {
	.name = "mm_pfnmap_memtype_ram",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_memtype_ram_cases,
};

kunit_test_suite(mm_pfnmap_memtype_ram_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: cache modes of memory in raw-PFN mappings");
MODULE_LICENSE("GPL");
