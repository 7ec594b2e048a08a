// SPDX-License-Identifier: GPL-2.0
/*
 * A file system of the kernel's own, mounted for the test alone.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mount.h>

#include "compat.h"
#include "mount.h"

static void unmount(void *data)
{
	kern_unmount(data);
}

struct vfsmount *mount_for_test(struct kunit *test, const char *type,
				const char *config)
{
	struct file_system_type *fs = get_fs_type(type);
	struct vfsmount *mnt;

	if (!fs)
		kunit_skip(test, "needs %s", config);
	mnt = kern_mount(fs);
	KUNIT_ASSERT_FALSE(test, IS_ERR(mnt));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unmount, mnt));
	return mnt;
}
EXPORT_SYMBOL_IF_KUNIT(mount_for_test);
