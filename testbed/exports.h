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

/**
 * warnings_forget_once() - Let every WARN_ON_ONCE() fire once more.
 *
 * As a write to clear_warn_once in debugfs.
 */
void warnings_forget_once(void);

#else

#define highest_memmap_pfn	0UL

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

static inline void warnings_forget_once(void)
{
}

static inline vm_fault_t mixed_mkwrite(struct vm_area_struct *vma,
				       unsigned long addr, ...)
{
	return VM_FAULT_SIGBUS;
}

#define vmf_insert_mixed_mkwrite mixed_mkwrite

static inline int unknown_access(struct mm_struct *mm, unsigned long addr,
				 void *buf, int len, unsigned int flags)
{
	return 0;
}

#define access_remote_vm unknown_access
#define vm_normal_page	unknown_page
#define vm_normal_folio	unknown_folio

#endif

#endif /* PFNKUNIT_EXPORTS_H */
