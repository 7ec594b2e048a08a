// SPDX-License-Identifier: GPL-2.0
/*
 * What a case needs of the machine.
 */
#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/topology.h>

#include "compat.h"
#include "needs.h"
#include "syscalls_builtin.h"

void needs_numa_nodes(struct kunit *test, unsigned int nr)
{
	unsigned int have = 0;
	int nid;

	for_each_node_state(nid, N_MEMORY)
		have += cpumask_intersects(cpumask_of_node(nid),
					   cpu_online_mask);
	if (have < nr)
		kunit_skip(test, "needs %u memory nodes with a CPU, has %u",
			   nr, have);
}
EXPORT_SYMBOL_IF_KUNIT(needs_numa_nodes);

void needs_cpus(struct kunit *test, unsigned int nr)
{
	if (num_online_cpus() < nr)
		kunit_skip(test, "needs %u CPUs, has %u", nr,
			   num_online_cpus());
}
EXPORT_SYMBOL_IF_KUNIT(needs_cpus);

void needs_reachable(struct kunit *test, const struct frames *frames)
{
	if (!frames_reachable(frames))
		kunit_skip(test, "needs memory without struct page, see pfnmap_testbed.pageless");
}
EXPORT_SYMBOL_IF_KUNIT(needs_reachable);

void needs_syscalls(struct kunit *test)
{
	needs_mm_exports(test);
	if (!has_syscall_table)
		kunit_skip(test, "needs system calls from a kthread, see testbed/syscalls.c");
}
EXPORT_SYMBOL_IF_KUNIT(needs_syscalls);

#if defined(CONFIG_X86_64) && !defined(CONFIG_UML)
#include <asm/cpufeature.h>
#include <asm/processor.h>

unsigned long needs_pfn_limit(struct kunit *test)
{
	unsigned long limit = l1tf_pfn_limit();

	if (!boot_cpu_has_bug(X86_BUG_L1TF))
		kunit_skip(test, "needs a CPU with the L1TF bug");
	KUNIT_ASSERT_FALSE(test, pfn_valid(limit));
	return limit;
}
#else
unsigned long needs_pfn_limit(struct kunit *test)
{
	kunit_skip(test, "needs a CPU with the L1TF bug (x86)");
	return 0;
}
#endif
EXPORT_SYMBOL_IF_KUNIT(needs_pfn_limit);
