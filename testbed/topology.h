/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the running kernel says of memory nodes and CPUs, and an oracle of our
 * own: on which node a page is due. Nothing is assumed of the machine.
 *
 * Only N_MEMORY, the CPU's node, and node_distance() are asked; the order is
 * not the page allocator's, which balances load between equal distances.
 */
#ifndef PFNKUNIT_TOPOLOGY_H
#define PFNKUNIT_TOPOLOGY_H

#include <kunit/test.h>

/**
 * topology_home() - The home node of a CPU: the memory nearest to it.
 * @cpu: the CPU; online
 *
 * That is the node of numa_mem_id() there. Without HAVE_MEMORYLESS_NODES, as on
 * x86, that node may have no memory; then it is the first of its fallbacks.
 *
 * Return: a node with memory.
 */
int topology_home(unsigned int cpu);

/**
 * topology_rank() - Where is a memory node in the order of fallback?
 * @from: the node that the order is for; with memory or not
 * @nid: a node with memory
 *
 * @from itself is first if it has memory. The others come by their distance
 * from it, and by number where that is equal.
 *
 * Return: how many memory nodes come before @nid.
 */
unsigned int topology_rank(int from, int nid);

/**
 * topology_fallback() - The node at a place in that order.
 * @from: the node that the order is for; with memory or not
 * @rank: the place, from 0
 *
 * Return: the node; NUMA_NO_NODE behind the last.
 */
int topology_fallback(int from, unsigned int rank);

/**
 * topology_cpu_at_home() - Find a CPU of a home node.
 * @nid: a memory node
 *
 * Return: the first online CPU at home there; nr_cpu_ids if no CPU is.
 */
unsigned int topology_cpu_at_home(int nid);

/**
 * topology_pfn_node() - On which node is a page frame?
 * @pfn: the frame, with struct page or in memory that the firmware describes
 *
 * Return: the node.
 */
int topology_pfn_node(unsigned long pfn);

/**
 * needs_memory_nodes() - Nodes with memory, with CPUs or without.
 * @test: the test
 * @nr: how many
 */
void needs_memory_nodes(struct kunit *test, unsigned int nr);

/**
 * needs_homes() - CPUs at home on different nodes.
 * @test: the test
 * @nr: on how many
 */
void needs_homes(struct kunit *test, unsigned int nr);

/**
 * needs_memory_without_cpu() - A node with memory and no online CPU.
 * @test: the test
 *
 * Return: the first such node.
 */
int needs_memory_without_cpu(struct kunit *test);

/**
 * needs_cpu_without_memory() - An online CPU on a node without memory.
 * @test: the test
 *
 * Return: the first such CPU.
 */
unsigned int needs_cpu_without_memory(struct kunit *test);

#endif /* PFNKUNIT_TOPOLOGY_H */
