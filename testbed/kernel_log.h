/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel has printed.
 */
#ifndef PFNKUNIT_KERNEL_LOG_H
#define PFNKUNIT_KERNEL_LOG_H

#include <linux/types.h>

/**
 * kernel_log_end() - Where in the log the next line will be.
 *
 * Return: the place, for kernel_log_count().
 */
u64 kernel_log_end(void);

/**
 * kernel_log_count() - How many lines of the log have a text in them?
 * @from: the place of the first line to look at
 * @text: the text
 *
 * Return: the number of lines, of those that the log still has.
 */
unsigned int kernel_log_count(u64 from, const char *text);

/**
 * kernel_log_has() - Has a text been printed?
 * @from: the place of the first line to look at
 * @text: the text
 *
 * Return: true if one of these lines has it.
 */
static inline bool kernel_log_has(u64 from, const char *text)
{
	return kernel_log_count(from, text);
}

#endif /* PFNKUNIT_KERNEL_LOG_H */
