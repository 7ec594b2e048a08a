/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The half of syscalls.h that is always built in.
 */
#ifndef PFNKUNIT_SYSCALLS_BUILTIN_H
#define PFNKUNIT_SYSCALLS_BUILTIN_H

#include "exports.h"

struct mm_struct;

#if HAVE_MM_EXPORTS

/* Can system calls be called on this architecture? */
extern const bool has_syscall_table;

/**
 * mm_syscall() - A system call, with an address space attached to the kthread.
 * @mm: the address space
 * @nr: __NR_*
 * @args: its six arguments
 *
 * Return: what the system call returns.
 */
long mm_syscall(struct mm_struct *mm, unsigned int nr,
		const unsigned long args[6]);

#else

#define has_syscall_table false

static inline long mm_syscall(struct mm_struct *mm, unsigned int nr,
			      const unsigned long args[6])
{
	return -EOPNOTSUPP;
}

#endif

#endif /* PFNKUNIT_SYSCALLS_BUILTIN_H */
