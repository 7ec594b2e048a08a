// SPDX-License-Identifier: GPL-2.0
/*
 * Special entries of the shared zero page, and who else meets them.
 *
 * They are in ordinary anonymous memory, and there are no others: the zero page
 * is nobody's page, so an entry of it is special, and counts for nothing. What
 * does not make it by the usual read fault has to come to the same.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

#define NR_PAGES 8

/* Where a huge page can begin. */
#define PMD_START ALIGN(TASK_SIZE / 4, PMD_SIZE)
#define HUGE_PAGES (PMD_SIZE >> PAGE_SHIFT)

/* A place for nothing but ordinary memory. */
struct memory {
	struct user_space *us;
	unsigned long addr;
};

static struct memory map_memory_at(struct kunit *test, struct user_space *us,
				   unsigned long addr, unsigned long nr_pages)
{
	struct memory mem = { .us = us };

	mem.addr = user_mmap_at(us, addr, NULL, nr_pages,
				PROT_READ | PROT_WRITE,
				MAP_PRIVATE | (addr ? MAP_FIXED : 0), 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(mem.addr));
	return mem;
}

static struct memory map_memory(struct kunit *test)
{
	return map_memory_at(test, user_space_create(test), 0, NR_PAGES);
}

static unsigned long memory_page(const struct memory *mem, unsigned int page)
{
	return mem->addr + page * PAGE_SIZE;
}

static unsigned long read_word(struct kunit *test, const struct memory *mem,
			       unsigned int page)
{
	unsigned long word = ~0UL;

	KUNIT_EXPECT_EQ(test, 0, user_read(mem->us, memory_page(mem, page),
					   &word));
	return word;
}

/* The entry of the zero page; there is no page for mm in it. */
static void expect_zero_page(struct kunit *test, const struct memory *mem,
			     unsigned int page)
{
	unsigned long addr = memory_page(mem, page);
	struct pte_view pte = observe_pte(mem->us, addr);

	KUNIT_ASSERT_TRUE_MSG(test, pte.present, "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.pfn, page_to_pfn(ZERO_PAGE(addr)),
			    "page %u", page);
	KUNIT_EXPECT_FALSE_MSG(test, pte.write, "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.special,
			    IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL),
			    "page %u", page);
	KUNIT_EXPECT_NULL_MSG(test, observe_normal_page(mem->us, addr),
			      "page %u", page);
}

/* A write to the zero page gives memory, and leaves all other zeroes alone. */
static void expect_write_copies(struct kunit *test, const struct memory *mem,
				unsigned int page)
{
	unsigned long zero_pfn = page_to_pfn(ZERO_PAGE(memory_page(mem, page)));

	KUNIT_ASSERT_EQ(test, 0, user_write(mem->us, memory_page(mem, page),
					    4711));
	KUNIT_EXPECT_EQ(test, read_word(test, mem, page), 4711);
	KUNIT_EXPECT_NE(test, observe_pte(mem->us, memory_page(mem, page)).pfn,
			zero_pfn);
	KUNIT_EXPECT_EQ(test, *(unsigned long *)page_address(ZERO_PAGE(0)), 0);
}

static struct uffd fault_handler(struct kunit *test, const struct memory *mem)
{
	struct uffd u = uffd_open(test, mem->us, 0);

	KUNIT_ASSERT_EQ(test, 0, uffd_register(&u, mem->addr, NR_PAGES,
					       UFFDIO_REGISTER_MODE_MISSING));
	return u;
}

/* man 2 UFFDIO_ZEROPAGE: nothing that is there is replaced. */
static void page_that_is_there_is_not_zeroed_by_userfaultfd(struct kunit *test)
{
	struct memory mem;
	struct uffd u;

	needs_syscalls(test);
	needs_userfaultfd(test);
	mem = map_memory(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(mem.us, memory_page(&mem, 2),
					    4711));
	u = fault_handler(test, &mem);
	KUNIT_EXPECT_EQ(test, -EEXIST, uffd_zeropage(&u, memory_page(&mem, 2)));
	KUNIT_EXPECT_EQ(test, read_word(test, &mem, 2), 4711);

	KUNIT_EXPECT_EQ(test, 0, uffd_zeropage(&u, memory_page(&mem, 3)));
	KUNIT_EXPECT_EQ(test, -EEXIST, uffd_zeropage(&u, memory_page(&mem, 3)));
	expect_zero_page(test, &mem, 3);
	expect_write_copies(test, &mem, 3);
}

/* Pages 2 and 3 are all zeroes, and merged; page 4 is not. */
static struct memory merged_zeroes(struct kunit *test)
{
	struct memory mem;

	needs_syscalls(test);
	mem = map_memory(test);
	ksm_prepare(test);
	knob_set(test, "ksm/use_zero_pages", "1");
	KUNIT_ASSERT_EQ(test, 0, user_write(mem.us, memory_page(&mem, 2), 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(mem.us, memory_page(&mem, 3), 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(mem.us, memory_page(&mem, 4), 1));
	KUNIT_ASSERT_EQ(test, 0, user_madvise(mem.us, mem.addr, NR_PAGES,
					      MADV_MERGEABLE));
	expect_rss(test, mem.us, 0, 3);
	ksm_merge(test);
	return mem;
}

/*
 * KSM may let pages that are all zeroes share the zero page, see use_zero_pages
 * in Documentation/admin-guide/mm/ksm.rst. They no longer count then.
 *
 * Covers: replace_page
 */
static void zeroes_merged_by_ksm_share_the_zero_page(struct kunit *test)
{
	struct memory mem = merged_zeroes(test);

	expect_zero_page(test, &mem, 2);
	expect_rss(test, mem.us, 0, 1);
	KUNIT_EXPECT_EQ(test, read_word(test, &mem, 2), 0);
	KUNIT_EXPECT_EQ(test, read_word(test, &mem, 4), 1);

	expect_write_copies(test, &mem, 2);
	expect_rss(test, mem.us, 0, 2);
}

/* ksm_zero_pages: 'the actual number', so until a write, or until they go. */
static void ksm_counts_the_zero_pages_that_are_mapped(struct kunit *test)
{
	struct knob *count = knob_open(test, "ksm/ksm_zero_pages");
	long before = knob_number(count);
	struct memory mem = merged_zeroes(test);

	KUNIT_EXPECT_EQ(test, knob_number(count), before + 2);
	expect_write_copies(test, &mem, 2);
	KUNIT_EXPECT_EQ(test, knob_number(count), before + 1);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(mem.us, mem.addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, knob_number(count), before);
}

static struct memory map_huge_memory(struct kunit *test)
{
	struct memory mem;

	needs_syscalls(test);
	knob_set(test, "transparent_hugepage/enabled", "always");
	knob_set(test, "transparent_hugepage/use_zero_page", "1");
	mem = map_memory_at(test, user_space_create(test), PMD_START,
			    HUGE_PAGES);
	/* A fault makes room for a huge page only where one was asked for. */
	KUNIT_ASSERT_EQ(test, 0, user_madvise(mem.us, mem.addr, HUGE_PAGES,
					      MADV_HUGEPAGE));
	return mem;
}

/* The zero page of huge pages, by one entry, where the first touch reads. */
static struct memory map_huge_zero_page(struct kunit *test)
{
	struct memory mem = map_huge_memory(test);

	KUNIT_EXPECT_EQ(test, read_word(test, &mem, 3), 0);
	KUNIT_ASSERT_EQ(test, observe_huge(mem.us, mem.addr).level, HUGE_PMD);
	return mem;
}

/* Covers: set_huge_zero_folio */
static void huge_zero_page_is_nobodys_page(struct kunit *test)
{
	struct memory mem = map_huge_zero_page(test);
	struct huge_view pmd = observe_huge(mem.us, mem.addr);

	KUNIT_EXPECT_EQ(test, pmd.special, COMPAT_HUGE_MARK_DECIDES);
	KUNIT_EXPECT_FALSE(test, pmd.write);
	KUNIT_EXPECT_NULL(test, observe_normal_huge_page(mem.us, mem.addr));
	expect_rss(test, mem.us, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(mem.us, mem.addr, HUGE_PAGES));
	KUNIT_EXPECT_EQ(test, observe_huge(mem.us, mem.addr).level, HUGE_NONE);
}

static void expect_small_zero_pages(struct kunit *test,
				    const struct memory *mem,
				    unsigned int first, unsigned int end)
{
	unsigned int page;

	for (page = first; page < end; page++)
		expect_zero_page(test, mem, page);
}

/* Covers: __split_huge_zero_page_pmd */
static void unmapped_in_part_it_falls_into_small_zero_pages(struct kunit *test)
{
	struct memory mem = map_huge_zero_page(test);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(mem.us, memory_page(&mem, 2), 3));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(mem.us, mem.addr, HUGE_PAGES),
			HUGE_PAGES - 3);
	expect_small_zero_pages(test, &mem, 0, 2);
	expect_small_zero_pages(test, &mem, 5, HUGE_PAGES);
	expect_rss(test, mem.us, 0, 0);
}

/* Covers: __split_huge_zero_page_pmd */
static void protected_in_part_it_falls_into_small_zero_pages(struct kunit *test)
{
	struct memory mem = map_huge_zero_page(test);

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(mem.us, memory_page(&mem, 2), 3,
					       PROT_READ));
	expect_small_zero_pages(test, &mem, 0, HUGE_PAGES);
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(mem.us, memory_page(&mem, 2),
						  1));
	expect_write_copies(test, &mem, 5);
	expect_rss(test, mem.us, 0, 1);
	expect_small_zero_pages(test, &mem, 6, HUGE_PAGES);
}

/*
 * A huge page that gets split gives back what nobody has written to: of
 * Linux 6.12. MADV_COLD splits it, as only a part of it is meant.
 *
 * Covers: try_to_map_unused_to_zeropage
 */
static void unused_part_of_a_split_huge_page_is_the_zero_page(struct kunit *test)
{
	struct memory mem = map_huge_memory(test);

	KUNIT_ASSERT_EQ(test, 0, user_write(mem.us, memory_page(&mem, 7),
					    4711));
	KUNIT_ASSERT_EQ(test, observe_huge(mem.us, mem.addr).level, HUGE_PMD);
	expect_rss(test, mem.us, 0, HUGE_PAGES);

	/* Or khugepaged may put together again what was just split. */
	knob_set(test, "transparent_hugepage/enabled", "never");
	KUNIT_ASSERT_EQ(test, 0, user_madvise(mem.us, mem.addr, 2, MADV_COLD));
	expect_small_zero_pages(test, &mem, 0, 7);
	expect_small_zero_pages(test, &mem, 8, HUGE_PAGES);
	KUNIT_EXPECT_EQ(test, read_word(test, &mem, 7), 4711);
	expect_rss(test, mem.us, 0, 1);

	expect_write_copies(test, &mem, 8);
	expect_rss(test, mem.us, 0, 2);
}

/*
 * A driver whose mapping has no handlers passes for anonymous memory but for
 * the flags; /dev/zero is one.
 */
static int map_without_handlers(struct pfn_file *pf, struct vm_area_struct *vma)
{
	int ret = 0;

	if (pf->vm_flags & VM_PFNMAP)
		ret = handler_remap_without_io(pf, vma);
	vma_set_anonymous(vma);
	return ret;
}

static const struct immovable {
	const char *name;
	unsigned long vm_flags;
} immovables[] = {
	{ "VM_PFNMAP", VM_PFNMAP },
	{ "VM_MIXEDMAP", VM_MIXEDMAP },
};

static void immovable_name(const struct immovable *it, char *desc)
{
	strscpy(desc, it->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(immovable, immovables, immovable_name);

/* Covers: vma_move_compatible(VM_PFNMAP), vma_move_compatible(VM_MIXEDMAP) */
static void driver_mapping_is_not_moved_by_userfaultfd(struct kunit *test)
{
	const struct immovable *it = test->param_value;
	const struct pfn_file how = {
		.vm_flags = it->vm_flags,
		.map = map_without_handlers,
	};
	struct pte_view before;
	struct mapping m;
	struct memory to;
	struct uffd u;

	needs_syscalls(test);
	needs_uffd_move(test);
	m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_PRIVATE,
			   &how);
	to = map_memory_at(test, m.us, 0, NR_PAGES);
	u = fault_handler(test, &to);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2),
					   &(unsigned long){ 0 }));
	before = observe_pte(m.us, mapping_page(&m, 2));
	KUNIT_ASSERT_TRUE(test, before.present);

	KUNIT_EXPECT_EQ(test, -EINVAL, uffd_move(&u, to.addr,
						 mapping_page(&m, 2)));
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, mapping_page(&m, 2)).pfn,
			before.pfn);
	KUNIT_EXPECT_TRUE(test, observe_pte(to.us, to.addr).none);
}

static struct kunit_case mm_pfnmap_zero_cases[] = {
	KUNIT_CASE(page_that_is_there_is_not_zeroed_by_userfaultfd),
	KUNIT_CASE(zeroes_merged_by_ksm_share_the_zero_page),
	KUNIT_CASE(ksm_counts_the_zero_pages_that_are_mapped),
	KUNIT_CASE(huge_zero_page_is_nobodys_page),
	KUNIT_CASE(unmapped_in_part_it_falls_into_small_zero_pages),
	KUNIT_CASE(protected_in_part_it_falls_into_small_zero_pages),
	KUNIT_CASE(unused_part_of_a_split_huge_page_is_the_zero_page),
	KUNIT_CASE_PARAM(driver_mapping_is_not_moved_by_userfaultfd,
			 immovable_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_zero_suite = {
	.name = "mm_pfnmap_zero",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_zero_cases,
};

kunit_test_suite(mm_pfnmap_zero_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: special entries of the shared zero page");
MODULE_LICENSE("GPL");
