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
struct followed;
struct vm_area_desc;
struct vm_operations_struct;

#define COMPAT_SINCE(major, minor) \
	(LINUX_VERSION_MAJOR * 1000 + LINUX_VERSION_PATCHLEVEL >= \
	 (major) * 1000 + (minor))

/**
 * compat_handle_mm_fault() - handle_mm_fault(), without VM_FAULT_WRITE.
 * @vma: the vma, locked
 * @addr: user address in it
 * @flags: FAULT_FLAG_*
 *
 * Until 6.2 that told get_user_pages() of a copy, beside the result.
 *
 * Return: VM_FAULT_*.
 */
static inline vm_fault_t compat_handle_mm_fault(struct vm_area_struct *vma,
						unsigned long addr,
						unsigned int flags)
{
	vm_fault_t ret = handle_mm_fault(vma, addr, flags, NULL);

#if !COMPAT_SINCE(6, 2)
	ret &= ~VM_FAULT_WRITE;
#endif
	return ret;
}

/* FAULT_FLAG_UNSHARE was for anonymous pages alone until 6.2. */
#define COMPAT_UNSHARES_FRAMES COMPAT_SINCE(6, 2)

/* sanitize_fault_flags() came with 6.2; nobody but the kernel makes the flags. */
#define COMPAT_FAULT_FLAGS_ARE_CHECKED COMPAT_SINCE(6, 2)

/* walk_page_vma() passed over vmas as walk_page_range() does until 6.2. */
#define COMPAT_WALK_VMA_ASKS_NOBODY COMPAT_SINCE(6, 2)

/* pin_user_pages_unlocked() took no FOLL_LONGTERM before 6.3. */
#define COMPAT_UNLOCKED_TAKES_LONGTERM COMPAT_SINCE(6, 3)

/* Advice on the order of reads keeps pages from counting as used since 6.3. */
#define COMPAT_ADVICE_MINDS_USE COMPAT_SINCE(6, 3)

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

/* Set such a counter right, after a bug of the kernel that a case knows. */
static inline void compat_rss_add(struct mm_struct *mm, int member, long pages)
{
#if COMPAT_SINCE(6, 2)
	percpu_counter_add(&mm->rss_stat[member], pages);
#else
	atomic_long_add(pages, &mm->rss_stat.count[member]);
#endif
}

/**
 * compat_mm_set_unstable() - Say that the OOM killer reaps an address space.
 * @mm: the address space
 * @unstable: that it does, or no more
 */
static inline void compat_mm_set_unstable(struct mm_struct *mm, bool unstable)
{
#if COMPAT_SINCE(6, 18)
	if (unstable)
		mm_flags_set(MMF_UNSTABLE, mm);
	else
		mm_flags_clear(MMF_UNSTABLE, mm);
#else
	if (unstable)
		set_bit(MMF_UNSTABLE, &mm->flags);
	else
		clear_bit(MMF_UNSTABLE, &mm->flags);
#endif
}

/* NUMA balancing notes who used a folio last; it was a page before 6.7. */
#define COMPAT_HAS_LAST_USER \
	(IS_ENABLED(CONFIG_NUMA_BALANCING) && COMPAT_SINCE(6, 7))

static inline int compat_last_user(struct folio *folio)
{
#if COMPAT_HAS_LAST_USER
	return folio_last_cpupid(folio);
#else
	return -1;
#endif
}

/* Nobody that is known. */
#if COMPAT_HAS_LAST_USER
#define COMPAT_LAST_USER_NOBODY	((1 << LAST_CPUPID_SHIFT) - 1)
#else
#define COMPAT_LAST_USER_NOBODY	-1
#endif

/*
 * UML's set_ptes() steps from entry to entry by the number of those to come, not
 * by one: seen in 6.12 and 7.3.
 */
#define COMPAT_SET_PTES_SKIPS_FRAMES IS_ENABLED(CONFIG_UML)

/* m68k's pgtable_t is the table itself. */
#ifdef CONFIG_M68K
#define compat_table_page(table)	virt_to_page((void *)(table))
#else
#define compat_table_page(table)	(table)
#endif

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

/* An event that only a kernel with KSM has; see observe_events(). */
#ifdef CONFIG_KSM
#define COMPAT_COW_KSM	COW_KSM
#else
#define COMPAT_COW_KSM	NR_VM_EVENT_ITEMS
#endif

/* What madvise() got in 6.13; unknown advice is refused before. */
#define COMPAT_HAS_GUARDS COMPAT_SINCE(6, 13)
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL	102
#define MADV_GUARD_REMOVE	103
#endif

/* Not on 32 bit, where no flag of a vma is left for it. */
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE	0x08
#endif
#define COMPAT_HAS_DROPPABLE (COMPAT_SINCE(6, 11) && IS_ENABLED(CONFIG_64BIT))

/*
 * userfaultfd refuses special mappings as such; in 6.12 it looks whether they
 * are anonymous, and UFFD_FEATURE_WP_ASYNC takes any memory.
 */
#define COMPAT_HAS_UFFD_REFUSAL COMPAT_SINCE(7, 3)
#define COMPAT_HAS_UFFD_WP_ASYNC \
	(COMPAT_HAS_UFFD_REFUSAL && IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP))
#define COMPAT_HAS_UFFD_WP \
	(IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP) && COMPAT_SINCE(6, 8))

/* Once for write protection alone. */
#if COMPAT_HAS_UFFD_REFUSAL
#define compat_pte_uffd	pte_uffd
#else
#define compat_pte_uffd	pte_uffd_wp
#endif

#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC	BIT(15)
#endif

/* Only asked for with CONFIG_USERFAULTFD_RWP. */
#ifndef UFFD_FEATURE_RWP
#define UFFD_FEATURE_RWP	BIT(17)
#define UFFD_FEATURE_RWP_ASYNC	BIT(18)
#define UFFDIO_REGISTER_MODE_RWP	BIT(3)
#endif

/* Walks say which lock they need since 6.5; folio_walk_start() came in 6.12. */
#if COMPAT_SINCE(6, 5)
#define COMPAT_WALK_RDLOCK	.walk_lock = PGWALK_RDLOCK,
#else
#define COMPAT_WALK_RDLOCK
#endif
#define COMPAT_HAS_FOLIO_WALK	COMPAT_SINCE(6, 12)

/* Declared only where a module can be unloaded. */
#ifdef CONFIG_MODULE_UNLOAD
#define compat_module_refcount	module_refcount
#else
#define compat_module_refcount(module)	((void)(module), 0)
#endif

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

/* KUnit has it since 6.8. */
#ifndef KUNIT_FAIL_AND_ABORT
#define KUNIT_FAIL_AND_ABORT(test, fmt, args...) \
	KUNIT_ASSERT_TRUE_MSG(test, false, fmt, ##args)
#endif

/* There is the lock of a vma since 6.4; cases about it ask needs_per_vma_lock(). */
#if !COMPAT_SINCE(6, 4)
#define FAULT_FLAG_VMA_LOCK 0
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

/* UML's <asm/syscall.h> did not declare its table. */
#if IS_ENABLED(CONFIG_UML) && !COMPAT_SINCE(6, 12)
#include <asm/syscall.h>
extern const sys_call_ptr_t sys_call_table[];
#endif

/*
 * MADV_DOFORK once refused VM_IO only, and refuses VM_SPECIAL now: seen in 6.12
 * and 7.3, changed somewhere between.
 */
#define COMPAT_DOFORK_ASKS_VM_SPECIAL COMPAT_SINCE(7, 0)

/**
 * compat_own_file() - A file in no directory, with pages of its own.
 * @name: a name
 * @fops: its operations
 * @priv: its private_data
 * @flags: O_*
 *
 * Before 6.8 all such files share an inode, and so unmap_mapping_range() hits
 * them all.
 *
 * Return: the file, or an ERR_PTR().
 */
struct file *compat_own_file(const char *name,
			     const struct file_operations *fops, void *priv,
			     int flags);

/* With the new name it is for VM_MIXEDMAP, too. */
#define COMPAT_ZAPS_MIXED COMPAT_SINCE(7, 1)

/**
 * compat_zap_vma() - zap_vma_ptes(), which has got another name.
 * @vma: the vma, VM_PFNMAP
 * @addr: first address
 * @size: bytes
 */
static inline void compat_zap_vma(struct vm_area_struct *vma,
				  unsigned long addr, unsigned long size)
{
#if COMPAT_ZAPS_MIXED
	zap_special_vma_range(vma, addr, size);
#else
	zap_vma_ptes(vma, addr, size);
#endif
}

/*
 * With CONFIG_DEBUG_VM vm_insert_pages() warns of what it had a BUG for before
 * 7.1, and so does a zap of a range that wraps around.
 */
#define COMPAT_INSERT_PAGES_WARNS	COMPAT_SINCE(7, 1)
#define COMPAT_ZAP_WARNS		COMPAT_SINCE(7, 1)

/**
 * compat_zap_range() - zap_vma_range(): all of a range, in any vma.
 * @vma: the vma
 * @addr: first address
 * @size: bytes
 *
 * Only there if COMPAT_ZAP_WARNS.
 */
static inline void compat_zap_range(struct vm_area_struct *vma,
				    unsigned long addr, unsigned long size)
{
#if COMPAT_ZAP_WARNS
	zap_vma_range(vma, addr, size);
#endif
}

/*
 * An architecture that keeps track of which frames are mapped how looks at
 * their numbers; then this is the last.
 */
#ifdef __HAVE_PFNMAP_TRACKING
#define COMPAT_LAST_PFN	(__PHYSICAL_MASK >> PAGE_SHIFT)
#else
#define COMPAT_LAST_PFN	0UL
#endif

/* mm_alloc() and arch_pick_mmap_layout() are exported for KUnit since 6.11. */
#define COMPAT_EXPORTS_MM_ALLOC COMPAT_SINCE(6, 11)

/* What get_locked_pte() has to have exported. */
#if COMPAT_SINCE(7, 1)
#define COMPAT_GET_LOCKED_PTE get_locked_pte
#else
#define COMPAT_GET_LOCKED_PTE __get_locked_pte
#endif

/* Drops what is held in a fault, since there is more than mmap_lock. */
#if !COMPAT_SINCE(6, 4)
static inline void release_fault_lock(struct vm_fault *vmf)
{
	mmap_read_unlock(vmf->vma->vm_mm);
}
#endif

/* vm_ops->huge_fault gets an order, and no longer an enum, since 6.6. */
#define COMPAT_HAS_HUGE_FAULT_ORDER COMPAT_SINCE(6, 6)

/* follow_pfnmap_start() came in 6.12, and told its mask since 6.15. */
#define COMPAT_HAS_FOLLOW_PFNMAP COMPAT_SINCE(6, 12)
#define COMPAT_HAS_FOLLOW_MASK COMPAT_SINCE(6, 15)

/* What follow_pfnmap_start() tells; where that is nothing, it was no pgprot_t. */
static inline pgprot_t compat_pte_pgprot(pte_t pte)
{
#if COMPAT_HAS_FOLLOW_PFNMAP
	return pte_pgprot(pte);
#else
	return __pgprot(0);
#endif
}

/**
 * compat_follow() - follow_pfnmap_start(), a look, follow_pfnmap_end().
 * @vma: the vma
 * @addr: the address
 * @got: filled in, but for its @held
 *
 * Only there if COMPAT_HAS_FOLLOW_PFNMAP.
 */
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

/* What ioremap_prot() takes (x86's), pgprot_t since 6.15. */
#if COMPAT_SINCE(6, 15)
#define compat_ioremap_mode pgprot_t
#else
#define compat_ioremap_mode unsigned long
#endif

/*
 * generic_access_phys() stops at the end of a page, and refuses ordinary
 * memory; not in 6.12.
 */
#define COMPAT_ACCESS_PHYS_IS_CAREFUL COMPAT_SINCE(7, 3)

/* Huge entries of folios since 6.15. */
#define COMPAT_HAS_HUGE_FOLIOS COMPAT_SINCE(6, 15)

/* Pages of DAX files are counted like others since 6.15. */
#define COMPAT_HAS_DAX_PAGES COMPAT_SINCE(6, 15)

/* What frees a page of device memory gets a folio now, between 6.12 and 7.3. */
#if COMPAT_SINCE(7, 0)
#define compat_device_page struct folio
#define COMPAT_DEVICE_FREE folio_free
#else
#define compat_device_page struct page
#define COMPAT_DEVICE_FREE page_free
#endif

/*
 * vm_normal_page_pud() came with 6.18. So did a mark on the huge zero page:
 * until then, huge entries without mark went by the linear rule.
 */
#define COMPAT_HAS_NORMAL_PAGE_PUD COMPAT_SINCE(6, 18)
#define COMPAT_HUGE_MARK_DECIDES COMPAT_SINCE(6, 18)

/*
 * Until some release after 6.12, zap_pud_range() asserted that who splits a huge
 * pud has mmap_lock; unmap_mapping_range() has not.
 */
#define COMPAT_PUD_SPLITS_UNDER_RMAP_LOCK COMPAT_SINCE(7, 3)

/*
 * Since 6.16 the cache mode of a remapped range is tracked by a context that
 * all parts of the vma share. Before, parts of a vma untracked ranges of their
 * own, which the list did not have.
 */
#define COMPAT_TRACKS_BY_CONTEXT COMPAT_SINCE(6, 16)

static inline refcount_t *compat_tracking_users(struct vm_area_struct *vma)
{
#if COMPAT_TRACKS_BY_CONTEXT && defined(__HAVE_PFNMAP_TRACKING)
	return &vma->pfnmap_track_ctx->kref.refcount;
#else
	return NULL;
#endif
}

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
void compat_prepare_vma(struct vm_area_desc *desc, unsigned long vm_flags,
			const struct vm_operations_struct *vm_ops,
			void *private_data, unsigned long remap_pfn);

/*
 * What f_op->mmap_prepare can have done with the mapping to be: the functions
 * mmap_action_*(), with pages of the mapping in place of addresses. Called only
 * if COMPAT_HAS_MMAP_PREPARE.
 */
#if COMPAT_HAS_MMAP_PREPARE
#define COMPAT_ACTION(name, params, call)				\
	static inline void compat_action_##name params { call; }
#else
#define COMPAT_ACTION(name, params, ...)				\
	static inline void compat_action_##name params { }
#endif

COMPAT_ACTION(remap, (struct vm_area_desc *desc, unsigned long page,
		      unsigned long pfn, unsigned long size),
	      mmap_action_remap(desc, desc->start + page * PAGE_SIZE, pfn, size))
COMPAT_ACTION(remap_full, (struct vm_area_desc *desc, unsigned long pfn),
	      mmap_action_remap_full(desc, pfn))
COMPAT_ACTION(ioremap, (struct vm_area_desc *desc, unsigned long page,
			unsigned long pfn, unsigned long size),
	      mmap_action_ioremap(desc, desc->start + page * PAGE_SIZE, pfn,
				  size))
COMPAT_ACTION(ioremap_full, (struct vm_area_desc *desc, unsigned long pfn),
	      mmap_action_ioremap_full(desc, pfn))
COMPAT_ACTION(simple_ioremap, (struct vm_area_desc *desc, phys_addr_t start,
			       unsigned long size),
	      mmap_action_simple_ioremap(desc, start, size))
COMPAT_ACTION(map_pages, (struct vm_area_desc *desc, unsigned long page,
			  struct page **pages, unsigned long nr),
	      mmap_action_map_kernel_pages(desc, desc->start + page * PAGE_SIZE,
					   pages, nr))
COMPAT_ACTION(map_pages_full, (struct vm_area_desc *desc, struct page **pages),
	      mmap_action_map_kernel_pages_full(desc, pages))
/**
 * compat_prepare_pages() - Start what compat_action_map_pages() has chosen.
 * @mm: the address space
 * @addr: where a mapping of one page would be
 * @page: the page
 *
 * Only there if COMPAT_HAS_MMAP_PREPARE.
 *
 * Return: what map_kernel_pages_prepare() returns.
 */
static inline int compat_prepare_pages(struct mm_struct *mm, unsigned long addr,
				       struct page *page)
{
#if COMPAT_HAS_MMAP_PREPARE
	struct vm_area_desc desc = {
		.mm = mm,
		.start = addr,
		.end = addr + PAGE_SIZE,
	};

	mmap_action_map_kernel_pages_full(&desc, &page);
	return map_kernel_pages_prepare(&desc);
#else
	return -EOPNOTSUPP;
#endif
}

COMPAT_ACTION(fail_with, (struct vm_area_desc *desc, int error),
	      desc->action.error_override = error)

/*
 * Before 6.16, x86 looked up the cache mode of a mapping in its first entry,
 * and warned if there was none: also when a remap had failed before it.
 */
#define COMPAT_FAILED_REMAP_WARNS \
	(IS_ENABLED(CONFIG_X86) && !COMPAT_SINCE(6, 16))

/*
 * vmf_insert_mixed() and vmf_insert_mixed_mkwrite() took a pfn_t, with flags
 * beside the number, before 6.16.
 */
#if COMPAT_SINCE(6, 16)
#define compat_pfn(pfn) (pfn)
#define compat_device_pfn(pfn) (pfn)
#define compat_marked_pfn(pfn) (pfn)
#else
#include <linux/pfn_t.h>
#define compat_pfn(pfn) pfn_to_pfn_t(pfn)
#define compat_device_pfn(pfn) __pfn_to_pfn_t(pfn, PFN_DEV | PFN_MAP)
#define compat_marked_pfn(pfn) __pfn_to_pfn_t(pfn, PFN_SPECIAL)
#endif

/*
 * As long as there were these flags, a frame of device memory got an entry with
 * a mark of its own (PFN_DEV with PFN_MAP), and another flag said that an entry
 * will be special (PFN_SPECIAL).
 */
#define COMPAT_HAS_DEVMAP \
	(IS_ENABLED(CONFIG_ARCH_HAS_PTE_DEVMAP) && !COMPAT_SINCE(6, 16))
#define COMPAT_HAS_MARKED_PFN \
	(IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL) && !COMPAT_SINCE(6, 16))

static inline pte_t compat_pte_mkdevmap(pte_t pte)
{
#if COMPAT_HAS_DEVMAP
	return pte_mkdevmap(pte);
#else
	return pte;
#endif
}

static inline pmd_t compat_pmd_mkdevmap(pmd_t pmd)
{
#if COMPAT_HAS_DEVMAP && IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE)
	return pmd_mkdevmap(pmd);
#else
	return pmd;
#endif
}

/*
 * A driver may name the page of a special entry; since 6.18 by another name, and
 * in kernels with CONFIG_FIND_NORMAL_PAGE only.
 */
#if COMPAT_SINCE(6, 18)
#define COMPAT_HAS_FIND_PAGE IS_ENABLED(CONFIG_FIND_NORMAL_PAGE)
#define compat_find_page find_normal_page
#else
#define COMPAT_HAS_FIND_PAGE IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL)
#define compat_find_page find_special_page
#endif

/**
 * compat_find_page_ops() - Have a driver name the pages of its special entries.
 * @test: the test
 * @fault: its fault handler, or NULL
 * @find: tells the page at an address, NULL where mm is to know of none
 *
 * Return: its operations, which are these; without @find if there is no such
 * thing, see COMPAT_HAS_FIND_PAGE.
 */
const struct vm_operations_struct *
compat_find_page_ops(struct kunit *test,
		     vm_fault_t (*fault)(struct vm_fault *vmf),
		     struct page *(*find)(struct vm_area_struct *vma,
					  unsigned long addr));

#if !COMPAT_SINCE(6, 10)
static inline void __folio_set_offline(struct folio *folio)
{
	folio->page.page_type &= ~PG_offline;
}

static inline void __folio_clear_offline(struct folio *folio)
{
	folio->page.page_type |= PG_offline;
}
#endif

/*
 * The zero page in a VM_MIXEDMAP: allowed or refused by rule since 6.11. What
 * vmf_insert_mixed() refuses since then it had a BUG_ON() for.
 */
#define COMPAT_HAS_MIXED_ZERO_PAGE COMPAT_SINCE(6, 11)

/* vmf_insert_page_mkwrite() came in 6.15. */
#define COMPAT_HAS_INSERT_PAGE_MKWRITE COMPAT_SINCE(6, 15)

static inline vm_fault_t compat_insert_page_mkwrite(struct vm_area_struct *vma,
						    unsigned long addr,
						    struct page *page,
						    bool write)
{
#if COMPAT_HAS_INSERT_PAGE_MKWRITE
	struct vm_fault vmf = { .vma = vma, .address = addr };

	return vmf_insert_page_mkwrite(&vmf, page, write);
#else
	return VM_FAULT_SIGBUS;
#endif
}

/*
 * UML looks at the page table entry of an address after a fault, whether there
 * is a page table or not: handle_page_fault() after VM_FAULT_NOPAGE, and
 * maybe_map() after VM_FAULT_OOM. Seen in 6.12 and 7.3.
 */
#define COMPAT_FAULT_NEEDS_A_TABLE IS_ENABLED(CONFIG_UML)

/*
 * follow_pfn_pte() marks a live entry by set_pte_at(), which takes a new one for
 * an empty place. arm64's own check, __check_safe_pte_update(), warns: the CPU
 * may set the dirty bit in between. Seen in 7.3.
 */
#define COMPAT_MARKS_ARE_UNSAFE \
	(IS_ENABLED(CONFIG_ARM64) && IS_ENABLED(CONFIG_DEBUG_VM))

#endif /* PFNKUNIT_COMPAT_H */
