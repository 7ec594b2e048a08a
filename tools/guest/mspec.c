// SPDX-License-Identifier: GPL-2.0
/*
 * The first program of a machine that tries the mspec driver as processes use
 * it: loads the module, works with the devices, unloads it, and reports in KTAP.
 *
 * Where a page is, user space cannot see; the driver's counts per node tell, in
 * debugfs: nothing else uses the devices here, so what a count rises by is what
 * the test did.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "ktap.h"
#include "module.h"
#include "nodes.h"

#define NR_PAGES	32
#define COLUMNS_MAX	16
#define LINE_SIZE	256
#define PATTERN		0x6d737065UL
#define LEAKS		"/debug/kmemleak"
#define LEAKS_SIZE	4096
#define LEAK_LINES	24
#define BIND		2	/* MPOL_BIND; the C library has no header for it */

static const char *device = "mspec_cached";
static int device_fd = -1;
static size_t page_size;

/* The device's counts, one line per memory node. */

static const char *counts_path(void)
{
	static char path[64];

	snprintf(path, sizeof(path), "/debug/mspec/%s", device);
	return path;
}

/* Which column a count is in, or -1. */
static int column_of(char *head, const char *name)
{
	char *word = strtok(head, " \t\n");

	for (int i = 0; word; i++, word = strtok(NULL, " \t\n"))
		if (!strcmp(word, name))
			return i;
	return -1;
}

/* One count of each node; nodes without a line have 0. */
static void read_counts(const char *name, unsigned long *count)
{
	FILE *file = fopen(counts_path(), "r");
	char line[LINE_SIZE];
	int column = -1;

	memset(count, 0, NODES_MAX * sizeof(*count));
	if (file && fgets(line, sizeof(line), file))
		column = column_of(line, name);
	expect(column > 0, "%s has no column %s", counts_path(), name);
	while (column > 0 && fgets(line, sizeof(line), file)) {
		char *word = strtok(line, " \t\n");
		unsigned long node = word ? strtoul(word, NULL, 10) : NODES_MAX;

		for (int i = 0; word && i < column; i++)
			word = strtok(NULL, " \t\n");
		if (word && node < NODES_MAX)
			count[node] = strtoul(word, NULL, 10);
	}
	if (file)
		fclose(file);
}

static unsigned long count_all(const char *name)
{
	unsigned long count[NODES_MAX], sum = 0;

	read_counts(name, count);
	for (int node = 0; node < NODES_MAX; node++)
		sum += count[node];
	return sum;
}

/* Mappings of the device, and what is in them. */

static char *map_pages(int nr)
{
	char *map = mmap(NULL, nr * page_size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 device_fd, 0);

	return expect(map != MAP_FAILED, "mmap: %s", strerror(errno)) ? map : NULL;
}

static void unmap_pages(char *map, int nr)
{
	expect(!munmap(map, nr * page_size), "munmap: %s", strerror(errno));
}

static unsigned long *words_of(char *map, int page)
{
	return (unsigned long *)(map + page * page_size);
}

/* Really goes to memory. */
static unsigned long peek(char *map, int page, int word)
{
	return __atomic_load_n(words_of(map, page) + word, __ATOMIC_SEQ_CST);
}

static void poke(char *map, int page, int word, unsigned long value)
{
	__atomic_store_n(words_of(map, page) + word, value, __ATOMIC_SEQ_CST);
}

static int nr_words(void)
{
	return page_size / sizeof(unsigned long);
}

/* A word for each page, different for each. */
static void write_page(char *map, int page)
{
	poke(map, page, 0, PATTERN + page);
	poke(map, page, nr_words() - 1, ~(PATTERN + page));
}

static bool page_is_written(char *map, int page)
{
	return peek(map, page, 0) == PATTERN + page &&
	       peek(map, page, nr_words() - 1) == ~(PATTERN + page);
}

static bool page_is_zero(char *map, int page)
{
	for (int word = 0; word < nr_words(); word++)
		if (peek(map, page, word))
			return false;
	return true;
}

static void write_pages(char *map, int nr)
{
	for (int page = 0; page < nr; page++)
		write_page(map, page);
}

static void expect_written(char *map, int first, int last)
{
	for (int page = first; page <= last; page++)
		expect(page_is_written(map, page), "page %d holds %#lx", page,
		       peek(map, page, 0));
}

/* Runs the function in a child; returns how it ended, as wait() says it. */
static int in_child(int (*function)(char *map), char *map)
{
	int status = -1;
	pid_t child = fork();

	if (!child)
		_exit(function(map));
	expect(child > 0 && waitpid(child, &status, 0) == child, "fork: %s", strerror(errno));
	return status;
}

/* Contents */

static void fresh_pages_are_zero(void)
{
	char *map = map_pages(NR_PAGES);

	for (int page = 0; map && page < NR_PAGES; page++)
		expect(page_is_zero(map, page), "page %d", page);
	if (map)
		unmap_pages(map, NR_PAGES);
}

static void every_cpu_sees_what_another_wrote(void)
{
	char *map = map_pages(nr_cpus);

	for (int i = 0; map && i < nr_cpus; i++) {
		run_on(i);
		write_page(map, i);
		expect_written(map, 0, i);
	}
	if (map)
		unmap_pages(map, nr_cpus);
}

/* The kernel reaches the pages through the mapping, as it does any memory. */
static void system_calls_read_and_write_the_mapping(void)
{
	char *map = map_pages(2);
	int ends[2];

	if (!map || !expect(!pipe(ends), "pipe: %s", strerror(errno)))
		return;
	write_page(map, 0);
	expect(write(ends[1], map, 64) == 64, "write: %s", strerror(errno));
	expect(read(ends[0], map + page_size, 64) == 64, "read: %s", strerror(errno));
	expect(peek(map, 1, 0) == PATTERN, "%#lx was read back", peek(map, 1, 0));
	close(ends[0]);
	close(ends[1]);
	unmap_pages(map, 2);
}

/* The mapping as a whole: fork(), mremap(), munmap(), mmap() */

static int read_then_write_and_touch(char *map)
{
	for (int page = 0; page < NR_PAGES / 2; page++)
		if (!page_is_written(map, page))
			return EXIT_FAILURE;
	write_pages(map, NR_PAGES);
	poke(map, 0, 1, PATTERN);
	return EXIT_SUCCESS;
}

static void child_shares_the_pages_also_those_it_touched_first(void)
{
	char *map = map_pages(NR_PAGES);

	if (!map)
		return;
	write_pages(map, NR_PAGES / 2);
	expect(!in_child(read_then_write_and_touch, map), "the child saw other pages");
	expect(peek(map, 0, 1) == PATTERN, "what the child wrote is not there");
	expect_written(map, 0, NR_PAGES - 1);
	unmap_pages(map, NR_PAGES);
}

static int write_at_once(char *map)
{
	for (int page = 0; page < NR_PAGES; page++)
		__atomic_add_fetch(words_of(map, page), 1, __ATOMIC_SEQ_CST);
	return EXIT_SUCCESS;
}

/* All touch first; whoever is second has to get the page of the first. */
static void children_on_all_cpus_that_race_share_the_pages(void)
{
	char *map = map_pages(NR_PAGES);
	int status;

	if (!map)
		return;
	for (int i = 0; i < nr_cpus; i++) {
		if (!fork()) {
			run_on(i);
			_exit(write_at_once(map));
		}
	}
	while (wait(&status) > 0)
		expect(!status, "a child ended with %#x", status);
	for (int page = 0; page < NR_PAGES; page++)
		expect(peek(map, page, 0) == (unsigned long)nr_cpus, "page %d: %lu of %d", page,
		       peek(map, page, 0), nr_cpus);
	unmap_pages(map, NR_PAGES);
}

static void mremap_takes_the_pages_along(void)
{
	char *map = map_pages(NR_PAGES), *there;

	if (!map)
		return;
	write_pages(map, NR_PAGES);
	there = mmap(NULL, NR_PAGES * page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	there = mremap(map, NR_PAGES * page_size, NR_PAGES * page_size,
		       MREMAP_MAYMOVE | MREMAP_FIXED, there);
	if (!expect(there != MAP_FAILED && there != map, "mremap: %s", strerror(errno)))
		return;
	expect_written(there, 0, NR_PAGES - 1);
	unmap_pages(there, NR_PAGES);
}

static void mremap_does_not_grow_the_mapping(void)
{
	char *map = map_pages(NR_PAGES);

	if (!map)
		return;
	expect(mremap(map, NR_PAGES * page_size, 2 * NR_PAGES * page_size,
		      MREMAP_MAYMOVE) == MAP_FAILED, "it did");
	unmap_pages(map, NR_PAGES);
}

static void split_mapping_keeps_the_pages_of_both_ends(void)
{
	int third = NR_PAGES / 3;
	char *map = map_pages(NR_PAGES);

	if (!map)
		return;
	write_pages(map, NR_PAGES);
	unmap_pages(map + third * page_size, third);
	expect_written(map, 0, third - 1);
	expect_written(map, 2 * third, NR_PAGES - 1);
	unmap_pages(map, third);
	expect_written(map, 2 * third, NR_PAGES - 1);
	unmap_pages(map + 2 * third * page_size, NR_PAGES - 2 * third);
}

static void private_mapping_is_refused(void)
{
	char *map = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, device_fd, 0);

	expect(map == MAP_FAILED && errno == EINVAL, "mmap: %s",
	       map == MAP_FAILED ? strerror(errno) : "done");
}

/* What /proc says */

/* Finds the line of numa_maps, or the first one of smaps, about an address. */
static FILE *find_in_proc(const char *path, const char *map, char *line)
{
	FILE *file = fopen(path, "r");

	while (file && fgets(line, LINE_SIZE, file))
		if (strtoul(line, NULL, 16) == (unsigned long)map)
			return file;
	expect(false, "%s does not list the mapping", path);
	if (file)
		fclose(file);
	return NULL;
}

/* VmFlags: io, pf (raw frames), de (never grows), dd (not dumped). */
static void smaps_shows_raw_memory_that_nobody_counts(void)
{
	static const char * const flags[] = { " io", " pf", " de", " dd", " sh" };
	char *map = map_pages(NR_PAGES), line[LINE_SIZE];
	bool rss = false;
	FILE *file;

	if (!map)
		return;
	write_pages(map, NR_PAGES);
	file = find_in_proc("/proc/self/smaps", map, line);
	while (file && fgets(line, sizeof(line), file) && strncmp(line, "VmFlags:", 8))
		rss |= !strncmp(line, "Rss:", 4) && !strtoul(line + 4, NULL, 10);
	expect(rss, "Rss is not 0");
	for (int i = 0; file && i < 5; i++)
		expect(strstr(line, flags[i]), "no%s in %s", flags[i], strtok(line, "\n"));
	if (file)
		fclose(file);
	unmap_pages(map, NR_PAGES);
}

static void numa_maps_lists_the_mapping_without_pages(void)
{
	char *map, line[LINE_SIZE] = "";
	FILE *file;

	if (!requires(!access("/proc/self/numa_maps", F_OK), "/proc/PID/numa_maps"))
		return;
	map = map_pages(NR_PAGES);
	if (!map)
		return;
	write_pages(map, NR_PAGES);
	file = find_in_proc("/proc/self/numa_maps", map, line);
	expect(strstr(line, device) && !strstr(line, " N0="), "%s", strtok(line, "\n"));
	if (file)
		fclose(file);
	unmap_pages(map, NR_PAGES);
}

/* Placement: the node of the CPU that touches first, or the nearest with memory */

/* Touches a page on a CPU; returns the node that it came from, or -1. */
static int touch_on(int index, char *map, int page)
{
	unsigned long before[NODES_MAX], after[NODES_MAX];
	int found = -1;

	run_on(index);
	read_counts("in_use", before);
	write_page(map, page);
	read_counts("in_use", after);
	for (int node = 0; node < NODES_MAX; node++)
		if (after[node] != before[node])
			found = expect(found < 0 && after[node] == before[node] + 1,
				       "node %d has %lu pages more", node,
				       after[node] - before[node]) ? node : -1;
	return found;
}

/* The page must be on the CPU's home node; the line is one that pfnkunit draws. */
static void expect_at_home(int index, char *map, int page)
{
	int home = home_of(cpu_node[index]);
	int node = touch_on(index, map, page);

	note("placement: page=%d toucher=%d home=%d node=%d", page, cpu_node[index], home, node);
	expect(node == home, "page %d is on node %d, CPU %d belongs to %d", page, node,
	       cpus[index], home);
}

static bool needs_counts(void)
{
	return requires(!access(counts_path(), R_OK), counts_path());
}

/* In an order in which neither pages nor CPUs are neighbours. */
static void page_is_on_the_node_that_touched_it_first(void)
{
	int nr = nr_cpus * 8;
	char *map;

	if (!needs_counts())
		return;
	map = map_pages(nr);
	for (int i = 0; map && i < nr; i++)
		expect_at_home(i * 7 % nr % nr_cpus, map, i * 5 % nr);
	if (map)
		unmap_pages(map, nr);
}

/* As in Documentation/admin-guide/numastat.rst. */
static void first_touches_at_home_are_hits(void)
{
	unsigned long before[NODES_MAX], after[NODES_MAX];
	unsigned long strayed;
	char *map;

	if (!needs_counts())
		return;
	map = map_pages(nr_cpus);
	if (!map)
		return;
	read_counts("hit", before);
	strayed = count_all("miss") + count_all("foreign") + count_all("refused");
	for (int i = 0; i < nr_cpus; i++) {
		run_on(i);
		write_page(map, i);
		before[home_of(cpu_node[i])]++;
	}
	read_counts("hit", after);
	expect(!memcmp(before, after, sizeof(before)), "the hits are not on the home nodes");
	expect(count_all("miss") + count_all("foreign") + count_all("refused") == strayed,
	       "some are counted as misses");
	unmap_pages(map, nr_cpus);
}

static void page_stays_where_it_is_whoever_uses_it_later(void)
{
	unsigned long before[NODES_MAX], after[NODES_MAX];
	char *map;

	if (!needs_counts())
		return;
	map = map_pages(NR_PAGES);
	if (!map)
		return;
	run_on(0);
	write_pages(map, NR_PAGES);
	read_counts("in_use", before);
	for (int i = 0; i < nr_cpus; i++) {
		run_on(i);
		write_pages(map, NR_PAGES);
	}
	read_counts("in_use", after);
	expect(!memcmp(before, after, sizeof(before)), "the counts of pages in use changed");
	unmap_pages(map, NR_PAGES);
}

static void memory_policy_of_the_task_does_not_redirect(void)
{
	unsigned long mask = 0;
	char *map;

	for (int node = 0; node < NODES_MAX; node++)
		if (node_has_memory[node] && node != home_of(cpu_node[0]))
			mask = 1UL << node;
	if (!needs_counts() || !requires(mask, "2 memory nodes"))
		return;
	map = map_pages(4);
	if (!map)
		return;
	expect(!syscall(SYS_set_mempolicy, BIND, &mask, NODES_MAX + 1), "set_mempolicy: %s",
	       strerror(errno));
	for (int page = 0; page < 4; page++)
		expect_at_home(0, map, page);
	syscall(SYS_set_mempolicy, 0, NULL, 0);
	unmap_pages(map, 4);
}

/* A process that dies */

static int write_and_wait(char *map)
{
	write_pages(map, NR_PAGES);
	raise(SIGSTOP);
	return EXIT_SUCCESS;
}

/* A child that has written pages of a mapping of its own, and stopped. */
static pid_t start_child_with_pages(void)
{
	pid_t child = fork();
	int status = 0;

	if (!child)
		_exit(write_and_wait(map_pages(NR_PAGES)));
	waitpid(child, &status, WUNTRACED);
	expect(WIFSTOPPED(status), "the child ended with %#x", status);
	return child;
}

static void killed_child_leaves_no_data_for_others(void)
{
	unsigned long before = 0;
	pid_t child;

	if (!needs_counts())
		return;
	before = count_all("in_use");
	child = start_child_with_pages();
	expect(count_all("in_use") == before + NR_PAGES, "the child has %lu pages",
	       count_all("in_use") - before);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	expect(count_all("in_use") == before, "%lu pages are still in use",
	       count_all("in_use") - before);
	for (int i = 0; i < nr_cpus; i++) {
		run_on(i);
		fresh_pages_are_zero();
	}
}

static const struct test device_tests[] = {
	{ "fresh_pages_are_zero", fresh_pages_are_zero },
	{ "every_cpu_sees_what_another_wrote", every_cpu_sees_what_another_wrote },
	{ "system_calls_read_and_write_the_mapping",
	  system_calls_read_and_write_the_mapping },
	{ "child_shares_the_pages_also_those_it_touched_first",
	  child_shares_the_pages_also_those_it_touched_first },
	{ "children_on_all_cpus_that_race_share_the_pages",
	  children_on_all_cpus_that_race_share_the_pages },
	{ "mremap_takes_the_pages_along", mremap_takes_the_pages_along },
	{ "mremap_does_not_grow_the_mapping", mremap_does_not_grow_the_mapping },
	{ "split_mapping_keeps_the_pages_of_both_ends",
	  split_mapping_keeps_the_pages_of_both_ends },
	{ "private_mapping_is_refused", private_mapping_is_refused },
	{ "smaps_shows_raw_memory_that_nobody_counts",
	  smaps_shows_raw_memory_that_nobody_counts },
	{ "numa_maps_lists_the_mapping_without_pages",
	  numa_maps_lists_the_mapping_without_pages },
	{ "page_is_on_the_node_that_touched_it_first",
	  page_is_on_the_node_that_touched_it_first },
	{ "first_touches_at_home_are_hits", first_touches_at_home_are_hits },
	{ "page_stays_where_it_is_whoever_uses_it_later",
	  page_stays_where_it_is_whoever_uses_it_later },
	{ "memory_policy_of_the_task_does_not_redirect",
	  memory_policy_of_the_task_does_not_redirect },
	{ "killed_child_leaves_no_data_for_others",
	  killed_child_leaves_no_data_for_others },
};

/* The module */

/* Opens the device; there is no udev here to make its file. */
static int open_device(const char *name)
{
	FILE *file = fopen("/proc/misc", "r");
	char path[64], found[64];
	int minor;

	snprintf(path, sizeof(path), "/dev/%s", name);
	unlink(path);
	while (file && fscanf(file, "%d %63s", &minor, found) == 2)
		if (!strcmp(found, name))
			mknod(path, S_IFCHR | 0600, makedev(10, minor));
	if (file)
		fclose(file);
	return open(path, O_RDWR | O_CLOEXEC);
}

static void module_loads(void)
{
	int error = load("mspec");

	expect(!error, "finit_module: %s", strerror(error));
	device_fd = open_device(device);
	expect(device_fd >= 0, "/dev/%s: %s", device, strerror(errno));
}

static void unload_is_refused_while_the_device_is_open(void)
{
	int error = unload("mspec");

	expect(error == EWOULDBLOCK, "delete_module: %s", strerror(error));
}

/* The mapping alone, without an open file of the process. */
static void unload_is_refused_while_pages_are_mapped(void)
{
	char *map = map_pages(NR_PAGES);
	int error;

	close(device_fd);
	if (!map)
		return;
	write_pages(map, NR_PAGES);
	error = unload("mspec");
	expect(error == EWOULDBLOCK, "delete_module: %s", strerror(error));
	expect_written(map, 0, NR_PAGES - 1);
	unmap_pages(map, NR_PAGES);
}

static void module_unloads_when_nothing_is_mapped(void)
{
	int error = unload("mspec");

	expect(!error, "delete_module: %s", strerror(error));
	expect(open_device(device) < 0, "/dev/%s is still there", device);
}

static void module_loads_again_and_has_no_old_data(void)
{
	module_loads();
	fresh_pages_are_zero();
	close(device_fd);
	module_unloads_when_nothing_is_mapped();
}

/* Memory that the kernel lost; the file is empty where there is none. */
static void expect_no_leaks(int control)
{
	char text[LEAKS_SIZE], *line;
	ssize_t length;

	lseek(control, 0, SEEK_SET);
	length = read(control, text, sizeof(text) - 1);
	if (expect(length >= 0, "%s: %s", LEAKS, strerror(errno)))
		text[length] = '\0';
	else
		return;
	line = strtok(text, "\n");
	for (int i = 0; line && i < LEAK_LINES; i++, line = strtok(NULL, "\n"))
		expect(false, "%s", line);
}

/*
 * kmemleak ignores objects younger than 5 s, and reports what two scans found
 * unreferenced and unchanged. What others lost is shown too: the traces tell.
 */
static void nothing_is_lost_after_the_unload(void)
{
	int control = open(LEAKS, O_RDWR | O_CLOEXEC);

	if (!requires(control >= 0, "CONFIG_DEBUG_KMEMLEAK"))
		return;
	expect(write(control, "scan", 4) == 4, "%s: %s", LEAKS, strerror(errno));
	sleep(6);
	expect(write(control, "scan", 4) == 4, "%s: %s", LEAKS, strerror(errno));
	expect_no_leaks(control);
	close(control);
}

static const struct test load_tests[] = {
	{ "module_loads", module_loads },
};

static const struct test unload_tests[] = {
	{ "unload_is_refused_while_the_device_is_open",
	  unload_is_refused_while_the_device_is_open },
	{ "unload_is_refused_while_pages_are_mapped",
	  unload_is_refused_while_pages_are_mapped },
	{ "module_unloads_when_nothing_is_mapped", module_unloads_when_nothing_is_mapped },
	{ "module_loads_again_and_has_no_old_data", module_loads_again_and_has_no_old_data },
	{ "nothing_is_lost_after_the_unload", nothing_is_lost_after_the_unload },
};

static const struct suite suites[] = {
	SUITE("user_mspec_load", load_tests),
	SUITE("user_mspec_cached", device_tests),
	SUITE("user_mspec_uncached", device_tests),
	SUITE("user_mspec_unload", unload_tests),
};

static void mount_all(void)
{
	mount_proc();
	mkdir("/sys", 0755);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	mkdir("/debug", 0755);
	mount("debugfs", "/debug", "debugfs", 0, NULL);
	mkdir("/dev", 0755);
}

int main(void)
{
	mount_all();
	open_kernel_log();
	read_topology();
	page_size = sysconf(_SC_PAGESIZE);
	say("KTAP version 1\n");
	say("1..4\n");
	run_suite(1, &suites[0]);
	run_suite(2, &suites[1]);
	close(device_fd);
	device = "mspec_uncached";
	device_fd = open_device(device);
	if (device_fd >= 0) {
		run_suite(3, &suites[2]);
		close(device_fd);
	} else {
		say("ok 3 user_mspec_uncached # SKIP needs /dev/mspec_uncached\n");
	}
	device = "mspec_cached";
	device_fd = open_device(device);
	run_suite(4, &suites[3]);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
