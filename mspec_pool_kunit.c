// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: where its pages come from and where they
 * go, see struct mspec_node_counts.
 *
 * A granule is 1 << MSPEC_GRANULE_ORDER pages; each case begins with none.
 */
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/nodemask.h>
#include <linux/sizes.h>
#include <linux/topology.h>

#include "mspec_test.h"

#define GRANULE		BIT(MSPEC_GRANULE_ORDER)

#define HOME		first_memory_node

/* Stands in for mspec_home_node(): the test may run on any CPU. */
static int home(void)
{
	return HOME;
}

/* A case about pages of the page allocator, and one pool of them. */
static struct mspec_test *begin_pages_of(struct kunit *test, enum mspec_kind kind)
{
	struct mspec_test *mt = mspec_begin(test, kind);

	mspec_pages_only(test);
	kunit_activate_static_stub(test, mspec_home_node, home);
	return mt;
}

static struct mspec_test *begin_pages(struct kunit *test)
{
	return begin_pages_of(test, *(const enum mspec_kind *)test->param_value);
}

static void set_policy(bool strict, unsigned long limit)
{
	mspec_policy_set((struct mspec_policy){ .strict = strict, .limit = limit });
}

/* Not a real exception: on UML, the kernel panics over OOM in uaccess. */
static void expect_touch(struct kunit *test, unsigned long addr, vm_fault_t want)
{
	struct mspec_test *mt = test->priv;

	EXPECT_VM_FAULT(test, user_fault(mt->us, addr, FAULT_FLAG_WRITE), want);
}

static void unmap(struct kunit *test, unsigned long addr, unsigned long nr_pages)
{
	struct mspec_test *mt = test->priv;

	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, nr_pages));
}

/* Every byte of it. */
static void fill(struct kunit *test, unsigned long addr, unsigned long nr_pages)
{
	struct mspec_test *mt = test->priv;
	void *pattern = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned long i;

	KUNIT_ASSERT_NOT_NULL(test, pattern);
	memset(pattern, 0xa5, PAGE_SIZE);
	for (i = 0; i < nr_pages; i++)
		KUNIT_ASSERT_EQ(test, 0, user_copy_in(mt->us, page_addr(addr, i),
						      pattern, PAGE_SIZE));
}

/* Items of the parameter 'spare' */

static const struct mspec_range claimed[] = {
	{ .start = SZ_1G, .size = SZ_1M },
	{ .start = SZ_1G + SZ_16M, .size = SZ_1M },
	/* Not yet. */
	{ .start = 0x60000000, .size = SZ_128M },
};

#define NR_CLAIMED	2

struct spare_item {
	const char *what;
	const char *spec;
	u64 start;
	u64 size;
	const char *error;
};

#define NO_ITEM		.error = "not SIZE@ADDR"
#define NO_PAGES	.error = "not whole pages"
#define NO_END		.error = "it wraps around"
#define TAKEN		.error = "it overlaps one before"

static const struct spare_item spare_items[] = {
	{ "suffixes", "128M@1536M", 0x60000000, SZ_128M },
	{ "hexadecimal", "0x100000@0x50000000", 0x50000000, SZ_1M },
	{ "at 0", "1M@0", 0, SZ_1M },
	{ "right before another", "1M@1023M", SZ_1G - SZ_1M, SZ_1M },
	{ "right behind another", "15M@1025M", SZ_1G + SZ_1M, 15 * SZ_1M },
	{ "nothing", "", NO_ITEM },
	{ "no address", "1M", NO_ITEM },
	{ "address left out", "1M@", NO_ITEM },
	{ "size left out", "@2G", NO_ITEM },
	{ "no number", "big@2G", NO_ITEM },
	{ "something behind", "1M@1536Mx", NO_ITEM },
	{ "separator of another parameter", "1M$1536M", NO_ITEM },
	{ "negative", "-1M@1536M", NO_ITEM },
	{ "size 0", "0@1536M", .error = "it is empty" },
	{ "half a page of size", "2049@1536M", NO_PAGES },
	{ "address within a page", "1M@0x60000001", NO_PAGES },
	{ "end wraps to 0", "1M@0xfffffffffff00000", NO_END },
	{ "wraps around", "2M@0xfffffffffff00000", NO_END },
	{ "the same as another", "1M@1G", TAKEN },
	{ "overlaps the end", "1M@0x40080000", TAKEN },
	{ "overlaps the beginning", "1M@0x3ff80000", TAKEN },
	{ "around another", "64M@992M", TAKEN },
	{ "inside another", "64k@0x40040000", TAKEN },
	{ "overlaps the last", "4M@0x41080000", TAKEN },
};

static void describe_item(const struct spare_item *item, char *desc)
{
	strscpy(desc, item->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(spare_items, spare_items, describe_item);

static void spare_item_is_read_or_refused(struct kunit *test)
{
	const struct spare_item *item = test->param_value;
	struct mspec_range range = {};
	const char *error = mspec_spare_parse(item->spec, claimed, NR_CLAIMED, &range);

	if (item->error) {
		KUNIT_ASSERT_NOT_NULL(test, error);
		KUNIT_EXPECT_STREQ(test, error, item->error);
		return;
	}
	KUNIT_EXPECT_NULL_MSG(test, error, "%s", error);
	KUNIT_EXPECT_EQ(test, range.start, item->start);
	KUNIT_EXPECT_EQ(test, range.size, item->size);
}

/* Spare page frames */

static struct mspec_test *begin_spare(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin(test, MSPEC_UNCACHED);
	struct mspec_node_counts here;

	mspec_node_count(mt->kind, HOME, &here);
	if (!here.spare)
		kunit_skip(test, "needs mspec.spare= on node %d", HOME);
	kunit_activate_static_stub(test, mspec_home_node, home);
	return mt;
}

static void spare_frames_go_first(struct kunit *test)
{
	struct mspec_test *mt = begin_spare(test);
	unsigned long addr = map_pages(test, 2);

	write_words(test, addr, 2);
	KUNIT_EXPECT_FALSE(test, pfn_valid(shown_pfn(test, addr)));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 2);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).conversions, 0);
	expect_word(test, mt->us, addr, 1);
}

static void spare_frame_is_zero_for_the_next(struct kunit *test)
{
	struct mspec_test *mt = begin_spare(test);
	unsigned long addr = map_pages(test, 1), pfn;

	fill(test, addr, 1);
	pfn = shown_pfn(test, addr);
	unmap(test, addr, 1);

	addr = map_pages(test, 1);
	expect_zero(test, mt->us, addr, 1);
	KUNIT_EXPECT_EQ(test, pfn, shown_pfn(test, addr));
}

static void pages_follow_when_no_spare_frame_is_left(struct kunit *test)
{
	struct mspec_test *mt = begin_spare(test);
	unsigned long addr = map_pages(test, 2);

	write_words(test, addr, 1);
	mspec_pages_only(test);
	expect_touch(test, page_addr(addr, 1), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_TRUE(test, pfn_valid(shown_pfn(test, page_addr(addr, 1))));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, GRANULE);
}

/* Granules */

static void pool_grows_by_granules(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long addr = map_pages(test, GRANULE + 1);

	write_words(test, addr, 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, GRANULE);
	write_words(test, addr, GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, GRANULE);
	write_words(test, addr, GRANULE + 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, 2 * GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, GRANULE + 1);
}

static void returned_page_is_used_again(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long rest = map_pages(test, GRANULE - 1);
	unsigned long addr = map_pages(test, 1), pfn;

	write_words(test, rest, GRANULE - 1);
	write_words(test, addr, 1);
	pfn = shown_pfn(test, addr);
	unmap(test, addr, 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, GRANULE - 1);

	addr = map_pages(test, 1);
	write_words(test, addr, 1);
	KUNIT_EXPECT_EQ(test, pfn, shown_pfn(test, addr));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).conversions, GRANULE);
}

/* Stands in for mspec_granule_alloc(): what it gives is full of something. */
static struct page *alloc_dirty(int nid, unsigned int order)
{
	struct kunit *test = kunit_get_current_test();
	struct page *page;

	kunit_deactivate_static_stub(test, mspec_granule_alloc);
	page = mspec_granule_alloc(nid, order);
	if (page)
		memset(page_address(page), 0xa5, PAGE_SIZE << order);
	return page;
}

static void pages_come_into_the_pool_zeroed(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long addr = map_pages(test, GRANULE);

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_dirty);
	expect_touch(test, addr, VM_FAULT_NOPAGE);
	expect_zero(test, mt->us, addr, GRANULE);
}

/* Stands in for mspec_granule_alloc(): memory is in pieces. */
static struct page *alloc_single_pages(int nid, unsigned int order)
{
	return order ? NULL :
	       alloc_pages_node(nid, GFP_KERNEL | __GFP_THISNODE, 0);
}

static void pool_grows_by_pages_when_there_is_no_granule(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long addr = map_pages(test, 3);

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_single_pages);
	write_words(test, addr, 3);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, 3);
	expect_word(test, mt->us, addr, 0);

	unmap(test, addr, 3);
	KUNIT_EXPECT_EQ(test, mspec_drain(mt->kind), 3);
}

/* The limit */

struct limited {
	enum mspec_kind kind;
	unsigned long limit;
};

static const struct limited limited[] = {
	{ MSPEC_CACHED, 1 },
	{ MSPEC_CACHED, GRANULE - 1 },
	{ MSPEC_CACHED, GRANULE },
	{ MSPEC_CACHED, GRANULE + 2 },
	{ MSPEC_UNCACHED, 1 },
	{ MSPEC_UNCACHED, GRANULE + 2 },
};

static void describe_limited(const struct limited *at, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s %lu",
		 at->kind == MSPEC_UNCACHED ? "uncached" : "cached", at->limit);
}

KUNIT_ARRAY_PARAM(limited, limited, describe_limited);

static void pool_grows_up_to_the_limit(struct kunit *test)
{
	const struct limited *at = test->param_value;
	struct mspec_test *mt = begin_pages_of(test, at->kind);
	unsigned long addr = map_pages(test, at->limit + 1);

	set_policy(true, at->limit);
	write_words(test, addr, at->limit);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, at->limit);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).hit, at->limit);

	expect_touch(test, page_addr(addr, at->limit), VM_FAULT_OOM);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, at->limit);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).refused, 1);
}

static void lower_limit_takes_nothing_away(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long addr = map_pages(test, GRANULE + 1);

	write_words(test, addr, 2);
	set_policy(true, 1);
	/* Pages that are in the pool are no growth. */
	write_words(test, addr, GRANULE);
	expect_touch(test, page_addr(addr, GRANULE), VM_FAULT_OOM);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, GRANULE);
	expect_word(test, mt->us, addr, 0);
}

/* Shrinking */

static void shrink_gives_back_whole_granules_and_no_more(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long addr = map_pages(test, 2 * GRANULE);

	write_words(test, addr, 2 * GRANULE);
	unmap(test, addr, 2 * GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, 2 * GRANULE);

	KUNIT_EXPECT_EQ(test, mspec_shrink(mt->kind, HOME, 1), GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_shrink(mt->kind, HOME, ULONG_MAX), GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).restored, 2 * GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_shrink(mt->kind, HOME, ULONG_MAX), 0);
}

static void shrink_leaves_granules_in_use(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long one = map_pages(test, 1), rest = map_pages(test, GRANULE);

	/* One granule for the first page and all but one of the others. */
	write_words(test, one, 1);
	write_words(test, rest, GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_shrink(mt->kind, HOME, ULONG_MAX), 0);

	unmap(test, rest, GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_shrink(mt->kind, HOME, ULONG_MAX), GRANULE);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, GRANULE);
	expect_word(test, mt->us, one, 0);
}

/* Pages of granules that are in use go first, so that others can be given back. */
static void touch_leaves_idle_granules_alone(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long idle = map_pages(test, GRANULE), one, two;

	write_words(test, idle, GRANULE);
	one = map_pages(test, 1);
	write_words(test, one, 1);
	unmap(test, idle, GRANULE);

	two = map_pages(test, 1);
	write_words(test, two, 1);
	KUNIT_EXPECT_EQ(test, mspec_shrink(mt->kind, HOME, ULONG_MAX), GRANULE);
	expect_word(test, mt->us, one, 0);
	expect_word(test, mt->us, two, 0);
}

/* No stale data, whoever comes next */

static void next_mapping_sees_nothing_of_the_last(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long addr = map_pages(test, GRANULE), pfn;
	struct user_space *other = user_space_create(test);

	fill(test, addr, GRANULE);
	pfn = shown_pfn(test, addr);
	user_space_destroy(test, mt->us);

	mt->us = other;
	addr = map_pages(test, GRANULE);
	expect_zero(test, other, addr, GRANULE);
	/* It was the same memory. */
	KUNIT_EXPECT_EQ(test, mspec_since(mt).conversions, GRANULE);
	KUNIT_EXPECT_LT(test, shown_pfn(test, addr) - round_down(pfn, GRANULE), GRANULE);
}

/* Stands in for mspec_granule_alloc(). */
static struct page *alloc_nothing(int nid, unsigned int order)
{
	return NULL;
}

/* Stands in for mspec_home_node(). */
static int another_home(void)
{
	return next_memory_node(HOME);
}

static void touch_from_another_node_sees_nothing_of_the_last(struct kunit *test)
{
	struct mspec_test *mt;
	unsigned long addr;

	needs_memory_nodes(test, 2);
	mt = begin_pages(test);
	addr = map_pages(test, 1);
	fill(test, addr, 1);
	unmap(test, addr, 1);

	kunit_deactivate_static_stub(test, mspec_home_node);
	kunit_activate_static_stub(test, mspec_home_node, another_home);
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	addr = map_pages(test, 1);
	expect_touch(test, addr, VM_FAULT_NOPAGE);
	expect_zero(test, mt->us, addr, 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).foreign, 1);
}

/* Failures */

/* Stands in for mspec_uncache(): half of it is done when it fails. */
static int uncache_half(struct page *page, unsigned int nr_pages)
{
	struct kunit *test = kunit_get_current_test();

	kunit_deactivate_static_stub(test, mspec_uncache);
	KUNIT_EXPECT_EQ(test, 0, mspec_uncache(page, nr_pages / 2));
	kunit_activate_static_stub(test, mspec_uncache, uncache_half);
	return -ENOMEM;
}

/* Stands in for mspec_granule_free(). */
static void expect_cached(struct page *page, unsigned int order)
{
	struct kunit *test = kunit_get_current_test();
	unsigned int i;

	for (i = 0; i < 1U << order; i++)
		KUNIT_EXPECT_FALSE(test, observe_alias_uncached(page_address(page + i)));
	for (i = 0; i < 1U << order; i++)
		__free_page(page + i);
}

static void half_a_conversion_is_undone(struct kunit *test)
{
	struct mspec_test *mt = begin_pages_of(test, MSPEC_UNCACHED);
	unsigned long addr = map_pages(test, 1);

	set_policy(true, 0);
	kunit_activate_static_stub(test, mspec_uncache, uncache_half);
	kunit_activate_static_stub(test, mspec_granule_free, expect_cached);
	expect_touch(test, addr, VM_FAULT_OOM);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).restored, GRANULE);
}

/*
 * Whatever allocation of a first touch fails: the page comes from elsewhere, or
 * there is none and nothing has happened.
 */
static void touch_survives_each_failing_allocation(struct kunit *test)
{
	struct mspec_test *mt;
	unsigned long addr, i;
	vm_fault_t result;
	bool failed = true;

	needs_failures(test);
	mt = begin_pages(test);
	for (i = 1; i < 32 && failed; i++) {
		addr = map_pages(test, 1);
		mspec_drain(mt->kind);
		failures_arm(i);
		result = user_fault(mt->us, addr, FAULT_FLAG_WRITE);
		failed = failures_disarm();
		if (result != VM_FAULT_NOPAGE)
			EXPECT_VM_FAULT(test, result, VM_FAULT_OOM);
		write_words(test, addr, 1);
		expect_word(test, mt->us, addr, 0);
		KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 1);
		unmap(test, addr, 1);
	}
	KUNIT_EXPECT_GT(test, i, 3);
	KUNIT_EXPECT_FALSE_MSG(test, failed, "more than 32 allocations");
}

static int has_area(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	return !!vma->vm_private_data;
}

static void mmap_survives_each_failing_allocation(struct kunit *test)
{
	struct mspec_test *mt;
	unsigned long addr, i;
	bool failed = true;

	needs_failures(test);
	mt = begin_pages(test);
	for (i = 1; i < 32 && failed; i++) {
		failures_arm(i);
		addr = user_mmap(mt->us, mt->file, 4, PROT_READ | PROT_WRITE,
				 MAP_SHARED, 0);
		failed = failures_disarm();
		if (failed && IS_ERR_VALUE(addr)) {
			KUNIT_EXPECT_EQ(test, (long)addr, -ENOMEM);
			KUNIT_EXPECT_EQ(test, observe_nr_vmas(mt->us), 0);
		} else {
			KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
			KUNIT_ASSERT_EQ(test, 1, user_call_locked(mt->us, addr, has_area, NULL));
			write_words(test, addr, 4);
			expect_word(test, mt->us, addr, 3);
			unmap(test, addr, 4);
		}
		KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
	}
	KUNIT_EXPECT_GT(test, i, 2);
	KUNIT_EXPECT_FALSE_MSG(test, failed, "more than 32 allocations");
}

/* Nodes: which are asked, in which order, and how that is counted */

/**
 * struct asked - the nodes that mspec_granule_alloc() was called for
 * @nr: how many
 * @nids: which, the first of each row of equals
 */
struct asked {
	unsigned int nr;
	int nids[MAX_NUMNODES];
};

/* Stands in for mspec_granule_alloc(). */
static struct page *alloc_asked(int nid, unsigned int order)
{
	struct mspec_test *mt = kunit_get_current_test()->priv;
	struct asked *asked = mt->priv;

	if (!asked->nr || asked->nids[asked->nr - 1] != nid)
		asked->nids[asked->nr++] = nid;
	return NULL;
}

static const struct asked *ask_all(struct kunit *test, bool strict)
{
	struct mspec_test *mt = test->priv;

	mt->priv = kunit_kzalloc(test, sizeof(struct asked), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mt->priv);
	set_policy(strict, 0);
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_asked);
	expect_touch(test, map_pages(test, 1), VM_FAULT_OOM);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).refused, 1);
	return mt->priv;
}

static void strict_touch_asks_its_home_only(struct kunit *test)
{
	const struct asked *asked;

	begin_pages(test);
	asked = ask_all(test, true);
	KUNIT_EXPECT_EQ(test, asked->nr, 1);
	KUNIT_EXPECT_EQ(test, asked->nids[0], HOME);
}

/* Stands in for mspec_distance(): the higher the number, the nearer. */
static int far_if_low(int from, int to)
{
	return from == to ? LOCAL_DISTANCE : LOCAL_DISTANCE + MAX_NUMNODES - to;
}

static void touch_asks_the_nearest_nodes_first(struct kunit *test)
{
	const struct asked *asked;
	unsigned int i;

	needs_memory_nodes(test, 3);
	begin_pages(test);
	kunit_activate_static_stub(test, mspec_distance, far_if_low);
	asked = ask_all(test, false);

	KUNIT_ASSERT_EQ(test, asked->nr, num_node_state(N_MEMORY));
	KUNIT_EXPECT_EQ(test, asked->nids[0], HOME);
	for (i = 2; i < asked->nr; i++)
		KUNIT_EXPECT_LT(test, asked->nids[i], asked->nids[i - 1]);
}

/* Stands in for mspec_distance(). */
static int all_alike(int from, int to)
{
	return from == to ? LOCAL_DISTANCE : REMOTE_DISTANCE;
}

static void touch_asks_nodes_as_near_in_order_of_number(struct kunit *test)
{
	const struct asked *asked;
	unsigned int i;

	needs_memory_nodes(test, 3);
	begin_pages(test);
	kunit_activate_static_stub(test, mspec_distance, all_alike);
	asked = ask_all(test, false);

	KUNIT_ASSERT_EQ(test, asked->nr, num_node_state(N_MEMORY));
	for (i = 1; i < asked->nr; i++)
		KUNIT_EXPECT_GT(test, asked->nids[i], asked->nids[i - 1]);
}

/* Stands in for mspec_granule_alloc(): HOME is full. */
static struct page *alloc_abroad(int nid, unsigned int order)
{
	return nid == HOME || order ? NULL :
	       alloc_pages_node(nid, GFP_KERNEL | __GFP_THISNODE, 0);
}

static void page_from_abroad_is_counted_on_both_sides(struct kunit *test)
{
	struct mspec_node_counts before[2], after[2];
	struct mspec_test *mt;
	unsigned long addr;
	int nid;

	needs_memory_nodes(test, 2);
	mt = begin_pages(test);
	nid = another_home();
	kunit_activate_static_stub(test, mspec_distance, all_alike);
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_abroad);
	addr = map_pages(test, 1);
	mspec_node_count(mt->kind, HOME, &before[0]);
	mspec_node_count(mt->kind, nid, &before[1]);
	expect_touch(test, addr, VM_FAULT_NOPAGE);
	write_words(test, addr, 1);
	mspec_node_count(mt->kind, HOME, &after[0]);
	mspec_node_count(mt->kind, nid, &after[1]);

	KUNIT_EXPECT_EQ(test, shown_nid(test, addr), nid);
	KUNIT_EXPECT_EQ(test, after[0].foreign, before[0].foreign + 1);
	KUNIT_EXPECT_EQ(test, after[1].miss, before[1].miss + 1);
	KUNIT_EXPECT_EQ(test, after[1].in_use, before[1].in_use + 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).hit, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).foreign, 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).miss, 1);
}

static void first_touch_at_home_is_one_hit(struct kunit *test)
{
	struct mspec_test *mt = begin_pages(test);
	unsigned long addr = map_pages(test, 2);

	write_words(test, addr, 2);
	write_words(test, addr, 2);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).hit, 2);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).foreign, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).refused, 0);
}

static struct kunit_case mspec_pool_cases[] = {
	KUNIT_CASE(spare_frames_go_first),
	KUNIT_CASE(spare_frame_is_zero_for_the_next),
	KUNIT_CASE(pages_follow_when_no_spare_frame_is_left),
	KUNIT_CASE(half_a_conversion_is_undone),
	KUNIT_CASE_PARAM(spare_item_is_read_or_refused, spare_items_gen_params),
	KUNIT_CASE_PARAM(pool_grows_by_granules, kinds_gen_params),
	KUNIT_CASE_PARAM(pool_grows_by_pages_when_there_is_no_granule, kinds_gen_params),
	KUNIT_CASE_PARAM(pool_grows_up_to_the_limit, limited_gen_params),
	KUNIT_CASE_PARAM(lower_limit_takes_nothing_away, kinds_gen_params),
	KUNIT_CASE_PARAM(returned_page_is_used_again, kinds_gen_params),
	KUNIT_CASE_PARAM(pages_come_into_the_pool_zeroed, kinds_gen_params),
	KUNIT_CASE_PARAM(shrink_gives_back_whole_granules_and_no_more, kinds_gen_params),
	KUNIT_CASE_PARAM(shrink_leaves_granules_in_use, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_leaves_idle_granules_alone, kinds_gen_params),
	KUNIT_CASE_PARAM(next_mapping_sees_nothing_of_the_last, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_from_another_node_sees_nothing_of_the_last, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_survives_each_failing_allocation, kinds_gen_params),
	KUNIT_CASE_PARAM(mmap_survives_each_failing_allocation, kinds_gen_params),
	KUNIT_CASE_PARAM(strict_touch_asks_its_home_only, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_asks_the_nearest_nodes_first, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_asks_nodes_as_near_in_order_of_number, kinds_gen_params),
	KUNIT_CASE_PARAM(page_from_abroad_is_counted_on_both_sides, kinds_gen_params),
	KUNIT_CASE_PARAM(first_touch_at_home_is_one_hit, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_pool_suite = {
	.name = "mspec_pool",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_pool_cases,
};

kunit_test_suite(mspec_pool_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for the pools of the mspec driver");
MODULE_LICENSE("GPL");
