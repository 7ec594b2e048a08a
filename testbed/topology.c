// SPDX-License-Identifier: GPL-2.0
/*
 * What the running kernel says of memory nodes and CPUs, and where pages are due.
 */
#include <linux/cpumask.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/topology.h>

#include "compat.h"
#include "topology.h"

int topology_home(unsigned int cpu)
{
	int nid = cpu_to_mem(cpu);

	return node_state(nid, N_MEMORY) ? nid : topology_fallback(nid, 0);
}
EXPORT_SYMBOL_IF_KUNIT(topology_home);

static bool comes_before(int from, int one, int other)
{
	int near = node_distance(from, one), far = node_distance(from, other);

	if (one == from || other == from)
		return one == from;
	return near < far || (near == far && one < other);
}

unsigned int topology_rank(int from, int nid)
{
	unsigned int rank = 0;
	int other;

	for_each_node_state(other, N_MEMORY)
		rank += other != nid && comes_before(from, other, nid);
	return rank;
}
EXPORT_SYMBOL_IF_KUNIT(topology_rank);

int topology_fallback(int from, unsigned int rank)
{
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		if (topology_rank(from, nid) == rank)
			return nid;
	}
	return NUMA_NO_NODE;
}
EXPORT_SYMBOL_IF_KUNIT(topology_fallback);

unsigned int topology_cpu_at_home(int nid)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (topology_home(cpu) == nid)
			return cpu;
	}
	return nr_cpu_ids;
}
EXPORT_SYMBOL_IF_KUNIT(topology_cpu_at_home);

int topology_pfn_node(unsigned long pfn)
{
	if (pfn_valid(pfn))
		return page_to_nid(pfn_to_page(pfn));
	return phys_to_target_node(PFN_PHYS(pfn));
}
EXPORT_SYMBOL_IF_KUNIT(topology_pfn_node);

void needs_memory_nodes(struct kunit *test, unsigned int nr)
{
	unsigned int have = num_node_state(N_MEMORY);

	if (have < nr)
		kunit_skip(test, "needs %u nodes with memory, has %u", nr, have);
}
EXPORT_SYMBOL_IF_KUNIT(needs_memory_nodes);

void needs_homes(struct kunit *test, unsigned int nr)
{
	unsigned int have = 0;
	int nid;

	for_each_node_state(nid, N_MEMORY)
		have += topology_cpu_at_home(nid) < nr_cpu_ids;
	if (have < nr)
		kunit_skip(test, "needs CPUs at home on %u nodes, has them on %u",
			   nr, have);
}
EXPORT_SYMBOL_IF_KUNIT(needs_homes);

int needs_memory_without_cpu(struct kunit *test)
{
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		if (!node_state(nid, N_CPU))
			return nid;
	}
	kunit_skip(test, "needs a node with memory and no CPU");
	return NUMA_NO_NODE;
}
EXPORT_SYMBOL_IF_KUNIT(needs_memory_without_cpu);

unsigned int needs_cpu_without_memory(struct kunit *test)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (!node_state(cpu_to_node(cpu), N_MEMORY))
			return cpu;
	}
	kunit_skip(test, "needs a CPU on a node without memory");
	return nr_cpu_ids;
}
EXPORT_SYMBOL_IF_KUNIT(needs_cpu_without_memory);
