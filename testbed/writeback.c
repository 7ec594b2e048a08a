// SPDX-License-Identifier: GPL-2.0
/*
 * A file system that could write back what has become dirty.
 */
#include <linux/backing-dev.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>

#include "compat.h"
#include "writeback.h"

#define WRITEBACK_MAGIC 0x70666e6b

static int writeback_init_fs_context(struct fs_context *fc)
{
	return init_pseudo(fc, WRITEBACK_MAGIC) ? 0 : -ENOMEM;
}

static struct file_system_type writeback_fs = {
	.name = "pfnkunit_wb",
	.owner = THIS_MODULE,
	.init_fs_context = writeback_init_fs_context,
	.kill_sb = kill_anon_super,
};

static void writeback_unmount(void *data)
{
	kern_unmount(data);
}

static void writeback_iput(void *data)
{
	iput(data);
}

struct address_space *writeback_mapping(struct kunit *test)
{
	struct vfsmount *mnt = kern_mount(&writeback_fs);
	struct inode *inode;

	KUNIT_ASSERT_FALSE(test, IS_ERR(mnt));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, writeback_unmount,
						  mnt));
	KUNIT_ASSERT_EQ(test, 0, super_setup_bdi(mnt->mnt_sb));
	inode = alloc_anon_inode(mnt->mnt_sb);
	KUNIT_ASSERT_FALSE(test, IS_ERR(inode));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, writeback_iput, inode));
	KUNIT_ASSERT_TRUE(test, mapping_can_writeback(inode->i_mapping));
	return inode->i_mapping;
}
EXPORT_SYMBOL_IF_KUNIT(writeback_mapping);
