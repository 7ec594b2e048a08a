// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: its pools, by the functions that
 * take pages from them, return them, and give them back.
 *
 * What they do is looked at before anything relies on it, see mspec_trial.h.
 */
#include <linux/gfp.h>
#include <linux/preempt.h>
#include <linux/shrinker.h>

#include "mspec_trial.h"

/* Pools: taking and returning */

static void take_all_of_a_granule(struct kunit *test, struct mspec_device *dev,
				  unsigned long *frames)
{
	struct mspec_pool *pool = home_pool(dev);
	struct mspec_granule *granule = NULL;
	unsigned int i, j;

	for (i = 0; i < GRANULE; i++) {
		frames[i] = mspec_pool_take(dev, pool);
		if (i)
			KUNIT_ASSERT_PTR_EQ(test, granule_of(test, frames[i]), granule);
		granule = granule_of(test, frames[i]);
		for (j = 0; j < i; j++)
			KUNIT_ASSERT_NE(test, frames[i], frames[j]);
		KUNIT_ASSERT_EQ(test, pool->counts.in_use, i + 1);
		KUNIT_ASSERT_EQ(test, pool->counts.converted, GRANULE);
		KUNIT_ASSERT_TRUE(test, list_empty(&pool->idle));
		KUNIT_ASSERT_EQ(test, list_empty(&pool->some), i == GRANULE - 1);
		KUNIT_ASSERT_EQ(test, list_empty(&pool->full), i < GRANULE - 1);
	}
}

static void pages_of_a_granule_are_taken_one_by_one(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	unsigned long frames[GRANULE];
	unsigned int i;

	take_all_of_a_granule(test, dev, frames);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&home_pool(dev)->grow));
	for (i = 0; i < GRANULE; i++)
		mspec_return(dev, frames[i]);
}

static void granule_is_idle_when_its_last_page_is_back(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_pool *pool = home_pool(dev);
	unsigned long frames[GRANULE], frame;
	struct mspec_granule *granule;
	unsigned int i;

	take_all_of_a_granule(test, dev, frames);
	granule = granule_of(test, frames[0]);
	for (i = 0; i < GRANULE; i++) {
		KUNIT_ASSERT_TRUE(test, list_empty(&pool->idle));
		KUNIT_ASSERT_EQ(test, pool->nr_idle, 0);
		mspec_return(dev, frames[i]);
		KUNIT_ASSERT_EQ(test, hweight_long(granule->free), i + 1);
		KUNIT_ASSERT_EQ(test, pool->counts.in_use, GRANULE - 1 - i);
		KUNIT_ASSERT_TRUE(test, list_empty(&pool->full));
	}
	KUNIT_ASSERT_TRUE(test, list_empty(&pool->some));
	KUNIT_ASSERT_FALSE(test, list_empty(&pool->idle));
	KUNIT_EXPECT_EQ(test, pool->nr_idle, GRANULE);

	/* It is there for the next. */
	frame = mspec_pool_take(dev, pool);
	KUNIT_EXPECT_PTR_EQ(test, granule_of(test, frame), granule);
	KUNIT_EXPECT_EQ(test, pool->nr_idle, 0);
	KUNIT_EXPECT_EQ(test, pool->counts.conversions, GRANULE);
	mspec_return(dev, frame);
}

static void page_is_zero_when_it_is_back(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, *(const enum mspec_kind *)test->param_value);
	unsigned long frame;
	struct page *page;

	if (!dev->grows)
		kunit_skip(test, "needs an architecture that can make pages uncached");
	frame = mspec_pool_take(dev, home_pool(dev));
	granule_of(test, frame);
	page = pfn_to_page(mspec_frame_pfn(frame));
	memset(page_address(page), 0xa5, PAGE_SIZE);
	mspec_return(dev, frame);
	KUNIT_EXPECT_NULL(test, memchr_inv(page_address(page), 0, PAGE_SIZE));
}

static void pool_that_cannot_grow_has_no_page(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_pool *pool = home_pool(dev);

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	KUNIT_EXPECT_EQ(test, mspec_pool_take(dev, pool), 0);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&pool->grow));
	KUNIT_EXPECT_EQ(test, pool->counts.converted, 0);
	KUNIT_EXPECT_EQ(test, pool->counts.in_use, 0);
}

/* Stands in for mspec_granule_alloc(). */
static struct page *alloc_never(int nid, unsigned int order)
{
	KUNIT_FAIL(kunit_get_current_test(), "page allocator asked for node %d", nid);
	return NULL;
}

/* As the uncached one, where the kernel's own mapping stays cached. */
static void device_without_pages_does_not_ask_for_them(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);

	dev->grows = false;
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_never);
	KUNIT_EXPECT_EQ(test, mspec_pool_take(dev, home_pool(dev)), 0);
	dev->grows = true;
}

/* Stands in for mspec_granule_alloc(). */
static struct page *alloc_grow_locked(int nid, unsigned int order)
{
	const struct mspec_device *dev = &mspec_trial.devices[MSPEC_CACHED];

	KUNIT_EXPECT_TRUE(kunit_get_current_test(), mutex_is_locked(&dev->pools[nid].grow));
	return NULL;
}

static void pool_grows_under_its_mutex(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_grow_locked);
	KUNIT_EXPECT_EQ(test, mspec_pool_take(dev, home_pool(dev)), 0);
}

/* Stands in for mspec_spare_alloc(). */
static unsigned long spare_of_a_pool(struct gen_pool *spare)
{
	KUNIT_EXPECT_NOT_NULL(kunit_get_current_test(), spare);
	return 0;
}

static void pool_without_spare_frames_is_not_asked_for_one(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	unsigned long frame;

	kunit_activate_static_stub(test, mspec_spare_alloc, spare_of_a_pool);
	frame = mspec_pool_take(dev, home_pool(dev));
	granule_of(test, frame);
	mspec_return(dev, frame);
}

/* Nodes asked */

static void take_says_where_the_page_is_from(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	int nid = NUMA_NO_NODE;
	unsigned long frame = mspec_take(dev, HOME, &nid);

	KUNIT_EXPECT_PTR_EQ(test, granule_of(test, frame)->pool, home_pool(dev));
	KUNIT_EXPECT_EQ(test, nid, HOME);
	mspec_return(dev, frame);
}

static void take_without_memory_ends_with_no_node(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	int nid = 0;

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	KUNIT_EXPECT_EQ(test, mspec_take(dev, HOME, &nid), 0);
	KUNIT_EXPECT_EQ(test, nid, NUMA_NO_NODE);
}

static void strict_take_ends_at_home(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_policy before;
	int nid = NUMA_NO_NODE;

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	before = mspec_policy_set((struct mspec_policy){ .strict = true });
	KUNIT_EXPECT_EQ(test, mspec_take(dev, HOME, &nid), 0);
	mspec_policy_set(before);
	KUNIT_EXPECT_EQ(test, nid, HOME);
}

static unsigned long events_of(const struct mspec_node_counts *counts)
{
	return counts->hit + counts->miss + counts->foreign + counts->refused;
}

static void touch_is_counted_once(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	const struct mspec_node_counts *here = &home_pool(dev)->counts;

	mspec_count_touch(dev, HOME, HOME, true);
	KUNIT_EXPECT_EQ(test, here->hit, 1);
	mspec_count_touch(dev, HOME, HOME, false);
	KUNIT_EXPECT_EQ(test, here->refused, 1);
	KUNIT_EXPECT_EQ(test, events_of(here), 2);
}

static void touch_abroad_is_counted_on_both_nodes(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	const struct mspec_node_counts *here = &home_pool(dev)->counts, *there;
	int nid;

	needs_memory_nodes(test, 2);
	nid = next_memory_node(HOME);
	there = &dev->pools[nid].counts;
	mspec_count_touch(dev, HOME, nid, true);
	KUNIT_EXPECT_EQ(test, here->foreign, 1);
	KUNIT_EXPECT_EQ(test, there->miss, 1);
	mspec_count_touch(dev, HOME, nid, false);
	KUNIT_EXPECT_EQ(test, here->refused, 1);
	KUNIT_EXPECT_EQ(test, events_of(here), 2);
	KUNIT_EXPECT_EQ(test, events_of(there), 1);
}

/* Giving back */

/* Two granules, idle. */
static void make_idle(struct kunit *test, struct mspec_device *dev)
{
	struct mspec_pool *pool = home_pool(dev);
	unsigned long frames[GRANULE], frame;
	unsigned int i;

	take_all_of_a_granule(test, dev, frames);
	frame = mspec_pool_take(dev, pool);
	KUNIT_ASSERT_NE(test, frame, 0);
	mspec_return(dev, frame);
	for (i = 0; i < GRANULE; i++)
		mspec_return(dev, frames[i]);
	KUNIT_ASSERT_EQ(test, pool->nr_idle, 2 * GRANULE);
	KUNIT_ASSERT_EQ(test, pool->counts.converted, 2 * GRANULE);
}

static void shrink_stops_when_it_has_enough(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_pool *pool = home_pool(dev);

	make_idle(test, dev);
	KUNIT_EXPECT_EQ(test, mspec_pool_shrink(dev, pool, GRANULE), GRANULE);
	KUNIT_EXPECT_EQ(test, pool->nr_idle, GRANULE);
	KUNIT_EXPECT_EQ(test, pool->counts.converted, GRANULE);
	KUNIT_EXPECT_TRUE(test, list_is_singular(&pool->idle));

	KUNIT_EXPECT_EQ(test, mspec_pool_shrink(dev, pool, 1), GRANULE);
	KUNIT_EXPECT_EQ(test, pool->nr_idle, 0);
	KUNIT_EXPECT_EQ(test, pool->counts.converted, 0);
	KUNIT_EXPECT_EQ(test, pool->counts.restored, 2 * GRANULE);
	KUNIT_EXPECT_TRUE(test, list_empty(&pool->idle));
	KUNIT_EXPECT_EQ(test, mspec_pool_shrink(dev, pool, 1), 0);
}

static unsigned long shrinker_counts(const struct mspec_device *dev, int nid)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .nid = nid };

	return dev->shrinker->count_objects(dev->shrinker, &sc);
}

static unsigned long shrinker_scans(const struct mspec_device *dev, int nid,
				    unsigned long nr_pages)
{
	struct shrink_control sc = {
		.gfp_mask = GFP_KERNEL, .nid = nid, .nr_to_scan = nr_pages,
	};

	return dev->shrinker->scan_objects(dev->shrinker, &sc);
}

static struct mspec_device *begin_shrinker(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);

	KUNIT_ASSERT_NOT_NULL(test, dev->shrinker);
	KUNIT_ASSERT_NOT_NULL(test, dev->shrinker->count_objects);
	KUNIT_ASSERT_NOT_NULL(test, dev->shrinker->scan_objects);
	KUNIT_ASSERT_PTR_EQ(test, dev->shrinker->private_data, (void *)dev);
	return dev;
}

static void shrinker_sees_what_is_idle(struct kunit *test)
{
	struct mspec_device *dev = begin_shrinker(test);
	unsigned long frame;

	KUNIT_EXPECT_EQ(test, shrinker_counts(dev, HOME), SHRINK_EMPTY);
	KUNIT_EXPECT_EQ(test, shrinker_scans(dev, HOME, 1), SHRINK_STOP);
	make_idle(test, dev);
	KUNIT_EXPECT_EQ(test, shrinker_counts(dev, HOME), 2 * GRANULE);
	frame = mspec_pool_take(dev, home_pool(dev));
	KUNIT_EXPECT_EQ(test, shrinker_counts(dev, HOME), GRANULE);
	KUNIT_EXPECT_EQ(test, shrinker_scans(dev, HOME, 1), GRANULE);
	KUNIT_EXPECT_EQ(test, shrinker_counts(dev, HOME), SHRINK_EMPTY);
	mspec_return(dev, frame);
	KUNIT_EXPECT_EQ(test, shrinker_scans(dev, HOME, ULONG_MAX), GRANULE);
}

/* Stands in for mspec_granule_alloc(): memory is in pieces. */
static struct page *alloc_single_page(int nid, unsigned int order)
{
	return order ? NULL : alloc_pages_node(nid, GFP_KERNEL | __GFP_THISNODE, 0);
}

static void shrinker_sees_single_pages(struct kunit *test)
{
	struct mspec_device *dev = begin_shrinker(test);
	unsigned long frame;

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_single_page);
	frame = mspec_pool_take(dev, home_pool(dev));
	KUNIT_EXPECT_EQ(test, granule_of(test, frame)->order, 0);
	mspec_return(dev, frame);
	KUNIT_EXPECT_EQ(test, shrinker_counts(dev, HOME), 1);
	KUNIT_EXPECT_EQ(test, shrinker_scans(dev, HOME, 1), 1);
}

/* As a write to /proc/sys/vm/drop_caches does. */
static void memory_pressure_empties_the_pools(struct kunit *test)
{
	struct mspec_device *dev;

	needs_mm_exports(test);
	dev = begin_shrinker(test);
	make_idle(test, dev);
	drop_slab_caches();
	KUNIT_EXPECT_EQ(test, home_pool(dev)->counts.restored, 2 * GRANULE);
	KUNIT_EXPECT_EQ(test, home_pool(dev)->nr_idle, 0);
}

static void unloaded_driver_has_given_its_pages_back(struct kunit *test)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_CACHED];
	struct page **pages = kunit_kcalloc(test, nr_node_ids, sizeof(*pages), GFP_KERNEL);
	unsigned long frame;
	int nid;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	trial_reset();
	KUNIT_ASSERT_EQ(test, 0, mspec_load(&mspec_trial));
	for_each_node_state(nid, N_MEMORY) {
		frame = mspec_pool_take(dev, &dev->pools[nid]);
		if (!frame)
			continue;
		pages[nid] = pfn_to_page(mspec_frame_pfn(frame));
		get_page(pages[nid]);
		mspec_return(dev, frame);
	}
	mspec_unload(&mspec_trial);
	for_each_node_state(nid, N_MEMORY) {
		KUNIT_EXPECT_NOT_NULL_MSG(test, pages[nid], "node %d", nid);
		if (!pages[nid])
			continue;
		KUNIT_EXPECT_EQ_MSG(test, page_count(pages[nid]), 1, "node %d", nid);
		put_page(pages[nid]);
	}
}

/* Locks */

static void needs_preempt_count(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		kunit_skip(test, "needs CONFIG_PREEMPT_COUNT");
}

/* Taken just as often as it is released, so that preemption is as it was. */
#define EXPECT_BALANCED(test, what)					\
	do {								\
		int __before = preempt_count();				\
									\
		what;							\
		KUNIT_ASSERT_EQ_MSG(test, __before, preempt_count(),	\
				    "%s", #what);			\
	} while (0)

static void locks_are_released(struct kunit *test)
{
	struct mspec_device *dev;
	struct mspec_granule *granule;
	struct mspec_pool *pool;
	struct mspec_node_counts counts;
	unsigned long frame;

	needs_preempt_count(test);
	dev = trial_device(test, MSPEC_CACHED);
	pool = home_pool(dev);
	EXPECT_BALANCED(test, mspec_node_count(MSPEC_TRIAL_CACHED, HOME, &counts));
	EXPECT_BALANCED(test, mspec_count_touch(dev, HOME, HOME, true));
	EXPECT_BALANCED(test, mspec_pool_shrink(dev, pool, 1));
	EXPECT_BALANCED(test, granule = mspec_granule_create(dev, pool));
	KUNIT_ASSERT_NOT_NULL(test, granule);

	/* By hand, so that there is something to take without growing. */
	list_add(&granule->link, &pool->some);
	pool->counts.converted += GRANULE;
	EXPECT_BALANCED(test, frame = mspec_pool_take(dev, pool));
	EXPECT_BALANCED(test, mspec_return(dev, frame));
	list_del(&granule->link);
	pool->nr_idle -= GRANULE;
	pool->counts.converted -= GRANULE;
	EXPECT_BALANCED(test, mspec_granule_restore(dev, granule));

	EXPECT_BALANCED(test, frame = mspec_pool_take(dev, pool));
	EXPECT_BALANCED(test, mspec_return(dev, frame));
	EXPECT_BALANCED(test, mspec_pool_shrink(dev, pool, ULONG_MAX));
}

static struct kunit_case mspec_take_cases[] = {
	KUNIT_CASE(locks_are_released),
	KUNIT_CASE(pool_without_spare_frames_is_not_asked_for_one),
	KUNIT_CASE(device_without_pages_does_not_ask_for_them),
	KUNIT_CASE(pool_that_cannot_grow_has_no_page),
	KUNIT_CASE(pool_grows_under_its_mutex),
	KUNIT_CASE(pages_of_a_granule_are_taken_one_by_one),
	KUNIT_CASE(granule_is_idle_when_its_last_page_is_back),
	KUNIT_CASE(take_says_where_the_page_is_from),
	KUNIT_CASE(take_without_memory_ends_with_no_node),
	KUNIT_CASE(strict_take_ends_at_home),
	KUNIT_CASE(touch_is_counted_once),
	KUNIT_CASE(touch_abroad_is_counted_on_both_nodes),
	KUNIT_CASE(shrink_stops_when_it_has_enough),
	KUNIT_CASE(shrinker_sees_what_is_idle),
	KUNIT_CASE(shrinker_sees_single_pages),
	KUNIT_CASE(memory_pressure_empties_the_pools),
	KUNIT_CASE(unloaded_driver_has_given_its_pages_back),
	KUNIT_CASE_PARAM(page_is_zero_when_it_is_back, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_take_suite = {
	.name = "mspec_take",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_take_cases,
};

kunit_test_suite(mspec_take_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for taking pages from the mspec driver's pools");
MODULE_LICENSE("GPL");
