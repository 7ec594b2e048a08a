// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: its fault handler alone, before
 * anybody accesses memory by what it maps.
 */
#include <linux/gfp.h>
#include <linux/mm.h>

#include "mspec_trial.h"

/**
 * struct seen - a vma of the device
 * @flags: its flags
 * @area: the memory behind it
 * @pgoff: for call_fault(): offset of the page that is touched
 * @result: what the fault handler returned
 */
struct seen {
	unsigned long flags;
	struct mspec_area *area;
	pgoff_t pgoff;
	vm_fault_t result;
};

static int look(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	struct seen *seen = data;

	seen->flags = vma->vm_flags;
	seen->area = vma->vm_private_data;
	return 0;
}

static int call_fault(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	struct seen *seen = data;
	struct vm_fault vmf = { .vma = vma, .address = addr, .pgoff = seen->pgoff };

	seen->result = vma->vm_ops->fault(&vmf);
	return 0;
}

/* A mapping of a driver of the test's own, all of which is as it should be. */
static struct mspec_test *map_trial(struct kunit *test, unsigned long nr_pages,
				    unsigned long *addr, struct seen *seen)
{
	const unsigned long raw = VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_test *mt = mspec_begin(test, MSPEC_TRIAL_CACHED);

	*addr = map_pages(test, nr_pages);
	*seen = (struct seen){};
	KUNIT_ASSERT_EQ(test, 0, user_call_locked(mt->us, *addr, look, seen));
	KUNIT_ASSERT_EQ(test, seen->flags & raw, raw);
	KUNIT_ASSERT_NOT_NULL(test, seen->area);
	KUNIT_ASSERT_PTR_EQ(test, seen->area->dev, dev);
	KUNIT_ASSERT_EQ(test, seen->area->nr_pages, nr_pages);
	KUNIT_ASSERT_EQ(test, refcount_read(&seen->area->users), 1);
	return mt;
}

static void touch_page(struct kunit *test, struct seen *seen, unsigned long addr,
		       unsigned long index)
{
	struct mspec_test *mt = test->priv;

	seen->pgoff = index;
	KUNIT_ASSERT_EQ(test, 0, user_call_locked(mt->us, page_addr(addr, index),
						  call_fault, seen));
}

static void touch_maps_the_page_it_takes(struct kunit *test)
{
	struct mspec_test *mt;
	unsigned long addr;
	struct pte_view pte;
	struct seen seen;

	mt = map_trial(test, 4, &addr, &seen);
	touch_page(test, &seen, addr, 2);
	EXPECT_VM_FAULT(test, seen.result, VM_FAULT_NOPAGE);
	granule_of(test, seen.area->frames[2]);
	pte = observe_pte(mt->us, page_addr(addr, 2));
	KUNIT_EXPECT_TRUE(test, pte.present);
	KUNIT_EXPECT_EQ(test, pte.pfn, mspec_frame_pfn(seen.area->frames[2]));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).hit, 1);
	KUNIT_EXPECT_EQ(test, seen.area->frames[1], 0);
	KUNIT_EXPECT_EQ(test, seen.area->frames[3], 0);
}

static void next_touch_takes_no_other_page(struct kunit *test)
{
	unsigned long addr, frame;
	struct mspec_test *mt;
	struct seen seen;

	mt = map_trial(test, 1, &addr, &seen);
	touch_page(test, &seen, addr, 0);
	frame = seen.area->frames[0];
	touch_page(test, &seen, addr, 0);
	EXPECT_VM_FAULT(test, seen.result, VM_FAULT_NOPAGE);
	KUNIT_EXPECT_EQ(test, seen.area->frames[0], frame);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).hit, 1);
}

/* Stands in for mspec_home_node(): nobody asks it for a page that is there. */
static int home_never(void)
{
	KUNIT_FAIL(kunit_get_current_test(), "a page is looked for");
	return HOME;
}

static void page_that_is_there_is_not_looked_for(struct kunit *test)
{
	unsigned long addr;
	struct seen seen;

	map_trial(test, 1, &addr, &seen);
	touch_page(test, &seen, addr, 0);
	kunit_activate_static_stub(test, mspec_home_node, home_never);
	touch_page(test, &seen, addr, 0);
	EXPECT_VM_FAULT(test, seen.result, VM_FAULT_NOPAGE);
}

static void touch_behind_the_end_is_sigbus(struct kunit *test)
{
	unsigned long addr;
	struct seen seen;

	map_trial(test, 2, &addr, &seen);
	seen.pgoff = 2;
	KUNIT_ASSERT_EQ(test, 0, user_call_locked(((struct mspec_test *)test->priv)->us,
						  addr, call_fault, &seen));
	EXPECT_VM_FAULT(test, seen.result, VM_FAULT_SIGBUS);
}

static void touch_without_a_page_is_oom(struct kunit *test)
{
	struct mspec_test *mt;
	unsigned long addr;
	struct seen seen;

	mt = map_trial(test, 1, &addr, &seen);
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	touch_page(test, &seen, addr, 0);
	EXPECT_VM_FAULT(test, seen.result, VM_FAULT_OOM);
	KUNIT_EXPECT_EQ(test, seen.area->frames[0], 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(mt->us, addr, 1), 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).refused, 1);
}

/* All that a device could ever hand out, and not a page more. */
static void ranges_of_a_device_make_larger_mappings(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_test *mt = mspec_begin(test, MSPEC_TRIAL_CACHED);
	unsigned long pages[3] = {
		totalram_pages() + 1, totalram_pages() + 16, totalram_pages() + 17,
	};
	unsigned long with[3], without[3];
	unsigned int i;

	needs_user_addresses(test, 3 * pages[2]);
	/* As far as the size of mappings goes: it is none for the pools. */
	dev->ranges[0].size = 16 * PAGE_SIZE;
	for (i = 0; i < 3; i++) {
		without[i] = user_mmap(mt->us, mt->file, pages[i], PROT_READ | PROT_WRITE,
				       MAP_SHARED, 0);
		dev->nr_ranges = 1;
		with[i] = user_mmap(mt->us, mt->file, pages[i], PROT_READ | PROT_WRITE,
				    MAP_SHARED, 0);
		dev->nr_ranges = 0;
	}
	dev->ranges[0].size = 0;
	KUNIT_EXPECT_EQ(test, -ENOMEM, (long)without[0]);
	KUNIT_EXPECT_FALSE(test, IS_ERR_VALUE(with[0]));
	KUNIT_EXPECT_FALSE(test, IS_ERR_VALUE(with[1]));
	KUNIT_EXPECT_EQ(test, -ENOMEM, (long)with[2]);
}

static void area_of_insane_size_is_refused_in_silence(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_area *area = NULL;

	EXPECT_WARNINGS(test, 0)
		area = mspec_area_create(dev, INT_MAX / sizeof(long) + 1);
	KUNIT_EXPECT_NULL(test, area);
}

/* Without touches, what is behind a mapping of 4096 pages is just its area. */
static void areas_are_freed(struct kunit *test)
{
	const enum mspec_kind kind = *(const enum mspec_kind *)test->param_value;
	const unsigned long nr_pages = 4096;
	struct mspec_test *mt;
	unsigned long addr;
	long before;
	int i;

	needs_exact_counts(test);
	trial_device(test, kind);
	mt = mspec_begin(test, MSPEC_NR_KINDS + kind);
	before = pages_in_use();
	for (i = 0; i < 64; i++) {
		addr = map_pages(test, nr_pages);
		KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, nr_pages));
	}
	KUNIT_EXPECT_LT(test, pages_in_use() - before, SLACK);
}

static struct kunit_case mspec_touch_cases[] = {
	KUNIT_CASE(touch_maps_the_page_it_takes),
	KUNIT_CASE(next_touch_takes_no_other_page),
	KUNIT_CASE(page_that_is_there_is_not_looked_for),
	KUNIT_CASE(touch_behind_the_end_is_sigbus),
	KUNIT_CASE(touch_without_a_page_is_oom),
	KUNIT_CASE(ranges_of_a_device_make_larger_mappings),
	KUNIT_CASE(area_of_insane_size_is_refused_in_silence),
	KUNIT_CASE_PARAM(areas_are_freed, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_touch_suite = {
	.name = "mspec_touch",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_touch_cases,
};

kunit_test_suite(mspec_touch_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for the mspec driver's fault handler");
MODULE_LICENSE("GPL");
