// SPDX-License-Identifier: GPL-2.0
/*
 * A moment in the middle of a kernel function.
 */
#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/io.h>
#include <linux/kprobes.h>
#include <linux/sched.h>

#include "compat.h"
#include "moment.h"

#if HAVE_MOMENTS

static struct moment *awaited;
static bool passing_on;	/* the call is ours */

static void __iomem *ioremap_later(resource_size_t phys, unsigned long size,
				   compat_ioremap_mode mode)
{
	void __iomem *mapped;

	awaited->fn(awaited->data);
	passing_on = true;
	mapped = ioremap_prot(phys, size, mode);
	passing_on = false;
	return mapped;
}

/* Documentation/trace/kprobes.rst, "Changing Execution Path". */
static int called(struct kprobe *probe, struct pt_regs *regs)
{
	if (current != awaited->task || passing_on || awaited->nr_calls++)
		return 0;
	instruction_pointer_set(regs, (unsigned long)ioremap_later);
	return 1;
}
NOKPROBE_SYMBOL(called);

/* A probe that has one is not optimized; an optimized one cannot change the path. */
static void call_was_passed_on(struct kprobe *probe, struct pt_regs *regs,
			       unsigned long flags)
{
}
NOKPROBE_SYMBOL(call_was_passed_on);

static struct kprobe probe;

int moment_await(struct moment *moment)
{
	moment->nr_calls = 0;
	moment->task = current;
	awaited = moment;
	probe = (struct kprobe){
		.symbol_name = "ioremap_prot",
		.pre_handler = called,
		.post_handler = call_was_passed_on,
	};
	return register_kprobe(&probe);
}
EXPORT_SYMBOL_IF_KUNIT(moment_await);

void moment_forget(void)
{
	unregister_kprobe(&probe);
}
EXPORT_SYMBOL_IF_KUNIT(moment_forget);

#else

int moment_await(struct moment *moment)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_IF_KUNIT(moment_await);

void moment_forget(void)
{
}
EXPORT_SYMBOL_IF_KUNIT(moment_forget);

#endif
