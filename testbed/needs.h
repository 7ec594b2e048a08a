/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a case needs of the machine. Each of these skips the case, and names
 * what is missing, if the machine does not have it.
 */
#ifndef PFNKUNIT_NEEDS_H
#define PFNKUNIT_NEEDS_H

#include <kunit/test.h>

#include "compat.h"
#include "exports.h"
#include "frames.h"

/**
 * needs_numa_nodes() - Memory nodes, each with memory and an online CPU.
 * @test: the test
 * @nr: how many
 */
void needs_numa_nodes(struct kunit *test, unsigned int nr);

/**
 * needs_cpus() - Online CPUs.
 * @test: the test
 * @nr: how many
 */
void needs_cpus(struct kunit *test, unsigned int nr);

/**
 * needs_mm_exports() - vm_normal_page() and its like, for modules.
 * @test: the test
 */
static inline void needs_mm_exports(struct kunit *test)
{
	/* Inline, as the next one: objtool minds functions that always skip. */
	if (!HAVE_MM_EXPORTS)
		kunit_skip(test, "needs a kernel with MM_PFNMAP_TESTBED_EXPORTS");
}

/**
 * needs_mmap_prepare() - f_op->mmap_prepare that can remap a range.
 * @test: the test
 */
static inline void needs_mmap_prepare(struct kunit *test)
{
	if (!COMPAT_HAS_MMAP_PREPARE)
		kunit_skip(test, "needs f_op->mmap_prepare with remap action (Linux 7.3)");
}

/**
 * needs_reachable() - Memory behind the frames.
 * @test: the test
 * @frames: the frames
 */
void needs_reachable(struct kunit *test, const struct frames *frames);

/**
 * needs_syscalls() - System calls from a kthread, see syscalls.h.
 * @test: the test
 */
void needs_syscalls(struct kunit *test);

/**
 * needs_reports() - Permission to make the kernel report, see announce_reports().
 * @test: the test
 */
static inline void needs_reports(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_MM_PFNMAP_KUNIT_REPORTS))
		kunit_skip(test, "needs CONFIG_MM_PFNMAP_KUNIT_REPORTS, as it taints the kernel");
}

/**
 * needs_cache_modes() - Page table entries that can say 'uncached'.
 * @test: the test
 */
static inline void needs_cache_modes(struct kunit *test)
{
	pgprot_t cached = vm_get_page_prot(VM_READ | VM_SHARED);

	if (pgprot_val(pgprot_noncached(cached)) == pgprot_val(cached))
		kunit_skip(test, "needs pgprot_noncached()");
}

/**
 * needs_debugfs() - Files in which the kernel tells of itself.
 * @test: the running test
 */
static inline void needs_debugfs(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEBUG_FS))
		kunit_skip(test, "needs debugfs (CONFIG_DEBUG_FS)");
}

/**
 * needs_debug_vm() - Checks that mm has with CONFIG_DEBUG_VM only.
 * @test: the test
 */
static inline void needs_debug_vm(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEBUG_VM))
		kunit_skip(test, "needs CONFIG_DEBUG_VM");
}

/**
 * needs_pfn_tracking() - An architecture that tracks which frames are mapped.
 * @test: the test
 */
static inline void needs_pfn_tracking(struct kunit *test)
{
	if (!COMPAT_LAST_PFN)
		kunit_skip(test, "needs tracking of mapped frames (X86_PAT)");
}

/**
 * needs_pte_special() - An architecture that can mark an entry special.
 * @test: the test
 */
static inline void needs_pte_special(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL))
		kunit_skip(test, "needs pte_special()");
}

/**
 * needs_devmap() - Entries with a mark for device memory.
 * @test: the test
 */
static inline void needs_devmap(struct kunit *test)
{
	if (!COMPAT_HAS_DEVMAP)
		kunit_skip(test, "needs pte_devmap() (before Linux 6.16)");
}

/**
 * needs_find_page() - Drivers that name the page of a special entry.
 * @test: the test
 */
static inline void needs_find_page(struct kunit *test)
{
	if (!COMPAT_HAS_FIND_PAGE)
		kunit_skip(test, "needs vm_ops->find_special_page (FIND_NORMAL_PAGE)");
}

/**
 * needs_pfn_limit() - A CPU with the L1TF bug, see pfn_modify_allowed().
 * @test: the test
 *
 * Return: the first frame that needs privileges to be mapped without access;
 * neither it nor its neighbours have memory behind them.
 */
unsigned long needs_pfn_limit(struct kunit *test);

/**
 * needs_ksm() - Merging of equal pages.
 * @test: the test
 */
static inline void needs_ksm(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_KSM))
		kunit_skip(test, "needs CONFIG_KSM");
}

/**
 * needs_thp() - Transparent huge pages.
 * @test: the test
 */
static inline void needs_thp(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE))
		kunit_skip(test, "needs CONFIG_TRANSPARENT_HUGEPAGE");
}

/**
 * needs_userfaultfd() - Page faults handled by user space.
 * @test: the test
 */
static inline void needs_userfaultfd(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_USERFAULTFD))
		kunit_skip(test, "needs CONFIG_USERFAULTFD");
}

/**
 * needs_uffd_wp() - Pages that user space protects from writes.
 * @test: the test
 */
static inline void needs_uffd_wp(struct kunit *test)
{
	needs_userfaultfd(test);
	if (!COMPAT_HAS_UFFD_WP)
		kunit_skip(test, "needs UFFDIO_WRITEPROTECT (HAVE_ARCH_USERFAULTFD_WP, Linux 6.8)");
}

/**
 * needs_uffd_wp_async() - User faults that only note writes, for all memory.
 * @test: the test
 */
static inline void needs_uffd_wp_async(struct kunit *test)
{
	needs_userfaultfd(test);
	if (!COMPAT_HAS_UFFD_WP_ASYNC)
		kunit_skip(test, "needs UFFD_FEATURE_WP_ASYNC (refusals: Linux 7.3)");
}

/**
 * needs_uffd_rwp() - Pages that user space protects from reads, too.
 * @test: the test
 */
static inline void needs_uffd_rwp(struct kunit *test)
{
	needs_userfaultfd(test);
	if (!IS_ENABLED(CONFIG_USERFAULTFD_RWP))
		kunit_skip(test, "needs CONFIG_USERFAULTFD_RWP (Linux 7.3, 64 bit)");
}

/**
 * needs_unsharing() - FAULT_FLAG_UNSHARE of what a driver mapped.
 * @test: the running test
 */
static inline void needs_unsharing(struct kunit *test)
{
	if (!COMPAT_UNSHARES_FRAMES)
		kunit_skip(test, "needs FAULT_FLAG_UNSHARE of raw frames (Linux 6.2)");
}

/**
 * needs_mixed_zero_page() - Rules for zero pages in a VM_MIXEDMAP.
 * @test: the running test
 */
static inline void needs_mixed_zero_page(struct kunit *test)
{
	if (!COMPAT_HAS_MIXED_ZERO_PAGE)
		kunit_skip(test, "needs the rules for zero pages in VM_MIXEDMAP (Linux 6.11)");
}

/**
 * needs_folio_walk() - folio_walk_start().
 * @test: the test
 */
static inline void needs_folio_walk(struct kunit *test)
{
	if (!COMPAT_HAS_FOLIO_WALK)
		kunit_skip(test, "needs folio_walk_start() (Linux 6.12)");
}

/**
 * needs_whole_page_tables() - Page tables that fill a page each.
 * @test: the test
 *
 * Where they are smaller, as on m68k, most are at hand and not allocated.
 */
static inline void needs_whole_page_tables(struct kunit *test)
{
	if (PTRS_PER_PTE * sizeof(pte_t) < PAGE_SIZE)
		kunit_skip(test, "needs page tables that fill a page each");
}

/**
 * needs_process_vm_readv() - The system call.
 * @test: the test
 */
static inline void needs_process_vm_readv(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_CROSS_MEMORY_ATTACH))
		kunit_skip(test, "needs CONFIG_CROSS_MEMORY_ATTACH");
}

#endif /* PFNKUNIT_NEEDS_H */
