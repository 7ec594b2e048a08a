// SPDX-License-Identifier: GPL-2.0
/*
 * The first program of a machine that runs its suites in an order of ours:
 * those listed in /suites, each through its file 'run' in debugfs.
 */
#include <stdio.h>
#include <sys/reboot.h>

#include "log.h"
#include "suites.h"

int main(void)
{
	int count = read_order();

	mount_proc();
	mount_debugfs();
	open_kernel_log();
	run_suites(count);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
