/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fork() for a kthread that has a user address space on.
 */
#ifndef PFNKUNIT_FORK_H
#define PFNKUNIT_FORK_H

#include <linux/completion.h>
#include <linux/err.h>

#include "exports.h"

struct mm_struct;
struct task_struct;

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

/**
 * struct holder - a process that shares an address space, and sleeps
 * @mm: the address space
 * @task: the process, with a reference
 * @up: it is there, or will never be
 * @alone: its parent has the address space no more
 * @leave: it may exit
 * @gone: it has exited
 * @parent: a kthread that waits for it
 */
struct holder {
	struct mm_struct *mm;
	struct task_struct *task;
	struct completion up;
	struct completion alone;
	struct completion leave;
	struct completion gone;
	struct task_struct *parent;
};

#if HAVE_MM_EXPORTS
/**
 * holder_start() - Start such a process.
 * @h: with its @mm set
 *
 * Return: 0 or a negative errno.
 */
int holder_start(struct holder *h);

/**
 * holder_stop() - Let it exit, and wait until it is gone.
 * @h: a holder that was started
 */
void holder_stop(struct holder *h);
#else
static inline int holder_start(struct holder *h)
{
	return -EOPNOTSUPP;
}

static inline void holder_stop(struct holder *h)
{
}
#endif

#endif /* PFNKUNIT_FORK_H */
