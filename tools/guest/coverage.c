// SPDX-License-Identifier: GPL-2.0
/*
 * The first program of a machine that measures coverage: sets gcov's counters to
 * zero, runs the suites listed in /suites and writes the counters to the
 * console, whatever machine that is.
 *
 * What it does itself is counted, too. So it has its memory in place before:
 * locked, and once used as it will be.
 *
 * A file of counters is many words of 32 bits, most of them zero. It is written as
 * a line with its name and its number of words; lines of words in hexadecimal,
 * 'z' and a number for so many zeros; and a line with a sum of the words. Other
 * CPUs may still print what the kernel has said, into such a line: so it is all
 * written twice, the second time with the kernel silenced.
 */
#include <dirent.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/reboot.h>

#include "log.h"
#include "suites.h"

#define COUNTERS	"/debug/gcov"
#define MARK		"pfnkunit-gcov"
#define LINE		100
#define COPIES		2
#define PAUSE		200000
#define HEAP		(2 << 20)	/* bytes; opendir() takes 32 KiB a level */
#define LEVEL		8	/* of klogctl(): what goes to the console */
#define EMERGENCIES	1

static char line[LINE + 32];
static size_t length;
static FILE *to;

static void flush_line(void)
{
	if (length)
		fprintf(to, MARK "> %s\n", line);
	length = 0;
}

static void put(const char *format, unsigned int value)
{
	length += sprintf(line + length, format, value);
	if (length >= LINE)
		flush_line();
}

static int dump(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned int word, sum = 0;
	unsigned int words = 0, zeros = 0;

	if (!file)
		return errno;
	fprintf(to, MARK ": file %s\n", path + sizeof(COUNTERS) - 1);
	while (fread(&word, sizeof(word), 1, file) == 1) {
		sum = sum * 31 + word;
		words++;
		if (!word) {
			zeros++;
			continue;
		}
		if (zeros)
			put("z%x ", zeros);
		zeros = 0;
		put("%x ", word);
	}
	if (zeros)
		put("z%x ", zeros);
	flush_line();
	fprintf(to, MARK ": end %u %u\n", words, sum);
	fclose(file);
	return 0;
}

/* Counters are the regular files; beside each is a link to what the compiler noted. */
static void dump_below(const char *directory)
{
	DIR *open_directory = opendir(directory);
	struct dirent *entry;
	char path[4096];

	while (open_directory && (entry = readdir(open_directory))) {
		/* The build may be in a directory such as .cache. */
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name) >=
		    (int)sizeof(path))
			continue;
		if (entry->d_type == DT_DIR)
			dump_below(path);
		else if (entry->d_type == DT_REG && strcmp(entry->d_name, "reset"))
			dump(path);
	}
	if (open_directory)
		closedir(open_directory);
}

static int reset_counters(void)
{
	FILE *file = fopen(COUNTERS "/reset", "w");
	int error = !file || fputs("0\n", file) < 0 || fflush(file) ? errno : 0;

	if (file)
		fclose(file);
	return error;
}

int main(void)
{
	int count, error;

	/* From its first use the heap has all it needs: it neither grows nor shrinks. */
	mallopt(M_TOP_PAD, HEAP);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	mallopt(M_MMAP_MAX, 0);
	count = read_order();
	mount_proc();
	mount_debugfs();
	open_kernel_log();
	mlockall(MCL_CURRENT | MCL_FUTURE);
	mknod("/dev/null", S_IFCHR | 0600, makedev(1, 3));
	to = fopen("/dev/null", "w");
	say(MARK ": ready\n");
	reset_counters();
	dump_below(COUNTERS);
	to = stdout;
	fprintf(to, MARK ": here\n");
	fflush(to);
	error = reset_counters();
	if (error)
		say(MARK ": no counters: %s\n", strerror(error));
	run_suites(count);
	for (int i = 0; i < COPIES; i++) {
		usleep(PAUSE);
		if (i)
			klogctl(LEVEL, NULL, EMERGENCIES);
		dump_below(COUNTERS);
	}
	fprintf(to, MARK ": done\n");
	fflush(to);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
