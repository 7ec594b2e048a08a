// SPDX-License-Identifier: GPL-2.0
/*
 * The decision table of vm_normal_page().
 */
#include <linux/mman.h>
#include <linux/pgtable.h>

#include "compat.h"
#include "exports.h"
#include "fake_vma.h"
#include "frames.h"
#include "rows.h"
#include "user_space.h"

static const struct {
	const char *name;
	unsigned long flags;
} maps[NR_ROW_MAPS] = {
	{ "plain", 0 },
	{ "pfnmap", VM_PFNMAP },
	{ "mixedmap", VM_MIXEDMAP },
};

/* All inputs of is_cow_mapping(), and VM_WRITE, which must not matter to it. */
static const struct {
	const char *name;
	unsigned long flags;
} sharings[NR_ROW_SHARINGS] = {
	{ "shared", VM_SHARED | VM_MAYSHARE | VM_MAYWRITE | VM_WRITE },
	{ "shared_readonly", VM_SHARED | VM_MAYSHARE },
	{ "private", VM_MAYWRITE | VM_WRITE },
	{ "private_protected", VM_MAYWRITE },
	{ "private_readonly", 0 },
};

static const char * const backing_names[NR_ROW_BACKINGS] = {
	[BACKED_PAGE] = "page",
	[BACKED_ZERO] = "zeropage",
	[BACKED_PAGELESS] = "pageless",
	[BACKED_ABOVE] = "above_memmap",
};

void rows_fill(struct row table[NR_ROWS])
{
	unsigned int i, at;

	for (i = 0; i < NR_ROWS; i++) {
		struct row *row = &table[i];

		at = i;
		row->on_rule = at % 2;
		at /= 2;
		row->backing = at % NR_ROW_BACKINGS;
		at /= NR_ROW_BACKINGS;
		row->sharing = at % NR_ROW_SHARINGS;
		at /= NR_ROW_SHARINGS;
		row->map = at % NR_ROW_MAPS;
		row->marked = at / NR_ROW_MAPS;
	}
}
EXPORT_SYMBOL_IF_KUNIT(rows_fill);

unsigned long row_vm_flags(const struct row *row)
{
	return VM_READ | maps[row->map].flags | sharings[row->sharing].flags;
}
EXPORT_SYMBOL_IF_KUNIT(row_vm_flags);

struct oracle_entry row_entry(const struct row *row)
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
EXPORT_SYMBOL_IF_KUNIT(row_entry);

enum oracle_verdict row_verdict(const struct row *row)
{
	struct oracle_entry entry = row_entry(row);

	return oracle_classify(&entry);
}
EXPORT_SYMBOL_IF_KUNIT(row_verdict);

void row_name(const struct row *row, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%s %s %s %s%s",
		 maps[row->map].name, sharings[row->sharing].name,
		 row->on_rule ? "on_rule" : "off_rule",
		 backing_names[row->backing],
		 !HAS_MARK ? "" : row->marked ? " marked" : " unmarked");
}
EXPORT_SYMBOL_IF_KUNIT(row_name);

/* A hole below the highest struct page where there is one, else above it. */
static unsigned long pageless_pfn(unsigned long above)
{
	unsigned long pfn;

	for (pfn = 0; pfn < above; pfn += pageblock_nr_pages)
		if (!pfn_valid(pfn))
			return pfn;
	return above;
}

struct row_pfns row_pfns(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					     NUMA_NO_NODE);
	unsigned long above = highest_memmap_pfn + 1;

	return (struct row_pfns){ .of = {
		[BACKED_PAGE] = frames->frame[0].pfn,
		[BACKED_ZERO] = page_to_pfn(ZERO_PAGE(0)),
		[BACKED_PAGELESS] = pageless_pfn(above),
		[BACKED_ABOVE] = above,
	} };
}
EXPORT_SYMBOL_IF_KUNIT(row_pfns);

struct vm_area_struct *row_vma(struct kunit *test, unsigned long *start)
{
	struct user_space *us = user_space_create(test);
	struct vm_area_struct *vma = fake_vma_create(test);

	*start = user_mmap(us, NULL, ROW_PAGES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(*start));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, *start, 1));
	vma->vm_mm = us->mm;
	return vma;
}
EXPORT_SYMBOL_IF_KUNIT(row_vma);

unsigned long row_map(const struct row *row, struct vm_area_struct *vma,
		      unsigned long start, unsigned long pfn, unsigned int cut,
		      unsigned int page, long miss)
{
	fake_vma_shape(vma, start, ROW_PAGES, pfn - page + miss,
		       row_vm_flags(row));
	fake_vma_cut_head(vma, cut);
	return start + page * PAGE_SIZE;
}
EXPORT_SYMBOL_IF_KUNIT(row_map);

pte_t row_pte(const struct row *row, unsigned long pfn)
{
	pte_t pte = pfn_pte(pfn, vm_get_page_prot(row_vm_flags(row)));

	return row->marked ? pte_mkspecial(pte) : pte;
}
EXPORT_SYMBOL_IF_KUNIT(row_pte);
