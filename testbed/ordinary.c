// SPDX-License-Identifier: GPL-2.0
/*
 * Ordinary memory, to compare raw mappings with.
 */
#include <linux/mm.h>
#include <linux/mman.h>

#include "compat.h"
#include "observe.h"
#include "ordinary.h"

unsigned long ordinary_map(struct kunit *test, struct user_space *us)
{
	unsigned long size = ORDINARY_PAGES * PAGE_SIZE;
	unsigned long addr = user_table_boundary(test, us);

	KUNIT_ASSERT_EQ(test, addr & (size - 1), 0);
	KUNIT_ASSERT_EQ(test, addr,
			user_mmap_at(us, addr, NULL, ORDINARY_PAGES,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0));
	return addr;
}
EXPORT_SYMBOL_IF_KUNIT(ordinary_map);

void ordinary_map_page(struct kunit *test, struct user_space *us,
		       unsigned long addr)
{
	KUNIT_ASSERT_EQ(test, addr,
			user_mmap_at(us, addr, NULL, 1, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 1));
}
EXPORT_SYMBOL_IF_KUNIT(ordinary_map_page);

struct page *ordinary_page(struct user_space *us, unsigned long addr)
{
	return pfn_to_page(observe_pte(us, addr).pfn);
}
EXPORT_SYMBOL_IF_KUNIT(ordinary_page);

void ordinary_write(struct kunit *test, struct user_space *us,
		    unsigned long addr)
{
	unsigned int page;

	for (page = 0; page < ORDINARY_PAGES; page++)
		KUNIT_ASSERT_EQ(test, 0, user_write(us, addr + page * PAGE_SIZE,
						    page + 1));
}
EXPORT_SYMBOL_IF_KUNIT(ordinary_write);

void expect_ordinary(struct kunit *test, struct user_space *us,
		     unsigned long addr)
{
	unsigned int page;

	for (page = 0; page < ORDINARY_PAGES; page++) {
		unsigned long word = 0;

		KUNIT_EXPECT_EQ(test, 0, user_read(us, addr + page * PAGE_SIZE,
						   &word));
		KUNIT_EXPECT_EQ_MSG(test, word, page + 1, "page %u", page);
	}
}
EXPORT_SYMBOL_IF_KUNIT(expect_ordinary);
