/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other ways into handle_mm_fault() than an exception and user_fault().
 */
#ifndef PFNKUNIT_FAULTS_H
#define PFNKUNIT_FAULTS_H

#include <kunit/test.h>
#include <linux/completion.h>

#include "compat.h"
#include "user_space.h"

/**
 * needs_per_vma_lock() - Faults that take the lock of just one vma.
 * @test: the test
 */
static inline void needs_per_vma_lock(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_PER_VMA_LOCK))
		kunit_skip(test, "needs CONFIG_PER_VMA_LOCK, which needs SMP");
}

/**
 * needs_huge_faults() - vm_ops->huge_fault is called.
 * @test: the test
 */
static inline void needs_huge_faults(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) ||
	    !COMPAT_HAS_HUGE_FAULT_ORDER)
		kunit_skip(test, "needs vm_ops->huge_fault (transparent huge pages, Linux 6.6)");
}

/**
 * user_fault_under_vma_lock() - user_fault(), with FAULT_FLAG_VMA_LOCK.
 * @us: where
 * @addr: the address
 * @flags: FAULT_FLAG_* besides
 *
 * Holds the lock of the vma instead of mmap_lock, and finds it dropped, as
 * architectures do, after VM_FAULT_RETRY and VM_FAULT_COMPLETED. See
 * needs_per_vma_lock().
 *
 * Return: what handle_mm_fault() returned, VM_FAULT_SIGSEGV where no vma is.
 */
vm_fault_t user_fault_under_vma_lock(struct user_space *us, unsigned long addr,
				     unsigned int flags);

/**
 * user_fault_beside_a_writer() - The same, while mmap_lock is held for writing.
 * @us: where
 * @addr: the address
 * @flags: FAULT_FLAG_* besides
 *
 * Return: as user_fault_under_vma_lock().
 */
vm_fault_t user_fault_beside_a_writer(struct user_space *us, unsigned long addr,
				      unsigned int flags);

/**
 * user_fault_while_appears() - user_fault() of an entry that is just being made.
 * @us: where
 * @addr: the address; nothing is mapped there
 * @flags: FAULT_FLAG_*
 * @pfn: the frame that is mapped there once the fault waits for the page
 *	table's lock, which a thread on another CPU holds
 *
 * See needs_cpus() and needs_mm_exports().
 *
 * Return: what handle_mm_fault() returned; VM_FAULT_OOM without a thread.
 */
vm_fault_t user_fault_while_appears(struct user_space *us, unsigned long addr,
				    unsigned int flags, unsigned long pfn);

/**
 * user_call_beside_a_reader() - Do something while another CPU has the page.
 * @us: where
 * @addr: aligned address
 * @fn: what is done
 * @data: for @fn
 * @seen: what the other CPU sees afterwards, which had read there before; 0 if
 *	it cannot read there any more
 *
 * See needs_cpus().
 *
 * Return: as @fn, or a negative errno without a thread.
 */
int user_call_beside_a_reader(struct user_space *us, unsigned long addr,
			      int (*fn)(struct user_space *us,
					unsigned long addr, void *data),
			      void *data, unsigned long *seen);

/**
 * user_write_beside_a_reader() - user_write() while another CPU has the page.
 * @us: where
 * @addr: aligned address
 * @word: what to write
 * @seen: what the other CPU sees afterwards, which had read there before
 *
 * See needs_cpus().
 *
 * Return: as user_write(), or a negative errno without a thread.
 */
int user_write_beside_a_reader(struct user_space *us, unsigned long addr,
			       unsigned long word, unsigned long *seen);

/**
 * user_make_old() - Make an entry one that was not accessed for long.
 * @us: where
 * @addr: its address; a present entry must be there
 *
 * As reclaim does where it looks for what is not used. See needs_mm_exports().
 */
void user_make_old(struct user_space *us, unsigned long addr);

/**
 * user_make_clean() - Make an entry one that was not written to.
 * @us: where
 * @addr: its address; a present entry must be there
 *
 * As writeback and MADV_FREE do. See needs_mm_exports().
 */
void user_make_clean(struct user_space *us, unsigned long addr);

/**
 * user_fault_as() - user_fault(), by a thread of another address space.
 * @as: the address space that the thread has attached
 * @us: where
 * @addr: the address
 * @flags: FAULT_FLAG_* besides FAULT_FLAG_REMOTE
 *
 * Return: what handle_mm_fault() returned, VM_FAULT_SIGSEGV where no vma is.
 */
vm_fault_t user_fault_as(struct user_space *as, struct user_space *us,
			 unsigned long addr, unsigned int flags);

/**
 * user_fixup_fault() - fixup_user_fault().
 * @us: where
 * @addr: the address
 * @flags: FAULT_FLAG_*
 * @unlocked: set if mmap_lock was dropped in between; NULL to forbid that
 *
 * Return: 0 or a negative errno.
 */
int user_fixup_fault(struct user_space *us, unsigned long addr,
		     unsigned int flags, bool *unlocked);

/**
 * thread_pretend_killed() - Let the calling thread look as after a SIGKILL.
 * @killed: that, or as before again
 *
 * As long as it does, a wait that can be killed ends at once.
 */
void thread_pretend_killed(bool killed);

/**
 * user_force_page() - Get a page to write to it, as ptrace does.
 * @as: the address space that the calling thread has attached
 * @us: where
 * @addr: the address
 * @pin: by pin_user_pages_remote(), else by get_user_pages_remote(); with
 *	FOLL_WRITE and FOLL_FORCE
 * @written: called with the page while it is held, if there is one
 * @data: for @written
 *
 * Return: 0 or a negative errno.
 */
int user_force_page(struct user_space *as, struct user_space *us,
		    unsigned long addr, bool pin,
		    void (*written)(struct page *page, void *data), void *data);

#endif /* PFNKUNIT_FAULTS_H */
