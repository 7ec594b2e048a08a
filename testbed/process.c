// SPDX-License-Identifier: GPL-2.0
/*
 * A process that has the test's address space.
 */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/sched.h>

#include "compat.h"
#include "process.h"
#include "syscalls.h"

static void process_stop(void *data)
{
	struct process *p = data;

	holder_stop(&p->holder);
}

struct process *process_create(struct kunit *test, struct user_space *us)
{
	struct process *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->holder.mm = us->mm;
	KUNIT_ASSERT_EQ(test, 0, holder_start(&p->holder));
	p->pid = task_pid_nr(p->holder.task);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, process_stop, p));
	return p;
}
EXPORT_SYMBOL_IF_KUNIT(process_create);

int process_pidfd(struct kunit *test, struct process *p)
{
	struct user_space us = { .mm = p->holder.mm };

	return test_owns_fd(test, user_syscall(&us, pidfd_open, p->pid, 0));
}
EXPORT_SYMBOL_IF_KUNIT(process_pidfd);

static void close_fd_now(void *data)
{
	close_fd((unsigned long)data);
	flush_delayed_fput();
}

int test_owns_fd(struct kunit *test, long fd)
{
	KUNIT_ASSERT_GE(test, fd, 0L);
	/* All kthreads have the same file descriptors. */
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, close_fd_now,
						  (void *)fd));
	return fd;
}
EXPORT_SYMBOL_IF_KUNIT(test_owns_fd);
