// SPDX-License-Identifier: GPL-2.0
/*
 * Page faults handled by user space.
 */
#include <linux/mman.h>

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
	u.fd = test_owns_fd(test, user_syscall(us, userfaultfd, 0));
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

void needs_uffd_move(struct kunit *test)
{
	needs_userfaultfd(test);
#ifndef UFFDIO_MOVE
	kunit_skip(test, "needs UFFDIO_MOVE (Linux 6.8)");
#endif
}
EXPORT_SYMBOL_IF_KUNIT(needs_uffd_move);
