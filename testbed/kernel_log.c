// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel has printed.
 */
#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/kmsg_dump.h>
#include <linux/string.h>

#include "kernel_log.h"

u64 kernel_log_end(void)
{
	struct kmsg_dump_iter all = {};

	kmsg_dump_rewind(&all);
	return all.next_seq;
}
EXPORT_SYMBOL_IF_KUNIT(kernel_log_end);

bool kernel_log_has(u64 since, const char *text)
{
	struct kmsg_dump_iter iter = { .cur_seq = since };
	char line[256];
	size_t len;

	while (kmsg_dump_get_line(&iter, false, line, sizeof(line) - 1, &len)) {
		line[len] = '\0';
		if (strstr(line, text))
			return true;
	}
	return false;
}
EXPORT_SYMBOL_IF_KUNIT(kernel_log_has);
