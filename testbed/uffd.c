// SPDX-License-Identifier: GPL-2.0
/*
 * Page faults handled by user space.
 */
#include <linux/completion.h>
#include <linux/fcntl.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "compat.h"
#include "needs.h"
#include "process.h"
#include "syscalls.h"
#include "uffd.h"

static long uffd_ioctl(struct uffd *u, unsigned int cmd, const void *arg,
		       size_t len)
{
	if (user_copy_in(u->us, u->addr, arg, len))
		return -EFAULT;
	return user_syscall(u->us, ioctl, u->fd, cmd, u->addr);
}

struct uffd uffd_open(struct kunit *test, struct user_space *us, u64 features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffd u = { .us = us };

	u.addr = user_mmap(us, NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(u.addr));
	u.fd = test_owns_fd(test, user_syscall(us, userfaultfd, O_NONBLOCK));
	KUNIT_ASSERT_EQ(test, 0, uffd_ioctl(&u, UFFDIO_API, &api, sizeof(api)));
	return u;
}
EXPORT_SYMBOL_IF_KUNIT(uffd_open);

long uffd_register(struct uffd *u, unsigned long addr, unsigned int nr_pages,
		   u64 mode)
{
	struct uffdio_register reg = {
		.range = { .start = addr, .len = nr_pages * PAGE_SIZE },
		.mode = mode,
	};

	return uffd_ioctl(u, UFFDIO_REGISTER, &reg, sizeof(reg));
}
EXPORT_SYMBOL_IF_KUNIT(uffd_register);

long uffd_write_protect(struct uffd *u, unsigned long addr,
			unsigned int nr_pages)
{
	struct uffdio_writeprotect wp = {
		.range = { .start = addr, .len = nr_pages * PAGE_SIZE },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return uffd_ioctl(u, UFFDIO_WRITEPROTECT, &wp, sizeof(wp));
}
EXPORT_SYMBOL_IF_KUNIT(uffd_write_protect);

long uffd_access_protect(struct uffd *u, unsigned long addr,
			 unsigned int nr_pages)
{
#ifdef UFFDIO_RWPROTECT
	struct uffdio_rwprotect rwp = {
		.range = { .start = addr, .len = nr_pages * PAGE_SIZE },
		.mode = UFFDIO_RWPROTECT_MODE_RWP,
	};

	return uffd_ioctl(u, UFFDIO_RWPROTECT, &rwp, sizeof(rwp));
#else
	return -EOPNOTSUPP;
#endif
}
EXPORT_SYMBOL_IF_KUNIT(uffd_access_protect);

long uffd_zeropage(struct uffd *u, unsigned long addr)
{
	struct uffdio_zeropage zero = {
		.range = { .start = addr, .len = PAGE_SIZE },
	};

	return uffd_ioctl(u, UFFDIO_ZEROPAGE, &zero, sizeof(zero));
}
EXPORT_SYMBOL_IF_KUNIT(uffd_zeropage);

long uffd_move(struct uffd *u, unsigned long to, unsigned long from)
{
#ifdef UFFDIO_MOVE
	struct uffdio_move move = { .dst = to, .src = from, .len = PAGE_SIZE };

	return uffd_ioctl(u, UFFDIO_MOVE, &move, sizeof(move));
#else
	return -EOPNOTSUPP;
#endif
}
EXPORT_SYMBOL_IF_KUNIT(uffd_move);

/* A thread that waits for a fork. */
struct fork_reader {
	struct uffd *u;
	bool stop;
	long fd;
	struct completion done;
};

static int read_of_fork(void *data)
{
	struct fork_reader *reader = data;
	struct user_space *us = reader->u->us;
	struct uffd_msg msg = {};
	long ret;

	do {
		ret = user_syscall(us, read, reader->u->fd, reader->u->addr,
				   sizeof(msg));
		if (ret == -EAGAIN)
			schedule_timeout_uninterruptible(1);
	} while (ret == -EAGAIN && !READ_ONCE(reader->stop));
	if (ret == sizeof(msg) &&
	    !user_copy_out(us, &msg, reader->u->addr, sizeof(msg)) &&
	    msg.event == UFFD_EVENT_FORK)
		reader->fd = msg.arg.fork.ufd;
	kthread_complete_and_exit(&reader->done, 0);
}

struct user_space *uffd_fork(struct kunit *test, struct uffd *u)
{
	struct user_space *child = user_space_reserve(test);
	struct fork_reader reader = { .u = u, .fd = -ENODATA };
	int ret;

	init_completion(&reader.done);
	if (IS_ERR(kthread_run(read_of_fork, &reader, "pfnkunit/reader")))
		KUNIT_FAIL_AND_ABORT(test, "no thread");
	ret = user_space_fork_to(child, u->us);
	WRITE_ONCE(reader.stop, ret);
	wait_for_completion(&reader.done);
	KUNIT_ASSERT_EQ(test, ret, 0);
	test_owns_fd(test, reader.fd);
	return child;
}
EXPORT_SYMBOL_IF_KUNIT(uffd_fork);

void needs_uffd_move(struct kunit *test)
{
	needs_userfaultfd(test);
#ifndef UFFDIO_MOVE
	kunit_skip(test, "needs UFFDIO_MOVE (Linux 6.8)");
#endif
}
EXPORT_SYMBOL_IF_KUNIT(needs_uffd_move);
