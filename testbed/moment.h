/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A moment in the middle of a kernel function: when it calls ioremap_prot(), and
 * a kprobe has it come by us first. Always the same moment, and one CPU is enough.
 */
#ifndef PFNKUNIT_MOMENT_H
#define PFNKUNIT_MOMENT_H

#include <kunit/test.h>
#include <linux/types.h>

/* Elsewhere ioremap_prot() may be inline: arm64's is. */
#define HAVE_MOMENTS (IS_ENABLED(CONFIG_KPROBES) && IS_ENABLED(CONFIG_X86))

/**
 * struct moment - what is to happen then
 * @fn: called before the first call goes on; may sleep
 * @data: for @fn
 * @nr_calls: how many calls there were
 * @task: whose calls count
 */
struct moment {
	void (*fn)(void *data);
	void *data;
	unsigned int nr_calls;
	struct task_struct *task;
};

/**
 * needs_moments() - Kprobes.
 * @test: the test
 */
static inline void needs_moments(struct kunit *test)
{
	if (!HAVE_MOMENTS)
		kunit_skip(test, "needs CONFIG_KPROBES, see configs/kprobes.config (x86)");
}

/**
 * moment_await() - From now on, until moment_forget().
 * @moment: @fn and @data; the calling thread's calls count. There is only one at
 *	a time.
 *
 * Return: 0 or a negative errno.
 */
int moment_await(struct moment *moment);

/**
 * moment_forget() - No longer.
 */
void moment_forget(void);

#endif /* PFNKUNIT_MOMENT_H */
