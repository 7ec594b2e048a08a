// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: what a touch gets when its home node has no
 * page left.
 *
 * With a few pages for each node, the pools of all nodes can be used up; and
 * what each page of a long row of first touches has to be is known: on each
 * node, in the order of fallback, spare frames and then converted pages.
 */
#include <linux/genalloc.h>
#include <linux/gfp.h>

#include "mspec_place.h"

/* Spare frames that a node has at most, for a case. */
#define FEW_SPARE	12

/* Pages that it may convert: a granule, and some one by one. */
#define FEW_PAGES	((1UL << MSPEC_GRANULE_ORDER) + 4)

/* Stands in for mspec_spare_alloc(). */
static unsigned long few_spare(struct gen_pool *spare)
{
	size_t used = gen_pool_size(spare) - gen_pool_avail(spare);

	return used < FEW_SPARE << PAGE_SHIFT ? gen_pool_alloc(spare, PAGE_SIZE) : 0;
}

static unsigned long spare_on(const struct place *pl, int nid)
{
	return min_t(unsigned long, counts_of(pl, nid).spare, FEW_SPARE);
}

static unsigned long pages_on(const struct place *pl, int nid)
{
	return spare_on(pl, nid) + pl->limit;
}

static unsigned long pages_on_all(const struct place *pl)
{
	unsigned long nr_pages = 0;
	int nid;

	for_each_node_state(nid, N_MEMORY)
		nr_pages += pages_on(pl, nid);
	return nr_pages;
}

/* No node has more than a few pages. */
static struct place *limited_begin(struct kunit *test, bool strict)
{
	struct place *pl = place_begin_kind(test);
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		if (pl->before[nid].in_use)
			kunit_skip(test, "needs a device that nobody else uses");
		KUNIT_ASSERT_EQ_MSG(test, counts_of(pl, nid).converted, 0, "node %d", nid);
	}
	mspec_policy_set((struct mspec_policy){ .strict = strict, .limit = FEW_PAGES });
	kunit_activate_static_stub(test, mspec_spare_alloc, few_spare);
	pl->limit = mspec_grows(pl->mt->kind) ? FEW_PAGES : 0;
	return pl;
}

/* Page by page, what a row of first touches by a CPU has got. */
static void expect_row(struct place *pl, unsigned int cpu, unsigned long addr,
		       unsigned long nr_pages)
{
	unsigned long index = 0, i, pfn;
	unsigned int rank;
	int nid;

	for (rank = 0; index < nr_pages; rank++) {
		nid = topology_fallback(topology_home(cpu), rank);
		KUNIT_ASSERT_NE(pl->test, nid, NUMA_NO_NODE);
		for (i = 0; i < pages_on(pl, nid) && index < nr_pages; i++, index++) {
			expect_page(pl, cpu, addr, index, nid);
			pfn = pfn_at(pl, pl->mt->us, page_addr(addr, index));
			KUNIT_EXPECT_EQ_MSG(pl->test, !pfn_valid(pfn), i < spare_on(pl, nid),
					    "page %lu: is it a spare frame of node %d?",
					    index, nid);
		}
	}
}

/* No real exception: on UML, the kernel panics over OOM in uaccess. */
static int be_refused_pages(void *data)
{
	const struct visit *visit = data;
	unsigned long step;

	current->kunit_test = visit->pl->test;
	for (step = visit->first; step < visit->end; step += visit->step) {
		if (user_fault(visit->us, addr_of_page(visit, step),
			       FAULT_FLAG_WRITE) != VM_FAULT_OOM)
			return -EIO;
	}
	return 0;
}

/* A row of touches that get VM_FAULT_OOM and nothing else. */
static void be_refused(struct place *pl, unsigned int cpu, unsigned long addr,
		       unsigned long first, unsigned long end)
{
	struct visit visit = visit_row(pl, addr, first, end);
	unsigned long i;

	KUNIT_EXPECT_EQ(pl->test, 0, cpu_thread_run(cpu, be_refused_pages, &visit));
	KUNIT_EXPECT_EQ(pl->test, 0, observe_nr_ptes(pl->mt->us, page_addr(addr, first),
						     end - first));
	for (i = first; i < end; i++)
		book(pl, cpu, NUMA_NO_NODE);
}

/* All pages of the case go back to their pools. */
static void unmap_all(struct place *pl, unsigned long addr, unsigned long nr_pages)
{
	int nid;

	KUNIT_ASSERT_EQ(pl->test, 0, user_munmap(pl->mt->us, addr, nr_pages));
	for_each_online_node(nid)
		pl->due[nid].in_use = 0;
}

/* Once when the pools have to grow, and again when they have free pages. */
static void full_node_is_followed_by_the_next_nearest(struct kunit *test)
{
	struct place *pl = limited_begin(test, false);
	unsigned long nr_pages = pages_on_all(pl), addr;
	unsigned int cpu, round;
	int home;

	for_each_node_state(home, N_MEMORY) {
		cpu = topology_cpu_at_home(home);
		if (cpu >= nr_cpu_ids)
			continue;
		mspec_drain(pl->mt->kind);
		for (round = 0; round < 2; round++) {
			addr = map_pages(test, nr_pages + 1);
			touch(pl, cpu, addr, 0, nr_pages);
			be_refused(pl, cpu, addr, nr_pages, nr_pages + 1);

			expect_row(pl, cpu, addr, nr_pages);
			expect_books(pl);
			unmap_all(pl, addr, nr_pages + 1);
		}
	}
}

static void no_node_has_more_than_the_limit(struct kunit *test)
{
	struct place *pl = limited_begin(test, false);
	unsigned long nr_pages = pages_on_all(pl), addr = map_pages(test, nr_pages + 2);
	unsigned int cpu = cpumask_first(cpu_online_mask);
	int nid;

	touch(pl, cpu, addr, 0, nr_pages);
	be_refused(pl, cpu, addr, nr_pages, nr_pages + 2);

	for_each_node_state(nid, N_MEMORY)
		KUNIT_EXPECT_EQ_MSG(test, counts_of(pl, nid).converted, pl->limit,
				    "node %d", nid);
}

static void strict_touch_gets_a_page_of_its_home_or_none(struct kunit *test)
{
	struct place *pl = limited_begin(test, true);
	unsigned long nr_pages, addr;
	unsigned int cpu;
	int home;

	for_each_node_state(home, N_MEMORY) {
		cpu = topology_cpu_at_home(home);
		if (cpu >= nr_cpu_ids)
			continue;
		/* The homes before this one are full, which is nothing to it. */
		nr_pages = pages_on(pl, home);
		addr = map_pages(test, nr_pages + 3);
		touch(pl, cpu, addr, 0, nr_pages);
		be_refused(pl, cpu, addr, nr_pages, nr_pages + 3);

		expect_row(pl, cpu, addr, nr_pages);
		expect_books(pl);
	}
}

static void refused_touch_succeeds_when_it_may_fall_back(struct kunit *test)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	int home = topology_home(cpu);
	unsigned long nr_pages, addr;
	struct place *pl;

	needs_memory_nodes(test, 2);
	pl = limited_begin(test, true);
	nr_pages = pages_on(pl, home);
	addr = map_pages(test, nr_pages + 1);
	touch(pl, cpu, addr, 0, nr_pages);
	be_refused(pl, cpu, addr, nr_pages, nr_pages + 1);

	mspec_policy_set((struct mspec_policy){ .limit = FEW_PAGES });
	touch(pl, cpu, addr, nr_pages, nr_pages + 1);
	expect_row(pl, cpu, addr, nr_pages + 1);
	expect_books(pl);
}

static void touch_gets_a_page_of_its_home_again_when_one_is_free(struct kunit *test)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	int home = topology_home(cpu);
	unsigned long nr_pages, full, addr;
	struct place *pl;

	needs_memory_nodes(test, 2);
	pl = limited_begin(test, false);
	nr_pages = pages_on(pl, home);
	full = map_pages(test, nr_pages);
	addr = map_pages(test, 2);
	touch(pl, cpu, full, 0, nr_pages);
	expect_row(pl, cpu, full, nr_pages);
	touch(pl, cpu, addr, 0, 1);
	unmap_all(pl, full, nr_pages);
	touch(pl, cpu, addr, 1, 2);

	pl->due[topology_fallback(home, 1)].in_use = 0;
	expect_page(pl, cpu, addr, 0, topology_fallback(home, 1));
	expect_page(pl, cpu, addr, 1, home);
	expect_books(pl);
}

/* Just one touch more than there are spare frames needs a page. */
static void spare_frames_are_taken_before_pages(struct kunit *test)
{
	struct place *pl = limited_begin(test, false);
	unsigned int cpu, nr_homes = 0;
	unsigned long nr_pages, addr;
	int home;

	for_each_node_state(home, N_MEMORY) {
		cpu = topology_cpu_at_home(home);
		if (cpu >= nr_cpu_ids || !spare_on(pl, home))
			continue;
		nr_homes++;
		nr_pages = spare_on(pl, home) + 1;
		addr = map_pages(test, nr_pages);
		touch(pl, cpu, addr, 0, nr_pages - 1);
		KUNIT_EXPECT_EQ_MSG(test, counts_of(pl, home).converted, 0, "node %d", home);
		touch(pl, cpu, addr, nr_pages - 1, nr_pages);
		expect_row(pl, cpu, addr, nr_pages);
	}
	if (!nr_homes)
		kunit_skip(test, "needs spare frames at a CPU's home, see mspec.spare");
	expect_books(pl);
}

/* Stands in for mspec_granule_alloc(): takes down for which node it was called. */
static struct page *note_node(int nid, unsigned int order)
{
	struct mspec_test *mt = kunit_get_current_test()->priv;
	struct place *pl = mt->priv;

	/* Again for less is no news. */
	if (pl->nr_asked && pl->asked[pl->nr_asked - 1] == nid)
		return NULL;
	if (pl->nr_asked < ARRAY_SIZE(pl->asked))
		pl->asked[pl->nr_asked++] = nid;
	return NULL;
}

static void page_allocator_is_asked_for_the_nearest_node_first(struct kunit *test)
{
	unsigned int nr_nodes = num_node_state(N_MEMORY), cpu, rank;
	struct place *pl = place_begin_kind(test);
	unsigned long addr = map_pages(test, 1);

	mspec_pages_only(test);
	kunit_activate_static_stub(test, mspec_granule_alloc, note_node);
	for_each_online_cpu(cpu) {
		pl->nr_asked = 0;
		be_refused(pl, cpu, addr, 0, 1);
		KUNIT_ASSERT_EQ(test, pl->nr_asked,
				min_t(unsigned int, nr_nodes, ARRAY_SIZE(pl->asked)));
		for (rank = 0; rank < pl->nr_asked; rank++)
			KUNIT_EXPECT_EQ_MSG(test, pl->asked[rank],
					    topology_fallback(topology_home(cpu), rank),
					    "place %u from CPU %u", rank, cpu);
	}
	expect_books(pl);
}

static void strict_touch_asks_the_page_allocator_for_its_home_only(struct kunit *test)
{
	struct place *pl = place_begin_kind(test);
	unsigned long addr = map_pages(test, 1);
	unsigned int cpu;

	mspec_pages_only(test);
	mspec_policy_set((struct mspec_policy){ .strict = true });
	kunit_activate_static_stub(test, mspec_granule_alloc, note_node);
	for_each_online_cpu(cpu) {
		pl->nr_asked = 0;
		be_refused(pl, cpu, addr, 0, 1);
		KUNIT_EXPECT_EQ(test, pl->nr_asked, 1);
		KUNIT_EXPECT_EQ(test, pl->asked[0], topology_home(cpu));
	}
	expect_books(pl);
}

/*
 * A node with memory and no CPU can be at home to a CPU without memory only;
 * all others get there when the nodes before it are full.
 */
static void memory_without_cpu_is_for_fallback(struct kunit *test)
{
	int lonely = needs_memory_without_cpu(test);
	struct place *pl = limited_begin(test, false);
	unsigned long nr_pages = pages_on_all(pl), addr;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (!node_state(cpu_to_node(cpu), N_MEMORY))
			continue;
		KUNIT_EXPECT_NE(test, topology_home(cpu), lonely);
		addr = map_pages(test, nr_pages);
		touch(pl, cpu, addr, 0, nr_pages);
		expect_row(pl, cpu, addr, nr_pages);
		expect_books(pl);
		unmap_all(pl, addr, nr_pages);
	}
	KUNIT_EXPECT_EQ(test, counts_of(pl, lonely).hit, pl->before[lonely].hit);
	KUNIT_EXPECT_GT(test, counts_of(pl, lonely).miss, pl->before[lonely].miss);
}

static struct kunit_case mspec_fallback_cases[] = {
	KUNIT_CASE_PARAM(full_node_is_followed_by_the_next_nearest, kinds_gen_params),
	KUNIT_CASE_PARAM(no_node_has_more_than_the_limit, kinds_gen_params),
	KUNIT_CASE_PARAM(strict_touch_gets_a_page_of_its_home_or_none, kinds_gen_params),
	KUNIT_CASE_PARAM(refused_touch_succeeds_when_it_may_fall_back, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_gets_a_page_of_its_home_again_when_one_is_free,
			 kinds_gen_params),
	KUNIT_CASE_PARAM(spare_frames_are_taken_before_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(page_allocator_is_asked_for_the_nearest_node_first,
			 kinds_gen_params),
	KUNIT_CASE_PARAM(strict_touch_asks_the_page_allocator_for_its_home_only,
			 kinds_gen_params),
	KUNIT_CASE_PARAM(memory_without_cpu_is_for_fallback, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_fallback_suite = {
	.name = "mspec_fallback",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_fallback_cases,
};

kunit_test_suite(mspec_fallback_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: what the mspec driver does when a node has no page");
MODULE_LICENSE("GPL");
