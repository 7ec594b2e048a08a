// SPDX-License-Identifier: GPL-2.0
/*
 * Ordinary memory, for comparison: what the functions that copy, inherit and
 * unmap private copies of raw frames do where large folios and KSM come in, which
 * no raw mapping has; vmas that merge and move; and advice that only raw mappings
 * refuse, or locked memory, too.
 *
 * See the comments in copy_present_ptes(), and madvise(2). What userfaultfd
 * watches is in mm_pfnmap_watched_kunit.c.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES ORDINARY_PAGES
#define PAGE 3	/* the one that is looked at */

/* Anonymous memory in a single large folio, all of it written. */
static unsigned long large_folio(struct kunit *test, struct user_space *us)
{
	unsigned long addr;
	struct folio *folio;

	needs_mm_exports(test);
	needs_thp(test);
	knob_set(test, "transparent_hugepage/hugepages-64kB/enabled", "always");
	addr = ordinary_map(test, us);
	ordinary_write(test, us, addr);
	folio = page_folio(ordinary_page(us, addr));
	if (folio_nr_pages(folio) != NR_PAGES)
		kunit_skip(test, "needs memory for a large folio");
	mm_drain_lru();
	return addr;
}

static void large_folio_is_inherited_whole(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr = large_folio(test, us);
	struct folio *folio = page_folio(ordinary_page(us, addr));
	unsigned int page;

	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), NR_PAGES);
	child = user_space_fork(test, us);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 2 * NR_PAGES);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), 2 * NR_PAGES);
	for (page = 0; page < NR_PAGES; page++) {
		unsigned long at = addr + page * PAGE_SIZE;

		KUNIT_EXPECT_PTR_EQ(test, ordinary_page(child, at),
				    folio_page(folio, page));
		KUNIT_EXPECT_FALSE(test, observe_pte(us, at).write);
		KUNIT_EXPECT_FALSE(test, observe_pte(child, at).write);
	}
	expect_ordinary(test, child, addr);
	expect_ordinary(test, us, addr);
	expect_rss(test, child, 0, NR_PAGES);
	expect_rss(test, us, 0, NR_PAGES);
	user_space_destroy(test, child);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), NR_PAGES);
}

/* One entry says nothing about its neighbours in the folio. */
static void entries_of_a_large_folio_are_as_dirty_in_the_child(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr = large_folio(test, us);
	unsigned int page;

	user_make_clean(us, addr);
	user_make_clean(us, addr + PAGE * PAGE_SIZE);
	child = user_space_fork(test, us);
	for (page = 0; page < NR_PAGES; page++) {
		unsigned long at = addr + page * PAGE_SIZE;

		KUNIT_EXPECT_EQ_MSG(test, observe_pte(child, at).dirty,
				    page && page != PAGE, "page %u", page);
		KUNIT_EXPECT_EQ_MSG(test, observe_pte(us, at).dirty,
				    page && page != PAGE, "page %u", page);
	}
}

/* A device may write to any page of it, so the child gets copies. */
static void pinned_large_folio_stays_with_the_parent(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr = large_folio(test, us);
	struct folio *folio = page_folio(ordinary_page(us, addr));
	struct page *pinned;
	int refs;

	pinned = user_pin(test, us, addr + PAGE * PAGE_SIZE, FOLL_WRITE);
	mm_drain_lru();
	refs = folio_ref_count(folio);
	child = user_space_fork(test, us);
	mm_drain_lru();
	KUNIT_EXPECT_PTR_EQ(test, ordinary_page(us, addr + PAGE * PAGE_SIZE), pinned);
	KUNIT_EXPECT_PTR_NE(test, ordinary_page(child, addr + PAGE * PAGE_SIZE),
			    pinned);
	expect_ordinary(test, child, addr);
	expect_ordinary(test, us, addr);
	expect_rss(test, child, 0, NR_PAGES);
	user_space_destroy(test, child);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), refs);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), NR_PAGES);
}

static void large_folio_is_unmapped_whole_or_in_part(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = large_folio(test, us);
	struct folio *folio = page_folio(ordinary_page(us, addr));

	folio_get(folio);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(us, addr + PAGE * PAGE_SIZE, 5));
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), NR_PAGES - 5);
	expect_rss(test, us, 0, NR_PAGES - 5);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(us, addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), 0);
	expect_rss(test, us, 0, 0);
	mm_drain_lru();
	/* Left are the case's and, at most, that of who would split it. */
	KUNIT_EXPECT_LE(test, folio_ref_count(folio), 2);
	folio_put(folio);
}

/* cow_ksm of /proc/vmstat, see Documentation/admin-guide/mm/ksm.rst. */
static void write_to_a_page_that_ksm_shares_counts_as_that(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = ordinary_map(test, us), events;

	needs_syscalls(test);
	ksm_prepare(test);
	ordinary_write(test, us, addr);
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr + PAGE_SIZE, 1));
	KUNIT_ASSERT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_MERGEABLE));
	ksm_merge(test);
	KUNIT_ASSERT_PTR_EQ(test, ordinary_page(us, addr), ordinary_page(us, addr + PAGE_SIZE));

	events = observe_events(test, COMPAT_COW_KSM);
	KUNIT_EXPECT_EQ(test, 0, user_write(us, addr + PAGE_SIZE, 2));
	KUNIT_EXPECT_EQ(test, observe_events(test, COMPAT_COW_KSM), events + 1);
	user_space_fork(test, us);
	KUNIT_EXPECT_EQ(test, 0, user_write(us, addr + PAGE * PAGE_SIZE, PAGE + 1));
	KUNIT_EXPECT_EQ(test, observe_events(test, COMPAT_COW_KSM), events + 1);
	expect_ordinary(test, us, addr);
}

/* pgreuse of /proc/vmstat: a write fault after which the page is the same. */
static void write_that_needs_no_copy_counts_as_that(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr = ordinary_map(test, us), events;
	struct page *page;

	needs_mm_exports(test);
	ordinary_write(test, us, addr);
	page = ordinary_page(us, addr);
	child = user_space_fork(test, us);
	events = observe_events(test, PGREUSE);
	KUNIT_EXPECT_EQ(test, 0, user_write(us, addr, 1));
	KUNIT_EXPECT_PTR_NE(test, ordinary_page(us, addr), page);
	KUNIT_EXPECT_EQ(test, observe_events(test, PGREUSE), events);
	mm_drain_lru();
	KUNIT_EXPECT_EQ(test, 0, user_write(child, addr, 1));
	KUNIT_EXPECT_PTR_EQ(test, ordinary_page(child, addr), page);
	KUNIT_EXPECT_EQ(test, observe_events(test, PGREUSE), events + 1);
}

/*
 * struct plea - advice that is not for all memory
 * @name: its name
 * @advice: MADV_*
 * @locked: mlock() came before
 * @want: what madvise() must return
 * @drops: the memory is zero then
 * @guards: nobody may touch it
 */
static const struct plea {
	const char *name;
	int advice;
	bool locked;
	int want;
	bool drops;
	bool guards;
} pleas[] = {
	{ "COLD", MADV_COLD },
	{ "COLD", MADV_COLD, .locked = true, .want = -EINVAL },
	{ "PAGEOUT", MADV_PAGEOUT, .locked = true, .want = -EINVAL },
	{ "DONTNEED", MADV_DONTNEED, .drops = true },
	{ "DONTNEED", MADV_DONTNEED, .locked = true, .want = -EINVAL },
	{ "DONTNEED_LOCKED", MADV_DONTNEED_LOCKED, .drops = true },
	{ "DONTNEED_LOCKED", MADV_DONTNEED_LOCKED, .locked = true, .drops = true },
	{ "FREE", MADV_FREE, .locked = true, .want = -EINVAL },
	{ "GUARD_INSTALL", MADV_GUARD_INSTALL, .guards = true },
	{ "GUARD_INSTALL", MADV_GUARD_INSTALL, .locked = true, .want = -EINVAL },
	{ "GUARD_REMOVE", MADV_GUARD_REMOVE },
	{ "GUARD_REMOVE", MADV_GUARD_REMOVE, .locked = true },
};

static void plea_name(const struct plea *plea, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "MADV_%s%s", plea->name,
		 plea->locked ? " of locked memory" : "");
}

KUNIT_ARRAY_PARAM(plea, pleas, plea_name);

static void locked_memory_takes_less_advice(struct kunit *test)
{
	const struct plea *plea = test->param_value;
	struct user_space *us = user_space_create(test);
	unsigned long addr = ordinary_map(test, us), word = 1;
	int advice = plea->advice;

	if (advice == MADV_GUARD_INSTALL || advice == MADV_GUARD_REMOVE)
		if (!COMPAT_HAS_GUARDS)
			kunit_skip(test, "needs guard ranges (Linux 6.13)");
	ordinary_write(test, us, addr);
	if (plea->locked)
		KUNIT_ASSERT_EQ(test, 0, user_mlock(us, addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, plea->want, user_madvise(us, addr, NR_PAGES, advice));
	if (plea->guards) {
		KUNIT_EXPECT_NE(test, 0, user_read(us, addr, &word));
	} else if (plea->drops) {
		KUNIT_EXPECT_EQ(test, 0, user_read(us, addr, &word));
		KUNIT_EXPECT_EQ(test, word, 0);
	} else {
		expect_ordinary(test, us, addr);
	}
}

static unsigned long flags_of(struct kunit *test, struct user_space *us,
			      unsigned long addr)
{
	struct vma_view vma = {};

	KUNIT_EXPECT_TRUE(test, user_vma(us, addr, &vma));
	return vma.flags;
}

static void advice_about_forks_and_dumps_can_be_taken_back(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = ordinary_map(test, us);

	ordinary_write(test, us, addr);
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DONTFORK));
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DONTDUMP));
	KUNIT_EXPECT_EQ(test, flags_of(test, us, addr) & (VM_DONTCOPY | VM_DONTDUMP),
			VM_DONTCOPY | VM_DONTDUMP);
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DOFORK));
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DODUMP));
	KUNIT_EXPECT_EQ(test, flags_of(test, us, addr) & (VM_DONTCOPY | VM_DONTDUMP), 0);
	expect_ordinary(test, user_space_fork(test, us), addr);
}

/* mmap(2), MAP_DROPPABLE: such memory is in no dump. */
static void droppable_memory_stays_out_of_dumps(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = user_table_boundary(test, us);

	if (!COMPAT_HAS_DROPPABLE)
		kunit_skip(test, "needs MAP_DROPPABLE (Linux 6.11, 64 bit)");
	KUNIT_ASSERT_EQ(test, addr,
			user_mmap_at(us, addr, NULL, 1, PROT_READ | PROT_WRITE,
				     MAP_DROPPABLE | MAP_FIXED_NOREPLACE, 0));
	KUNIT_EXPECT_NE(test, flags_of(test, us, addr) & VM_DONTDUMP, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, user_madvise(us, addr, 1, MADV_DODUMP));
	KUNIT_EXPECT_NE(test, flags_of(test, us, addr) & VM_DONTDUMP, 0);
}

static void map_part(struct kunit *test, struct user_space *us,
		     unsigned long addr, unsigned int first, unsigned int nr)
{
	unsigned long at = addr + first * PAGE_SIZE;

	KUNIT_ASSERT_EQ(test, at,
			user_mmap_at(us, at, NULL, nr, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0));
}

/* The vma of a page is just of these pages. */
static void expect_vma(struct kunit *test, struct user_space *us,
		       unsigned long addr, unsigned int first, unsigned int nr)
{
	struct vma_view vma = {};

	KUNIT_EXPECT_TRUE(test, user_vma(us, addr + first * PAGE_SIZE, &vma));
	KUNIT_EXPECT_EQ(test, vma.start, addr + first * PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, vma.end, addr + (first + nr) * PAGE_SIZE);
}

/*
 * Unlike special mappings, see VM_SPECIAL. The second one has no vma before it,
 * the third one none behind it, the last one has both.
 */
static void new_memory_merges_with_its_neighbours(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = user_table_boundary(test, us);

	map_part(test, us, addr, 4, 4);
	expect_vma(test, us, addr, 4, 4);
	map_part(test, us, addr, 0, 4);
	expect_vma(test, us, addr, 0, 8);
	map_part(test, us, addr, 12, 2);
	map_part(test, us, addr, 14, 2);
	expect_vma(test, us, addr, 12, 4);
	map_part(test, us, addr, 8, 4);
	expect_vma(test, us, addr, 0, NR_PAGES);
}

static void protect(struct kunit *test, struct user_space *us,
		    unsigned long addr, unsigned int first, unsigned int nr,
		    unsigned long prot)
{
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(us, addr + first * PAGE_SIZE, nr,
					       prot));
}

static void changed_memory_merges_with_its_neighbours(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = ordinary_map(test, us);

	protect(test, us, addr, 8, 8, PROT_READ);
	expect_vma(test, us, addr, 0, 8);
	expect_vma(test, us, addr, 8, 8);
	/* The first part of a vma, which then is as the one before it. */
	protect(test, us, addr, 8, 2, PROT_READ | PROT_WRITE);
	expect_vma(test, us, addr, 0, 10);
	expect_vma(test, us, addr, 10, 6);
	/* The last part of a vma, which then is as the one behind it. */
	protect(test, us, addr, 6, 4, PROT_READ);
	expect_vma(test, us, addr, 0, 6);
	expect_vma(test, us, addr, 6, 10);
	/* In the middle there is no neighbour. */
	protect(test, us, addr, 8, 2, PROT_READ | PROT_WRITE);
	expect_vma(test, us, addr, 6, 2);
	expect_vma(test, us, addr, 8, 2);
	expect_vma(test, us, addr, 10, 6);
	/* All of a vma, between two that are alike. */
	protect(test, us, addr, 8, 2, PROT_READ);
	expect_vma(test, us, addr, 6, 10);
	protect(test, us, addr, 6, 10, PROT_READ | PROT_WRITE);
	expect_vma(test, us, addr, 0, NR_PAGES);
}

/* mremap(2), MREMAP_DONTUNMAP. Raw mappings refuse it, see mm_pfnmap_mremap. */
static void moved_memory_may_leave_a_mapping_behind(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = ordinary_map(test, us), to, word = 1;

	ordinary_write(test, us, addr);
	to = user_mremap(us, addr, NR_PAGES, NR_PAGES,
			 MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(to));
	KUNIT_EXPECT_NE(test, to, addr);
	expect_ordinary(test, us, to);
	KUNIT_EXPECT_EQ(test, 0, user_read(us, addr, &word));
	KUNIT_EXPECT_EQ(test, word, 0);
}

static struct kunit_case mm_pfnmap_ordinary_cases[] = {
	KUNIT_CASE(moved_memory_may_leave_a_mapping_behind),
	KUNIT_CASE(new_memory_merges_with_its_neighbours),
	KUNIT_CASE(changed_memory_merges_with_its_neighbours),
	KUNIT_CASE_PARAM(locked_memory_takes_less_advice, plea_gen_params),
	KUNIT_CASE(advice_about_forks_and_dumps_can_be_taken_back),
	KUNIT_CASE(droppable_memory_stays_out_of_dumps),
	KUNIT_CASE(large_folio_is_inherited_whole),
	KUNIT_CASE(entries_of_a_large_folio_are_as_dirty_in_the_child),
	KUNIT_CASE(pinned_large_folio_stays_with_the_parent),
	KUNIT_CASE(large_folio_is_unmapped_whole_or_in_part),
	KUNIT_CASE(write_to_a_page_that_ksm_shares_counts_as_that),
	KUNIT_CASE(write_that_needs_no_copy_counts_as_that),
	{}
};

static struct kunit_suite mm_pfnmap_ordinary_suite = {
	.name = "mm_pfnmap_ordinary",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_ordinary_cases,
};

kunit_test_suite(mm_pfnmap_ordinary_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: ordinary memory, for comparison");
MODULE_LICENSE("GPL");
