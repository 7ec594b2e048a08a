// SPDX-License-Identifier: GPL-2.0
/*
 * The first program of a machine that runs its suites in an order of ours:
 * those listed in /suites, each through its file 'run' in debugfs.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "log.h"

#define SUITES_MAX	64
#define NAME_SIZE	128

static char names[SUITES_MAX][NAME_SIZE];

static int read_order(void)
{
	FILE *file = fopen("/suites", "r");
	int count = 0;

	while (file && count < SUITES_MAX && fscanf(file, "%127s", names[count]) == 1)
		count++;
	return count;
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

int main(void)
{
	int count = read_order();

	mount_proc();
	mkdir("/debug", 0755);
	mount("debugfs", "/debug", "debugfs", 0, NULL);
	open_kernel_log();
	say("KTAP version 1\n");
	say("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		int error = run_suite(names[i]);

		if (error)
			say("not ok %d %s # debugfs: %s\n", i + 1, names[i], strerror(error));
	}
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
