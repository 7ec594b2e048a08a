// SPDX-License-Identifier: GPL-2.0
/*
 * fork() for a kthread. Always built in, as exports.c: modules cannot fork.
 */
#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/signal.h>

#include "fork.h"

/* All that is wanted of the child is its mm. */
static int child(void *data)
{
	struct mm_struct **mm = data;

	mmget(current->mm);
	*mm = current->mm;
	do_exit(0);
}

struct mm_struct *fork_mm(void)
{
	struct mm_struct *mm = NULL;
	struct kernel_clone_args args = {
		.flags = CLONE_UNTRACED,
		.exit_signal = SIGCHLD,
		.fn = child,
		.fn_arg = &mm,
	};
	int status;
	pid_t pid;

	/* A kthread ignores SIGCHLD: its children cannot be waited for. */
	kernel_sigaction(SIGCHLD, SIG_DFL);
	pid = kernel_clone(&args);
	if (pid > 0)
		kernel_wait(pid, &status);
	kernel_sigaction(SIGCHLD, SIG_IGN);
	return pid < 0 ? ERR_PTR(pid) : mm;
}
EXPORT_SYMBOL_IF_KUNIT(fork_mm);

/* Signals do not end the sleep: a holder that was killed stays to be looked at. */
static int hold(void *data)
{
	struct holder *h = data;

	/* A kthread ignores SIGKILL too; a process does not. */
	flush_signal_handlers(current, 1);
	h->task = get_task_struct(current);
	complete(&h->up);
	wait_for_completion(&h->leave);
	do_exit(0);
}

/* Cases begin and end on different threads: this one is there all the time. */
static int wait_for_holder(void *data)
{
	struct holder *h = data;
	struct kernel_clone_args args = {
		.flags = CLONE_VM | CLONE_UNTRACED,
		.exit_signal = SIGCHLD,
		.fn = hold,
		.fn_arg = h,
	};
	int status;
	pid_t pid;

	kernel_sigaction(SIGCHLD, SIG_DFL);
	kthread_use_mm(h->mm);
	pid = kernel_clone(&args);
	kthread_unuse_mm(h->mm);
	complete(&h->alone);
	if (pid > 0)
		kernel_wait(pid, &status);
	else
		complete(&h->up);
	complete(&h->gone);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

int holder_start(struct holder *h)
{
	struct task_struct *parent;

	init_completion(&h->up);
	init_completion(&h->alone);
	init_completion(&h->leave);
	init_completion(&h->gone);
	parent = kthread_run(wait_for_holder, h, "holder_parent");
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	h->parent = parent;
	wait_for_completion(&h->up);
	/* Or mm may meet a kthread that shares the address space. */
	wait_for_completion(&h->alone);
	if (h->task)
		return 0;
	kthread_stop(parent);
	return -EAGAIN;
}
EXPORT_SYMBOL_IF_KUNIT(holder_start);

void holder_stop(struct holder *h)
{
	complete(&h->leave);
	/* kthread_stop() would end the wait for the process. */
	wait_for_completion(&h->gone);
	kthread_stop(h->parent);
	put_task_struct(h->task);
}
EXPORT_SYMBOL_IF_KUNIT(holder_stop);
