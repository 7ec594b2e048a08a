// SPDX-License-Identifier: GPL-2.0
/*
 * Built in wherever the testbed is built, also as a module: exports for it what
 * mm/ keeps to itself, in the namespace for KUnit. mm/ itself stays untouched.
 */
#include <asm/sections.h>
#include <kunit/visibility.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>
#include <linux/panic.h>
#include <linux/sched/mm.h>
#include <linux/swap.h>

#include "compat.h"
#include "exports.h"

#ifdef CONFIG_X86_PAT
#include <asm/memtype.h>
#endif

#define export_for_testbed(symbol) \
	EXPORT_SYMBOL_IF_KUNIT(symbol)

export_for_testbed(vm_normal_page);
export_for_testbed(vm_normal_folio);
export_for_testbed(highest_memmap_pfn);
export_for_testbed(finish_fault);
export_for_testbed(COMPAT_GET_LOCKED_PTE);
export_for_testbed(vmf_insert_mixed_mkwrite);
export_for_testbed(access_remote_vm);
export_for_testbed(mm_find_pmd);
#if !COMPAT_EXPORTS_MM_ALLOC
export_for_testbed(mm_alloc);
export_for_testbed(arch_pick_mmap_layout);
#endif

void warnings_forget_once(void)
{
	generic_bug_clear_once();
	memset(__start_once, 0, __end_once - __start_once);
}
EXPORT_SYMBOL_IF_KUNIT(warnings_forget_once);

void drop_slab_caches(void)
{
	drop_slab();
}
EXPORT_SYMBOL_IF_KUNIT(drop_slab_caches);

unsigned long mm_end_pfn(void)
{
	return max_pfn;
}
EXPORT_SYMBOL_IF_KUNIT(mm_end_pfn);

#ifdef CONFIG_X86_PAT
export_for_testbed(memtype_reserve);
export_for_testbed(memtype_free);
#endif

bool mm_dev_mem_allowed(struct file *file, unsigned long pfn,
			unsigned long nr_pages, pgprot_t *prot)
{
#ifdef CONFIG_X86_PAT
	return phys_mem_access_prot_allowed(file, pfn, nr_pages * PAGE_SIZE,
					    prot);
#else
	return true;
#endif
}
EXPORT_SYMBOL_IF_KUNIT(mm_dev_mem_allowed);

bool oops_panics(void)
{
	return panic_on_oops;
}
EXPORT_SYMBOL_IF_KUNIT(oops_panics);

const char *bug_file(unsigned long addr)
{
	struct bug_entry *bug = find_bug(addr);
	const char *file = NULL;
	unsigned int line;

	if (bug)
		bug_get_file_line(bug, &file, &line);
	return file;
}
EXPORT_SYMBOL_IF_KUNIT(bug_file);

void mm_add_to_lru(struct folio *folio, struct vm_area_struct *vma)
{
	folio_add_lru_vma(folio, vma);
	lru_add_drain();
}
EXPORT_SYMBOL_IF_KUNIT(mm_add_to_lru);

void mm_drain_lru(void)
{
	lru_add_drain_all();
}
EXPORT_SYMBOL_IF_KUNIT(mm_drain_lru);

void mm_set_last_user(struct folio *folio, int cpupid)
{
#if COMPAT_HAS_LAST_USER
	folio_xchg_last_cpupid(folio, cpupid);
#endif
}
EXPORT_SYMBOL_IF_KUNIT(mm_set_last_user);

struct page *mm_normal_page_pmd(struct vm_area_struct *vma, unsigned long addr,
				pmd_t pmd)
{
#ifdef CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
	return vm_normal_page_pmd(vma, addr, pmd);
#else
	return NULL;
#endif
}
EXPORT_SYMBOL_IF_KUNIT(mm_normal_page_pmd);

struct folio *mm_normal_folio_pmd(struct vm_area_struct *vma,
				  unsigned long addr, pmd_t pmd)
{
#ifdef CONFIG_ARCH_SUPPORTS_PMD_PFNMAP
	return vm_normal_folio_pmd(vma, addr, pmd);
#else
	return NULL;
#endif
}
EXPORT_SYMBOL_IF_KUNIT(mm_normal_folio_pmd);

struct page *mm_normal_page_pud(struct vm_area_struct *vma, unsigned long addr,
				pud_t pud)
{
#if defined(CONFIG_ARCH_SUPPORTS_PUD_PFNMAP) && COMPAT_HAS_NORMAL_PAGE_PUD
	return vm_normal_page_pud(vma, addr, pud);
#else
	return NULL;
#endif
}
EXPORT_SYMBOL_IF_KUNIT(mm_normal_page_pud);
