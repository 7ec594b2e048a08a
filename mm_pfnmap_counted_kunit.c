// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that mm counts, in a driver's mapping: what it notes of their use, what
 * becomes of a page that is not needed after all, and large folios.
 *
 * See vm_operations_struct in Documentation/filesystems/locking.rst, and the
 * comments in zap_present_folio_ptes() and fault_dirty_shared_page().
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pagemap.h>
#include <linux/smp.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

#define PAGE 2	/* the one that is touched */

static struct page *page_at(const struct mapping *m, unsigned int page)
{
	return pfn_to_page(m->frames->frame[page].pfn);
}

static bool in_use(const struct mapping *m, unsigned int page)
{
	return folio_test_referenced(page_folio(page_at(m, page)));
}

static struct mapping map_inserted(struct kunit *test, enum frames_kind kind,
				   unsigned long map_flags)
{
	return mapping_create(test, kind, NR_PAGES, map_flags,
			      &(struct pfn_file){
				      .vm_flags = VM_MIXEDMAP,
				      .map = handler_map_pages,
			      });
}

/* What was written has to be told to whoever has the page. */
static void unmapped_page_is_dirty_if_it_was_written(struct kunit *test)
{
	struct mapping m = map_inserted(test, FRAMES_SCATTERED, MAP_SHARED);
	unsigned long word;

	/* As by an exception, which UML leaves out where it writes itself. */
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 FAULT_FLAG_WRITE), 0);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, PAGE), 1));
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 3), &word));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	KUNIT_EXPECT_TRUE(test, PageDirty(page_at(&m, PAGE)));
	KUNIT_EXPECT_FALSE(test, PageDirty(page_at(&m, 3)));
}

static void read_two_pages(struct kunit *test, const struct mapping *m)
{
	unsigned long word;

	KUNIT_ASSERT_EQ(test, 0, user_read(m->us, mapping_page(m, PAGE), &word));
	KUNIT_ASSERT_EQ(test, 0, user_read(m->us, mapping_page(m, 3), &word));
	user_make_old(m->us, mapping_page(m, 3));
}

/* See folio_mark_accessed(). */
static void unmapped_page_was_in_use_if_its_entry_was_young(struct kunit *test)
{
	struct mapping m = map_inserted(test, FRAMES_SCATTERED, MAP_SHARED);

	needs_mm_exports(test);
	read_two_pages(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	KUNIT_EXPECT_TRUE(test, in_use(&m, PAGE));
	KUNIT_EXPECT_FALSE(test, in_use(&m, 3));
}

/* Who reads once, or anywhere, says nothing about the next use of a page. */
static void advice_on_reading_keeps_pages_from_counting_as_in_use(struct kunit *test)
{
	static const int advices[] = { MADV_RANDOM, MADV_SEQUENTIAL };
	unsigned int i;

	needs_mm_exports(test);
	needs_syscalls(test);
	if (!COMPAT_ADVICE_MINDS_USE)
		kunit_skip(test, "needs advice that minds the use of pages (Linux 6.3)");
	for (i = 0; i < ARRAY_SIZE(advices); i++) {
		struct mapping m = map_inserted(test, FRAMES_SCATTERED,
						MAP_SHARED);

		KUNIT_ASSERT_EQ(test, 0, user_madvise(m.us, m.addr, NR_PAGES,
						      advices[i]));
		read_two_pages(test, &m);
		KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
		KUNIT_EXPECT_FALSE(test, in_use(&m, PAGE));
		KUNIT_EXPECT_FALSE(test, in_use(&m, 3));
	}
}

/* A driver may insert the pages of a large folio, all or some of them. */
static void expect_folio_mapped(struct kunit *test, const struct mapping *m,
				unsigned int times, const char *layout)
{
	expect_layout(test, m, layout);
	expect_frame_counted(test, m->before, 0, times);
}

/*
 * Covers: vma_needs_copy, __vm_normal_page(VM_MIXEDMAP),
 * vm_normal_page(VM_MIXEDMAP)
 */
static void pages_of_a_folio_are_counted_once_on_either_side(struct kunit *test)
{
	struct mapping child, m = map_inserted(test, FRAMES_FOLIO, MAP_SHARED);
	unsigned int page;

	needs_mm_exports(test);
	known_panic(test, COMPAT_SET_PTES_SKIPS_FRAMES,
		    "UML's set_ptes() adds up its count of entries, and maps foreign frames in a child");
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 5), 1));
	expect_folio_mapped(test, &m, NR_PAGES, "pppppppp");
	child = mapping_fork(test, &m);
	expect_folio_mapped(test, &m, 2 * NR_PAGES, "pppppppp");
	expect_layout(test, &child, "pppppppp");
	expect_rss(test, child.us, NR_PAGES, 0);
	for (page = 0; page < NR_PAGES; page++) {
		struct pte_view pte = observe_pte(child.us,
						  mapping_page(&m, page));

		KUNIT_EXPECT_TRUE_MSG(test, pte.write, "page %u", page);
		KUNIT_EXPECT_FALSE_MSG(test, pte.dirty, "page %u", page);
		KUNIT_EXPECT_FALSE_MSG(test, pte.young, "page %u", page);
	}

	user_space_destroy(test, child.us);
	expect_folio_mapped(test, &m, NR_PAGES, "pppppppp");
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_nothing_mapped(test, &m);
}

static void folio_is_unmapped_page_by_page(struct kunit *test)
{
	struct mapping m = map_inserted(test, FRAMES_FOLIO, MAP_PRIVATE);

	needs_mm_exports(test);
	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_madvise(m.us, mapping_page(&m, 3), 1,
					      MADV_DONTNEED));
	expect_folio_mapped(test, &m, NR_PAGES - 1, "ppp.pppp");
	mapping_write_copies(test, &m, ".....c..");
	expect_folio_mapped(test, &m, NR_PAGES - 2, "ppp.pcpp");
	expect_rss(test, m.us, NR_PAGES - 2, 1);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, 6));
	expect_frame_counted(test, m.before, 0, 2);
	expect_rss(test, m.us, 2, 0);
	user_space_destroy(test, m.us);
	expect_frames_untouched(test, m.before);
}

static void rest_of_a_folio_is_inherited_beside_copies(struct kunit *test)
{
	struct mapping child, m = map_inserted(test, FRAMES_FOLIO, MAP_PRIVATE);

	needs_mm_exports(test);
	needs_syscalls(test);
	known_panic(test, COMPAT_SET_PTES_SKIPS_FRAMES,
		    "UML's set_ptes() adds up its count of entries, and maps foreign frames in a child");
	KUNIT_ASSERT_EQ(test, 0, user_madvise(m.us, mapping_page(&m, 3), 1,
					      MADV_DONTNEED));
	mapping_write_copies(test, &m, ".....c..");
	child = mapping_fork(test, &m);
	expect_folio_mapped(test, &child, 2 * (NR_PAGES - 2), "ppp.pcpp");
	expect_copies_kept(test, &child, ".....c..");
	expect_rss(test, child.us, NR_PAGES - 2, 1);
	user_space_destroy(test, child.us);
	expect_folio_mapped(test, &m, NR_PAGES - 2, "ppp.pcpp");
}

/* Copies may stay where the pages between them go: see unmap_mapping_range(). */
static void copies_between_pages_that_go_stay(struct kunit *test)
{
	struct mapping m = map_inserted(test, FRAMES_SCATTERED, MAP_PRIVATE);

	needs_mm_exports(test);
	mapping_write_copies(test, &m, "c.cc..c.");
	unmap_mapping_range(m.pf->file->f_mapping, 0, 0, 0);
	expect_layout(test, &m, "c.cc..c.");
	expect_copies_kept(test, &m, "c.cc..c.");
	expect_rss(test, m.us, 0, 4);
	expect_frames_untouched(test, m.before);
}

/* One page over and over, more often than it can be listed to be given back. */
#define MANY_PAGES 12000

static int insert_one_page(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct page *page = pfn_to_page(pf->frames->frame[0].pfn);
	unsigned long at;
	int ret = 0;

	for (at = vma->vm_start; at < vma->vm_end && !ret; at += PAGE_SIZE)
		ret = vm_insert_page(vma, at, page);
	return ret;
}

/* See MAX_GATHER_BATCH_COUNT. */
static void more_pages_than_can_be_listed_are_unmapped(struct kunit *test)
{
	struct mapping m = mapping_prepare(test, FRAMES_SCATTERED, 1,
					   &(struct pfn_file){
						   .vm_flags = VM_MIXEDMAP,
						   .map = insert_one_page,
					   });

	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, MANY_PAGES, PROT_READ, MAP_SHARED,
			   0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	expect_frame_counted(test, m.before, 0, MANY_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, MANY_PAGES));
	expect_nothing_mapped(test, &m);
	KUNIT_EXPECT_EQ(test, 0, observe_nr_ptes(m.us, m.addr, MANY_PAGES));
}

static vm_fault_t insert_data(struct vm_fault *vmf)
{
	return compat_insert_page_mkwrite(vmf->vma, vmf->address,
					  pfn_file_of(vmf)->data, false);
}

/* See the kernel-doc of vm_insert_page(): no anonymous pages. */
static void page_that_may_not_be_inserted_is_sigbus(struct kunit *test)
{
	struct mapping copied = map_linear(test, MAP_PRIVATE);
	struct mapping m;

	needs_mm_exports(test);
	if (!COMPAT_HAS_INSERT_PAGE_MKWRITE)
		kunit_skip(test, "needs vmf_insert_page_mkwrite() (Linux 6.15)");
	mapping_write_copies(test, &copied, "..c.....");
	m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .vm_flags = VM_MIXEDMAP,
				   .fault = insert_data,
				   .data = observe_normal_page(copied.us,
							       mapping_page(&copied, PAGE)),
			   });
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE), 0),
			VM_FAULT_SIGBUS);
	expect_nothing_mapped(test, &m);
}

/* A second thread, at the same address while the first one's handler runs. */
struct rival {
	struct user_space *us;
	unsigned long addr;
	unsigned int flags;
	vm_fault_t ret;
};

static int rival_fault(void *data)
{
	struct rival *rival = data;

	rival->ret = user_fault(rival->us, rival->addr, rival->flags);
	return 0;
}

/**
 * struct offer - what a fault handler does
 * @ret: its answer; a page goes with 0
 * @rival: another fault comes first, at its first call
 * @unstable: the address space is about to be reaped
 * @copy: the page that was to be the copy; held
 * @table: the page of the spare page table; held
 */
struct offer {
	vm_fault_t ret;
	struct rival *rival;
	bool unstable;
	struct page *copy;
	struct page *table;
};

static void hold_copy(struct vm_fault *vmf, struct offer *offer)
{
	if (offer->copy || !vmf->cow_page)
		return;
	offer->copy = vmf->cow_page;
	get_page(offer->copy);
}

static vm_fault_t offer_page(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);
	struct offer *offer = pf->data;

	if (offer->rival && atomic_read(&pf->nr_faults) == 1) {
		hold_copy(vmf, offer);
		cpu_thread_run(raw_smp_processor_id(), rival_fault,
			       offer->rival);
	} else if (!offer->rival) {
		hold_copy(vmf, offer);
	}
	if (offer->unstable)
		compat_mm_set_unstable(vmf->vma->vm_mm, true);
	if (offer->ret)
		return offer->ret;
	vmf->page = pfn_to_page(pf->frames->frame[vmf->pgoff].pfn);
	get_page(vmf->page);
	return 0;
}

static struct mapping map_offer(struct kunit *test, unsigned long map_flags,
				struct offer *offer)
{
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, map_flags,
			      &(struct pfn_file){
				      .vm_flags = VM_MIXEDMAP,
				      .fault = offer_page,
				      .data = offer,
			      });
}

/* Nobody but the case has the page that was to be the copy. */
static void expect_copy_freed(struct kunit *test, struct offer *offer,
			      bool wanted)
{
	KUNIT_EXPECT_EQ(test, !!offer->copy, wanted);
	if (!offer->copy)
		return;
	KUNIT_EXPECT_EQ(test, 1, page_ref_count(offer->copy));
	put_page(offer->copy);
	offer->copy = NULL;
}

static void touch_name(const struct touch *touch, char *desc)
{
	strscpy(desc, touch->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(touch, touches, touch_name);

/* Whoever comes second finds the entry there, and leaves it. */
static void second_of_two_faults_gives_its_page_back(struct kunit *test)
{
	const struct touch *touch = test->param_value;
	struct rival rival = { .ret = VM_FAULT_SIGSEGV, .flags = touch->flags };
	struct offer offer = { .rival = &rival };
	struct mapping m = map_offer(test, touch->map_flags, &offer);
	bool copies = touch_copies(touch);

	needs_mm_exports(test);
	rival.us = m.us;
	rival.addr = mapping_page(&m, PAGE);
	EXPECT_VM_FAULT(test, user_fault(m.us, rival.addr, touch->flags),
			VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, rival.ret, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 2);
	expect_layout(test, &m, copies ? "..c....." : "..p.....");
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m, PAGE)));
	expect_rss(test, m.us, !copies, copies);
	expect_frame_counted(test, m.before, PAGE, !copies);
	expect_copy_freed(test, &offer, copies);
}

/*
 * Where the OOM killer reaps, what was a copy may read as zeroes; who still
 * runs shall not see that: check_stable_address_space(). Shared pages are not
 * reaped.
 */
static void reaped_address_space_gets_no_private_pages(struct kunit *test)
{
	const struct touch *touch = test->param_value;
	bool shared = touch->map_flags == MAP_SHARED;
	struct offer offer = { .unstable = true };
	struct mapping m = map_offer(test, touch->map_flags, &offer);
	vm_fault_t ret;

	needs_mm_exports(test);
	ret = user_fault(m.us, mapping_page(&m, PAGE), touch->flags);
	compat_mm_set_unstable(m.us->mm, false);
	EXPECT_VM_FAULT(test, ret, shared ? 0 : VM_FAULT_SIGBUS);
	expect_layout(test, &m, shared ? "..p....." : "........");
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m, PAGE)));
	expect_frame_counted(test, m.before, PAGE, shared);
	expect_copy_freed(test, &offer, touch_copies(touch));
}

static const struct refusal {
	const char *name;
	vm_fault_t ret;
} refusals[] = {
	{ "SIGBUS", VM_FAULT_SIGBUS },
	{ "OOM", VM_FAULT_OOM },
	{ "HWPOISON", VM_FAULT_HWPOISON },
	{ "NOPAGE", VM_FAULT_NOPAGE },
};

static void refusal_name(const struct refusal *refusal, char *desc)
{
	strscpy(desc, refusal->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refusal, refusals, refusal_name);

static void page_for_a_copy_is_freed_if_there_is_nothing_to_copy(struct kunit *test)
{
	const struct refusal *refusal = test->param_value;
	struct offer offer = { .ret = refusal->ret };
	struct mapping m = map_offer(test, MAP_PRIVATE, &offer);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 FAULT_FLAG_WRITE), refusal->ret);
	expect_copy_freed(test, &offer, true);
	expect_nothing_mapped(test, &m);
}

/* The spare page table, which is made before any handler is called. */
static void hold_table(struct vm_fault *vmf, struct offer *offer)
{
	if (offer->table || !vmf->prealloc_pte)
		return;
	offer->table = compat_table_page(vmf->prealloc_pte);
	get_page(offer->table);
}

static vm_fault_t use_no_table(struct vm_fault *vmf)
{
	hold_table(vmf, pfn_file_of(vmf)->data);
	return VM_FAULT_NOPAGE;
}

static vm_fault_t map_nothing(struct vm_fault *vmf, pgoff_t start, pgoff_t end)
{
	hold_table(vmf, pfn_file_of(vmf)->data);
	return 0;
}

static void check_spare_table(struct kunit *test, bool around)
{
	const struct touch *touch = test->param_value;
	struct offer offer = {};
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  touch->map_flags,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .ops = {
							  .fault = use_no_table,
							  .map_pages = around ?
								map_nothing : NULL,
						  },
						  .data = &offer,
					  });

	needs_whole_page_tables(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 touch->flags), VM_FAULT_NOPAGE);
	KUNIT_ASSERT_NOT_NULL(test, offer.table);
	KUNIT_EXPECT_EQ(test, 1, page_ref_count(offer.table));
	put_page(offer.table);
	expect_nothing_mapped(test, &m);
}

static void page_table_that_is_not_used_is_freed(struct kunit *test)
{
	check_spare_table(test, false);
}

static void page_table_for_pages_around_is_freed_if_there_are_none(struct kunit *test)
{
	check_spare_table(test, true);
}

static struct kunit_case mm_pfnmap_counted_cases[] = {
	KUNIT_CASE(unmapped_page_is_dirty_if_it_was_written),
	KUNIT_CASE(unmapped_page_was_in_use_if_its_entry_was_young),
	KUNIT_CASE(advice_on_reading_keeps_pages_from_counting_as_in_use),
	KUNIT_CASE(pages_of_a_folio_are_counted_once_on_either_side),
	KUNIT_CASE(folio_is_unmapped_page_by_page),
	KUNIT_CASE(rest_of_a_folio_is_inherited_beside_copies),
	KUNIT_CASE(more_pages_than_can_be_listed_are_unmapped),
	KUNIT_CASE(page_that_may_not_be_inserted_is_sigbus),
	KUNIT_CASE(copies_between_pages_that_go_stay),
	KUNIT_CASE_PARAM(second_of_two_faults_gives_its_page_back,
			 touch_gen_params),
	KUNIT_CASE_PARAM(reaped_address_space_gets_no_private_pages,
			 touch_gen_params),
	KUNIT_CASE_PARAM(page_for_a_copy_is_freed_if_there_is_nothing_to_copy,
			 refusal_gen_params),
	KUNIT_CASE_PARAM(page_table_that_is_not_used_is_freed,
			 touch_gen_params),
	KUNIT_CASE_PARAM(page_table_for_pages_around_is_freed_if_there_are_none,
			 touch_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_counted_suite = {
	.name = "mm_pfnmap_counted",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_counted_cases,
};

kunit_test_suite(mm_pfnmap_counted_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: pages that mm counts in a driver's mapping");
MODULE_LICENSE("GPL");
