// SPDX-License-Identifier: GPL-2.0
/*
 * Following a user address to its page frame.
 */
#include <linux/kthread.h>
#include <linux/mm.h>

#include "follow.h"

/**
 * struct follow_call - one call of follow_pfnmap_start()
 * @addr: where
 * @got: what it gave
 */
struct follow_call {
	unsigned long addr;
	struct followed got;
};

static int follow(struct vm_area_struct *vma, unsigned long in, void *data)
{
	struct follow_call *call = data;
	int before = preempt_count();

	compat_follow(vma, call->addr, &call->got);
	call->got.held = preempt_count() - before;
	return 0;
}

struct followed user_follow(struct user_space *us, unsigned long in,
			    unsigned long addr)
{
	struct follow_call call = { .addr = addr, .got.ret = -ENOENT };

	user_call_locked(us, in, follow, &call);
	return call.got;
}
EXPORT_SYMBOL_IF_KUNIT(user_follow);

int user_access(struct user_space *us, unsigned long addr, void *buf, int len,
		unsigned int flags)
{
	return access_remote_vm(us->mm, addr, buf, len, flags);
}
EXPORT_SYMBOL_IF_KUNIT(user_access);

/**
 * struct access_call - one call of generic_access_phys()
 * @buf: kernel buffer
 * @len: bytes
 * @write: FOLL_WRITE to write
 */
struct access_call {
	void *buf;
	int len;
	int write;
};

static int access_phys(struct vm_area_struct *vma, unsigned long addr,
		       void *data)
{
	struct access_call *call = data;

	return compat_access_phys(vma, addr, call->buf, call->len, call->write);
}

int user_access_phys(struct user_space *us, unsigned long addr, void *buf,
		     int len, int write)
{
	struct access_call call = { buf, len, write };

	return user_call_locked(us, addr, access_phys, &call);
}
EXPORT_SYMBOL_IF_KUNIT(user_access_phys);
