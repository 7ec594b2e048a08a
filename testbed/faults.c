// SPDX-License-Identifier: GPL-2.0
/*
 * Other ways into handle_mm_fault() than an exception and user_fault().
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "elsewhere.h"
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

	before = user_space_enter(us);
	ret = fault_under_vma_lock(us->mm, addr, flags);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_under_vma_lock);

vm_fault_t user_fault_beside_a_writer(struct user_space *us, unsigned long addr,
				      unsigned int flags)
{
	vm_fault_t ret;
	struct balance before;

	before = user_space_enter(us);
	mmap_write_lock(us->mm);
	ret = fault_under_vma_lock(us->mm, addr, flags);
	mmap_write_unlock(us->mm);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_beside_a_writer);

/**
 * struct appearing - an entry that appears at the right moment
 * @us: where
 * @addr: its address
 * @pfn: its frame
 * @thread: who makes it; ready when its page table is locked
 */
struct appearing {
	struct user_space *us;
	unsigned long addr;
	unsigned long pfn;
	struct elsewhere thread;
};

static int make_entry(void *data)
{
	struct appearing *entry = data;
	struct mm_struct *mm = entry->us->mm;
	pgprot_t prot = vm_get_page_prot(VM_READ | VM_SHARED);
	spinlock_t *ptl;	/* of @pte, which the fault wants as well */
	pte_t *pte;

	mmap_read_lock(mm);
	pte = get_locked_pte(mm, entry->addr, &ptl);
	complete(&entry->thread.ready);
	if (pte) {
		__acquire(RCU);
		__acquire(ptl);
		elsewhere_await_contention(ptl);
		set_pte_at(mm, entry->addr, pte,
			   pte_mkspecial(pfn_pte(entry->pfn, prot)));
		pte_unmap_unlock(pte, ptl);
	}
	mmap_read_unlock(mm);
	kthread_complete_and_exit(&entry->thread.done, 0);
}

vm_fault_t user_fault_while_appears(struct user_space *us, unsigned long addr,
				    unsigned int flags, unsigned long pfn)
{
	struct appearing entry = { .us = us, .addr = addr, .pfn = pfn };
	vm_fault_t ret;

	if (!elsewhere_start(&entry.thread, make_entry, &entry))
		return VM_FAULT_OOM;
	ret = user_fault(us, addr, flags);
	elsewhere_wait(&entry.thread);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_while_appears);

/**
 * struct reader - a thread that reads before and after a write
 * @us: where
 * @addr: its address
 * @written: it is written
 * @seen: what was read then
 * @thread: itself; ready when it has read once
 */
struct reader {
	struct user_space *us;
	unsigned long addr;
	bool written;
	unsigned long seen;
	struct elsewhere thread;
};

static int read_twice(void *data)
{
	struct reader *reader = data;
	unsigned long __user *at = (unsigned long __user *)reader->addr;
	unsigned long spins = 0, word;

	kthread_use_mm(reader->us->mm);
	if (get_user(word, at))
		word = 0;
	complete(&reader->thread.ready);
	/* Not asleep, which might make the CPU forget what it knows. */
	while (!smp_load_acquire(&reader->written) && spins++ < 1UL << 26)
		cpu_relax();
	if (get_user(word, at))
		word = 0;
	reader->seen = word;
	kthread_unuse_mm(reader->us->mm);
	kthread_complete_and_exit(&reader->thread.done, 0);
}

int user_call_beside_a_reader(struct user_space *us, unsigned long addr,
			      int (*fn)(struct user_space *us,
					unsigned long addr, void *data),
			      void *data, unsigned long *seen)
{
	struct reader reader = { .us = us, .addr = addr };
	int ret;

	if (!elsewhere_start(&reader.thread, read_twice, &reader))
		return -ENOMEM;
	ret = fn(us, addr, data);
	/* Pairs with smp_load_acquire() in read_twice(). */
	smp_store_release(&reader.written, true);
	elsewhere_wait(&reader.thread);
	*seen = reader.seen;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_call_beside_a_reader);

static int write_word(struct user_space *us, unsigned long addr, void *data)
{
	return user_write(us, addr, *(unsigned long *)data);
}

int user_write_beside_a_reader(struct user_space *us, unsigned long addr,
			       unsigned long word, unsigned long *seen)
{
	return user_call_beside_a_reader(us, addr, write_word, &word, seen);
}
EXPORT_SYMBOL_IF_KUNIT(user_write_beside_a_reader);

/* What is done to an entry behind everybody's back. */
enum mark {
	MAKE_OLD,
	MAKE_CLEAN,
};

static int make_mark(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	enum mark *mark = data;
	spinlock_t *ptl;	/* of @pte */
	pte_t *pte = get_locked_pte(vma->vm_mm, addr, &ptl);
	pte_t entry;

	if (!pte)
		return -ENOMEM;
	__acquire(ptl);
	entry = ptep_get_and_clear(vma->vm_mm, addr, pte);
	entry = *mark == MAKE_OLD ? pte_mkold(entry) : pte_mkclean(entry);
	set_pte_at(vma->vm_mm, addr, pte, entry);
	pte_unmap_unlock(pte, ptl);
	return 0;
}

void user_make_old(struct user_space *us, unsigned long addr)
{
	user_call_locked(us, addr, make_mark, &(enum mark){ MAKE_OLD });
}
EXPORT_SYMBOL_IF_KUNIT(user_make_old);

void user_make_clean(struct user_space *us, unsigned long addr)
{
	user_call_locked(us, addr, make_mark, &(enum mark){ MAKE_CLEAN });
}
EXPORT_SYMBOL_IF_KUNIT(user_make_clean);

vm_fault_t user_fault_as(struct user_space *as, struct user_space *us,
			 unsigned long addr, unsigned int flags)
{
	struct vm_area_struct *vma;
	vm_fault_t ret = VM_FAULT_SIGSEGV;

	kthread_use_mm(as->mm);
	mmap_read_lock(us->mm);
	vma = vma_lookup(us->mm, addr);
	if (vma)
		ret = compat_handle_mm_fault(vma, addr,
					     flags | FAULT_FLAG_REMOTE);
	if (!(ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		mmap_read_unlock(us->mm);
	kthread_unuse_mm(as->mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault_as);

int user_fixup_fault(struct user_space *us, unsigned long addr,
		     unsigned int flags, bool *unlocked)
{
	struct balance before;
	int ret;

	before = user_space_enter(us);
	mmap_read_lock(us->mm);
	ret = fixup_user_fault(us->mm, addr, flags, unlocked);
	if (user_lock_is_held(us))
		mmap_read_unlock(us->mm);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fixup_fault);

void thread_pretend_killed(bool killed)
{
	struct sighand_struct *sighand =
		rcu_dereference_protected(current->sighand, true);

	spin_lock_irq(&sighand->siglock);
	if (killed)
		sigaddset(&current->pending.signal, SIGKILL);
	else
		sigdelset(&current->pending.signal, SIGKILL);
	recalc_sigpending();
	spin_unlock_irq(&sighand->siglock);
}
EXPORT_SYMBOL_IF_KUNIT(thread_pretend_killed);

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
