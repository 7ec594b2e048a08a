// SPDX-License-Identifier: GPL-2.0
/*
 * A thread on another CPU.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/smp.h>

#include "elsewhere.h"

bool elsewhere_start(struct elsewhere *other, int (*fn)(void *data), void *data)
{
	struct task_struct *thread = kthread_create(fn, data, "pfnkunit/other");

	if (IS_ERR(thread))
		return false;
	init_completion(&other->ready);
	init_completion(&other->done);
	migrate_disable();
	kthread_bind(thread, cpumask_any_but(cpu_online_mask, smp_processor_id()));
	wake_up_process(thread);
	wait_for_completion(&other->ready);
	return true;
}

void elsewhere_wait(struct elsewhere *other)
{
	wait_for_completion(&other->done);
	migrate_enable();
}
