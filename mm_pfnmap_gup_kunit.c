// SPDX-License-Identifier: GPL-2.0
/*
 * Getting the pages behind a mapping, for direct I/O, RDMA, ptrace: a raw frame
 * has none to give, whatever struct page there may be for its number.
 *
 * See the kernel-doc of get_user_pages() and pin_user_pages(), check_vma_flags()
 * in mm/gup.c, and Documentation/core-api/pin_user_pages.rst.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

/* Flags that all ways take. */
static const unsigned int any_flags[] = {
	0,
	FOLL_WRITE,
	FOLL_FORCE,
	FOLL_WRITE | FOLL_FORCE,
	FOLL_NOFAULT,
	FOLL_NOFAULT | FOLL_WRITE,
	COMPAT_FOLL_HONOR_NUMA_FAULT,
};

static struct mapping map_pages(struct kunit *test, unsigned long map_flags)
{
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, map_flags,
			      &(struct pfn_file){
				      .vm_flags = VM_MIXEDMAP,
				      .map = handler_map_pages,
			      });
}

static void touch_every_page(struct kunit *test, const struct mapping *m,
			     unsigned int fault_flags)
{
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++)
		EXPECT_VM_FAULT(test, user_fault(m->us, mapping_page(m, page),
						 fault_flags), VM_FAULT_NOPAGE);
}

static struct page *page_of(const struct mapping *m, unsigned int page)
{
	return pfn_to_page(m->frames->frame[page].pfn);
}

/*
 *
 * Ordinary memory below the mapping, touched:
 *
 *	page   -3  -2  -1   0   1   2 ...
 *	      | ordinary  | raw
 *
 * Covers: check_vma_flags
 */
static void range_that_runs_into_raw_frames_ends_before_them(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){ .remap = true });
	unsigned long below = m.addr - 3 * PAGE_SIZE;
	struct page *pages[NR_PAGES];
	enum gup_way way;
	long nr;

	KUNIT_ASSERT_EQ(test, below,
			user_mmap_at(m.us, below, NULL, 3,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0));
	for (nr = 0; nr < 3; nr++)
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us, below +
						    nr * PAGE_SIZE, 1));

	for (way = 0; way < GUP_WAYS; way++) {
		nr = user_gup(m.us, way, below, NR_PAGES, FOLL_WRITE, pages);
		if (way == GUP_GET_FAST_ONLY && !COMPAT_HAS_GUP_FAST)
			KUNIT_EXPECT_EQ(test, nr, 0);
		else
			KUNIT_EXPECT_EQ_MSG(test, nr, 3, "%s", gup_name(way));
		gup_release(way, pages, nr);
	}
	expect_frames_untouched(test, m.before);
}

/* Covers: vm_normal_page */
static void range_of_a_mixed_map_ends_before_a_frame_without_page(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_page,
					  });
	struct page *pages[NR_PAGES];
	struct frames *pageless;
	enum gup_way way;
	long nr;

	pageless = frames_alloc(test, FRAMES_PAGELESS, 1, NUMA_NO_NODE);
	m.frames->frame[5] = pageless->frame[0];
	touch_every_page(test, &m, 0);

	for (way = 0; way < GUP_WAYS; way++) {
		nr = user_gup(m.us, way, m.addr, NR_PAGES, 0, pages);
		/* It may give fewer, always: kernels differ in what it refuses. */
		if (way == GUP_GET_FAST_ONLY)
			KUNIT_EXPECT_LE(test, nr, 5);
		else
			KUNIT_EXPECT_EQ_MSG(test, nr, 5, "%s", gup_name(way));
		gup_release(way, pages, nr);
	}
}

/*
 * The copy is an ordinary page that a look at the entry alone may give; what
 * it may never give is the frame behind.
 *
 * Covers: check_vma_flags, gup_fast_pte_range
 */
static void fast_gup_of_a_private_copy_is_the_copy_or_refused(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_PRIVATE,
					  &(struct pfn_file){ .remap = true });
	struct page *page;
	enum gup_way way;
	long nr;

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 1));
	for (way = 0; way < GUP_WAYS; way++) {
		if (!gup_is_fast(way))
			continue;
		nr = user_gup(m.us, way, mapping_page(&m, 2), 1, 0, &page);
		if (nr == 1)
			KUNIT_EXPECT_EQ_MSG(test, page_to_pfn(page),
					    observe_pte(m.us, mapping_page(&m, 2)).pfn,
					    "%s", gup_name(way));
		else
			KUNIT_EXPECT_EQ_MSG(test, nr,
					    way == GUP_GET_FAST_ONLY ? 0 :
					    -EFAULT, "%s", gup_name(way));
		gup_release(way, &page, nr);
	}
	expect_frames_untouched(test, m.before);
}

/* As O_DIRECT reads into a private mapping: into a copy, never the frame. */
static void write_to_a_private_mixed_page_gets_a_copy(struct kunit *test)
{
	struct mapping m = map_pages(test, MAP_PRIVATE);
	struct page *page;
	long nr;

	nr = user_gup(m.us, GUP_GET_UNLOCKED, mapping_page(&m, 3), 1,
		      FOLL_WRITE, &page);
	KUNIT_ASSERT_EQ(test, nr, 1);
	KUNIT_EXPECT_PTR_NE(test, page, page_of(&m, 3));
	KUNIT_EXPECT_TRUE(test, PageAnon(page));
	gup_release(GUP_GET_UNLOCKED, &page, nr);

	expect_rss(test, m.us, NR_PAGES - 1, 1);
	expect_frames_intact(test, &m);
}

/* As ptrace sets a breakpoint; see FOLL_FORCE. */
static void forced_write_to_a_read_only_private_mixed_page_gets_a_copy(struct kunit *test)
{
	struct mapping m = map_pages(test, MAP_PRIVATE);
	struct page *page;
	long nr;

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_gup(m.us, GUP_GET_REMOTE, m.addr, 1, FOLL_WRITE,
				 &page));
	nr = user_gup(m.us, GUP_GET_REMOTE, m.addr, 1, FOLL_WRITE | FOLL_FORCE,
		      &page);
	KUNIT_ASSERT_EQ(test, nr, 1);
	KUNIT_EXPECT_TRUE(test, PageAnon(page));
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, m.addr).write);
	gup_release(GUP_GET_REMOTE, &page, nr);
	expect_frames_intact(test, &m);
}

/* No page may be copied in a shared mapping, and none written. */
static void forced_write_to_a_read_only_shared_mixed_page_is_refused(struct kunit *test)
{
	struct mapping m = map_pages(test, MAP_SHARED);
	struct page *page;
	enum gup_way way;

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	for (way = 0; way < GUP_WAYS; way++)
		KUNIT_EXPECT_EQ_MSG(test,
				    user_gup(m.us, way, m.addr, 1,
					     FOLL_WRITE | FOLL_FORCE, &page),
				    way == GUP_GET_FAST_ONLY ? 0 : -EFAULT,
				    "%s", gup_name(way));
	expect_rss(test, m.us, NR_PAGES, 0);
}

/*
 * What a long-term pin of a private mapping reads must be what the process
 * would write to: see gup_must_unshare().
 */
static void longterm_pin_of_a_private_mixed_page_gets_a_copy(struct kunit *test)
{
	struct mapping m = map_pages(test, MAP_PRIVATE);
	unsigned long word = 0;
	struct page *page;
	long nr;

	needs_unsharing(test);
	nr = user_gup(m.us, GUP_PIN, m.addr, 1, FOLL_LONGTERM, &page);
	KUNIT_ASSERT_EQ(test, nr, 1);
	KUNIT_EXPECT_TRUE(test, PageAnon(page));
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, m.addr, &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[0].pfn, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 4711));
	KUNIT_EXPECT_EQ(test, *(unsigned long *)page_address(page), 4711);
	gup_release(GUP_PIN, &page, nr);
	expect_frames_intact(test, &m);
}

/* FOLL_NOFAULT; the handler is for the others. */
static void only_gup_that_may_fault_calls_the_handler(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_page,
					  });
	struct page *page;
	long nr;

	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_gup(m.us, GUP_GET_UNLOCKED, m.addr, 1,
				 FOLL_NOFAULT, &page));
	KUNIT_EXPECT_EQ(test, 0, user_gup(m.us, GUP_GET_FAST_ONLY, m.addr, 1, 0,
					  &page));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);

	nr = user_gup(m.us, GUP_GET_UNLOCKED, m.addr, 1, FOLL_WRITE, &page);
	KUNIT_ASSERT_EQ(test, nr, 1);
	KUNIT_EXPECT_PTR_EQ(test, page, page_of(&m, 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
	gup_release(GUP_GET_UNLOCKED, &page, nr);
}

/* Covers: __mm_populate */
static void map_populate_leaves_raw_frames_to_their_first_touch(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED | MAP_POPULATE,
					  &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
						  .fault = pfn_file_insert,
					  });

	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
}

static void map_populate_fills_a_mixed_map(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED | MAP_POPULATE,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_page,
					  });

	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), NR_PAGES);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES),
			NR_PAGES);
	expect_rss(test, m.us, NR_PAGES, 0);
}

/*
 * struct refused - a mapping of which no page may be got
 * @name: what it is
 * @map_flags: MAP_SHARED or MAP_PRIVATE
 * @how: the kind of file
 * @touch: fault every page in first
 * @write: so that it is copied
 */
static const struct refused {
	const char *name;
	unsigned long map_flags;
	struct pfn_file how;
	bool touch;
	bool write;
} refused[] = {
	{ "shared remap", MAP_SHARED, { .remap = true } },
	{ "private remap", MAP_PRIVATE, { .remap = true } },
	{ "private remap and copied", MAP_PRIVATE, { .remap = true },
	  .write = true },
	{ "shared without VM_IO", MAP_SHARED,
	  { .map = handler_remap_without_io } },
	{ "private without VM_IO", MAP_PRIVATE,
	  { .map = handler_remap_without_io } },
	{ "private without VM_IO and copied", MAP_PRIVATE,
	  { .map = handler_remap_without_io }, .write = true },
	{ "faulted in without VM_IO", MAP_SHARED,
	  { .vm_flags = VM_PFNMAP, .fault = pfn_file_insert }, .touch = true },
	{ "not yet touched without VM_IO", MAP_SHARED,
	  { .vm_flags = VM_PFNMAP, .fault = pfn_file_insert } },
	{ "mixed pages with VM_IO", MAP_SHARED,
	  { .vm_flags = VM_MIXEDMAP | VM_IO, .map = handler_map_pages } },
};

static void refused_name(const struct refused *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refused, refused, refused_name);

static struct mapping map_refused(struct kunit *test)
{
	const struct refused *row = test->param_value;
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  row->map_flags, &row->how);
	unsigned int page;

	if (row->touch)
		touch_every_page(test, &m, FAULT_FLAG_WRITE);
	for (page = 0; page < NR_PAGES && row->write; page++)
		KUNIT_ASSERT_EQ(test, 0,
				user_write(m.us, mapping_page(&m, page), 1));
	return m;
}

static void expect_refused(struct kunit *test, const struct mapping *m,
			   enum gup_way way, unsigned int flags)
{
	const struct refused *row = test->param_value;
	struct page *pages[NR_PAGES];
	long nr;

	/* An entry alone does not say where it is: that has a case of its own. */
	if (gup_is_fast(way) &&
	    (row->write || (row->how.vm_flags & VM_MIXEDMAP)))
		return;
	nr = user_gup(m->us, way, m->addr, NR_PAGES, flags, pages);
	KUNIT_EXPECT_EQ_MSG(test, nr, way == GUP_GET_FAST_ONLY ? 0 : -EFAULT,
			    "%s with flags %#x", gup_name(way), flags);
	gup_release(way, pages, nr);
}

/* Covers: check_vma_flags, gup_fast_pte_range, pte_special, pte_mkspecial */
static void no_way_gets_pages_of(struct kunit *test)
{
	struct mapping m = map_refused(test);
	struct mapping_state *before = mapping_note(test, &m);
	enum gup_way way;
	unsigned int i;

	for (way = 0; way < GUP_WAYS; way++)
		for (i = 0; i < ARRAY_SIZE(any_flags); i++)
			expect_refused(test, &m, way, any_flags[i]);
	for (way = GUP_PIN; way < GUP_WAYS; way++) {
		if (!gup_takes_longterm(way))
			continue;
		expect_refused(test, &m, way, FOLL_LONGTERM);
		expect_refused(test, &m, way, FOLL_LONGTERM | FOLL_WRITE);
	}
	expect_mapping_unchanged(test, before, "GUP");
}

/*
 * man 2 madvise: EINVAL for 'special mappings'.
 *
 * Covers: check_vma_flags
 */
static void populate_is_refused_for(struct kunit *test)
{
	struct mapping m = map_refused(test);
	struct mapping_state *before = mapping_note(test, &m);

	needs_syscalls(test);
	KUNIT_EXPECT_EQ(test, -EINVAL, user_madvise(m.us, m.addr, NR_PAGES,
						    MADV_POPULATE_READ));
	KUNIT_EXPECT_EQ(test, -EINVAL, user_madvise(m.us, m.addr, NR_PAGES,
						    MADV_POPULATE_WRITE));
	expect_mapping_unchanged(test, before, "MADV_POPULATE");
}

static const enum gup_way ways[] = {
	GUP_GET, GUP_GET_UNLOCKED, GUP_GET_REMOTE, GUP_GET_FAST,
	GUP_PIN, GUP_PIN_UNLOCKED, GUP_PIN_REMOTE, GUP_PIN_FAST,
};

static void way_name(const enum gup_way *way, char *desc)
{
	strscpy(desc, gup_name(*way), KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(way, ways, way_name);

/*
 * Pages of a mixed map are as any: given, counted while they are held, known to
 * be pinned if they are, and free of it afterwards.
 */
static void mixed_pages_are_given_and_taken_back(struct kunit *test)
{
	enum gup_way way = *(const enum gup_way *)test->param_value;
	struct mapping m = map_pages(test, MAP_SHARED);
	struct frames_state *mapped = observe_frames(test, m.frames);
	struct page *pages[NR_PAGES];
	unsigned int page;
	long nr;

	nr = user_gup(m.us, way, m.addr, NR_PAGES, FOLL_WRITE, pages);
	KUNIT_EXPECT_EQ(test, nr, NR_PAGES);
	for (page = 0; page < nr; page++) {
		KUNIT_EXPECT_PTR_EQ(test, pages[page], page_of(&m, page));
		KUNIT_EXPECT_GT(test, page_ref_count(pages[page]),
				mapped->count[page].ref);
		KUNIT_EXPECT_EQ(test,
				folio_maybe_dma_pinned(page_folio(pages[page])),
				gup_pins(way));
	}
	gup_release(way, pages, nr);
	expect_frames_untouched(test, mapped);
	expect_rss(test, m.us, NR_PAGES, 0);
}

static void expect_no_page(struct kunit *test, const struct mapping *m)
{
	enum gup_way way = *(const enum gup_way *)test->param_value;
	struct page *page;

	KUNIT_EXPECT_EQ(test, -EEXIST, user_gup(m->us, way, m->addr, 1, 0,
						&page));
	KUNIT_EXPECT_EQ(test, -EEXIST, user_gup(m->us, way, m->addr, 1,
						FOLL_WRITE, &page));
	KUNIT_EXPECT_EQ(test, 0, user_gup(m->us, GUP_GET_FAST_ONLY, m->addr, 1,
					  0, &page));
}

/*
 * An entry, but no page: EEXIST, see follow_pfn_pte().
 *
 * Covers: vm_normal_page
 */
static void frame_without_page_in_a_mixed_map_is_refused(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_PAGELESS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_mixed,
					  });

	touch_every_page(test, &m, FAULT_FLAG_WRITE);
	expect_no_page(test, &m);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), NR_PAGES);
}

/* FOLL_TOUCH, 'mark page accessed', and its absence: see mm/gup.c. */
static bool way_touches(enum gup_way way)
{
	return way != GUP_PIN && way != GUP_GET_FAST_ONLY;
}

static void check_marks(struct kunit *test, unsigned int flags)
{
	const enum gup_way *way = test->param_value;
	bool touches = way_touches(*way);
	struct mapping m = mapping_create(test, FRAMES_PAGELESS_SCATTERED,
					  NR_PAGES, MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_mixed,
					  });
	struct page *page = NULL;
	struct pte_view pte;

	needs_mm_exports(test);
	known_panic(test, touches && COMPAT_MARKS_ARE_UNSAFE,
		    "follow_pfn_pte() changes a live entry by set_pte_at(), and arm64 warns");
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	user_make_old(m.us, m.addr);
	user_make_clean(m.us, m.addr);
	KUNIT_EXPECT_LE(test, user_gup(m.us, *way, m.addr, 1, flags, &page), 0);

	pte = observe_pte(m.us, m.addr);
	KUNIT_EXPECT_EQ(test, pte.young, touches);
	KUNIT_EXPECT_EQ(test, pte.dirty, touches && flags);
	KUNIT_EXPECT_TRUE(test, pte.write);
	expect_raw_frame(test, &m, 0);
	expect_rss(test, m.us, 0, 0);
}

/* Who wants to read a frame has touched it, though there is no page to get. */
static void frame_without_page_counts_as_accessed(struct kunit *test)
{
	check_marks(test, 0);
}

static void frame_without_page_counts_as_written(struct kunit *test)
{
	check_marks(test, FOLL_WRITE);
}

/* Covers: vm_normal_page, gup_fast_pte_range, pte_mkspecial */
static void marked_entry_in_a_mixed_map_is_refused(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_mixed,
					  });

	needs_pte_special(test);
	touch_every_page(test, &m, FAULT_FLAG_WRITE);
	expect_no_page(test, &m);
	expect_frames_untouched(test, m.before);
}

/*
 * It is given, though vm_normal_page() knows no page there; and holds no pins:
 * see the kernel-doc of pin_user_pages().
 *
 * Covers: vm_normal_page
 */
static void zero_page_of_a_private_mixed_map_is_given_and_never_pinned(struct kunit *test)
{
	enum gup_way way = *(const enum gup_way *)test->param_value;
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_PRIVATE,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_zero,
					  });
	struct page *page;
	long nr;

	touch_every_page(test, &m, 0);
	nr = user_gup(m.us, way, m.addr, 1, 0, &page);
	KUNIT_ASSERT_EQ(test, nr, 1);
	KUNIT_EXPECT_TRUE(test, is_zero_page(page));
	if (gup_pins(way))
		KUNIT_EXPECT_FALSE(test, folio_maybe_dma_pinned(page_folio(page)));
	gup_release(way, &page, nr);
}

static struct kunit_case mm_pfnmap_gup_cases[] = {
	KUNIT_CASE(range_that_runs_into_raw_frames_ends_before_them),
	KUNIT_CASE(range_of_a_mixed_map_ends_before_a_frame_without_page),
	KUNIT_CASE(fast_gup_of_a_private_copy_is_the_copy_or_refused),
	KUNIT_CASE(write_to_a_private_mixed_page_gets_a_copy),
	KUNIT_CASE(forced_write_to_a_read_only_private_mixed_page_gets_a_copy),
	KUNIT_CASE(forced_write_to_a_read_only_shared_mixed_page_is_refused),
	KUNIT_CASE(longterm_pin_of_a_private_mixed_page_gets_a_copy),
	KUNIT_CASE(only_gup_that_may_fault_calls_the_handler),
	KUNIT_CASE(map_populate_leaves_raw_frames_to_their_first_touch),
	KUNIT_CASE(map_populate_fills_a_mixed_map),
	KUNIT_CASE_PARAM(no_way_gets_pages_of, refused_gen_params),
	KUNIT_CASE_PARAM(populate_is_refused_for, refused_gen_params),
	KUNIT_CASE_PARAM(mixed_pages_are_given_and_taken_back, way_gen_params),
	KUNIT_CASE_PARAM(frame_without_page_in_a_mixed_map_is_refused,
			 way_gen_params),
	KUNIT_CASE_PARAM(frame_without_page_counts_as_accessed, way_gen_params),
	KUNIT_CASE_PARAM(frame_without_page_counts_as_written, way_gen_params),
	KUNIT_CASE_PARAM(marked_entry_in_a_mixed_map_is_refused,
			 way_gen_params),
	KUNIT_CASE_PARAM(zero_page_of_a_private_mixed_map_is_given_and_never_pinned,
			 way_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_gup_suite = {
	.name = "mm_pfnmap_gup",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_gup_cases,
};

kunit_test_suite(mm_pfnmap_gup_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: getting the pages behind raw-PFN mappings");
MODULE_LICENSE("GPL");
