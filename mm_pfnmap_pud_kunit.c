// SPDX-License-Identifier: GPL-2.0
/*
 * Raw frames mapped by pud, 1 GiB by one entry on most machines:
 * vmf_insert_pfn_pud().
 *
 * The frames are numbers of where no memory is. Entries are made of them, and
 * looked at; nothing is ever accessed there.
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define PMD_PAGES (PMD_SIZE >> PAGE_SHIFT)
#define PUD_PAGES (PUD_SIZE >> PAGE_SHIFT)

/* A file of frames that follow each other from @pfn on, mapped. */
struct window {
	struct pfn_file *pf;
	unsigned long pfn;
	struct user_space *us;
	unsigned long addr;
};

static unsigned long first_pfn(const struct vm_fault *vmf)
{
	return *(unsigned long *)pfn_file_of(vmf)->data;
}

static vm_fault_t insert_page(struct vm_fault *vmf)
{
	return vmf_insert_pfn(vmf->vma, vmf->address,
			      first_pfn(vmf) + vmf->pgoff);
}

/* Whatever fits; the frames are aligned as the file's pages are. */
static vm_fault_t insert_huge(struct vm_fault *vmf, unsigned int order)
{
	unsigned long size = PAGE_SIZE << order;
	unsigned long start = ALIGN_DOWN(vmf->address, size);
	unsigned long pgoff = vmf->pgoff -
			      ((vmf->address - start) >> PAGE_SHIFT);

	if (start < vmf->vma->vm_start || start + size > vmf->vma->vm_end ||
	    !IS_ALIGNED(pgoff, size >> PAGE_SHIFT))
		return VM_FAULT_FALLBACK;
	return huge_insert_pfn(vmf,
			       order == huge_order(HUGE_PUD) ? HUGE_PUD :
							       HUGE_PMD,
			       first_pfn(vmf) + pgoff,
			       vmf->flags & FAULT_FLAG_WRITE);
}

static vm_fault_t pfn_mkwrite_allow(struct vm_fault *vmf)
{
	return 0;
}

/* @notified: writes are, so that a read maps read-only. */
static struct window map_window(struct kunit *test, bool notified)
{
	unsigned long *pfn = kunit_kzalloc(test, sizeof(*pfn), GFP_KERNEL);
	struct window w = {};

	needs_huge_pfnmap(test, HUGE_PUD);
	KUNIT_ASSERT_NOT_NULL(test, pfn);
	*pfn = frames_pfn_above(huge_order(HUGE_PUD));
	w.pfn = *pfn;
	w.pf = pfn_file_open(test, &(struct pfn_file){
		.vm_flags = VM_PFNMAP,
		.ops = {
			.fault = insert_page,
			.huge_fault = insert_huge,
			.pfn_mkwrite = notified ? pfn_mkwrite_allow : NULL,
		},
		.data = pfn,
	});
	w.us = user_space_create(test);
	w.addr = user_mmap_at(w.us, HUGE_START, w.pf->file, PUD_PAGES,
			      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			      0);
	KUNIT_ASSERT_EQ(test, w.addr, HUGE_START);
	return w;
}

static unsigned long window_page(const struct window *w, unsigned long page)
{
	return w->addr + page * PAGE_SIZE;
}

/* A page of memory behind the window, in the same table of puds. */
static void map_behind(struct kunit *test, const struct window *w)
{
	ordinary_map_page(test, w->us, window_page(w, PUD_PAGES));
}

static void fault_in(struct kunit *test, const struct window *w,
		     unsigned int flags)
{
	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(w, 3), flags),
			VM_FAULT_NOPAGE);
}

static void expect_raw_pud(struct kunit *test, const struct window *w)
{
	struct huge_view pud = observe_huge(w->us, w->addr);

	KUNIT_EXPECT_EQ(test, pud.level, HUGE_PUD);
	KUNIT_EXPECT_TRUE(test, pud.special);
	KUNIT_EXPECT_EQ(test, pud.pfn, w->pfn);
	KUNIT_EXPECT_NULL(test, observe_normal_huge_page(w->us, w->addr));
	KUNIT_EXPECT_NULL(test, observe_folio(w->us, window_page(w, 3)));
	expect_rss(test, w->us, 0, 0);
}

static struct followed follow(const struct window *w, unsigned long page)
{
	return user_follow(w->us, window_page(w, page), window_page(w, page));
}

/* After a split: a fault finds the same frame, by whatever entry now fits. */
static void expect_refault(struct kunit *test, const struct window *w,
			   unsigned long page)
{
	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(w, page), 0),
			VM_FAULT_NOPAGE);
	KUNIT_EXPECT_EQ_MSG(test, follow(w, page).pfn, w->pfn + page,
			    "page %lu", page);
	KUNIT_EXPECT_NE(test, observe_huge(w->us, w->addr).level, HUGE_PUD);
}

/* Split the vma there, by advice about a part: that looks at no page table. */
static bool entry_survives_vma_split(struct kunit *test, const struct window *w)
{
	bool survives;

	KUNIT_ASSERT_EQ(test, 0, user_madvise(w->us, window_page(w, PMD_PAGES),
					      PMD_PAGES, MADV_RANDOM));
	survives = observe_huge(w->us, w->addr).level == HUGE_PUD;
	huge_drop(w->us, w->addr);
	return survives;
}

/*
 * Where it does, walks with one of the new vmas split it later; that is
 * VM_BUG_ON_VMA() in __split_huge_pud_locked().
 */
static void needs_entries_split_with_their_vma(struct kunit *test)
{
	struct window w;

	needs_syscalls(test);
	if (!IS_ENABLED(CONFIG_DEBUG_VM))
		return;
	w = map_window(test, false);
	fault_in(test, &w, 0);
	known_issue(test, entry_survives_vma_split(test, &w),
		    "vma_adjust_trans_huge() splits no pud; what splits it later meets a VM_BUG_ON_VMA()");
}

/*
 * Covers: vmf_insert_pfn_pud, insert_pud, insert_pfn_pud, vm_normal_page_pud,
 * folio_walk_start
 */
static void read_of_one_page_maps_all_by_one_entry(struct kunit *test)
{
	struct window w = map_window(test, true);

	fault_in(test, &w, 0);
	expect_raw_pud(test, &w);
	KUNIT_EXPECT_FALSE(test, observe_huge(w.us, w.addr).write);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.pf->nr_huge_faults), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.pf->nr_faults), 0);
}

/* Covers: vmf_insert_pfn_pud, insert_pud */
static void write_fault_maps_writable_and_dirty(struct kunit *test)
{
	struct window w = map_window(test, true);
	struct huge_view pud;

	fault_in(test, &w, FAULT_FLAG_WRITE);
	expect_raw_pud(test, &w);
	pud = observe_huge(w.us, w.addr);
	KUNIT_EXPECT_TRUE(test, pud.write);
	KUNIT_EXPECT_TRUE(test, pud.dirty);
	KUNIT_EXPECT_TRUE(test, pud.young);
}

/*
 * Crashed for an unaligned address: fce86ff5802b.
 *
 * Covers: insert_pud
 */
static void write_after_read_makes_the_entry_writable(struct kunit *test)
{
	struct window w = map_window(test, true);

	fault_in(test, &w, 0);
	fault_in(test, &w, FAULT_FLAG_WRITE);

	expect_raw_pud(test, &w);
	KUNIT_EXPECT_TRUE(test, observe_huge(w.us, w.addr).write);
	KUNIT_EXPECT_TRUE(test, observe_huge(w.us, w.addr).dirty);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.pf->nr_huge_faults), 2);
}

static void second_read_insert_keeps_the_first_frame(struct kunit *test)
{
	struct window w = map_window(test, true);

	fault_in(test, &w, 0);
	EXPECT_VM_FAULT(test, huge_insert_at(w.us, window_page(&w, 9),
					     HUGE_PUD, w.pfn + PUD_PAGES,
					     false), VM_FAULT_NOPAGE);
	expect_raw_pud(test, &w);
}

static void second_write_insert_of_another_frame_is_refused(struct kunit *test)
{
	struct window w = map_window(test, true);

	fault_in(test, &w, 0);
	EXPECT_WARNINGS(test, 1)
		EXPECT_VM_FAULT(test,
				huge_insert_at(w.us, window_page(&w, 9),
					       HUGE_PUD, w.pfn + PUD_PAGES,
					       true),
				VM_FAULT_NOPAGE);
	expect_raw_pud(test, &w);
	KUNIT_EXPECT_FALSE(test, observe_huge(w.us, w.addr).write);
}

/* Covers: follow_pfnmap_start, pfnmap_args_setup */
static void follow_finds_the_frame_inside_of_the_entry(struct kunit *test)
{
	struct window w = map_window(test, true);
	const unsigned long pages[] = { 0, 5, PMD_PAGES, PUD_PAGES - 1 };
	unsigned int i;

	fault_in(test, &w, 0);
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		struct followed got = follow(&w, pages[i]);

		KUNIT_EXPECT_EQ(test, got.ret, 0);
		KUNIT_EXPECT_EQ(test, got.pfn, w.pfn + pages[i]);
		KUNIT_EXPECT_TRUE(test, got.special);
		KUNIT_EXPECT_FALSE(test, got.writable);
		if (COMPAT_HAS_FOLLOW_MASK)
			KUNIT_EXPECT_EQ(test, got.addr_mask, PUD_MASK);
	}

	fault_in(test, &w, FAULT_FLAG_WRITE);
	KUNIT_EXPECT_TRUE(test, follow(&w, 0).writable);
}

/* Covers: gup_fast_pud_leaf, check_vma_flags */
static void gup_gets_no_page(struct kunit *test)
{
	struct window w = map_window(test, false);
	struct page *page = NULL;
	int only, fast;

	fault_in(test, &w, FAULT_FLAG_WRITE);
	kthread_use_mm(w.us->mm);
	only = get_user_pages_fast_only(window_page(&w, 3), 1, 0, &page);
	fast = get_user_pages_fast(window_page(&w, 3), 1, FOLL_WRITE, &page);
	kthread_unuse_mm(w.us->mm);

	KUNIT_EXPECT_LE(test, only, 0);
	KUNIT_EXPECT_EQ(test, fast, -EFAULT);
	KUNIT_EXPECT_NULL(test, page);
}

/* What lies behind it does not come in its place. */
static void fast_gup_does_not_go_on_behind_the_entry(struct kunit *test)
{
	struct window w = map_window(test, false);
	struct page *pages[2] = {};

	map_behind(test, &w);
	fault_in(test, &w, 0);
	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_gup(w.us, GUP_GET_FAST, window_page(&w, PUD_PAGES - 1),
				 2, 0, pages));
	KUNIT_EXPECT_NULL(test, pages[0]);
}

/* As vmf_insert_pfn(): SIGBUS outside of the vma, where all of it has to be. */
static void entry_that_begins_before_the_vma_is_sigbus(struct kunit *test)
{
	struct window w = map_window(test, false);

	map_behind(test, &w);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(w.us, w.addr, PMD_PAGES));
	EXPECT_VM_FAULT(test, huge_insert_at(w.us, window_page(&w, PMD_PAGES),
					     HUGE_PUD, w.pfn, false),
			VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, observe_huge(w.us, window_page(&w, PMD_PAGES)).level,
			HUGE_NONE);
	huge_drop(w.us, w.addr);
}

/* Covers: vma_needs_copy, VM_COPY_ON_FORK */
static void child_of_a_fork_has_the_same_entry(struct kunit *test)
{
	struct window w = map_window(test, false), child = w;

	fault_in(test, &w, FAULT_FLAG_WRITE);
	child.us = user_space_fork(test, w.us);

	expect_raw_pud(test, &w);
	expect_raw_pud(test, &child);
	KUNIT_EXPECT_TRUE(test, observe_huge(w.us, w.addr).write);
	KUNIT_EXPECT_TRUE(test, observe_huge(child.us, w.addr).write);
	KUNIT_EXPECT_FALSE(test, observe_huge(child.us, w.addr).young);
	EXPECT_VM_FAULT(test, user_fault(child.us, w.addr, FAULT_FLAG_WRITE),
			0);
	user_space_destroy(test, w.us);
	expect_raw_pud(test, &child);
}

/* Unless a driver wants to know of writes, nobody asks when they come. */
static void entry_is_writable_from_the_start_where_nobody_is_notified(struct kunit *test)
{
	struct window w = map_window(test, false), child = w;

	fault_in(test, &w, 0);
	KUNIT_EXPECT_TRUE(test, observe_huge(w.us, w.addr).write);
	KUNIT_EXPECT_FALSE(test, observe_huge(w.us, w.addr).dirty);
	child.us = user_space_fork(test, w.us);
	KUNIT_EXPECT_TRUE(test, observe_huge(child.us, w.addr).write);
	KUNIT_EXPECT_FALSE(test, observe_huge(child.us, w.addr).dirty);
	expect_raw_pud(test, &child);
}

/* Covers: vma_is_special_huge */
static void munmap_leaves_nothing(struct kunit *test)
{
	struct window w = map_window(test, false);

	fault_in(test, &w, FAULT_FLAG_WRITE);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(w.us, w.addr, PUD_PAGES));

	KUNIT_EXPECT_EQ(test, observe_huge(w.us, w.addr).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(w.us->mm), 0);
	expect_rss(test, w.us, 0, 0);
}

/* Covers: vma_is_special_huge */
static void revoking_all_unmaps_the_entry(struct kunit *test)
{
	struct window w = map_window(test, false);

	fault_in(test, &w, 0);
	unmap_mapping_range(w.pf->file->f_mapping, 0, 0, 1);
	KUNIT_EXPECT_EQ(test, observe_huge(w.us, w.addr).level, HUGE_NONE);

	fault_in(test, &w, 0);
	expect_raw_pud(test, &w);
}

/* The file takes one page back, of a window that one entry maps. */
static void revoke_page_of_the_entry(struct kunit *test,
				     const struct window *w)
{
	known_issue(test, !COMPAT_PUD_SPLITS_UNDER_RMAP_LOCK,
		    "zap_pud_range() wants mmap_lock, which unmap_mapping_range() has not");
	fault_in(test, w, 0);
	unmap_mapping_range(w->pf->file->f_mapping, 7 * PAGE_SIZE, PAGE_SIZE,
			    1);
}

/* Covers: vma_is_special_huge */
static void revoking_one_page_splits_the_entry(struct kunit *test)
{
	struct window w = map_window(test, false);

	revoke_page_of_the_entry(test, &w);

	KUNIT_EXPECT_EQ(test, observe_huge(w.us, w.addr).level, HUGE_NONE);
	EXPECT_VM_FAULT(test, user_fault(w.us, window_page(&w, 7), 0),
			VM_FAULT_NOPAGE);
	expect_raw_pud(test, &w);
}

/* A device that has a copy of the entry has to give up all of it. */
static void split_of_the_entry_is_announced_as_a_whole(struct kunit *test)
{
	struct window w = map_window(test, false);
	struct listener *listener = listener_start(test, w.us);

	revoke_page_of_the_entry(test, &w);

	KUNIT_EXPECT_EQ(test, listener->nr_starts, listener->nr_ends);
	KUNIT_EXPECT_EQ(test, listener->start, w.addr);
	KUNIT_EXPECT_EQ(test, listener->end, w.addr + PUD_SIZE);
}

/* Covers: mprotect_fixup */
static void mprotect_of_all_keeps_the_entry(struct kunit *test)
{
	struct window w = map_window(test, false);

	needs_syscalls(test);
	fault_in(test, &w, FAULT_FLAG_WRITE);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(w.us, w.addr, PUD_PAGES,
					       PROT_READ));
	expect_raw_pud(test, &w);
	KUNIT_EXPECT_FALSE(test, observe_huge(w.us, w.addr).write);

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(w.us, w.addr, PUD_PAGES,
					       PROT_READ | PROT_WRITE));
	expect_raw_pud(test, &w);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.pf->nr_huge_faults), 1);
}

/* No entry may map more than its vma. */
static void split_of_the_vma_splits_the_entry(struct kunit *test)
{
	struct window w = map_window(test, false);
	bool survives;

	needs_syscalls(test);
	fault_in(test, &w, 0);
	survives = entry_survives_vma_split(test, &w);
	known_issue(test, survives,
		    "vma_adjust_trans_huge() splits no pud: it maps more than its vma");
	KUNIT_EXPECT_FALSE(test, survives);
}

static void mprotect_of_a_part_splits_the_entry(struct kunit *test)
{
	struct window w = map_window(test, false);

	needs_entries_split_with_their_vma(test);
	fault_in(test, &w, FAULT_FLAG_WRITE);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(w.us, window_page(&w, PMD_PAGES),
					       PMD_PAGES, PROT_READ));

	expect_refault(test, &w, 0);
	expect_refault(test, &w, PMD_PAGES);
	expect_refault(test, &w, 2 * PMD_PAGES + 7);
	KUNIT_EXPECT_TRUE(test, follow(&w, 0).writable);
	KUNIT_EXPECT_FALSE(test, follow(&w, PMD_PAGES).writable);
	KUNIT_EXPECT_EQ(test, observe_huge(w.us, w.addr).level, HUGE_PMD);
}

static void mremap_to_an_aligned_place_moves_the_entry(struct kunit *test)
{
	struct window w = map_window(test, false);
	unsigned long from = w.addr;

	needs_syscalls(test);
	fault_in(test, &w, FAULT_FLAG_WRITE);
	w.addr = user_mremap(w.us, from, PUD_PAGES, PUD_PAGES,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     from + 4 * PUD_SIZE);
	KUNIT_ASSERT_EQ(test, w.addr, from + 4 * PUD_SIZE);

	known_issue(test, observe_huge(w.us, w.addr).level == HUGE_NONE,
		    "get_old_pud() of mremap() reports a huge pud as bad, and clears it");
	expect_raw_pud(test, &w);
	KUNIT_EXPECT_EQ(test, observe_huge(w.us, from).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, atomic_read(&w.pf->nr_huge_faults), 1);
}

static void mremap_to_an_unaligned_place_falls_back(struct kunit *test)
{
	struct window w = map_window(test, false);
	unsigned long from = w.addr;

	needs_syscalls(test);
	fault_in(test, &w, FAULT_FLAG_WRITE);
	w.addr = user_mremap(w.us, from, PUD_PAGES, PUD_PAGES,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     from + 4 * PUD_SIZE + PMD_SIZE);
	KUNIT_ASSERT_EQ(test, w.addr, from + 4 * PUD_SIZE + PMD_SIZE);

	KUNIT_EXPECT_EQ(test, observe_huge(w.us, from).level, HUGE_NONE);
	expect_refault(test, &w, 3);
	expect_refault(test, &w, PUD_PAGES - 1);
}

/* Covers: madvise_dontneed_free_valid_vma */
static void advice_to_forget_it_is_refused(struct kunit *test)
{
	struct window w = map_window(test, false);

	needs_syscalls(test);
	fault_in(test, &w, FAULT_FLAG_WRITE);
	KUNIT_EXPECT_EQ(test, -EINVAL, user_madvise(w.us, w.addr, PUD_PAGES,
						    MADV_DONTNEED));
	KUNIT_EXPECT_EQ(test, -EINVAL, user_madvise(w.us, window_page(&w, 7), 1,
						    MADV_DONTNEED));
	expect_raw_pud(test, &w);
}

static const struct part {
	const char *name;
	unsigned long first;
	unsigned long nr;
} parts[] = {
	{ "first pmd", 0, PMD_PAGES },
	{ "middle pmds", PMD_PAGES, 3 * PMD_PAGES },
	{ "last pmd", PUD_PAGES - PMD_PAGES, PMD_PAGES },
};

static void part_name(const struct part *part, char *desc)
{
	strscpy(desc, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, parts, part_name);

static void munmap_part(struct kunit *test, const struct window *w,
			const struct part *part)
{
	unsigned long end = part->first + part->nr;

	KUNIT_ASSERT_EQ(test, 0, user_munmap(w->us, window_page(w, part->first),
					     part->nr));
	KUNIT_EXPECT_EQ(test, observe_huge(w->us, w->addr).level, HUGE_NONE);
	expect_rss(test, w->us, 0, 0);

	if (part->first)
		expect_refault(test, w, part->first - 1);
	if (end < PUD_PAGES)
		expect_refault(test, w, end);
	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(w, part->first), 0),
			VM_FAULT_SIGSEGV);
	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(w, end - 1), 0),
			VM_FAULT_SIGSEGV);
}

static void partial_munmap_leaves_the_rest(struct kunit *test)
{
	struct window w = map_window(test, false);

	needs_entries_split_with_their_vma(test);
	fault_in(test, &w, FAULT_FLAG_WRITE);
	munmap_part(test, &w, test->param_value);
}

static const struct part odd_parts[] = {
	{ "first page", 0, 1 },
	{ "middle pages", PMD_PAGES + 5, 3 * PMD_PAGES },
	{ "last page", PUD_PAGES - 1, 1 },
};

static void odd_part_name(const struct part *odd_part, char *desc)
{
	strscpy(desc, odd_part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(odd_part, odd_parts, odd_part_name);

/*
 * A split of the vma inside of a pmd looks for the pmd at that address, to
 * split it too. There is none; a kernel that takes the raw frames for a table
 * of pmds would read, and maybe write, what they hold.
 */
static void munmap_of_odd_pages_leaves_the_rest(struct kunit *test)
{
	struct window w = map_window(test, false);

	fault_in(test, &w, FAULT_FLAG_WRITE);
	known_issue(test, huge_pud_is_taken_for_table(w.us, w.addr),
		    "mm_find_pmd() takes a huge pud for a table of pmds; splitting the vma would crash");
	munmap_part(test, &w, test->param_value);
}

static struct kunit_case mm_pfnmap_pud_cases[] = {
	KUNIT_CASE(read_of_one_page_maps_all_by_one_entry),
	KUNIT_CASE(write_fault_maps_writable_and_dirty),
	KUNIT_CASE(write_after_read_makes_the_entry_writable),
	KUNIT_CASE(second_read_insert_keeps_the_first_frame),
	KUNIT_CASE(second_write_insert_of_another_frame_is_refused),
	KUNIT_CASE(follow_finds_the_frame_inside_of_the_entry),
	KUNIT_CASE(gup_gets_no_page),
	KUNIT_CASE(fast_gup_does_not_go_on_behind_the_entry),
	KUNIT_CASE(entry_that_begins_before_the_vma_is_sigbus),
	KUNIT_CASE(child_of_a_fork_has_the_same_entry),
	KUNIT_CASE(entry_is_writable_from_the_start_where_nobody_is_notified),
	KUNIT_CASE(munmap_leaves_nothing),
	KUNIT_CASE(revoking_all_unmaps_the_entry),
	KUNIT_CASE(revoking_one_page_splits_the_entry),
	KUNIT_CASE(split_of_the_entry_is_announced_as_a_whole),
	KUNIT_CASE(mprotect_of_all_keeps_the_entry),
	KUNIT_CASE(split_of_the_vma_splits_the_entry),
	KUNIT_CASE(mprotect_of_a_part_splits_the_entry),
	KUNIT_CASE(mremap_to_an_aligned_place_moves_the_entry),
	KUNIT_CASE(mremap_to_an_unaligned_place_falls_back),
	KUNIT_CASE(advice_to_forget_it_is_refused),
	KUNIT_CASE_PARAM(partial_munmap_leaves_the_rest, part_gen_params),
	KUNIT_CASE_PARAM(munmap_of_odd_pages_leaves_the_rest,
			 odd_part_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_pud_suite = {
	.name = "mm_pfnmap_pud",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_pud_cases,
};

kunit_test_suite(mm_pfnmap_pud_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: raw page frames mapped by pud");
MODULE_LICENSE("GPL");
