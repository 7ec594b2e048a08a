// SPDX-License-Identifier: GPL-2.0
/*
 * NUMA balancing: what a program's own clock tick does to its mappings.
 */
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "compat.h"
#include "numa.h"

#ifdef CONFIG_NUMA_BALANCING
/* Each thread has the work prepared; the tick queues it for user threads only. */
void numa_scan(struct user_space *us)
{
	kthread_use_mm(us->mm);
	us->mm->numa_next_scan = jiffies;
	current->numa_work.func(&current->numa_work);
	kthread_unuse_mm(us->mm);
}
#else
void numa_scan(struct user_space *us)
{
}
#endif
EXPORT_SYMBOL_IF_KUNIT(numa_scan);
