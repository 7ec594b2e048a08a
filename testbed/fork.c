// SPDX-License-Identifier: GPL-2.0
/*
 * fork() for a kthread. Always built in, as exports.c: modules cannot fork.
 */
#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/kernel.h>
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
