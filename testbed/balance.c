// SPDX-License-Identifier: GPL-2.0
/*
 * Locks that mm must have given back when it returns to the test.
 */
#include <kunit/test.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "balance.h"
#include "compat.h"

struct balance balance_note(void)
{
	return (struct balance){
		.preempt = preempt_count(),
		.rcu = rcu_preempt_depth(),
	};
}
EXPORT_SYMBOL_IF_KUNIT(balance_note);

bool balance_kept(const struct balance *before)
{
	struct balance now = balance_note();

	return now.preempt == before->preempt && now.rcu == before->rcu;
}
EXPORT_SYMBOL_IF_KUNIT(balance_kept);

void expect_balance(const struct balance *before)
{
	struct balance now = balance_note();
	int preempt;

	if (balance_kept(before))
		return;

	/* A report must be able to sleep. The lock stays as it is. */
	for (preempt = now.preempt; preempt < before->preempt; preempt++)
		preempt_disable();
	for (; preempt > before->preempt; preempt--)
		preempt_enable();
	if (current->kunit_test)
		KUNIT_FAIL(current->kunit_test,
			   "%d more locks are held than before, %d more RCU read-side sections",
			   now.preempt - before->preempt, now.rcu - before->rcu);
}
EXPORT_SYMBOL_IF_KUNIT(expect_balance);
