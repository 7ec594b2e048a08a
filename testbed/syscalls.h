/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System calls on the test's own address space, for what a program can do to a
 * mapping and the kernel has no function for.
 */
#ifndef PFNKUNIT_SYSCALLS_H
#define PFNKUNIT_SYSCALLS_H

#include <asm/unistd.h>
#include <linux/mm.h>

#include "user_space.h"

/**
 * user_syscall_args() - A system call, with the address space attached.
 * @us: where
 * @nr: __NR_*
 * @args: its six arguments; pointers are user addresses in @us
 *
 * See needs_syscalls().
 *
 * Return: what the system call returns: a value, or a negative errno.
 */
long user_syscall_args(struct user_space *us, unsigned int nr,
		       const unsigned long args[6]);

/**
 * user_syscall() - The same, with as many arguments as there are.
 * @us: where
 * @name: the name of the system call, as in __NR_name
 * @args: its arguments
 */
#define user_syscall(us, name, args...)				\
	user_syscall_args(us, __NR_##name,			\
			  ((const unsigned long[6]) { args }))

static inline unsigned long user_mremap(struct user_space *us,
					unsigned long addr,
					unsigned long old_pages,
					unsigned long new_pages,
					unsigned long flags,
					unsigned long new_addr)
{
	return user_syscall(us, mremap, addr, old_pages << PAGE_SHIFT,
			    new_pages << PAGE_SHIFT, flags, new_addr);
}

static inline int user_mprotect(struct user_space *us, unsigned long addr,
				unsigned long nr_pages, unsigned long prot)
{
	return user_syscall(us, mprotect, addr, nr_pages << PAGE_SHIFT, prot);
}

static inline int user_madvise(struct user_space *us, unsigned long addr,
			       unsigned long nr_pages, int advice)
{
	return user_syscall(us, madvise, addr, nr_pages << PAGE_SHIFT, advice);
}

static inline int user_mlock(struct user_space *us, unsigned long addr,
			     unsigned long nr_pages)
{
	return user_syscall(us, mlock, addr, nr_pages << PAGE_SHIFT);
}

#endif /* PFNKUNIT_SYSCALLS_H */
