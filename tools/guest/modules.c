// SPDX-License-Identifier: GPL-2.0
/*
 * The first program of a machine that only loads modules: loads those listed
 * in /modules/order, unloads them in reverse, and does both again.
 *
 * As modprobe does, it gives a module the parameters that the kernel command
 * line has for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"

#define MODULES_MAX	32
#define NAME_SIZE	64
#define ROUNDS		2

static char names[MODULES_MAX][NAME_SIZE];
static char command_line[4096];

static int read_order(void)
{
	FILE *file = fopen("/modules/order", "r");
	int count = 0;

	while (file && count < MODULES_MAX && fscanf(file, "%63s", names[count]) == 1)
		count++;
	return count;
}

static void read_command_line(void)
{
	FILE *file = fopen("/proc/cmdline", "r");

	if (file && !fgets(command_line, sizeof(command_line), file))
		command_line[0] = '\0';
}

/* Collects the words 'name.parameter=value' without their 'name.'. */
static void parameters_of(const char *name, char *to, size_t size)
{
	char words[sizeof(command_line)];
	size_t length = strlen(name);
	char *word;

	memcpy(words, command_line, sizeof(words));
	to[0] = '\0';
	for (word = strtok(words, "\n "); word; word = strtok(NULL, "\n ")) {
		if (strncmp(word, name, length) || word[length] != '.')
			continue;
		strncat(to, word + length + 1, size - strlen(to) - 1);
		strncat(to, " ", size - strlen(to) - 1);
	}
}

static int load(const char *name)
{
	char path[NAME_SIZE + 16], parameters[sizeof(command_line)];
	int fd, error;

	snprintf(path, sizeof(path), "/modules/%s.ko", name);
	parameters_of(name, parameters, sizeof(parameters));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	error = fd < 0 || syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
	if (fd >= 0)
		close(fd);
	return error;
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
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
	int failed = !count;

	mount_proc();
	open_kernel_log();
	read_command_line();
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
