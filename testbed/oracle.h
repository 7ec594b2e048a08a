/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule for raw-PFN mappings, restated without mm/memory.c: from its
 * documentation (the comments on vm_normal_page() and VM_PFNMAP) and the
 * linux-mm mails of 2005 and 2006 that made it.
 */
#ifndef PFNKUNIT_ORACLE_H
#define PFNKUNIT_ORACLE_H

#include <linux/types.h>

/**
 * enum oracle_backing - what a page frame number stands for
 * @BACKED_PAGE: ordinary memory with a struct page
 * @BACKED_ZERO: the shared zero page
 * @BACKED_PAGELESS: no struct page
 * @BACKED_ABOVE: no struct page, and above the highest that has one
 */
enum oracle_backing {
	BACKED_PAGE,
	BACKED_ZERO,
	BACKED_PAGELESS,
	BACKED_ABOVE,
};

/**
 * struct oracle_entry - a page table entry and the mapping it is in
 * @pfnmap: the vma has VM_PFNMAP
 * @mixedmap: the vma has VM_MIXEDMAP
 * @shared: the mapping is shared
 * @may_write: it may be written, now or after mprotect()
 * @on_rule: pfn == vm_pgoff + ((addr - vm_start) >> PAGE_SHIFT)
 * @has_mark: the architecture can mark an entry special
 * @marked: this entry is marked
 * @backing: what the frame is
 */
struct oracle_entry {
	bool pfnmap;
	bool mixedmap;
	bool shared;
	bool may_write;
	bool on_rule;
	bool has_mark;
	bool marked;
	enum oracle_backing backing;
};

/**
 * enum oracle_verdict - what the rule says of an entry
 * @ORACLE_NORMAL: maps a normal page, and mm counts references to it
 * @ORACLE_SPECIAL: no page for mm to know of
 * @ORACLE_CORRUPT: must be reported; and there is no page to return
 * @ORACLE_UNDEFINED: nobody may make such an entry; the rule is silent
 */
enum oracle_verdict {
	ORACLE_NORMAL,
	ORACLE_SPECIAL,
	ORACLE_CORRUPT,
	ORACLE_UNDEFINED,
};

/**
 * oracle_classify() - What must vm_normal_page() make of an entry?
 * @entry: the entry
 *
 * Return: the verdict.
 */
enum oracle_verdict oracle_classify(const struct oracle_entry *entry);

/**
 * oracle_is_cow_copy() - Is this the private copy of a raw frame?
 * @entry: the entry
 *
 * The entries for which 'return NULL if VM_PFNMAP is set', as the mail of 2006
 * asks, would be wrong: they map an anonymous page that mm must count.
 *
 * Return: true if so.
 */
bool oracle_is_cow_copy(const struct oracle_entry *entry);

#endif /* PFNKUNIT_ORACLE_H */
