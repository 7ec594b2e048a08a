// SPDX-License-Identifier: GPL-2.0
/*
 * Which page table entries vm_normal_page() reports as corrupt: the rest of the
 * table that mm_pfnmap_kunit.c goes through.
 *
 * Last of all suites: the taint that comes with a report switches lockdep off.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/panic.h>

#include "testbed/exports.h"
#include "testbed/rows.h"
#include "testbed/testbed.h"

static struct row table[NR_ROWS];

static int fill_table(struct kunit_suite *suite)
{
	rows_fill(table);
	return residue_note(suite);
}

/* Off the rule only where it makes a difference: reports are rationed to 60. */
static bool is_worth_a_report(const struct row *row)
{
	return row_verdict(row) == ORACLE_CORRUPT &&
	       (row->on_rule || row_vm_flags(row) & VM_PFNMAP);
}

/*
 * For every input that the rule calls corrupt: NULL, a report each, and a
 * taint.
 *
 * Covers: vm_normal_page(pte_special), __vm_normal_page
 */
static void corrupt_entries_are_reported(struct kunit *test)
{
	unsigned long start;
	struct vm_area_struct *vma = row_vma(test, &start);
	struct row_pfns pfns = row_pfns(test);
	unsigned int i, nr = 0;

	needs_mm_exports(test);
	needs_reports(test);

	for (i = 0; i < NR_ROWS; i++)
		nr += is_worth_a_report(&table[i]);
	KUNIT_EXPECT_EQ(test, nr, HAS_MARK ? 35 : 7);
	announce_reports(test, nr, "BUG: Bad page map");

	for (i = 0; i < NR_ROWS; i++) {
		const struct row *row = &table[i];
		unsigned long addr, pfn = pfns.of[row->backing];
		char name[KUNIT_PARAM_DESC_SIZE];
		struct page *page;
		u64 from;

		if (!is_worth_a_report(row))
			continue;
		addr = row_map(row, vma, start, pfn, 0, 0,
			       row->on_rule ? 0 : 1);
		from = kernel_log_end();
		page = vm_normal_page(vma, addr, row_pte(row, pfn));
		row_name(row, name);
		KUNIT_EXPECT_NULL_MSG(test, page, "'%s'", name);
		KUNIT_EXPECT_EQ_MSG(test, 1,
				    kernel_log_count(from, "BUG: Bad page map"),
				    "'%s'", name);
	}
	KUNIT_EXPECT_TRUE(test, test_taint(TAINT_BAD_PAGE));
}

static struct kunit_case mm_vm_normal_page_reports_cases[] = {
	KUNIT_CASE(corrupt_entries_are_reported),
	{}
};

static struct kunit_suite mm_vm_normal_page_reports_suite = {
	.name = "mm_vm_normal_page_reports",
	.suite_init = fill_table,
	.suite_exit = residue_check,
	.test_cases = mm_vm_normal_page_reports_cases,
};

kunit_test_suite(mm_vm_normal_page_reports_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: corrupt entries of raw-PFN mappings");
MODULE_LICENSE("GPL");
