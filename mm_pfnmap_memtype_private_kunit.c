// SPDX-License-Identifier: GPL-2.0
/*
 * Tracking of cache modes for private mappings: pages that were copied on write
 * are no longer the frames that are tracked, and the tracking must not mind.
 *
 * See mm_pfnmap_memtype_kunit.c, whose mappings are all shared.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

static int remap(struct pfn_file *pf, struct vm_area_struct *vma)
{
	const enum memtype_mode *mode = pf->data;

	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
			       vma->vm_end - vma->vm_start,
			       cache_mode_set(vma->vm_page_prot, *mode));
}

/* How many entries of the list have frames of a mapping. */
static unsigned int nr_listed(struct kunit *test, const struct mapping *m)
{
	return observe_tracking(test, m->frames->frame[0].pfn, NR_PAGES).nr;
}

/* @others: entries that the kernel itself has for these frames. */
struct private {
	struct mapping m;
	unsigned int others;
};

static struct private map_private(struct kunit *test, enum frames_kind kind,
				  enum memtype_mode mode)
{
	enum memtype_mode *data = kunit_kzalloc(test, sizeof(*data),
						GFP_KERNEL);
	struct private p = {};

	needs_memtype(test);
	KUNIT_ASSERT_NOT_NULL(test, data);
	*data = mode;
	p.m = mapping_prepare(test, kind, NR_PAGES,
			      &(struct pfn_file){ .map = remap, .data = data });
	p.others = nr_listed(test, &p.m);
	p.m.us = user_space_create(test);
	p.m.addr = user_mmap(p.m.us, p.m.pf->file, NR_PAGES,
			     PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(p.m.addr));
	return p;
}

/*
 * A mapping of which page @page was written to, and is a copy. What is copied
 * has to be memory, and the kernel has mapped that write-back.
 */
static struct private map_copied(struct kunit *test, unsigned int page)
{
	struct private p = map_private(test, FRAMES_PAGELESS, CACHE_WB);

	needs_reachable(test, p.m.frames);
	KUNIT_ASSERT_EQ(test, 0, user_write(p.m.us, mapping_page(&p.m, page),
					    4711));
	expect_copied_words(test, &p.m, page, 4711);
	return p;
}

static void expect_tracked(struct kunit *test, const struct private *p)
{
	KUNIT_EXPECT_EQ(test, nr_listed(test, &p->m), p->others + 1);
}

static void expect_untracked(struct kunit *test, const struct private *p)
{
	KUNIT_EXPECT_EQ(test, nr_listed(test, &p->m), p->others);
}

static void unmap(struct kunit *test, const struct private *p)
{
	KUNIT_ASSERT_EQ(test, 0, user_munmap(p->m.us, p->m.addr, NR_PAGES));
}

/* Covers: remap_pfn_range_track, pfnmap_track, track_pfn_remap, untrack_pfn */
static void remap_is_tracked_until_munmap(struct kunit *test)
{
	struct private p = map_private(test, FRAMES_NOWHERE, CACHE_WC);

	expect_frames_tracked(test, p.m.frames->frame[0].pfn, NR_PAGES,
			      CACHE_WC);
	unmap(test, &p);
	expect_untracked(test, &p);
}

/*
 * The entries are gone by the time the old place is unmapped, and only the vma
 * could tell the frames: d9fe4fab1197.
 *
 * Covers: untrack_pfn_clear, move_vma, vma_pfnmap_track_ctx_dup
 */
static void tracking_moves_with_the_mapping(struct kunit *test)
{
	struct private p = map_private(test, FRAMES_NOWHERE, CACHE_WC);

	needs_syscalls(test);
	p.m.addr = user_mremap(p.m.us, p.m.addr, NR_PAGES, NR_PAGES,
			       MREMAP_MAYMOVE | MREMAP_FIXED,
			       p.m.addr - 64 * PAGE_SIZE);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(p.m.addr));

	expect_tracked(test, &p);
	unmap(test, &p);
	expect_untracked(test, &p);
}

static void tracking_lasts_until_parent_and_child_are_gone(struct kunit *test)
{
	struct private p = map_private(test, FRAMES_NOWHERE, CACHE_WC);
	struct user_space *child = user_space_fork(test, p.m.us);

	unmap(test, &p);
	KUNIT_EXPECT_GE(test, nr_listed(test, &p.m), 1);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(child, p.m.addr, NR_PAGES));
	expect_untracked(test, &p);
}

/*
 * The child has the frames mapped as well.
 *
 * Covers: track_pfn_copy, vma_pfnmap_track_ctx_dup
 */
static void fork_after_a_copy_keeps_the_tracking(struct kunit *test)
{
	struct private p = map_copied(test, 0);
	struct user_space *child = user_space_reserve(test);
	int ret = user_space_fork_to(child, p.m.us);

	known_issue(test, ret && !COMPAT_TRACKS_BY_CONTEXT,
		    "fork() fails: get_pat_info() finds no cache mode where the first page was copied (mended in 6.16)");
	KUNIT_ASSERT_EQ(test, ret, 0);
	unmap(test, &p);
	expect_tracked(test, &p);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(child, p.m.addr, NR_PAGES));
	expect_untracked(test, &p);
}

static const struct copied {
	const char *name;
	unsigned int page;
} copies[] = {
	{ "first", 0 },
	{ "middle", 3 },
	{ "last", NR_PAGES - 1 },
};

static void copied_name(const struct copied *copied, char *desc)
{
	strscpy(desc, copied->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(copied, copies, copied_name);

/*
 * 04c35ab3bdae, of the first page.
 *
 * Covers: untrack_pfn, pfnmap_track_ctx_release
 */
static void munmap_after_a_copy_ends_the_tracking(struct kunit *test)
{
	const struct copied *copied = test->param_value;
	struct private p = map_copied(test, copied->page);

	expect_tracked(test, &p);
	unmap(test, &p);
	expect_untracked(test, &p);
}

static void exit_after_a_copy_ends_the_tracking(struct kunit *test)
{
	const struct copied *copied = test->param_value;
	struct private p = map_copied(test, copied->page);

	user_space_destroy(test, p.m.us);
	expect_untracked(test, &p);
}

static struct kunit_case mm_pfnmap_memtype_private_cases[] = {
	KUNIT_CASE(remap_is_tracked_until_munmap),
	KUNIT_CASE(tracking_moves_with_the_mapping),
	KUNIT_CASE(tracking_lasts_until_parent_and_child_are_gone),
	KUNIT_CASE(fork_after_a_copy_keeps_the_tracking),
	KUNIT_CASE_PARAM(munmap_after_a_copy_ends_the_tracking,
			 copied_gen_params),
	KUNIT_CASE_PARAM(exit_after_a_copy_ends_the_tracking,
			 copied_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_memtype_private_suite = {
	.name = "mm_pfnmap_memtype_private",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_memtype_private_cases,
};

kunit_test_suite(mm_pfnmap_memtype_private_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: cache modes of private raw-PFN mappings");
MODULE_LICENSE("GPL");
