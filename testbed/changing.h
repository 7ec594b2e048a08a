/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An entry that changes while a kernel function is at work on it, as another
 * thread of the program might change it.
 */
#ifndef PFNKUNIT_CHANGING_H
#define PFNKUNIT_CHANGING_H

#include <kunit/test.h>
#include <linux/mm.h>

#include "user_space.h"

/**
 * struct changing - the change
 * @us: where
 * @addr: address of the entry; one must be there, and no CPU remember it
 * @entry: what it becomes meanwhile
 * @kept: the function has left it so, but for marking it accessed
 * @nr_tries: how often the function has begun, where it can begin anew
 * @before: what it was; it is that again when the function has returned
 */
struct changing {
	struct user_space *us;
	unsigned long addr;
	pte_t entry;
	bool kept;
	unsigned int nr_tries;
	pte_t before;
};

/**
 * needs_split_table_locks() - Page tables with locks of their own.
 * @test: the test
 */
static inline void needs_split_table_locks(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_SPLIT_PTE_PTLOCKS))
		kunit_skip(test, "needs CONFIG_SPLIT_PTE_PTLOCKS");
}

/**
 * user_fault_while_changes() - user_fault() of an entry that just changes.
 * @change: the change
 * @flags: FAULT_FLAG_*
 *
 * It changes after the fault was found to need the first copy in this vma, by
 * a thread on another CPU: when mm wants the lock for the anon_vma. See
 * needs_cpus(), needs_split_table_locks() and needs_mm_exports().
 *
 * Return: what handle_mm_fault() returned; VM_FAULT_OOM without a thread.
 */
vm_fault_t user_fault_while_changes(struct changing *change,
				    unsigned int flags);

/**
 * user_access_phys_while_changes() - user_access_phys() of such an entry.
 * @change: the change
 * @buf: kernel buffer
 * @len: bytes
 * @write: FOLL_WRITE to write
 *
 * It changes between the two looks at it, when the frame is to be mapped for
 * the first time. See needs_ioremap_prot() and needs_moments().
 *
 * Return: as user_access_phys(); -ENOENT if it did not change.
 */
int user_access_phys_while_changes(struct changing *change, void *buf, int len,
				   int write);

#endif /* PFNKUNIT_CHANGING_H */
