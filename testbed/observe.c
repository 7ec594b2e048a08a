// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel did: page table entries, reference counts, rss, reports.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/vmstat.h>

#include "compat.h"
#include "exports.h"
#include "observe.h"
#include "residue.h"

/* Descends like any software walker; NULL where a level is missing or huge. */
static pte_t *pte_of(struct mm_struct *mm, unsigned long addr)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return NULL;
	pud = pud_offset(p4d, addr);
	if (pud_none(*pud) || pud_leaf(*pud))
		return NULL;
	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd) || pmd_leaf(*pmd))
		return NULL;
	return pte_offset_kernel(pmd, addr);
}

/* Setting the mode changes cached memory, and not the entry: it has it. */
static bool pte_has_mode(pte_t pte, pgprot_t cached, pgprot_t itself)
{
	return pgprot_val(cached) != pgprot_val(vm_get_page_prot(VM_READ | VM_SHARED)) &&
	       pgprot_val(itself) == pte_val(pte);
}

static bool pte_uncached(pte_t pte)
{
	return pte_has_mode(pte, pgprot_noncached(vm_get_page_prot(VM_READ | VM_SHARED)),
			    pgprot_noncached(__pgprot(pte_val(pte))));
}

static bool pte_combining(pte_t pte)
{
	return pte_has_mode(pte, pgprot_writecombine(vm_get_page_prot(VM_READ | VM_SHARED)),
			    pgprot_writecombine(__pgprot(pte_val(pte))));
}

struct pte_view observe_pte(struct user_space *us, unsigned long addr)
{
	struct pte_view view = { .none = true };
	pte_t *ptep, pte;

	mmap_read_lock(us->mm);
	ptep = pte_of(us->mm, addr);
	if (ptep && !pte_none(ptep_get(ptep))) {
		pte = ptep_get(ptep);
		view = (struct pte_view){
			.present = pte_present(pte),
			.special = pte_special(pte),
			.write = pte_write(pte),
			.dirty = pte_dirty(pte),
			.young = pte_young(pte),
			.uncached = pte_uncached(pte),
			.combining = pte_combining(pte),
			.pfn = pte_pfn(pte),
			.pte = pte,
		};
	}
	mmap_read_unlock(us->mm);
	return view;
}
EXPORT_SYMBOL_IF_KUNIT(observe_pte);

unsigned int observe_nr_ptes(struct user_space *us, unsigned long addr,
			     unsigned int nr_pages)
{
	unsigned int i, nr = 0;

	for (i = 0; i < nr_pages; i++)
		nr += !observe_pte(us, addr + i * PAGE_SIZE).none;
	return nr;
}
EXPORT_SYMBOL_IF_KUNIT(observe_nr_ptes);

unsigned int observe_nr_ptes_locked(struct vm_area_struct *vma)
{
	unsigned int nr = 0;
	unsigned long addr;
	pte_t *ptep;

	mmap_assert_locked(vma->vm_mm);
	for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE) {
		ptep = pte_of(vma->vm_mm, addr);
		nr += ptep && !pte_none(ptep_get(ptep));
	}
	return nr;
}
EXPORT_SYMBOL_IF_KUNIT(observe_nr_ptes_locked);

static int ask_normal_page(struct vm_area_struct *vma, unsigned long addr,
			   void *data)
{
	pte_t *ptep = pte_of(vma->vm_mm, addr);
	struct page **page = data;

	if (ptep && pte_present(ptep_get(ptep)))
		*page = vm_normal_page(vma, addr, ptep_get(ptep));
	return 0;
}

struct page *observe_normal_page(struct user_space *us, unsigned long addr)
{
	struct page *page = NULL;

	user_call_locked(us, addr, ask_normal_page, &page);
	return page;
}
EXPORT_SYMBOL_IF_KUNIT(observe_normal_page);

#ifdef CONFIG_X86
#include <asm/pgtable_types.h>

bool observe_alias_uncached(void *addr)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)addr, &level);

	/* set_memory_uc() splits a huge mapping: it ends at a 4 KiB one. */
	return pte && level == PG_LEVEL_4K && pte_uncached(ptep_get(pte));
}
#else
bool observe_alias_uncached(void *addr)
{
	return false;
}
#endif
EXPORT_SYMBOL_IF_KUNIT(observe_alias_uncached);

static void count_frame(struct frames_state *state, unsigned int i)
{
	struct page *page = pfn_to_page(state->frames->frame[i].pfn);

	state->count[i].ref = folio_ref_count(page_folio(page));
	state->count[i].map = folio_mapcount(page_folio(page));
}

struct frames_state *observe_frames(struct kunit *test, struct frames *frames)
{
	struct frames_state *state;
	unsigned int i;

	state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	state->frames = frames;
	state->count = kunit_kcalloc(test, frames->nr, sizeof(*state->count),
				     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state->count);
	for (i = 0; i < frames->nr; i++)
		if (pfn_valid(frames->frame[i].pfn))
			count_frame(state, i);
	return state;
}
EXPORT_SYMBOL_IF_KUNIT(observe_frames);

void expect_frame_counted(struct kunit *test, const struct frames_state *before,
			  unsigned int i, int more)
{
	struct page *page = pfn_to_page(before->frames->frame[i].pfn);

	KUNIT_EXPECT_EQ_MSG(test, folio_ref_count(page_folio(page)),
			    before->count[i].ref + more,
			    "references to frame %u", i);
	KUNIT_EXPECT_EQ_MSG(test, folio_mapcount(page_folio(page)),
			    before->count[i].map + more,
			    "mappings of frame %u", i);
}
EXPORT_SYMBOL_IF_KUNIT(expect_frame_counted);

void expect_frames_counted(struct kunit *test,
			   const struct frames_state *before, int more)
{
	unsigned int i;

	for (i = 0; i < before->frames->nr; i++)
		if (pfn_valid(before->frames->frame[i].pfn))
			expect_frame_counted(test, before, i, more);
}
EXPORT_SYMBOL_IF_KUNIT(expect_frames_counted);

void expect_frames_untouched(struct kunit *test,
			     const struct frames_state *before)
{
	expect_frames_counted(test, before, 0);
}
EXPORT_SYMBOL_IF_KUNIT(expect_frames_untouched);

void expect_rss(struct kunit *test, struct user_space *us, long file,
		long anon)
{
	KUNIT_EXPECT_EQ(test, compat_rss(us->mm, MM_FILEPAGES), file);
	KUNIT_EXPECT_EQ(test, compat_rss(us->mm, MM_ANONPAGES), anon);
	KUNIT_EXPECT_EQ(test, compat_rss(us->mm, MM_SHMEMPAGES), 0L);
	KUNIT_EXPECT_EQ(test, compat_rss(us->mm, MM_SWAPENTS), 0L);
}
EXPORT_SYMBOL_IF_KUNIT(expect_rss);

void expect_no_page_tables(struct kunit *test, struct user_space *us)
{
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(us->mm), 0UL);
}
EXPORT_SYMBOL_IF_KUNIT(expect_no_page_tables);

unsigned int observe_nr_vmas(struct user_space *us)
{
	return READ_ONCE(us->mm->map_count);
}
EXPORT_SYMBOL_IF_KUNIT(observe_nr_vmas);

unsigned long observe_events(struct kunit *test, enum vm_event_item item)
{
	unsigned long *counts = kunit_kcalloc(test, NR_VM_EVENT_ITEMS,
					      sizeof(*counts), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, counts);
	if (!IS_ENABLED(CONFIG_VM_EVENT_COUNTERS) || item >= NR_VM_EVENT_ITEMS)
		kunit_skip(test, "needs a kernel that counts the event (CONFIG_VM_EVENT_COUNTERS)");
	all_vm_events(counts);
	return counts[item];
}
EXPORT_SYMBOL_IF_KUNIT(observe_events);

void announce_reports(struct kunit *test, unsigned int nr, const char *text)
{
	residue_allow_taint();
	kunit_info(test, "pfnkunit: expect %u report(s): %s\n", nr, text);
}
EXPORT_SYMBOL_IF_KUNIT(announce_reports);
