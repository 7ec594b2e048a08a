// SPDX-License-Identifier: GPL-2.0
/*
 * vm_normal_page() against the rule for raw-PFN mappings: the place to start.
 *
 * Its documentation in mm/memory.c says which page table entries map a page
 * that mm may count, and which are special. testbed/oracle.c restates that
 * rule; the suite here compares the two over the whole table of inputs, which is
 * in testbed/rows.c. What is to be reported as corrupt is in
 * mm_pfnmap_report_kunit.c.
 *
 * What goes through page faults is in mm_pfnmap_fault_kunit.c, what through
 * copy on write in mm_pfnmap_cow_kunit.c.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/panic.h>

#include "testbed/exports.h"
#include "testbed/rows.h"
#include "testbed/testbed.h"

/*
 * Where in the mapping the entry is. A split leaves the upper half with both
 * vm_start and vm_pgoff moved:
 *
 *	page     0   1   2   3   4   5   6   7
 *	whole  |---|---|---|---|---|---|---|---|
 *	upper              |---|---|---|---|---|
 */
static const struct {
	const char *name;
	unsigned int cut;
	unsigned int page;
} places[] = {
	{ "first page", 0, 0 },
	{ "middle page", 0, 4 },
	{ "last page", 0, ROW_PAGES - 1 },
	{ "first page after a split", 3, 3 },
	{ "middle page after a split", 3, 5 },
	{ "last page after a split", 3, ROW_PAGES - 1 },
};

/* Near misses of the linear rule, in pages; 3 is the cut of a split. */
static const long misses[] = { 1, -1, 3, -3, ROW_PAGES };

static struct row table[NR_ROWS];

/* Those on which the rule says normal or special, neither corrupt nor nothing. */
#define NR_DEFINED (HAS_MARK ? 120 : 96)

static struct row defined_rows[NR_DEFINED];

static bool is_defined(enum oracle_verdict verdict)
{
	return verdict == ORACLE_NORMAL || verdict == ORACLE_SPECIAL;
}

static int fill_tables(struct kunit_suite *suite)
{
	unsigned int i, nr = 0;

	rows_fill(table);
	for (i = 0; i < NR_ROWS; i++)
		if (is_defined(row_verdict(&table[i])) && nr < NR_DEFINED)
			defined_rows[nr++] = table[i];
	return residue_note(suite);
}

static void param_name(struct row *row, char *name)
{
	row_name(row, name);
}

KUNIT_ARRAY_PARAM(row, defined_rows, param_name);

/*
 * The table is whole: the product of all inputs, split as the rule splits it.
 * Where entries have no mark, all is defined but private or plain mappings of
 * something without struct page; where they have one, it is unmarked zero pages
 * and holes that nobody may make.
 */
static void table_has_every_input_once(struct kunit *test)
{
	unsigned int nr[ORACLE_UNDEFINED + 1] = {};
	unsigned int i;

	for (i = 0; i < NR_ROWS; i++) {
		KUNIT_EXPECT_TRUE(test, !i || memcmp(&table[i], &table[i - 1],
						     sizeof(table[i])));
		nr[row_verdict(&table[i])]++;
	}

	KUNIT_EXPECT_EQ(test, NR_ROWS, HAS_MARK ? 240 : 120);
	KUNIT_EXPECT_EQ(test, nr[ORACLE_NORMAL] + nr[ORACLE_SPECIAL],
			NR_DEFINED);
	KUNIT_EXPECT_EQ(test, nr[ORACLE_NORMAL], HAS_MARK ? 30 : 22);
	KUNIT_EXPECT_EQ(test, nr[ORACLE_SPECIAL], HAS_MARK ? 90 : 74);
	KUNIT_EXPECT_EQ(test, nr[ORACLE_CORRUPT], HAS_MARK ? 60 : 12);
	KUNIT_EXPECT_EQ(test, nr[ORACLE_UNDEFINED], HAS_MARK ? 60 : 12);
}

/*
 * The question of 2006: 'Wouldn't it be sufficient to simply return NULL in
 * vm_normal_page() if VM_PFNMAP is set?' It would be wrong exactly where a
 * private mapping holds the copy of a raw frame: there the real function
 * returns the copy, which mm has to count and to free.
 *
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void null_for_all_of_pfnmap_would_lose_cow_copies(struct kunit *test)
{
	unsigned long start;
	struct vm_area_struct *vma = row_vma(test, &start);
	struct row_pfns pfns = row_pfns(test);
	unsigned int i, asked = 0, wrong = 0;
	char name[KUNIT_PARAM_DESC_SIZE];

	needs_mm_exports(test);
	for (i = 0; i < NR_ROWS; i++) {
		const struct row *row = &table[i];
		struct oracle_entry entry = row_entry(row);
		unsigned long addr, pfn = pfns.of[row->backing];
		struct page *page;

		if (!entry.pfnmap || !is_defined(row_verdict(row)))
			continue;
		asked++;
		addr = row_map(row, vma, start, pfn, 0, 0,
			       row->on_rule ? 0 : misses[0]);
		page = vm_normal_page(vma, addr, row_pte(row, pfn));
		row_name(row, name);

		/* An unmarked entry no write can have made is no witness. */
		if (oracle_is_cow_copy(&entry)) {
			wrong++;
			kunit_info(test, "wrong for '%s': vm_normal_page() returns the copy\n",
				   name);
			KUNIT_EXPECT_PTR_EQ_MSG(test, page, pfn_to_page(pfn),
						"'%s'", name);
		} else if (!HAS_MARK || row->marked) {
			KUNIT_EXPECT_NULL_MSG(test, page, "'%s'", name);
		}
	}
	kunit_info(test, "'return NULL if VM_PFNMAP' is wrong in %u of %u configurations\n",
		   wrong, asked);
	/* Private and private_protected; on the rule or off, given a mark. */
	KUNIT_EXPECT_EQ(test, wrong, HAS_MARK ? 4 : 2);
}

/*
 * For every input that the rule decides: vm_normal_page() decides the same, and
 * does not call it corrupt (which taints; a kernel tainted already says nothing).
 *
 * Covers: __vm_normal_page(VM_PFNMAP), __vm_normal_page(VM_MIXEDMAP),
 * vm_normal_page(VM_PFNMAP), vm_normal_page(VM_MIXEDMAP),
 * vm_normal_page(pte_special)
 */
static void row_follows_the_rule(struct kunit *test)
{
	const struct row *row = test->param_value;
	unsigned long start;
	struct vm_area_struct *vma = row_vma(test, &start);
	struct row_pfns pfns = row_pfns(test);
	unsigned long pfn = pfns.of[row->backing];
	int tainted = test_taint(TAINT_BAD_PAGE);
	pte_t pte = row_pte(row, pfn);
	unsigned int place, miss, nr_misses;
	struct folio *expect_folio = NULL;
	struct page *expect = NULL;

	needs_mm_exports(test);
	if (row_verdict(row) == ORACLE_NORMAL) {
		expect = pfn_to_page(pfn);
		expect_folio = page_folio(expect);
	}
	nr_misses = row->on_rule ? 1 : ARRAY_SIZE(misses);

	for (place = 0; place < ARRAY_SIZE(places); place++) {
		for (miss = 0; miss < nr_misses; miss++) {
			long off = row->on_rule ? 0 : misses[miss];
			unsigned long addr = row_map(row, vma, start, pfn,
						     places[place].cut,
						     places[place].page, off);
			struct page *page = vm_normal_page(vma, addr, pte);
			struct folio *folio = vm_normal_folio(vma, addr, pte);

			/* The first difference will do: there may be 60. */
			KUNIT_ASSERT_PTR_EQ_MSG(test, page, expect,
						"%s, %ld off the rule",
						places[place].name, off);
			KUNIT_ASSERT_PTR_EQ_MSG(test, folio, expect_folio,
						"%s, %ld off the rule",
						places[place].name, off);
		}
	}
	KUNIT_EXPECT_EQ(test, test_taint(TAINT_BAD_PAGE), tainted);
}

/* What is above is corrupt; this one is memory like any other. */
static void last_frame_with_a_struct_page_is_normal(struct kunit *test)
{
	unsigned long start, last = highest_memmap_pfn;
	struct vm_area_struct *vma = row_vma(test, &start);

	needs_mm_exports(test);
	if (is_zero_pfn(last))
		kunit_skip(test, "needs a zero page elsewhere than at the end of memory");
	fake_vma_shape(vma, start, ROW_PAGES, 0, VM_READ | VM_SHARED);
	KUNIT_EXPECT_PTR_EQ(test, pfn_to_page(last),
			    vm_normal_page(vma, start,
					   pfn_pte(last, vm_get_page_prot(VM_READ | VM_SHARED))));
}

static struct kunit_case mm_vm_normal_page_cases[] = {
	KUNIT_CASE(table_has_every_input_once),
	KUNIT_CASE(last_frame_with_a_struct_page_is_normal),
	KUNIT_CASE(null_for_all_of_pfnmap_would_lose_cow_copies),
	KUNIT_CASE_PARAM(row_follows_the_rule, row_gen_params),
	{}
};

static struct kunit_suite mm_vm_normal_page_suite = {
	.name = "mm_vm_normal_page",
	.suite_init = fill_tables,
	.suite_exit = residue_check,
	.test_cases = mm_vm_normal_page_cases,
};

kunit_test_suite(mm_vm_normal_page_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: vm_normal_page() on raw-PFN mappings");
MODULE_LICENSE("GPL");
