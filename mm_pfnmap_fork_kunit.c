// SPDX-License-Identifier: GPL-2.0
/*
 * Fork: what a child gets of a raw-PFN mapping.
 *
 * No fault could fill such a mapping again as it was, so fork has to copy its
 * page table entries: raw frames as they are, with nobody's reference count
 * touched; private copies and pages of a mixed mapping as those of any file.
 * See the comments on VM_COPY_ON_FORK and copy_page_range().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

static unsigned long pattern(const struct mapping *m, unsigned int page)
{
	return frames_pattern(m->frames->frame[page].pfn, 0);
}

static void expect_word(struct kunit *test, const struct mapping *m,
			unsigned int page, unsigned long want)
{
	unsigned long word = ~want;

	KUNIT_EXPECT_EQ_MSG(test, 0,
			    user_read(m->us, mapping_page(m, page), &word),
			    "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, word, want, "page %u", page);
}

/*
 * Both sides map the copy, read-only, so that either side's next write is
 * noticed; the raw frames between are nobody's business.
 *
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void private_copies_are_shared_with_the_child(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	const char *layout = "rcrrrccr";
	unsigned int page;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, layout);
	child = mapping_fork(test, &m);

	expect_layout(test, &m, layout);
	expect_layout(test, &child, layout);
	for (page = 0; page < NR_PAGES; page++) {
		struct pte_view ours = observe_pte(m.us, mapping_page(&m, page));
		struct pte_view theirs = observe_pte(child.us,
						     mapping_page(&m, page));

		KUNIT_EXPECT_EQ_MSG(test, ours.pfn, theirs.pfn, "page %u", page);
		KUNIT_EXPECT_FALSE_MSG(test, ours.write || theirs.write,
				       "page %u", page);
		if (layout[page] == 'c')
			KUNIT_EXPECT_EQ_MSG(test,
					    folio_mapcount(pfn_folio(ours.pfn)),
					    2, "page %u", page);
	}
	expect_rss(test, m.us, 0, 3);
	expect_rss(test, child.us, 0, 3);
	expect_frames_untouched(test, m.before);
}

static void private_copies_stay_with_the_parent_when_the_child_exits(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	const char *layout = ".c......";
	struct page *copy;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, layout);
	copy = observe_normal_page(m.us, mapping_page(&m, 1));
	KUNIT_ASSERT_NOT_NULL(test, copy);
	child = mapping_fork(test, &m);
	KUNIT_EXPECT_EQ(test, folio_mapcount(page_folio(copy)), 2);

	user_space_destroy(test, child.us);
	KUNIT_EXPECT_EQ(test, folio_mapcount(page_folio(copy)), 1);
	expect_layout(test, &m, "rcrrrrrr");
	expect_copies_kept(test, &m, layout);
	expect_rss(test, m.us, 0, 1);
}

/* The first page is where some look for the mapping's first frame. */
static void mapping_that_begins_with_a_copy_is_inherited(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);
	struct mapping child = m;
	int ret;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, "c.......");
	child.us = user_space_reserve(test);
	ret = user_space_fork_to(child.us, m.us);
	known_issue(test, ret == -ENOMEM,
		    "with x86's PAT no fork of a private remap whose first page is a copy (until 6.15)");
	KUNIT_ASSERT_EQ(test, ret, 0);

	expect_layout(test, &child, "crrrrrrr");
	expect_copies_kept(test, &child, "c.......");
	expect_layout(test, &m, "crrrrrrr");
	expect_frames_untouched(test, m.before);
}

static void child_that_writes_to_a_shared_copy_gets_its_own(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	const char *layout = "rcrrrrrr";

	needs_mm_exports(test);
	mapping_write_copies(test, &m, layout);
	child = mapping_fork(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(child.us, mapping_page(&m, 1), 1));

	expect_word(test, &child, 1, 1);
	expect_copies_kept(test, &m, layout);
	KUNIT_EXPECT_NE(test, observe_pte(m.us, mapping_page(&m, 1)).pfn,
			observe_pte(child.us, mapping_page(&m, 1)).pfn);
	expect_layout(test, &m, layout);
	expect_layout(test, &child, layout);
	expect_rss(test, m.us, 0, 1);
	expect_rss(test, child.us, 0, 1);
}

static void parent_that_writes_to_a_shared_copy_leaves_the_child_its_own(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	const char *layout = "rcrrrrrr";

	needs_mm_exports(test);
	mapping_write_copies(test, &m, layout);
	child = mapping_fork(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 1), 1));

	expect_word(test, &m, 1, 1);
	expect_copies_kept(test, &child, layout);
	expect_layout(test, &m, layout);
	expect_layout(test, &child, layout);
	expect_frames_intact(test, &m);
}

/* Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP) */
static void child_that_writes_to_a_raw_frame_gets_a_copy(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);
	struct mapping child;

	needs_mm_exports(test);
	child = mapping_fork(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(child.us, mapping_page(&m, 3), 1));

	expect_layout(test, &m, "rrrrrrrr");
	expect_layout(test, &child, "rrrcrrrr");
	expect_word(test, &m, 3, pattern(&m, 3));
	expect_rss(test, m.us, 0, 0);
	expect_rss(test, child.us, 0, 1);
	expect_frames_intact(test, &m);
	expect_frames_untouched(test, m.before);
}

static void parent_that_writes_to_a_raw_frame_leaves_it_to_the_child(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);
	struct mapping child;

	needs_mm_exports(test);
	child = mapping_fork(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 3), 1));

	expect_layout(test, &m, "rrrcrrrr");
	expect_layout(test, &child, "rrrrrrrr");
	expect_word(test, &child, 3, pattern(&m, 3));
	expect_rss(test, child.us, 0, 0);
	expect_frames_intact(test, &m);
}

static void grandchild_inherits_all_of_it(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);
	struct mapping child, grandchild;
	struct page *copy;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, ".c......");
	child = mapping_fork(test, &m);
	mapping_write_copies(test, &child, ".......c");
	grandchild = mapping_fork(test, &child);

	expect_layout(test, &m, "rcrrrrrr");
	expect_layout(test, &child, "rcrrrrrc");
	expect_layout(test, &grandchild, "rcrrrrrc");
	expect_copies_kept(test, &grandchild, ".c.....c");
	copy = observe_normal_page(grandchild.us, mapping_page(&m, 1));
	KUNIT_ASSERT_NOT_NULL(test, copy);
	KUNIT_EXPECT_EQ(test, folio_mapcount(page_folio(copy)), 3);

	user_space_destroy(test, child.us);
	expect_layout(test, &grandchild, "rcrrrrrc");
	expect_copies_kept(test, &grandchild, ".c.....c");
	expect_frames_untouched(test, m.before);
}

/* Where no copy is made, there is nothing to be noticed. */
static void shared_frames_stay_writable_and_shared(struct kunit *test)
{
	struct mapping child, m = map_scattered(test);
	unsigned int page;

	needs_mm_exports(test);
	for (page = 0; page < NR_PAGES; page++)
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, page),
						    page));
	child = mapping_fork(test, &m);

	for (page = 0; page < NR_PAGES; page++) {
		unsigned long at = mapping_page(&m, page);

		KUNIT_EXPECT_TRUE_MSG(test, observe_pte(m.us, at).write,
				      "page %u", page);
		KUNIT_EXPECT_TRUE_MSG(test, observe_pte(child.us, at).write,
				      "page %u", page);
	}
	KUNIT_ASSERT_EQ(test, 0, user_write(child.us, mapping_page(&m, 5), 99));
	expect_word(test, &m, 5, 99);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[5]), 99);
	expect_layout(test, &m, "rrrrrrrr");
	expect_layout(test, &child, "rrrrrrrr");
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), NR_PAGES);
}

/* What nobody has touched yet, the child's own fault brings. */
static void child_faults_in_what_was_not_mapped(struct kunit *test)
{
	struct mapping child, m = map_scattered(test);

	needs_mm_exports(test);
	mapping_touch(test, &m, 1, 1);
	mapping_touch(test, &m, 6, 1);
	child = mapping_fork(test, &m);
	expect_layout(test, &child, ".r....r.");

	mapping_touch(test, &child, 4, 1);
	expect_layout(test, &child, ".r..r.r.");
	expect_layout(test, &m, ".r....r.");
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 3);
	expect_frames_untouched(test, m.before);
}

static void mapping_in_two_page_tables_is_copied_whole(struct kunit *test)
{
	struct mapping child, m;

	needs_mm_exports(test);
	m = mapping_create_across(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_PRIVATE,
				  &(struct pfn_file){ .remap = true });
	mapping_write_copies(test, &m, "...cc...");
	child = mapping_fork(test, &m);

	expect_layout(test, &child, "rrrccrrr");
	expect_copies_kept(test, &child, "...cc...");
	expect_frames_untouched(test, m.before);
}

/* Each piece has a vm_pgoff of its own, by which the child tells its frames. */
static void pieces_of_a_split_are_copied_as_what_they_are(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	struct vma_view vma;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, ".c....c.");
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, 3), 2));
	child = mapping_fork(test, &m);

	expect_layout(test, &m, "rcr..rcr");
	expect_layout(test, &child, "rcr..rcr");
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(child.us), 2);
	KUNIT_ASSERT_TRUE(test, user_vma(child.us, mapping_page(&m, 5), &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, m.frames->frame[5].pfn);
	KUNIT_EXPECT_TRUE(test, vma.flags & VM_PFNMAP);
}

static void child_of_a_prot_none_mapping_finds_the_frames_again(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, "..c.....");
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_NONE));
	child = mapping_fork(test, &m);

	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(child.us, m.addr, 1));
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(child.us, m.addr, NR_PAGES,
					       PROT_READ));
	expect_layout(test, &child, "rrcrrrrr");
	expect_copies_kept(test, &child, "..c.....");
	expect_word(test, &child, 0, pattern(&m, 0));
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(m.us, m.addr, 1));
	expect_frames_untouched(test, m.before);
}

/* Two cache modes for one frame would be a machine check on some machines. */
static void child_keeps_the_cache_mode(struct kunit *test)
{
	struct mapping child, m;
	unsigned int page;

	needs_mm_exports(test);
	needs_cache_modes(test);
	m = mapping_create(test, FRAMES_NOWHERE, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){ .map = handler_remap_uncached });
	child = mapping_fork(test, &m);

	for (page = 0; page < NR_PAGES; page++) {
		unsigned long at = mapping_page(&m, page);

		KUNIT_EXPECT_TRUE_MSG(test, observe_pte(child.us, at).uncached,
				      "page %u", page);
		KUNIT_EXPECT_TRUE_MSG(test, observe_pte(m.us, at).uncached,
				      "page %u", page);
	}
}

/*
 * What has a struct page is one more time mapped, as a file's page would be.
 *
 * Covers: vma_needs_copy, __vm_normal_page(VM_MIXEDMAP),
 * vm_normal_page(VM_MIXEDMAP)
 */
static void mixed_pages_are_counted_once_on_either_side(struct kunit *test)
{
	struct mapping child, m = map_mixed(test, MAP_SHARED);

	needs_mm_exports(test);
	expect_frames_counted(test, m.before, 1);
	child = mapping_fork(test, &m);

	expect_layout(test, &m, "prprprpr");
	expect_layout(test, &child, "prprprpr");
	expect_frames_counted(test, m.before, 2);
	expect_rss(test, m.us, NR_PAGES / 2, 0);
	expect_rss(test, child.us, NR_PAGES / 2, 0);

	user_space_destroy(test, child.us);
	expect_frames_counted(test, m.before, 1);
	user_space_destroy(test, m.us);
	expect_frames_untouched(test, m.before);
}

static void child_that_writes_to_a_private_mixed_page_gives_it_back(struct kunit *test)
{
	struct mapping child, m = map_mixed(test, MAP_PRIVATE);

	needs_mm_exports(test);
	child = mapping_fork(test, &m);
	mapping_write_copies(test, &child, "c.c.....");

	expect_layout(test, &m, "prprprpr");
	expect_layout(test, &child, "crcrprpr");
	expect_rss(test, m.us, NR_PAGES / 2, 0);
	expect_rss(test, child.us, NR_PAGES / 2 - 2, 2);
	KUNIT_EXPECT_EQ(test, folio_mapcount(pfn_folio(m.frames->frame[0].pfn)),
			1);
	KUNIT_EXPECT_EQ(test, folio_mapcount(pfn_folio(m.frames->frame[4].pfn)),
			2);
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[0]));
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[2]));
}

/* A device writes to a pinned page; it must go on to do so for the parent. */
static void pinned_copy_stays_with_the_parent(struct kunit *test)
{
	struct mapping child, m = map_mixed(test, MAP_PRIVATE);
	struct page *copy, *pinned;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, "c.c.....");
	copy = observe_normal_page(m.us, m.addr);
	pinned = user_pin(test, m.us, m.addr, FOLL_WRITE);
	KUNIT_EXPECT_PTR_EQ(test, pinned, copy);

	child = mapping_fork(test, &m);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(m.us, m.addr), copy);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, m.addr).write);
	KUNIT_EXPECT_PTR_NE(test, observe_normal_page(child.us, m.addr), copy);
	KUNIT_EXPECT_PTR_EQ(test,
			    observe_normal_page(child.us, mapping_page(&m, 2)),
			    observe_normal_page(m.us, mapping_page(&m, 2)));
	expect_layout(test, &child, "crcrprpr");
	expect_copies_kept(test, &child, "c.c.....");
	expect_rss(test, child.us, NR_PAGES / 2 - 2, 2);
}

/*
 * Two of them: the page that is ready for one copy is used up by that. Neither
 * the parent nor the device loses or gains a reference.
 */
static void each_pinned_copy_is_copied_to_a_page_of_its_own(struct kunit *test)
{
	static const unsigned int at[] = { 0, 2 };
	struct mapping child, m = map_mixed(test, MAP_PRIVATE);
	struct page *pinned[2];
	int refs[2], i;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, "c.c.....");
	for (i = 0; i < 2; i++)
		pinned[i] = user_pin(test, m.us, mapping_page(&m, at[i]),
				     FOLL_WRITE);
	mm_drain_lru();
	for (i = 0; i < 2; i++)
		refs[i] = page_ref_count(pinned[i]);
	child = mapping_fork(test, &m);
	mm_drain_lru();

	expect_layout(test, &child, "crcrprpr");
	expect_copies_kept(test, &child, "c.c.....");
	for (i = 0; i < 2; i++) {
		struct page *copy = observe_normal_page(child.us,
							mapping_page(&m, at[i]));

		expect_copy(test, &child, at[i]);
		KUNIT_ASSERT_NOT_NULL(test, copy);
		KUNIT_EXPECT_EQ(test, 1, page_ref_count(copy));
		KUNIT_EXPECT_EQ(test, 1, folio_mapcount(page_folio(copy)));
		KUNIT_EXPECT_TRUE(test, PageAnonExclusive(copy));
		KUNIT_EXPECT_TRUE(test, PageUptodate(copy));
		KUNIT_EXPECT_TRUE(test, PageLRU(copy));
		KUNIT_EXPECT_EQ(test, refs[i], page_ref_count(pinned[i]));
		KUNIT_EXPECT_TRUE(test, PageAnonExclusive(pinned[i]));
	}
	expect_rss(test, child.us, NR_PAGES / 2 - 2, 2);
}

/* See the comments in __copy_present_ptes(): the child has used nothing yet. */
static void shared_frames_are_clean_and_old_in_the_child(struct kunit *test)
{
	struct mapping child, m = map_scattered(test);
	unsigned long at = mapping_page(&m, 3);
	struct pte_view ours, theirs;

	needs_mm_exports(test);
	mapping_touch(test, &m, 3, 1);
	EXPECT_VM_FAULT(test, user_fault(m.us, at, FAULT_FLAG_WRITE), 0);
	KUNIT_ASSERT_TRUE(test, observe_pte(m.us, at).dirty);
	child = mapping_fork(test, &m);

	ours = observe_pte(m.us, at);
	KUNIT_EXPECT_TRUE(test, ours.dirty);
	KUNIT_EXPECT_TRUE(test, ours.young);
	theirs = observe_pte(child.us, at);
	KUNIT_EXPECT_FALSE(test, theirs.dirty);
	KUNIT_EXPECT_FALSE(test, theirs.young);
	KUNIT_EXPECT_TRUE(test, theirs.write);
	expect_raw_frame(test, &child, 3);
}

/* What was written is as unsaved in the child as here, and nothing else is. */
static void private_copies_are_as_dirty_in_the_child(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	unsigned int page;

	needs_mm_exports(test);
	mapping_write_copies(test, &m, ".cc.....");
	user_make_clean(m.us, mapping_page(&m, 2));
	child = mapping_fork(test, &m);

	for (page = 0; page < NR_PAGES; page++) {
		unsigned long at = mapping_page(&m, page);

		KUNIT_EXPECT_EQ_MSG(test, observe_pte(m.us, at).dirty,
				    page == 1, "page %u", page);
		KUNIT_EXPECT_EQ_MSG(test, observe_pte(child.us, at).dirty,
				    page == 1, "page %u", page);
		KUNIT_EXPECT_FALSE_MSG(test, observe_pte(child.us, at).young,
				       "page %u", page);
	}
	expect_layout(test, &child, "rccrrrrr");
}

/*
 * 'Don't copy ptes where a page fault will fill them correctly', but copies of
 * one's own are such that none would.
 *
 * Covers: vma_needs_copy
 */
static void pages_of_an_ordinary_file_are_left_to_the_childs_faults(struct kunit *test)
{
	static const unsigned long map_flags[] = { MAP_SHARED, MAP_PRIVATE };
	unsigned int i;

	needs_mm_exports(test);
	for (i = 0; i < ARRAY_SIZE(map_flags); i++) {
		struct mapping m = mapping_create(test, FRAMES_SCATTERED,
						  NR_PAGES, map_flags[i],
						  &(struct pfn_file){
							  .fault = handler_fault_return,
						  });
		struct mapping child;
		unsigned long word;

		KUNIT_ASSERT_EQ(test, 0, user_read(m.us, m.addr, &word));
		child = mapping_fork(test, &m);
		expect_layout(test, &child, "........");
		expect_frame_counted(test, m.before, 0, 1);
		user_space_destroy(test, child.us);
		if (map_flags[i] != MAP_PRIVATE)
			continue;

		mapping_write_copies(test, &m, ".c......");
		child = mapping_fork(test, &m);
		expect_layout(test, &child, "pc......");
		expect_copies_kept(test, &child, ".c......");
	}
}

static void child_opens_the_vma_and_closes_it_at_its_exit(struct kunit *test)
{
	struct mapping child, m = map_scattered(test);

	needs_mm_exports(test);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 0);
	child = mapping_fork(test, &m);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_closes), 0);

	user_space_destroy(test, child.us);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_closes), 1);
}

/* Drivers say so of what only one process may have; see VM_DONTCOPY. */
static void mapping_that_its_driver_keeps_to_one_process_is_not_inherited(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .remap = true,
						  .vm_flags = VM_DONTCOPY,
					  });
	struct mapping child;
	struct vma_view vma;

	needs_mm_exports(test);
	child = mapping_fork(test, &m);

	KUNIT_EXPECT_FALSE(test, user_vma(child.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(child.us, m.addr, NR_PAGES), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 0);
	expect_layout(test, &m, "rrrrrrrr");
	KUNIT_EXPECT_EQ(test, child.us->mm->total_vm, 0);
}

/* See MADV_DONTFORK in madvise(2). */
static void part_advised_not_to_fork_is_a_hole_in_the_child(struct kunit *test)
{
	struct mapping child, m = map_linear(test, MAP_PRIVATE);
	struct vma_view vma;

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, ".c.c...c");
	KUNIT_ASSERT_EQ(test, 0, user_madvise(m.us, mapping_page(&m, 2), 3,
					      MADV_DONTFORK));
	child = mapping_fork(test, &m);

	expect_layout(test, &m, "rcrcrrrc");
	expect_layout(test, &child, "rc...rrc");
	KUNIT_EXPECT_FALSE(test, user_vma(child.us, mapping_page(&m, 2), &vma));
	KUNIT_EXPECT_FALSE(test, user_vma(child.us, mapping_page(&m, 4), &vma));
	expect_copies_kept(test, &child, ".c.....c");
	expect_rss(test, child.us, 0, 2);
	KUNIT_EXPECT_EQ(test, child.us->mm->total_vm, NR_PAGES - 3);
	expect_frames_untouched(test, m.before);
}

/* It is for anonymous memory, says madvise(2). */
static void wipe_on_fork_is_refused(struct kunit *test)
{
	unsigned long map_flags[] = { MAP_SHARED, MAP_PRIVATE };
	unsigned int i;

	needs_syscalls(test);
	for (i = 0; i < ARRAY_SIZE(map_flags); i++) {
		struct mapping m = map_linear(test, map_flags[i]);
		struct vma_view vma;

		KUNIT_EXPECT_EQ(test, -EINVAL,
				user_madvise(m.us, m.addr, NR_PAGES,
					     MADV_WIPEONFORK));
		KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
		KUNIT_EXPECT_EQ(test, vma.flags & VM_WIPEONFORK, 0);
		KUNIT_EXPECT_EQ(test, 0, user_madvise(m.us, m.addr, NR_PAGES,
						      MADV_KEEPONFORK));
	}
}

/* With a handler nothing changes: it may insert another frame next time. */
static vm_fault_t never(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static int insert_all(struct pfn_file *pf, struct vm_area_struct *vma)
{
	unsigned int page;

	for (page = 0; page < pf->frames->nr; page++)
		if (vmf_insert_pfn(vma, vma->vm_start + page * PAGE_SIZE,
				   pf->frames->frame[page].pfn) !=
		    VM_FAULT_NOPAGE)
			return -ENOMEM;
	return 0;
}

/* Mappings of raw frames only, none of which a fault brings back. */
static const struct raw {
	const char *name;
	enum frames_kind kind;
	unsigned long map_flags;
	struct pfn_file how;
} raws[] = {
	{ "private remap", FRAMES_CONTIGUOUS, MAP_PRIVATE,
	  { .remap = true } },
	{ "private remap with a fault handler", FRAMES_CONTIGUOUS, MAP_PRIVATE,
	  { .remap = true, .fault = never } },
	{ "private remap by mmap_prepare", FRAMES_CONTIGUOUS, MAP_PRIVATE,
	  { .remap = true, .prepare = true } },
	{ "private remap without struct page", FRAMES_PAGELESS, MAP_PRIVATE,
	  { .remap = true } },
	{ "shared remap", FRAMES_CONTIGUOUS, MAP_SHARED,
	  { .remap = true } },
	{ "shared remap with a fault handler", FRAMES_CONTIGUOUS, MAP_SHARED,
	  { .remap = true, .fault = never } },
	{ "shared remap without struct page", FRAMES_PAGELESS, MAP_SHARED,
	  { .remap = true } },
	{ "shared VM_PFNMAP", FRAMES_SCATTERED, MAP_SHARED,
	  { .vm_flags = VM_PFNMAP, .map = insert_all } },
	{ "shared VM_PFNMAP with a fault handler", FRAMES_SCATTERED, MAP_SHARED,
	  { .vm_flags = VM_PFNMAP, .map = insert_all, .fault = never } },
	{ "shared VM_PFNMAP without struct page", FRAMES_PAGELESS_SCATTERED,
	  MAP_SHARED, { .vm_flags = VM_PFNMAP, .map = insert_all } },
	{ "shared VM_MIXEDMAP", FRAMES_PAGELESS_SCATTERED, MAP_SHARED,
	  { .vm_flags = VM_MIXEDMAP, .map = insert_all } },
	{ "shared VM_MIXEDMAP with a fault handler", FRAMES_PAGELESS_SCATTERED,
	  MAP_SHARED,
	  { .vm_flags = VM_MIXEDMAP, .map = insert_all, .fault = never } },
	{ "private VM_MIXEDMAP", FRAMES_PAGELESS_SCATTERED, MAP_PRIVATE,
	  { .vm_flags = VM_MIXEDMAP, .map = insert_all } },
	{ "private VM_MIXEDMAP with a fault handler", FRAMES_PAGELESS_SCATTERED,
	  MAP_PRIVATE,
	  { .vm_flags = VM_MIXEDMAP, .map = insert_all, .fault = never } },
};

static void raw_name(const struct raw *raw, char *desc)
{
	strscpy(desc, raw->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(raw, raws, raw_name);

/*
 * Nothing but the page tables says what is mapped; there is no anon_vma that
 * would have them copied anyway.
 *
 * Covers: VM_COPY_ON_FORK, vma_needs_copy, copy_page_range(VM_PFNMAP),
 * copy_page_range(track_pfn_copy), track_pfn_copy(track_pfn_copy)
 */
static void raw_frames_are_mapped_in_the_child_as_they_were(struct kunit *test)
{
	const struct raw *raw = test->param_value;
	struct mapping child, m;
	struct vma_view ours, theirs;
	unsigned int page;

	needs_mm_exports(test);
	if (raw->how.prepare)
		needs_mmap_prepare(test);
	m = mapping_create(test, raw->kind, NR_PAGES, raw->map_flags,
			   &raw->how);
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &ours));
	KUNIT_ASSERT_FALSE(test, ours.has_anon_vma);
	child = mapping_fork(test, &m);

	expect_layout(test, &m, "rrrrrrrr");
	expect_layout(test, &child, "rrrrrrrr");
	for (page = 0; page < NR_PAGES; page++) {
		bool write = raw->map_flags == MAP_SHARED;
		unsigned long at = mapping_page(&m, page);

		KUNIT_EXPECT_EQ_MSG(test, observe_pte(m.us, at).write, write,
				    "page %u", page);
		KUNIT_EXPECT_EQ_MSG(test, observe_pte(child.us, at).write,
				    write, "page %u", page);
	}
	KUNIT_ASSERT_TRUE(test, user_vma(child.us, m.addr, &theirs));
	KUNIT_EXPECT_EQ(test, theirs.flags, ours.flags);
	KUNIT_EXPECT_EQ(test, theirs.pgoff, ours.pgoff);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
	expect_rss(test, child.us, 0, 0);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/* The flags of which each makes a vma special; see VM_SPECIAL. */
static const struct special {
	const char *name;
	unsigned long flag;
} specials[] = {
	{ "VM_IO", VM_IO },
	{ "VM_PFNMAP", VM_PFNMAP },
	{ "VM_MIXEDMAP", VM_MIXEDMAP },
	{ "VM_DONTEXPAND", VM_DONTEXPAND },
};

static void special_name(const struct special *special, char *desc)
{
	strscpy(desc, special->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(special, specials, special_name);

/* Just that flag, and not to be inherited. */
static int set_special_and_dontcopy(struct pfn_file *pf,
				    struct vm_area_struct *vma)
{
	const struct special *special = pf->data;

	vm_flags_set(vma, special->flag | VM_DONTCOPY);
	return 0;
}

/*
 * MADV_DOFORK undoes MADV_DONTFORK, not what a driver has decided.
 *
 * Covers: madvise_vma_behavior, VM_SPECIAL
 */
static void advice_does_not_undo_what_the_driver_keeps_to_one_process(struct kunit *test)
{
	const struct special *special = test->param_value;
	bool refused = special->flag == VM_IO || COMPAT_DOFORK_ASKS_VM_SPECIAL;
	struct mapping m;
	struct vma_view vma;

	needs_syscalls(test);
	m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .map = set_special_and_dontcopy,
				   .data = (void *)special,
			   });
	KUNIT_EXPECT_EQ(test, refused ? -EINVAL : 0,
			user_madvise(m.us, m.addr, NR_PAGES, MADV_DOFORK));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.flags & VM_DONTCOPY,
			refused ? VM_DONTCOPY : 0);
}

static struct kunit_case mm_pfnmap_fork_cases[] = {
	KUNIT_CASE(private_copies_are_shared_with_the_child),
	KUNIT_CASE(private_copies_stay_with_the_parent_when_the_child_exits),
	KUNIT_CASE(mapping_that_begins_with_a_copy_is_inherited),
	KUNIT_CASE(child_that_writes_to_a_shared_copy_gets_its_own),
	KUNIT_CASE(parent_that_writes_to_a_shared_copy_leaves_the_child_its_own),
	KUNIT_CASE(child_that_writes_to_a_raw_frame_gets_a_copy),
	KUNIT_CASE(parent_that_writes_to_a_raw_frame_leaves_it_to_the_child),
	KUNIT_CASE(grandchild_inherits_all_of_it),
	KUNIT_CASE(shared_frames_stay_writable_and_shared),
	KUNIT_CASE(child_faults_in_what_was_not_mapped),
	KUNIT_CASE(mapping_in_two_page_tables_is_copied_whole),
	KUNIT_CASE(pieces_of_a_split_are_copied_as_what_they_are),
	KUNIT_CASE(child_of_a_prot_none_mapping_finds_the_frames_again),
	KUNIT_CASE(child_keeps_the_cache_mode),
	KUNIT_CASE(mixed_pages_are_counted_once_on_either_side),
	KUNIT_CASE(child_that_writes_to_a_private_mixed_page_gives_it_back),
	KUNIT_CASE(pinned_copy_stays_with_the_parent),
	KUNIT_CASE(each_pinned_copy_is_copied_to_a_page_of_its_own),
	KUNIT_CASE(shared_frames_are_clean_and_old_in_the_child),
	KUNIT_CASE(private_copies_are_as_dirty_in_the_child),
	KUNIT_CASE(pages_of_an_ordinary_file_are_left_to_the_childs_faults),
	KUNIT_CASE(child_opens_the_vma_and_closes_it_at_its_exit),
	KUNIT_CASE(mapping_that_its_driver_keeps_to_one_process_is_not_inherited),
	KUNIT_CASE(part_advised_not_to_fork_is_a_hole_in_the_child),
	KUNIT_CASE(wipe_on_fork_is_refused),
	KUNIT_CASE_PARAM(raw_frames_are_mapped_in_the_child_as_they_were,
			 raw_gen_params),
	KUNIT_CASE_PARAM(advice_does_not_undo_what_the_driver_keeps_to_one_process,
			 special_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_fork_suite = {
	.name = "mm_pfnmap_fork",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_fork_cases,
};

kunit_test_suite(mm_pfnmap_fork_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: fork of raw-PFN mappings");
MODULE_LICENSE("GPL");
