// SPDX-License-Identifier: GPL-2.0
/*
 * Files of debugfs. Always built in, as exports.c: modules cannot open them
 * while nobody has mounted it.
 */
#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mount.h>

#include "debugfs.h"

static ssize_t read_all(struct file *file, unsigned long addr, size_t len)
{
	ssize_t ret = 0;
	size_t done = 0;
	loff_t pos = 0;

	while (done < len) {
		ret = vfs_read(file, (char __user *)addr + done, len - done,
			       &pos);
		if (ret <= 0)
			break;
		done += ret;
	}
	return ret < 0 ? ret : done;
}

ssize_t debugfs_read_to_user(const char *path, struct mm_struct *mm,
			     unsigned long addr, size_t len)
{
	struct file_system_type *type = get_fs_type("debugfs");
	struct vfsmount *mnt;
	struct file *file;
	ssize_t ret;

	if (!type)
		return -ENODEV;
	mnt = vfs_kern_mount(type, SB_KERNMOUNT, type->name, NULL);
	put_filesystem(type);
	if (IS_ERR(mnt))
		return PTR_ERR(mnt);
	file = file_open_root_mnt(mnt, path, O_RDONLY, 0);
	if (IS_ERR(file)) {
		ret = PTR_ERR(file);
	} else {
		kthread_use_mm(mm);
		ret = read_all(file, addr, len);
		kthread_unuse_mm(mm);
		__fput_sync(file);
	}
	mntput(mnt);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(debugfs_read_to_user);
