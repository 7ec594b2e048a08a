/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What first programs say goes through the kernel's log, as the console would
 * mix it with the kernel's own lines.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static FILE *kernel_log;

/* Needs /proc; everything written is kept, not just the first ten lines. */
static void open_kernel_log(void)
{
	FILE *limit = fopen("/proc/sys/kernel/printk_devkmsg", "w");

	if (limit) {
		fputs("on\n", limit);
		fclose(limit);
	}
	mknod("/dev/kmsg", S_IFCHR | 0600, makedev(1, 11));
	kernel_log = fopen("/dev/kmsg", "w");
	if (!kernel_log)
		kernel_log = stdout;
}

static void mount_proc(void)
{
	mkdir("/proc", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
}

/* One line; the kernel's log takes each write for one. */
static void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(kernel_log, format, arguments);
	va_end(arguments);
	fflush(kernel_log);
}
