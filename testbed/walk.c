// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over page tables. Always built in, as exports.c.
 */
#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>

#include "compat.h"
#include "walk.h"

static int test_walk(unsigned long start, unsigned long end,
		     struct mm_walk *walk)
{
	struct walk *w = walk->private;

	return w->nr_tests++ ? 0 : w->skip;
}

static int pte_hole(unsigned long start, unsigned long end, int depth,
		    struct mm_walk *walk)
{
	struct walk *w = walk->private;

	if (!w->nr_holes++) {
		w->hole_start = start;
		w->hole_end = end;
		w->hole_depth = depth;
	}
	return w->hole_ret;
}

static int pte_entry(pte_t *pte, unsigned long addr, unsigned long next,
		     struct mm_walk *walk)
{
	struct walk *w = walk->private;

	w->nr_ptes += !pte_none(ptep_get(pte));
	return 0;
}

static struct mm_walk_ops ops_of(const struct walk *w)
{
	return (struct mm_walk_ops){
		.pte_entry = pte_entry,
		.pte_hole = w->holes ? pte_hole : NULL,
		.test_walk = w->test ? test_walk : NULL,
		COMPAT_WALK_RDLOCK
	};
}

int mm_walk_range(struct mm_struct *mm, unsigned long start, unsigned long end,
		  struct walk *w)
{
	const struct mm_walk_ops ops = ops_of(w);
	int ret;

	mmap_read_lock(mm);
	ret = walk_page_range(mm, start, end, &ops, w);
	mmap_read_unlock(mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(mm_walk_range);

int mm_walk_vma(struct mm_struct *mm, unsigned long addr, struct walk *w)
{
	const struct mm_walk_ops ops = ops_of(w);
	struct vm_area_struct *vma;
	int ret = -ENOENT;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (vma)
		ret = walk_page_vma(vma, &ops, w);
	mmap_read_unlock(mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(mm_walk_vma);

int file_walk(struct file *file, unsigned long first, unsigned long nr,
	      struct walk *w)
{
	const struct mm_walk_ops ops = ops_of(w);
	int ret;

	i_mmap_lock_read(file->f_mapping);
	ret = walk_page_mapping(file->f_mapping, first, nr, &ops, w);
	i_mmap_unlock_read(file->f_mapping);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(file_walk);

#if COMPAT_HAS_FOLIO_WALK
static void end_folio_walk(struct folio_walk *fw, struct vm_area_struct *vma)
{
	/* What it unlocks depends on the level, which sparse cannot follow. */
#ifndef __CHECKER__
	folio_walk_end(fw, vma);
#endif
}

static void view_folio(struct folio_walk *fw, struct folio *folio,
		       struct folio_view *view)
{
	view->first = folio_page(folio, 0);
	view->page = fw->page;
	view->by_pte = fw->level == FW_LEVEL_PTE;
	view->locked = fw->ptl;
	if (!view->by_pte)
		return;
	view->pte = fw->pte;
	view->same = fw->ptep && pte_same(ptep_get(fw->ptep), fw->pte);
}

struct folio_view mm_folio_view(struct mm_struct *mm, unsigned long in,
				unsigned long addr, bool zeropage)
{
	int before = preempt_count();
	struct folio_view view = {};
	struct vm_area_struct *vma;
	struct folio *folio = NULL;
	/* What is not set shall not look as if it was. */
	struct folio_walk fw = {
		.page = ZERO_PAGE(0) + 1,
		.level = FW_LEVEL_PUD,
	};

	mmap_read_lock(mm);
	vma = vma_lookup(mm, in);
	if (vma)
		folio = folio_walk_start(&fw, vma, addr,
					 zeropage ? FW_ZEROPAGE : 0);
	if (folio)
		view_folio(&fw, folio, &view);
	if (folio && fw.ptl)
		end_folio_walk(&fw, vma);
	mmap_read_unlock(mm);
	view.held = preempt_count() - before;
	return view;
}
#else
struct folio_view mm_folio_view(struct mm_struct *mm, unsigned long in,
				unsigned long addr, bool zeropage)
{
	return (struct folio_view){};
}
#endif
EXPORT_SYMBOL_IF_KUNIT(mm_folio_view);

struct page *mm_folio_walk(struct mm_struct *mm, unsigned long addr,
			   bool zeropage)
{
	return mm_folio_view(mm, addr, addr, zeropage).first;
}
EXPORT_SYMBOL_IF_KUNIT(mm_folio_walk);
