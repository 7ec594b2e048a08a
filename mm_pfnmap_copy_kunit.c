// SPDX-License-Identifier: GPL-2.0
/*
 * The private copy that a write makes: what kind of page it is, who sees it, when
 * there is none, and what happens to an entry that changes meanwhile.
 *
 * See the comments in do_wp_page() and on wp_page_copy().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

#define PAGE 2	/* the one that is written */

static struct page *page_of(const struct mapping *m, unsigned int page)
{
	return pfn_to_page(observe_pte(m->us, mapping_page(m, page)).pfn);
}

/* Of this process alone, and all of it known to mm. */
static void expect_exclusive(struct kunit *test, struct page *copy)
{
	KUNIT_EXPECT_TRUE(test, PageAnon(copy));
	KUNIT_EXPECT_TRUE(test, PageAnonExclusive(copy));
	KUNIT_EXPECT_TRUE(test, PageUptodate(copy));
	mm_drain_lru();
	KUNIT_EXPECT_TRUE(test, PageLRU(copy));
	KUNIT_EXPECT_EQ(test, 1, page_ref_count(copy));
	KUNIT_EXPECT_EQ(test, 1, folio_mapcount(page_folio(copy)));
}

static vm_fault_t write_fault(const struct mapping *m)
{
	return user_fault(m->us, mapping_page(m, PAGE), FAULT_FLAG_WRITE);
}

/* A page was copied before the fork, and parent and child both have the copy. */
static struct page *share_a_copy(struct kunit *test, struct mapping *m,
				 struct mapping *child)
{
	struct page *copy;

	*m = map_linear(test, MAP_PRIVATE);
	needs_mm_exports(test);
	mapping_write_copies(test, m, "..c.....");
	/* In another CPU's batch for the LRU it might be copied again. */
	mm_drain_lru();
	copy = page_of(m, PAGE);
	*child = mapping_fork(test, m);
	return copy;
}

static void copy_that_the_child_has_left_is_taken_over(struct kunit *test)
{
	struct mapping child, m;
	struct page *copy = share_a_copy(test, &m, &child);

	KUNIT_EXPECT_FALSE(test, PageAnonExclusive(copy));
	user_space_destroy(test, child.us);

	EXPECT_VM_FAULT(test, write_fault(&m), 0);
	KUNIT_EXPECT_PTR_EQ(test, page_of(&m, PAGE), copy);
	expect_copy(test, &m, PAGE);
	expect_exclusive(test, copy);
	expect_copies_kept(test, &m, "..c.....");
	expect_rss(test, m.us, 0, 1);
}

static void copy_that_the_child_still_has_is_copied_again(struct kunit *test)
{
	struct mapping child, m;
	struct page *copy = share_a_copy(test, &m, &child);

	EXPECT_VM_FAULT(test, write_fault(&m), 0);
	KUNIT_EXPECT_PTR_NE(test, page_of(&m, PAGE), copy);
	expect_copy(test, &m, PAGE);
	expect_exclusive(test, page_of(&m, PAGE));
	KUNIT_EXPECT_PTR_EQ(test, page_of(&child, PAGE), copy);
	KUNIT_EXPECT_EQ(test, 1, page_ref_count(copy));
	KUNIT_EXPECT_EQ(test, 1, folio_mapcount(page_folio(copy)));
	expect_copies_kept(test, &m, "..c.....");
	expect_copies_kept(test, &child, "..c.....");
	expect_rss(test, m.us, 0, 1);
	expect_rss(test, child.us, 0, 1);
}

/* FAULT_FLAG_UNSHARE of what is nobody else's: nothing to do, and no write. */
static void unsharing_a_copy_of_ones_own_leaves_it_alone(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	struct pte_view pte;
	struct page *copy;

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, "..c.....");
	copy = page_of(&m, PAGE);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 FAULT_FLAG_UNSHARE), 0);
	pte = observe_pte(m.us, mapping_page(&m, PAGE));
	KUNIT_EXPECT_EQ(test, pte.pfn, page_to_pfn(copy));
	KUNIT_EXPECT_FALSE(test, pte.write);
	expect_exclusive(test, copy);

	child = mapping_fork(test, &m);
	user_space_destroy(test, child.us);
	KUNIT_EXPECT_FALSE(test, PageAnonExclusive(copy));
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 FAULT_FLAG_UNSHARE), 0);
	pte = observe_pte(m.us, mapping_page(&m, PAGE));
	KUNIT_EXPECT_EQ(test, pte.pfn, page_to_pfn(copy));
	KUNIT_EXPECT_FALSE(test, pte.write);
	expect_exclusive(test, copy);
	expect_rss(test, m.us, 0, 1);
}

/*
 * 'The existing information potentially belongs to a now completely unrelated
 * process', says wp_page_reuse().
 */
static void page_taken_over_forgets_who_used_it_last(struct kunit *test)
{
	struct mapping child, m;
	struct page *copy;

	needs_mm_exports(test);
	needs_numa_balancing(test);
	if (!COMPAT_HAS_LAST_USER)
		kunit_skip(test, "needs folio_last_cpupid() (Linux 6.7)");
	copy = share_a_copy(test, &m, &child);
	user_space_destroy(test, child.us);
	mm_set_last_user(page_folio(copy), 5);
	EXPECT_VM_FAULT(test, write_fault(&m), 0);
	KUNIT_EXPECT_PTR_EQ(test, page_of(&m, PAGE), copy);
	KUNIT_EXPECT_EQ(test, compat_last_user(page_folio(copy)),
			COMPAT_LAST_USER_NOBODY);
}

/* What is mapped before the write. */
static const struct original {
	const char *name;
	enum frames_kind kind;
	struct pfn_file how;
} originals[] = {
	{ "raw frame", FRAMES_CONTIGUOUS, { .remap = true } },
	{ "frame of a mixed mapping", FRAMES_PAGELESS_SCATTERED,
	  { .vm_flags = VM_MIXEDMAP, .fault = handler_fault_mixed } },
	{ "page that was inserted", FRAMES_SCATTERED,
	  { .vm_flags = VM_MIXEDMAP, .map = handler_map_pages } },
	{ "page that was returned", FRAMES_SCATTERED,
	  { .vm_flags = VM_MIXEDMAP, .fault = handler_fault_return } },
	{ "zero page", FRAMES_SCATTERED,
	  { .vm_flags = VM_MIXEDMAP, .fault = handler_fault_zero } },
};

static void original_name(const struct original *original, char *desc)
{
	strscpy(desc, original->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(original, originals, original_name);

static struct mapping map_original(struct kunit *test)
{
	const struct original *original = test->param_value;
	struct mapping m;

	needs_mm_exports(test);
	m = mapping_create(test, original->kind, NR_PAGES, MAP_PRIVATE,
			   &original->how);
	needs_reachable(test, m.frames);
	KUNIT_EXPECT_FALSE(test, VM_FAULT_ERROR &
			   user_fault(m.us, mapping_page(&m, PAGE), 0));
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, PAGE)).present);
	return m;
}

static void copy_is_an_ordinary_anonymous_page(struct kunit *test)
{
	struct mapping m = map_original(test);

	EXPECT_VM_FAULT(test, write_fault(&m), 0);
	expect_copy(test, &m, PAGE);
	expect_exclusive(test, page_of(&m, PAGE));
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[PAGE]));
}

static void copy_at_first_touch_is_an_ordinary_anonymous_page(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_PRIVATE, &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_return,
					  });

	needs_mm_exports(test);
	EXPECT_VM_FAULT(test, write_fault(&m), 0);
	expect_copy(test, &m, PAGE);
	expect_exclusive(test, page_of(&m, PAGE));
	expect_frames_untouched(test, m.before);
}

/*
 * Before the copy there is nothing to be written, also where the first fault
 * does no more than note the access: 'mark it accessed here', see
 * __wp_page_copy_user().
 */
static void old_frame_stays_as_it_is_until_it_is_copied(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);
	struct pte_view pte;

	needs_mm_exports(test);
	user_make_old(m.us, mapping_page(&m, PAGE));
	EXPECT_VM_FAULT(test, write_fault(&m), 0);
	pte = observe_pte(m.us, mapping_page(&m, PAGE));
	if (pte.pfn == m.frames->frame[PAGE].pfn) {
		KUNIT_EXPECT_TRUE(test, pte.young);
		KUNIT_EXPECT_FALSE(test, pte.write);
		KUNIT_EXPECT_FALSE(test, pte.dirty);
		expect_raw_frame(test, &m, PAGE);
		expect_rss(test, m.us, 0, 0);
		EXPECT_VM_FAULT(test, write_fault(&m), 0);
	}
	expect_copy(test, &m, PAGE);
	expect_rss(test, m.us, 0, 1);
}

/* The driver does not keep the page that it inserts. */
static int map_and_forget(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = vm_insert_page(vma, vma->vm_start, page);
	put_page(page);
	return ret;
}

/* It is the file's all the same: nobody else's counts for copies only. */
static void page_that_only_the_mapping_holds_is_copied_as_well(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_PRIVATE, &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .map = map_and_forget,
					  });
	unsigned long word = 0, pfn = observe_pte(m.us, m.addr).pfn;

	needs_mm_exports(test);
	KUNIT_EXPECT_EQ(test, 1, page_ref_count(pfn_to_page(pfn)));
	expect_rss(test, m.us, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 4711));
	KUNIT_EXPECT_NE(test, observe_pte(m.us, m.addr).pfn, pfn);
	expect_exclusive(test, page_of(&m, 0));
	expect_rss(test, m.us, 0, 1);
	KUNIT_EXPECT_EQ(test, 0, user_read(m.us, m.addr, &word));
	KUNIT_EXPECT_EQ(test, word, 4711);
}

static void shared_copy_stays_where_there_is_no_memory_for_another(struct kunit *test)
{
	unsigned int nth, nr_errors = 0;
	bool failed = true;

	needs_failures(test);
	for (nth = 1; failed; nth++) {
		struct mapping child, m;
		struct page *copy = share_a_copy(test, &m, &child);
		vm_fault_t ret;

		failures_arm(nth);
		ret = write_fault(&m);
		failed = failures_disarm();
		if (ret) {
			EXPECT_VM_FAULT(test, ret, VM_FAULT_OOM);
			KUNIT_EXPECT_PTR_EQ(test, page_of(&m, PAGE), copy);
			KUNIT_EXPECT_EQ(test, page_ref_count(copy), 2);
			EXPECT_VM_FAULT(test, write_fault(&m), 0);
			nr_errors++;
		}
		KUNIT_EXPECT_PTR_NE(test, page_of(&m, PAGE), copy);
		KUNIT_EXPECT_EQ(test, page_ref_count(copy), 1);
	}
	KUNIT_EXPECT_GT(test, nr_errors, 0);
}

/* A device that has a copy of the page tables has to hear of it. */
static void copy_is_announced_to_those_who_look_on(struct kunit *test)
{
	struct mapping m = map_original(test);
	unsigned long at = mapping_page(&m, PAGE);
	struct listener *listener = listener_start(test, m.us);

	EXPECT_VM_FAULT(test, user_fault(m.us, at + 8, FAULT_FLAG_WRITE), 0);
	KUNIT_EXPECT_EQ(test, listener->nr_starts, 1);
	KUNIT_EXPECT_EQ(test, listener->nr_ends, 1);
	KUNIT_EXPECT_EQ(test, listener->start, at);
	KUNIT_EXPECT_EQ(test, listener->end, at + PAGE_SIZE);
	expect_copy(test, &m, PAGE);
}

/* Another thread of the program, on its own CPU, must not go on with the frame. */
static void other_cpus_see_the_copy_at_once(struct kunit *test)
{
	struct mapping m = map_original(test);
	unsigned long at = mapping_page(&m, PAGE), seen = 0;

	needs_cpus(test, 2);
	KUNIT_ASSERT_EQ(test, 0, user_write_beside_a_reader(m.us, at, 4711,
							    &seen));
	expect_copy(test, &m, PAGE);
	KUNIT_EXPECT_EQ(test, seen, 4711);
}

/* Races: an entry that is not what it was, when its copy is there, stays. */
static void expect_entry_stays(struct kunit *test, const struct mapping *m,
			       pte_t entry)
{
	struct frames_state *before = observe_frames(test, m->frames);
	long file = compat_rss(m->us->mm, MM_FILEPAGES);
	struct changing change = {
		.us = m->us,
		.addr = mapping_page(m, PAGE),
		.entry = entry,
	};

	needs_cpus(test, 2);
	needs_split_table_locks(test);
	EXPECT_VM_FAULT(test, user_fault_while_changes(&change, FAULT_FLAG_WRITE),
			0);
	KUNIT_EXPECT_TRUE(test, change.kept);
	expect_frames_untouched(test, before);
	expect_rss(test, m->us, file, 0);

	EXPECT_VM_FAULT(test, write_fault(m), 0);
	expect_copy(test, m, PAGE);
}

static void entry_that_goes_while_it_is_copied_stays_away(struct kunit *test)
{
	struct mapping m = map_original(test);

	expect_entry_stays(test, &m, __pte(0));
}

static void entry_replaced_while_it_is_copied_stays(struct kunit *test)
{
	struct mapping m = map_original(test);

	expect_entry_stays(test, &m, pte_mkspecial(pfn_pte(m.frames->frame[7].pfn,
							   vm_get_page_prot(VM_READ))));
}

static struct kunit_case mm_pfnmap_copy_cases[] = {
	KUNIT_CASE(copy_that_the_child_has_left_is_taken_over),
	KUNIT_CASE(copy_that_the_child_still_has_is_copied_again),
	KUNIT_CASE(unsharing_a_copy_of_ones_own_leaves_it_alone),
	KUNIT_CASE(page_taken_over_forgets_who_used_it_last),
	KUNIT_CASE(copy_at_first_touch_is_an_ordinary_anonymous_page),
	KUNIT_CASE(old_frame_stays_as_it_is_until_it_is_copied),
	KUNIT_CASE(page_that_only_the_mapping_holds_is_copied_as_well),
	KUNIT_CASE(shared_copy_stays_where_there_is_no_memory_for_another),
	KUNIT_CASE_PARAM(copy_is_an_ordinary_anonymous_page,
			 original_gen_params),
	KUNIT_CASE_PARAM(copy_is_announced_to_those_who_look_on,
			 original_gen_params),
	KUNIT_CASE_PARAM(other_cpus_see_the_copy_at_once, original_gen_params),
	KUNIT_CASE_PARAM(entry_that_goes_while_it_is_copied_stays_away,
			 original_gen_params),
	KUNIT_CASE_PARAM(entry_replaced_while_it_is_copied_stays,
			 original_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_copy_suite = {
	.name = "mm_pfnmap_copy",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_copy_cases,
};

kunit_test_suite(mm_pfnmap_copy_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: private copies of raw frames and pages");
MODULE_LICENSE("GPL");
