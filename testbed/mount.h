/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file system of the kernel's own, mounted for the test alone.
 */
#ifndef PFNKUNIT_MOUNT_H
#define PFNKUNIT_MOUNT_H

#include <kunit/test.h>

struct vfsmount;

/**
 * mount_for_test() - Mount it, until the test ends.
 * @test: the test; skipped where there is no such file system
 * @type: its name, as in /proc/filesystems
 * @config: the option that brings it
 *
 * Return: the mount. Fails the test when it can't be made.
 */
struct vfsmount *mount_for_test(struct kunit *test, const char *type,
				const char *config);

#endif /* PFNKUNIT_MOUNT_H */
