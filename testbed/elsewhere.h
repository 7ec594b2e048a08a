/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A thread on another CPU, for what happens at the same time.
 */
#ifndef PFNKUNIT_ELSEWHERE_H
#define PFNKUNIT_ELSEWHERE_H

#include <linux/completion.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

/**
 * elsewhere_start() - Start a thread on another CPU than this.
 * @fn: what it does; it ends by kthread_complete_and_exit()
 * @data: for @fn
 *
 * The caller stays on its own CPU until elsewhere_wait(), or might wake behind
 * the thread that waits for it. See needs_cpus().
 *
 * Return: the thread, or NULL without one.
 */
struct task_struct *elsewhere_start(int (*fn)(void *data), void *data);

/**
 * elsewhere_wait() - Wait for its end.
 * @done: what it completes
 */
void elsewhere_wait(struct completion *done);

/**
 * elsewhere_await_contention() - Wait until another CPU wants a lock.
 * @lock: the lock, which the caller holds
 *
 * Bounded, so that the case ends where nobody takes it.
 */
static inline void elsewhere_await_contention(spinlock_t *lock)
{
	unsigned long spins = 0;

	while (!spin_is_contended(lock) && spins++ < 1UL << 26)
		cpu_relax();
}

#endif /* PFNKUNIT_ELSEWHERE_H */
