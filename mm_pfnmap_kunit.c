// SPDX-License-Identifier: GPL-2.0
/*
 * vm_normal_page() against the rule for raw-PFN mappings: the place to start.
 *
 * Its documentation in mm/memory.c says which page table entries map a page
 * that mm may count, and which are special. testbed/oracle.c restates that
 * rule; the suites here compare the two over the whole table of inputs.
 *
 * What goes through page faults is in mm_pfnmap_fault_kunit.c, what through
 * copy on write in mm_pfnmap_cow_kunit.c.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/panic.h>
#include <linux/pgtable.h>

#include "testbed/exports.h"
#include "testbed/testbed.h"

/* Pages in the mapping; it has a first, a middle and a last one. */
#define NR_PAGES 8

#define HAS_MARK IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL)

static const struct {
	const char *name;
	unsigned long flags;
} maps[] = {
	{ "plain", 0 },
	{ "pfnmap", VM_PFNMAP },
	{ "mixedmap", VM_MIXEDMAP },
};

/* All inputs of is_cow_mapping(), and VM_WRITE, which must not matter to it. */
static const struct {
	const char *name;
	unsigned long flags;
} sharings[] = {
	{ "shared", VM_SHARED | VM_MAYSHARE | VM_MAYWRITE | VM_WRITE },
	{ "shared_readonly", VM_SHARED | VM_MAYSHARE },
	{ "private", VM_MAYWRITE | VM_WRITE },
	{ "private_protected", VM_MAYWRITE },
	{ "private_readonly", 0 },
};

static const char * const backing_names[] = {
	[BACKED_PAGE] = "page",
	[BACKED_ZERO] = "zeropage",
	[BACKED_PAGELESS] = "pageless",
	[BACKED_ABOVE] = "above_memmap",
};

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
	{ "last page", 0, NR_PAGES - 1 },
	{ "first page after a split", 3, 3 },
	{ "middle page after a split", 3, 5 },
	{ "last page after a split", 3, NR_PAGES - 1 },
};

/* Near misses of the linear rule, in pages; 3 is the cut of a split. */
static const long misses[] = { 1, -1, 3, -3, NR_PAGES };

/* One row of the decision table: indices into the tables above. */
struct row {
	unsigned int map;
	unsigned int sharing;
	unsigned int backing;
	bool on_rule;
	bool marked;
};

#define NR_ROWS \
	(ARRAY_SIZE(maps) * ARRAY_SIZE(sharings) * ARRAY_SIZE(backing_names) * \
	 2 * (1 + HAS_MARK))

static struct row table[NR_ROWS];

/* Those on which the rule says normal or special, neither corrupt nor nothing. */
#define NR_DEFINED (HAS_MARK ? 120 : 96)

static struct row defined_rows[NR_DEFINED];

static unsigned long row_vm_flags(const struct row *row)
{
	return VM_READ | maps[row->map].flags | sharings[row->sharing].flags;
}

static struct oracle_entry row_entry(const struct row *row)
{
	unsigned long flags = row_vm_flags(row);

	return (struct oracle_entry){
		.pfnmap = flags & VM_PFNMAP,
		.mixedmap = flags & VM_MIXEDMAP,
		.shared = flags & VM_SHARED,
		.may_write = flags & VM_MAYWRITE,
		.on_rule = row->on_rule,
		.has_mark = HAS_MARK,
		.marked = row->marked,
		.backing = row->backing,
	};
}

static enum oracle_verdict row_verdict(const struct row *row)
{
	struct oracle_entry entry = row_entry(row);

	return oracle_classify(&entry);
}

static bool is_defined(enum oracle_verdict verdict)
{
	return verdict == ORACLE_NORMAL || verdict == ORACLE_SPECIAL;
}

static int fill_table(struct kunit_suite *suite)
{
	unsigned int i, at, nr = 0;

	for (i = 0; i < NR_ROWS; i++) {
		struct row *row = &table[i];

		at = i;
		row->on_rule = at % 2;
		at /= 2;
		row->backing = at % ARRAY_SIZE(backing_names);
		at /= ARRAY_SIZE(backing_names);
		row->sharing = at % ARRAY_SIZE(sharings);
		at /= ARRAY_SIZE(sharings);
		row->map = at % ARRAY_SIZE(maps);
		row->marked = at / ARRAY_SIZE(maps);

		if (is_defined(row_verdict(row)) && nr < NR_DEFINED)
			defined_rows[nr++] = *row;
	}
	return residue_note(suite);
}

static void row_name(const struct row *row, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%s %s %s %s%s",
		 maps[row->map].name, sharings[row->sharing].name,
		 row->on_rule ? "on_rule" : "off_rule",
		 backing_names[row->backing],
		 !HAS_MARK ? "" : row->marked ? " marked" : " unmarked");
}

static void param_name(struct row *row, char *name)
{
	row_name(row, name);
}

KUNIT_ARRAY_PARAM(row, defined_rows, param_name);

/* A frame number of each kind of backing. */
struct pfns {
	unsigned long of[ARRAY_SIZE(backing_names)];
};

/* A hole below the highest struct page where there is one, else above it. */
static unsigned long pageless_pfn(unsigned long above)
{
	unsigned long pfn;

	for (pfn = 0; pfn < above; pfn += pageblock_nr_pages)
		if (!pfn_valid(pfn))
			return pfn;
	return above;
}

static struct pfns choose_pfns(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					     NUMA_NO_NODE);
	unsigned long above = highest_memmap_pfn + 1;

	return (struct pfns){ .of = {
		[BACKED_PAGE] = frames->frame[0].pfn,
		[BACKED_ZERO] = page_to_pfn(ZERO_PAGE(0)),
		[BACKED_PAGELESS] = pageless_pfn(above),
		[BACKED_ABOVE] = above,
	} };
}

/*
 * A vma at @start, over page tables: print_bad_pte() looks at those when an
 * entry is taken for corrupt, rightly or not.
 */
static struct vm_area_struct *vma_over_page_tables(struct kunit *test,
						   unsigned long *start)
{
	struct user_space *us = user_space_create(test);
	struct vm_area_struct *vma = fake_vma_create(test);

	*start = user_mmap(us, NULL, NR_PAGES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(*start));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, *start, 1));
	vma->vm_mm = us->mm;
	return vma;
}

static pte_t row_pte(const struct row *row, unsigned long pfn)
{
	pte_t pte = pfn_pte(pfn, vm_get_page_prot(row_vm_flags(row)));

	return row->marked ? pte_mkspecial(pte) : pte;
}

/* Put @pfn at page @page of a mapping of @row's kind; @miss pages off the rule. */
static unsigned long row_map(const struct row *row, struct vm_area_struct *vma,
			     unsigned long start, unsigned long pfn,
			     unsigned int place, long miss)
{
	unsigned int page = places[place].page;

	fake_vma_shape(vma, start, NR_PAGES, pfn - page + miss,
		       row_vm_flags(row));
	fake_vma_cut_head(vma, places[place].cut);
	return start + page * PAGE_SIZE;
}

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
	struct vm_area_struct *vma = vma_over_page_tables(test, &start);
	struct pfns pfns = choose_pfns(test);
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
		addr = row_map(row, vma, start, pfn, 0,
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
	struct vm_area_struct *vma = vma_over_page_tables(test, &start);
	struct pfns pfns = choose_pfns(test);
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
						     place, off);
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

static struct kunit_case mm_vm_normal_page_cases[] = {
	KUNIT_CASE(table_has_every_input_once),
	KUNIT_CASE(null_for_all_of_pfnmap_would_lose_cow_copies),
	KUNIT_CASE_PARAM(row_follows_the_rule, row_gen_params),
	{}
};

static struct kunit_suite mm_vm_normal_page_suite = {
	.name = "mm_vm_normal_page",
	.suite_init = fill_table,
	.suite_exit = residue_check,
	.test_cases = mm_vm_normal_page_cases,
};

/* Off the rule only where it makes a difference: reports are rationed to 60. */
static bool is_worth_a_report(const struct row *row)
{
	return row_verdict(row) == ORACLE_CORRUPT &&
	       (row->on_rule || maps[row->map].flags == VM_PFNMAP);
}

/*
 * For every input that the rule calls corrupt: NULL, a report each, and a
 * taint.
 *
 * Covers: vm_normal_page(pte_special)
 */
static void corrupt_entries_are_reported(struct kunit *test)
{
	unsigned long start;
	struct vm_area_struct *vma = vma_over_page_tables(test, &start);
	struct pfns pfns = choose_pfns(test);
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

		if (!is_worth_a_report(row))
			continue;
		addr = row_map(row, vma, start, pfn, 0,
			       row->on_rule ? 0 : misses[0]);
		page = vm_normal_page(vma, addr, row_pte(row, pfn));
		row_name(row, name);
		KUNIT_EXPECT_NULL_MSG(test, page, "'%s'", name);
	}
	KUNIT_EXPECT_TRUE(test, test_taint(TAINT_BAD_PAGE));
}

static struct kunit_case mm_vm_normal_page_reports_cases[] = {
	KUNIT_CASE(corrupt_entries_are_reported),
	{}
};

/* Last of all suites: the taint switches lockdep off. */
static struct kunit_suite mm_vm_normal_page_reports_suite = {
	.name = "mm_vm_normal_page_reports",
	.suite_init = fill_table,
	.suite_exit = residue_check,
	.test_cases = mm_vm_normal_page_reports_cases,
};

kunit_test_suites(&mm_vm_normal_page_suite, &mm_vm_normal_page_reports_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: vm_normal_page() on raw-PFN mappings");
MODULE_LICENSE("GPL");
