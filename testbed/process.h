/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that has the test's address space, for what names a process: /proc,
 * pidfds, migrate_pages().
 */
#ifndef PFNKUNIT_PROCESS_H
#define PFNKUNIT_PROCESS_H

#include <kunit/test.h>

#include "fork.h"
#include "user_space.h"

/**
 * struct process - such a process
 * @holder: it sleeps in the kernel, and lives until the test ends, also if
 *	killed
 * @pid: its process ID
 */
struct process {
	struct holder holder;
	pid_t pid;
};

/**
 * process_create() - Make one.
 * @test: the test it lives as long as
 * @us: its address space, shared with the test
 *
 * See needs_mm_exports(). Fails the test when there is no memory.
 *
 * Return: the process.
 */
struct process *process_create(struct kunit *test, struct user_space *us);

/**
 * process_pidfd() - Open a file descriptor that names it, as pidfd_open(2).
 * @test: the test; the descriptor is closed when it ends
 * @p: the process
 *
 * See needs_syscalls().
 *
 * Return: the descriptor.
 */
int process_pidfd(struct kunit *test, struct process *p);

/**
 * test_owns_fd() - Close a file descriptor when a test ends.
 * @test: the test
 * @fd: the descriptor, as a system call returned it
 *
 * Fails the test if it is none.
 *
 * Return: the descriptor.
 */
int test_owns_fd(struct kunit *test, long fd);

#endif /* PFNKUNIT_PROCESS_H */
