// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: the node that a page comes from, and that
 * it stays there.
 *
 * Wherever the machine has enough CPUs and nodes the cases run, whatever its
 * shape; on a flat one they say that all pages come from the only node.
 */
#include <linux/gfp.h>
#include <linux/mempolicy.h>
#include <linux/smp.h>

#include "mspec_place.h"

/* Most pages of a mapping, as some are reported one by one: report_placement(). */
#define MAX_PAGES	128

/* Larger than that, and prime: it visits every page once. */
#define STRIDE		8191

/* A mapping with so many pages for each CPU, none of them touched. */
static struct visit map_for_all_cpus(struct place *pl, unsigned long pages_per_cpu)
{
	struct visit all = { .pl = pl, .us = pl->mt->us, .stride = 1 };

	all.step = min_t(unsigned long, num_online_cpus(), MAX_PAGES);
	all.nr_pages = all.step * min(pages_per_cpu, MAX_PAGES / all.step);
	all.end = all.nr_pages;
	all.addr = map_pages(pl->test, all.nr_pages);
	return all;
}

/* Each CPU touches its share. */
static void touch_from_all_cpus(const struct visit *all)
{
	struct visit visit = *all;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (visit.first == visit.step)
			break;
		KUNIT_ASSERT_EQ(all->pl->test, 0, cpu_thread_run(cpu, touch_pages, &visit));
		visit.first++;
	}
}

static int read_pages(void *data)
{
	const struct visit *visit = data;
	unsigned long index, word;
	int err;

	for (index = 0; index < visit->nr_pages; index++) {
		err = user_read(visit->us, addr_of_page(visit, index), &word);
		if (err)
			return err;
		if (word != word_of(index))
			return -EILSEQ;
	}
	return 0;
}

static void read_from_all_cpus(const struct visit *all)
{
	struct visit visit = *all;
	unsigned int cpu;

	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(all->pl->test, 0, cpu_thread_run(cpu, read_pages, &visit));
}

/* After touch_from_all_cpus(). */
static void expect_all_at_home(const struct visit *all)
{
	unsigned long first = 0, step;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (first == all->step)
			break;
		for (step = first; step < all->end; step += all->step)
			expect_page_at_home(all->pl, cpu, all->addr, page_of_step(all, step));
		first++;
	}
}

static unsigned long *note_pfns(const struct visit *all)
{
	struct kunit *test = all->pl->test;
	unsigned long *pfns, i;

	pfns = kunit_kcalloc(test, all->nr_pages, sizeof(*pfns), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, pfns);
	for (i = 0; i < all->nr_pages; i++)
		pfns[i] = pfn_at(all->pl, all->us, addr_of_page(all, i));
	return pfns;
}

static void expect_pfns(const struct visit *all, const unsigned long *pfns)
{
	unsigned long i;

	for (i = 0; i < all->nr_pages; i++)
		KUNIT_EXPECT_EQ_MSG(all->pl->test, pfns[i],
				    pfn_at(all->pl, all->us, addr_of_page(all, i)),
				    "page %lu", i);
}

/* First touch */

static void page_is_on_the_home_node_of_the_cpu_that_touched_it_first(struct kunit *test)
{
	struct place *pl = place_begin_kind(test);
	struct visit all = map_for_all_cpus(pl, 4);

	touch_from_all_cpus(&all);
	expect_all_at_home(&all);
	expect_books(pl);
}

/* For whoever draws a picture of it. */
static void report_placement(const struct visit *all)
{
	unsigned long first = 0, step, index;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		if (first == all->step)
			break;
		for (step = first; step < all->end; step += all->step) {
			index = page_of_step(all, step);
			kunit_info(all->pl->test,
				   "placement: page=%lu toucher=%d home=%d node=%d",
				   index, cpu_to_node(cpu), topology_home(cpu),
				   node_at(all->pl, addr_of_page(all, index)));
		}
		first++;
	}
}

static void scattered_pages_are_on_the_nodes_of_their_touchers(struct kunit *test)
{
	struct place *pl = place_begin_kind(test);
	struct visit all = map_for_all_cpus(pl, 8);

	all.stride = STRIDE;
	touch_from_all_cpus(&all);
	report_placement(&all);
	expect_all_at_home(&all);
	expect_books(pl);
}

/* The CPU of a page of a journey: one after the other, and over again. */
static unsigned int cpu_of_page(unsigned long index)
{
	unsigned int cpu;

	index %= num_online_cpus();
	for_each_online_cpu(cpu) {
		if (!index--)
			break;
	}
	return cpu;
}

static int touch_on_a_journey(void *data)
{
	const struct visit *visit = data;
	unsigned long index;
	unsigned int cpu;
	int err;

	for (index = 0; index < visit->nr_pages; index++) {
		cpu = cpu_of_page(index);
		err = set_cpus_allowed_ptr(current, cpumask_of(cpu));
		if (err)
			return err;
		if (raw_smp_processor_id() != cpu)
			return -EXDEV;
		err = user_write(visit->us, addr_of_page(visit, index), word_of(index));
		if (err)
			return err;
	}
	return 0;
}

static void page_is_on_the_node_where_its_thread_was_at_that_moment(struct kunit *test)
{
	unsigned long index;
	struct visit visit;
	struct place *pl;

	needs_homes(test, 2);
	pl = place_begin_kind(test);
	visit = map_for_all_cpus(pl, 3);
	KUNIT_ASSERT_EQ(test, 0, free_thread_run(touch_on_a_journey, &visit));

	for (index = 0; index < visit.nr_pages; index++)
		expect_page_at_home(pl, cpu_of_page(index), visit.addr, index);
	expect_books(pl);
}

static void page_stays_when_other_cpus_read_it(struct kunit *test)
{
	unsigned long *pfns;
	struct visit all;
	struct place *pl;

	needs_homes(test, 2);
	pl = place_begin_kind(test);
	all = map_for_all_cpus(pl, 4);
	touch_from_all_cpus(&all);
	pfns = note_pfns(&all);

	read_from_all_cpus(&all);
	expect_pfns(&all, pfns);
	expect_all_at_home(&all);
	expect_books(pl);
}

/* Forks */

/* A parent's mapping, and the same in a child, none of it touched. */
static void map_and_fork(struct kunit *test, struct visit *all, struct visit *in_child)
{
	struct place *pl;

	needs_mm_exports(test);
	pl = place_begin_kind(test);
	*all = map_for_all_cpus(pl, 4);
	*in_child = *all;
	in_child->us = user_space_fork(test, pl->mt->us);
}

/* The child has no page table entries yet: each first read is a fault. */
static void page_stays_when_a_child_faults_on_other_cpus(struct kunit *test)
{
	struct visit all, in_child;

	map_and_fork(test, &all, &in_child);
	touch_from_all_cpus(&all);

	read_from_all_cpus(&in_child);
	expect_pfns(&in_child, note_pfns(&all));
	expect_all_at_home(&all);
	expect_books(all.pl);
}

static void page_that_a_child_touches_is_on_the_childs_node_and_stays(struct kunit *test)
{
	struct visit all, in_child;
	unsigned long *pfns;

	map_and_fork(test, &all, &in_child);
	touch_from_all_cpus(&in_child);
	pfns = note_pfns(&in_child);

	read_from_all_cpus(&all);
	expect_pfns(&all, pfns);
	expect_all_at_home(&all);

	/* That the child is gone is nothing to the page. */
	user_space_destroy(test, in_child.us);
	read_from_all_cpus(&all);
	expect_pfns(&all, pfns);
	expect_books(all.pl);
}

/* Memory policy */

struct policy_mode {
	const char *name;
	enum mspec_kind kind;
	int mode;
};

static const struct policy_mode policy_modes[] = {
	{ "cached bind", MSPEC_CACHED, MPOL_BIND },
	{ "cached preferred", MSPEC_CACHED, MPOL_PREFERRED },
	{ "cached interleave", MSPEC_CACHED, MPOL_INTERLEAVE },
	{ "uncached bind", MSPEC_UNCACHED, MPOL_BIND },
	{ "uncached preferred", MSPEC_UNCACHED, MPOL_PREFERRED },
	{ "uncached interleave", MSPEC_UNCACHED, MPOL_INTERLEAVE },
};

static void describe_mode(const struct policy_mode *mode, char *desc)
{
	strscpy(desc, mode->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(policy_modes, policy_modes, describe_mode);

/**
 * struct policy_visit - pages that a memory policy wants to have elsewhere
 * @visit: the pages
 * @cpu: who touches them
 * @mode: MPOL_*
 * @nodes: user address of the policy's nodes: not the CPU's home
 * @nr_strayed: of some ordinary pages of the thread, those that obeyed
 */
struct policy_visit {
	struct visit visit;
	unsigned int cpu;
	int mode;
	unsigned long nodes;
	unsigned int nr_strayed;
};

static unsigned int ordinary_pages_not_on(int nid)
{
	unsigned int i, nr = 0;
	struct page *page;

	for (i = 0; i < 4; i++) {
		page = alloc_page(GFP_USER);
		if (!page)
			continue;
		nr += page_to_nid(page) != nid;
		__free_page(page);
	}
	return nr;
}

/* The policy is the thread's, and goes with it. */
static int touch_under_policy(void *data)
{
	struct policy_visit *pv = data;
	long err = user_syscall(pv->visit.us, set_mempolicy, pv->mode, pv->nodes,
				MAX_NUMNODES + 1);

	if (err)
		return err;
	pv->nr_strayed = ordinary_pages_not_on(topology_home(pv->cpu));
	return touch_pages(&pv->visit);
}

static unsigned long map_ordinary_page(const struct place *pl)
{
	unsigned long addr = user_mmap(pl->mt->us, NULL, 1, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE, 0);

	KUNIT_ASSERT_FALSE(pl->test, IS_ERR_VALUE(addr));
	return addr;
}

/* All nodes but the home; just one of them, unless the policy is for many. */
static unsigned long put_nodes(const struct place *pl, int home, int mode)
{
	unsigned long addr = map_ordinary_page(pl);
	nodemask_t nodes = node_states[N_MEMORY];

	node_clear(home, nodes);
	if (mode != MPOL_INTERLEAVE)
		nodes = nodemask_of_node(first_node(nodes));
	KUNIT_ASSERT_EQ(pl->test, 0, user_copy_in(pl->mt->us, addr, &nodes, sizeof(nodes)));
	return addr;
}

/* Without spare frames, every node has to ask the page allocator. */
static struct policy_visit map_for_policy(struct kunit *test, enum mspec_kind kind, int mode)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	struct place *pl;

	needs_memory_nodes(test, 2);
	needs_syscalls(test);
	pl = place_begin(test, kind);
	mspec_pages_only(test);
	return (struct policy_visit){
		.visit = visit_row(pl, map_pages(test, 4), 0, 4),
		.cpu = cpu,
		.mode = mode,
		.nodes = put_nodes(pl, topology_home(cpu), mode),
	};
}

static void policy_of_the_task_does_not_redirect(struct kunit *test)
{
	const struct policy_mode *mode = test->param_value;
	struct policy_visit pv = map_for_policy(test, mode->kind, mode->mode);
	unsigned long i;

	KUNIT_ASSERT_EQ(test, 0, cpu_thread_run(pv.cpu, touch_under_policy, &pv));
	KUNIT_ASSERT_GT(test, pv.nr_strayed, 0);

	for (i = 0; i < pv.visit.nr_pages; i++)
		expect_page_at_home(pv.visit.pl, pv.cpu, pv.visit.addr, i);
	expect_books(pv.visit.pl);
}

static long bind(const struct policy_visit *pv, unsigned long addr, unsigned long nr_pages)
{
	return user_syscall(pv->visit.us, mbind, addr, nr_pages << PAGE_SHIFT,
			    pv->mode, pv->nodes, MAX_NUMNODES + 1, 0);
}

static void policy_of_the_mapping_does_not_redirect(struct kunit *test)
{
	const enum mspec_kind *kind = test->param_value;
	struct policy_visit pv = map_for_policy(test, *kind, MPOL_BIND);
	struct place *pl = pv.visit.pl;
	unsigned long ordinary = map_ordinary_page(pl), i;

	KUNIT_ASSERT_EQ(test, 0L, bind(&pv, ordinary, 1));
	KUNIT_ASSERT_EQ(test, 0L, bind(&pv, pv.visit.addr, pv.visit.nr_pages));
	touch(pl, pv.cpu, ordinary, 0, 1);
	touch(pl, pv.cpu, pv.visit.addr, 0, pv.visit.nr_pages);

	KUNIT_ASSERT_NE(test, node_at(pl, ordinary), topology_home(pv.cpu));
	for (i = 0; i < pv.visit.nr_pages; i++)
		expect_page_at_home(pl, pv.cpu, pv.visit.addr, i);
	expect_books(pl);
}

/* Nodes that have no memory */

static void cpu_without_memory_gets_the_nearest_memory(struct kunit *test)
{
	unsigned int cpu = needs_cpu_without_memory(test);
	struct place *pl = place_begin_kind(test);
	unsigned long addr = map_pages(test, 4), i;
	int own = cpu_to_node(cpu), nid, found;

	touch(pl, cpu, addr, 0, 4);
	for (i = 0; i < 4; i++) {
		expect_page_at_home(pl, cpu, addr, i);
		found = node_at(pl, page_addr(addr, i));
		for_each_node_state(nid, N_MEMORY)
			KUNIT_EXPECT_LE(test, node_distance(own, found),
					node_distance(own, nid));
	}
	expect_books(pl);
}

static struct kunit_case mspec_numa_cases[] = {
	KUNIT_CASE_PARAM(page_is_on_the_home_node_of_the_cpu_that_touched_it_first,
			 kinds_gen_params),
	KUNIT_CASE_PARAM(scattered_pages_are_on_the_nodes_of_their_touchers, kinds_gen_params),
	KUNIT_CASE_PARAM(page_is_on_the_node_where_its_thread_was_at_that_moment,
			 kinds_gen_params),
	KUNIT_CASE_PARAM(page_stays_when_other_cpus_read_it, kinds_gen_params),
	KUNIT_CASE_PARAM(page_stays_when_a_child_faults_on_other_cpus, kinds_gen_params),
	KUNIT_CASE_PARAM(page_that_a_child_touches_is_on_the_childs_node_and_stays,
			 kinds_gen_params),
	KUNIT_CASE_PARAM(policy_of_the_task_does_not_redirect, policy_modes_gen_params),
	KUNIT_CASE_PARAM(policy_of_the_mapping_does_not_redirect, kinds_gen_params),
	KUNIT_CASE_PARAM(cpu_without_memory_gets_the_nearest_memory, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_numa_suite = {
	.name = "mspec_numa",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_numa_cases,
};

kunit_test_suite(mspec_numa_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: where the mspec driver's pages come from");
MODULE_LICENSE("GPL");
