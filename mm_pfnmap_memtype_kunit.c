// SPDX-License-Identifier: GPL-2.0
/*
 * Cache modes of raw-PFN mappings, where the architecture keeps track of them
 * (x86): the list, the page table entries, and who may map what how.
 *
 * What is expected is in Documentation/arch/x86/pat.rst, and the kernel-doc of
 * pfnmap_track() and pfnmap_setup_cachemode(). The frames are numbers of where
 * no memory is, neither RAM nor a device: nobody else tracks them, and nothing
 * is ever accessed there.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/fork.h"
#include "testbed/testbed.h"

#define NR_PAGES 8

/* What x86 says when it cannot give a mode, a line of no importance to bots. */
#define REFUSAL "map pfn expected mapping type"

/* How a window is remapped at mmap time. */
enum remap_how {
	REMAP_NOTHING,
	REMAP_NOTHING_MIXED,
	REMAP_WHOLE,
	REMAP_WHOLE_IO,
	REMAP_WHOLE_IOMAP,
	REMAP_WHOLE_BUT_BYTES,
	REMAP_TWICE,
	REMAP_HEAD,
	REMAP_TAIL,
};

/*
 * A mapping of NR_PAGES frames that follow each other from @pfn on.
 * @fail_at: which allocation of the remap fails; 0 for none
 * @failed: there was such an allocation
 * @addr: where, or the error that mmap returned
 */
struct window {
	unsigned long pfn;
	enum memtype_mode mode;
	enum remap_how how;
	unsigned int fail_at;
	bool failed;
	struct pfn_file *pf;
	struct user_space *us;
	unsigned long addr;
};

static int remap(struct window *w, struct vm_area_struct *vma)
{
	unsigned long size = vma->vm_end - vma->vm_start;

	switch (w->how) {
	case REMAP_WHOLE:
		return remap_pfn_range(vma, vma->vm_start, w->pfn, size,
				       vma->vm_page_prot);
	case REMAP_WHOLE_IO:
		return io_remap_pfn_range(vma, vma->vm_start, w->pfn, size,
					  vma->vm_page_prot);
	case REMAP_WHOLE_IOMAP:
		return vm_iomap_memory(vma, PFN_PHYS(w->pfn), size);
	case REMAP_WHOLE_BUT_BYTES:
		return remap_pfn_range(vma, vma->vm_start, w->pfn, size - 8,
				       vma->vm_page_prot);
	case REMAP_TWICE:
		return remap_pfn_range(vma, vma->vm_start, w->pfn, size,
				       vma->vm_page_prot) ?:
		       remap_pfn_range(vma, vma->vm_start, w->pfn, size,
				       vma->vm_page_prot);
	case REMAP_HEAD:
		return remap_pfn_range(vma, vma->vm_start, w->pfn, size / 2,
				       vma->vm_page_prot);
	case REMAP_TAIL:
		return remap_pfn_range(vma, vma->vm_start + size / 2,
				       w->pfn + NR_PAGES / 2, size / 2,
				       vma->vm_page_prot);
	case REMAP_NOTHING_MIXED:
		vm_flags_set(vma, VM_MIXEDMAP | VM_DONTEXPAND | VM_DONTDUMP);
		return 0;
	default:
		vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
		return 0;
	}
}

static int map(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct window *w = pf->data;
	int ret;

	vma->vm_page_prot = cache_mode_set(vma->vm_page_prot, w->mode);
	if (w->fail_at)
		failures_arm(w->fail_at);
	ret = remap(w, vma);
	if (w->fail_at)
		w->failed = failures_disarm();
	return ret;
}

/* Inserts frames in order, with the protection of the vma. */
static vm_fault_t insert(struct vm_fault *vmf)
{
	struct window *w = pfn_file_of(vmf)->data;
	unsigned long pfn = w->pfn + vmf->pgoff;

	if (w->how == REMAP_NOTHING_MIXED)
		return vmf_insert_mixed(vmf->vma, vmf->address, compat_pfn(pfn));
	return vmf_insert_pfn(vmf->vma, vmf->address, pfn);
}

static vm_fault_t insert_huge(struct vm_fault *vmf, unsigned int order)
{
	struct window *w = pfn_file_of(vmf)->data;

	if (order != huge_order(HUGE_PMD) ||
	    vma_pages(vmf->vma) != huge_pages(HUGE_PMD))
		return VM_FAULT_FALLBACK;
	return huge_insert_pfn(vmf, HUGE_PMD, w->pfn, false);
}

static struct window *window_open(struct kunit *test, unsigned long pfn,
				  enum memtype_mode mode, enum remap_how how)
{
	struct window *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	needs_memtype(test);
	KUNIT_ASSERT_NOT_NULL(test, w);
	w->pfn = pfn;
	w->mode = mode;
	w->how = how;
	w->pf = pfn_file_open(test, &(struct pfn_file){
		.map = map,
		.ops = { .fault = insert, .huge_fault = insert_huge },
		.data = w,
	});
	w->us = user_space_create(test);
	return w;
}

static void window_map(struct window *w)
{
	w->addr = user_mmap(w->us, w->pf->file, NR_PAGES,
			    PROT_READ | PROT_WRITE, MAP_SHARED, 0);
}

/* Such a window, mapped as asked for. */
static struct window *map_window(struct kunit *test, unsigned long pfn,
				 enum memtype_mode mode, enum remap_how how)
{
	struct window *w = window_open(test, pfn, mode, how);

	window_map(w);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(w->addr));
	return w;
}

/* Frames that nobody has tracked; aligned, for a huge entry. */
static unsigned long free_pfn(struct kunit *test)
{
	unsigned long pfn;

	needs_memtype(test);
	pfn = frames_pfn_above(huge_order(HUGE_PMD));
	KUNIT_ASSERT_EQ(test, observe_tracking(test, pfn, NR_PAGES).nr, 0);
	return pfn;
}

static unsigned long window_page(const struct window *w, unsigned int page)
{
	return w->addr + page * PAGE_SIZE;
}

static void unmap(struct kunit *test, struct window *w, unsigned int first,
		  unsigned int nr)
{
	KUNIT_ASSERT_EQ(test, 0, user_munmap(w->us, window_page(w, first), nr));
}

#define EXPECT_MODE(test, got, want)					\
	KUNIT_EXPECT_STREQ(test, cache_mode_name(got), cache_mode_name(want))

static enum memtype_mode page_mode(const struct window *w, unsigned int page)
{
	struct pte_view pte = observe_pte(w->us, window_page(w, page));

	return cache_mode_of(__pgprot(pte_val(pte.pte)));
}

static void expect_pages(struct kunit *test, const struct window *w,
			 unsigned int first, unsigned int nr,
			 enum memtype_mode mode)
{
	unsigned int page;

	for (page = first; page < first + nr; page++) {
		struct pte_view pte = observe_pte(w->us, window_page(w, page));

		KUNIT_EXPECT_EQ_MSG(test, pte.pfn, w->pfn + page, "page %u",
				    page);
		EXPECT_MODE(test, page_mode(w, page), mode);
	}
}

/* The list has the window, as a whole, and once. */
static void expect_tracked(struct kunit *test, const struct window *w,
			   enum memtype_mode mode)
{
	expect_frames_tracked(test, w->pfn, NR_PAGES, mode);
}

/* Some entry, or several, of this mode. */
static void expect_covered(struct kunit *test, unsigned long pfn,
			   unsigned int nr, enum memtype_mode mode)
{
	struct tracking got = observe_tracking(test, pfn, nr);

	KUNIT_EXPECT_GE(test, got.nr, 1);
	EXPECT_MODE(test, got.mode, mode);
}

static void expect_untracked(struct kunit *test, const struct window *w)
{
	expect_frames_untracked(test, w->pfn, NR_PAGES);
}

/*
 * Covers: untrack_pfn, pfnmap_track_ctx_release
 */
static void exit_ends_the_tracking(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);

	expect_tracked(test, w, CACHE_WC);
	user_space_destroy(test, w->us);
	expect_untracked(test, w);
}

/*
 * Covers: pfnmap_track_ctx_alloc, unmap_single_vma, follow_phys, pfnmap_track,
 * pfnmap_untrack, track_pfn_remap, untrack_pfn
 */
static void another_mode_is_possible_after_the_last_unmap(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *w = map_window(test, pfn, CACHE_WC, REMAP_WHOLE);

	unmap(test, w, 0, NR_PAGES);
	w = map_window(test, pfn, CACHE_WT, REMAP_WHOLE);
	expect_pages(test, w, 0, NR_PAGES, CACHE_WT);
	expect_tracked(test, w, CACHE_WT);
}

/*
 * Tracked while there is a mapping, however many have gone before.
 *
 * Covers: vma_pfnmap_track_ctx_dup, vma_pfnmap_track_ctx_release, vm_area_dup,
 * vm_area_init_from, vm_area_free, track_pfn_copy, follow_phys, untrack_pfn,
 * untrack_pfn_clear
 */
static void tracking_lasts_until_parent_and_child_are_gone(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);
	struct window child = *w;

	child.us = user_space_fork(test, w->us);
	expect_pages(test, &child, 0, NR_PAGES, CACHE_WC);
	expect_covered(test, w->pfn, NR_PAGES, CACHE_WC);

	unmap(test, w, 0, NR_PAGES);
	expect_covered(test, w->pfn, NR_PAGES, CACHE_WC);
	unmap(test, &child, 0, NR_PAGES);
	expect_untracked(test, w);
}

/*
 * The other order.
 *
 * Covers: vma_pfnmap_track_ctx_dup, vma_pfnmap_track_ctx_release, vm_area_dup,
 * vm_area_free, vm_area_init_from
 */
static void tracking_outlives_the_child(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);

	user_space_destroy(test, user_space_fork(test, w->us));
	expect_tracked(test, w, CACHE_WC);
	unmap(test, w, 0, NR_PAGES);
	expect_untracked(test, w);
}

/*
 * d9fe4fab1197, e9f180d7cfde.
 *
 * Covers: untrack_pfn_clear, move_vma
 */
static void tracking_moves_with_the_mapping(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);

	needs_syscalls(test);
	w->addr = user_mremap(w->us, w->addr, NR_PAGES, NR_PAGES,
			      MREMAP_MAYMOVE | MREMAP_FIXED,
			      w->addr - 64 * PAGE_SIZE);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(w->addr));

	expect_pages(test, w, 0, NR_PAGES, CACHE_WC);
	expect_tracked(test, w, CACHE_WC);
	unmap(test, w, 0, NR_PAGES);
	expect_untracked(test, w);
}

/* Covers: vma_pfnmap_track_ctx_dup, move_vma */
static void tracking_lasts_until_all_moved_parts_are_gone(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);
	unsigned long part;

	needs_syscalls(test);
	known_issue(test, !COMPAT_TRACKS_BY_CONTEXT,
		    "move_vma() of a part ends the tracking of what never was an entry (mended in 6.16)");
	part = user_mremap(w->us, window_page(w, 2), 3, 3,
			   MREMAP_MAYMOVE | MREMAP_FIXED,
			   w->addr - 64 * PAGE_SIZE);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(part));
	expect_tracked(test, w, CACHE_WC);

	unmap(test, w, 0, NR_PAGES);
	expect_covered(test, w->pfn + 2, 3, CACHE_WC);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(w->us, part, 3));
	expect_untracked(test, w);
}

/* pte_modify() changes the protection, never the cache mode. */
static void mprotect_keeps_the_mode(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);
	unsigned int page;

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(w->us, w->addr, NR_PAGES,
					       PROT_READ));
	expect_pages(test, w, 0, NR_PAGES, CACHE_WC);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(w->us, w->addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	expect_pages(test, w, 0, NR_PAGES, CACHE_WC);
	for (page = 0; page < NR_PAGES; page++)
		KUNIT_EXPECT_TRUE(test,
				  observe_pte(w->us, window_page(w, page)).special);
	expect_tracked(test, w, CACHE_WC);
}

/* The vma keeps it as well: what faults in after mprotect(). */
static void mprotect_keeps_the_mode_of_the_vma(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *w = map_window(test, pfn, CACHE_WC, REMAP_NOTHING);
	struct window *tracker = map_window(test, pfn, CACHE_WC, REMAP_WHOLE);

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(w->us, w->addr, NR_PAGES,
					       PROT_READ));
	EXPECT_VM_FAULT(test, user_fault(w->us, w->addr, 0), VM_FAULT_NOPAGE);
	EXPECT_MODE(test, page_mode(w, 0), CACHE_WC);
	expect_tracked(test, tracker, CACHE_WC);
}

/* 'Lookup the cachemode for the pfn and store it in prot', whatever was there. */
static void expect_tracked_mode(struct kunit *test, enum remap_how how)
{
	unsigned long pfn = free_pfn(test);
	struct window *tracker = map_window(test, pfn, CACHE_WC, REMAP_WHOLE);
	struct window *w = map_window(test, pfn, CACHE_UC_MINUS, how);

	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(w, 3), 0),
			VM_FAULT_NOPAGE);
	EXPECT_MODE(test, page_mode(w, 3), CACHE_WC);

	/* An insert looks up; it does not track. */
	expect_tracked(test, tracker, CACHE_WC);
	unmap(test, tracker, 0, NR_PAGES);
	expect_untracked(test, w);
	unmap(test, w, 0, NR_PAGES);
	expect_untracked(test, w);
}

/* Covers: vmf_insert_pfn_prot, track_pfn_insert */
static void inserted_page_takes_the_tracked_mode(struct kunit *test)
{
	expect_tracked_mode(test, REMAP_NOTHING);
}

/* Covers: __vm_insert_mixed */
static void page_inserted_as_mixed_takes_the_tracked_mode(struct kunit *test)
{
	expect_tracked_mode(test, REMAP_NOTHING_MIXED);
}

/* What nobody tracks is taken for a device: never cached. */
static void inserted_page_of_an_untracked_frame_is_uncached(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WB,
				      REMAP_NOTHING);

	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(w, 3), 0),
			VM_FAULT_NOPAGE);
	EXPECT_MODE(test, page_mode(w, 3), CACHE_UC_MINUS);
	expect_untracked(test, w);
}

/* Covers: vmf_insert_pfn_pmd, track_pfn_insert */
static void inserted_huge_entry_takes_the_tracked_mode(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *tracker = map_window(test, pfn, CACHE_WC, REMAP_WHOLE);
	struct window *w = window_open(test, pfn, CACHE_WB, REMAP_NOTHING);

	needs_huge_pfnmap(test, HUGE_PMD);
	w->addr = user_mmap_at(w->us, HUGE_START, w->pf->file,
			       huge_pages(HUGE_PMD), PROT_READ,
			       MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, w->addr, HUGE_START);
	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(w, 3), 0),
			VM_FAULT_NOPAGE);

	KUNIT_ASSERT_EQ(test, observe_huge(w->us, w->addr).level, HUGE_PMD);
	EXPECT_MODE(test, cache_mode_of(observe_huge(w->us, w->addr).prot),
		    CACHE_WC);
	expect_tracked(test, tracker, CACHE_WC);
}

/*
 * 'If we only cover parts of the VMA, we only set up the cachemode.'
 *
 * Covers: remap_pfn_range_track, pfnmap_setup_cachemode, track_pfn_remap
 */
static void partial_remap_takes_the_tracked_mode(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *tracker = map_window(test, pfn, CACHE_WC, REMAP_WHOLE);
	struct window *w = map_window(test, pfn, CACHE_UC_MINUS, REMAP_HEAD);

	expect_pages(test, w, 0, NR_PAGES / 2, CACHE_WC);
	expect_tracked(test, tracker, CACHE_WC);
	unmap(test, w, 0, NR_PAGES);
	expect_tracked(test, tracker, CACHE_WC);
}

/* Up to the end of the vma, but not from its start. */
static void remap_of_the_tail_takes_the_tracked_mode(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *tracker = map_window(test, pfn, CACHE_WC, REMAP_WHOLE);
	struct window *w = map_window(test, pfn, CACHE_UC_MINUS, REMAP_TAIL);

	expect_pages(test, w, NR_PAGES / 2, NR_PAGES / 2, CACHE_WC);
	expect_tracked(test, tracker, CACHE_WC);
	unmap(test, tracker, 0, NR_PAGES);
	expect_untracked(test, w);
}

/*
 * 'Can fail if the pfn range spans pfns that require differing cachemodes.'
 *
 * Covers: remap_pfn_range_track, pfnmap_setup_cachemode, track_pfn_remap
 */
static void partial_remap_over_two_modes_is_refused(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *tracker = map_window(test, pfn, CACHE_WC, REMAP_WHOLE);
	struct window *w = window_open(test, pfn + NR_PAGES - 1, CACHE_WC,
				       REMAP_HEAD);

	window_map(w);
	KUNIT_EXPECT_EQ(test, (long)w->addr, -EINVAL);
	expect_tracked(test, tracker, CACHE_WC);
}

/*
 * A vma has one tracking context, and a second one must not take its place.
 *
 * Covers: remap_pfn_range_track
 */
static void second_remap_of_a_tracked_vma_is_refused(struct kunit *test)
{
	struct window *w = window_open(test, free_pfn(test), CACHE_WC,
				       REMAP_TWICE);

	if (!COMPAT_TRACKS_BY_CONTEXT)
		kunit_skip(test, "needs a tracking context (Linux 6.16): it is a BUG before");
	window_map(w);
	KUNIT_EXPECT_EQ(test, (long)w->addr, -EINVAL);
	expect_untracked(test, w);
}

/*
 * A window over two page tables, of which allocation @k fails, if there is.
 * That may be no error: a larger slab is refused, a smaller one is taken.
 */
static struct window *map_failing(struct kunit *test, unsigned long pfn,
				  enum memtype_mode mode, unsigned int k)
{
	struct window *w = window_open(test, pfn, mode, REMAP_WHOLE);

	w->fail_at = k;
	w->addr = user_mmap_at(w->us, HUGE_START + PMD_SIZE - 4 * PAGE_SIZE,
			       w->pf->file, NR_PAGES, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_FIXED, 0);
	if (IS_ERR_VALUE(w->addr))
		KUNIT_EXPECT_TRUE(test, w->failed);
	return w;
}

/* More allocations than a remap of two page tables has. */
#define MAX_ALLOCATIONS 20

/*
 * Whatever fails: no entry is left, and the range is free for another mode.
 * d5957d2fc229.
 *
 * Covers: remap_pfn_range_track, pfnmap_track_ctx_alloc
 */
static void failed_remap_is_not_tracked(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	unsigned int k, nr_errors = 0;

	needs_failures(test);
	known_issue(test, !COMPAT_TRACKS_BY_CONTEXT,
		    "get_pat_info() warns of a remap that fails before its first page (mended in 6.16)");
	for (k = 1; k < MAX_ALLOCATIONS; k++) {
		struct window *w = map_failing(test, pfn,
					       k % 2 ? CACHE_WC : CACHE_WT, k);

		if (IS_ERR_VALUE(w->addr)) {
			nr_errors++;
		} else {
			expect_tracked(test, w, w->mode);
			user_space_destroy(test, w->us);
		}
		expect_untracked(test, w);
		if (!w->failed)
			break;
	}
	KUNIT_EXPECT_GT(test, nr_errors, 1);
	KUNIT_EXPECT_LT(test, k, MAX_ALLOCATIONS);
}

/*
 * The first page table is missing, so no page is mapped yet, and get_pat_info()
 * of older kernels warns that it finds none; see the case before this one.
 *
 * Covers: remap_pfn_range_track, pfnmap_track_ctx_release, untrack_pfn
 */
static void remap_that_fails_at_once_is_not_tracked(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *w = NULL;
	unsigned int k = 0;

	needs_failures(test);
	EXPECT_WARNINGS(test, COMPAT_TRACKS_BY_CONTEXT ? 0 : 1) {
		do {
			if (w)
				user_space_destroy(test, w->us);
			w = map_failing(test, pfn, CACHE_WC, ++k);
		} while (k < MAX_ALLOCATIONS && (long)w->addr != -ENOMEM);
	}
	KUNIT_EXPECT_EQ(test, (long)w->addr, -ENOMEM);
	expect_untracked(test, w);
}

/*
 * The last page table is missing: what came before is undone.
 *
 * Covers: remap_pfn_range_track, untrack_pfn
 */
static void remap_that_fails_late_is_not_tracked(struct kunit *test)
{
	unsigned long pfn = free_pfn(test);
	struct window *w;
	unsigned int k;

	needs_failures(test);
	for (k = MAX_ALLOCATIONS; k; k--) {
		w = map_failing(test, pfn, CACHE_WC, k);
		if (IS_ERR_VALUE(w->addr))
			break;
		user_space_destroy(test, w->us);
	}
	KUNIT_ASSERT_GT(test, k, 0);
	KUNIT_ASSERT_LT(test, k, MAX_ALLOCATIONS);
	KUNIT_EXPECT_EQ(test, (long)w->addr, -ENOMEM);
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(w->us->mm), 0);
	expect_untracked(test, w);

	w = map_window(test, pfn, CACHE_WT, REMAP_WHOLE);
	expect_pages(test, w, 0, NR_PAGES, CACHE_WT);
	expect_tracked(test, w, CACHE_WT);
}

/*
 * Covers: untrack_pfn_copy, vma_pfnmap_track_ctx_release, copy_page_range,
 * dup_mmap
 */
static void failed_fork_leaves_the_parents_tracking(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);
	unsigned int k;

	needs_failures(test);
	for (k = 1; k < 500; k++) {
		struct mm_struct *mm;
		bool failed;

		kthread_use_mm(w->us->mm);
		failures_arm(k);
		mm = fork_mm();
		failed = failures_disarm();
		kthread_unuse_mm(w->us->mm);
		if (!IS_ERR_OR_NULL(mm))
			mmput(mm);
		if (!failed)
			break;
		if (observe_tracking(test, w->pfn, NR_PAGES).nr != 1)
			break;
	}
	KUNIT_EXPECT_GT(test, k, 1);
	KUNIT_EXPECT_LT(test, k, 500);
	expect_tracked(test, w, CACHE_WC);
	unmap(test, w, 0, NR_PAGES);
	expect_untracked(test, w);
}

/*
 * 'We don't expect to ever hit this', says vma_pfnmap_track_ctx_dup(): but if so,
 * there is no second vma, and the first is as it was.
 */
static void mapping_tracked_by_too_many_is_not_split(struct kunit *test)
{
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);
	int before;

	needs_tracking_by_context(test);
	before = tracking_users_set(w->us, w->addr, REFCOUNT_MAX);
	KUNIT_EXPECT_EQ(test, -ENOMEM, user_munmap(w->us, window_page(w, 2), 2));
	KUNIT_EXPECT_EQ(test, tracking_users_set(w->us, w->addr, before),
			REFCOUNT_MAX);
	expect_pages(test, w, 0, NR_PAGES, CACHE_WC);
	expect_tracked(test, w, CACHE_WC);
	unmap(test, w, 0, NR_PAGES);
	expect_untracked(test, w);
}

/* Memory with struct pages is never in the list. */
static void memory_is_not_tracked(struct kunit *test)
{
	struct frames *frames;
	struct window *w;

	needs_memtype(test);
	frames = frames_alloc(test, FRAMES_CONTIGUOUS, NR_PAGES, NUMA_NO_NODE);
	w = map_window(test, frames->frame[0].pfn, CACHE_WB, REMAP_WHOLE);
	expect_pages(test, w, 0, NR_PAGES, CACHE_WB);
	expect_untracked(test, w);
}

/* 'Drivers have to do set_memory_uc() as step 0': without, it stays cached. */
static void memory_keeps_the_mode_it_has(struct kunit *test)
{
	struct frames *frames;
	struct window *w;

	needs_memtype(test);
	frames = frames_alloc(test, FRAMES_CONTIGUOUS, NR_PAGES, NUMA_NO_NODE);
	w = map_window(test, frames->frame[0].pfn, CACHE_UC_MINUS, REMAP_WHOLE);
	expect_pages(test, w, 0, NR_PAGES, CACHE_WB);
	expect_untracked(test, w);
}

/* Every way to remap all of a vma, with every mode. */
static const struct way {
	const char *name;
	enum remap_how how;
	enum memtype_mode mode;
} ways[] = {
	{ "remap_pfn_range uncached", REMAP_WHOLE, CACHE_UC_MINUS },
	{ "remap_pfn_range write-combining", REMAP_WHOLE, CACHE_WC },
	{ "remap_pfn_range write-through", REMAP_WHOLE, CACHE_WT },
	{ "remap_pfn_range of all but some bytes", REMAP_WHOLE_BUT_BYTES,
	  CACHE_WC },
	{ "io_remap_pfn_range uncached", REMAP_WHOLE_IO, CACHE_UC_MINUS },
	{ "io_remap_pfn_range write-combining", REMAP_WHOLE_IO, CACHE_WC },
	{ "vm_iomap_memory uncached", REMAP_WHOLE_IOMAP, CACHE_UC_MINUS },
	{ "vm_iomap_memory write-combining", REMAP_WHOLE_IOMAP, CACHE_WC },
};

static void way_name(const struct way *way, char *desc)
{
	strscpy(desc, way->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(way, ways, way_name);

/*
 * 'Step 2 internally tracks the region as UC or WC in memtype list.'
 *
 * Covers: remap_pfn_range_track, pfnmap_track, track_pfn_remap, untrack_pfn,
 * pfnmap_track_ctx_release
 */
static void remap_is_tracked_until_munmap(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct window *w = map_window(test, free_pfn(test), way->mode,
				      way->how);

	expect_pages(test, w, 0, NR_PAGES, way->mode);
	expect_tracked(test, w, way->mode);
	unmap(test, w, 0, NR_PAGES);
	expect_untracked(test, w);
}

/* What a second mapping of the same frames gets. */
static const struct pair {
	const char *name;
	enum memtype_mode first;
	enum memtype_mode second;
	bool refused;
} pairs[] = {
	{ "uncached, then the same", CACHE_UC_MINUS, CACHE_UC_MINUS },
	{ "write-combining, then the same", CACHE_WC, CACHE_WC },
	{ "write-through, then the same", CACHE_WT, CACHE_WT },
	{ "uncached, then write-combining", CACHE_UC_MINUS, CACHE_WC },
	{ "uncached, then write-through", CACHE_UC_MINUS, CACHE_WT },
	{ "uncached, then write-back", CACHE_UC_MINUS, CACHE_WB },
	{ "write-combining, then uncached", CACHE_WC, CACHE_UC_MINUS },
	{ "write-combining, then write-back", CACHE_WC, CACHE_WB },
	{ "write-combining, then write-through", CACHE_WC, CACHE_WT, true },
};

static void pair_name(const struct pair *pair, char *desc)
{
	strscpy(desc, pair->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(pair, pairs, pair_name);

/*
 * 'The actual type can be more restrictive, in case of any existing aliasing';
 * what may not be given instead, see is_new_memtype_allowed().
 *
 * Covers: pfnmap_track
 */
static void second_mapping_gets_the_mode_of_the_first(struct kunit *test)
{
	const struct pair *pair = test->param_value;
	unsigned long pfn = free_pfn(test);
	struct window *first = map_window(test, pfn, pair->first, REMAP_WHOLE);
	struct window *second = window_open(test, pfn, pair->second,
					    REMAP_WHOLE);

	if (pair->refused)
		announce_reports(test, 1, REFUSAL);
	window_map(second);
	if (pair->refused) {
		KUNIT_EXPECT_EQ(test, (long)second->addr, -EINVAL);
		expect_tracked(test, first, pair->first);
		return;
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(second->addr));
	expect_pages(test, second, 0, NR_PAGES, pair->first);
	expect_covered(test, pfn, NR_PAGES, pair->first);

	unmap(test, first, 0, NR_PAGES);
	expect_tracked(test, second, pair->first);
	unmap(test, second, 0, NR_PAGES);
	expect_untracked(test, second);
}

static const struct cached {
	const char *name;
	enum memtype_mode mode;
} uncached_modes[] = {
	{ "uncached", CACHE_UC_MINUS },
	{ "write-combining", CACHE_WC },
	{ "write-through", CACHE_WT },
};

static void uncached_name(const struct cached *uncached, char *desc)
{
	strscpy(desc, uncached->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(uncached, uncached_modes, uncached_name);

/* Memory without struct page that the kernel itself has mapped write-back. */
static void other_mode_than_the_kernels_is_refused(struct kunit *test)
{
	const struct cached *mode = test->param_value;
	struct frames *frames;
	struct window *w;

	needs_memtype(test);
	frames = frames_alloc(test, FRAMES_PAGELESS, NR_PAGES, NUMA_NO_NODE);
	needs_reachable(test, frames);
	w = window_open(test, frames->frame[0].pfn, mode->mode, REMAP_WHOLE);
	announce_reports(test, 1, REFUSAL);
	window_map(w);
	KUNIT_EXPECT_EQ(test, (long)w->addr, -EINVAL);

	w = map_window(test, frames->frame[0].pfn, CACHE_WB, REMAP_WHOLE);
	expect_pages(test, w, 0, NR_PAGES, CACHE_WB);
}

static const struct part {
	const char *name;
	unsigned int first;
	unsigned int nr;
	bool at_end;
} parts[] = {
	{ "head", 0, 3 },
	{ "middle", 2, 3 },
	{ "tail", NR_PAGES - 3, 3, true },
};

static void part_name(const struct part *part, char *desc)
{
	strscpy(desc, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, parts, part_name);

/*
 * 'Tracking is persisted across VMA splits.'
 *
 * Covers: vma_pfnmap_track_ctx_dup, vma_pfnmap_track_ctx_release, untrack_pfn
 */
static void what_partial_munmap_leaves_stays_tracked(struct kunit *test)
{
	const struct part *part = test->param_value;
	unsigned int end = part->first + part->nr;
	struct window *w = map_window(test, free_pfn(test), CACHE_WC,
				      REMAP_WHOLE);

	known_issue(test, !COMPAT_TRACKS_BY_CONTEXT && !part->at_end,
		    "partial munmap ends the tracking of what never was an entry (mended in 6.16)");
	unmap(test, w, part->first, part->nr);
	if (part->first)
		expect_covered(test, w->pfn, part->first, CACHE_WC);
	if (end < NR_PAGES)
		expect_covered(test, w->pfn + end, NR_PAGES - end, CACHE_WC);

	unmap(test, w, 0, NR_PAGES);
	expect_untracked(test, w);
}

static struct kunit_case mm_pfnmap_memtype_cases[] = {
	KUNIT_CASE(exit_ends_the_tracking),
	KUNIT_CASE(another_mode_is_possible_after_the_last_unmap),
	KUNIT_CASE(tracking_lasts_until_parent_and_child_are_gone),
	KUNIT_CASE(tracking_outlives_the_child),
	KUNIT_CASE(tracking_moves_with_the_mapping),
	KUNIT_CASE(tracking_lasts_until_all_moved_parts_are_gone),
	KUNIT_CASE(mprotect_keeps_the_mode),
	KUNIT_CASE(mprotect_keeps_the_mode_of_the_vma),
	KUNIT_CASE(inserted_page_takes_the_tracked_mode),
	KUNIT_CASE(page_inserted_as_mixed_takes_the_tracked_mode),
	KUNIT_CASE(inserted_page_of_an_untracked_frame_is_uncached),
	KUNIT_CASE(inserted_huge_entry_takes_the_tracked_mode),
	KUNIT_CASE(partial_remap_takes_the_tracked_mode),
	KUNIT_CASE(remap_of_the_tail_takes_the_tracked_mode),
	KUNIT_CASE(partial_remap_over_two_modes_is_refused),
	KUNIT_CASE(second_remap_of_a_tracked_vma_is_refused),
	KUNIT_CASE(failed_remap_is_not_tracked),
	KUNIT_CASE(remap_that_fails_at_once_is_not_tracked),
	KUNIT_CASE(remap_that_fails_late_is_not_tracked),
	KUNIT_CASE(failed_fork_leaves_the_parents_tracking),
	KUNIT_CASE(mapping_tracked_by_too_many_is_not_split),
	KUNIT_CASE(memory_is_not_tracked),
	KUNIT_CASE(memory_keeps_the_mode_it_has),
	KUNIT_CASE_PARAM(remap_is_tracked_until_munmap, way_gen_params),
	KUNIT_CASE_PARAM(second_mapping_gets_the_mode_of_the_first,
			 pair_gen_params),
	KUNIT_CASE_PARAM(other_mode_than_the_kernels_is_refused,
			 uncached_gen_params),
	KUNIT_CASE_PARAM(what_partial_munmap_leaves_stays_tracked,
			 part_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_memtype_suite = {
	.name = "mm_pfnmap_memtype",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_memtype_cases,
};

kunit_test_suite(mm_pfnmap_memtype_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: cache modes of raw-PFN mappings");
MODULE_LICENSE("GPL");
