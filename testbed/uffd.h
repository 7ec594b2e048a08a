/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page faults handled by user space: the ioctls of a userfaultfd.
 */
#ifndef PFNKUNIT_UFFD_H
#define PFNKUNIT_UFFD_H

#include <kunit/test.h>
#include <linux/userfaultfd.h>

#include "user_space.h"

/**
 * struct uffd - an open userfaultfd
 * @us: the address space that it is about
 * @fd: the file descriptor
 * @addr: memory there, for arguments
 */
struct uffd {
	struct user_space *us;
	int fd;
	unsigned long addr;
};

/**
 * uffd_open() - Open one.
 * @test: the test; it is closed when the test ends
 * @us: the address space
 * @features: UFFD_FEATURE_*
 *
 * See needs_syscalls() and needs_userfaultfd(). Fails the test if a feature is
 * not there.
 *
 * Return: the userfaultfd.
 */
struct uffd uffd_open(struct kunit *test, struct user_space *us, u64 features);

/**
 * uffd_register() - UFFDIO_REGISTER.
 * @u: the userfaultfd
 * @addr: first address
 * @nr_pages: length in pages
 * @mode: UFFDIO_REGISTER_MODE_*
 *
 * Return: 0 or a negative errno.
 */
long uffd_register(struct uffd *u, unsigned long addr, unsigned int nr_pages,
		   u64 mode);

/**
 * uffd_write_protect() - UFFDIO_WRITEPROTECT.
 * @u: the userfaultfd
 * @addr: first address
 * @nr_pages: length in pages
 *
 * See needs_uffd_wp().
 *
 * Return: 0 or a negative errno.
 */
long uffd_write_protect(struct uffd *u, unsigned long addr,
			unsigned int nr_pages);

/**
 * uffd_access_protect() - UFFDIO_RWPROTECT.
 * @u: the userfaultfd
 * @addr: first address
 * @nr_pages: length in pages
 *
 * See needs_uffd_rwp().
 *
 * Return: 0 or a negative errno.
 */
long uffd_access_protect(struct uffd *u, unsigned long addr,
			 unsigned int nr_pages);

/**
 * uffd_zeropage() - UFFDIO_ZEROPAGE of a page.
 * @u: the userfaultfd
 * @addr: where
 *
 * Return: 0 or a negative errno.
 */
long uffd_zeropage(struct uffd *u, unsigned long addr);

/**
 * uffd_move() - UFFDIO_MOVE of a page.
 * @u: the userfaultfd
 * @to: where to
 * @from: where from
 *
 * See needs_uffd_move().
 *
 * Return: 0 or a negative errno.
 */
long uffd_move(struct uffd *u, unsigned long to, unsigned long from);

/**
 * uffd_fork() - Fork, and take over the child's userfaultfd.
 * @test: the test that the child lives as long as
 * @u: the userfaultfd, of UFFD_FEATURE_EVENT_FORK
 *
 * A thread of its own reads of the fork, which waits for that.
 *
 * Return: the child. Fails the test when there is no memory.
 */
struct user_space *uffd_fork(struct kunit *test, struct uffd *u);

/**
 * needs_uffd_move() - UFFDIO_MOVE.
 * @test: the test
 */
void needs_uffd_move(struct kunit *test);

#endif /* PFNKUNIT_UFFD_H */
