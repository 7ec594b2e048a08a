// SPDX-License-Identifier: GPL-2.0
/*
 * Ordinary memory that user space watches by userfaultfd, for comparison: what
 * the functions that copy, inherit and unmap private copies of raw frames do with
 * a mark that no raw mapping can have.
 *
 * See Documentation/admin-guide/mm/userfaultfd.rst on write protection, and the
 * comments in copy_present_page() and __copy_present_ptes().
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>

#include "testbed/testbed.h"

#define NR_PAGES ORDINARY_PAGES
#define PAGE 3	/* the one that is looked at */

/* Pages whose first write user space wants to know of. */
static struct uffd write_protected(struct kunit *test, struct user_space *us,
				   u64 features, unsigned long *addr)
{
	struct uffd u;

	needs_mm_exports(test);
	needs_syscalls(test);
	needs_uffd_wp(test);
	*addr = ordinary_map(test, us);
	ordinary_write(test, us, *addr);
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
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(us, at), ordinary_page(us, at));
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
	expect_ordinary(test, us, addr);
}

/* UFFD_FEATURE_WP_ASYNC: 'automatically resolved and write-protection is un-set'. */
static void write_that_is_only_noted_goes_through(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr, at;
	struct page *page;

	write_protected(test, us, UFFD_FEATURE_WP_ASYNC, &addr);
	at = addr + PAGE * PAGE_SIZE;
	page = ordinary_page(us, at);
	expect_protected(test, us, at);
	EXPECT_VM_FAULT(test, write_fault(us, at), 0);
	expect_let_through(test, us, at);
	KUNIT_EXPECT_PTR_EQ(test, ordinary_page(us, at), page);
	expect_protected(test, us, at + PAGE_SIZE);
	expect_ordinary(test, us, addr);
}

/* The child was not asked for: UFFD_FEATURE_EVENT_FORK. And it shares the page. */
static void child_is_not_watched_and_the_parent_still_is(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at;
	struct page *page;

	write_protected(test, us, UFFD_FEATURE_WP_ASYNC, &addr);
	at = addr + PAGE * PAGE_SIZE;
	page = ordinary_page(us, at);
	child = user_space_fork(test, us);
	KUNIT_EXPECT_FALSE(test, compat_pte_uffd(observe_pte(child, at).pte));
	expect_protected(test, us, at);

	/* It cannot be taken over, so it has to be copied: in one fault. */
	EXPECT_VM_FAULT(test, write_fault(us, at), 0);
	expect_let_through(test, us, at);
	KUNIT_EXPECT_PTR_NE(test, ordinary_page(us, at), page);
	KUNIT_EXPECT_PTR_EQ(test, ordinary_page(child, at), page);
	expect_ordinary(test, us, addr);
	expect_ordinary(test, child, addr);
}

static void expect_kept_from_all(struct kunit *test, struct user_space *us,
				 unsigned long at)
{
	struct pte_view pte = observe_pte(us, at);

	KUNIT_EXPECT_TRUE(test, pte_protnone(pte.pte));
	KUNIT_EXPECT_TRUE(test, compat_pte_uffd(pte.pte));
}

static struct uffd keep_from_all(struct kunit *test, struct user_space *us,
				 unsigned long addr, u64 features)
{
	struct uffd u = uffd_open(test, us, UFFD_FEATURE_RWP |
				  UFFD_FEATURE_RWP_ASYNC | features);

	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, addr, NR_PAGES,
					       UFFDIO_REGISTER_MODE_RWP));
	KUNIT_ASSERT_EQ(test, 0, uffd_access_protect(&u, addr, NR_PAGES));
	return u;
}

static unsigned long map_to_keep(struct kunit *test, struct user_space *us)
{
	needs_mm_exports(test);
	needs_syscalls(test);
	needs_uffd_rwp(test);
	return ordinary_map(test, us);
}

/* Pages whose first access user space wants to know of. */
static struct uffd kept_from_all(struct kunit *test, struct user_space *us,
				 u64 features, unsigned long *addr)
{
	struct uffd u;

	*addr = map_to_keep(test, us);
	ordinary_write(test, us, *addr);
	u = keep_from_all(test, us, *addr, features);
	expect_kept_from_all(test, us, *addr + PAGE * PAGE_SIZE);
	return u;
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

	kept_from_all(test, us, 0, &addr);
	at = addr + PAGE * PAGE_SIZE;
	child = user_space_fork(test, us);
	expect_kept_from_all(test, us, at);
	pte = observe_pte(child, at);
	KUNIT_EXPECT_TRUE(test, pte.present);
	KUNIT_EXPECT_FALSE(test, pte_protnone(pte.pte));
	KUNIT_EXPECT_FALSE(test, compat_pte_uffd(pte.pte));
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.young);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(child, at), ordinary_page(child, at));
	expect_ordinary(test, child, addr);
	expect_ordinary(test, us, addr);
}

/* A copy that fork makes at once, of a pinned page, is not watched either. */
static void child_is_not_watched_where_it_gets_a_copy(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at;

	write_protected(test, us, UFFD_FEATURE_WP_ASYNC, &addr);
	at = addr + PAGE * PAGE_SIZE;
	user_pin(test, us, at, 0);
	child = user_space_fork(test, us);
	KUNIT_EXPECT_PTR_NE(test, ordinary_page(child, at), ordinary_page(us, at));
	expect_let_through(test, child, at);
	expect_protected(test, us, at);
	expect_ordinary(test, child, addr);
}

/* To unshare is no write, so nothing is noted. */
static void unshared_page_stays_protected(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at;
	struct page *page;

	write_protected(test, us, 0, &addr);
	at = addr + PAGE * PAGE_SIZE;
	page = ordinary_page(us, at);
	child = user_space_fork(test, us);
	EXPECT_VM_FAULT(test, user_fault(us, at, FAULT_FLAG_UNSHARE), 0);
	KUNIT_EXPECT_PTR_NE(test, ordinary_page(us, at), page);
	expect_protected(test, us, at);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, at).young);
	KUNIT_EXPECT_FALSE(test, observe_pte(us, at).dirty);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(us, at), ordinary_page(us, at));
	expect_ordinary(test, us, addr);
	expect_ordinary(test, child, addr);
}

/* UFFD_FEATURE_EVENT_FORK: then the child is watched as its parent is. */
static void copy_for_a_watched_child_is_protected_as_its_original(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at, other;
	struct uffd u;

	u = write_protected(test, us, UFFD_FEATURE_WP_ASYNC |
			    UFFD_FEATURE_EVENT_FORK, &addr);
	at = addr + PAGE * PAGE_SIZE;
	other = at + PAGE_SIZE;
	EXPECT_VM_FAULT(test, write_fault(us, other), 0);
	user_pin(test, us, at, 0);
	user_pin(test, us, other, 0);
	child = uffd_fork(test, &u);

	KUNIT_EXPECT_PTR_NE(test, ordinary_page(child, at), ordinary_page(us, at));
	expect_protected(test, child, at);
	KUNIT_EXPECT_FALSE(test, pte_protnone(observe_pte(child, at).pte));
	KUNIT_EXPECT_TRUE(test, observe_pte(child, at).young);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(child, at),
			    ordinary_page(child, at));
	KUNIT_EXPECT_PTR_NE(test, ordinary_page(child, other),
			    ordinary_page(us, other));
	expect_let_through(test, child, other);
	/* The child shares what is not pinned. */
	expect_protected(test, child, other + PAGE_SIZE);
	expect_ordinary(test, child, addr);
}

static void copy_for_a_watched_child_is_kept_from_all_as_well(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at;
	struct uffd u;

	u = kept_from_all(test, us, UFFD_FEATURE_EVENT_FORK, &addr);
	at = addr + PAGE * PAGE_SIZE;
	user_pin(test, us, at, 0);
	/* Which was an access. */
	KUNIT_ASSERT_EQ(test, 0, uffd_access_protect(&u, addr, NR_PAGES));
	child = uffd_fork(test, &u);
	expect_kept_from_all(test, child, at);
	KUNIT_EXPECT_PTR_NE(test, ordinary_page(child, at), ordinary_page(us, at));
	KUNIT_EXPECT_TRUE(test, observe_pte(child, at).young);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(child, at),
			    ordinary_page(child, at));
	expect_ordinary(test, child, addr);
}

/* The zero page, which mm does not count, is no other case. */
static void child_may_read_zeroes_its_parent_is_watched_reading(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr = map_to_keep(test, us), word;
	struct pte_view pte;

	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 1));
	KUNIT_ASSERT_EQ(test, 0, user_read(us, addr + PAGE_SIZE, &word));
	keep_from_all(test, us, addr, 0);
	child = user_space_fork(test, us);
	pte = observe_pte(child, addr + PAGE_SIZE);
	KUNIT_EXPECT_TRUE(test, pte.present);
	KUNIT_EXPECT_FALSE(test, pte_protnone(pte.pte));
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.dirty);
	KUNIT_EXPECT_TRUE(test, pte.special);
	KUNIT_EXPECT_EQ(test, 0, user_read(child, addr + PAGE_SIZE, &word));
	KUNIT_EXPECT_EQ(test, word, 0);
}

/* '... so unrelated PAGE_NONE markers (e.g. NUMA balancing) are not normalised away'. */
static void child_inherits_what_numa_balancing_is_watching(struct kunit *test)
{
	struct user_space *child, *us = user_space_create(test);
	unsigned long addr, at, word;

	needs_numa_balancing(test);
	kept_from_all(test, us, 0, &addr);
	at = addr + PAGE * PAGE_SIZE;
	KUNIT_ASSERT_EQ(test, 0, user_read(us, at, &word));
	KUNIT_ASSERT_FALSE(test, compat_pte_uffd(observe_pte(us, at).pte));
	/* As if of several threads: a single one's pages on its node are passed over. */
	mmget(us->mm);
	numa_scan(us);
	mmput(us->mm);
	KUNIT_ASSERT_TRUE(test, pte_protnone(observe_pte(us, at).pte));
	child = user_space_fork(test, us);
	KUNIT_EXPECT_TRUE(test, pte_protnone(observe_pte(child, at).pte));
	KUNIT_EXPECT_FALSE(test, pte_protnone(observe_pte(child, at + PAGE_SIZE).pte));
	expect_ordinary(test, child, addr);
}

/* A huge page all of which is protected by one entry. */
static void protect_huge_page(struct kunit *test, struct user_space *us,
			      u64 features)
{
	unsigned long nr_pages = huge_pages(HUGE_PMD);
	struct uffd u;

	needs_uffd_wp(test);
	huge_map_anonymous(test, us);
	KUNIT_ASSERT_EQ(test, 0, user_write(us, HUGE_START, 1));
	if (observe_huge(us, HUGE_START).level != HUGE_PMD)
		kunit_skip(test, "needs anonymous huge pages");
	u = uffd_open(test, us, UFFD_FEATURE_PAGEFAULT_FLAG_WP | features);
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, HUGE_START, nr_pages,
					       UFFDIO_REGISTER_MODE_WP));
	KUNIT_ASSERT_EQ(test, 0, uffd_write_protect(&u, HUGE_START, nr_pages));
}

static void expect_huge_protected(struct kunit *test, struct user_space *us)
{
	struct huge_view entry = observe_huge(us, HUGE_START);

	KUNIT_EXPECT_EQ(test, entry.level, HUGE_PMD);
	KUNIT_EXPECT_FALSE(test, entry.write);
}

static void write_to_huge_page_that_user_space_has_to_allow_waits(struct kunit *test)
{
	struct user_space *us = user_space_create(test);

	protect_huge_page(test, us, 0);
	EXPECT_VM_FAULT(test, write_fault(us, HUGE_START), VM_FAULT_RETRY);
	expect_huge_protected(test, us);
}

/* To unshare is no write; and the page is nobody else's. */
static void unsharing_a_huge_page_needs_no_permission(struct kunit *test)
{
	struct user_space *us = user_space_create(test);

	protect_huge_page(test, us, 0);
	EXPECT_VM_FAULT(test, user_fault(us, HUGE_START, FAULT_FLAG_UNSHARE |
					 FAULT_FLAG_ALLOW_RETRY |
					 FAULT_FLAG_RETRY_NOWAIT), 0);
	expect_huge_protected(test, us);
}

/* Noted is what was written, by the page. */
static void write_to_a_huge_page_is_noted_for_one_page(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long at = HUGE_START + PAGE * PAGE_SIZE;

	protect_huge_page(test, us, UFFD_FEATURE_WP_ASYNC);
	EXPECT_VM_FAULT(test, write_fault(us, at), 0);
	KUNIT_ASSERT_EQ(test, observe_huge(us, at).level, HUGE_NONE);
	expect_let_through(test, us, at);
	expect_protected(test, us, at - PAGE_SIZE);
	expect_protected(test, us, at + PAGE_SIZE);
}

static int file_of(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	*(struct file **)data = vma->vm_file;
	return 0;
}

/* A file in memory, mapped once more: it lives as long as it is mapped. */
static unsigned long map_file_in_memory(struct kunit *test,
					struct user_space *us,
					unsigned long map_flags)
{
	unsigned long shared = user_mmap(us, NULL, NR_PAGES,
					 PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, 0);
	struct file *file = NULL;
	unsigned long addr;

	KUNIT_ASSERT_EQ(test, 0, user_call_locked(us, shared, file_of, &file));
	KUNIT_ASSERT_NOT_NULL(test, file);
	addr = user_mmap(us, file, NR_PAGES, PROT_READ | PROT_WRITE, map_flags,
			 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	return addr;
}

/*
 * 'the write protection information is persisted' in files, whatever becomes of
 * the entries: but what was not protected is not, either.
 */
static void protection_of_a_file_outlives_the_entries(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr, word;
	struct uffd u;

	needs_syscalls(test);
	needs_uffd_wp(test);
	addr = map_file_in_memory(test, us, MAP_SHARED);
	u = uffd_open(test, us, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, addr, NR_PAGES,
					       UFFDIO_REGISTER_MODE_WP));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr + PAGE_SIZE, 2));
	KUNIT_ASSERT_EQ(test, 0, uffd_write_protect(&u, addr, 1));
	KUNIT_ASSERT_EQ(test, 0, user_madvise(us, addr, 2, MADV_DONTNEED));
	KUNIT_EXPECT_FALSE(test, observe_pte(us, addr).present);
	KUNIT_EXPECT_FALSE(test, observe_pte(us, addr).none);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, addr + PAGE_SIZE).none);

	KUNIT_EXPECT_EQ(test, 0, user_read(us, addr, &word));
	KUNIT_EXPECT_EQ(test, word, 1);
	expect_protected(test, us, addr);
	KUNIT_EXPECT_EQ(test, 0, user_read(us, addr + PAGE_SIZE, &word));
	KUNIT_EXPECT_FALSE(test, compat_pte_uffd(observe_pte(us, addr + PAGE_SIZE).pte));
}

/* So is it where there was the zero page, which a private mapping of it may have. */
static void protection_of_a_files_zero_page_outlives_the_entry(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr;
	struct uffd u;

	needs_syscalls(test);
	needs_uffd_wp(test);
	addr = map_file_in_memory(test, us, MAP_PRIVATE);
	u = uffd_open(test, us, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, addr, NR_PAGES,
					       UFFDIO_REGISTER_MODE_MISSING |
					       UFFDIO_REGISTER_MODE_WP));
	KUNIT_ASSERT_EQ(test, 0, uffd_zeropage(&u, addr));
	KUNIT_ASSERT_EQ(test, 0, uffd_zeropage(&u, addr + PAGE_SIZE));
	KUNIT_ASSERT_TRUE(test, is_zero_pfn(observe_pte(us, addr).pfn));
	KUNIT_ASSERT_EQ(test, 0, uffd_write_protect(&u, addr, 1));
	expect_protected(test, us, addr);
	KUNIT_ASSERT_EQ(test, 0, user_madvise(us, addr, 2, MADV_DONTNEED));
	KUNIT_EXPECT_FALSE(test, observe_pte(us, addr).present);
	KUNIT_EXPECT_FALSE(test, observe_pte(us, addr).none);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, addr + PAGE_SIZE).none);
}

static struct kunit_case mm_pfnmap_watched_cases[] = {
	KUNIT_CASE(write_that_user_space_has_to_allow_waits),
	KUNIT_CASE(write_that_is_only_noted_goes_through),
	KUNIT_CASE(child_is_not_watched_and_the_parent_still_is),
	KUNIT_CASE(child_may_read_what_its_parent_is_watched_reading),
	KUNIT_CASE(child_is_not_watched_where_it_gets_a_copy),
	KUNIT_CASE(unshared_page_stays_protected),
	KUNIT_CASE(copy_for_a_watched_child_is_protected_as_its_original),
	KUNIT_CASE(copy_for_a_watched_child_is_kept_from_all_as_well),
	KUNIT_CASE(child_may_read_zeroes_its_parent_is_watched_reading),
	KUNIT_CASE(child_inherits_what_numa_balancing_is_watching),
	KUNIT_CASE(write_to_huge_page_that_user_space_has_to_allow_waits),
	KUNIT_CASE(unsharing_a_huge_page_needs_no_permission),
	KUNIT_CASE(write_to_a_huge_page_is_noted_for_one_page),
	KUNIT_CASE(protection_of_a_file_outlives_the_entries),
	KUNIT_CASE(protection_of_a_files_zero_page_outlives_the_entry),
	{}
};

static struct kunit_suite mm_pfnmap_watched_suite = {
	.name = "mm_pfnmap_watched",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_watched_cases,
};

kunit_test_suite(mm_pfnmap_watched_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: ordinary memory watched by userfaultfd, for comparison");
MODULE_LICENSE("GPL");
