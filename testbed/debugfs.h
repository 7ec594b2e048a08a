/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of debugfs: what the kernel tells of itself there, and nowhere else.
 */
#ifndef PFNKUNIT_DEBUGFS_H
#define PFNKUNIT_DEBUGFS_H

#include "exports.h"

struct mm_struct;

/**
 * debugfs_read_to_user() - Read a file of debugfs as a program does.
 * @path: its path under the root of debugfs
 * @mm: an address space
 * @addr: a user address in it
 * @len: bytes of writable memory there
 *
 * Return: bytes read, or a negative errno.
 */
#if HAVE_MM_EXPORTS
ssize_t debugfs_read_to_user(const char *path, struct mm_struct *mm,
			     unsigned long addr, size_t len);
#else
static inline ssize_t debugfs_read_to_user(const char *path,
					   struct mm_struct *mm,
					   unsigned long addr, size_t len)
{
	return -ENOENT;
}
#endif

#endif /* PFNKUNIT_DEBUGFS_H */
