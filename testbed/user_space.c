// SPDX-License-Identifier: GPL-2.0
/*
 * A user address space that belongs to one test case.
 */
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "fork.h"
#include "residue.h"
#include "syscalls.h"
#include "syscalls_builtin.h"
#include "user_space.h"

static void user_space_drop(void *data)
{
	struct user_space *us = data;
	struct balance before = balance_note();

	if (!us->mm)
		return;
	/* The only user: exit_mmap() runs here, not some time later. */
	residue_add(RESIDUE_MM, -1);
	residue_add(RESIDUE_MM_USER, atomic_read(&us->mm->mm_users) - 1);
	mmput(us->mm);
	us->mm = NULL;
	expect_balance(&before);
}

struct balance user_space_enter(struct user_space *us)
{
	kthread_use_mm(us->mm);
	return balance_note();
}
EXPORT_SYMBOL_IF_KUNIT(user_space_enter);

void user_space_leave(struct user_space *us, struct balance before)
{
	expect_balance(&before);
	kthread_unuse_mm(us->mm);
}
EXPORT_SYMBOL_IF_KUNIT(user_space_leave);

struct user_space *user_space_reserve(struct kunit *test)
{
	struct user_space *us = kunit_kzalloc(test, sizeof(*us), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, us);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, user_space_drop, us));
	return us;
}
EXPORT_SYMBOL_IF_KUNIT(user_space_reserve);

struct user_space *user_space_create(struct kunit *test)
{
	struct user_space *us = user_space_reserve(test);

	us->mm = mm_alloc();
	KUNIT_ASSERT_NOT_NULL(test, us->mm);
	residue_add(RESIDUE_MM, 1);

	/* As exec does, see setup_new_exec(). */
	us->mm->task_size = TASK_SIZE;
	arch_pick_mmap_layout(us->mm, &current->signal->rlim[RLIMIT_STACK]);
	return us;
}
EXPORT_SYMBOL_IF_KUNIT(user_space_create);

int user_space_fork_to(struct user_space *child, struct user_space *us)
{
	struct balance before;
	struct mm_struct *mm;

	before = user_space_enter(us);
	mm = fork_mm();
	user_space_leave(us, before);
	if (IS_ERR(mm))
		return PTR_ERR(mm);
	residue_add(RESIDUE_MM, 1);
	child->mm = mm;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(user_space_fork_to);

struct user_space *user_space_fork(struct kunit *test, struct user_space *us)
{
	struct user_space *child = user_space_reserve(test);

	KUNIT_ASSERT_EQ(test, 0, user_space_fork_to(child, us));
	return child;
}
EXPORT_SYMBOL_IF_KUNIT(user_space_fork);

void user_space_destroy(struct kunit *test, struct user_space *us)
{
	kunit_release_action(test, user_space_drop, us);
}
EXPORT_SYMBOL_IF_KUNIT(user_space_destroy);

unsigned long user_mmap(struct user_space *us, struct file *file,
			unsigned long nr_pages, unsigned long prot,
			unsigned long flags, unsigned long pgoff)
{
	return user_mmap_at(us, 0, file, nr_pages, prot, flags, pgoff);
}
EXPORT_SYMBOL_IF_KUNIT(user_mmap);

unsigned long user_mmap_at(struct user_space *us, unsigned long addr,
			   struct file *file, unsigned long nr_pages,
			   unsigned long prot, unsigned long flags,
			   unsigned long pgoff)
{
	struct balance before;

	if (!file)
		flags |= MAP_ANONYMOUS;
	before = user_space_enter(us);
	addr = vm_mmap(file, addr, nr_pages << PAGE_SHIFT, prot, flags,
		       pgoff << PAGE_SHIFT);
	user_space_leave(us, before);
	return addr;
}
EXPORT_SYMBOL_IF_KUNIT(user_mmap_at);

unsigned long user_table_boundary(struct kunit *test, struct user_space *us)
{
	unsigned long nr_pages = 4 * (PMD_SIZE >> PAGE_SHIFT);
	unsigned long addr = user_mmap(us, NULL, nr_pages, PROT_NONE,
				       MAP_PRIVATE | MAP_NORESERVE, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(us, addr, nr_pages));
	return ALIGN(addr, PMD_SIZE) + PMD_SIZE;
}
EXPORT_SYMBOL_IF_KUNIT(user_table_boundary);

int user_munmap(struct user_space *us, unsigned long addr,
		unsigned long nr_pages)
{
	struct balance before;
	int ret;

	before = user_space_enter(us);
	ret = vm_munmap(addr, nr_pages << PAGE_SHIFT);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_munmap);

int user_read(struct user_space *us, unsigned long addr, unsigned long *word)
{
	struct balance before;
	unsigned long got;
	int ret;

	before = user_space_enter(us);
	ret = get_user(got, (unsigned long __user *)addr);
	user_space_leave(us, before);
	if (!ret)
		*word = got;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_read);

int user_write(struct user_space *us, unsigned long addr, unsigned long word)
{
	struct balance before;
	int ret;

	before = user_space_enter(us);
	ret = put_user(word, (unsigned long __user *)addr);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_write);

int user_copy_out(struct user_space *us, void *to, unsigned long addr,
		  size_t len)
{
	struct balance before;
	unsigned long left;

	before = user_space_enter(us);
	left = copy_from_user(to, (void __user *)addr, len);
	user_space_leave(us, before);
	return left ? -EFAULT : 0;
}
EXPORT_SYMBOL_IF_KUNIT(user_copy_out);

int user_copy_in(struct user_space *us, unsigned long addr, const void *from,
		 size_t len)
{
	struct balance before;
	unsigned long left;

	before = user_space_enter(us);
	left = copy_to_user((void __user *)addr, from, len);
	user_space_leave(us, before);
	return left ? -EFAULT : 0;
}
EXPORT_SYMBOL_IF_KUNIT(user_copy_in);

/*
 * Is mmap_lock to be given back? Where nobody else has it, mm's word for it can
 * be checked, before one of both hangs.
 */
static bool lock_is_left(struct user_space *us, bool left)
{
	struct kunit *test = kunit_get_current_test();

	if (!test || left == rwsem_is_locked(&us->mm->mmap_lock))
		return left;
	KUNIT_FAIL(test, "mmap_lock is %s", left ? "gone" : "held");
	return !left;
}

bool user_lock_is_held(struct user_space *us)
{
	return lock_is_left(us, true);
}
EXPORT_SYMBOL_IF_KUNIT(user_lock_is_held);

vm_fault_t user_fault(struct user_space *us, unsigned long addr,
		      unsigned int flags)
{
	struct balance before;
	struct vm_area_struct *vma;
	vm_fault_t ret = VM_FAULT_SIGSEGV;
	bool left;

	/* A write fault on a raw frame is copied through the user address. */
	before = user_space_enter(us);
	mmap_read_lock(us->mm);
	vma = vma_lookup(us->mm, addr);
	if (vma)
		ret = compat_handle_mm_fault(vma, addr, flags);
	left = !(ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)) ||
	       flags & FAULT_FLAG_RETRY_NOWAIT;
	if (lock_is_left(us, left))
		mmap_read_unlock(us->mm);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_fault);

int user_call_locked(struct user_space *us, unsigned long addr,
		     int (*fn)(struct vm_area_struct *vma, unsigned long addr,
			       void *data),
		     void *data)
{
	struct balance before;
	struct vm_area_struct *vma;
	int ret = -ENOENT;

	before = user_space_enter(us);
	mmap_read_lock(us->mm);
	vma = vma_lookup(us->mm, addr);
	if (vma)
		ret = fn(vma, addr, data);
	mmap_read_unlock(us->mm);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_call_locked);

static int view_vma(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	struct vma_view *view = data;

	*view = (struct vma_view){
		.start = vma->vm_start,
		.end = vma->vm_end,
		.pgoff = vma->vm_pgoff,
		.flags = vma->vm_flags,
		.has_anon_vma = vma->anon_vma,
	};
	return 0;
}

long user_syscall_args(struct user_space *us, unsigned int nr,
		       const unsigned long args[6])
{
	struct balance before = balance_note();
	long ret = mm_syscall(us->mm, nr, args);

	expect_balance(&before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_syscall_args);

bool user_vma(struct user_space *us, unsigned long addr, struct vma_view *view)
{
	return !user_call_locked(us, addr, view_vma, view);
}
EXPORT_SYMBOL_IF_KUNIT(user_vma);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("Testbed of the raw-PFN mapping and mspec suites");
MODULE_LICENSE("GPL");
