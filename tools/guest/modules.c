// SPDX-License-Identifier: GPL-2.0
/*
 * The first program of a machine that only loads modules: loads those listed
 * in /modules/order, unloads them in reverse, and does both again.
 */
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "log.h"
#include "module.h"

#define MODULES_MAX	128
#define NAME_SIZE	64
#define ROUNDS		2

static char names[MODULES_MAX][NAME_SIZE];

static int read_order(void)
{
	FILE *file = fopen("/modules/order", "r");
	int count = 0;

	while (file && count < MODULES_MAX && fscanf(file, "%63s", names[count]) == 1)
		count++;
	return count;
}

static int said(const char *what, const char *name, int error)
{
	if (error)
		say("pfnkunit: %s %s FAILED: %s\n", what, name, strerror(error));
	else
		say("pfnkunit: %s %s\n", what, name);
	return error;
}

int main(void)
{
	int count = read_order();
	int failed = !count || count == MODULES_MAX;

	mount_proc();
	open_kernel_log();
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < count; i++)
			failed |= said("load", names[i], load(names[i]));
		for (int i = count - 1; i >= 0; i--)
			failed |= said("unload", names[i], unload(names[i]));
	}
	say("pfnkunit: modules %s\n", failed ? "FAILED" : "done");
	sync();
	reboot(RB_AUTOBOOT);
	return 1;
}
