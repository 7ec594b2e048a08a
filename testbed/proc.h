/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/PID of a process, without a mounted /proc.
 */
#ifndef PFNKUNIT_PROC_H
#define PFNKUNIT_PROC_H

#include <kunit/test.h>

#include "process.h"

/**
 * struct proc_file - a file in /proc/PID
 * @file: the open file
 * @us: an address space for what is read and written
 * @addr: memory in it
 */
struct proc_file {
	struct file *file;
	struct user_space *us;
	unsigned long addr;
};

/**
 * proc_open() - Open a file for reading and writing.
 * @test: the test; the file is closed when it ends
 * @p: the process
 * @name: in its directory
 *
 * Skips the test where there is no such file.
 *
 * Return: the file.
 */
struct proc_file *proc_open(struct kunit *test, struct process *p,
			    const char *name);

/**
 * proc_read() - Read at an offset.
 * @pf: the file
 * @to: kernel buffer
 * @len: bytes, up to a page
 * @pos: the offset
 *
 * Return: bytes read, or a negative errno.
 */
ssize_t proc_read(struct proc_file *pf, void *to, size_t len, loff_t pos);

/**
 * proc_write() - Write a string.
 * @pf: the file
 * @text: the string
 *
 * Return: bytes written, or a negative errno.
 */
ssize_t proc_write(struct proc_file *pf, const char *text);

/**
 * proc_ioctl() - Call an ioctl with a structure.
 * @pf: the file
 * @cmd: the command
 * @arg: the structure, given and given back
 * @len: its length
 *
 * Memory for the structure to point to is at proc_memory().
 *
 * Return: what the ioctl returns.
 */
long proc_ioctl(struct proc_file *pf, unsigned int cmd, void *arg, size_t len);

/**
 * proc_memory() - A page of user memory, as an argument of an ioctl.
 * @pf: the file
 *
 * Return: its address in @pf->us.
 */
static inline unsigned long proc_memory(const struct proc_file *pf)
{
	return pf->addr + PAGE_SIZE;
}

/**
 * enum pagemap_bit - what an entry of pagemap says beside the frame
 * @PAGEMAP_EXCLUSIVE: mapped by nobody else
 * @PAGEMAP_FILE: a page of a file, or shared anonymous
 * @PAGEMAP_SWAPPED: in swap
 * @PAGEMAP_PRESENT: in memory
 *
 * See Documentation/admin-guide/mm/pagemap.rst.
 */
enum pagemap_bit {
	PAGEMAP_EXCLUSIVE = 56,
	PAGEMAP_FILE = 61,
	PAGEMAP_SWAPPED = 62,
	PAGEMAP_PRESENT = 63,
};

#define PAGEMAP_PFN (BIT_ULL(55) - 1)

/**
 * pagemap_entry() - Read an entry of /proc/PID/pagemap.
 * @pf: that file
 * @addr: the user address it is about
 * @entry: the entry
 *
 * Return: 0 or a negative errno.
 */
int pagemap_entry(struct proc_file *pf, unsigned long addr, u64 *entry);

/**
 * pagemap_scan_present() - PAGEMAP_SCAN for pages that are present.
 * @pf: /proc/PID/pagemap
 * @start: first address
 * @end: end
 *
 * Return: the number of such pages, or a negative errno; -ENOTTY where kernel
 * or architecture does not have it.
 */
long pagemap_scan_present(struct proc_file *pf, unsigned long start,
			  unsigned long end);

/**
 * proc_text() - Read all of a file.
 * @test: the test
 * @p: the process
 * @name: the file
 *
 * Return: its text, up to PROC_TEXT_SIZE.
 */
const char *proc_text(struct kunit *test, struct process *p, const char *name);

#define PROC_TEXT_SIZE (16 * 1024)

/**
 * proc_mapping() - The part of smaps, maps or numa_maps about one mapping.
 * @test: the test
 * @text: what proc_text() returned
 * @addr: its first address
 *
 * Return: the text from the mapping's line to the next mapping's.
 */
const char *proc_mapping(struct kunit *test, const char *text,
			 unsigned long addr);

/**
 * smaps_kib() - A line 'Rss:  4 kB' of a mapping.
 * @test: the test; failed if there is no such line
 * @mapping: what proc_mapping() returned
 * @name: what is before the colon
 *
 * Return: the number of KiB.
 */
unsigned long smaps_kib(struct kunit *test, const char *mapping,
			const char *name);

/**
 * smaps_has_flag() - Is there a flag in the line 'VmFlags: rd wr sh'?
 * @test: the test; failed if there is no such line
 * @mapping: what proc_mapping() returned
 * @flag: its two letters
 *
 * Return: true if so.
 */
bool smaps_has_flag(struct kunit *test, const char *mapping, const char *flag);

#endif /* PFNKUNIT_PROC_H */
