/* SPDX-License-Identifier: GPL-2.0 */
/*
 * userfaultfd(2) for the test's own address space.
 */
#ifndef PFNKUNIT_USERFAULT_H
#define PFNKUNIT_USERFAULT_H

#include <kunit/test.h>

#include "compat.h"
#include "needs.h"
#include "user_space.h"

struct file;

/**
 * struct userfault - what userfaultfd(2) opens
 * @file: the open file, without a descriptor
 * @us: the address space
 * @args: a page of anonymous memory in it, for the arguments of ioctls
 */
struct userfault {
	struct file *file;
	struct user_space *us;
	unsigned long args;
};

/* How many anonymous pages it adds to the address space. */
#define USERFAULT_RSS 1

/**
 * userfault_open() - userfaultfd(2).
 * @test: the test that it is open for
 * @us: the address space whose memory it handles
 *
 * See needs_userfaultfd().
 *
 * Return: the file.
 */
struct userfault *userfault_open(struct kunit *test, struct user_space *us);

/**
 * userfault_register() - UFFDIO_REGISTER, for missing pages.
 * @uf: the file
 * @addr: first address
 * @nr_pages: length in pages
 *
 * Return: 0 or a negative errno.
 */
int userfault_register(struct userfault *uf, unsigned long addr,
		       unsigned long nr_pages);

/**
 * userfault_zeropage() - UFFDIO_ZEROPAGE: fill a hole with the zero page.
 * @uf: the file; the range is registered with it
 * @addr: first address
 * @nr_pages: length in pages
 *
 * Return: pages filled, or a negative errno if none was.
 */
long userfault_zeropage(struct userfault *uf, unsigned long addr,
			unsigned long nr_pages);

/**
 * needs_userfault_move() - UFFDIO_MOVE.
 * @test: the test
 */
static inline void needs_userfault_move(struct kunit *test)
{
	needs_userfaultfd(test);
	if (!COMPAT_HAS_UFFD_MOVE)
		kunit_skip(test, "needs UFFDIO_MOVE (Linux 6.8)");
}

/**
 * userfault_move() - UFFDIO_MOVE: take pages away from one place to another.
 * @uf: the file; the range to move to is registered with it
 * @to: first address there
 * @from: first address to move from
 * @nr_pages: length in pages
 *
 * Return: pages moved, or a negative errno if none was.
 */
long userfault_move(struct userfault *uf, unsigned long to, unsigned long from,
		    unsigned long nr_pages);

#endif /* PFNKUNIT_USERFAULT_H */
