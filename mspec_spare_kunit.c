// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: spare ranges, which ones are taken, what their
 * frames are like, and which are refused.
 *
 * Most cases load a driver of their own, see mspec_trial.h. The memory is named on
 * the command line: mspec_spare_kunit.spare=SIZE@ADDR,...
 */
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include "mspec_trial.h"

static char *spare[MSPEC_MAX_RANGES];
static unsigned int nr_spare;
module_param_array(spare, charp, &nr_spare, 0444);
MODULE_PARM_DESC(spare, "SIZE@ADDR,... memory without struct pages, for the suite");

/* A part of a range that is the suite's. */
struct piece {
	u64 start;
	u64 size;
	char spec[48];
};

static struct piece *piece_of(struct kunit *test, unsigned int item, u64 offset, u64 size)
{
	struct piece *piece = kunit_kzalloc(test, sizeof(*piece), GFP_KERNEL);
	struct mspec_range range;
	const char *error;

	if (item >= nr_spare)
		kunit_skip(test, "needs mspec_spare_kunit.spare=");
	KUNIT_ASSERT_NOT_NULL(test, piece);
	error = mspec_spare_parse(spare[item], NULL, 0, &range);
	KUNIT_ASSERT_NULL_MSG(test, error, "%s", error);
	KUNIT_ASSERT_GE(test, range.size, offset + size);
	piece->start = range.start + offset;
	piece->size = size;
	snprintf(piece->spec, sizeof(piece->spec), "%#llx@%#llx", size, piece->start);
	return piece;
}

static void trial_add(const char *spec)
{
	mspec_trial.spare[mspec_trial.nr_spare++] = (char *)spec;
}

/* Taken */

/* Nobody has the memory. */
static void expect_unclaimed(struct kunit *test, const struct piece *piece)
{
	struct resource *region = request_mem_region(piece->start, piece->size, "suite");

	KUNIT_EXPECT_NOT_NULL(test, region);
	if (region)
		release_mem_region(piece->start, piece->size);
}

static void spare_range_serves_its_node(struct kunit *test)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_UNCACHED];
	u64 begin = kernel_log_end();
	struct piece *pieces[MSPEC_MAX_RANGES];
	struct mspec_node_counts counts;
	unsigned int i;
	char line[96];
	int nid;

	trial_reset();
	for (i = 0; i < max(nr_spare, 1U); i++) {
		pieces[i] = piece_of(test, i, 0, SZ_64K);
		trial_add(pieces[i]->spec);
	}
	trial_load(test);
	KUNIT_ASSERT_EQ(test, dev->nr_ranges, nr_spare);
	KUNIT_EXPECT_TRUE(test, dev->registered);
	for (i = 0; i < nr_spare; i++) {
		nid = topology_pfn_node(PHYS_PFN(pieces[i]->start));
		KUNIT_ASSERT_PTR_EQ(test, dev->ranges[i].pool, &dev->pools[nid]);
		snprintf(line, sizeof(line), "spare=%s: on node %d", pieces[i]->spec, nid);
		KUNIT_EXPECT_TRUE_MSG(test, kernel_log_has(begin, line), "%s", line);
		mspec_node_count(MSPEC_TRIAL_UNCACHED, nid, &counts);
		KUNIT_EXPECT_GE(test, counts.spare, PHYS_PFN(SZ_64K));
	}
	KUNIT_EXPECT_EQ(test, mspec_count(MSPEC_TRIAL_UNCACHED).spare, nr_spare * PHYS_PFN(SZ_64K));
	KUNIT_EXPECT_FALSE(test, kernel_log_has(begin, "refused"));
}

static void device_of_spare_frames_needs_no_pages(struct kunit *test)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_UNCACHED];

	piece_of(test, 0, 0, PAGE_SIZE);
	trial_reset();
	trial_add(piece_of(test, 0, 0, PAGE_SIZE)->spec);
	dev->grows = false;
	trial_load(test);
	dev->grows = mspec_grows(MSPEC_UNCACHED);
	KUNIT_EXPECT_TRUE(test, dev->registered);
}

static void unloaded_driver_leaves_its_ranges_to_others(struct kunit *test)
{
	struct piece *one = piece_of(test, 0, 0, SZ_64K);
	struct piece *two = piece_of(test, 0, SZ_64K, SZ_64K);

	trial_reset();
	trial_add(one->spec);
	trial_add(two->spec);
	KUNIT_ASSERT_EQ(test, 0, mspec_load(&mspec_trial));
	KUNIT_EXPECT_EQ(test, mspec_trial.devices[MSPEC_UNCACHED].nr_ranges, 2);
	KUNIT_EXPECT_NULL(test, request_mem_region(one->start, PAGE_SIZE, "suite"));
	KUNIT_EXPECT_NULL(test, request_mem_region(two->start, PAGE_SIZE, "suite"));
	mspec_unload(&mspec_trial);
	trial_expect_unloaded(test);
	expect_unclaimed(test, one);
	expect_unclaimed(test, two);
}

static bool range_is_zero(struct kunit *test, const struct mspec_range *range, u64 offset,
			  size_t size)
{
	void *copy = kunit_kmalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy_fromio(copy, range->virt + offset, size);
	return !memchr_inv(copy, 0, size);
}

/* Two ranges of different size on one node, with what was in the memory before. */
static struct mspec_device *load_ranges(struct kunit *test, u64 between)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_UNCACHED];
	struct piece *one = piece_of(test, 0, SZ_64K, SZ_32K);
	struct piece *two = piece_of(test, 0, SZ_64K + SZ_32K + between, SZ_16K);
	void __iomem *before = ioremap(one->start, SZ_128K);

	KUNIT_ASSERT_NOT_NULL(test, (__force void *)before);
	memset_io(before, 0xa5, SZ_128K);
	iounmap(before);
	trial_reset();
	trial_add(one->spec);
	trial_add(two->spec);
	trial_load(test);
	KUNIT_ASSERT_EQ(test, dev->nr_ranges, 2);
	KUNIT_ASSERT_PTR_EQ(test, dev->ranges[0].pool, dev->ranges[1].pool);
	return dev;
}

static struct mspec_device *load_two_ranges(struct kunit *test)
{
	return load_ranges(test, SZ_32K);
}

static void spare_range_is_zero_from_the_beginning(struct kunit *test)
{
	struct mspec_device *dev = load_two_ranges(test);

	KUNIT_EXPECT_TRUE(test, range_is_zero(test, &dev->ranges[0], 0, SZ_32K));
	KUNIT_EXPECT_TRUE(test, range_is_zero(test, &dev->ranges[1], 0, SZ_16K));
}

/* The driver zeroes its ranges and nothing else. */
static void memory_beside_a_spare_range_is_left_alone(struct kunit *test)
{
	struct mspec_device *dev = load_two_ranges(test);
	u64 end = dev->ranges[0].start + SZ_32K;
	void __iomem *between = ioremap(end, SZ_32K);
	unsigned int i, nr_changed = 0;

	KUNIT_ASSERT_NOT_NULL(test, (__force void *)between);
	for (i = 0; i < SZ_32K; i += sizeof(u32))
		nr_changed += readl(between + i) != 0xa5a5a5a5;
	iounmap(between);
	KUNIT_EXPECT_EQ(test, nr_changed, 0);
}

static const struct mspec_range *range_of_frame(struct kunit *test,
						const struct mspec_device *dev,
						unsigned long frame, u64 *offset)
{
	u64 phys = PFN_PHYS((u64)mspec_frame_pfn(frame));
	unsigned int i;

	KUNIT_ASSERT_NE(test, frame, 0);
	KUNIT_ASSERT_TRUE(test, frame & FRAME_SPARE);
	for (i = 0; i < dev->nr_ranges; i++) {
		*offset = phys - dev->ranges[i].start;
		if (*offset < dev->ranges[i].size)
			return &dev->ranges[i];
	}
	KUNIT_FAIL_AND_ABORT(test, "%#llx is in no range", phys);
	return NULL;
}

#define NR_FRAMES	PHYS_PFN(SZ_32K + SZ_16K)

static void take_all_frames(struct kunit *test, struct mspec_device *dev,
			    unsigned long *frames)
{
	struct mspec_pool *pool = dev->ranges[0].pool;
	unsigned int i, j;
	u64 offset;

	for (i = 0; i < NR_FRAMES; i++) {
		frames[i] = mspec_pool_take(dev, pool);
		range_of_frame(test, dev, frames[i], &offset);
		for (j = 0; j < i; j++)
			KUNIT_ASSERT_NE(test, frames[i], frames[j]);
		KUNIT_ASSERT_EQ(test, pool->counts.in_use, i + 1);
	}
}

/* Bytes between two ranges: a frame is given back to its own also where they touch. */
static const u64 gaps[] = { SZ_32K, 0 };

static void gap_name(const u64 *gap, char *desc)
{
	strscpy(desc, *gap ? "ranges apart" : "ranges side by side", KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(gap, gaps, gap_name);

static void spare_frames_are_taken_and_returned(struct kunit *test)
{
	struct mspec_device *dev = load_ranges(test, *(const u64 *)test->param_value);
	struct mspec_pool *pool = dev->ranges[0].pool;
	unsigned long frames[NR_FRAMES], frame;
	unsigned int i, round;

	for (round = 0; round < 2; round++) {
		take_all_frames(test, dev, frames);
		dev->grows = false;
		frame = mspec_pool_take(dev, pool);
		dev->grows = mspec_grows(MSPEC_UNCACHED);
		KUNIT_ASSERT_EQ(test, frame, 0);
		for (i = 0; i < NR_FRAMES; i++)
			mspec_return(dev, frames[i]);
		KUNIT_ASSERT_EQ(test, pool->counts.in_use, 0);
	}
	KUNIT_EXPECT_EQ(test, pool->counts.conversions, 0);
}

static void spare_frame_is_zero_when_it_is_back(struct kunit *test)
{
	struct mspec_device *dev = load_ranges(test, *(const u64 *)test->param_value);
	unsigned long frames[NR_FRAMES];
	const struct mspec_range *range;
	unsigned int i;
	u64 offset;

	take_all_frames(test, dev, frames);
	for (i = 0; i < NR_FRAMES; i++) {
		range = range_of_frame(test, dev, frames[i], &offset);
		memset_io(range->virt + offset, 0xa5, PAGE_SIZE);
	}
	for (i = 0; i < NR_FRAMES; i++) {
		mspec_return(dev, frames[i]);
		range = range_of_frame(test, dev, frames[i], &offset);
		KUNIT_ASSERT_TRUE(test, range_is_zero(test, range, offset, PAGE_SIZE));
	}
}

static void spare_frames_leave_no_lock_behind(struct kunit *test)
{
	struct mspec_device *dev = load_two_ranges(test);
	struct mspec_pool *pool = dev->ranges[0].pool;
	int before = preempt_count();
	unsigned long frame;

	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		kunit_skip(test, "needs CONFIG_PREEMPT_COUNT");
	frame = mspec_pool_take(dev, pool);
	KUNIT_ASSERT_EQ(test, before, preempt_count());
	mspec_return(dev, frame);
	KUNIT_ASSERT_EQ(test, before, preempt_count());
}

static void spare_frames_count_as_memory_that_can_be_mapped(struct kunit *test)
{
	unsigned long addr, nr_pages;
	struct mspec_test *mt;

	load_two_ranges(test);
	mt = mspec_begin(test, MSPEC_TRIAL_UNCACHED);
	nr_pages = totalram_pages() + NR_FRAMES;
	addr = map_pages(test, nr_pages);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(mt->us, addr, nr_pages));
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			(long)user_mmap(mt->us, mt->file, nr_pages + 1,
					PROT_READ | PROT_WRITE, MAP_SHARED, 0));
}

/* Refusals */

/* Loaded with a bad item and a good one behind it: the good one stays. */
static void expect_refused(struct kunit *test, const char *spec, const char *why,
			   const char *or_why)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_UNCACHED];
	struct piece *good = nr_spare ? piece_of(test, 0, 0, PAGE_SIZE) : NULL;
	u64 begin = kernel_log_end();
	char line[2][128];

	trial_reset();
	trial_add(spec);
	if (good)
		trial_add(good->spec);
	trial_load(test);
	KUNIT_EXPECT_EQ(test, dev->nr_ranges, good ? 1 : 0);
	if (good)
		KUNIT_EXPECT_EQ(test, dev->ranges[0].start, good->start);
	snprintf(line[0], sizeof(line[0]), "spare=%s refused: %s", spec, why);
	snprintf(line[1], sizeof(line[1]), "spare=%s refused: %s", spec, or_why ?: why);
	KUNIT_EXPECT_TRUE_MSG(test, kernel_log_has(begin, line[0]) ||
			      kernel_log_has(begin, line[1]), "%s", line[0]);
}

static void nonsense_is_no_spare_range(struct kunit *test)
{
	expect_refused(test, "all of it", "not SIZE@ADDR", NULL);
}

/* Where the kernel keeps no list of its memory, it has struct pages still. */
static void memory_of_the_kernel_is_not_spare(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char spec[48];

	KUNIT_ASSERT_NOT_NULL(test, page);
	snprintf(spec, sizeof(spec), "%#lx@%#llx", PAGE_SIZE, (u64)page_to_phys(page));
	expect_refused(test, spec, "the kernel uses it as memory", "it has struct pages");
	__free_page(page);
}

static void range_of_another_driver_is_not_spare(struct kunit *test)
{
	struct piece *piece = piece_of(test, 0, SZ_64K, SZ_64K);

	KUNIT_ASSERT_NOT_NULL(test, request_mem_region(piece->start + SZ_32K, PAGE_SIZE,
						       "suite"));
	expect_refused(test, piece->spec, "in use by another driver", NULL);
	release_mem_region(piece->start + SZ_32K, PAGE_SIZE);
}

/* x86 does not map the same memory in two cache modes. */
static void range_that_is_mapped_cached_is_not_spare(struct kunit *test)
{
	struct piece *piece = piece_of(test, 0, SZ_64K, SZ_64K);
	void *cached;

	needs_memtype(test);
	cached = memremap(piece->start, piece->size, MEMREMAP_WB);
	KUNIT_ASSERT_NOT_NULL(test, cached);
	expect_refused(test, piece->spec, "cannot be mapped uncached", NULL);
	memunmap(cached);
	expect_unclaimed(test, piece);
}

/* Stands in for mspec_target_node(): a node ends where the test says. */
static int node_ends(u64 start)
{
	const struct piece *piece = kunit_get_current_test()->priv;

	return start >= piece->start + piece->size ? MAX_NUMNODES : first_memory_node;
}

static void range_on_two_nodes_is_not_spare(struct kunit *test)
{
	struct piece *piece = piece_of(test, 0, SZ_64K, SZ_64K);

	test->priv = piece;
	kunit_activate_static_stub(test, mspec_target_node, node_ends);
	piece->size -= PAGE_SIZE;
	expect_refused(test, piece->spec, "on more than one node", NULL);
}

static void range_up_to_the_end_of_its_node_is_spare(struct kunit *test)
{
	struct piece *piece = piece_of(test, 0, SZ_64K, SZ_64K);

	test->priv = piece;
	kunit_activate_static_stub(test, mspec_target_node, node_ends);
	trial_reset();
	trial_add(piece->spec);
	trial_load(test);
	KUNIT_EXPECT_EQ(test, mspec_trial.devices[MSPEC_UNCACHED].nr_ranges, 1);
}

/* Without memory for one of its steps, a range is refused, and free for others. */
static void check_failing_loads(struct kunit *test, bool tracked)
{
	struct piece *piece = piece_of(test, 0, SZ_64K, SZ_16K);
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_UNCACHED];
	unsigned int nth, nr_refused = 0;
	bool failed = true;
	int err;

	needs_failures(test);
	for (nth = 1; nth < 500 && failed; nth++) {
		trial_reset();
		trial_add(piece->spec);
		failures_arm(nth);
		err = mspec_load(&mspec_trial);
		failed = failures_disarm();
		if (!err) {
			nr_refused += !dev->nr_ranges;
			KUNIT_EXPECT_EQ(test, mspec_count(MSPEC_TRIAL_UNCACHED).spare,
					dev->nr_ranges * PHYS_PFN(SZ_16K));
			mspec_unload(&mspec_trial);
		}
		trial_expect_unloaded(test);
		expect_unclaimed(test, piece);
		if (tracked)
			expect_frames_untracked(test, PHYS_PFN(piece->start), PHYS_PFN(SZ_16K));
	}
	/* For the pool, for the kernel's own mapping, and for the range in the pool. */
	KUNIT_EXPECT_GT(test, nr_refused, 2);
	KUNIT_EXPECT_FALSE_MSG(test, failed, "more than 500 allocations");
}

static void spare_range_survives_each_failing_allocation(struct kunit *test)
{
	check_failing_loads(test, false);
}

/* x86 lists what is mapped: Documentation/arch/x86/pat.rst. */
static void refused_range_is_not_mapped_any_more(struct kunit *test)
{
	needs_memtype(test);
	check_failing_loads(test, true);
}

/* Struct pages */

static bool has_struct_pages(unsigned long pfn, unsigned long nr_pages)
{
	const struct mspec_range range = {
		.start = PFN_PHYS((u64)pfn), .size = PFN_PHYS((u64)nr_pages),
	};

	return mspec_has_struct_pages(&range);
}

static void range_has_struct_pages_if_one_of_it_has(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long end;

	KUNIT_ASSERT_NOT_NULL(test, page);
	end = page_to_pfn(page);
	__free_page(page);
	while (pfn_valid(end))
		end++;

	KUNIT_EXPECT_TRUE(test, has_struct_pages(end - 1, 1));
	KUNIT_EXPECT_TRUE(test, has_struct_pages(end - 1, 2));
	KUNIT_EXPECT_FALSE(test, has_struct_pages(end, 1));
	KUNIT_EXPECT_FALSE(test, has_struct_pages(end, 2));
}

/* Up to where there are some again. */
static void range_has_none_of_the_struct_pages_behind_it(struct kunit *test)
{
	struct piece *piece = piece_of(test, 0, 0, PAGE_SIZE);
	unsigned long end = PHYS_PFN(piece->start), nr;

	for (nr = 0; !pfn_valid(end) && nr < PHYS_PFN(SZ_128M); nr++)
		end++;
	if (!pfn_valid(end))
		kunit_skip(test, "needs memory with struct pages behind the suite's");
	KUNIT_EXPECT_FALSE(test, has_struct_pages(end - 1, 1));
	KUNIT_EXPECT_FALSE(test, has_struct_pages(end - 2, 2));
	KUNIT_EXPECT_TRUE(test, has_struct_pages(end - 1, 2));
}

static struct kunit_case mspec_spare_cases[] = {
	KUNIT_CASE(device_of_spare_frames_needs_no_pages),
	KUNIT_CASE(spare_range_serves_its_node),
	KUNIT_CASE(unloaded_driver_leaves_its_ranges_to_others),
	KUNIT_CASE(spare_range_is_zero_from_the_beginning),
	KUNIT_CASE(memory_beside_a_spare_range_is_left_alone),
	KUNIT_CASE_PARAM(spare_frames_are_taken_and_returned, gap_gen_params),
	KUNIT_CASE_PARAM(spare_frame_is_zero_when_it_is_back, gap_gen_params),
	KUNIT_CASE(spare_frames_leave_no_lock_behind),
	KUNIT_CASE(spare_frames_count_as_memory_that_can_be_mapped),
	KUNIT_CASE(nonsense_is_no_spare_range),
	KUNIT_CASE(memory_of_the_kernel_is_not_spare),
	KUNIT_CASE(range_of_another_driver_is_not_spare),
	KUNIT_CASE(range_that_is_mapped_cached_is_not_spare),
	KUNIT_CASE(range_on_two_nodes_is_not_spare),
	KUNIT_CASE(range_up_to_the_end_of_its_node_is_spare),
	KUNIT_CASE(spare_range_survives_each_failing_allocation),
	KUNIT_CASE(refused_range_is_not_mapped_any_more),
	KUNIT_CASE(range_has_struct_pages_if_one_of_it_has),
	KUNIT_CASE(range_has_none_of_the_struct_pages_behind_it),
	{}
};

static struct kunit_suite mspec_spare_suite = {
	.name = "mspec_spare",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_spare_cases,
};

kunit_test_suite(mspec_spare_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for spare ranges of the mspec driver");
MODULE_LICENSE("GPL");
