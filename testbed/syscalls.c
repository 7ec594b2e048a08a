// SPDX-License-Identifier: GPL-2.0
/*
 * System calls on the test's own address space. Always built in, as exports.c:
 * modules cannot reach the table of system calls.
 */
#include <kunit/visibility.h>
#include <linux/kthread.h>
#include <linux/ptrace.h>
#include <linux/string.h>

#include <asm/syscall.h>

#include "compat.h"
#include "exports.h"
#include "syscalls_builtin.h"

#ifdef CONFIG_UML
/* Its asm/syscall.h declares it since some time after 6.12 only. */
extern const sys_call_ptr_t sys_call_table[];
#endif

/* How the first six arguments get to a system call that takes registers. */
#if !defined(CONFIG_ARCH_HAS_SYSCALL_WRAPPER)
static long call(unsigned int nr, const unsigned long a[6])
{
	long (*function)(unsigned long a, unsigned long b, unsigned long c,
			 unsigned long d, unsigned long e, unsigned long f) =
		(void *)sys_call_table[nr];

	return function(a[0], a[1], a[2], a[3], a[4], a[5]);
}
#elif defined(CONFIG_X86_64)
static long call(unsigned int nr, const unsigned long a[6])
{
	const struct pt_regs regs = {
		.di = a[0], .si = a[1], .dx = a[2],
		.r10 = a[3], .r8 = a[4], .r9 = a[5],
	};

	return sys_call_table[nr](&regs);
}
#elif defined(CONFIG_ARM64)
static long call(unsigned int nr, const unsigned long a[6])
{
	/* The first one is where a restarted system call finds it, from 7.x. */
	const struct pt_regs regs = {
		.regs = { a[0], a[1], a[2], a[3], a[4], a[5] },
		.orig_x0 = a[0],
	};

	return sys_call_table[nr](&regs);
}
#else
static long call(unsigned int nr, const unsigned long a[6])
{
	return -EOPNOTSUPP;
}
#endif

const bool has_syscall_table = !IS_ENABLED(CONFIG_ARCH_HAS_SYSCALL_WRAPPER) ||
			       IS_ENABLED(CONFIG_X86_64) ||
			       IS_ENABLED(CONFIG_ARM64);
EXPORT_SYMBOL_IF_KUNIT(has_syscall_table);

long mm_syscall(struct mm_struct *mm, unsigned int nr,
		const unsigned long args[6])
{
	long ret;

	kthread_use_mm(mm);
	ret = call(nr, args);
	kthread_unuse_mm(mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(mm_syscall);
