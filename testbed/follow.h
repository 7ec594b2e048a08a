/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Following a user address to its page frame, as KVM, VFIO and access by
 * another process do.
 */
#ifndef PFNKUNIT_FOLLOW_H
#define PFNKUNIT_FOLLOW_H

#include <kunit/test.h>

#include "compat.h"
#include "exports.h"
#include "user_space.h"

/**
 * struct followed - what follow_pfnmap_start() gave
 * @ret: its return value; if not 0, all else is zero
 * @pfn: the frame
 * @writable: it may be written through the mapping
 * @special: the entry is special
 * @pgprot: the protection of the mapping
 * @addr_mask: the mask of what the entry covers, 0 where a kernel doesn't say
 * @held: locks it still holds after follow_pfnmap_end(), as far as they count
 *	in preempt_count()
 */
struct followed {
	int ret;
	unsigned long pfn;
	bool writable;
	bool special;
	pgprot_t pgprot;
	unsigned long addr_mask;
	int held;
};

/**
 * user_follow() - follow_pfnmap_start(), a look, follow_pfnmap_end().
 * @us: where
 * @in: an address in the vma that is named
 * @addr: the address to follow
 *
 * See needs_follow_pfnmap().
 *
 * Return: what it gave; -ENOENT if there is no vma at @in.
 */
struct followed user_follow(struct user_space *us, unsigned long in,
			    unsigned long addr);

/**
 * user_access() - Read or write memory as another process does.
 * @us: where
 * @addr: user address
 * @buf: kernel buffer
 * @len: bytes
 * @flags: FOLL_WRITE to write; FOLL_FORCE
 *
 * As access_process_vm(). See needs_mm_exports().
 *
 * Return: the number of bytes that were read or written.
 */
int user_access(struct user_space *us, unsigned long addr, void *buf, int len,
		unsigned int flags);

/**
 * user_access_phys() - generic_access_phys() in the vma of an address.
 * @us: where
 * @addr: user address
 * @buf: kernel buffer
 * @len: bytes
 * @write: FOLL_WRITE to write
 *
 * See needs_ioremap_prot().
 *
 * Return: what it returns: a number of bytes, or a negative errno.
 */
int user_access_phys(struct user_space *us, unsigned long addr, void *buf,
		     int len, int write);

/**
 * needs_follow_pfnmap() - follow_pfnmap_start().
 * @test: the test
 */
static inline void needs_follow_pfnmap(struct kunit *test)
{
	if (!COMPAT_HAS_FOLLOW_PFNMAP)
		kunit_skip(test, "needs follow_pfnmap_start() (Linux 6.12)");
}

/**
 * needs_ioremap_prot() - An architecture on which vm_ops->access is called.
 * @test: the test
 */
static inline void needs_ioremap_prot(struct kunit *test)
{
	if (!COMPAT_HAS_VMA_ACCESS)
		kunit_skip(test, "needs vm_ops->access (HAVE_IOREMAP_PROT)");
}

/**
 * needs_ioremap_of_reserved_pages() - An ioremap() that takes reserved memory.
 * @test: the test
 */
static inline void needs_ioremap_of_reserved_pages(struct kunit *test)
{
	needs_ioremap_prot(test);
	if (!IS_ENABLED(CONFIG_X86))
		kunit_skip(test, "needs an ioremap() that takes reserved memory (x86)");
}

#endif /* PFNKUNIT_FOLLOW_H */
