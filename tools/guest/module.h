/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules, loaded from /modules as modprobe does: with the parameters that the
 * kernel command line has for them. Needs /proc.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char command_line[4096];

static void read_command_line(void)
{
	FILE *file = fopen("/proc/cmdline", "r");

	if (file && !fgets(command_line, sizeof(command_line), file))
		command_line[0] = '\0';
	if (file)
		fclose(file);
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

/* Returns 0 or an error number, as does unload(). */
static int load(const char *name)
{
	char path[128], parameters[sizeof(command_line)];
	int fd, error;

	read_command_line();
	snprintf(path, sizeof(path), "/modules/%.64s.ko", name);
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
