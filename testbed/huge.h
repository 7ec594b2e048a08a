/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Huge mappings of raw frames: one entry of a higher page table level maps as
 * many frames as a whole table of the level below would.
 */
#ifndef PFNKUNIT_HUGE_H
#define PFNKUNIT_HUGE_H

#include <kunit/test.h>
#include <linux/mm.h>

#include "compat.h"
#include "needs.h"
#include "user_space.h"

/**
 * enum huge_level - where a huge entry is
 * @HUGE_NONE: there is none
 * @HUGE_PMD: it maps what a page table would
 * @HUGE_PUD: it maps what a table of those would
 */
enum huge_level {
	HUGE_NONE,
	HUGE_PMD,
	HUGE_PUD,
};

/* A user address at which an entry of each level can begin. */
#define HUGE_START ALIGN(TASK_SIZE / 4, PUD_SIZE)

static inline unsigned long huge_size(enum huge_level level)
{
	return level == HUGE_PUD ? PUD_SIZE : PMD_SIZE;
}

static inline unsigned int huge_order(enum huge_level level)
{
	return (level == HUGE_PUD ? PUD_SHIFT : PMD_SHIFT) - PAGE_SHIFT;
}

static inline unsigned int huge_pages(enum huge_level level)
{
	return 1U << huge_order(level);
}

/**
 * needs_huge_pfnmap() - Huge entries for raw frames.
 * @test: the test
 * @level: of this level
 */
static inline void needs_huge_pfnmap(struct kunit *test, enum huge_level level)
{
	/* Inline, as the next one: objtool minds functions that always skip. */
	if (!IS_ENABLED(CONFIG_ARCH_SUPPORTS_PMD_PFNMAP))
		kunit_skip(test, "needs huge raw mappings (ARCH_SUPPORTS_PMD_PFNMAP)");
	if (level == HUGE_PUD && !IS_ENABLED(CONFIG_ARCH_SUPPORTS_PUD_PFNMAP))
		kunit_skip(test, "needs huge raw mappings by pud (ARCH_SUPPORTS_PUD_PFNMAP)");
	if (!has_transparent_hugepage())
		kunit_skip(test, "needs a CPU with huge pages");
	needs_mm_exports(test);
}

/**
 * needs_thp_always() - Page faults that ask for huge entries in mixed maps.
 * @test: the test
 *
 * Linux switches them off where there is little memory.
 */
void needs_thp_always(struct kunit *test);

/**
 * needs_huge_folios() - Huge entries for folios, vmf_insert_folio_pmd().
 * @test: the test
 * @level: of this level
 */
static inline void needs_huge_folios(struct kunit *test, enum huge_level level)
{
	needs_huge_pfnmap(test, level);
	if (!COMPAT_HAS_HUGE_FOLIOS)
		kunit_skip(test, "needs vmf_insert_folio_pmd() (Linux 6.15)");
}

/**
 * huge_insert_pfn() - vmf_insert_pfn_pmd() or vmf_insert_pfn_pud().
 * @vmf: the fault
 * @level: which of them
 * @pfn: the first frame
 * @write: for a write
 *
 * Return: what it returns.
 */
vm_fault_t huge_insert_pfn(struct vm_fault *vmf, enum huge_level level,
			   unsigned long pfn, bool write);

/**
 * huge_insert_folio() - vmf_insert_folio_pmd() or vmf_insert_folio_pud().
 * @vmf: the fault
 * @level: which of them
 * @folio: the folio
 * @write: for a write
 *
 * See needs_huge_folios().
 *
 * Return: what it returns.
 */
vm_fault_t huge_insert_folio(struct vm_fault *vmf, enum huge_level level,
			     struct folio *folio, bool write);

/**
 * huge_insert_at() - huge_insert_pfn(), without a page fault.
 * @us: where
 * @addr: the address; a table for an entry of this level is there
 * @level: that
 * @pfn: the first frame
 * @write: for a write
 *
 * Page faults do not ask for what is there, nor for what the vma has no room for.
 *
 * Return: what huge_insert_pfn() returns; VM_FAULT_SIGSEGV if there is no vma or
 * no such table.
 */
vm_fault_t huge_insert_at(struct user_space *us, unsigned long addr,
			  enum huge_level level, unsigned long pfn, bool write);

/**
 * huge_insert_folio_at() - The same for huge_insert_folio().
 * @us: where
 * @addr: the address; a table for an entry of this level is there
 * @level: that
 * @folio: the folio
 * @write: for a write
 *
 * Page faults ask for a pud in special mappings and in those of DAX only.
 *
 * Return: as huge_insert_at().
 */
vm_fault_t huge_insert_folio_at(struct user_space *us, unsigned long addr,
				enum huge_level level, struct folio *folio,
				bool write);

/**
 * pfn_file_insert_huge() - The usual handler of huge faults.
 * @vmf: the fault
 * @order: 1 << @order pages are asked for
 *
 * As drivers do it: inserts the frames around vmf->pgoff if the vma has room
 * for all of them, and the frames are aligned as the addresses are.
 *
 * Return: what huge_insert_pfn() returns; VM_FAULT_FALLBACK if it does not fit.
 */
vm_fault_t pfn_file_insert_huge(struct vm_fault *vmf, unsigned int order);

/**
 * struct huge_view - a huge entry, decoded
 * @level: its level; with HUGE_NONE all else is zero
 * @special: pmd_special() or pud_special()
 * @write: may be written
 * @dirty: marked dirty
 * @young: marked accessed
 * @pfn: the first frame it maps
 * @prot: its protection, as for ptes
 */
struct huge_view {
	enum huge_level level;
	bool special;
	bool write;
	bool dirty;
	bool young;
	unsigned long pfn;
	pgprot_t prot;
};

/**
 * observe_huge() - Decode the huge entry over a user address.
 * @us: where
 * @addr: the address; there need not be a vma
 *
 * Return: the entry.
 */
struct huge_view observe_huge(struct user_space *us, unsigned long addr);

/**
 * observe_normal_huge_page() - What vm_normal_page_pmd() or _pud() says of it.
 * @us: where
 * @addr: an address in a huge entry
 *
 * See needs_mm_exports().
 *
 * Return: the page, NULL for a special mapping.
 */
struct page *observe_normal_huge_page(struct user_space *us,
				      unsigned long addr);

/**
 * observe_folio() - What folio_walk_start() finds.
 * @us: where
 * @addr: the address
 *
 * See needs_mm_exports().
 *
 * Return: the folio, or NULL.
 */
struct folio *observe_folio(struct user_space *us, unsigned long addr);

/**
 * huge_entry_normal_page() - vm_normal_page_pmd() or _pud() of an entry made up.
 * @vma: the vma it would be in
 * @addr: its address
 * @level: its level
 * @pfn: the first frame
 * @marked: it is special
 *
 * Return: the page, or NULL.
 */
struct page *huge_entry_normal_page(struct vm_area_struct *vma,
				    unsigned long addr, enum huge_level level,
				    unsigned long pfn, bool marked);

/**
 * huge_entry_normal_folio() - vm_normal_folio_pmd() of an entry made up.
 * @vma: the vma it would be in
 * @addr: its address
 * @pfn: the first frame
 * @marked: it is special
 *
 * Return: the folio, or NULL.
 */
struct folio *huge_entry_normal_folio(struct vm_area_struct *vma,
				      unsigned long addr, unsigned long pfn,
				      bool marked);

/**
 * huge_device_normal_page() - vm_normal_page_pmd() of device memory's entry.
 * @vma: the vma it would be in
 * @addr: its address
 * @pfn: the first frame
 *
 * See needs_devmap().
 *
 * Return: the page, or NULL.
 */
struct page *huge_device_normal_page(struct vm_area_struct *vma,
				     unsigned long addr, unsigned long pfn);

/**
 * huge_pud_is_taken_for_table() - Does mm_find_pmd() see a pmd in a huge pud?
 * @us: where
 * @addr: an address in a huge pud
 *
 * There is none: see mm_pfnmap_pud_kunit.c.
 *
 * Return: true if it does.
 */
bool huge_pud_is_taken_for_table(struct user_space *us, unsigned long addr);

/**
 * huge_call_while_goes() - Do something about a huge entry that is just going.
 * @us: where
 * @addr: an address that a page table maps; a huge entry of frames that are
 *	nowhere is put in that table's place
 * @level: the level of that entry
 * @gone: nothing is in that place then; else the table is again
 * @fn: what is done, by the calling thread
 * @data: for @fn
 *
 * The entry goes while @fn waits for its lock, which a thread on another CPU
 * holds. Afterwards the table is there. See needs_cpus() and
 * needs_huge_pfnmap().
 *
 * Return: 0, or -ENOMEM without a thread.
 */
int huge_call_while_goes(struct user_space *us, unsigned long addr,
			 enum huge_level level, bool gone, void (*fn)(void *data),
			 void *data);

/**
 * huge_map_anonymous() - Anonymous memory at HUGE_START, where a huge pmd fits.
 * @test: the test; skipped without MADV_HUGEPAGE
 * @us: where
 */
void huge_map_anonymous(struct kunit *test, struct user_space *us);

/**
 * huge_drop() - Take a huge entry out of the page tables, behind mm's back.
 * @us: where
 * @addr: an address in it, which nobody has accessed
 */
void huge_drop(struct user_space *us, unsigned long addr);

#endif /* PFNKUNIT_HUGE_H */
