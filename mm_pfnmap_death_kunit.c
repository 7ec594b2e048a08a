// SPDX-License-Identifier: GPL-2.0
/*
 * What mm answers with a BUG: misuse of the functions that map raw frames.
 *
 * Each case breaks one rule and no other, and passes when the thread that did
 * it dies. Without the BUG the function would return, and so the case fails.
 */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>

#include "testbed/testbed.h"

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "Run the cases. Each ends in a BUG.");

/*
 * struct misuse - a call that is not allowed
 * @vma: in which mapping
 * @addr: at which address
 * @pfn: which frame
 * @size: how many bytes
 * @level: by which huge entry
 */
struct misuse {
	struct vm_area_struct *vma;
	unsigned long addr;
	unsigned long pfn;
	unsigned long size;
	enum huge_level level;
};

/*
 * A vma in no address space, and the address 0, which is not in it. Without the
 * BUG VM_FAULT_SIGBUS is returned for it, and nothing has happened.
 */
static struct misuse misuse_fake_vma(struct kunit *test, unsigned long flags)
{
	struct misuse misuse = { .vma = fake_vma_create(test) };

	fake_vma_shape(misuse.vma, PUD_SIZE, 1, 0, flags);
	misuse.pfn = frames_alloc(test, FRAMES_PAGELESS, 1,
				  NUMA_NO_NODE)->frame[0].pfn;
	return misuse;
}

static int take_vma(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	*(struct vm_area_struct **)data = vma;
	return 0;
}

/* A vma of a real address space, which nobody else changes. */
static struct misuse misuse_mapping(struct kunit *test, const struct mapping *m)
{
	struct misuse misuse = {
		.addr = m->addr,
		.pfn = m->frames->frame[0].pfn,
		.size = PAGE_SIZE,
	};

	KUNIT_ASSERT_EQ(test, 0, user_call_locked(m->us, m->addr, take_vma,
						  &misuse.vma));
	return misuse;
}

static void insert_pfn(void *data)
{
	const struct misuse *misuse = data;

	vmf_insert_pfn(misuse->vma, misuse->addr, misuse->pfn);
}

/*
 * vmf_insert_pfn(): "vma cannot be a COW mapping".
 *
 * Covers: vmf_insert_pfn_prot
 */
static void pfn_into_a_cow_mapping(struct kunit *test)
{
	struct misuse misuse;

	needs_death(test, enable);
	misuse = misuse_fake_vma(test, VM_PFNMAP | VM_MAYWRITE);
	expect_bug(test, "mm/memory.c", insert_pfn, &misuse);
}

/* Covers: vmf_insert_pfn_prot */
static void pfn_into_a_vma_that_is_both(struct kunit *test)
{
	struct misuse misuse;

	needs_death(test, enable);
	misuse = misuse_fake_vma(test, VM_PFNMAP | VM_MIXEDMAP | VM_SHARED);
	expect_bug(test, "mm/memory.c", insert_pfn, &misuse);
}

/* Covers: vmf_insert_pfn_prot */
static void pfn_into_a_vma_that_is_neither(struct kunit *test)
{
	struct misuse misuse;

	needs_death(test, enable);
	misuse = misuse_fake_vma(test, VM_SHARED);
	expect_bug(test, "mm/memory.c", insert_pfn, &misuse);
}

/*
 * A page in a mixed map is refcounted: vmf_insert_mixed() does that.
 *
 * Covers: vmf_insert_pfn_prot
 */
static void pfn_of_a_page_into_a_mixed_map(struct kunit *test)
{
	struct misuse misuse;

	needs_death(test, enable);
	misuse = misuse_fake_vma(test, VM_MIXEDMAP | VM_SHARED);
	misuse.pfn = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
				  NUMA_NO_NODE)->frame[0].pfn;
	expect_bug(test, "mm/memory.c", insert_pfn, &misuse);
}

static void insert_page(void *data)
{
	const struct misuse *misuse = data;

	vm_insert_page(misuse->vma, misuse->addr, pfn_to_page(misuse->pfn));
}

/*
 * Pages make the vma a mixed map, and it can't be both.
 *
 * Covers: vm_insert_page
 */
static void page_into_a_raw_mapping(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 1, MAP_SHARED,
			   &(struct pfn_file){ .vm_flags = VM_PFNMAP });
	misuse = misuse_mapping(test, &m);

	/* Here, so that the thread does not die with it. */
	mmap_write_lock(m.us->mm);
	expect_bug(test, "mm/memory.c", insert_page, &misuse);
	mmap_write_unlock(m.us->mm);
}

/*
 * "... under mm->mmap_lock write-lock, so it can change vma->vm_flags".
 *
 * Covers: vm_insert_page
 */
static void page_without_mmap_lock(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 1, MAP_SHARED,
			   &(struct pfn_file){});
	misuse = misuse_mapping(test, &m);

	/* Found free by taking it. */
	if (expect_bug(test, "mm/memory.c", insert_page, &misuse))
		mmap_read_unlock_non_owner(m.us->mm);
}

static void insert_pages(void *data)
{
	const struct misuse *misuse = data;
	struct page *page = pfn_to_page(misuse->pfn);
	unsigned long nr = 1;

	vm_insert_pages(misuse->vma, misuse->addr, &page, &nr);
}

static inline void needs_bug_of_insert_pages(struct kunit *test)
{
	if (COMPAT_INSERT_PAGES_WARNS)
		kunit_skip(test, "needs the BUG of vm_insert_pages(), a warning since Linux 7.1");
}

/*
 * "The same restrictions apply as in vm_insert_page()".
 *
 * Covers: vm_insert_pages
 */
static void pages_into_a_raw_mapping(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	needs_bug_of_insert_pages(test);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 1, MAP_SHARED,
			   &(struct pfn_file){ .vm_flags = VM_PFNMAP });
	misuse = misuse_mapping(test, &m);

	mmap_write_lock(m.us->mm);
	expect_bug(test, "mm/memory.c", insert_pages, &misuse);
	mmap_write_unlock(m.us->mm);
}

/* Covers: vm_insert_pages */
static void pages_without_mmap_lock(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	needs_bug_of_insert_pages(test);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 1, MAP_SHARED,
			   &(struct pfn_file){});
	misuse = misuse_mapping(test, &m);

	if (expect_bug(test, "mm/memory.c", insert_pages, &misuse))
		mmap_read_unlock_non_owner(m.us->mm);
}

static void remap(void *data)
{
	const struct misuse *misuse = data;

	mmap_write_lock(misuse->vma->vm_mm);
	remap_pfn_range(misuse->vma, misuse->addr, misuse->pfn, misuse->size,
			misuse->vma->vm_page_prot);
	mmap_write_unlock(misuse->vma->vm_mm);
}

/* Covers: remap_pfn_range, remap_pte_range */
static void remap_over_a_mapped_page(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 4, MAP_SHARED,
			   &(struct pfn_file){ .remap = true });
	misuse = misuse_mapping(test, &m);

	if (expect_bug(test, "mm/memory.c", remap, &misuse))
		doomed_mm_release(m.us, misuse.addr);
	expect_raw_frame(test, &m, 0);
}

/* Covers: remap_pfn_range, remap_pfn_range_internal */
static void remap_of_an_empty_range(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 4, MAP_SHARED,
			   &(struct pfn_file){});
	misuse = misuse_mapping(test, &m);
	misuse.size = 0;

	if (expect_bug(test, "mm/memory.c", remap, &misuse))
		doomed_mm_release(m.us, 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, 4), 0);
}

static void zap(void *data)
{
	const struct misuse *misuse = data;

	compat_zap_vma(misuse->vma, misuse->addr, misuse->size);
}

static inline void needs_bug_of_zap(struct kunit *test)
{
	if (COMPAT_ZAP_WARNS)
		kunit_skip(test, "needs the BUG of zaps, a warning since Linux 7.1");
}

/*
 * The end is in the vma, but before the start:
 *
 *	| 0 | 1   end | 2   start | 3 |
 *
 * Covers: zap_vma_ptes
 */
static void zap_of_a_range_that_wraps(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	needs_bug_of_zap(test);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 4, MAP_SHARED,
			   &(struct pfn_file){ .vm_flags = VM_PFNMAP });
	misuse = misuse_mapping(test, &m);
	misuse.addr = mapping_page(&m, 2);
	misuse.size = -PAGE_SIZE;
	expect_bug(test, "mm/memory.c", zap, &misuse);
}

static void insert_huge(void *data)
{
	const struct misuse *misuse = data;
	struct vm_fault vmf = { .vma = misuse->vma, .address = misuse->addr };

	huge_insert_pfn(&vmf, misuse->level, misuse->pfn, false);
}

static void expect_huge_bug(struct kunit *test, enum huge_level level,
			    unsigned long flags)
{
	struct misuse misuse;

	needs_death(test, enable);
	needs_huge_pfnmap(test, level);
	misuse = misuse_fake_vma(test, flags);
	misuse.level = level;
	expect_bug(test, "mm/huge_memory.c", insert_huge, &misuse);
}

/* Covers: vmf_insert_pfn_pmd */
static void pmd_into_a_cow_mapping(struct kunit *test)
{
	expect_huge_bug(test, HUGE_PMD, VM_PFNMAP | VM_MAYWRITE);
}

/* Covers: vmf_insert_pfn_pmd */
static void pmd_into_a_vma_that_is_both(struct kunit *test)
{
	expect_huge_bug(test, HUGE_PMD, VM_PFNMAP | VM_MIXEDMAP | VM_SHARED);
}

/* Covers: vmf_insert_pfn_pmd */
static void pmd_into_a_vma_that_is_neither(struct kunit *test)
{
	expect_huge_bug(test, HUGE_PMD, VM_SHARED);
}

/* Covers: vmf_insert_pfn_pud */
static void pud_into_a_cow_mapping(struct kunit *test)
{
	expect_huge_bug(test, HUGE_PUD, VM_PFNMAP | VM_MAYWRITE);
}

/* Covers: vmf_insert_pfn_pud */
static void pud_into_a_vma_that_is_both(struct kunit *test)
{
	expect_huge_bug(test, HUGE_PUD, VM_PFNMAP | VM_MIXEDMAP | VM_SHARED);
}

/* Covers: vmf_insert_pfn_pud */
static void pud_into_a_vma_that_is_neither(struct kunit *test)
{
	expect_huge_bug(test, HUGE_PUD, VM_SHARED);
}

/* A vma that one pmd maps, as a huge fault makes it. */
static struct mapping map_by_pmd(struct kunit *test)
{
	struct pfn_file how = {
		.frames = frames_alloc_aligned(test, FRAMES_CONTIGUOUS,
					       huge_order(HUGE_PMD)),
		.vm_flags = VM_PFNMAP,
		.ops = {
			.fault = pfn_file_insert,
			.huge_fault = pfn_file_insert_huge,
		},
	};
	unsigned long word;
	struct mapping m = {
		.frames = how.frames,
		.pf = pfn_file_open(test, &how),
		.us = user_space_create(test),
	};

	m.addr = user_mmap_at(m.us, ALIGN(TASK_SIZE / 4, PMD_SIZE), m.pf->file,
			      huge_pages(HUGE_PMD), PROT_READ,
			      MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, m.addr, &word));
	KUNIT_ASSERT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_PMD);
	return m;
}

/* Whoever inserts a page must know that there is no page table. */
static void pfn_under_a_huge_entry(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	needs_debug_vm(test);
	needs_huge_pfnmap(test, HUGE_PMD);
	m = map_by_pmd(test);
	misuse = misuse_mapping(test, &m);
	expect_bug(test, "mm/memory.c", insert_pfn, &misuse);
}

/* Covers: remap_pfn_range */
static void remap_under_a_huge_entry(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	needs_debug_vm(test);
	needs_huge_pfnmap(test, HUGE_PMD);
	m = map_by_pmd(test);
	misuse = misuse_mapping(test, &m);

	if (expect_bug(test, "mm/memory.c", remap, &misuse))
		doomed_mm_release(m.us, 0);
}

static vm_fault_t fall_back(struct vm_fault *vmf)
{
	return VM_FAULT_FALLBACK;
}

static void fixup(void *data)
{
	const struct misuse *misuse = data;
	struct mm_struct *mm = misuse->vma->vm_mm;

	mmap_read_lock(mm);
	fixup_user_fault(mm, misuse->addr, 0, NULL);
	mmap_read_unlock(mm);
}

/*
 * Smaller entries may be tried after a huge fault only: elsewhere it is an
 * error, and one that vm_fault_to_errno() has no errno for.
 */
static void fault_of_one_page_that_falls_back(struct kunit *test)
{
	struct mapping m;
	struct misuse misuse;

	needs_death(test, enable);
	m = mapping_create(test, FRAMES_CONTIGUOUS, 1, MAP_SHARED,
			   &(struct pfn_file){
				   .vm_flags = VM_PFNMAP,
				   .fault = fall_back,
			   });
	misuse = misuse_mapping(test, &m);

	if (expect_bug(test, "mm/gup.c", fixup, &misuse))
		mmap_read_unlock_non_owner(m.us->mm);
}

static struct kunit_case mm_pfnmap_death_cases[] = {
	KUNIT_CASE(pfn_into_a_cow_mapping),
	KUNIT_CASE(pfn_into_a_vma_that_is_both),
	KUNIT_CASE(pfn_into_a_vma_that_is_neither),
	KUNIT_CASE(pfn_of_a_page_into_a_mixed_map),
	KUNIT_CASE(page_into_a_raw_mapping),
	KUNIT_CASE(page_without_mmap_lock),
	KUNIT_CASE(pages_into_a_raw_mapping),
	KUNIT_CASE(pages_without_mmap_lock),
	KUNIT_CASE(remap_over_a_mapped_page),
	KUNIT_CASE(remap_of_an_empty_range),
	KUNIT_CASE(zap_of_a_range_that_wraps),
	KUNIT_CASE(pmd_into_a_cow_mapping),
	KUNIT_CASE(pmd_into_a_vma_that_is_both),
	KUNIT_CASE(pmd_into_a_vma_that_is_neither),
	KUNIT_CASE(pud_into_a_cow_mapping),
	KUNIT_CASE(pud_into_a_vma_that_is_both),
	KUNIT_CASE(pud_into_a_vma_that_is_neither),
	KUNIT_CASE(pfn_under_a_huge_entry),
	KUNIT_CASE(remap_under_a_huge_entry),
	KUNIT_CASE(fault_of_one_page_that_falls_back),
	{}
};

static struct kunit_suite mm_pfnmap_death_suite = {
	.name = "mm_pfnmap_death",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_death_cases,
};

kunit_test_suite(mm_pfnmap_death_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: what mm answers with a BUG");
MODULE_LICENSE("GPL");
