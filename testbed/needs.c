// SPDX-License-Identifier: GPL-2.0
/*
 * What a case needs of the machine.
 */
#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/topology.h>

#include "compat.h"
#include "exports.h"
#include "needs.h"

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

void needs_pte_special(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL))
		kunit_skip(test, "needs an architecture with pte_special");
}
EXPORT_SYMBOL_IF_KUNIT(needs_pte_special);

void needs_mm_exports(struct kunit *test)
{
	if (!HAVE_MM_EXPORTS)
		kunit_skip(test, "needs a kernel with MM_PFNMAP_TESTBED_EXPORTS");
}
EXPORT_SYMBOL_IF_KUNIT(needs_mm_exports);

void needs_mmap_prepare(struct kunit *test)
{
	if (!COMPAT_HAS_MMAP_PREPARE)
		kunit_skip(test, "needs f_op->mmap_prepare with remap action (Linux 7.3)");
}
EXPORT_SYMBOL_IF_KUNIT(needs_mmap_prepare);

void needs_reachable(struct kunit *test, const struct frames *frames)
{
	if (!frames_reachable(frames))
		kunit_skip(test, "needs memory without struct page, see pfnmap_testbed.pageless");
}
EXPORT_SYMBOL_IF_KUNIT(needs_reachable);
