// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: nodes, page frames and granules, by the
 * functions that deal with them.
 *
 * They are called on the pools of a driver that is loaded for the case, see
 * mspec_trial.h, and what they do is looked at before anything relies on it.
 */
#include <kunit/static_stub.h>
#include <linux/gfp.h>
#include <linux/numa.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "mspec_trial.h"

/* Bookkeeping */

static void frame_keeps_its_number_and_origin(struct kunit *test)
{
	unsigned long page = mspec_frame_of(4711, FRAME_PAGE);
	unsigned long spare = mspec_frame_of(4711, FRAME_SPARE);

	KUNIT_EXPECT_EQ(test, mspec_frame_pfn(page), 4711);
	KUNIT_EXPECT_EQ(test, mspec_frame_pfn(spare), 4711);
	KUNIT_EXPECT_FALSE(test, page & FRAME_SPARE);
	KUNIT_EXPECT_TRUE(test, spare & FRAME_SPARE);
}

/* 0 is for what was not touched yet. */
static void frame_0_is_a_frame(struct kunit *test)
{
	KUNIT_EXPECT_NE(test, mspec_frame_of(0, FRAME_PAGE), 0);
}

static void policy_is_what_was_set_last(struct kunit *test)
{
	struct mspec_policy before = mspec_policy_set((struct mspec_policy){
						      .strict = true, .limit = 7 });
	struct mspec_policy set = mspec_policy_set(before), again = mspec_policy_set(before);

	KUNIT_EXPECT_TRUE(test, set.strict);
	KUNIT_EXPECT_EQ(test, set.limit, 7);
	KUNIT_EXPECT_EQ(test, again.strict, before.strict);
	KUNIT_EXPECT_EQ(test, again.limit, before.limit);
}

/* Nodes */

/* Stands in for mspec_distance(). */
static int all_here(int from, int to)
{
	return LOCAL_DISTANCE;
}

/* Stands in for mspec_distance(): even numbers are near, and 4 and 6 the nearest. */
static int near_if_even(int from, int to)
{
	if (to == 4 || to == 6)
		return 11;
	return to % 2 ? 30 : 20;
}

static void distance_is_that_of_the_machine(struct kunit *test)
{
	int from, to;

	for_each_online_node(from) {
		for_each_online_node(to)
			KUNIT_EXPECT_EQ(test, mspec_distance(from, to),
					node_distance(from, to));
	}
}

static void no_node_is_nearest_if_there_is_none(struct kunit *test)
{
	nodemask_t none = NODE_MASK_NONE;

	KUNIT_EXPECT_EQ(test, mspec_nearest_node(0, &none), NUMA_NO_NODE);
}

static void only_node_is_nearest(struct kunit *test)
{
	nodemask_t one = nodemask_of_node(0);

	kunit_activate_static_stub(test, mspec_distance, all_here);
	KUNIT_EXPECT_EQ(test, mspec_nearest_node(0, &one), 0);
}

static void nearest_node_is_the_first_of_the_least_distance(struct kunit *test)
{
	nodemask_t nodes = NODE_MASK_NONE;
	int nid;

	if (MAX_NUMNODES < 8)
		kunit_skip(test, "needs a kernel for 8 nodes");
	kunit_activate_static_stub(test, mspec_distance, near_if_even);
	for (nid = 1; nid < 8; nid++)
		node_set(nid, nodes);
	KUNIT_EXPECT_EQ(test, mspec_nearest_node(0, &nodes), 4);
	node_clear(4, nodes);
	KUNIT_EXPECT_EQ(test, mspec_nearest_node(0, &nodes), 6);
	node_clear(6, nodes);
	KUNIT_EXPECT_EQ(test, mspec_nearest_node(0, &nodes), 2);
	node_clear(2, nodes);
	KUNIT_EXPECT_EQ(test, mspec_nearest_node(0, &nodes), 1);
}

/* Emulated nodes can be as near to each other as to themselves. */
static void node_with_memory_needs_no_stand_in(struct kunit *test)
{
	int nid;

	kunit_activate_static_stub(test, mspec_distance, all_here);
	for_each_node_state(nid, N_MEMORY)
		KUNIT_EXPECT_EQ(test, mspec_memory_node(nid), nid);
	KUNIT_EXPECT_EQ(test, mspec_memory_node(NUMA_NO_NODE), first_memory_node);
}

/* Stands in for mspec_distance(): the higher the number, the nearer. */
static int far_if_low(int from, int to)
{
	return LOCAL_DISTANCE + MAX_NUMNODES - to;
}

static void node_without_memory_has_the_nearest_as_stand_in(struct kunit *test)
{
	int last = NUMA_NO_NODE, nid;

	if (node_state(MAX_NUMNODES - 1, N_MEMORY))
		kunit_skip(test, "needs a node number that no node with memory has");
	for_each_node_state(nid, N_MEMORY)
		last = nid;
	kunit_activate_static_stub(test, mspec_distance, far_if_low);
	KUNIT_EXPECT_EQ(test, mspec_memory_node(MAX_NUMNODES - 1), last);
}

/* The page allocator */

static void granule_pages_have_a_reference_each(struct kunit *test)
{
	struct page *page = mspec_granule_alloc(HOME, MSPEC_GRANULE_ORDER);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	for (i = 0; i < GRANULE; i++) {
		KUNIT_ASSERT_EQ_MSG(test, page_count(page + i), 1, "page %u", i);
		KUNIT_EXPECT_EQ(test, page_to_nid(page + i), HOME);
	}
	mspec_granule_free(page, MSPEC_GRANULE_ORDER);
}

static void single_page_is_a_granule_too(struct kunit *test)
{
	struct page *page = mspec_granule_alloc(HOME, 0);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	mspec_granule_free(page, 0);
}

static void too_large_a_granule_is_refused_in_silence(struct kunit *test)
{
	struct page *page = NULL;

	EXPECT_WARNINGS(test, 0)
		page = mspec_granule_alloc(HOME, MAX_PAGE_ORDER + 1);
	KUNIT_EXPECT_NULL(test, page);
}

static void architecture_that_cannot_uncache_says_so(struct kunit *test)
{
	struct page *page;

	if (mspec_grows(MSPEC_UNCACHED))
		kunit_skip(test, "needs an architecture that cannot make pages uncached");
	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_LT(test, mspec_uncache(page, 1), 0);
	KUNIT_EXPECT_LT(test, mspec_recache(page, 1), 0);
	__free_page(page);
}

/* Pages of the largest order: few, and easily used up. */
struct hoard {
	struct page *pages[1024];
	unsigned int nr;
};

static void hoard_free(void *data)
{
	struct hoard *hoard = data;

	while (hoard->nr)
		__free_pages(hoard->pages[--hoard->nr], MAX_PAGE_ORDER);
}

static void hoard_all_of(struct kunit *test, int nid)
{
	struct hoard *hoard = kunit_kzalloc(test, sizeof(*hoard), GFP_KERNEL);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, hoard);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, hoard_free, hoard));
	while (hoard->nr < ARRAY_SIZE(hoard->pages)) {
		page = alloc_pages_node(nid, GFP_NOWAIT | __GFP_THISNODE | __GFP_NOWARN,
					MAX_PAGE_ORDER);
		if (!page)
			return;
		hoard->pages[hoard->nr++] = page;
	}
	kunit_skip(test, "needs a memory node that can be used up");
}

/* Whatever may come back by then, it is of this node. */
static void granule_is_of_its_node_or_none(struct kunit *test)
{
	u64 begin = kernel_log_end();
	struct page *page;
	int nid, found;

	needs_memory_nodes(test, 2);
	nid = next_memory_node(HOME);
	hoard_all_of(test, nid);
	page = mspec_granule_alloc(nid, MAX_PAGE_ORDER);
	found = page ? page_to_nid(page) : nid;
	if (page)
		mspec_granule_free(page, MAX_PAGE_ORDER);
	KUNIT_EXPECT_EQ(test, found, nid);
	KUNIT_EXPECT_FALSE(test, kernel_log_has(begin, "page allocation failure"));
}

/*
 * Whoever may sleep can wait for memory, and get some: not even the first choice
 * is missing. That of others, who may not sleep, can do without.
 */
static void driver_sleeps_rather_than_fail(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_granule *granule;
	struct mspec_area *area;
	unsigned int nth;

	needs_failures(test);
	failures_spare_sleepers();
	for (nth = 1; nth <= 3; nth++) {
		failures_arm(nth);
		granule = mspec_granule_create(dev, home_pool(dev));
		failures_disarm();
		KUNIT_ASSERT_NOT_NULL(test, granule);
		KUNIT_EXPECT_EQ(test, granule->order, MSPEC_GRANULE_ORDER);
		mspec_granule_restore(dev, granule);

		failures_arm(nth);
		area = mspec_area_create(dev, 4);
		failures_disarm();
		KUNIT_ASSERT_NOT_NULL(test, area);
		kvfree(area);
	}
}

/* Granules */

static void expect_granule(struct kunit *test, const struct mspec_granule *granule,
			   const struct mspec_pool *pool, unsigned int order)
{
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, granule);
	KUNIT_ASSERT_PTR_EQ(test, granule->pool, pool);
	KUNIT_ASSERT_NOT_NULL(test, granule->page);
	KUNIT_ASSERT_EQ(test, granule->order, order);
	KUNIT_ASSERT_EQ(test, granule->free, GENMASK(BIT(order) - 1, 0));
	for (i = 0; i < BIT(order); i++) {
		KUNIT_ASSERT_EQ_MSG(test, page_private(granule->page + i),
				    (unsigned long)granule, "page %u", i);
		KUNIT_ASSERT_EQ(test, page_count(granule->page + i), 1);
	}
}

static void check_new_granule(struct kunit *test, enum mspec_kind kind)
{
	struct mspec_device *dev = trial_device(test, kind);
	struct mspec_pool *pool = home_pool(dev);
	struct mspec_granule *granule;

	if (!dev->grows)
		kunit_skip(test, "needs an architecture that can make pages uncached");
	granule = mspec_granule_create(dev, pool);
	expect_granule(test, granule, pool, MSPEC_GRANULE_ORDER);
	KUNIT_EXPECT_EQ(test, pool->counts.conversions, GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_granule_restore(dev, granule), GRANULE);
	KUNIT_EXPECT_EQ(test, pool->counts.restored, GRANULE);
	KUNIT_EXPECT_EQ(test, pool->counts.leaked, 0);
}

/* Stands in for mspec_recache(). */
static int stays_uncached(struct page *page, unsigned int nr_pages)
{
	return -EBUSY;
}

/* A shrinker has nothing to show for it. */
static void granule_that_stays_uncached_counts_as_leaked(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_UNCACHED);
	struct mspec_pool *pool = home_pool(dev);
	struct mspec_granule *granule;
	struct page *page;

	if (!dev->grows)
		kunit_skip(test, "needs an architecture that can make pages uncached");
	granule = mspec_granule_create(dev, pool);
	KUNIT_ASSERT_NOT_NULL(test, granule);
	page = granule->page;
	kunit_activate_static_stub(test, mspec_recache, stays_uncached);
	KUNIT_EXPECT_EQ(test, mspec_granule_restore(dev, granule), 0);
	kunit_deactivate_static_stub(test, mspec_recache);
	KUNIT_EXPECT_EQ(test, pool->counts.leaked, GRANULE);
	KUNIT_EXPECT_EQ(test, pool->counts.restored, 0);

	KUNIT_ASSERT_EQ(test, 0, mspec_recache(page, GRANULE));
	mspec_granule_free(page, MSPEC_GRANULE_ORDER);
}

/* Plain, and the first that has a granule: others rely on it. */
static void new_granule_has_all_its_pages(struct kunit *test)
{
	check_new_granule(test, MSPEC_CACHED);
}

static void new_granule_of_each_kind_has_all_its_pages(struct kunit *test)
{
	check_new_granule(test, *(const enum mspec_kind *)test->param_value);
}

struct room {
	const char *what;
	unsigned long limit;
	unsigned long converted;
	unsigned long nr_pages;
};

static const struct room rooms[] = {
	{ "no limit", 0, 0, GRANULE },
	{ "no limit and many", 0, 1000, GRANULE },
	{ "just a granule", GRANULE, 0, GRANULE },
	{ "a granule more", 2 * GRANULE, GRANULE, GRANULE },
	{ "one less than a granule", GRANULE - 1, 0, 1 },
	{ "one less than another granule", 2 * GRANULE - 1, GRANULE, 1 },
	{ "one page", GRANULE + 1, GRANULE, 1 },
	{ "full", GRANULE, GRANULE, 0 },
	{ "overfull", 1, GRANULE, 0 },
};

static void describe_room(const struct room *room, char *desc)
{
	strscpy(desc, room->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rooms, rooms, describe_room);

static void granule_is_as_large_as_the_limit_allows(struct kunit *test)
{
	const struct room *room = test->param_value;
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_pool *pool = home_pool(dev);
	struct mspec_policy before;
	struct mspec_granule *granule;

	pool->counts.converted = room->converted;
	before = mspec_policy_set((struct mspec_policy){ .limit = room->limit });
	granule = mspec_granule_create(dev, pool);
	mspec_policy_set(before);
	KUNIT_EXPECT_EQ(test, pool->counts.conversions, room->nr_pages);
	if (granule)
		KUNIT_EXPECT_EQ(test, mspec_granule_restore(dev, granule), room->nr_pages);
	KUNIT_EXPECT_EQ(test, !granule, !room->nr_pages);
}

/*
 * A granule amidst pages that are the test's, with room for as many before and
 * behind. All have a reference more, so that none really goes.
 */
#define BLOCK_ORDER	(MSPEC_GRANULE_ORDER + 2)
#define BLOCK		BIT(BLOCK_ORDER)
#define PRIVATE		0x6d73UL

static struct page *block_alloc(struct kunit *test)
{
	struct page *block = alloc_pages_node(HOME, GFP_KERNEL, BLOCK_ORDER);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, block);
	split_page(block, BLOCK_ORDER);
	for (i = 0; i < BLOCK; i++) {
		get_page(block + i);
		set_page_private(block + i, PRIVATE);
	}
	return block;
}

/* Stands in for mspec_granule_alloc(). */
static struct page *alloc_of_block(int nid, unsigned int order)
{
	struct page *block = kunit_get_current_test()->priv;

	return block + GRANULE;
}

static void restored_granule_is_as_the_page_allocator_expects(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct page *block = block_alloc(test);
	struct mspec_granule *granule;
	unsigned int i;

	test->priv = block;
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_of_block);
	granule = mspec_granule_create(dev, home_pool(dev));
	KUNIT_ASSERT_NOT_NULL(test, granule);
	KUNIT_ASSERT_EQ(test, granule->order, MSPEC_GRANULE_ORDER);
	KUNIT_EXPECT_EQ(test, mspec_granule_restore(dev, granule), GRANULE);

	for (i = 0; i < BLOCK; i++) {
		bool ours = i >= GRANULE && i < 2 * GRANULE;

		KUNIT_EXPECT_EQ_MSG(test, page_count(block + i), ours ? 1 : 2, "page %u", i);
		KUNIT_ASSERT_EQ_MSG(test, page_private(block + i), ours ? 0 : PRIVATE,
				    "page %u", i);
	}
	for (i = 0; i < BLOCK; i++) {
		set_page_private(block + i, 0);
		while (page_count(block + i) > 1)
			put_page(block + i);
		__free_page(block + i);
	}
}

static void no_memory_is_no_granule(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_pool *pool = home_pool(dev);

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	KUNIT_EXPECT_NULL(test, mspec_granule_create(dev, pool));
	KUNIT_EXPECT_EQ(test, pool->counts.conversions, 0);
}

/* Leaks */

#define ROUNDS		16384

/* The pages go round, and the page allocator is left out. */
static struct page *alloc_the_same(int nid, unsigned int order)
{
	struct page *page = kunit_get_current_test()->priv;

	if (order)
		return NULL;
	get_page(page);
	return page;
}

static void granules_are_freed(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_pool *pool = home_pool(dev);
	struct mspec_granule *granule;
	struct page *page;
	long before;
	int i;

	needs_exact_counts(test);
	page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, page);
	test->priv = page;
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_the_same);
	before = pages_in_use();
	for (i = 0; i < ROUNDS; i++) {
		granule = mspec_granule_create(dev, pool);
		if (!granule)
			break;
		mspec_granule_restore(dev, granule);
	}
	KUNIT_EXPECT_EQ(test, i, ROUNDS);
	KUNIT_EXPECT_LT(test, pages_in_use() - before, SLACK);
	__free_page(page);
}

static void granules_without_pages_are_freed(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	struct mspec_pool *pool = home_pool(dev);
	long before;
	int i;

	needs_exact_counts(test);
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	before = pages_in_use();
	for (i = 0; i < ROUNDS; i++)
		KUNIT_ASSERT_NULL(test, mspec_granule_create(dev, pool));
	KUNIT_EXPECT_LT(test, pages_in_use() - before, SLACK);
}

static struct kunit_case mspec_unit_cases[] = {
	KUNIT_CASE(frame_keeps_its_number_and_origin),
	KUNIT_CASE(frame_0_is_a_frame),
	KUNIT_CASE(policy_is_what_was_set_last),
	KUNIT_CASE(distance_is_that_of_the_machine),
	KUNIT_CASE(no_node_is_nearest_if_there_is_none),
	KUNIT_CASE(only_node_is_nearest),
	KUNIT_CASE(nearest_node_is_the_first_of_the_least_distance),
	KUNIT_CASE(node_with_memory_needs_no_stand_in),
	KUNIT_CASE(node_without_memory_has_the_nearest_as_stand_in),
	KUNIT_CASE(granule_pages_have_a_reference_each),
	KUNIT_CASE(single_page_is_a_granule_too),
	KUNIT_CASE(too_large_a_granule_is_refused_in_silence),
	KUNIT_CASE(architecture_that_cannot_uncache_says_so),
	KUNIT_CASE(granule_is_of_its_node_or_none),
	KUNIT_CASE(no_memory_is_no_granule),
	KUNIT_CASE(new_granule_has_all_its_pages),
	KUNIT_CASE(granule_that_stays_uncached_counts_as_leaked),
	KUNIT_CASE(restored_granule_is_as_the_page_allocator_expects),
	KUNIT_CASE(driver_sleeps_rather_than_fail),
	KUNIT_CASE(granules_are_freed),
	KUNIT_CASE(granules_without_pages_are_freed),
	KUNIT_CASE_PARAM(new_granule_of_each_kind_has_all_its_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(granule_is_as_large_as_the_limit_allows, rooms_gen_params),
	{}
};

static struct kunit_suite mspec_unit_suite = {
	.name = "mspec_unit",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_unit_cases,
};

kunit_test_suite(mspec_unit_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for the parts of the mspec driver, one by one");
MODULE_LICENSE("GPL");
