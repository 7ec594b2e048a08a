// SPDX-License-Identifier: GPL-2.0
/*
 * Other ways into handle_mm_fault() than an exception and user_fault().
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/smp.h>

#include "balance.h"
#include "compat.h"
#include "exports.h"
#include "faults.h"

#ifdef CONFIG_PER_VMA_LOCK
static vm_fault_t fault_under_vma_lock(struct mm_struct *mm, unsigned long addr,
				       unsigned int flags)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(mm, addr);
	vm_fault_t ret;

	if (!vma)
		return VM_FAULT_SIGSEGV;
	ret = handle_mm_fault(vma, addr, flags | FAULT_FLAG_VMA_LOCK, NULL);
	if (!(ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		vma_end_read(vma);
	return ret;
}
#else
static vm_fault_t fault_under_vma_lock(struct mm_struct *mm, unsigned long addr,
				       unsigned int flags)
{
	return VM_FAULT_SIGSEGV;
}
#endif

vm_fault_t user_fault_under_vma_lock(struct user_space *us, unsigned long addr,
				     unsigned int flags)
{
	struct balance before;
	vm_fault_t ret;

	kthread_use_mm(us->mm);
	before = balance_note();
	ret = fault_under_vma_lock(us->mm, addr, flags);
	expect_balance(&before);
	kthread_unuse_mm(us->mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_under_vma_lock);

vm_fault_t user_fault_beside_a_writer(struct user_space *us, unsigned long addr,
				      unsigned int flags)
{
	vm_fault_t ret;

	kthread_use_mm(us->mm);
	mmap_write_lock(us->mm);
	ret = fault_under_vma_lock(us->mm, addr, flags);
	mmap_write_unlock(us->mm);
	kthread_unuse_mm(us->mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_beside_a_writer);

/**
 * struct appearing - an entry that appears at the right moment
 * @us: where
 * @addr: its address
 * @pfn: its frame
 * @locked: its page table is locked
 * @done: it is there, and the lock is free
 */
struct appearing {
	struct user_space *us;
	unsigned long addr;
	unsigned long pfn;
	struct completion locked;
	struct completion done;
};

static int make_entry(void *data)
{
	struct appearing *entry = data;
	struct mm_struct *mm = entry->us->mm;
	pgprot_t prot = vm_get_page_prot(VM_READ | VM_SHARED);
	unsigned long spins = 0;
	spinlock_t *ptl;	/* of @pte, which the fault wants as well */
	pte_t *pte;

	mmap_read_lock(mm);
	pte = get_locked_pte(mm, entry->addr, &ptl);
	complete(&entry->locked);
	if (pte) {
		__acquire(RCU);
		__acquire(ptl);
		/* Bounded only so that a fault that takes no lock ends, too. */
		while (!spin_is_contended(ptl) && spins++ < 1UL << 26)
			cpu_relax();
		set_pte_at(mm, entry->addr, pte,
			   pte_mkspecial(pfn_pte(entry->pfn, prot)));
		pte_unmap_unlock(pte, ptl);
	}
	mmap_read_unlock(mm);
	kthread_complete_and_exit(&entry->done, 0);
}

vm_fault_t user_fault_while_appears(struct user_space *us, unsigned long addr,
				    unsigned int flags, unsigned long pfn)
{
	struct appearing entry = { .us = us, .addr = addr, .pfn = pfn };
	unsigned int here = get_cpu();
	struct task_struct *thread;
	vm_fault_t ret;

	put_cpu();
	init_completion(&entry.locked);
	init_completion(&entry.done);
	thread = kthread_create(make_entry, &entry, "pfnkunit/appear");
	if (IS_ERR(thread))
		return VM_FAULT_OOM;
	kthread_bind(thread, cpumask_any_but(cpu_online_mask, here));
	wake_up_process(thread);
	wait_for_completion(&entry.locked);
	ret = user_fault(us, addr, flags);
	wait_for_completion(&entry.done);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_while_appears);

static int make_old(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	spinlock_t *ptl;	/* of @pte */
	pte_t *pte = get_locked_pte(vma->vm_mm, addr, &ptl);
	pte_t old;

	if (!pte)
		return -ENOMEM;
	__acquire(ptl);
	old = pte_mkold(ptep_get_and_clear(vma->vm_mm, addr, pte));
	set_pte_at(vma->vm_mm, addr, pte, old);
	pte_unmap_unlock(pte, ptl);
	return 0;
}

void user_make_old(struct user_space *us, unsigned long addr)
{
	user_call_locked(us, addr, make_old, NULL);
}
EXPORT_SYMBOL_IF_KUNIT(user_make_old);

vm_fault_t user_fault_as(struct user_space *as, struct user_space *us,
			 unsigned long addr, unsigned int flags)
{
	struct vm_area_struct *vma;
	vm_fault_t ret = VM_FAULT_SIGSEGV;

	kthread_use_mm(as->mm);
	mmap_read_lock(us->mm);
	vma = vma_lookup(us->mm, addr);
	if (vma)
		ret = handle_mm_fault(vma, addr, flags | FAULT_FLAG_REMOTE,
				      NULL);
	if (!(ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		mmap_read_unlock(us->mm);
	kthread_unuse_mm(as->mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_as);

int user_fixup_fault(struct user_space *us, unsigned long addr,
		     unsigned int flags, bool *unlocked)
{
	int ret;

	kthread_use_mm(us->mm);
	mmap_read_lock(us->mm);
	ret = fixup_user_fault(us->mm, addr, flags, unlocked);
	mmap_read_unlock(us->mm);
	kthread_unuse_mm(us->mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fixup_fault);

int user_force_page(struct user_space *as, struct user_space *us,
		    unsigned long addr, bool pin,
		    void (*written)(struct page *page, void *data), void *data)
{
	unsigned int flags = FOLL_WRITE | FOLL_FORCE;
	struct page *page;
	long ret;

	kthread_use_mm(as->mm);
	mmap_read_lock(us->mm);
	if (pin)
		ret = compat_pin_user_pages_remote(us->mm, addr, 1, flags,
						   &page);
	else
		ret = compat_get_user_pages_remote(us->mm, addr, 1, flags,
						   &page);
	mmap_read_unlock(us->mm);
	kthread_unuse_mm(as->mm);
	if (ret != 1)
		return ret ?: -ENOENT;

	if (written)
		written(page, data);
	if (pin)
		unpin_user_page(page);
	else
		put_page(page);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(user_force_page);
