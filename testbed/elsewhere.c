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

struct task_struct *elsewhere_start(int (*fn)(void *data), void *data)
{
	struct task_struct *thread = kthread_create(fn, data, "pfnkunit/other");

	if (IS_ERR(thread))
		return NULL;
	migrate_disable();
	kthread_bind(thread, cpumask_any_but(cpu_online_mask, smp_processor_id()));
	wake_up_process(thread);
	return thread;
}

void elsewhere_wait(struct completion *done)
{
	wait_for_completion(done);
	migrate_enable();
}
