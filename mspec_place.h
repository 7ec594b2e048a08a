/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites for the mspec driver's placement of pages share.
 *
 * Where a page is due is said by testbed/topology.h, not by the driver. Each
 * case keeps books of its own on what it touched from where: what the driver
 * counts, for each node, must agree with them.
 */
#ifndef PFNKUNIT_MSPEC_PLACE_H
#define PFNKUNIT_MSPEC_PLACE_H

#include <linux/cpumask.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "mspec_test.h"

/**
 * struct place - a case about placement
 * @test: the case
 * @mt: what it has of the driver
 * @before: the driver's counts when it began, by node
 * @due: what it has to have added to hit, miss, foreign, refused and in_use of
 *	them, by node
 * @limit: pages that a node may convert, once limited_begin() has said so
 * @asked: nodes that the page allocator was asked for pages of, in this order
 * @nr_asked: how many
 */
struct place {
	struct kunit *test;
	struct mspec_test *mt;
	struct mspec_node_counts *before;
	struct mspec_node_counts *due;
	unsigned long limit;
	int asked[64];
	unsigned int nr_asked;
};

static inline struct mspec_node_counts counts_of(const struct place *pl, int nid)
{
	struct mspec_node_counts counts;

	mspec_node_count(pl->mt->kind, nid, &counts);
	return counts;
}

static inline struct place *place_begin(struct kunit *test, enum mspec_kind kind)
{
	struct mspec_test *mt = mspec_begin(test, kind);
	struct place *pl = kunit_kzalloc(test, sizeof(*pl), GFP_KERNEL);
	int nid;

	KUNIT_ASSERT_NOT_NULL(test, pl);
	mt->priv = pl;
	pl->test = test;
	pl->mt = mt;
	pl->before = kunit_kcalloc(test, nr_node_ids, sizeof(*pl->before), GFP_KERNEL);
	pl->due = kunit_kcalloc(test, nr_node_ids, sizeof(*pl->due), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pl->before);
	KUNIT_ASSERT_NOT_NULL(test, pl->due);
	for_each_online_node(nid) {
		pl->before[nid] = counts_of(pl, nid);
		if (!mspec_grows(kind) && node_state(nid, N_MEMORY) && !pl->before[nid].spare)
			kunit_skip(test, "needs spare memory on node %d, or uncached pages", nid);
	}
	return pl;
}

static inline struct place *place_begin_kind(struct kunit *test)
{
	return place_begin(test, *(const enum mspec_kind *)test->param_value);
}

/* Touching */

/**
 * struct visit - what one CPU does to a mapping
 * @pl: the case
 * @us: the address space
 * @addr: the mapping
 * @nr_pages: its size
 * @first: the first step that is this CPU's
 * @step: distance to the next
 * @end: where the steps end
 * @stride: from page to page in the steps, modulo @nr_pages
 */
struct visit {
	struct place *pl;
	struct user_space *us;
	unsigned long addr;
	unsigned long nr_pages;
	unsigned long first;
	unsigned long step;
	unsigned long end;
	unsigned long stride;
};

/* Pages of a mapping one by one, from one to before another. */
static inline struct visit visit_row(struct place *pl, unsigned long addr,
				     unsigned long first, unsigned long end)
{
	return (struct visit){
		.pl = pl, .us = pl->mt->us, .addr = addr, .nr_pages = end,
		.first = first, .step = 1, .end = end, .stride = 1,
	};
}

/* The page of a step, the steps of all CPUs counted. */
static inline unsigned long page_of_step(const struct visit *visit, unsigned long step)
{
	return step * visit->stride % visit->nr_pages;
}

static inline unsigned long addr_of_page(const struct visit *visit, unsigned long index)
{
	return page_addr(visit->addr, index);
}

static inline int touch_pages(void *data)
{
	const struct visit *visit = data;
	unsigned long step, index;
	int err;

	/* This thread is the case's, and so its stubs apply. */
	current->kunit_test = visit->pl->test;
	for (step = visit->first; step < visit->end; step += visit->step) {
		index = page_of_step(visit, step);
		err = user_write(visit->us, addr_of_page(visit, index), word_of(index));
		if (err)
			return err;
	}
	return 0;
}

/* One CPU touches a row of pages. */
static inline void touch(struct place *pl, unsigned int cpu, unsigned long addr,
			 unsigned long first, unsigned long end)
{
	struct visit visit = visit_row(pl, addr, first, end);

	KUNIT_ASSERT_EQ(pl->test, 0, cpu_thread_run(cpu, touch_pages, &visit));
}

/* Looking */

static inline unsigned long pfn_at(const struct place *pl, struct user_space *us,
				   unsigned long addr)
{
	struct pte_view pte = observe_pte(us, addr);

	KUNIT_ASSERT_TRUE(pl->test, pte.present);
	return pte.pfn;
}

static inline int node_at(const struct place *pl, unsigned long addr)
{
	return topology_pfn_node(pfn_at(pl, pl->mt->us, addr));
}

/* Put into the books that a CPU got a page of a node, or none. */
static inline void book(struct place *pl, unsigned int cpu, int nid)
{
	int home = topology_home(cpu);

	if (nid == NUMA_NO_NODE) {
		pl->due[home].refused++;
		return;
	}
	pl->due[nid].in_use++;
	if (nid == home) {
		pl->due[home].hit++;
	} else {
		pl->due[home].foreign++;
		pl->due[nid].miss++;
	}
}

/* The page that a CPU touched first is on this node. */
static inline void expect_page(struct place *pl, unsigned int cpu,
			       unsigned long addr, unsigned long index, int nid)
{
	KUNIT_EXPECT_EQ_MSG(pl->test, nid, node_at(pl, page_addr(addr, index)),
			    "page %lu, touched by CPU %u", index, cpu);
	book(pl, cpu, nid);
}

static inline void expect_page_at_home(struct place *pl, unsigned int cpu,
				       unsigned long addr, unsigned long index)
{
	expect_page(pl, cpu, addr, index, topology_home(cpu));
}

/* What the driver has counted is what the case has, on every node. */
static inline void expect_books(const struct place *pl)
{
	struct kunit *test = pl->test;
	int nid;

	for_each_online_node(nid) {
		struct mspec_node_counts now = counts_of(pl, nid);
		const struct mspec_node_counts *then = &pl->before[nid];
		const struct mspec_node_counts *due = &pl->due[nid];

		KUNIT_EXPECT_EQ_MSG(test, now.hit - then->hit, due->hit, "node %d", nid);
		KUNIT_EXPECT_EQ_MSG(test, now.miss - then->miss, due->miss, "node %d", nid);
		KUNIT_EXPECT_EQ_MSG(test, now.foreign - then->foreign, due->foreign,
				    "node %d", nid);
		KUNIT_EXPECT_EQ_MSG(test, now.refused - then->refused, due->refused,
				    "node %d", nid);
		KUNIT_EXPECT_EQ_MSG(test, now.in_use - then->in_use, due->in_use,
				    "node %d", nid);
	}
}

#endif /* PFNKUNIT_MSPEC_PLACE_H */
