// SPDX-License-Identifier: GPL-2.0
/*
 * mremap() of raw frames.
 *
 * A mapping, or a part of it, may move and shrink: each page of it stays what
 * it was, as vm_pgoff moves along with vm_start, which is what the linear rule
 * asks for. It never grows: nobody could say which frames come next. See
 * mremap(2), and VM_DONTEXPAND and VM_PFNMAP in <linux/mm.h>.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

static unsigned long move(struct mapping *m, unsigned int first,
			  unsigned int nr, unsigned long to)
{
	return user_mremap(m->us, mapping_page(m, first), nr, nr,
			   MREMAP_MAYMOVE | MREMAP_FIXED, to);
}

/* Free, and far enough from the mapping not to touch it. */
static unsigned long elsewhere(struct kunit *test, const struct mapping *m)
{
	return user_table_boundary(test, m->us) + PAGE_SIZE;
}

/* To the driver it is a new vma, then moved, and the old one closed. */
static void move_is_told_to_the_driver(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_SHARED);
	unsigned long to = elsewhere(test, &m);

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, move(&m, 0, NR_PAGES, to), to);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_mremaps), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_closes), 1);
}

static int refuse_move(struct vm_area_struct *vma)
{
	return -EBUSY;
}

/* See vm_ops->mremap: its error is that of the system call. */
static void move_that_the_driver_refuses_is_undone(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_PRIVATE,
					  &(struct pfn_file){
						  .remap = true,
						  .ops.mremap = refuse_move,
					  });
	struct mapping moved = mapping_moved(&m, elsewhere(test, &m));

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, "..c..c..");
	KUNIT_EXPECT_EQ(test, move(&m, 0, NR_PAGES, moved.addr),
			(unsigned long)-EBUSY);

	expect_layout(test, &m, "rrcrrcrr");
	expect_copies_kept(test, &m, "..c..c..");
	expect_piece(test, &m, 0, NR_PAGES, m.frames->frame[0].pfn);
	expect_no_vma(test, &moved, 0, NR_PAGES);
	expect_layout(test, &moved, "........");
	expect_rss(test, m.us, 0, 2);
	expect_frames_untouched(test, m.before);
}

/* MREMAP_FIXED unmaps what is there, says mremap(2). */
static void move_replaces_a_mapping_that_is_there(struct kunit *test)
{
	struct mapping moved, m = map_scattered(test);
	struct mapping there = map_linear(test, MAP_PRIVATE);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &there, ".c..c.c.");
	m.us = there.us;
	m.addr = user_mmap(m.us, m.pf->file, NR_PAGES, PROT_READ, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	mapping_touch(test, &m, 0, NR_PAGES);

	/* Over its pages 4 and 5. */
	KUNIT_ASSERT_EQ(test, move(&m, 1, 2, mapping_page(&there, 4)),
			mapping_page(&there, 4));
	moved = mapping_moved(&m, mapping_page(&there, 3));
	expect_raw_frame(test, &moved, 1);
	expect_raw_frame(test, &moved, 2);
	expect_piece(test, &moved, 1, 2, 1);
	expect_layout(test, &m, "r..rrrrr");
	expect_piece(test, &there, 0, 4, there.frames->frame[0].pfn);
	expect_piece(test, &there, 6, 2, there.frames->frame[6].pfn);
	expect_copies_kept(test, &there, ".c....c.");
	expect_rss(test, there.us, 0, 2);
	expect_frames_untouched(test, there.before);
	expect_frames_untouched(test, m.before);
}

/* What has not been touched before the move, the fault finds behind it. */
static void fault_after_a_move_finds_the_same_frame(struct kunit *test)
{
	struct mapping moved, m = map_scattered(test);
	unsigned long to = elsewhere(test, &m);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_touch(test, &m, 2, 1);
	KUNIT_ASSERT_EQ(test, move(&m, 2, 4, to), to);
	moved = mapping_moved(&m, to - 2 * PAGE_SIZE);

	mapping_touch(test, &moved, 3, 3);
	expect_layout(test, &moved, "..rrrr..");
	expect_piece(test, &moved, 2, 4, 2);
	mapping_touch(test, &m, 0, 2);
	mapping_touch(test, &m, 6, 2);
	expect_layout(test, &m, "rr....rr");
	expect_frames_untouched(test, m.before);
}

static void mixed_mapping_moves_with_its_counts(struct kunit *test)
{
	struct mapping moved, m = map_mixed(test, MAP_PRIVATE);
	unsigned long to = elsewhere(test, &m);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, "..c.....");
	KUNIT_ASSERT_EQ(test, move(&m, 0, NR_PAGES, to), to);
	moved = mapping_moved(&m, to);

	expect_layout(test, &moved, "prcrprpr");
	expect_copies_kept(test, &moved, "..c.....");
	expect_layout(test, &m, "........");
	expect_rss(test, m.us, NR_PAGES / 2 - 1, 1);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, to, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
	expect_no_page_tables(test, m.us);
}

static void shrink_unmaps_the_tail(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, ".c....c.");
	KUNIT_ASSERT_EQ(test, user_mremap(m.us, m.addr, NR_PAGES, 3, 0, 0),
			m.addr);

	expect_layout(test, &m, "rcr.....");
	expect_piece(test, &m, 0, 3, m.frames->frame[0].pfn);
	expect_no_vma(test, &m, 3, NR_PAGES - 3);
	expect_rss(test, m.us, 0, 1);
	expect_frames_untouched(test, m.before);
}

static void shrink_and_move_in_one(struct kunit *test)
{
	struct mapping moved, m = map_linear(test, MAP_PRIVATE);
	unsigned long to = elsewhere(test, &m);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, ".c....c.");
	KUNIT_ASSERT_EQ(test, to,
			user_mremap(m.us, m.addr, NR_PAGES, 3,
				    MREMAP_MAYMOVE | MREMAP_FIXED, to));
	moved = mapping_moved(&m, to);

	expect_layout(test, &moved, "rcr.....");
	expect_copies_kept(test, &moved, ".c......");
	expect_piece(test, &moved, 0, 3, m.frames->frame[0].pfn);
	expect_layout(test, &m, "........");
	expect_no_vma(test, &m, 0, NR_PAGES);
	expect_rss(test, m.us, 0, 1);
	expect_frames_untouched(test, m.before);
}

/* The duplicate that an old length of 0 makes would have to be filled. */
static void duplicate_is_refused(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_SHARED);

	needs_syscalls(test);
	KUNIT_EXPECT_EQ(test, (unsigned long)-EFAULT,
			user_mremap(m.us, m.addr, 0, NR_PAGES, MREMAP_MAYMOVE,
				    0));
	expect_layout(test, &m, "rrrrrrrr");
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), 1);

	/* And where it is private, there is no such thing: mremap(2). */
	m = map_linear(test, MAP_PRIVATE);
	KUNIT_EXPECT_EQ(test, (unsigned long)-EINVAL,
			user_mremap(m.us, m.addr, 0, NR_PAGES, MREMAP_MAYMOVE,
				    0));
	expect_layout(test, &m, "rrrrrrrr");
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), 1);
}

/* Parts of a mapping, and what lies where then. */
static const struct part {
	const char *name;
	unsigned int first;
	unsigned int nr;
	const char *stays;
	const char *moves;
} parts[] = {
	{ "all", 0, NR_PAGES, "........", "crrcrrrc" },
	{ "head", 0, 3, "...crrrc", "crr....." },
	{ "middle", 2, 3, "cr...rrc", "..rcr..." },
	{ "tail", 5, 3, "crrcr...", ".....rrc" },
	{ "one page", 3, 1, "crr.rrrc", "...c...." },
};

static void part_name(const struct part *part, char *desc)
{
	strscpy(desc, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, parts, part_name);

/*
 * Over a page table boundary as well: the middle of the target is there.
 *
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void moved_part_of_a_private_remap_stays_what_it_is(struct kunit *test)
{
	const struct part *part = test->param_value;
	struct mapping moved, m = map_linear(test, MAP_PRIVATE);
	unsigned long pfn = m.frames->frame[part->first].pfn;
	unsigned long to;

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, "c..c...c");
	moved = mapping_moved(&m, user_table_boundary(test, m.us) -
			      NR_PAGES / 2 * PAGE_SIZE);
	to = mapping_page(&moved, part->first);
	KUNIT_ASSERT_EQ(test, move(&m, part->first, part->nr, to), to);

	expect_layout(test, &m, part->stays);
	expect_layout(test, &moved, part->moves);
	expect_copies_kept(test, &m, part->stays);
	expect_copies_kept(test, &moved, part->moves);
	expect_piece(test, &moved, part->first, part->nr, pfn);
	expect_no_vma(test, &m, part->first, part->nr);
	KUNIT_EXPECT_EQ(test, m.us->mm->total_vm, NR_PAGES);
	expect_rss(test, m.us, 0, 3);
	expect_frames_untouched(test, m.before);

	user_space_destroy(test, m.us);
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

/* A later write to a moved frame is copied, not written in place. */
static void moved_frames_are_copied_on_write(struct kunit *test)
{
	const struct part *part = test->param_value;
	struct mapping moved, m = map_linear(test, MAP_PRIVATE);
	unsigned long at, word = 0;

	needs_mm_exports(test);
	needs_syscalls(test);
	moved = mapping_moved(&m, elsewhere(test, &m));
	at = mapping_page(&moved, part->first);
	KUNIT_ASSERT_EQ(test, move(&m, part->first, part->nr, at), at);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, at, &word));
	KUNIT_EXPECT_EQ(test, word,
			frames_pattern(m.frames->frame[part->first].pfn, 0));

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, at, 1));
	KUNIT_EXPECT_NOT_NULL(test, observe_normal_page(m.us, at));
	expect_rss(test, m.us, 0, 1);
	expect_frames_intact(test, &m);
}

/* Each of these keeps a vma from growing; with another flag beside it or not. */
static const struct fixed {
	const char *name;
	unsigned long vm_flags;
} fixeds[] = {
	{ "VM_PFNMAP", VM_PFNMAP },
	{ "VM_DONTEXPAND", VM_DONTEXPAND },
	{ "VM_PFNMAP VM_DONTEXPAND", VM_PFNMAP | VM_DONTEXPAND },
	{ "VM_MIXEDMAP VM_DONTEXPAND", VM_MIXEDMAP | VM_DONTEXPAND },
	{ "VM_IO VM_PFNMAP", VM_IO | VM_PFNMAP },
};

static void fixed_name(const struct fixed *fixed, char *desc)
{
	strscpy(desc, fixed->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fixed, fixeds, fixed_name);

static int set_fixed(struct pfn_file *pf, struct vm_area_struct *vma)
{
	const struct fixed *fixed = pf->data;

	vm_flags_set(vma, fixed->vm_flags);
	return 0;
}

static struct mapping map_fixed(struct kunit *test)
{
	needs_syscalls(test);
	return mapping_create(test, FRAMES_PAGELESS_SCATTERED, NR_PAGES,
			      MAP_SHARED, &(struct pfn_file){
				      .map = set_fixed,
				      .data = (void *)test->param_value,
			      });
}

static void expect_refused(struct kunit *test, struct mapping *m, int error,
			   unsigned int old_pages, unsigned int new_pages,
			   unsigned long flags, unsigned long to)
{
	struct vma_view before, after;

	KUNIT_ASSERT_TRUE(test, user_vma(m->us, m->addr, &before));
	KUNIT_EXPECT_EQ_MSG(test, (unsigned long)error,
			    user_mremap(m->us, m->addr, old_pages, new_pages,
					flags, to), "flags %#lx", flags);
	KUNIT_ASSERT_TRUE(test, user_vma(m->us, m->addr, &after));
	KUNIT_EXPECT_EQ(test, 0, memcmp(&before, &after, sizeof(before)));
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m->us), 1);
	KUNIT_EXPECT_EQ(test, m->us->mm->total_vm, NR_PAGES);
}

/* Covers: check_prep_vma(VMA_PFNMAP_BIT), vma_to_resize(VM_PFNMAP) */
static void mapping_does_not_grow(struct kunit *test)
{
	struct mapping m = map_fixed(test);
	unsigned long to = elsewhere(test, &m);

	expect_refused(test, &m, -EFAULT, NR_PAGES, NR_PAGES + 1, 0, 0);
	expect_refused(test, &m, -EFAULT, NR_PAGES, 2 * NR_PAGES,
		       MREMAP_MAYMOVE, 0);
	expect_refused(test, &m, -EFAULT, NR_PAGES, NR_PAGES + 1,
		       MREMAP_MAYMOVE | MREMAP_FIXED, to);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_mremaps), 0);
}

/*
 * For private anonymous memory only, says mremap(2).
 *
 * Covers: check_prep_vma(VMA_PFNMAP_BIT), vma_to_resize(VM_PFNMAP)
 */
static void move_that_keeps_the_old_vma_is_refused(struct kunit *test)
{
	struct mapping m = map_fixed(test);
	unsigned long to = elsewhere(test, &m);

	expect_refused(test, &m, -EINVAL, NR_PAGES, NR_PAGES,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP, 0);
	expect_refused(test, &m, -EINVAL, NR_PAGES, NR_PAGES,
		       MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED, to);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 0);
}

static struct kunit_case mm_pfnmap_mremap_cases[] = {
	KUNIT_CASE(move_is_told_to_the_driver),
	KUNIT_CASE(move_that_the_driver_refuses_is_undone),
	KUNIT_CASE(move_replaces_a_mapping_that_is_there),
	KUNIT_CASE(fault_after_a_move_finds_the_same_frame),
	KUNIT_CASE(mixed_mapping_moves_with_its_counts),
	KUNIT_CASE(shrink_unmaps_the_tail),
	KUNIT_CASE(shrink_and_move_in_one),
	KUNIT_CASE(duplicate_is_refused),
	KUNIT_CASE_PARAM(moved_part_of_a_private_remap_stays_what_it_is,
			 part_gen_params),
	KUNIT_CASE_PARAM(moved_frames_are_copied_on_write, part_gen_params),
	KUNIT_CASE_PARAM(mapping_does_not_grow, fixed_gen_params),
	KUNIT_CASE_PARAM(move_that_keeps_the_old_vma_is_refused,
			 fixed_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_mremap_suite = {
	.name = "mm_pfnmap_mremap",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_mremap_cases,
};

kunit_test_suite(mm_pfnmap_mremap_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: mremap of raw-PFN mappings");
MODULE_LICENSE("GPL");
