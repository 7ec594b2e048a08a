/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fork() for a kthread that has a user address space on.
 */
#ifndef PFNKUNIT_FORK_H
#define PFNKUNIT_FORK_H

#include <linux/err.h>

#include "exports.h"

struct mm_struct;

/**
 * fork_mm() - Fork, and keep only the child's address space.
 *
 * Forks the mm that the calling kthread has attached. The child process exits
 * at once and is gone on return.
 *
 * Return: the child's mm, of which the caller has the only reference, or an
 * ERR_PTR().
 */
#if HAVE_MM_EXPORTS
struct mm_struct *fork_mm(void);
#else
static inline struct mm_struct *fork_mm(void)
{
	return ERR_PTR(-EOPNOTSUPP);
}
#endif

#endif /* PFNKUNIT_FORK_H */
