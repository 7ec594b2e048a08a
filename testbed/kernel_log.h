/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel has printed.
 */
#ifndef PFNKUNIT_KERNEL_LOG_H
#define PFNKUNIT_KERNEL_LOG_H

#include <linux/types.h>

/**
 * kernel_log_end() - Where the kernel's log ends now.
 *
 * Return: the place, for kernel_log_has().
 */
u64 kernel_log_end(void);

/**
 * kernel_log_has() - Has a text been printed?
 * @since: where the log ended when it was not there yet
 * @text: a part of a line
 *
 * Return: true if a line that came after @since has it.
 */
bool kernel_log_has(u64 since, const char *text);

#endif /* PFNKUNIT_KERNEL_LOG_H */
