/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A user address space that belongs to one test case.
 *
 * Every function below attaches the calling kthread to the mm only while it
 * runs, so that no assertion can end a case in between: what is left of the
 * case is then one mm without users, which KUnit's clean-up drops.
 */
#ifndef PFNKUNIT_USER_SPACE_H
#define PFNKUNIT_USER_SPACE_H

#include <kunit/test.h>
#include <linux/mm.h>

#include "balance.h"

/**
 * struct user_space - an mm of the test's own
 * @mm: the address space; NULL once destroyed, or before a fork has made it
 */
struct user_space {
	struct mm_struct *mm;
};

/**
 * user_space_create() - Make an empty user address space.
 * @test: the test it lives as long as
 *
 * Return: the address space. Fails the test when there is no memory.
 */
struct user_space *user_space_create(struct kunit *test);

/**
 * user_space_fork() - Fork it.
 * @test: the test the child lives as long as
 * @us: the parent
 *
 * A real fork: what the kernel does with a vma then, it does here. See
 * needs_mm_exports().
 *
 * Return: the child's address space. Fails the test when there is no memory.
 */
struct user_space *user_space_fork(struct kunit *test, struct user_space *us);

/**
 * user_space_enter() - Attach the calling thread to an address space.
 * @us: the address space
 *
 * Return: what the thread holds, for user_space_leave().
 */
struct balance user_space_enter(struct user_space *us);

/**
 * user_space_leave() - Detach it again.
 * @us: the address space
 * @before: what user_space_enter() returned
 *
 * Fails the running test if the thread holds more or less now: mm has to give
 * back the locks that it takes.
 */
void user_space_leave(struct user_space *us, struct balance before);

/**
 * user_space_reserve() - Make room for one that is to come from a fork.
 * @test: the test it lives as long as
 *
 * Return: an address space that has no mm yet.
 */
struct user_space *user_space_reserve(struct kunit *test);

/**
 * user_space_fork_to() - Fork, where a fork may fail.
 * @child: from user_space_reserve(); gets the child's mm, none on failure
 * @us: the parent
 *
 * Allocates nothing but what the fork allocates.
 *
 * Return: 0 or what fork(2) failed with.
 */
int user_space_fork_to(struct user_space *child, struct user_space *us);

/**
 * user_space_destroy() - Tear it down before the test ends, as an exit does.
 * @test: the test that made it
 * @us: the address space; may not be used afterwards
 *
 * For cases that look at what exit_mmap() leaves behind.
 */
void user_space_destroy(struct kunit *test, struct user_space *us);

/**
 * user_mmap() - mmap(2), through the real path.
 * @us: where
 * @file: file to map, or NULL for anonymous memory
 * @nr_pages: length in pages
 * @prot: PROT_*
 * @flags: MAP_*
 * @pgoff: offset in pages
 *
 * Return: the address, or a negative errno for which IS_ERR_VALUE() holds.
 */
unsigned long user_mmap(struct user_space *us, struct file *file,
			unsigned long nr_pages, unsigned long prot,
			unsigned long flags, unsigned long pgoff);

/**
 * user_mmap_at() - The same at a chosen address.
 * @us: where
 * @addr: page aligned address; a hint unless @flags has MAP_FIXED
 * @file: file to map, or NULL for anonymous memory
 * @nr_pages: length in pages
 * @prot: PROT_*
 * @flags: MAP_*
 * @pgoff: offset in pages
 *
 * Return: the address, or a negative errno for which IS_ERR_VALUE() holds.
 */
unsigned long user_mmap_at(struct user_space *us, unsigned long addr,
			   struct file *file, unsigned long nr_pages,
			   unsigned long prot, unsigned long flags,
			   unsigned long pgoff);

/**
 * user_table_boundary() - Find a place for a mapping in several page tables.
 * @test: the test to fail if there is none
 * @us: where
 *
 * Return: an address at which a page table begins; at least PMD_SIZE bytes are
 * free before it, and twice as many behind it.
 */
unsigned long user_table_boundary(struct kunit *test, struct user_space *us);

/**
 * user_munmap() - munmap(2).
 * @us: where
 * @addr: page aligned start
 * @nr_pages: length in pages
 *
 * Return: 0 or a negative errno.
 */
int user_munmap(struct user_space *us, unsigned long addr,
		unsigned long nr_pages);

/**
 * user_read() - Read a word at a user address, by a real exception if unmapped.
 * @us: where
 * @addr: aligned address
 * @word: what was read; unchanged on failure
 *
 * Return: 0 or -EFAULT, as get_user().
 */
int user_read(struct user_space *us, unsigned long addr, unsigned long *word);

/**
 * user_write() - Write a word at a user address, by a real exception if needed.
 * @us: where
 * @addr: aligned address
 * @word: what to write
 *
 * Return: 0 or -EFAULT, as put_user().
 */
int user_write(struct user_space *us, unsigned long addr, unsigned long word);

/**
 * user_copy_out() - Copy a range out of user memory.
 * @us: where
 * @to: kernel buffer
 * @addr: user address
 * @len: bytes
 *
 * Return: 0 or -EFAULT.
 */
int user_copy_out(struct user_space *us, void *to, unsigned long addr,
		  size_t len);

/**
 * user_copy_in() - Copy a range into user memory.
 * @us: where
 * @addr: user address
 * @from: kernel buffer
 * @len: bytes
 *
 * Return: 0 or -EFAULT.
 */
int user_copy_in(struct user_space *us, unsigned long addr, const void *from,
		 size_t len);

/**
 * user_fault() - Call handle_mm_fault() for an address, without an exception.
 * @us: where
 * @addr: the address; there must be a vma
 * @flags: FAULT_FLAG_*
 *
 * Takes mmap_lock for reading, and finds it dropped, as callers of
 * handle_mm_fault() do, after VM_FAULT_RETRY and VM_FAULT_COMPLETED; but never
 * with FAULT_FLAG_RETRY_NOWAIT.
 *
 * Return: what handle_mm_fault() returned, VM_FAULT_SIGSEGV where no vma is.
 */
vm_fault_t user_fault(struct user_space *us, unsigned long addr,
		      unsigned int flags);

/**
 * user_lock_is_held() - Has a function left mmap_lock to be given back?
 * @us: where; no other thread has the lock
 *
 * Fails the running test if not.
 *
 * Return: true if so.
 */
bool user_lock_is_held(struct user_space *us);

/**
 * EXPECT_VM_FAULT() - A fault gave just this result.
 * @test: the test to fail if not
 * @got: what user_fault() or a function for handlers returned
 * @want: VM_FAULT_*
 *
 * KUNIT_EXPECT_EQ() would make numbers of them, which sparse objects to.
 */
#define EXPECT_VM_FAULT(test, got, want)			\
	KUNIT_EXPECT_EQ(test, (__force unsigned int)(got),	\
			(__force unsigned int)(want))

/**
 * struct vma_view - what a case may want to know of a vma, copied
 * @start: first address
 * @end: first address behind it
 * @pgoff: vm_pgoff
 * @flags: vm_flags
 * @has_anon_vma: there is an anon_vma
 */
struct vma_view {
	unsigned long start;
	unsigned long end;
	unsigned long pgoff;
	unsigned long flags;
	bool has_anon_vma;
};

/**
 * user_vma() - Look up the vma at an address.
 * @us: where
 * @addr: the address
 * @view: filled in if there is a vma
 *
 * Return: true if there is a vma at @addr.
 */
bool user_vma(struct user_space *us, unsigned long addr, struct vma_view *view);

/**
 * user_call_locked() - Call a function with the vma of an address.
 * @us: where
 * @addr: the address
 * @fn: called with the mm attached and its mmap_lock held for reading
 * @data: for @fn
 *
 * Return: what @fn returned, or -ENOENT without a vma.
 */
int user_call_locked(struct user_space *us, unsigned long addr,
		     int (*fn)(struct vm_area_struct *vma, unsigned long addr,
			       void *data),
		     void *data);

#endif /* PFNKUNIT_USER_SPACE_H */
