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

static int errand_run(unsigned int cpu, int (*fn)(void *data), void *data)
{
	struct errand errand = { .fn = fn, .data = data };
	bool bound = cpu < nr_cpu_ids;
	struct task_struct *thread;

	init_completion(&errand.done);
	thread = kthread_create_on_node(errand_thread, &errand,
					bound ? cpu_to_node(cpu) : NUMA_NO_NODE,
					"pfnkunit/%d", bound ? (int)cpu : -1);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	if (bound)
		kthread_bind(thread, cpu);
	wake_up_process(thread);
	wait_for_completion(&errand.done);
	return errand.ret;
}

int free_thread_run(int (*fn)(void *data), void *data)
{
	return errand_run(nr_cpu_ids, fn, data);
}
EXPORT_SYMBOL_IF_KUNIT(free_thread_run);

int cpu_thread_run(unsigned int cpu, int (*fn)(void *data), void *data)
{
	return errand_run(cpu, fn, data);
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
