/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPUs and memory nodes, as sysfs shows them. Needs /sys.
 */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NODES_MAX	64
#define CPUS_MAX	64
#define NODES		"/sys/devices/system/node/"

static bool node_online[NODES_MAX];
static bool node_has_memory[NODES_MAX];
static int node_distance[NODES_MAX][NODES_MAX];
static int cpus[CPUS_MAX];
static int cpu_node[CPUS_MAX];
static int nr_cpus;

/* A list such as 0-1,3. */
static void read_list(const char *path, bool *set)
{
	FILE *file = fopen(path, "r");
	int first, last;

	while (file && fscanf(file, "%d", &first) == 1) {
		if (fscanf(file, "-%d", &last) != 1)
			last = first;
		for (int i = first; i <= last && i < NODES_MAX; i++)
			set[i] = true;
		if (fgetc(file) != ',')
			break;
	}
	if (file)
		fclose(file);
}

/* The distances are those to the nodes that are online, in their order. */
static void read_distances(int node)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), NODES "node%d/distance", node);
	file = fopen(path, "r");
	for (int to = 0; file && to < NODES_MAX; to++)
		if (node_online[to] && fscanf(file, "%d", &node_distance[node][to]) != 1)
			break;
	if (file)
		fclose(file);
}

static int read_node_of_cpu(int cpu)
{
	char path[64];

	for (int node = 0; node < NODES_MAX; node++) {
		snprintf(path, sizeof(path), NODES "node%d/cpu%d", node, cpu);
		if (node_online[node] && !access(path, F_OK))
			return node;
	}
	return 0;
}

/* A kernel without NUMA has no such files: all is on node 0 then. */
static void read_topology(void)
{
	cpu_set_t set;

	read_list(NODES "online", node_online);
	read_list(NODES "has_memory", node_has_memory);
	node_online[0] = true;
	if (access(NODES, F_OK))
		node_has_memory[0] = true;
	for (int node = 0; node < NODES_MAX; node++)
		if (node_online[node])
			read_distances(node);
	sched_getaffinity(0, sizeof(set), &set);
	for (int cpu = 0; cpu < CPUS_MAX; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		cpu_node[nr_cpus] = read_node_of_cpu(cpu);
		cpus[nr_cpus++] = cpu;
	}
}

/* The node whose memory is nearest, the lowest number first among equals. */
static int home_of(int node)
{
	int home = -1;

	if (node_has_memory[node])
		return node;
	for (int to = 0; to < NODES_MAX; to++)
		if (node_has_memory[to] &&
		    (home < 0 || node_distance[node][to] < node_distance[node][home]))
			home = to;
	return home;
}

/* Moves this thread to a CPU, by its place in the list. */
static void run_on(int index)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpus[index], &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		exit(EXIT_FAILURE);
}
