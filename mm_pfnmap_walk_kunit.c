// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over page tables that hold raw frames, and what they tell the user:
 * /proc/PID/smaps, numa_maps, pagemap and clear_refs, and mincore().
 *
 * See walk_page_test() and the kernel-doc of struct mm_walk_ops,
 * Documentation/filesystems/proc.rst, Documentation/admin-guide/mm/pagemap.rst.
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8
#define PAGE_KIB (PAGE_SIZE / 1024)
#define COPIED 2

static struct mapping remap(struct kunit *test, unsigned long map_flags)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  map_flags,
					  &(struct pfn_file){ .remap = true });

	needs_mm_exports(test);
	if (map_flags == MAP_PRIVATE)
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us,
						    mapping_page(&m, COPIED), 1));
	return m;
}

static struct mapping map_pages(struct kunit *test)
{
	needs_mm_exports(test);
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){
				      .vm_flags = VM_MIXEDMAP,
				      .map = handler_map_pages,
			      });
}

static unsigned long mapping_end(const struct mapping *m)
{
	return mapping_page(m, NR_PAGES);
}

/* Covers: walk_page_test */
static void walk_without_a_test_skips_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, MAP_PRIVATE);
	struct walk w = {};

	KUNIT_EXPECT_EQ(test, 0, mm_walk_range(m.us->mm, m.addr,
					       mapping_end(&m), &w));
	KUNIT_EXPECT_EQ(test, w.nr_ptes, 0);
}

/*
 * Ordinary memory below is visited all the same.
 *
 * Covers: walk_page_test
 */
static void walk_of_holes_takes_raw_frames_for_one(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	unsigned long below = m.addr - PAGE_SIZE;
	struct walk w = { .holes = true };

	KUNIT_ASSERT_EQ(test, below,
			user_mmap_at(m.us, below, NULL, 1,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, below, 1));
	KUNIT_EXPECT_EQ(test, 0, mm_walk_range(m.us->mm, below,
					       mapping_page(&m, 6), &w));
	KUNIT_EXPECT_EQ(test, w.nr_ptes, 1);
	KUNIT_EXPECT_EQ(test, w.nr_holes, 1);
	KUNIT_EXPECT_EQ(test, w.hole_start, m.addr);
	KUNIT_EXPECT_EQ(test, w.hole_end, mapping_page(&m, 6));
	/* 'depth is -1 if not known', see struct mm_walk_ops. */
	KUNIT_EXPECT_EQ(test, w.hole_depth, -1);
}

/* Covers: walk_page_test */
static void hole_handler_that_fails_ends_the_walk(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	struct walk w = { .holes = true, .hole_ret = -ENOSPC };

	KUNIT_EXPECT_EQ(test, -ENOSPC, mm_walk_range(m.us->mm, m.addr,
						     mapping_end(&m), &w));
	KUNIT_EXPECT_EQ(test, w.nr_ptes, 0);
}

/* Covers: walk_page_test */
static void walk_with_a_test_visits_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	struct walk w = { .test = true, .holes = true };

	KUNIT_EXPECT_EQ(test, 0, mm_walk_range(m.us->mm, m.addr,
					       mapping_end(&m), &w));
	KUNIT_EXPECT_EQ(test, w.nr_tests, 1);
	KUNIT_EXPECT_EQ(test, w.nr_ptes, NR_PAGES);
	KUNIT_EXPECT_EQ(test, w.nr_holes, 0);
}

static void needs_walk_of_one_vma(struct kunit *test)
{
	if (!COMPAT_WALK_VMA_ASKS_NOBODY)
		kunit_skip(test, "needs walks of one vma, whatever vma it is (Linux 6.2)");
}

/* 'Not called when the caller passes in a single VMA.' */
static void walk_of_one_vma_asks_nobody(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	struct walk w = { .test = true, .skip = 1 };

	needs_walk_of_one_vma(test);
	KUNIT_EXPECT_EQ(test, 0, mm_walk_vma(m.us->mm, m.addr, &w));
	KUNIT_EXPECT_EQ(test, w.nr_tests, 0);
	KUNIT_EXPECT_EQ(test, w.nr_ptes, NR_PAGES);
}

/* Covers: walk_page_test */
static void walk_without_a_test_visits_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);
	struct walk w = {};

	KUNIT_EXPECT_EQ(test, 0, mm_walk_range(m.us->mm, m.addr,
					       mapping_end(&m), &w));
	KUNIT_EXPECT_EQ(test, w.nr_ptes, NR_PAGES);
}

/* '1 means skip the current vma', not the walk. Two mappings of one file. */
static void walk_of_a_file_goes_on_after_a_mapping_it_skips(struct kunit *test)
{
	struct walk w = { .test = true, .skip = 1 };
	struct mapping m = map_pages(test);
	int ret;

	KUNIT_ASSERT_FALSE(test,
			   IS_ERR_VALUE(user_mmap(m.us, m.pf->file, NR_PAGES,
						  PROT_READ, MAP_SHARED, 0)));
	ret = file_walk(m.pf->file, 0, NR_PAGES, &w);
	KUNIT_EXPECT_EQ(test, ret, 0);
	known_issue(test, w.nr_tests == 1,
		    "walk_page_mapping() ends at the first vma that is to be skipped");
	KUNIT_EXPECT_EQ(test, w.nr_tests, 2);
	KUNIT_EXPECT_EQ(test, w.nr_ptes, NR_PAGES);
}

static void folio_walk_finds_copies_and_no_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, MAP_PRIVATE);
	unsigned int page;

	needs_folio_walk(test);
	for (page = 0; page < NR_PAGES; page++) {
		unsigned long at = mapping_page(&m, page);
		struct page *found = mm_folio_walk(m.us->mm, at, true);

		if (page == COPIED)
			KUNIT_EXPECT_PTR_EQ(test, found,
					    pfn_to_page(observe_pte(m.us, at).pfn));
		else
			KUNIT_EXPECT_NULL(test, found);
	}
}

static void folio_walk_finds_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);

	needs_folio_walk(test);
	KUNIT_EXPECT_PTR_EQ(test, mm_folio_walk(m.us->mm, m.addr, false),
			    pfn_to_page(m.frames->frame[0].pfn));
}

/* The zero page, at the first address of a private mapping. */
static struct mapping map_zero_page(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_PRIVATE,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_zero,
					  });

	needs_mm_exports(test);
	needs_folio_walk(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	return m;
}

static void folio_walk_finds_the_zero_page_if_asked(struct kunit *test)
{
	struct mapping m = map_zero_page(test);

	KUNIT_EXPECT_NULL(test, mm_folio_walk(m.us->mm, m.addr, false));
	KUNIT_EXPECT_TRUE(test, mm_folio_walk(m.us->mm, m.addr, true) ==
			  ZERO_PAGE(m.addr));
}

static void expect_view(struct kunit *test, struct user_space *us,
			unsigned long addr, bool zeropage, struct page *first,
			struct page *page)
{
	struct folio_view view = mm_folio_view(us->mm, addr, addr, zeropage);

	KUNIT_EXPECT_PTR_EQ(test, view.first, first);
	KUNIT_EXPECT_PTR_EQ(test, view.page, page);
	KUNIT_EXPECT_EQ(test, view.held, 0);
	KUNIT_EXPECT_TRUE(test, view.locked);
	KUNIT_EXPECT_TRUE(test, view.by_pte);
	KUNIT_EXPECT_TRUE(test, view.same);
	KUNIT_EXPECT_EQ(test, pte_val(view.pte),
			pte_val(observe_pte(us, addr).pte));
}

/* The folio, and which of its pages, and the entry; see struct folio_walk. */
static void folio_walk_tells_page_and_entry(struct kunit *test)
{
	struct mapping copied = remap(test, MAP_PRIVATE);
	struct mapping m = mapping_create(test, FRAMES_FOLIO, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .map = handler_map_pages,
					  });
	struct page *copy, *first = pfn_to_page(m.frames->frame[0].pfn);
	unsigned int page;

	needs_mm_exports(test);
	needs_folio_walk(test);
	copy = pfn_to_page(observe_pte(copied.us,
				       mapping_page(&copied, COPIED)).pfn);
	expect_view(test, copied.us, mapping_page(&copied, COPIED) + 123, false,
		    copy, copy);
	for (page = 0; page < NR_PAGES; page++)
		expect_view(test, m.us, mapping_page(&m, page) + 123, false,
			    first, first + page);
}

/* 'Note: Offset from the mapped page', of which the zero page has none. */
static void folio_walk_tells_no_page_of_the_zero_page(struct kunit *test)
{
	struct mapping m = map_zero_page(test);

	expect_view(test, m.us, m.addr + 123, true, ZERO_PAGE(m.addr), NULL);
}

static void expect_no_view(struct kunit *test, const struct mapping *m,
			   unsigned long addr)
{
	struct folio_view view = mm_folio_view(m->us->mm, m->addr, addr, true);

	KUNIT_EXPECT_NULL(test, view.first);
	KUNIT_EXPECT_EQ(test, view.held, 0);
}

/* Neither where nothing is, at any level, nor where the vma is not. */
static void folio_walk_finds_nothing_elsewhere(struct kunit *test)
{
	struct mapping m = remap(test, MAP_PRIVATE);
	unsigned long nr_pages = 2 * (PUD_SIZE >> PAGE_SHIFT);
	struct mapping far = m;
	struct pfn_file *pf;

	needs_mm_exports(test);
	needs_folio_walk(test);
	pf = pfn_file_open(test, &(struct pfn_file){
				   .frames = m.frames,
				   .vm_flags = VM_MIXEDMAP,
				   .fault = handler_fault_page,
			   });
	far.us = user_space_create(test);
	far.addr = user_mmap(far.us, pf->file, nr_pages, PROT_READ, MAP_SHARED,
			     0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(far.addr));
	expect_no_view(test, &far, far.addr);
	EXPECT_VM_FAULT(test, user_fault(far.us, far.addr, 0), VM_FAULT_NOPAGE);
	expect_no_view(test, &far, far.addr + PAGE_SIZE);
	expect_no_view(test, &far, far.addr + PMD_SIZE);
	expect_no_view(test, &far, far.addr + PUD_SIZE);

	expect_no_view(test, &m, m.addr);
	EXPECT_WARNINGS(test, 1)
		expect_no_view(test, &m, m.addr - 1);
	EXPECT_WARNINGS(test, 1)
		expect_no_view(test, &m, mapping_page(&m, NR_PAGES));
}

static const char *smaps_of(struct kunit *test, const struct mapping *m)
{
	return proc_mapping(test, proc_text(test, process_create(test, m->us),
					    "smaps"), m->addr);
}

/* As one cannot swap or share it, it is in nobody's resident set. */
static void smaps_counts_no_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	const char *smaps = smaps_of(test, &m);

	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Size"),
			NR_PAGES * PAGE_KIB);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Rss"), 0);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Pss"), 0);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Referenced"), 0);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Anonymous"), 0);
}

static void smaps_counts_copies(struct kunit *test)
{
	struct mapping m = remap(test, MAP_PRIVATE);
	const char *smaps = smaps_of(test, &m);

	needs_walk_of_one_vma(test);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Rss"), PAGE_KIB);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Pss"), PAGE_KIB);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Anonymous"), PAGE_KIB);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Private_Dirty"),
			PAGE_KIB);
}

static void smaps_counts_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);
	const char *smaps = smaps_of(test, &m);

	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Rss"),
			NR_PAGES * PAGE_KIB);
	KUNIT_EXPECT_EQ(test, smaps_kib(test, smaps, "Anonymous"), 0);
}

/*
 * proc.rst: pf, 'pure PFN range'; mm, 'mixed map area'.
 *
 * Covers: show_smap_vma_flags
 */
static void smaps_names_the_flags_of_a_remap(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	const char *smaps = smaps_of(test, &m);

	KUNIT_EXPECT_TRUE(test, smaps_has_flag(test, smaps, "pf"));
	KUNIT_EXPECT_TRUE(test, smaps_has_flag(test, smaps, "io"));
	KUNIT_EXPECT_TRUE(test, smaps_has_flag(test, smaps, "de"));
	KUNIT_EXPECT_TRUE(test, smaps_has_flag(test, smaps, "dd"));
	KUNIT_EXPECT_FALSE(test, smaps_has_flag(test, smaps, "mm"));
}

/* Covers: show_smap_vma_flags */
static void smaps_names_the_flags_of_a_mixed_map(struct kunit *test)
{
	struct mapping m = map_pages(test);
	const char *smaps = smaps_of(test, &m);

	KUNIT_EXPECT_TRUE(test, smaps_has_flag(test, smaps, "mm"));
	KUNIT_EXPECT_FALSE(test, smaps_has_flag(test, smaps, "pf"));
	KUNIT_EXPECT_FALSE(test, smaps_has_flag(test, smaps, "io"));
}

static const char *numa_maps_of(struct kunit *test, const struct mapping *m)
{
	return proc_mapping(test, proc_text(test, process_create(test, m->us),
					    "numa_maps"), m->addr);
}

static void numa_maps_counts_copies_and_no_raw_frames(struct kunit *test)
{
	struct mapping raw = remap(test, MAP_SHARED);
	struct mapping copied = remap(test, MAP_PRIVATE);

	KUNIT_EXPECT_NULL(test, strstr(numa_maps_of(test, &raw), " N"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(numa_maps_of(test, &copied),
					   " anon=1 "));
}

static void numa_maps_counts_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);

	KUNIT_EXPECT_NOT_NULL(test, strstr(numa_maps_of(test, &m), "=8"));
}

static struct proc_file *pagemap_of(struct kunit *test, const struct mapping *m)
{
	return proc_open(test, process_create(test, m->us), "pagemap");
}

/*
 * Not to anybody: they are not the process's pages.
 *
 * Covers: walk_page_test
 */
static void pagemap_shows_no_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	struct proc_file *pagemap = pagemap_of(test, &m);
	unsigned int page;
	u64 entry;

	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_ASSERT_EQ(test, 0, pagemap_entry(pagemap,
						       mapping_page(&m, page),
						       &entry));
		KUNIT_EXPECT_EQ(test, entry & PAGEMAP_PFN, 0);
		KUNIT_EXPECT_EQ(test, entry & BIT_ULL(PAGEMAP_PRESENT), 0);
	}
}

static void pagemap_shows_copies(struct kunit *test)
{
	struct mapping m = remap(test, MAP_PRIVATE);
	unsigned long at = mapping_page(&m, COPIED);
	u64 entry;

	KUNIT_ASSERT_EQ(test, 0, pagemap_entry(pagemap_of(test, &m), at,
					       &entry));
	known_issue(test, !(entry & BIT_ULL(PAGEMAP_PRESENT)),
		    "pagemap takes all of a VM_PFNMAP mapping for a hole, copies too");
	KUNIT_EXPECT_NE(test, entry & BIT_ULL(PAGEMAP_PRESENT), 0);
	KUNIT_EXPECT_EQ(test, entry & PAGEMAP_PFN, observe_pte(m.us, at).pfn);
}

static void pagemap_shows_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);
	struct proc_file *pagemap = pagemap_of(test, &m);
	unsigned int page;
	u64 entry;

	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_ASSERT_EQ(test, 0, pagemap_entry(pagemap,
						       mapping_page(&m, page),
						       &entry));
		KUNIT_EXPECT_EQ(test, entry & PAGEMAP_PFN,
				m.frames->frame[page].pfn);
		KUNIT_EXPECT_NE(test, entry & BIT_ULL(PAGEMAP_PRESENT), 0);
		KUNIT_EXPECT_NE(test, entry & BIT_ULL(PAGEMAP_FILE), 0);
		KUNIT_EXPECT_NE(test, entry & BIT_ULL(PAGEMAP_EXCLUSIVE), 0);
		KUNIT_EXPECT_EQ(test, entry & BIT_ULL(PAGEMAP_SWAPPED), 0);
	}
}

static long scan(struct kunit *test, const struct mapping *m)
{
	long nr = pagemap_scan_present(pagemap_of(test, m), m->addr,
				       mapping_end(m));

	if (nr == -ENOTTY)
		kunit_skip(test, "needs PAGEMAP_SCAN");
	return nr;
}

/* Covers: pagemap_scan_test_walk */
static void pagemap_scan_finds_no_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);

	KUNIT_EXPECT_EQ(test, 0, scan(test, &m));
}

static void pagemap_scan_finds_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);

	KUNIT_EXPECT_EQ(test, NR_PAGES, scan(test, &m));
}

static void touch(struct kunit *test, const struct mapping *m)
{
	unsigned long word;
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++)
		KUNIT_ASSERT_EQ(test, 0, user_read(m->us, mapping_page(m, page),
						   &word));
}

static void clear_refs(struct kunit *test, const struct mapping *m)
{
	struct process *p = process_create(test, m->us);

	KUNIT_ASSERT_EQ(test, 1, proc_write(proc_open(test, p, "clear_refs"),
					    "1"));
}

/* Documentation/filesystems/proc.rst: the bits of the process's pages. */
static void clear_refs_leaves_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, MAP_SHARED);
	struct mapping_state *before;
	unsigned int page;

	touch(test, &m);
	before = mapping_note(test, &m);
	clear_refs(test, &m);
	for (page = 0; page < NR_PAGES; page++)
		KUNIT_EXPECT_EQ(test,
				observe_pte(m.us, mapping_page(&m, page)).young,
				before->pte[page].young);
	expect_mapping_unchanged(test, before, "clear_refs");
}

static void clear_refs_clears_the_bits_of_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);
	struct mapping_state *before;

	touch(test, &m);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, m.addr).young);
	before = mapping_note(test, &m);
	clear_refs(test, &m);
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, m.addr).young);
	expect_mapping_unchanged(test, before, "clear_refs");
}

/* Covers: clear_refs_test_walk */
static void clear_refs_clears_the_bits_of_copies(struct kunit *test)
{
	struct mapping m = remap(test, MAP_PRIVATE);
	struct mapping_state *before = mapping_note(test, &m);
	unsigned long at = mapping_page(&m, COPIED);

	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, at).young);
	clear_refs(test, &m);
	expect_mapping_unchanged(test, before, "clear_refs");
	known_issue(test, observe_pte(m.us, at).young,
		    "clear_refs passes over all of a VM_PFNMAP mapping, copies too");
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, at).young);
}

static void mincore(struct kunit *test, const struct mapping *m,
		    u8 resident[NR_PAGES])
{
	unsigned long vec = user_mmap(m->us, NULL, 1, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE, 0);

	needs_syscalls(test);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(vec));
	KUNIT_ASSERT_EQ(test, 0, user_syscall(m->us, mincore, m->addr,
					      NR_PAGES * PAGE_SIZE, vec));
	KUNIT_ASSERT_EQ(test, 0, user_copy_out(m->us, resident, vec, NR_PAGES));
}

/* man 2 mincore: resident is what 'will not cause a disk access'. */
static void mincore_knows_mixed_pages(struct kunit *test)
{
	struct mapping m = map_pages(test);
	u8 resident[NR_PAGES];
	unsigned int page;

	mincore(test, &m, resident);
	for (page = 0; page < NR_PAGES; page++)
		KUNIT_EXPECT_EQ(test, resident[page] & 1, 1);
}

static void mincore_knows_copies(struct kunit *test)
{
	struct mapping m = remap(test, MAP_PRIVATE);
	struct mapping_state *before = mapping_note(test, &m);
	u8 resident[NR_PAGES];

	mincore(test, &m, resident);
	expect_mapping_unchanged(test, before, "mincore");
	known_issue(test, !(resident[COPIED] & 1),
		    "mincore() takes all of a VM_PFNMAP mapping for a hole, copies too");
	KUNIT_EXPECT_EQ(test, resident[COPIED] & 1, 1);
}

static struct kunit_case mm_pfnmap_walk_cases[] = {
	KUNIT_CASE(walk_without_a_test_skips_raw_frames),
	KUNIT_CASE(walk_of_holes_takes_raw_frames_for_one),
	KUNIT_CASE(hole_handler_that_fails_ends_the_walk),
	KUNIT_CASE(walk_with_a_test_visits_raw_frames),
	KUNIT_CASE(walk_of_one_vma_asks_nobody),
	KUNIT_CASE(walk_without_a_test_visits_mixed_pages),
	KUNIT_CASE(walk_of_a_file_goes_on_after_a_mapping_it_skips),
	KUNIT_CASE(folio_walk_finds_copies_and_no_raw_frames),
	KUNIT_CASE(folio_walk_finds_mixed_pages),
	KUNIT_CASE(folio_walk_finds_the_zero_page_if_asked),
	KUNIT_CASE(folio_walk_tells_page_and_entry),
	KUNIT_CASE(folio_walk_tells_no_page_of_the_zero_page),
	KUNIT_CASE(folio_walk_finds_nothing_elsewhere),
	KUNIT_CASE(smaps_counts_no_raw_frames),
	KUNIT_CASE(smaps_counts_copies),
	KUNIT_CASE(smaps_counts_mixed_pages),
	KUNIT_CASE(smaps_names_the_flags_of_a_remap),
	KUNIT_CASE(smaps_names_the_flags_of_a_mixed_map),
	KUNIT_CASE(numa_maps_counts_copies_and_no_raw_frames),
	KUNIT_CASE(numa_maps_counts_mixed_pages),
	KUNIT_CASE(pagemap_shows_no_raw_frames),
	KUNIT_CASE(pagemap_shows_copies),
	KUNIT_CASE(pagemap_shows_mixed_pages),
	KUNIT_CASE(pagemap_scan_finds_no_raw_frames),
	KUNIT_CASE(pagemap_scan_finds_mixed_pages),
	KUNIT_CASE(clear_refs_leaves_raw_frames),
	KUNIT_CASE(clear_refs_clears_the_bits_of_mixed_pages),
	KUNIT_CASE(clear_refs_clears_the_bits_of_copies),
	KUNIT_CASE(mincore_knows_mixed_pages),
	KUNIT_CASE(mincore_knows_copies),
	{}
};

static struct kunit_suite mm_pfnmap_walk_suite = {
	.name = "mm_pfnmap_walk",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_walk_cases,
};

kunit_test_suite(mm_pfnmap_walk_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: walks over raw-PFN mappings");
MODULE_LICENSE("GPL");
