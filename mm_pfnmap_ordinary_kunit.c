// SPDX-License-Identifier: GPL-2.0
/*
 * Ordinary memory, for comparison: what the functions that copy, inherit and
 * unmap private copies of raw frames do where large folios and userfaultfd come
 * in, which no raw mapping has; vmas that merge and move; and advice that only raw
 * mappings refuse, or locked memory, too.
 *
 * See Documentation/admin-guide/mm/userfaultfd.rst on write protection, the
 * comments in copy_present_ptes(), and madvise(2).
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 16
#define PAGE 3	/* the one that is looked at */

/* Where a folio of all its pages would fit. */
static unsigned long ordinary_memory(struct kunit *test, struct user_space *us)
{
	unsigned long size = NR_PAGES * PAGE_SIZE;
	unsigned long addr = user_table_boundary(test, us);

	KUNIT_ASSERT_EQ(test, addr & (size - 1), 0);
	KUNIT_ASSERT_EQ(test, addr,
			user_mmap_at(us, addr, NULL, NR_PAGES,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0));
	return addr;
}

static struct page *page_at(struct user_space *us, unsigned long addr)
{
	return pfn_to_page(observe_pte(us, addr).pfn);
}

static void write_all(struct kunit *test, struct user_space *us,
		      unsigned long addr)
{
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++)
		KUNIT_ASSERT_EQ(test, 0, user_write(us, addr + page * PAGE_SIZE,
						    page + 1));
}

static void expect_all(struct kunit *test, struct user_space *us,
		       unsigned long addr)
{
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++) {
		unsigned long word = 0;

		KUNIT_EXPECT_EQ(test, 0, user_read(us, addr + page * PAGE_SIZE,
						   &word));
		KUNIT_EXPECT_EQ_MSG(test, word, page + 1, "page %u", page);
	}
}

/* Anonymous memory in a single large folio, all of it written. */
static unsigned long large_folio(struct kunit *test, struct user_space *us)
{
	unsigned long addr;
	struct folio *folio;

	needs_mm_exports(test);
	needs_thp(test);
	knob_set(test, "transparent_hugepage/hugepages-64kB/enabled", "always");
	addr = ordinary_memory(test, us);
	write_all(test, us, addr);
	folio = page_folio(page_at(us, addr));
	if (folio_nr_pages(folio) != NR_PAGES)
		kunit_skip(test, "needs memory for a large folio");
	mm_drain_lru();
	return addr;
}

static void large_folio_is_inherited_whole(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr = large_folio(test, us);
	struct folio *folio = page_folio(page_at(us, addr));
	unsigned int page;

	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), NR_PAGES);
	child = user_space_fork(test, us);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 2 * NR_PAGES);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), 2 * NR_PAGES);
	for (page = 0; page < NR_PAGES; page++) {
		unsigned long at = addr + page * PAGE_SIZE;

		KUNIT_EXPECT_PTR_EQ(test, page_at(child, at),
				    folio_page(folio, page));
		KUNIT_EXPECT_FALSE(test, observe_pte(us, at).write);
		KUNIT_EXPECT_FALSE(test, observe_pte(child, at).write);
	}
	expect_all(test, child, addr);
	expect_all(test, us, addr);
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

static void unpin(void *page)
{
	unpin_user_page(page);
}

/* A device may write to any page of it, so the child gets copies. */
static void pinned_large_folio_stays_with_the_parent(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr = large_folio(test, us);
	struct folio *folio = page_folio(page_at(us, addr));
	struct page *pinned = NULL;
	int refs;

	KUNIT_ASSERT_EQ(test, 1, user_gup(us, GUP_PIN_REMOTE,
					  addr + PAGE * PAGE_SIZE, 1,
					  FOLL_WRITE, &pinned));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unpin, pinned));
	mm_drain_lru();
	refs = folio_ref_count(folio);
	child = user_space_fork(test, us);
	mm_drain_lru();
	KUNIT_EXPECT_PTR_EQ(test, page_at(us, addr + PAGE * PAGE_SIZE), pinned);
	KUNIT_EXPECT_PTR_NE(test, page_at(child, addr + PAGE * PAGE_SIZE),
			    pinned);
	expect_all(test, child, addr);
	expect_all(test, us, addr);
	expect_rss(test, child, 0, NR_PAGES);
	user_space_destroy(test, child);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), refs);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), NR_PAGES);
}

static void large_folio_is_unmapped_whole_or_in_part(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = large_folio(test, us);
	struct folio *folio = page_folio(page_at(us, addr));

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

/* Pages whose first write user space wants to know of. */
static struct uffd write_protected(struct kunit *test, struct user_space *us,
				   u64 features, unsigned long *addr)
{
	struct uffd u;

	needs_mm_exports(test);
	needs_syscalls(test);
	needs_uffd_wp(test);
	*addr = ordinary_memory(test, us);
	write_all(test, us, *addr);
	u = uffd_open(test, us, UFFD_FEATURE_PAGEFAULT_FLAG_WP | features);
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, *addr, NR_PAGES,
					       UFFDIO_REGISTER_MODE_WP));
	KUNIT_ASSERT_EQ(test, 0, uffd_write_protect(&u, *addr, NR_PAGES));
	return u;
}

static void expect_protected(struct kunit *test, struct user_space *us,
			     unsigned long at)
{
	struct pte_view pte = observe_pte(us, at);

	KUNIT_EXPECT_TRUE(test, pte.present);
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_TRUE(test, compat_pte_uffd(pte.pte));
}

static void expect_let_through(struct kunit *test, struct user_space *us,
			       unsigned long at)
{
	struct pte_view pte = observe_pte(us, at);

	KUNIT_EXPECT_TRUE(test, pte.write);
	KUNIT_EXPECT_TRUE(test, pte.dirty);
	KUNIT_EXPECT_TRUE(test, pte.young);
	KUNIT_EXPECT_FALSE(test, compat_pte_uffd(pte.pte));
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(us, at), page_at(us, at));
}

static vm_fault_t write_fault(struct user_space *us, unsigned long at)
{
	return user_fault(us, at, FAULT_FLAG_WRITE | FAULT_FLAG_ALLOW_RETRY |
			  FAULT_FLAG_RETRY_NOWAIT);
}

/* Who waits for an answer of user space cannot go on without one. */
static void write_that_user_space_has_to_allow_waits(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr, at;

	write_protected(test, us, 0, &addr);
	at = addr + PAGE * PAGE_SIZE;
	EXPECT_VM_FAULT(test, write_fault(us, at), VM_FAULT_RETRY);
	expect_protected(test, us, at);
	expect_all(test, us, addr);
}

/* UFFD_FEATURE_WP_ASYNC: 'automatically resolved and write-protection is un-set'. */
static void write_that_is_only_noted_goes_through(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr, at;
	struct page *page;

	write_protected(test, us, UFFD_FEATURE_WP_ASYNC, &addr);
	at = addr + PAGE * PAGE_SIZE;
	page = page_at(us, at);
	expect_protected(test, us, at);
	EXPECT_VM_FAULT(test, write_fault(us, at), 0);
	expect_let_through(test, us, at);
	KUNIT_EXPECT_PTR_EQ(test, page_at(us, at), page);
	expect_protected(test, us, at + PAGE_SIZE);
	expect_all(test, us, addr);
}

/* The child was not asked for: UFFD_FEATURE_EVENT_FORK. And it shares the page. */
static void child_is_not_watched_and_the_parent_still_is(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at;
	struct page *page;

	write_protected(test, us, UFFD_FEATURE_WP_ASYNC, &addr);
	at = addr + PAGE * PAGE_SIZE;
	page = page_at(us, at);
	child = user_space_fork(test, us);
	KUNIT_EXPECT_FALSE(test, compat_pte_uffd(observe_pte(child, at).pte));
	expect_protected(test, us, at);

	/* It cannot be taken over, so it has to be copied: in one fault. */
	EXPECT_VM_FAULT(test, write_fault(us, at), 0);
	expect_let_through(test, us, at);
	KUNIT_EXPECT_PTR_NE(test, page_at(us, at), page);
	KUNIT_EXPECT_PTR_EQ(test, page_at(child, at), page);
	expect_all(test, us, addr);
	expect_all(test, child, addr);
}

static void expect_kept_from_all(struct kunit *test, struct user_space *us,
				 unsigned long at)
{
	struct pte_view pte = observe_pte(us, at);

	KUNIT_EXPECT_TRUE(test, pte_protnone(pte.pte));
	KUNIT_EXPECT_TRUE(test, compat_pte_uffd(pte.pte));
}

/*
 * '... so the inherited PAGE_NONE does not cost a fault on first read', says
 * __copy_present_ptes(): but it must not be written without one.
 */
static void child_may_read_what_its_parent_is_watched_reading(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at;
	struct pte_view pte;
	struct uffd u;

	needs_mm_exports(test);
	needs_syscalls(test);
	needs_uffd_rwp(test);
	addr = ordinary_memory(test, us);
	at = addr + PAGE * PAGE_SIZE;
	write_all(test, us, addr);
	u = uffd_open(test, us, UFFD_FEATURE_RWP | UFFD_FEATURE_RWP_ASYNC);
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, addr, NR_PAGES,
					       UFFDIO_REGISTER_MODE_RWP));
	KUNIT_ASSERT_EQ(test, 0, uffd_access_protect(&u, addr, NR_PAGES));
	expect_kept_from_all(test, us, at);

	child = user_space_fork(test, us);
	expect_kept_from_all(test, us, at);
	pte = observe_pte(child, at);
	KUNIT_EXPECT_TRUE(test, pte.present);
	KUNIT_EXPECT_FALSE(test, pte_protnone(pte.pte));
	KUNIT_EXPECT_FALSE(test, compat_pte_uffd(pte.pte));
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.young);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(child, at), page_at(child, at));
	expect_all(test, child, addr);
	expect_all(test, us, addr);
}

/* A copy that fork makes at once, of a pinned page, is not watched either. */
static void child_is_not_watched_where_it_gets_a_copy(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	struct page *pinned = NULL;
	unsigned long addr, at;

	write_protected(test, us, UFFD_FEATURE_WP_ASYNC, &addr);
	at = addr + PAGE * PAGE_SIZE;
	KUNIT_ASSERT_EQ(test, 1, user_gup(us, GUP_PIN_REMOTE, at, 1, 0,
					  &pinned));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unpin, pinned));
	child = user_space_fork(test, us);
	KUNIT_EXPECT_PTR_NE(test, page_at(child, at), pinned);
	expect_let_through(test, child, at);
	expect_protected(test, us, at);
	expect_all(test, child, addr);
}

/* To unshare is no write, so nothing is noted. */
static void unshared_page_stays_protected(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at;
	struct page *page;

	write_protected(test, us, 0, &addr);
	at = addr + PAGE * PAGE_SIZE;
	page = page_at(us, at);
	child = user_space_fork(test, us);
	EXPECT_VM_FAULT(test, user_fault(us, at, FAULT_FLAG_UNSHARE), 0);
	KUNIT_EXPECT_PTR_NE(test, page_at(us, at), page);
	expect_protected(test, us, at);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, at).young);
	KUNIT_EXPECT_FALSE(test, observe_pte(us, at).dirty);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(us, at), page_at(us, at));
	expect_all(test, us, addr);
	expect_all(test, child, addr);
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
	unsigned long addr = ordinary_memory(test, us), word = 1;
	int advice = plea->advice;

	if (advice == MADV_GUARD_INSTALL || advice == MADV_GUARD_REMOVE)
		if (!COMPAT_HAS_GUARDS)
			kunit_skip(test, "needs guard ranges (Linux 6.13)");
	write_all(test, us, addr);
	if (plea->locked)
		KUNIT_ASSERT_EQ(test, 0, user_mlock(us, addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, plea->want, user_madvise(us, addr, NR_PAGES, advice));
	if (plea->guards) {
		KUNIT_EXPECT_NE(test, 0, user_read(us, addr, &word));
	} else if (plea->drops) {
		KUNIT_EXPECT_EQ(test, 0, user_read(us, addr, &word));
		KUNIT_EXPECT_EQ(test, word, 0);
	} else {
		expect_all(test, us, addr);
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
	unsigned long addr = ordinary_memory(test, us);

	write_all(test, us, addr);
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DONTFORK));
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DONTDUMP));
	KUNIT_EXPECT_EQ(test, flags_of(test, us, addr) & (VM_DONTCOPY | VM_DONTDUMP),
			VM_DONTCOPY | VM_DONTDUMP);
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DOFORK));
	KUNIT_EXPECT_EQ(test, 0, user_madvise(us, addr, NR_PAGES, MADV_DODUMP));
	KUNIT_EXPECT_EQ(test, flags_of(test, us, addr) & (VM_DONTCOPY | VM_DONTDUMP), 0);
	expect_all(test, user_space_fork(test, us), addr);
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
	unsigned long addr = ordinary_memory(test, us);

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
	unsigned long addr = ordinary_memory(test, us), to, word = 1;

	write_all(test, us, addr);
	to = user_mremap(us, addr, NR_PAGES, NR_PAGES,
			 MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(to));
	KUNIT_EXPECT_NE(test, to, addr);
	expect_all(test, us, to);
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
	KUNIT_CASE(write_that_user_space_has_to_allow_waits),
	KUNIT_CASE(write_that_is_only_noted_goes_through),
	KUNIT_CASE(child_is_not_watched_and_the_parent_still_is),
	KUNIT_CASE(child_may_read_what_its_parent_is_watched_reading),
	KUNIT_CASE(child_is_not_watched_where_it_gets_a_copy),
	KUNIT_CASE(unshared_page_stays_protected),
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
