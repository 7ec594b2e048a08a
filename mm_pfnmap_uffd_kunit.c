// SPDX-License-Identifier: GPL-2.0
/*
 * Page faults handled by user space have no place in a driver's mapping; and
 * the zero pages that they make elsewhere are marked as any.
 *
 * See man 2 ioctl_userfaultfd, and vma_can_userfault() and
 * vma_move_compatible() in mm/userfaultfd.c.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

static unsigned long ordinary_memory(struct kunit *test, struct user_space *us,
				     unsigned int nr_pages)
{
	unsigned long addr = user_mmap(us, NULL, nr_pages,
				       PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	return addr;
}

static void expect_zero_page(struct kunit *test, struct user_space *us,
			     unsigned long addr)
{
	struct pte_view pte = observe_pte(us, addr);

	KUNIT_EXPECT_TRUE(test, pte.present);
	KUNIT_EXPECT_TRUE(test, is_zero_pfn(pte.pfn));
	KUNIT_EXPECT_EQ(test, pte.special,
			IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL));
	KUNIT_EXPECT_NULL(test, observe_normal_page(us, addr));
	expect_rss(test, us, 0, compat_rss(us->mm, MM_ANONPAGES));
}

/* Covers: mfill_atomic_pte_zeropage, pte_mkspecial */
static void zero_page_that_fills_a_hole_is_no_normal_page(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = ordinary_memory(test, us, 2), word = 1;
	struct uffd u;

	needs_syscalls(test);
	needs_userfaultfd(test);
	u = uffd_open(test, us, 0);
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, addr, 2,
					       UFFDIO_REGISTER_MODE_MISSING));
	KUNIT_ASSERT_EQ(test, 0, uffd_zeropage(&u, addr));
	expect_zero_page(test, us, addr);
	KUNIT_EXPECT_EQ(test, 0, user_read(us, addr, &word));
	KUNIT_EXPECT_EQ(test, word, 0);
}

/* Covers: move_zeropage_pte, pte_mkspecial */
static void zero_page_that_was_moved_is_no_normal_page(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long from = ordinary_memory(test, us, 1), word;
	unsigned long to = ordinary_memory(test, us, 3);
	struct uffd u;

	needs_syscalls(test);
	needs_uffd_move(test);
	u = uffd_open(test, us, 0);
	KUNIT_ASSERT_EQ(test, 0, user_read(us, from, &word));
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, to, 1,
					       UFFDIO_REGISTER_MODE_MISSING));
	KUNIT_ASSERT_EQ(test, 0, uffd_move(&u, to, from));
	expect_zero_page(test, us, to);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, from).none);
}

/* The other half of the case about notes: any other memory is taken. */
static void writes_to_an_ordinary_file_are_noted(struct kunit *test)
{
	struct mapping m;
	struct uffd u;

	needs_syscalls(test);
	needs_uffd_wp_async(test);
	m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){ .fault = pfn_file_insert });
	u = uffd_open(test, m.us, UFFD_FEATURE_WP_ASYNC);
	KUNIT_EXPECT_EQ(test, 0, uffd_register(&u, m.addr, NR_PAGES,
					       UFFDIO_REGISTER_MODE_WP));
}

static const struct victim {
	const char *name;
	unsigned long map_flags;
	struct pfn_file how;
} victims[] = {
	{ "shared remap", MAP_SHARED, { .remap = true } },
	{ "private remap", MAP_PRIVATE, { .remap = true } },
	{ "private remap without handlers", MAP_PRIVATE,
	  { .map = handler_remap_without_ops } },
	{ "to be faulted in", MAP_SHARED,
	  { .vm_flags = VM_PFNMAP, .fault = pfn_file_insert } },
	{ "shared mixed", MAP_SHARED,
	  { .vm_flags = VM_MIXEDMAP, .map = handler_map_pages } },
	{ "private mixed", MAP_PRIVATE,
	  { .vm_flags = VM_MIXEDMAP, .map = handler_map_pages } },
};

static void victim_name(const struct victim *victim, char *desc)
{
	strscpy(desc, victim->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(victim, victims, victim_name);

static struct mapping map_victim(struct kunit *test)
{
	const struct victim *v = test->param_value;

	needs_syscalls(test);
	needs_userfaultfd(test);
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, v->map_flags,
			      &v->how);
}

/*
 * EINVAL for 'an incompatible mapping'.
 *
 * Covers: vma_can_userfault
 */
static void missing_pages_are_not_user_space_s_to_fill(struct kunit *test)
{
	const struct victim *v = test->param_value;
	struct mapping m = map_victim(test);
	struct mapping_state *before = mapping_note(test, &m);
	struct uffd u = uffd_open(test, m.us, 0);
	long ret = uffd_register(&u, m.addr, NR_PAGES,
				 UFFDIO_REGISTER_MODE_MISSING);

	known_issue(test, !ret && v->how.map == handler_remap_without_ops &&
		    !COMPAT_HAS_UFFD_REFUSAL,
		    "userfaultfd takes a VM_PFNMAP mapping without vm_ops for anonymous");
	KUNIT_EXPECT_EQ(test, ret, -EINVAL);
	expect_mapping_unchanged(test, before, "UFFDIO_REGISTER");
}

/* Covers: vma_can_userfault, VM_SPECIAL, VMA_SPECIAL_FLAGS */
static void writes_are_not_noted(struct kunit *test)
{
	struct mapping m = map_victim(test);
	struct mapping_state *before = mapping_note(test, &m);
	struct uffd u;

	needs_uffd_wp_async(test);
	u = uffd_open(test, m.us, UFFD_FEATURE_WP_ASYNC);
	KUNIT_EXPECT_EQ(test, -EINVAL, uffd_register(&u, m.addr, NR_PAGES,
						     UFFDIO_REGISTER_MODE_WP));
	expect_mapping_unchanged(test, before, "UFFDIO_REGISTER");
}

/* Whose handlers alone would forbid it; but see mm_pfnmap_zero. */
static void frames_do_not_move_into_ordinary_memory(struct kunit *test)
{
	struct mapping m = map_victim(test);
	struct mapping_state *before = mapping_note(test, &m);
	unsigned long to = ordinary_memory(test, m.us, 1);
	struct uffd u;

	needs_uffd_move(test);
	u = uffd_open(test, m.us, 0);
	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, to, 1,
					       UFFDIO_REGISTER_MODE_MISSING));
	KUNIT_EXPECT_EQ(test, -EINVAL, uffd_move(&u, to, m.addr));
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, to).none);
	expect_mapping_unchanged(test, before, "UFFDIO_MOVE");
}

static struct kunit_case mm_pfnmap_uffd_cases[] = {
	KUNIT_CASE(zero_page_that_fills_a_hole_is_no_normal_page),
	KUNIT_CASE(zero_page_that_was_moved_is_no_normal_page),
	KUNIT_CASE(writes_to_an_ordinary_file_are_noted),
	KUNIT_CASE_PARAM(missing_pages_are_not_user_space_s_to_fill,
			 victim_gen_params),
	KUNIT_CASE_PARAM(writes_are_not_noted, victim_gen_params),
	KUNIT_CASE_PARAM(frames_do_not_move_into_ordinary_memory,
			 victim_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_uffd_suite = {
	.name = "mm_pfnmap_uffd",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_uffd_cases,
};

kunit_test_suite(mm_pfnmap_uffd_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: userfaultfd and raw-PFN mappings");
MODULE_LICENSE("GPL");
