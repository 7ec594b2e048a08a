// SPDX-License-Identifier: GPL-2.0
/*
 * Run something on a chosen CPU or memory node.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/topology.h>

#include "compat.h"
#include "node_thread.h"

struct errand {
	int (*fn)(void *data);
	void *data;
	int ret;
	struct completion done;
};

static int errand_thread(void *data)
{
	struct errand *errand = data;

	errand->ret = errand->fn(errand->data);
	/* Does not come back into what may be an unloaded module by then. */
	kthread_complete_and_exit(&errand->done, 0);
}

int cpu_thread_run(unsigned int cpu, int (*fn)(void *data), void *data)
{
	struct errand errand = { .fn = fn, .data = data };
	struct task_struct *thread;

	init_completion(&errand.done);
	thread = kthread_create_on_node(errand_thread, &errand,
					cpu_to_node(cpu), "pfnkunit/%u", cpu);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	kthread_bind(thread, cpu);
	wake_up_process(thread);
	wait_for_completion(&errand.done);
	return errand.ret;
}
EXPORT_SYMBOL_IF_KUNIT(cpu_thread_run);

int node_thread_run(int nid, int (*fn)(void *data), void *data)
{
	unsigned int cpu = cpumask_any_and(cpumask_of_node(nid),
					   cpu_online_mask);

	if (cpu >= nr_cpu_ids)
		return -ENODEV;
	return cpu_thread_run(cpu, fn, data);
}
EXPORT_SYMBOL_IF_KUNIT(node_thread_run);
