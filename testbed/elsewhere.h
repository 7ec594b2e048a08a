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
 * struct elsewhere - a thread on another CPU
 * @ready: it completes this when its part can begin
 * @done: it ends by kthread_complete_and_exit() of this
 */
struct elsewhere {
	struct completion ready;
	struct completion done;
};

/**
 * elsewhere_start() - Start a thread on another CPU than this, until it is ready.
 * @other: the thread
 * @fn: what it does
 * @data: for @fn
 *
 * The caller stays on its own CPU until elsewhere_wait(), or might wake behind
 * the thread that waits for it. See needs_cpus().
 *
 * Return: true, or false without a thread.
 */
bool elsewhere_start(struct elsewhere *other, int (*fn)(void *data), void *data);

/**
 * elsewhere_wait() - Wait for its end.
 * @other: the thread
 */
void elsewhere_wait(struct elsewhere *other);

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
