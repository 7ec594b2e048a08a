// SPDX-License-Identifier: GPL-2.0
/*
 * An array of struct pages mapped at mmap time: vm_map_pages(), a window of it
 * at the offset that the user asks for, and what f_op->mmap_prepare has for it.
 *
 * See the kernel-doc of vm_map_pages(), vm_map_pages_zero() and
 * mmap_action_map_kernel_pages().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 16

/*
 * struct window - a part of an array of pages, mapped by vm_map_pages()
 * @name: the name of the parameter
 * @pgoff: offset of the mapping into the array
 * @vma_pages: length of the mapping
 * @ret: what vm_map_pages() has to return for an array of NR_PAGES
 */
static const struct window {
	const char *name;
	unsigned long pgoff;
	unsigned long vma_pages;
	int ret;
} windows[] = {
	{ "all", 0, NR_PAGES, 0 },
	{ "the first", 0, 1, 0 },
	{ "the middle", 3, 4, 0 },
	{ "all behind the third", 3, NR_PAGES - 3, 0 },
	{ "the last", NR_PAGES - 1, 1, 0 },
	{ "one more than all", 0, NR_PAGES + 1, -ENXIO },
	{ "one more than there are behind the third", 3, NR_PAGES - 2, -ENXIO },
	{ "one more than the last", NR_PAGES - 1, 2, -ENXIO },
	{ "at the end", NR_PAGES, 1, -ENXIO },
	{ "behind the end", NR_PAGES + 1, 1, -ENXIO },
	{ "far behind the end", ULONG_MAX / 2 >> PAGE_SHIFT, 1, -ENXIO },
};

static void window_name(const struct window *window, char *desc)
{
	strscpy(desc, window->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(window, windows, window_name);

/* Pages of the array's owner that are in front of it. */
#define IN_FRONT NR_PAGES

/**
 * struct windowed - the array, and how it is mapped
 * @pages: the pages, and on both sides some that must not be looked at
 * @bad: a page for the place @bad_at of the array, if any
 * @bad_at: that place
 * @map: vm_map_pages() or vm_map_pages_zero()
 * @ret: what it returned
 */
struct windowed {
	struct page *pages[IN_FRONT + NR_PAGES + 2];
	struct page *bad;
	unsigned int bad_at;
	int (*map)(struct vm_area_struct *vma, struct page **pages,
		   unsigned long num);
	int ret;
};

/* The vma lives on whatever becomes of it, to be looked at. */
static int map_window(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct windowed *w = pf->data;

	w->ret = w->map(vma, w->pages + IN_FRONT, NR_PAGES);
	return 0;
}

static struct mapping map_windowed_as(struct kunit *test, struct windowed *w,
				      const struct window *window)
{
	struct mapping m = {
		.frames = frames_alloc(test, FRAMES_SCATTERED,
				       ARRAY_SIZE(w->pages), NUMA_NO_NODE),
	};
	unsigned int i;

	m.before = observe_frames(test, m.frames);
	m.pf = pfn_file_open(test, &(struct pfn_file){
		.frames = m.frames,
		.map = map_window,
		.data = w,
	});
	m.us = user_space_create(test);
	for (i = 0; i < ARRAY_SIZE(w->pages); i++)
		w->pages[i] = pfn_to_page(m.frames->frame[i].pfn);
	if (w->bad)
		w->pages[IN_FRONT + w->bad_at] = w->bad;
	m.addr = user_mmap(m.us, m.pf->file, window->vma_pages,
			   PROT_READ | PROT_WRITE, MAP_SHARED, window->pgoff);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}

static struct mapping map_windowed(struct kunit *test, struct windowed *w)
{
	return map_windowed_as(test, w, test->param_value);
}

/* The whole vma is pages @first and on, of the array. */
static void expect_window(struct kunit *test, const struct mapping *m,
			  unsigned int first, unsigned int nr)
{
	unsigned int i;

	first += IN_FRONT;

	KUNIT_EXPECT_EQ(test, nr, observe_nr_ptes(m->us, m->addr, NR_PAGES));
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ_MSG(test, m->frames->frame[first + i].pfn,
				    observe_pte(m->us, mapping_page(m, i)).pfn,
				    "page %u", i);
	for (i = 0; i < m->frames->nr; i++)
		expect_frame_counted(test, m->before, i,
				     i >= first && i < first + nr);
	expect_rss(test, m->us, nr, 0);
}

/* 'Fail if the user requested offset is beyond the end of the object' */
static void vm_map_pages_maps_just_the_window(struct kunit *test)
{
	const struct window *window = test->param_value;
	struct windowed w = { .map = vm_map_pages, .ret = 1 };
	struct mapping m = map_windowed(test, &w);

	KUNIT_EXPECT_EQ(test, w.ret, window->ret);
	if (window->ret)
		expect_window(test, &m, 0, 0);
	else
		expect_window(test, &m, window->pgoff, window->vma_pages);
}

/* 'Did not consider vm_pgoff': the window is at the start, always. */
static void vm_map_pages_zero_ignores_the_offset(struct kunit *test)
{
	const struct window *window = test->param_value;
	struct windowed w = { .map = vm_map_pages_zero, .ret = 1 };
	struct mapping m = map_windowed(test, &w);

	if (window->vma_pages > NR_PAGES) {
		KUNIT_EXPECT_EQ(test, w.ret, -ENXIO);
		expect_window(test, &m, 0, 0);
	} else {
		KUNIT_EXPECT_EQ(test, w.ret, 0);
		expect_window(test, &m, 0, window->vma_pages);
	}
}

/*
 * 'If we fail to insert any page into the vma, the function will return
 * immediately leaving any previously inserted pages present.'
 */
static void vm_map_pages_stops_at_a_page_that_is_refused(struct kunit *test)
{
	static const struct window all = { "all", 0, NR_PAGES };
	void *slab = kunit_kmalloc(test, 64, GFP_KERNEL);
	struct windowed w = { .map = vm_map_pages, .bad_at = 5, .ret = 1 };
	struct mapping m;

	KUNIT_ASSERT_NOT_NULL(test, slab);
	w.bad = virt_to_page(slab);
	m = map_windowed_as(test, &w, &all);
	KUNIT_EXPECT_EQ(test, w.ret, -EINVAL);
	expect_window(test, &m, 0, w.bad_at);
}

/**
 * struct action - what f_op->mmap_prepare asks for
 * @page: first page to map
 * @pages: the pages; from the first page on if @full
 * @nr: how many
 * @full: the whole mapping
 * @vm_flags: flags that the driver sets itself
 * @error: reported instead of what happens; 0 for just that
 */
struct action {
	unsigned long page;
	struct page **pages;
	unsigned long nr;
	bool full;
	unsigned long vm_flags;
	int error;
};

static void act(struct pfn_file *pf, struct vm_area_desc *desc)
{
	const struct action *action = pf->data;

	if (action->full)
		compat_action_map_pages_full(desc, action->pages);
	else
		compat_action_map_pages(desc, action->page, action->pages,
					action->nr);
	if (action->error)
		compat_action_fail_with(desc, action->error);
}

/* As mapping_create(), but mmap may fail. */
static struct mapping map_by_action(struct kunit *test, struct action *action)
{
	struct mapping m = {
		.frames = frames_alloc(test, FRAMES_SCATTERED, NR_PAGES,
				       NUMA_NO_NODE),
	};

	needs_mmap_prepare(test);
	m.before = observe_frames(test, m.frames);
	if (!action->pages)
		action->pages = frames_pages(test, m.frames);
	m.pf = pfn_file_open(test, &(struct pfn_file){
		.frames = m.frames,
		.vm_flags = action->vm_flags,
		.prepare = true,
		.act = act,
		.data = action,
	});
	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, NR_PAGES, PROT_READ | PROT_WRITE,
			   MAP_SHARED, 0);
	return m;
}

/* Covers: map_kernel_pages_prepare(VMA_MIXEDMAP_BIT) */
static void prepared_pages_are_mapped_and_counted(struct kunit *test)
{
	struct action action = { .full = true };
	struct mapping m = map_by_action(test, &action);
	unsigned long word = 0;
	struct vma_view vma;

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.flags & (VM_MIXEDMAP | VM_PFNMAP),
			VM_MIXEDMAP);
	expect_first_pages_counted(test, &m, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[2].pfn, 0));
}

/* Covers: map_kernel_pages_prepare(VMA_MIXEDMAP_BIT) */
static void prepared_pages_may_have_vm_mixedmap_already(struct kunit *test)
{
	struct action action = { .full = true, .vm_flags = VM_MIXEDMAP };
	struct mapping m = map_by_action(test, &action);
	struct vma_view vma;

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.flags & (VM_MIXEDMAP | VM_PFNMAP),
			VM_MIXEDMAP);
	expect_first_pages_counted(test, &m, NR_PAGES);
}

static void prepared_pages_may_be_a_part(struct kunit *test)
{
	struct action action = { .page = NR_PAGES - 3, .nr = 3 };
	struct mapping m = map_by_action(test, &action);
	unsigned int i;

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 3);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, m.frames->frame[i].pfn,
				observe_pte(m.us, mapping_page(&m, action.page + i)).pfn);
	expect_rss(test, m.us, 3, 0);
}

static void expect_no_mapping(struct kunit *test, const struct mapping *m,
			      int error)
{
	KUNIT_EXPECT_EQ(test, (long)m->addr, error);
	KUNIT_EXPECT_EQ(test, m->us->mm->map_count, 0);
	expect_rss(test, m->us, 0, 0);
	expect_frames_untouched(test, m->before);
}

static void prepared_pages_outside_are_refused(struct kunit *test)
{
	struct action behind = { .page = NR_PAGES - 1, .nr = 2 };
	struct action below = { .page = -1UL, .nr = 1 };
	struct mapping m = map_by_action(test, &behind);

	expect_no_mapping(test, &m, -EFAULT);
	m = map_by_action(test, &below);
	expect_no_mapping(test, &m, -EFAULT);
}

/* With a bad page in the middle: 'an error, at which point the VMA will be unmapped'. */
static struct mapping map_with_a_bad_page(struct kunit *test, int error)
{
	struct frames *frames = frames_alloc(test, FRAMES_SCATTERED, NR_PAGES,
					     NUMA_NO_NODE);
	struct frames_state *before = observe_frames(test, frames);
	void *slab = kunit_kmalloc(test, 64, GFP_KERNEL);
	struct action action = {
		.pages = frames_pages(test, frames),
		.full = true,
		.error = error,
	};
	struct mapping m;

	KUNIT_ASSERT_NOT_NULL(test, slab);
	action.pages[5] = virt_to_page(slab);
	m = map_by_action(test, &action);
	m.before = before;
	return m;
}

static void prepared_bad_page_undoes_the_mapping(struct kunit *test)
{
	struct mapping m = map_with_a_bad_page(test, 0);

	expect_no_mapping(test, &m, -EINVAL);
}

static void prepared_error_is_the_drivers_choice(struct kunit *test)
{
	struct mapping m = map_with_a_bad_page(test, -EAGAIN);

	expect_no_mapping(test, &m, -EAGAIN);
}

static struct kunit_case mm_pfnmap_map_pages_cases[] = {
	KUNIT_CASE(prepared_pages_are_mapped_and_counted),
	KUNIT_CASE(prepared_pages_may_have_vm_mixedmap_already),
	KUNIT_CASE(prepared_pages_may_be_a_part),
	KUNIT_CASE(prepared_pages_outside_are_refused),
	KUNIT_CASE(prepared_bad_page_undoes_the_mapping),
	KUNIT_CASE(prepared_error_is_the_drivers_choice),
	KUNIT_CASE(vm_map_pages_stops_at_a_page_that_is_refused),
	KUNIT_CASE_PARAM(vm_map_pages_maps_just_the_window, window_gen_params),
	KUNIT_CASE_PARAM(vm_map_pages_zero_ignores_the_offset,
			 window_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_map_pages_suite = {
	.name = "mm_pfnmap_map_pages",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_map_pages_cases,
};

kunit_test_suite(mm_pfnmap_map_pages_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: arrays of struct pages mapped at mmap time");
MODULE_LICENSE("GPL");
