// SPDX-License-Identifier: GPL-2.0
/*
 * userfaultfd(2) for the test's own address space.
 */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/uaccess.h>
#include <linux/userfaultfd.h>

#include "compat.h"
#include "residue.h"
#include "syscalls.h"
#include "userfault.h"

static void userfault_close(void *data)
{
	struct userfault *uf = data;

	/* Now, as it looks at the address space once more. */
	residue_add(RESIDUE_FILE, -1);
	residue_add(RESIDUE_FILE_REF, file_count(uf->file) - 1);
	__fput_sync(uf->file);
}

static long userfault_ioctl(struct userfault *uf, unsigned int cmd, void *args,
			    size_t len)
{
	void __user *user_args = (void __user *)uf->args;
	long ret = -EFAULT;

	kthread_use_mm(uf->us->mm);
	if (!copy_to_user(user_args, args, len))
		ret = uf->file->f_op->unlocked_ioctl(uf->file, cmd, uf->args);
	if (copy_from_user(args, user_args, len))
		ret = -EFAULT;
	kthread_unuse_mm(uf->us->mm);
	return ret;
}

struct userfault *userfault_open(struct kunit *test, struct user_space *us)
{
	struct userfault *uf = kunit_kzalloc(test, sizeof(*uf), GFP_KERNEL);
	struct uffdio_api api = { .api = UFFD_API };
	long fd = user_syscall(us, userfaultfd, 0);

	KUNIT_ASSERT_NOT_NULL(test, uf);
	KUNIT_ASSERT_GE(test, fd, 0L);
	uf->file = fget(fd);
	close_fd(fd);
	KUNIT_ASSERT_NOT_NULL(test, uf->file);
	residue_add(RESIDUE_FILE, 1);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, userfault_close, uf));

	uf->us = us;
	uf->args = user_mmap(uf->us, NULL, 1, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(uf->args));
	KUNIT_ASSERT_EQ(test, 0, userfault_ioctl(uf, UFFDIO_API, &api,
						 sizeof(api)));
	return uf;
}
EXPORT_SYMBOL_IF_KUNIT(userfault_open);

int userfault_register(struct userfault *uf, unsigned long addr,
		       unsigned long nr_pages)
{
	struct uffdio_register args = {
		.range = { .start = addr, .len = nr_pages << PAGE_SHIFT },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	return userfault_ioctl(uf, UFFDIO_REGISTER, &args, sizeof(args));
}
EXPORT_SYMBOL_IF_KUNIT(userfault_register);

long userfault_zeropage(struct userfault *uf, unsigned long addr,
			unsigned long nr_pages)
{
	struct uffdio_zeropage args = {
		.range = { .start = addr, .len = nr_pages << PAGE_SHIFT },
	};
	long ret = userfault_ioctl(uf, UFFDIO_ZEROPAGE, &args, sizeof(args));

	if (args.zeropage > 0)
		return args.zeropage >> PAGE_SHIFT;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(userfault_zeropage);

#ifdef UFFDIO_MOVE
static long move(struct userfault *uf, unsigned long to, unsigned long from,
		 unsigned long len)
{
	struct uffdio_move args = { .dst = to, .src = from, .len = len };
	long ret = userfault_ioctl(uf, UFFDIO_MOVE, &args, sizeof(args));

	return args.move > 0 ? args.move : ret;
}
#else
static long move(struct userfault *uf, unsigned long to, unsigned long from,
		 unsigned long len)
{
	return -EOPNOTSUPP;
}
#endif

long userfault_move(struct userfault *uf, unsigned long to, unsigned long from,
		    unsigned long nr_pages)
{
	long ret = move(uf, to, from, nr_pages << PAGE_SHIFT);

	return ret > 0 ? ret >> PAGE_SHIFT : ret;
}
EXPORT_SYMBOL_IF_KUNIT(userfault_move);
