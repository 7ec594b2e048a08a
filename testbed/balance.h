/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Locks that mm must have given back when it returns to the test.
 */
#ifndef PFNKUNIT_BALANCE_H
#define PFNKUNIT_BALANCE_H

#include <linux/types.h>

/**
 * struct balance - what the calling thread held at a moment
 * @preempt: preempt_count(): each spinlock counts, where the kernel counts them
 * @rcu: depth of RCU read-side sections, where the kernel counts these
 */
struct balance {
	int preempt;
	int rcu;
};

/**
 * balance_note() - Take down what the calling thread holds.
 *
 * Return: that, for balance_kept() and expect_balance().
 */
struct balance balance_note(void);

/**
 * balance_kept() - Does the calling thread hold just as much as before?
 * @before: what it held
 *
 * Return: true if so, or if nobody counts: see CONFIG_PREEMPT_COUNT.
 */
bool balance_kept(const struct balance *before);

/**
 * expect_balance() - The calling thread holds just as much as before.
 * @before: what it held
 *
 * If not, the test fails whose thread this is, and is told so at once: the next
 * to want the lock may wait for ever. The functions of user_space.h ask this
 * for all that mm does in them.
 */
void expect_balance(const struct balance *before);

#endif /* PFNKUNIT_BALANCE_H */
