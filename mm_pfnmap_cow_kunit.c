// SPDX-License-Identifier: GPL-2.0
/*
 * Copy on write of raw frames: a private remap_pfn_range().
 *
 * Such a mapping is the reason for the linear rule: it must be remapped as a
 * whole, in one go, with vm_pgoff as its first frame; whatever is off the rule
 * later is a private copy. See the comments in remap_pfn_range() and on
 * vm_normal_page().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

static struct mapping remap_frames(struct kunit *test, unsigned long map_flags)
{
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, map_flags,
			      &(struct pfn_file){ .remap = true });
}

static unsigned long pattern(const struct mapping *m, unsigned int page,
			     unsigned int word)
{
	return frames_pattern(m->frames->frame[page].pfn, word);
}

/*
 * The copy is mm's: it is counted, and goes with the mapping.
 *
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void copy_is_freed_with_the_mapping(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);
	struct vma_view vma;

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 7), 1));
	expect_rss(test, m.us, 0, 2);
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_TRUE(test, vma.has_anon_vma);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

/*
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void exit_with_copies_leaves_the_frames_alone(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);
	unsigned int page;

	for (page = 0; page < NR_PAGES; page += 2)
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, page),
						    page));
	user_space_destroy(test, m.us);

	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_closes), 1);
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

/* A second write finds the copy, and a read of it sees both. */
static void later_writes_stay_in_the_copy(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);
	unsigned long pfn, word = 0, at = mapping_page(&m, 5);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, at, 1));
	pfn = observe_pte(m.us, at).pfn;
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, at + sizeof(word), 2));

	KUNIT_EXPECT_EQ(test, observe_pte(m.us, at).pfn, pfn);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, at, &word));
	KUNIT_EXPECT_EQ(test, word, 1);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, at + sizeof(word), &word));
	KUNIT_EXPECT_EQ(test, word, 2);
	expect_rss(test, m.us, 0, 1);
}

/*
 * No copy where the mapping is shared: the frames are written in place.
 *
 * Covers: remap_pte_range(pte_mkspecial)
 */
static void shared_remap_is_written_in_place(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_SHARED);
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, page),
						    page));
		KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[page]), page);
		expect_raw_frame(test, &m, page);
	}
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/*
 * munmap of the middle makes two vmas. The upper one's vm_start and vm_pgoff
 * have both moved, so each of its entries is what it was:
 *
 *	page    0   1   2   3   4   5   6   7
 *	      |raw|cpy|raw|  gone |raw|cpy|raw|
 *
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void halves_of_a_split_keep_raw_frames_and_copies_apart(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);
	struct vma_view upper;
	unsigned int page;

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 1), 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 6), 1));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, 3), 2));

	for (page = 0; page < NR_PAGES; page++) {
		if (page == 1 || page == 6)
			expect_copy(test, &m, page);
		else if (page != 3 && page != 4)
			expect_raw_frame(test, &m, page);
	}
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, mapping_page(&m, 5), &upper));
	KUNIT_EXPECT_EQ(test, upper.start, mapping_page(&m, 5));
	KUNIT_EXPECT_EQ(test, upper.pgoff, m.frames->frame[5].pfn);
	expect_rss(test, m.us, 0, 2);
	expect_frames_untouched(test, m.before);
}

/* What tells the rest of mm to keep off; see the comment in remap_pfn_range(). */
static void expect_remap_flags(struct kunit *test, const struct vma_view *vma)
{
	unsigned long want = VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;

	KUNIT_EXPECT_EQ(test, vma->flags & want, want);
	KUNIT_EXPECT_EQ(test, vma->flags & VM_MIXEDMAP, 0);
}

/*
 * Covers: VMA_REMAP_FLAGS, VMA_REMAP_FLAGS(VMA_PFNMAP_BIT),
 * remap_pfn_range_prepare_vma, remap_pfn_range_internal
 */
static void private_remap_turns_pgoff_into_the_first_pfn(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);
	struct vma_view vma;

	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, m.frames->frame[0].pfn);
	expect_remap_flags(test, &vma);
}

/*
 * Covers: VMA_REMAP_FLAGS, VMA_REMAP_FLAGS(VMA_PFNMAP_BIT),
 * remap_pfn_range_prepare_vma, remap_pfn_range_internal
 */
static void shared_remap_leaves_pgoff_alone(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_SHARED);
	struct vma_view vma;

	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, 0);
	expect_remap_flags(test, &vma);
}

/* Written to later is enough: VM_MAYWRITE makes a private mapping one to copy. */
static void mapping_made_writable_later_is_copied(struct kunit *test)
{
	struct mapping m = mapping_create_prot(test, FRAMES_CONTIGUOUS,
					       NR_PAGES, PROT_READ, MAP_PRIVATE,
					       &(struct pfn_file){
						       .remap = true,
					       });
	struct vma_view vma;

	needs_syscalls(test);
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, m.frames->frame[0].pfn);
	KUNIT_EXPECT_EQ(test, user_write(m.us, mapping_page(&m, 3), 1),
			-EFAULT);

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 3), 4711));
	expect_copy(test, &m, 3);
	expect_copied_words(test, &m, 3, 4711);
	expect_raw_frame(test, &m, 4);
	expect_frames_intact(test, &m);
}

/* A copy is no write to the file: see MAP_PRIVATE in mmap(2). */
static void file_opened_for_reading_is_copied_all_the_same(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_PRIVATE, &(struct pfn_file){
						  .remap = true,
						  .read_only = true,
					  });

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 3), 4711));
	expect_copy(test, &m, 3);
	expect_copied_words(test, &m, 3, 4711);
	expect_frames_intact(test, &m);
}

/*
 * FAULT_FLAG_UNSHARE: 'break COW' for who is about to read for long, so not a
 * write. See its comment.
 *
 * Covers: __vm_normal_page
 */
static void unsharing_copies_without_making_it_writable(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);
	struct pte_view pte;

	needs_mm_exports(test);
	needs_unsharing(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 4),
					 FAULT_FLAG_UNSHARE), 0);
	pte = observe_pte(m.us, mapping_page(&m, 4));
	KUNIT_EXPECT_NE(test, pte.pfn, m.frames->frame[4].pfn);
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.dirty);
	expect_rss(test, m.us, 0, 1);

	/* It is exclusive: a write takes the same page. */
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 4), 4711));
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, mapping_page(&m, 4)).pfn,
			pte.pfn);
	expect_copy(test, &m, 4);
	expect_copied_words(test, &m, 4, 4711);
}

/* 'Treated like an ordinary read fault' where nothing is to be copied. */
static void unsharing_a_shared_mapping_does_nothing(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_SHARED);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 4),
					 FAULT_FLAG_UNSHARE), 0);
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, mapping_page(&m, 4)).pfn,
			m.frames->frame[4].pfn);
	expect_rss(test, m.us, 0, 0);
}

/*
 * GUP keeps out of VM_PFNMAP, by force too, and from the copies as well: 'they
 * are not ordinary pages', see check_vma_flags().
 *
 * Covers: check_vma_flags
 */
static void forced_write_by_gup_is_refused_and_copies_nothing(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 1), 1));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_force_page(m.us, m.us, mapping_page(&m, 0), false,
					NULL, NULL));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_force_page(m.us, m.us, mapping_page(&m, 0), true,
					NULL, NULL));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_force_page(m.us, m.us, mapping_page(&m, 1), false,
					NULL, NULL));
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, m.addr).pfn,
			m.frames->frame[0].pfn);
	expect_rss(test, m.us, 0, 1);
	expect_frames_untouched(test, m.before);
}

/*
 * 'It might just be unreadable, in which case we just give up and fill the
 * result with zeroes', and warn: see __wp_page_copy_user(). A mapping without
 * access has entries, but the user address cannot be read.
 */
static void source_that_cannot_be_read_gives_zeroes(struct kunit *test)
{
	struct mapping m = mapping_create_prot(test, FRAMES_CONTIGUOUS,
					       NR_PAGES, PROT_NONE, MAP_PRIVATE,
					       &(struct pfn_file){
						       .remap = true,
					       });
	unsigned long word;
	struct pte_view pte;

	if (!user_read(m.us, m.addr, &word))
		kunit_skip(test, "needs user accesses that mind the protection of a page");
	EXPECT_WARNINGS(test, 1) {
		EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
						 FAULT_FLAG_WRITE), 0);
	}

	pte = observe_pte(m.us, mapping_page(&m, 2));
	KUNIT_ASSERT_NE(test, pte.pfn, m.frames->frame[2].pfn);
	KUNIT_EXPECT_NULL(test, memchr_inv(page_address(pfn_to_page(pte.pfn)),
					   0, PAGE_SIZE));
	expect_rss(test, m.us, 0, 1);
	expect_frames_intact(test, &m);
}

/*
 * A fault handled on behalf of a device or another process, FAULT_FLAG_REMOTE:
 * the thread that handles it has something else at that address.
 */
static void copy_for_another_address_space_is_of_the_frame(struct kunit *test)
{
	struct mapping m = remap_frames(test, MAP_PRIVATE);
	struct user_space *other = user_space_create(test);
	unsigned long at = mapping_page(&m, 2), copied = 0;

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, at, user_mmap_at(other, at, NULL, 1,
					       PROT_READ | PROT_WRITE,
					       MAP_PRIVATE | MAP_FIXED, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(other, at, 42));
	EXPECT_VM_FAULT(test, user_fault_as(other, m.us, at, FAULT_FLAG_WRITE),
			0);

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, at, &copied));
	known_issue(test, copied == 42,
		    "a raw frame is copied by its user address from the mm of whoever handles the fault, in __wp_page_copy_user()");
	expect_copied_words(test, &m, 2, pattern(&m, 2, 0));
	expect_copy(test, &m, 2);
}

/* Whichever allocation fails: out of memory, and all is as before. */
static void copy_without_memory_leaves_the_frame_mapped(struct kunit *test)
{
	unsigned int nth, nr_errors = 0;
	bool failed = true;

	needs_failures(test);
	needs_mm_exports(test);
	for (nth = 1; failed; nth++) {
		struct mapping m = remap_frames(test, MAP_PRIVATE);
		unsigned long addr = mapping_page(&m, 2);
		vm_fault_t ret;

		failures_arm(nth);
		ret = user_fault(m.us, addr, FAULT_FLAG_WRITE);
		failed = failures_disarm();
		/* No error where it is but a larger slab that is refused. */
		if (ret) {
			KUNIT_EXPECT_TRUE(test, failed);
			EXPECT_VM_FAULT(test, ret, VM_FAULT_OOM);
			expect_raw_frame(test, &m, 2);
			expect_rss(test, m.us, 0, 0);
			ret = user_fault(m.us, addr, FAULT_FLAG_WRITE);
			nr_errors++;
		}
		EXPECT_VM_FAULT(test, ret, 0);
		expect_copy(test, &m, 2);
		expect_rss(test, m.us, 0, 1);
		expect_frames_intact(test, &m);
	}
	KUNIT_EXPECT_GT(test, nr_errors, 0);
}

static const struct source {
	const char *name;
	enum frames_kind kind;
	bool prepare;
} sources[] = {
	{ "frames with struct page", FRAMES_CONTIGUOUS },
	{ "frames with struct page by mmap_prepare", FRAMES_CONTIGUOUS, true },
	{ "frames without struct page", FRAMES_PAGELESS },
};

static void source_name(const struct source *source, char *desc)
{
	strscpy(desc, source->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(source, sources, source_name);

static struct mapping remap_source(struct kunit *test)
{
	const struct source *source = test->param_value;

	needs_mm_exports(test);
	if (source->prepare)
		needs_mmap_prepare(test);
	return mapping_create(test, source->kind, NR_PAGES, MAP_PRIVATE,
			      &(struct pfn_file){
				      .remap = true,
				      .prepare = source->prepare,
			      });
}

/*
 * Nothing is copied, counted or writable before the first write.
 *
 * Covers: remap_pte_range(pte_mkspecial), pte_mkspecial, pte_special,
 * remap_pfn_range_prepare, __vm_normal_page(VM_PFNMAP),
 * vm_normal_page(VM_PFNMAP), vm_normal_page(pte_special)
 */
static void private_remap_is_raw_until_written(struct kunit *test)
{
	struct mapping m = remap_source(test);
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++) {
		expect_raw_frame(test, &m, page);
		KUNIT_EXPECT_FALSE_MSG(test,
				       observe_pte(m.us, mapping_page(&m, page)).write,
				       "page %u", page);
	}
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/* Covers: remap_pte_range(pte_mkspecial) */
static void reads_of_a_private_remap_see_the_frames(struct kunit *test)
{
	struct mapping m = remap_source(test);
	unsigned long word = 0;
	unsigned int page;

	needs_reachable(test, m.frames);
	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, page),
						   &word));
		KUNIT_EXPECT_EQ(test, word, pattern(&m, page, 0));
		expect_raw_frame(test, &m, page);
	}
}

/*
 * Just the page written, all of its contents, and nothing of the frame.
 *
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void first_write_copies_exactly_one_page(struct kunit *test)
{
	struct mapping m = remap_source(test);
	unsigned long *seen = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned int page, word, written = 3;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	needs_reachable(test, m.frames);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, written),
					    4711));

	expect_copy(test, &m, written);
	KUNIT_ASSERT_EQ(test, 0, user_copy_out(m.us, seen,
					       mapping_page(&m, written),
					       PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, seen[0], 4711);
	for (word = 1; word < PAGE_SIZE / sizeof(*seen); word++)
		KUNIT_ASSERT_EQ(test, seen[word], pattern(&m, written, word));

	for (page = 0; page < NR_PAGES; page++)
		if (page != written)
			expect_raw_frame(test, &m, page);
	expect_rss(test, m.us, 0, 1);
	expect_frames_intact(test, &m);
	expect_frames_untouched(test, m.before);
}

/* The program has not yet written again, so no hardware has marked the entry. */
static void copy_is_dirty_and_young_from_the_start(struct kunit *test)
{
	struct mapping m = remap_source(test);

	needs_reachable(test, m.frames);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 3),
					 FAULT_FLAG_WRITE), 0);
	expect_copy(test, &m, 3);
	expect_copied_words(test, &m, 3, pattern(&m, 3, 0));
	expect_rss(test, m.us, 0, 1);
}

/*
 * What to copy has not been accessed for long, so there is one more step. Not
 * at the start of a page: UML faults twice there.
 */
static void write_over_an_old_entry_copies_as_well(struct kunit *test)
{
	struct mapping m = remap_source(test);
	unsigned long at = mapping_page(&m, 3), word = 0;

	needs_reachable(test, m.frames);
	user_make_old(m.us, at);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, at + sizeof(word), 4711));

	known_issue(test, !frame_intact(&m.frames->frame[3]),
		    "wp_page_copy() leaves an old entry to the next fault, and maybe_map() of UML does not wait for it: the kernel writes to the frame");
	expect_copy(test, &m, 3);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, at, &word));
	KUNIT_EXPECT_EQ(test, word, pattern(&m, 3, 0));
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, at + sizeof(word), &word));
	KUNIT_EXPECT_EQ(test, word, 4711);
	expect_rss(test, m.us, 0, 1);
	expect_frames_intact(test, &m);
}

static void read_fault_makes_the_entry_young_and_no_more(struct kunit *test)
{
	struct mapping m = remap_source(test);
	struct pte_view pte;

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 3), 0), 0);
	pte = observe_pte(m.us, mapping_page(&m, 3));
	KUNIT_EXPECT_TRUE(test, pte.young);
	KUNIT_EXPECT_FALSE(test, pte.dirty);
	KUNIT_EXPECT_FALSE(test, pte.write);
	expect_raw_frame(test, &m, 3);
	expect_rss(test, m.us, 0, 0);
}

/*
 * Mappings that can never be written, or need no copy when they are: 'allow
 * arbitrary shared' and 'read-only pfn-remapping'. No rule for the frames then.
 */
static const struct letout {
	const char *name;
	unsigned long map_flags;
	bool read_only_file;
	bool clear_maywrite;
} letouts[] = {
	{ "shared", MAP_SHARED },
	{ "shared of a file opened for reading", MAP_SHARED, true },
	{ "private without VM_MAYWRITE", MAP_PRIVATE, false, true },
};

static void letout_name(const struct letout *letout, char *desc)
{
	strscpy(desc, letout->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(letout, letouts, letout_name);

static int clear_maywrite(struct pfn_file *pf, struct vm_area_struct *vma)
{
	vm_flags_clear(vma, VM_MAYWRITE);
	return 0;
}

static struct mapping map_letout(struct kunit *test, enum frames_kind kind,
				 struct pfn_file how)
{
	const struct letout *letout = test->param_value;

	how.read_only = letout->read_only_file;
	if (letout->clear_maywrite && !how.map)
		how.map = clear_maywrite;
	return mapping_create_prot(test, kind, NR_PAGES, PROT_READ,
				   letout->map_flags, &how);
}

/* Covers: __vm_normal_page */
static void letout_takes_scattered_frames_as_raw(struct kunit *test)
{
	struct mapping m = map_letout(test, FRAMES_SCATTERED,
				      (struct pfn_file){
					      .vm_flags = VM_PFNMAP,
					      .fault = pfn_file_insert,
				      });
	unsigned long word = 0;
	unsigned int page;

	needs_mm_exports(test);
	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, page),
						   &word));
		KUNIT_EXPECT_EQ(test, word, pattern(&m, page, 0));
		expect_raw_frame(test, &m, page);
	}
	KUNIT_EXPECT_EQ(test, user_write(m.us, m.addr, 1), -EFAULT);
	expect_rss(test, m.us, 0, 0);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

/* Only what may be written is written, and that in place. */
static void letout_is_never_copied_by_mprotect(struct kunit *test)
{
	const struct letout *letout = test->param_value;
	bool writable = !letout->read_only_file && !letout->clear_maywrite;
	struct mapping m = map_letout(test, FRAMES_SCATTERED,
				      (struct pfn_file){
					      .vm_flags = VM_PFNMAP,
					      .fault = pfn_file_insert,
				      });
	unsigned long word;

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 5), &word));
	KUNIT_EXPECT_EQ(test, user_mprotect(m.us, m.addr, NR_PAGES,
					    PROT_READ | PROT_WRITE),
			writable ? 0 : -EACCES);
	KUNIT_EXPECT_EQ(test, user_write(m.us, mapping_page(&m, 5), 4711),
			writable ? 0 : -EFAULT);
	if (writable)
		KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[5]), 4711);
	else
		expect_frames_intact(test, &m);
	expect_raw_frame(test, &m, 5);
	expect_rss(test, m.us, 0, 0);
}

/* Backwards: no two pages follow the linear rule, and vm_pgoff is the file's. */
static int remap_page_by_page(struct pfn_file *pf, struct vm_area_struct *vma)
{
	const struct letout *letout = pf->data;
	unsigned int page;
	int ret = 0;

	if (letout->clear_maywrite)
		vm_flags_clear(vma, VM_MAYWRITE);
	for (page = NR_PAGES; page-- && !ret;)
		ret = remap_pfn_range(vma, vma->vm_start + page * PAGE_SIZE,
				      pf->frames->frame[page].pfn, PAGE_SIZE,
				      vma->vm_page_prot);
	return ret;
}

/* Covers: remap_pfn_range */
static void letout_may_be_remapped_in_parts(struct kunit *test)
{
	struct mapping m = map_letout(test, FRAMES_SCATTERED,
				      (struct pfn_file){
					      .map = remap_page_by_page,
					      .data = (void *)test->param_value,
				      });
	struct vma_view vma;
	unsigned int page;

	needs_mm_exports(test);
	for (page = 0; page < NR_PAGES; page++)
		expect_raw_frame(test, &m, page);
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, 0);
	expect_remap_flags(test, &vma);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/* Parts of the vma, in pages. */
static const struct part {
	const char *name;
	unsigned int first;
	unsigned int nr;
} parts[] = {
	{ "all but the last page", 0, NR_PAGES - 1 },
	{ "all but the first page", 1, NR_PAGES - 1 },
	{ "the middle", 2, NR_PAGES - 4 },
	{ "the first page", 0, 1 },
	{ "the last page", NR_PAGES - 1, 1 },
};

static void part_name(const struct part *part, char *desc)
{
	strscpy(desc, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, parts, part_name);

/**
 * struct partial_remap - remap part of a vma, at mmap time
 * @part: which
 * @ret: what remap_pfn_range() returned
 */
struct partial_remap {
	const struct part *part;
	int ret;
};

/* The vma lives on whatever becomes of it, to be looked at. */
static int remap_part(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct partial_remap *remap = pf->data;
	const struct part *part = remap->part;

	remap->ret = remap_pfn_range(vma,
				     vma->vm_start + part->first * PAGE_SIZE,
				     pf->frames->frame[part->first].pfn,
				     part->nr * PAGE_SIZE, vma->vm_page_prot);
	return 0;
}

static struct mapping map_part(struct kunit *test, unsigned long map_flags,
			       struct partial_remap *remap)
{
	remap->part = test->param_value;
	remap->ret = 1;
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, map_flags,
			      &(struct pfn_file){
				      .map = remap_part,
				      .data = remap,
			      });
}

/* The linear rule could not tell the pages of a second part from copies. */
static void partial_remap_of_a_private_mapping_is_refused(struct kunit *test)
{
	struct partial_remap remap;
	struct mapping m = map_part(test, MAP_PRIVATE, &remap);
	struct vma_view vma;

	KUNIT_EXPECT_EQ(test, remap.ret, -EINVAL);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, 0);
	KUNIT_EXPECT_EQ(test, vma.flags & (VM_PFNMAP | VM_IO), 0);
}

static void partial_remap_of_a_shared_mapping_maps_just_that(struct kunit *test)
{
	struct partial_remap remap;
	struct mapping m = map_part(test, MAP_SHARED, &remap);
	const struct part *part = remap.part;
	unsigned int page;

	KUNIT_EXPECT_EQ(test, remap.ret, 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES),
			part->nr);
	for (page = part->first; page < part->first + part->nr; page++)
		KUNIT_EXPECT_EQ(test,
				observe_pte(m.us, mapping_page(&m, page)).pfn,
				m.frames->frame[page].pfn);
}

static struct kunit_case mm_pfnmap_cow_cases[] = {
	KUNIT_CASE(copy_is_freed_with_the_mapping),
	KUNIT_CASE(exit_with_copies_leaves_the_frames_alone),
	KUNIT_CASE(later_writes_stay_in_the_copy),
	KUNIT_CASE(shared_remap_is_written_in_place),
	KUNIT_CASE(halves_of_a_split_keep_raw_frames_and_copies_apart),
	KUNIT_CASE(private_remap_turns_pgoff_into_the_first_pfn),
	KUNIT_CASE(shared_remap_leaves_pgoff_alone),
	KUNIT_CASE(mapping_made_writable_later_is_copied),
	KUNIT_CASE(file_opened_for_reading_is_copied_all_the_same),
	KUNIT_CASE(unsharing_copies_without_making_it_writable),
	KUNIT_CASE(unsharing_a_shared_mapping_does_nothing),
	KUNIT_CASE(forced_write_by_gup_is_refused_and_copies_nothing),
	KUNIT_CASE(source_that_cannot_be_read_gives_zeroes),
	KUNIT_CASE(copy_for_another_address_space_is_of_the_frame),
	KUNIT_CASE(copy_without_memory_leaves_the_frame_mapped),
	KUNIT_CASE_PARAM(private_remap_is_raw_until_written,
			 source_gen_params),
	KUNIT_CASE_PARAM(reads_of_a_private_remap_see_the_frames,
			 source_gen_params),
	KUNIT_CASE_PARAM(first_write_copies_exactly_one_page,
			 source_gen_params),
	KUNIT_CASE_PARAM(copy_is_dirty_and_young_from_the_start,
			 source_gen_params),
	KUNIT_CASE_PARAM(write_over_an_old_entry_copies_as_well,
			 source_gen_params),
	KUNIT_CASE_PARAM(read_fault_makes_the_entry_young_and_no_more,
			 source_gen_params),
	KUNIT_CASE_PARAM(letout_takes_scattered_frames_as_raw,
			 letout_gen_params),
	KUNIT_CASE_PARAM(letout_is_never_copied_by_mprotect,
			 letout_gen_params),
	KUNIT_CASE_PARAM(letout_may_be_remapped_in_parts, letout_gen_params),
	KUNIT_CASE_PARAM(partial_remap_of_a_private_mapping_is_refused,
			 part_gen_params),
	KUNIT_CASE_PARAM(partial_remap_of_a_shared_mapping_maps_just_that,
			 part_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_cow_suite = {
	.name = "mm_pfnmap_cow",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_cow_cases,
};

kunit_test_suite(mm_pfnmap_cow_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: copy on write of raw-PFN mappings");
MODULE_LICENSE("GPL");
