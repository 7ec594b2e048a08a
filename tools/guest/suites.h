/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Suites that are run by name, through their files 'run' in debugfs; the names
 * are in /suites. Needs log.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUITES_MAX	64
#define NAME_SIZE	128

/* Documentation/admin-guide/tainted-kernels.rst: a page or an entry was corrupt. */
#define TAINT_BAD_PAGE	32
#define RATION		61	/* seconds: print_bad_pte() reports 60 entries a minute */

static char names[SUITES_MAX][NAME_SIZE];

static int read_order(void)
{
	FILE *file = fopen("/suites", "r");
	int count = 0;

	while (file && count < SUITES_MAX && fscanf(file, "%127s", names[count]) == 1)
		count++;
	return count;
}

static void mount_debugfs(void)
{
	mkdir("/debug", 0755);
	mount("debugfs", "/debug", "debugfs", 0, NULL);
}

/* KUnit prints the results as at boot, when this returns they are all there. */
static int run_suite(const char *name)
{
	char path[NAME_SIZE + 32];
	int fd, error;

	snprintf(path, sizeof(path), "/debug/kunit/%.127s/run", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	error = fd < 0 || write(fd, "1", 1) != 1 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return error;
}

static int has_reported(void)
{
	char taint[32] = "";
	int fd = open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (read(fd, taint, sizeof(taint) - 1) < 0)
			taint[0] = '\0';
		close(fd);
	}
	return !!(strtoul(taint, NULL, 10) & TAINT_BAD_PAGE);
}

/* A kernel that had to run the suites at boot has made some reports already. */
static void await_ration(const char *name)
{
	if (strstr(name, "_reports") && has_reported())
		sleep(RATION);
}

static void run_suites(int count)
{
	say("KTAP version 1\n");
	say("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		int error;

		await_ration(names[i]);
		error = run_suite(names[i]);
		if (error)
			say("not ok %d %s # debugfs: %s\n", i + 1, names[i], strerror(error));
	}
}
