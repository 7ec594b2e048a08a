// SPDX-License-Identifier: GPL-2.0
/*
 * Entries about which the flags of their vma do not decide: those of device
 * memory (pte_devmap(), up to Linux 6.15), and those whose page the driver
 * names (vm_ops->find_special_page(), now find_normal_page()).
 *
 * See vm_normal_page() and the comments in it, vm_mixed_ok(), and the one on
 * find_special_page() in <linux/mm.h>.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/panic.h>
#include <linux/pgtable.h>

#include "testbed/exports.h"
#include "testbed/testbed.h"

#define NR_PAGES 4

static const struct kind {
	const char *name;
	unsigned long flags;
} kinds[] = {
	{ "plain shared", VM_SHARED | VM_MAYSHARE | VM_MAYWRITE },
	{ "plain private", VM_MAYWRITE },
	{ "pfnmap", VM_PFNMAP | VM_SHARED | VM_MAYSHARE | VM_MAYWRITE },
	{ "pfnmap private", VM_PFNMAP | VM_MAYWRITE },
	{ "mixedmap", VM_MIXEDMAP | VM_SHARED | VM_MAYSHARE | VM_MAYWRITE },
	{ "mixedmap private", VM_MIXEDMAP | VM_MAYWRITE },
};

static void kind_name(const struct kind *kind, char *desc)
{
	strscpy(desc, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kinds, kind_name);

/**
 * struct entry - an entry, and the vma that it would be in
 * @vma: a vma in no address space
 * @addr: its address
 * @pfn: a frame of the test's, one off the linear rule
 * @pte: unmarked
 */
struct entry {
	struct vm_area_struct *vma;
	unsigned long addr;
	unsigned long pfn;
	pte_t pte;
};

/* Over page tables, which are looked at where an entry is taken for corrupt. */
static struct entry make_entry(struct kunit *test)
{
	const struct kind *kind = test->param_value;
	struct user_space *us = user_space_create(test);
	struct frames *frames = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					     NUMA_NO_NODE);
	struct entry e = {
		.vma = fake_vma_create(test),
		.pfn = frames->frame[0].pfn,
	};

	e.addr = user_mmap(us, NULL, NR_PAGES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(e.addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, e.addr, 1));
	e.vma->vm_mm = us->mm;
	fake_vma_shape(e.vma, e.addr, NR_PAGES, e.pfn + 1,
		       VM_READ | kind->flags);
	e.pte = pfn_pte(e.pfn, vm_get_page_prot(e.vma->vm_flags));
	return e;
}

/*
 * 'Legacy ZONE_DEVICE pages that set pte_devmap() do not have refcounts': there
 * is no page for mm to count, and nothing to report, whatever the vma.
 *
 * Covers: vm_normal_page(pte_special)
 */
static void device_memory_is_special_in_any_vma(struct kunit *test)
{
	int tainted = test_taint(TAINT_BAD_PAGE);
	struct entry e = make_entry(test);
	pte_t pte = compat_pte_mkdevmap(e.pte);

	needs_mm_exports(test);
	needs_devmap(test);

	KUNIT_EXPECT_NULL(test, vm_normal_page(e.vma, e.addr, pte));
	KUNIT_EXPECT_NULL(test, vm_normal_folio(e.vma, e.addr, pte));
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_BAD_PAGE), tainted);
}

static unsigned long huge_pfn(struct kunit *test)
{
	struct frames *frames = frames_alloc_aligned(test, FRAMES_CONTIGUOUS,
						     huge_order(HUGE_PMD));

	return frames->frame[0].pfn;
}

/* Covers: vm_normal_page_pmd */
static void huge_device_memory_is_special(struct kunit *test)
{
	struct vm_area_struct *vma = fake_vma_create(test);
	unsigned long pfn;

	needs_mm_exports(test);
	needs_devmap(test);
	needs_huge_pfnmap(test, HUGE_PMD);
	pfn = huge_pfn(test);
	fake_vma_shape(vma, HUGE_START, huge_pages(HUGE_PMD), 0,
		       VM_READ | VM_SHARED | VM_MAYSHARE);

	KUNIT_EXPECT_PTR_EQ(test, pfn_to_page(pfn),
			    huge_entry_normal_page(vma, HUGE_START, HUGE_PMD,
						   pfn, false));
	KUNIT_EXPECT_NULL(test, huge_device_normal_page(vma, HUGE_START, pfn));
}

/*
 * As long as marks did not decide about huge entries, one without: there is no
 * page to return where no struct page is, and nothing was reported.
 *
 * Covers: vm_normal_page_pmd
 */
static void unmarked_huge_entry_above_memory_has_no_page(struct kunit *test)
{
	static const unsigned long flags[] = { 0, VM_MIXEDMAP };
	struct vm_area_struct *vma = fake_vma_create(test);
	int tainted = test_taint(TAINT_BAD_PAGE);
	unsigned int i;

	needs_mm_exports(test);
	needs_huge_pfnmap(test, HUGE_PMD);
	if (COMPAT_HUGE_MARK_DECIDES)
		kunit_skip(test, "needs huge entries by the linear rule (before Linux 6.18)");

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct page *page;

		fake_vma_shape(vma, HUGE_START, huge_pages(HUGE_PMD), 0,
			       VM_READ | VM_SHARED | VM_MAYSHARE | flags[i]);
		page = huge_entry_normal_page(vma, HUGE_START, HUGE_PMD,
					      frames_pfn_above(huge_order(HUGE_PMD)),
					      false);
		KUNIT_EXPECT_NULL_MSG(test, page, "flags %lx", flags[i]);
	}
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_BAD_PAGE), tainted);
}

/* Whatever is asked, the answer is the page that the vma was given for it. */
static struct page *named_page(struct vm_area_struct *vma, unsigned long addr)
{
	return addr == vma->vm_start ? vma->vm_private_data : NULL;
}

/*
 * 'Called by vm_normal_page() for special PTEs to find the page for @addr': that
 * one, and not the one of the frame; the driver is not asked about others.
 *
 * Covers: vm_normal_page(pte_special), __vm_normal_page
 */
static void driver_names_the_page_of_a_special_entry(struct kunit *test)
{
	struct frames *named = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					    NUMA_NO_NODE);
	struct page *page = pfn_to_page(named->frame[0].pfn);
	struct entry e = make_entry(test);

	needs_mm_exports(test);
	needs_find_page(test);
	e.vma->vm_ops = compat_find_page_ops(test, NULL, named_page);
	e.vma->vm_private_data = page;

	KUNIT_EXPECT_PTR_EQ(test, page,
			    vm_normal_page(e.vma, e.addr, pte_mkspecial(e.pte)));
	KUNIT_EXPECT_PTR_EQ(test, page_folio(page),
			    vm_normal_folio(e.vma, e.addr,
					    pte_mkspecial(e.pte)));
	KUNIT_EXPECT_NULL(test, vm_normal_page(e.vma, e.addr + PAGE_SIZE,
					       pte_mkspecial(e.pte)));
	KUNIT_EXPECT_PTR_EQ(test, pfn_to_page(e.pfn),
			    vm_normal_page(e.vma, e.addr, e.pte));
}

static vm_fault_t insert_device(struct vm_fault *vmf)
{
	unsigned long pfn = pfn_file_of(vmf)->frames->frame[vmf->pgoff].pfn;

	return vmf_insert_mixed(vmf->vma, vmf->address, compat_device_pfn(pfn));
}

static vm_fault_t insert_marked(struct vm_fault *vmf)
{
	unsigned long pfn = pfn_file_of(vmf)->frames->frame[vmf->pgoff].pfn;

	return vmf_insert_mixed(vmf->vma, vmf->address, compat_marked_pfn(pfn));
}

/* All is written through the mapping, then it goes; mm never knew of a page. */
static void expect_raw_to_the_end(struct kunit *test, const struct mapping *m)
{
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++) {
		KUNIT_ASSERT_EQ(test, 0,
				user_write(m->us, mapping_page(m, i), 40 + i));
		KUNIT_EXPECT_EQ(test, frame_peek(&m->frames->frame[i]), 40 + i);
	}
	expect_rss(test, m->us, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m->us, m->addr, NR_PAGES));
	expect_rss(test, m->us, 0, 0);
	expect_frames_untouched(test, m->before);
}

/*
 * vmf_insert_mixed() takes device memory in a vma without VM_MIXEDMAP, too, as
 * filesystems with DAX did.
 *
 * Covers: vm_mixed_ok, vm_normal_page(pte_special)
 */
static void device_memory_needs_no_mixed_map(struct kunit *test)
{
	struct mapping m;

	needs_devmap(test);
	m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){ .fault = insert_device });
	expect_raw_to_the_end(test, &m);
}

static struct page *no_page(struct vm_area_struct *vma, unsigned long addr)
{
	return NULL;
}

static int have_no_page_named(struct pfn_file *pf, struct vm_area_struct *vma)
{
	vma->vm_ops = pf->data;
	return 0;
}

/*
 * Nor does a frame that was said to be special; whether there is a page in it is
 * then the driver's to tell.
 *
 * Covers: vm_mixed_ok, vm_normal_page(pte_special)
 */
static void special_frame_needs_no_mixed_map(struct kunit *test)
{
	struct mapping m;

	needs_find_page(test);
	if (!COMPAT_HAS_MARKED_PFN)
		kunit_skip(test, "needs PFN_SPECIAL (before Linux 6.16)");
	m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .map = have_no_page_named,
				   .data = (void *)compat_find_page_ops(test,
							insert_marked, no_page),
			   });
	expect_raw_to_the_end(test, &m);
}

static struct kunit_case mm_pfnmap_exempt_cases[] = {
	KUNIT_CASE(huge_device_memory_is_special),
	KUNIT_CASE(unmarked_huge_entry_above_memory_has_no_page),
	KUNIT_CASE(device_memory_needs_no_mixed_map),
	KUNIT_CASE(special_frame_needs_no_mixed_map),
	KUNIT_CASE_PARAM(device_memory_is_special_in_any_vma, kind_gen_params),
	KUNIT_CASE_PARAM(driver_names_the_page_of_a_special_entry,
			 kind_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_exempt_suite = {
	.name = "mm_pfnmap_exempt",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_exempt_cases,
};

kunit_test_suite(mm_pfnmap_exempt_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: entries that their vma's flags do not decide about");
MODULE_LICENSE("GPL");
