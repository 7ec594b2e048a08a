// SPDX-License-Identifier: GPL-2.0
/*
 * vm_normal_page_pmd() and vm_normal_page_pud() against the rule for raw-PFN
 * mappings, as mm_pfnmap_kunit.c does for ptes; and the huge entries that are
 * not raw: folios, anonymous memory, the huge zero page.
 */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/exports.h"
#include "testbed/testbed.h"

#define NR_PAGES (PMD_SIZE >> PAGE_SHIFT)

static const struct {
	const char *name;
	unsigned long flags;
} sharings[] = {
	{ "shared", VM_SHARED | VM_MAYSHARE | VM_MAYWRITE | VM_WRITE },
	{ "shared read-only", VM_SHARED | VM_MAYSHARE },
	{ "private", VM_MAYWRITE | VM_WRITE },
	{ "private read-only", 0 },
};

/* What the entry may map, and with which mark. */
static const struct row {
	const char *name;
	enum huge_level level;
	unsigned long map;
	enum oracle_backing backing;
	bool marked;
} rows[] = {
	{ "pmd pfnmap page", HUGE_PMD, VM_PFNMAP, BACKED_PAGE },
	{ "pmd pfnmap page marked", HUGE_PMD, VM_PFNMAP, BACKED_PAGE, true },
	{ "pmd pfnmap above marked", HUGE_PMD, VM_PFNMAP, BACKED_ABOVE, true },
	{ "pmd mixedmap page", HUGE_PMD, VM_MIXEDMAP, BACKED_PAGE },
	{ "pmd mixedmap page marked", HUGE_PMD, VM_MIXEDMAP, BACKED_PAGE,
	  true },
	{ "pmd mixedmap above marked", HUGE_PMD, VM_MIXEDMAP, BACKED_ABOVE,
	  true },
	{ "pmd plain page", HUGE_PMD, 0, BACKED_PAGE },
	{ "pud pfnmap page marked", HUGE_PUD, VM_PFNMAP, BACKED_PAGE, true },
	{ "pud pfnmap above marked", HUGE_PUD, VM_PFNMAP, BACKED_ABOVE, true },
	{ "pud mixedmap page", HUGE_PUD, VM_MIXEDMAP, BACKED_PAGE },
	{ "pud mixedmap page marked", HUGE_PUD, VM_MIXEDMAP, BACKED_PAGE,
	  true },
	{ "pud mixedmap above marked", HUGE_PUD, VM_MIXEDMAP, BACKED_ABOVE,
	  true },
	{ "pud plain page", HUGE_PUD, 0, BACKED_PAGE },
};

static void row_name(const struct row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(row, rows, row_name);

static unsigned long row_pfn(struct kunit *test, const struct row *row)
{
	struct frames *frames;
	unsigned long pfn;

	if (row->backing == BACKED_ABOVE)
		return frames_pfn_above(huge_order(row->level));
	frames = frames_alloc_aligned(test, FRAMES_CONTIGUOUS,
				      huge_order(HUGE_PMD));
	/* Only its struct page is looked up, by number. */
	pfn = ALIGN_DOWN(frames->frame[0].pfn, huge_pages(row->level));
	if (!pfn_valid(pfn))
		kunit_skip(test, "needs a struct page at an aligned frame");
	return pfn;
}

/* A mark decides. Without, kernels used to go by the linear rule. */
static enum oracle_verdict verdict(const struct row *row, unsigned long flags,
				   bool on_rule)
{
	struct oracle_entry entry = {
		.pfnmap = flags & VM_PFNMAP,
		.mixedmap = flags & VM_MIXEDMAP,
		.shared = flags & VM_SHARED,
		.may_write = flags & VM_MAYWRITE,
		.on_rule = on_rule,
		.has_mark = row->marked || COMPAT_HUGE_MARK_DECIDES,
		.marked = row->marked,
		.backing = row->backing,
	};

	return oracle_classify(&entry);
}

/*
 * The rule is in the comment on __vm_normal_page().
 *
 * Covers: vm_normal_page_pmd, vm_normal_page_pud, __vm_normal_page
 */
static void row_follows_the_rule(struct kunit *test)
{
	const struct row *row = test->param_value;
	struct user_space *us = user_space_create(test);
	struct vm_area_struct *vma = fake_vma_create(test);
	unsigned int i, on_rule;
	unsigned long pfn;

	needs_huge_pfnmap(test, row->level);
	if (row->level == HUGE_PUD && !COMPAT_HAS_NORMAL_PAGE_PUD)
		kunit_skip(test, "needs vm_normal_page_pud() (Linux 6.18)");
	pfn = row_pfn(test, row);
	vma->vm_mm = us->mm;

	for (i = 0; i < 2 * ARRAY_SIZE(sharings); i++) {
		unsigned long flags = VM_READ | row->map | sharings[i / 2].flags;
		struct page *page, *want;

		on_rule = i % 2;
		want = verdict(row, flags, on_rule) == ORACLE_NORMAL ?
			pfn_to_page(pfn) : NULL;
		fake_vma_shape(vma, HUGE_START, huge_pages(row->level),
			       on_rule ? pfn : pfn + 1, flags);
		page = huge_entry_normal_page(vma, HUGE_START, row->level, pfn,
					      row->marked);
		KUNIT_EXPECT_PTR_EQ_MSG(test, page, want, "%s, %s the rule",
					sharings[i / 2].name,
					on_rule ? "on" : "off");
	}
}

/* The folio of an entry is that of its page, and none where there is none. */
static void folio_of_a_huge_entry_is_that_of_its_page(struct kunit *test)
{
	struct vm_area_struct *vma = fake_vma_create(test);
	struct frames *frames;
	unsigned long pfn;

	needs_mm_exports(test);
	needs_huge_pfnmap(test, HUGE_PMD);
	frames = frames_alloc_aligned(test, FRAMES_CONTIGUOUS,
				      huge_order(HUGE_PMD));
	pfn = frames->frame[0].pfn;
	fake_vma_shape(vma, HUGE_START, NR_PAGES, 0,
		       VM_READ | VM_SHARED | VM_MAYSHARE | VM_MIXEDMAP);

	KUNIT_EXPECT_PTR_EQ(test, page_folio(pfn_to_page(pfn)),
			    huge_entry_normal_folio(vma, HUGE_START, pfn, false));
	KUNIT_EXPECT_NULL(test,
			  huge_entry_normal_folio(vma, HUGE_START, pfn, true));
}

static struct user_space *map_anonymous(struct kunit *test)
{
	struct user_space *us = user_space_create(test);

	huge_map_anonymous(test, us);
	return us;
}

static struct huge_view huge_or_skip(struct kunit *test, struct user_space *us,
				     const char *what)
{
	struct huge_view pmd = observe_huge(us, HUGE_START);

	if (pmd.level != HUGE_PMD)
		kunit_skip(test, "needs %s, see /sys/kernel/mm/transparent_hugepage",
			   what);
	return pmd;
}

/* Covers: vm_normal_page_pmd */
static void huge_zero_page_is_special(struct kunit *test)
{
	struct user_space *us = map_anonymous(test);
	unsigned long word = 1;

	KUNIT_ASSERT_EQ(test, 0, user_read(us, HUGE_START, &word));
	KUNIT_EXPECT_EQ(test, word, 0);
	huge_or_skip(test, us, "a huge zero page");

	KUNIT_EXPECT_NULL(test, observe_normal_huge_page(us, HUGE_START));
	KUNIT_EXPECT_NULL(test, observe_folio(us, HUGE_START));
	expect_rss(test, us, 0, 0);
}

/*
 * Special it may be; but it is no raw frame, and has a page table put aside.
 *
 * Covers: copy_huge_pmd
 */
static void huge_zero_page_is_forked_as_anonymous_memory(struct kunit *test)
{
	struct user_space *us = map_anonymous(test), *child;
	unsigned long word = 1;

	KUNIT_ASSERT_EQ(test, 0, user_read(us, HUGE_START, &word));
	huge_or_skip(test, us, "a huge zero page");
	child = user_space_fork(test, us);

	KUNIT_EXPECT_FALSE(test, observe_huge(child, HUGE_START).write);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(child, HUGE_START, NR_PAGES));
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(child->mm), 0);
	KUNIT_ASSERT_EQ(test, 0, user_write(us, HUGE_START, 1));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(us, HUGE_START, NR_PAGES));
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(us->mm), 0);
}

/* A3 for huge entries: a mixed map has no reference to the zero page either. */
static void huge_zero_page_in_a_mixed_map_is_special(struct kunit *test)
{
	struct user_space *us = map_anonymous(test);
	struct vm_area_struct *vma = fake_vma_create(test);
	struct huge_view zero;
	unsigned long word;
	struct page *page;

	KUNIT_ASSERT_EQ(test, 0, user_read(us, HUGE_START, &word));
	zero = huge_or_skip(test, us, "a huge zero page");
	vma->vm_mm = us->mm;
	fake_vma_shape(vma, HUGE_START, NR_PAGES, 0,
		       VM_READ | VM_SHARED | VM_MAYSHARE | VM_MIXEDMAP);
	page = huge_entry_normal_page(vma, HUGE_START, HUGE_PMD, zero.pfn,
				      zero.special);
	known_issue(test, !COMPAT_HUGE_MARK_DECIDES && page,
		    "vm_normal_page_pmd() takes the huge zero page in a mixed map for a normal page (mended in 6.18)");
	KUNIT_EXPECT_NULL(test, page);
}

/* Covers: vm_normal_page_pmd */
static void anonymous_huge_page_is_normal(struct kunit *test)
{
	struct user_space *us = map_anonymous(test);
	struct huge_view pmd;

	KUNIT_ASSERT_EQ(test, 0, user_write(us, HUGE_START, 1));
	pmd = huge_or_skip(test, us, "anonymous huge pages");

	KUNIT_EXPECT_FALSE(test, pmd.special);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_huge_page(us, HUGE_START),
			    pfn_to_page(pmd.pfn));
	KUNIT_EXPECT_PTR_EQ(test, observe_folio(us, HUGE_START),
			    page_folio(pfn_to_page(pmd.pfn)));
	expect_rss(test, us, 0, NR_PAGES);
}

/* Each has an entry of it then, neither of which may be written to. */
static void anonymous_huge_page_is_forked_with_its_page(struct kunit *test)
{
	struct user_space *us = map_anonymous(test), *child;
	struct huge_view pmd;
	struct folio *folio;

	KUNIT_ASSERT_EQ(test, 0, user_write(us, HUGE_START, 1));
	pmd = huge_or_skip(test, us, "anonymous huge pages");
	folio = page_folio(pfn_to_page(pmd.pfn));
	child = user_space_fork(test, us);

	KUNIT_EXPECT_FALSE(test, observe_huge(us, HUGE_START).write);
	KUNIT_EXPECT_EQ(test, observe_huge(child, HUGE_START).level, HUGE_PMD);
	KUNIT_EXPECT_EQ(test, observe_huge(child, HUGE_START).pfn, pmd.pfn);
	KUNIT_EXPECT_FALSE(test, observe_huge(child, HUGE_START).write);
	KUNIT_EXPECT_FALSE(test, observe_huge(child, HUGE_START).special);
	KUNIT_EXPECT_FALSE(test, observe_huge(child, HUGE_START).young);
	KUNIT_EXPECT_PTR_EQ(test, observe_folio(child, HUGE_START), folio);
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), 2);
	expect_rss(test, child, 0, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(child, HUGE_START, NR_PAGES));
	KUNIT_EXPECT_EQ(test, folio_mapcount(folio), 1);
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(child->mm), 0);
	expect_rss(test, child, 0, 0);
}

/* A file of one folio. */
struct folio_file {
	struct folio *folio;
	enum huge_level level;
	bool silent;	/* nobody is told of writes */
};

static void give_back(void *data)
{
	folio_put(data);
}

static vm_fault_t insert_folio(struct vm_fault *vmf, unsigned int order)
{
	struct folio_file *ff = pfn_file_of(vmf)->data;

	if (order != huge_order(ff->level))
		return VM_FAULT_FALLBACK;
	return huge_insert_folio(vmf, ff->level, ff->folio,
				 vmf->flags & FAULT_FLAG_WRITE);
}

static vm_fault_t no_page(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static vm_fault_t pfn_mkwrite_allow(struct vm_fault *vmf)
{
	return 0;
}

static struct user_space *map_folio_file(struct kunit *test,
					 unsigned long vm_flags,
					 struct folio_file *ff)
{
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
		.vm_flags = vm_flags,
		.ops = {
			.fault = no_page,
			.huge_fault = insert_folio,
			.pfn_mkwrite = ff->silent ? NULL : pfn_mkwrite_allow,
		},
		.data = ff,
	});
	struct user_space *us = user_space_create(test);

	KUNIT_ASSERT_EQ(test, HUGE_START,
			user_mmap_at(us, HUGE_START, pf->file,
				     huge_pages(ff->level),
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_FIXED, 0));
	return us;
}

/* Behind the folio, in the same table of puds. */
static void map_neighbour(struct kunit *test, struct user_space *us)
{
	ordinary_map_page(test, us, HUGE_START + PUD_SIZE);
}

static vm_fault_t touch(struct user_space *us, const struct folio_file *ff,
			unsigned int page, unsigned int flags)
{
	unsigned long addr = HUGE_START + page * PAGE_SIZE;

	if (ff->level == HUGE_PUD)
		return huge_insert_folio_at(us, addr, ff->level, ff->folio,
					    flags & FAULT_FLAG_WRITE);
	return user_fault(us, addr, flags);
}

/* Memory does not come by as much as a pud maps; a device's may. */
static struct folio *folio_of_order(struct kunit *test, unsigned int order)
{
	struct folio *folio;

	if (order == huge_order(HUGE_PUD)) {
		needs_device_memory(test);
		return device_folio_add(test, frames_pfn_above(order), order);
	}
	folio = folio_alloc(GFP_KERNEL | __GFP_ZERO, order);
	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, give_back, folio));
	return folio;
}

static struct user_space *map_folio(struct kunit *test, unsigned long vm_flags,
				    enum huge_level level, unsigned int order,
				    struct folio_file **ffp)
{
	struct folio_file *ff = kunit_kzalloc(test, sizeof(*ff), GFP_KERNEL);

	needs_huge_folios(test, level);
	KUNIT_ASSERT_NOT_NULL(test, ff);
	ff->level = level;
	ff->folio = folio_of_order(test, order);
	*ffp = ff;
	return map_folio_file(test, vm_flags, ff);
}

static void expect_folio(struct kunit *test, const struct folio_file *ff,
			 int refs, int maps)
{
	KUNIT_EXPECT_EQ(test, folio_ref_count(ff->folio), refs);
	KUNIT_EXPECT_EQ(test, folio_mapcount(ff->folio), maps);
}

static const struct folio_map {
	const char *name;
	unsigned long vm_flags;
} folio_maps[] = {
	{ "plain", 0 },
	{ "mixed map", VM_MIXEDMAP },
};

static void folio_map_name(const struct folio_map *folio_map, char *desc)
{
	strscpy(desc, folio_map->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(folio_map, folio_maps, folio_map_name);

/* Normal, and counted as long as it is mapped: once, however often it faults. */
static void is_normal_and_counted(struct kunit *test, unsigned long vm_flags,
				  enum huge_level level)
{
	struct folio_file *ff;
	struct user_space *us = map_folio(test, vm_flags, level,
					  huge_order(level), &ff);

	needs_thp_always(test);
	map_neighbour(test, us);
	EXPECT_VM_FAULT(test, touch(us, ff, 3, 0), VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, touch(us, ff, 5, FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
	/* Where there is memory, a program reaches it. */
	if (level == HUGE_PMD)
		KUNIT_ASSERT_EQ(test, 0, user_write(us, HUGE_START + 5 * PAGE_SIZE,
						    1));
	KUNIT_ASSERT_EQ(test, observe_huge(us, HUGE_START).level, level);
	KUNIT_EXPECT_FALSE(test, observe_huge(us, HUGE_START).special);
	KUNIT_EXPECT_EQ(test, observe_huge(us, HUGE_START).pfn,
			folio_pfn(ff->folio));
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_huge_page(us, HUGE_START),
			    folio_page(ff->folio, 0));
	KUNIT_EXPECT_PTR_EQ(test, observe_folio(us, HUGE_START), ff->folio);
	expect_folio(test, ff, 2, 1);
	expect_rss(test, us, huge_pages(level), 1);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(us, HUGE_START, huge_pages(level)));
	expect_folio(test, ff, 1, 0);
	expect_rss(test, us, 0, 1);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(us, HUGE_START + PUD_SIZE, 1));
	KUNIT_EXPECT_EQ(test, mm_pgtables_bytes(us->mm), 0);
}

/* Covers: insert_pmd, vm_normal_page_pmd */
static void folio_is_normal_and_counted(struct kunit *test)
{
	const struct folio_map *map = test->param_value;

	is_normal_and_counted(test, map->vm_flags, HUGE_PMD);
}

static void folio_of_a_device_is_normal_and_counted(struct kunit *test)
{
	is_normal_and_counted(test, 0, HUGE_PUD);
}

static void expect_folio_entry(struct kunit *test, struct user_space *us,
			       enum huge_level level, bool write)
{
	struct huge_view entry = observe_huge(us, HUGE_START);

	KUNIT_EXPECT_EQ(test, entry.level, level);
	KUNIT_EXPECT_FALSE(test, entry.special);
	KUNIT_EXPECT_TRUE(test, entry.young);
	KUNIT_EXPECT_EQ(test, entry.dirty, write);
	KUNIT_EXPECT_EQ(test, entry.write, write);
}

/* The bits of a raw entry, but for the mark; and the folio is counted once. */
static void becomes_writable_by_a_write(struct kunit *test,
					unsigned long vm_flags,
					enum huge_level level)
{
	struct folio_file *ff;
	struct user_space *us = map_folio(test, vm_flags, level,
					  huge_order(level), &ff);

	needs_thp_always(test);
	map_neighbour(test, us);
	EXPECT_VM_FAULT(test, touch(us, ff, 0, 0), VM_FAULT_NOPAGE);
	expect_folio_entry(test, us, level, false);
	EXPECT_VM_FAULT(test, touch(us, ff, 0, FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
	expect_folio_entry(test, us, level, true);
	expect_folio(test, ff, 2, 1);
}

static void folio_read_first_becomes_writable_by_a_write(struct kunit *test)
{
	const struct folio_map *map = test->param_value;

	becomes_writable_by_a_write(test, map->vm_flags, HUGE_PMD);
}

static void folio_of_a_device_becomes_writable_by_a_write(struct kunit *test)
{
	becomes_writable_by_a_write(test, 0, HUGE_PUD);
}

static void is_writable_and_dirty(struct kunit *test, unsigned long vm_flags,
				  enum huge_level level)
{
	struct folio_file *ff;
	struct user_space *us = map_folio(test, vm_flags, level,
					  huge_order(level), &ff);

	needs_thp_always(test);
	map_neighbour(test, us);
	EXPECT_VM_FAULT(test, touch(us, ff, 0, FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
	expect_folio_entry(test, us, level, true);
	expect_folio(test, ff, 2, 1);
}

static void folio_written_first_is_writable_and_dirty(struct kunit *test)
{
	const struct folio_map *map = test->param_value;

	is_writable_and_dirty(test, map->vm_flags, HUGE_PMD);
}

static void folio_of_a_device_written_first_is_writable_and_dirty(struct kunit *test)
{
	is_writable_and_dirty(test, 0, HUGE_PUD);
}

/* Where nobody is told of writes, they need no fault. */
static void is_writable_from_the_start(struct kunit *test, enum huge_level level)
{
	struct folio_file ff = { .level = level, .silent = true };
	struct user_space *us;
	struct huge_view entry;

	needs_huge_folios(test, level);
	needs_thp_always(test);
	ff.folio = folio_of_order(test, huge_order(level));
	us = map_folio_file(test, 0, &ff);
	map_neighbour(test, us);
	EXPECT_VM_FAULT(test, touch(us, &ff, 0, 0), VM_FAULT_NOPAGE);
	entry = observe_huge(us, HUGE_START);
	KUNIT_EXPECT_EQ(test, entry.level, level);
	KUNIT_EXPECT_TRUE(test, entry.write);
	KUNIT_EXPECT_FALSE(test, entry.dirty);
	KUNIT_EXPECT_TRUE(test, entry.young);
}

static void folio_nobody_is_asked_about_is_writable_from_the_start(struct kunit *test)
{
	is_writable_from_the_start(test, HUGE_PMD);
}

static void folio_of_a_silent_device_is_writable_from_the_start(struct kunit *test)
{
	is_writable_from_the_start(test, HUGE_PUD);
}

/* What its entry noted of its use is noted with the folio. */
static void unmapped_folio_is_dirty_if_it_was_written(struct kunit *test)
{
	unsigned int flags[] = { 0, FAULT_FLAG_WRITE }, i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct folio_file *ff;
		struct user_space *us = map_folio(test, 0, HUGE_PMD,
						  huge_order(HUGE_PMD), &ff);

		needs_thp_always(test);
		EXPECT_VM_FAULT(test, user_fault(us, HUGE_START, flags[i]),
				VM_FAULT_NOPAGE);
		KUNIT_EXPECT_FALSE(test, folio_test_dirty(ff->folio));
		KUNIT_EXPECT_FALSE(test, folio_test_referenced(ff->folio));
		KUNIT_ASSERT_EQ(test, 0, user_munmap(us, HUGE_START, NR_PAGES));
		KUNIT_EXPECT_EQ(test, folio_test_dirty(ff->folio), !!flags[i]);
		KUNIT_EXPECT_TRUE(test, folio_test_referenced(ff->folio));
		folio_clear_dirty(ff->folio);
	}
}

/*
 * As a DAX filesystem has it for a hole: special, as all entries of the zero
 * page are, and nothing is counted for it.
 */
static void huge_zero_page_of_a_file_is_special(struct kunit *test)
{
	struct user_space *other = map_anonymous(test), *us;
	struct folio_file ff = { .level = HUGE_PMD };
	struct huge_view entry;
	unsigned long word;
	int refs;

	needs_huge_folios(test, HUGE_PMD);
	needs_thp_always(test);
	KUNIT_ASSERT_EQ(test, 0, user_read(other, HUGE_START, &word));
	entry = huge_or_skip(test, other, "a huge zero page");
	ff.folio = page_folio(pfn_to_page(entry.pfn));
	refs = folio_ref_count(ff.folio);
	us = map_folio_file(test, 0, &ff);

	EXPECT_VM_FAULT(test, user_fault(us, HUGE_START, 0), VM_FAULT_NOPAGE);
	entry = observe_huge(us, HUGE_START);
	KUNIT_EXPECT_EQ(test, entry.level, HUGE_PMD);
	KUNIT_EXPECT_EQ(test, entry.pfn, folio_pfn(ff.folio));
	KUNIT_EXPECT_TRUE(test, entry.special);
	KUNIT_EXPECT_FALSE(test, entry.write);
	KUNIT_EXPECT_FALSE(test, entry.dirty);
	KUNIT_EXPECT_TRUE(test, entry.young);
	KUNIT_EXPECT_NULL(test, observe_normal_huge_page(us, HUGE_START));
	expect_folio(test, &ff, refs, 0);
	expect_rss(test, us, 0, 0);
	/* munmap() expects it in a mapping of DAX only, which is not to be had. */
	huge_drop(us, HUGE_START);
}

/* What a split unmaps is given back. */
static void folio_is_given_back_by_a_split(struct kunit *test)
{
	const struct folio_map *map = test->param_value;
	struct folio_file *ff;
	struct user_space *us = map_folio(test, map->vm_flags, HUGE_PMD,
					  huge_order(HUGE_PMD), &ff);
	unsigned long word;
	bool kept;

	if (user_read(us, HUGE_START + 3 * PAGE_SIZE, &word))
		kunit_skip(test, "needs transparent_hugepage/enabled=always");
	KUNIT_ASSERT_EQ(test, 0, user_munmap(us, HUGE_START + 7 * PAGE_SIZE, 1));

	kept = folio_ref_count(ff->folio) == 2 &&
	       compat_rss(us->mm, MM_FILEPAGES) == NR_PAGES;
	/* The folio is lost; but the exit need not report a wrong counter. */
	if (kept)
		compat_rss_add(us->mm, MM_FILEPAGES, -(long)NR_PAGES);
	known_issue(test, kept && map->vm_flags,
		    "__split_huge_pmd_locked() leaks the folio of a mixed map, and its rss");
	KUNIT_EXPECT_EQ(test, observe_huge(us, HUGE_START).level, HUGE_NONE);
	expect_folio(test, ff, 1, 0);
	expect_rss(test, us, 0, 0);
}

static const struct misfit {
	const char *name;
	enum huge_level level;
} misfits[] = {
	{ "pmd", HUGE_PMD },
	{ "pud", HUGE_PUD },
};

static void misfit_name(const struct misfit *misfit, char *desc)
{
	strscpy(desc, misfit->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(misfit, misfits, misfit_name);

/* A folio must have just the size of the entry. */
static void folio_of_another_size_is_refused(struct kunit *test)
{
	const struct misfit *misfit = test->param_value;
	struct folio_file *ff;
	struct user_space *us = map_folio(test, VM_MIXEDMAP, misfit->level, 0,
					  &ff);

	needs_thp_always(test);
	EXPECT_WARNINGS(test, 1)
		EXPECT_VM_FAULT(test, user_fault(us, HUGE_START, 0),
				VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, observe_huge(us, HUGE_START).level, HUGE_NONE);
	expect_folio(test, ff, 1, 0);
}

/*
 * In a mixed map too, vmf_insert_pfn_pmd() makes a raw entry, even of memory.
 *
 * Covers: vmf_insert_pfn_pmd, vma_is_special_huge
 */
static void raw_frames_in_a_mixed_map_are_special(struct kunit *test)
{
	struct frames_state *before;
	struct frames *frames;
	struct user_space *us;
	struct pfn_file *pf;

	needs_huge_pfnmap(test, HUGE_PMD);
	frames = frames_alloc_aligned(test, FRAMES_CONTIGUOUS,
				      huge_order(HUGE_PMD));
	before = observe_frames(test, frames);
	pf = pfn_file_open(test, &(struct pfn_file){
		.frames = frames,
		.vm_flags = VM_MIXEDMAP,
		.ops = { .fault = no_page, .huge_fault = pfn_file_insert_huge },
	});
	us = user_space_create(test);
	KUNIT_ASSERT_EQ(test, HUGE_START,
			user_mmap_at(us, HUGE_START, pf->file, NR_PAGES,
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_FIXED, 0));
	if (user_write(us, HUGE_START + 3 * PAGE_SIZE, 1))
		kunit_skip(test, "needs transparent_hugepage/enabled=always");

	KUNIT_EXPECT_EQ(test, observe_huge(us, HUGE_START).level, HUGE_PMD);
	KUNIT_EXPECT_TRUE(test, observe_huge(us, HUGE_START).special);
	KUNIT_EXPECT_NULL(test, observe_normal_huge_page(us, HUGE_START));
	KUNIT_EXPECT_NULL(test, observe_folio(us, HUGE_START));
	expect_rss(test, us, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(us, HUGE_START, NR_PAGES));
	expect_rss(test, us, 0, 0);
	expect_frames_untouched(test, before);
}

static struct kunit_case mm_pfnmap_huge_rule_cases[] = {
	KUNIT_CASE(folio_of_a_huge_entry_is_that_of_its_page),
	KUNIT_CASE(huge_zero_page_is_special),
	KUNIT_CASE(huge_zero_page_is_forked_as_anonymous_memory),
	KUNIT_CASE(huge_zero_page_in_a_mixed_map_is_special),
	KUNIT_CASE(anonymous_huge_page_is_normal),
	KUNIT_CASE(raw_frames_in_a_mixed_map_are_special),
	KUNIT_CASE_PARAM(row_follows_the_rule, row_gen_params),
	KUNIT_CASE(huge_zero_page_of_a_file_is_special),
	KUNIT_CASE(folio_of_a_device_is_normal_and_counted),
	KUNIT_CASE(folio_of_a_device_becomes_writable_by_a_write),
	KUNIT_CASE(folio_of_a_device_written_first_is_writable_and_dirty),
	KUNIT_CASE(folio_of_a_silent_device_is_writable_from_the_start),
	KUNIT_CASE(folio_nobody_is_asked_about_is_writable_from_the_start),
	KUNIT_CASE(unmapped_folio_is_dirty_if_it_was_written),
	KUNIT_CASE(anonymous_huge_page_is_forked_with_its_page),
	KUNIT_CASE_PARAM(folio_is_normal_and_counted, folio_map_gen_params),
	KUNIT_CASE_PARAM(folio_read_first_becomes_writable_by_a_write,
			 folio_map_gen_params),
	KUNIT_CASE_PARAM(folio_written_first_is_writable_and_dirty,
			 folio_map_gen_params),
	KUNIT_CASE_PARAM(folio_is_given_back_by_a_split, folio_map_gen_params),
	KUNIT_CASE_PARAM(folio_of_another_size_is_refused, misfit_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_huge_rule_suite = {
	.name = "mm_pfnmap_huge_rule",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_huge_rule_cases,
};

kunit_test_suite(mm_pfnmap_huge_rule_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: vm_normal_page_pmd() and _pud() against the rule");
MODULE_LICENSE("GPL");
