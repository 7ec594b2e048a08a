// SPDX-License-Identifier: GPL-2.0
/*
 * Other ways into handle_mm_fault() than an exception and user_fault().
 */
#include <linux/kthread.h>
#include <linux/mm.h>

#include "compat.h"
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
	vm_fault_t ret;

	kthread_use_mm(us->mm);
	ret = fault_under_vma_lock(us->mm, addr, flags);
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
