/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the testbed needs of mm/ and mm/ does not export.
 *
 * exports.c, built in, exports it for modules. Against a kernel that was built
 * without exports.c, harmless answers stand in for it, and the cases that would
 * ask are skipped: see needs_mm_exports().
 */
#ifndef PFNKUNIT_EXPORTS_H
#define PFNKUNIT_EXPORTS_H

#include <linux/mm.h>

#define HAVE_MM_EXPORTS IS_ENABLED(CONFIG_MM_PFNMAP_TESTBED_EXPORTS)

#if HAVE_MM_EXPORTS

/* mm/internal.h has it. */
extern unsigned long highest_memmap_pfn;
pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long address);

/**
 * warnings_forget_once() - Let every WARN_ON_ONCE() fire once more.
 *
 * As a write to clear_warn_once in debugfs.
 */
void warnings_forget_once(void);

/* In newer kernels mm/internal.h has them. */
void folio_add_lru_vma(struct folio *folio, struct vm_area_struct *vma);
void lru_add_drain(void);

/**
 * mm_add_to_lru() - folio_add_lru_vma(), done to the end.
 * @folio: a new folio
 * @vma: the vma that it is for
 */
void mm_add_to_lru(struct folio *folio, struct vm_area_struct *vma);

/**
 * mm_drain_lru() - lru_add_drain_all(): no page is on its way to a list.
 */
void mm_drain_lru(void);

/**
 * mm_set_last_user() - Say which CPU and thread used a folio last.
 * @folio: the folio
 * @cpupid: a number for both
 *
 * See needs_numa_balancing().
 */
void mm_set_last_user(struct folio *folio, int cpupid);

/**
 * drop_slab_caches() - Let all shrinkers give back what they can.
 *
 * As a write of 2 to /proc/sys/vm/drop_caches.
 */
void drop_slab_caches(void);

/**
 * oops_panics() - Does an oops stop the whole machine?
 *
 * Return: true if so, by panic_on_oops.
 */
bool oops_panics(void);

/**
 * bug_file() - The source file of a BUG.
 * @addr: where the CPU met it
 *
 * Return: the file, as the kernel names it; NULL if there is no BUG at @addr,
 * or the architecture has no table of them (CONFIG_GENERIC_BUG).
 */
const char *bug_file(unsigned long addr);

/**
 * mm_end_pfn() - max_pfn: where memory ends.
 *
 * Return: the frame after the last one.
 */
unsigned long mm_end_pfn(void);

/**
 * mm_dev_mem_allowed() - phys_mem_access_prot_allowed(), as /dev/mem asks it.
 * @file: the file that is to be mapped; its f_flags count
 * @pfn: first frame
 * @nr_pages: how many
 * @prot: the protection it would be mapped with, which may be changed
 *
 * Return: true if it may be mapped.
 */
bool mm_dev_mem_allowed(struct file *file, unsigned long pfn,
			unsigned long nr_pages, pgprot_t *prot);

/**
 * mm_normal_page_pmd() - vm_normal_page_pmd().
 * @vma: the vma
 * @addr: the address
 * @pmd: the entry
 *
 * Return: what it returns; NULL if the kernel has no huge mappings.
 */
struct page *mm_normal_page_pmd(struct vm_area_struct *vma, unsigned long addr,
				pmd_t pmd);

/**
 * mm_normal_folio_pmd() - vm_normal_folio_pmd().
 * @vma: the vma
 * @addr: the address
 * @pmd: the entry
 *
 * Return: what it returns; NULL if the kernel has no huge mappings.
 */
struct folio *mm_normal_folio_pmd(struct vm_area_struct *vma,
				  unsigned long addr, pmd_t pmd);

/**
 * mm_normal_page_pud() - vm_normal_page_pud().
 * @vma: the vma
 * @addr: the address
 * @pud: the entry
 *
 * Return: what it returns; NULL if there is none, see COMPAT_HAS_NORMAL_PAGE_PUD.
 */
struct page *mm_normal_page_pud(struct vm_area_struct *vma, unsigned long addr,
				pud_t pud);

#else

#define highest_memmap_pfn	0UL

static inline pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long address)
{
	return NULL;
}

static inline struct page *unknown_page(struct vm_area_struct *vma,
					unsigned long addr, pte_t pte)
{
	return NULL;
}

static inline struct folio *unknown_folio(struct vm_area_struct *vma,
					  unsigned long addr, pte_t pte)
{
	return NULL;
}

static inline vm_fault_t finish_no_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static inline void warnings_forget_once(void)
{
}

static inline unsigned long mm_end_pfn(void)
{
	return 0;
}

static inline bool mm_dev_mem_allowed(struct file *file, unsigned long pfn,
				      unsigned long nr_pages, pgprot_t *prot)
{
	return false;
}

static inline void drop_slab_caches(void)
{
}

static inline void mm_add_to_lru(struct folio *folio,
				 struct vm_area_struct *vma)
{
}

static inline void mm_drain_lru(void)
{
}

static inline void mm_set_last_user(struct folio *folio, int cpupid)
{
}

static inline bool oops_panics(void)
{
	return true;
}

static inline const char *bug_file(unsigned long addr)
{
	return NULL;
}

static inline vm_fault_t mixed_mkwrite(struct vm_area_struct *vma,
				       unsigned long addr, ...)
{
	return VM_FAULT_SIGBUS;
}

#define vmf_insert_mixed_mkwrite mixed_mkwrite
#define finish_fault	finish_no_fault

static inline pte_t *no_locked_pte(struct mm_struct *mm, unsigned long addr,
				   spinlock_t **ptl)
{
	return NULL;
}

#define get_locked_pte	no_locked_pte

static inline int unknown_access(struct mm_struct *mm, unsigned long addr,
				 void *buf, int len, unsigned int flags)
{
	return 0;
}

#define access_remote_vm unknown_access

static inline struct page *mm_normal_page_pmd(struct vm_area_struct *vma,
					      unsigned long addr, pmd_t pmd)
{
	return NULL;
}

static inline struct folio *mm_normal_folio_pmd(struct vm_area_struct *vma,
						unsigned long addr, pmd_t pmd)
{
	return NULL;
}

static inline struct page *mm_normal_page_pud(struct vm_area_struct *vma,
					      unsigned long addr, pud_t pud)
{
	return NULL;
}

#define vm_normal_page	unknown_page
#define vm_normal_folio	unknown_folio
#define vmf_insert_mixed_mkwrite mixed_mkwrite

#endif

#endif /* PFNKUNIT_EXPORTS_H */
