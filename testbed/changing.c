// SPDX-License-Identifier: GPL-2.0
/*
 * An entry that changes while a kernel function is at work on it.
 */
#include <kunit/visibility.h>
#include <linux/kthread.h>
#include <linux/mm.h>

#include "changing.h"
#include "compat.h"
#include "elsewhere.h"
#include "exports.h"
#include "follow.h"
#include "moment.h"

static pte_t exchange_entry(struct changing *change, pte_t entry)
{
	struct mm_struct *mm = change->us->mm;
	spinlock_t *ptl;	/* of @pte */
	pte_t *pte = get_locked_pte(mm, change->addr, &ptl);
	pte_t old;

	if (!pte)
		return entry;
	__acquire(ptl);
	old = ptep_get_and_clear(mm, change->addr, pte);
	if (!pte_none(entry))
		set_pte_at(mm, change->addr, pte, entry);
	pte_unmap_unlock(pte, ptl);
	return old;
}

static void change_now(void *data)
{
	struct changing *change = data;

	change->before = exchange_entry(change, change->entry);
}

static void change_back(struct changing *change)
{
	pte_t left;

	mmap_read_lock(change->us->mm);
	left = exchange_entry(change, change->before);
	mmap_read_unlock(change->us->mm);
	change->kept = pte_none(change->entry) ? pte_none(left) :
		       pte_same(pte_mkold(left), pte_mkold(change->entry));
}

/**
 * struct changer - the thread that changes an entry
 * @change: the change
 * @thread: itself; ready when the fault can begin
 */
struct changer {
	struct changing *change;
	struct elsewhere thread;
};

static int change_when_waited_for(void *data)
{
	struct changer *changer = data;
	spinlock_t *lock = &changer->change->us->mm->page_table_lock;

	spin_lock(lock);
	complete(&changer->thread.ready);
	elsewhere_await_contention(lock);
	change_now(changer->change);
	spin_unlock(lock);
	kthread_complete_and_exit(&changer->thread.done, 0);
}

vm_fault_t user_fault_while_changes(struct changing *change, unsigned int flags)
{
	struct changer changer = { .change = change };
	vm_fault_t ret;

	if (!elsewhere_start(&changer.thread, change_when_waited_for, &changer))
		return VM_FAULT_OOM;
	ret = user_fault(change->us, change->addr, flags);
	elsewhere_wait(&changer.thread);
	change_back(change);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_while_changes);

int user_access_phys_while_changes(struct changing *change, void *buf, int len,
				   int write)
{
	struct moment moment = { .fn = change_now, .data = change };
	int ret = moment_await(&moment);

	if (ret)
		return ret;
	ret = user_access_phys(change->us, change->addr, buf, len, write);
	moment_forget();
	change->nr_tries = moment.nr_calls;
	if (!change->nr_tries)
		return -ENOENT;
	change_back(change);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_access_phys_while_changes);
