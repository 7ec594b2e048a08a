// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel has printed.
 */
#include <linux/kmsg_dump.h>
#include <linux/string.h>

#include "compat.h"
#include "kernel_log.h"

u64 kernel_log_end(void)
{
	struct kmsg_dump_iter iter = {};

	kmsg_dump_rewind(&iter);
	return iter.next_seq;
}
EXPORT_SYMBOL_IF_KUNIT(kernel_log_end);

unsigned int kernel_log_count(u64 from, const char *text)
{
	struct kmsg_dump_iter iter = {};
	unsigned int nr = 0;
	char line[256];
	size_t len;

	kmsg_dump_rewind(&iter);
	iter.cur_seq = from;
	while (kmsg_dump_get_line(&iter, false, line, sizeof(line) - 1, &len)) {
		line[len] = '\0';
		nr += !!strstr(line, text);
	}
	return nr;
}
EXPORT_SYMBOL_IF_KUNIT(kernel_log_count);
