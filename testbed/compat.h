/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions that the testbed and the suites
 * meet, and the only place for them.
 */
#ifndef PFNKUNIT_COMPAT_H
#define PFNKUNIT_COMPAT_H

#include <kunit/test.h>
#include <kunit/visibility.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/percpu_counter.h>
#include <linux/userfaultfd.h>
#include <linux/version.h>

struct file_operations;
struct vm_operations_struct;

#define COMPAT_SINCE(major, minor) \
	(LINUX_VERSION_MAJOR * 1000 + LINUX_VERSION_PATCHLEVEL >= \
	 (major) * 1000 + (minor))

/* The namespace argument of MODULE_IMPORT_NS() became a string in 6.13. */
#if COMPAT_SINCE(6, 13)
#define COMPAT_IMPORT_KUNIT_NS() MODULE_IMPORT_NS("EXPORTED_FOR_KUNIT_TESTING")
#else
#define COMPAT_IMPORT_KUNIT_NS() MODULE_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING)
#endif

/**
 * compat_rss() - Exact value of one of an mm's counters.
 * @mm: the address space
 * @member: MM_FILEPAGES, MM_ANONPAGES, ...
 *
 * get_mm_counter() may lag behind by a batch per CPU.
 *
 * Return: pages.
 */
static inline long compat_rss(struct mm_struct *mm, int member)
{
#if COMPAT_SINCE(6, 2)
	return percpu_counter_sum(&mm->rss_stat[member]);
#else
	/* Batches per thread, which kthread_unuse_mm() has added. */
	return atomic_long_read(&mm->rss_stat.count[member]);
#endif
}

#if !COMPAT_SINCE(6, 3)
static inline void vm_flags_init(struct vm_area_struct *vma,
				 unsigned long flags)
{
	vma->vm_flags = flags;
}

static inline void vm_flags_set(struct vm_area_struct *vma,
				unsigned long flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma,
				  unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* vmf_insert_mixed() took a pfn_t before 6.17. */
#if COMPAT_SINCE(6, 17)
#define compat_insert_mixed vmf_insert_mixed
#else
#include <linux/pfn_t.h>

static inline vm_fault_t compat_insert_mixed(struct vm_area_struct *vma,
					     unsigned long addr,
					     unsigned long pfn)
{
	return vmf_insert_mixed(vma, addr,
				__pfn_to_pfn_t(pfn, pfn_valid(pfn) ?
					       0 : PFN_DEV));
}
#endif

/* What madvise() got in 6.13; unknown advice is refused before. */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#define MADV_GUARD_REMOVE	103
#endif

/*
 * MADV_DOFORK is refused for all special mappings, in 6.12 only for those with
 * VM_IO.
 */
#define COMPAT_DOFORK_NEEDS_ORDINARY COMPAT_SINCE(7, 3)

/*
 * userfaultfd refuses special mappings as such; in 6.12 it looks whether they
 * are anonymous, and UFFD_FEATURE_WP_ASYNC takes any memory.
 */
#define COMPAT_HAS_UFFD_REFUSAL COMPAT_SINCE(7, 3)
#define COMPAT_HAS_UFFD_WP_ASYNC \
	(COMPAT_HAS_UFFD_REFUSAL && IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP))
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC	BIT(15)
#endif

/* Walks say which lock they need since 6.5; folio_walk_start() came in 6.12. */
#if COMPAT_SINCE(6, 5)
#define COMPAT_WALK_RDLOCK	.walk_lock = PGWALK_RDLOCK,
#else
#define COMPAT_WALK_RDLOCK
#endif
#define COMPAT_HAS_FOLIO_WALK	COMPAT_SINCE(6, 12)

/* Without the array of vmas since 6.5. */
#if COMPAT_SINCE(6, 5)
#define compat_get_user_pages		get_user_pages
#define compat_pin_user_pages		pin_user_pages
#define compat_get_user_pages_remote(mm, addr, nr, flags, pages) \
	get_user_pages_remote(mm, addr, nr, flags, pages, NULL)
#define compat_pin_user_pages_remote(mm, addr, nr, flags, pages) \
	pin_user_pages_remote(mm, addr, nr, flags, pages, NULL)
#else
#define compat_get_user_pages(addr, nr, flags, pages) \
	get_user_pages(addr, nr, flags, pages, NULL)
#define compat_pin_user_pages(addr, nr, flags, pages) \
	pin_user_pages(addr, nr, flags, pages, NULL)
#define compat_get_user_pages_remote(mm, addr, nr, flags, pages) \
	get_user_pages_remote(mm, addr, nr, flags, pages, NULL, NULL)
#define compat_pin_user_pages_remote(mm, addr, nr, flags, pages) \
	pin_user_pages_remote(mm, addr, nr, flags, pages, NULL, NULL)
#endif

/* GUP that looks at page tables without a lock; renamed in 6.10. */
#define COMPAT_HAS_GUP_FAST \
	(IS_ENABLED(CONFIG_HAVE_GUP_FAST) || IS_ENABLED(CONFIG_HAVE_FAST_GUP))

/* A flag of GUP since 6.6. */
#if COMPAT_SINCE(6, 6)
#define COMPAT_FOLL_HONOR_NUMA_FAULT	FOLL_HONOR_NUMA_FAULT
#else
#define COMPAT_FOLL_HONOR_NUMA_FAULT	0
#endif

/* KUnit's deferred actions, by its resources, before it had them. */
#if !COMPAT_SINCE(6, 5)
typedef void (kunit_action_t)(void *);

int kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx);
int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action,
			      void *ctx);
void kunit_release_action(struct kunit *test, kunit_action_t *action,
			  void *ctx);
#endif

/* Before KUnit had static stubs, cases that need one are skipped. */
#if COMPAT_SINCE(6, 4)
#include <kunit/static_stub.h>
#include <kunit/test-bug.h>
#else
#define KUNIT_STATIC_STUB_REDIRECT(real_fn, args...) \
	((void)(real_fn))

#define kunit_activate_static_stub(test, real_fn, replacement)		\
	do {								\
		(void)(real_fn);					\
		(void)(replacement);					\
		kunit_skip(test, "needs KUnit's static stubs (Linux 6.4)"); \
	} while (0)

#define kunit_deactivate_static_stub(test, real_fn) \
	((void)(test), (void)(real_fn))

#define kunit_get_current_test() (current->kunit_test)
#endif

/*
 * Warnings kept out of the log, and counted, since 7.3. What is handed out is
 * a struct kunit_suppressed_warning.
 */
#define COMPAT_HAS_WARNING_SUPPRESS COMPAT_SINCE(7, 3)

#if COMPAT_HAS_WARNING_SUPPRESS
static inline void *compat_suppress_warnings(struct kunit *test)
{
	return kunit_start_suppress_warning(test);
}

static inline unsigned int compat_suppressed_warnings(struct kunit *test,
						      void *suppressed)
{
	unsigned int nr = kunit_suppressed_warning_count(suppressed);

	kunit_end_suppress_warning(test, suppressed);
	return nr;
}
#else
static inline void *compat_suppress_warnings(struct kunit *test)
{
	return NULL;
}

static inline unsigned int compat_suppressed_warnings(struct kunit *test,
						      void *suppressed)
{
	return 0;
}
#endif

/* mm_alloc() and arch_pick_mmap_layout() are exported for KUnit since 6.11. */
#define COMPAT_EXPORTS_MM_ALLOC COMPAT_SINCE(6, 11)

/* vm_ops->huge_fault gets an order, and no longer an enum, since 6.6. */
#define COMPAT_HAS_HUGE_FAULT_ORDER COMPAT_SINCE(6, 6)

/* follow_pfnmap_start() came in 6.12, and told its mask since 6.15. */
#define COMPAT_HAS_FOLLOW_PFNMAP COMPAT_SINCE(6, 12)
#define COMPAT_HAS_FOLLOW_MASK COMPAT_SINCE(6, 15)

/**
 * compat_follow() - follow_pfnmap_start(), a look, follow_pfnmap_end().
 * @vma: the vma
 * @addr: the address
 * @got: filled in, but for its @held
 *
 * Only there if COMPAT_HAS_FOLLOW_PFNMAP.
 */
struct followed;
void compat_follow(struct vm_area_struct *vma, unsigned long addr,
		   struct followed *got);

/*
 * vm_ops->access, and generic_access_phys() for it, are for architectures that
 * can ioremap with any protection.
 */
#define COMPAT_HAS_VMA_ACCESS IS_ENABLED(CONFIG_HAVE_IOREMAP_PROT)
#if COMPAT_HAS_VMA_ACCESS
#define compat_access_phys generic_access_phys
#else
static inline int compat_access_phys(struct vm_area_struct *vma,
				     unsigned long addr, void *buf, int len,
				     int write)
{
	return -EINVAL;
}
#endif

/*
 * generic_access_phys() stops at the end of a page, and refuses ordinary
 * memory; not in 6.12.
 */
#define COMPAT_ACCESS_PHYS_IS_CAREFUL COMPAT_SINCE(7, 3)

/*
 * f_op->mmap_prepare is older, but the action that remaps a whole range came
 * later, and the vma's flags turned into vma_flags_t only then.
 */
#define COMPAT_HAS_MMAP_PREPARE COMPAT_SINCE(7, 3)

/**
 * compat_prepare_vma() - What f_op->mmap does to a vma, for f_op->mmap_prepare.
 * @desc: the struct vm_area_desc of the mapping to be
 * @vm_flags: flags to add: VM_PFNMAP or VM_MIXEDMAP, with VM_DONTEXPAND and
 *	VM_DONTDUMP, or none
 * @vm_ops: its operations
 * @private_data: its vm_private_data
 * @remap_pfn: first page frame of a remap of the whole range, 0 for no remap
 *
 * Only there if COMPAT_HAS_MMAP_PREPARE.
 */
struct vm_area_desc;
void compat_prepare_vma(struct vm_area_desc *desc, unsigned long vm_flags,
			const struct vm_operations_struct *vm_ops,
			void *private_data, unsigned long remap_pfn);

#endif /* PFNKUNIT_COMPAT_H */
