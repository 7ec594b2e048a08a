// SPDX-License-Identifier: GPL-2.0
/*
 * The testbed on trial: what the other suites take for granted.
 */
#include <kunit/test.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/topology.h>

#include "testbed/testbed.h"

#define NR_FRAMES 8

/* Counted like everybody's memory: what the observers say is not always 0. */
static void anonymous_memory_is_observed_as_it_is(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long word = 0, addr;
	struct pte_view pte;

	addr = user_mmap(us, NULL, 2, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_EXPECT_TRUE(test, observe_pte(us, addr).none);

	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 4711));
	KUNIT_ASSERT_EQ(test, 0, user_read(us, addr, &word));
	KUNIT_EXPECT_EQ(test, word, 4711);
	pte = observe_pte(us, addr);
	KUNIT_EXPECT_TRUE(test, pte.present && pte.write && pte.dirty);
	KUNIT_EXPECT_FALSE(test, pte.special || pte.uncached);
	KUNIT_EXPECT_EQ(test, folio_mapcount(pfn_folio(pte.pfn)), 1);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(us, addr, 2), 1);
	expect_rss(test, us, 0, 1);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(us, addr, 2));
	KUNIT_EXPECT_EQ(test, user_read(us, addr, &word), -EFAULT);
	expect_rss(test, us, 0, 0);
}

/* Covers: do_anonymous_page, vm_normal_page(pte_special) */
static void shared_zero_page_is_not_a_normal_page(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long word = 1, addr;

	needs_mm_exports(test);
	addr = user_mmap(us, NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));

	KUNIT_ASSERT_EQ(test, 0, user_read(us, addr, &word));
	KUNIT_EXPECT_EQ(test, word, 0);
	KUNIT_EXPECT_NULL(test, observe_normal_page(us, addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 1));
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(us, addr),
			    pfn_to_page(observe_pte(us, addr).pfn));
}

static void contiguous_frames_ascend(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_CONTIGUOUS, NR_FRAMES,
					     NUMA_NO_NODE);
	unsigned int i;

	for (i = 1; i < NR_FRAMES; i++)
		KUNIT_EXPECT_EQ(test, frames->frame[i].pfn,
				frames->frame[0].pfn + i);
}

/* No two of them obey one linear rule. */
static void scattered_frames_share_no_linear_rule(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_SCATTERED, NR_FRAMES,
					     NUMA_NO_NODE);
	unsigned int i, j;

	for (i = 0; i < NR_FRAMES; i++)
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, frames->frame[i].pfn - i,
					frames->frame[j].pfn - j);
}

static void a_stray_write_is_seen_in_a_frame(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					     NUMA_NO_NODE);
	char *last = frames->frame[0].addr + PAGE_SIZE - 1;

	KUNIT_EXPECT_TRUE(test, frame_intact(&frames->frame[0]));
	*last ^= 1;
	KUNIT_EXPECT_FALSE(test, frame_intact(&frames->frame[0]));
}

static void pageless_frames_have_no_struct_page(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_PAGELESS_SCATTERED,
					     NR_FRAMES, NUMA_NO_NODE);
	unsigned int i;

	for (i = 0; i < NR_FRAMES; i++)
		KUNIT_EXPECT_FALSE(test, pfn_valid(frames->frame[i].pfn));
	needs_reachable(test, frames);
	for (i = 0; i < NR_FRAMES; i++)
		KUNIT_EXPECT_TRUE(test, frame_intact(&frames->frame[i]));
}

static void frames_with_struct_page_lie_on_the_node_asked_for(struct kunit *test)
{
	int nid;

	needs_numa_nodes(test, 2);
	for_each_node_state(nid, N_MEMORY) {
		struct frames *frames = frames_alloc(test, FRAMES_SCATTERED,
						     NR_FRAMES, nid);
		unsigned int i;

		for (i = 0; i < NR_FRAMES; i++)
			KUNIT_EXPECT_EQ(test, nid,
					page_to_nid(pfn_to_page(frames->frame[i].pfn)));
	}
}

static void pageless_frames_lie_on_the_node_asked_for(struct kunit *test)
{
	int nid;

	needs_numa_nodes(test, 2);
	for_each_node_state(nid, N_MEMORY) {
		struct frames *frames = frames_alloc(test, FRAMES_PAGELESS,
						     NR_FRAMES, nid);
		unsigned int i;

		for (i = 0; i < NR_FRAMES; i++)
			KUNIT_EXPECT_EQ(test, nid,
					phys_to_target_node(PFN_PHYS(frames->frame[i].pfn)));
	}
}

/* As for a spinlock that somebody takes and keeps. */
static void lock_that_is_kept_is_noticed(struct kunit *test)
{
	struct balance before = balance_note();
	bool kept;

	if (!IS_ENABLED(CONFIG_PREEMPT_COUNT))
		kunit_skip(test, "needs a kernel that counts locks (CONFIG_PREEMPT_COUNT)");
	KUNIT_EXPECT_TRUE(test, balance_kept(&before));
	preempt_disable();
	kept = balance_kept(&before);
	preempt_enable();
	KUNIT_EXPECT_FALSE(test, kept);
	KUNIT_EXPECT_TRUE(test, balance_kept(&before));
}

static int note_node(void *data)
{
	*(int *)data = numa_node_id();
	return 42;
}

static void node_thread_runs_on_its_node(struct kunit *test)
{
	int nid, seen = NUMA_NO_NODE;

	for_each_node_state(nid, N_CPU) {
		KUNIT_EXPECT_EQ(test, 42, node_thread_run(nid, note_node,
							  &seen));
		KUNIT_EXPECT_EQ(test, seen, nid);
	}
}

static int move_about(void *data)
{
	unsigned int cpu, *nr_wrong = data;
	int err;

	for_each_online_cpu(cpu) {
		err = set_cpus_allowed_ptr(current, cpumask_of(cpu));
		if (err)
			return err;
		*nr_wrong += raw_smp_processor_id() != cpu;
	}
	return 42;
}

static void free_thread_runs_where_it_wants_to(struct kunit *test)
{
	unsigned int nr_wrong = 0;

	KUNIT_EXPECT_EQ(test, 42, free_thread_run(move_about, &nr_wrong));
	KUNIT_EXPECT_EQ(test, nr_wrong, 0);
}

/* Whatever the CPU's own node is; if it has memory, nothing is as near. */
static void home_has_memory_and_none_is_nearer(struct kunit *test)
{
	unsigned int cpu;
	int nid, home;

	for_each_online_cpu(cpu) {
		home = topology_home(cpu);
		KUNIT_ASSERT_TRUE(test, node_state(home, N_MEMORY));
		for_each_node_state(nid, N_MEMORY)
			KUNIT_EXPECT_GE(test, node_distance(cpu_to_node(cpu), nid),
					node_distance(cpu_to_node(cpu), home));
	}
}

static void fallback_goes_to_every_memory_node_once(struct kunit *test)
{
	unsigned int rank;
	nodemask_t seen;
	int from, nid;

	for_each_online_node(from) {
		nodes_clear(seen);
		for (rank = 0; rank < num_node_state(N_MEMORY); rank++) {
			nid = topology_fallback(from, rank);
			KUNIT_ASSERT_NE(test, nid, NUMA_NO_NODE);
			node_set(nid, seen);
		}
		KUNIT_EXPECT_TRUE(test, nodes_equal(seen, node_states[N_MEMORY]));
		KUNIT_EXPECT_EQ(test, topology_fallback(from, rank), NUMA_NO_NODE);
	}
}

static void fallback_goes_farther_or_up_in_number(struct kunit *test)
{
	int from, nid, next, near, far;
	unsigned int rank;

	for_each_online_node(from) {
		/* From itself first, if it has memory: there the numbers begin. */
		rank = node_state(from, N_MEMORY);
		if (rank)
			KUNIT_EXPECT_EQ(test, topology_fallback(from, 0), from);
		for (; rank + 1 < num_node_state(N_MEMORY); rank++) {
			nid = topology_fallback(from, rank);
			next = topology_fallback(from, rank + 1);
			near = node_distance(from, nid);
			far = node_distance(from, next);
			KUNIT_EXPECT_LE(test, near, far);
			if (near == far)
				KUNIT_EXPECT_LT(test, nid, next);
		}
	}
}

/* Every kind of residue is told apart from every other. */
static void residue_that_is_left_is_seen(struct kunit *test)
{
	struct residue before = residue_now(), after = before;
	unsigned int kind;

	KUNIT_EXPECT_EQ(test, residue_differs(&before, &after, 0),
			RESIDUE_KINDS);
	for (kind = 0; kind < RESIDUE_KINDS; kind++) {
		after = before;
		after.of[kind]++;
		KUNIT_EXPECT_EQ(test, residue_differs(&before, &after, 0),
				kind);
	}
}

static void what_a_case_holds_is_counted_until_given_back(struct kunit *test)
{
	struct residue before = residue_now(), now;
	struct user_space *us = user_space_create(test);

	now = residue_now();
	KUNIT_EXPECT_EQ(test, now.of[RESIDUE_MM], before.of[RESIDUE_MM] + 1);
	user_space_destroy(test, us);
	now = residue_now();
	KUNIT_EXPECT_EQ(test, residue_differs(&before, &now, 0),
			RESIDUE_KINDS);
}

/* munmap, as a system call, does what vm_munmap() does. */
static void system_call_acts_on_the_tests_address_space(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	struct vma_view vma;
	unsigned long addr;

	needs_syscalls(test);
	addr = user_mmap(us, NULL, 2, PROT_READ, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));

	KUNIT_EXPECT_EQ(test, user_syscall(us, munmap, addr, PAGE_SIZE), 0L);
	KUNIT_EXPECT_FALSE(test, user_vma(us, addr, &vma));
	KUNIT_EXPECT_TRUE(test, user_vma(us, addr + PAGE_SIZE, &vma));
}

/* The first allocation fails, the second time nobody minds. */
static void chosen_allocation_fails_and_no_other(struct kunit *test)
{
	struct page *first, *second;

	needs_failures(test);
	failures_arm(2);
	first = alloc_page(GFP_KERNEL);
	second = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_TRUE(test, failures_disarm());
	KUNIT_EXPECT_NOT_NULL(test, first);
	KUNIT_EXPECT_NULL(test, second);
	if (first)
		__free_page(first);

	failures_arm(2);
	first = alloc_page(GFP_KERNEL);
	KUNIT_EXPECT_FALSE(test, failures_disarm());
	KUNIT_ASSERT_NOT_NULL(test, first);
	__free_page(first);
}

/* Twice, though a WARN_ON_ONCE() fires only once. */
static void expected_warning_is_counted(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		EXPECT_WARNINGS(test, 1)
			WARN_ON_ONCE(true);
}

static struct kunit_case mm_pfnmap_testbed_cases[] = {
	KUNIT_CASE(anonymous_memory_is_observed_as_it_is),
	KUNIT_CASE(shared_zero_page_is_not_a_normal_page),
	KUNIT_CASE(contiguous_frames_ascend),
	KUNIT_CASE(scattered_frames_share_no_linear_rule),
	KUNIT_CASE(a_stray_write_is_seen_in_a_frame),
	KUNIT_CASE(pageless_frames_have_no_struct_page),
	KUNIT_CASE(frames_with_struct_page_lie_on_the_node_asked_for),
	KUNIT_CASE(pageless_frames_lie_on_the_node_asked_for),
	KUNIT_CASE(lock_that_is_kept_is_noticed),
	KUNIT_CASE(node_thread_runs_on_its_node),
	KUNIT_CASE(free_thread_runs_where_it_wants_to),
	KUNIT_CASE(home_has_memory_and_none_is_nearer),
	KUNIT_CASE(fallback_goes_to_every_memory_node_once),
	KUNIT_CASE(fallback_goes_farther_or_up_in_number),
	KUNIT_CASE(chosen_allocation_fails_and_no_other),
	KUNIT_CASE(expected_warning_is_counted),
	KUNIT_CASE(residue_that_is_left_is_seen),
	KUNIT_CASE(what_a_case_holds_is_counted_until_given_back),
	KUNIT_CASE(system_call_acts_on_the_tests_address_space),
	{}
};

static struct kunit_suite mm_pfnmap_testbed_suite = {
	.name = "mm_pfnmap_testbed",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_testbed_cases,
};

kunit_test_suite(mm_pfnmap_testbed_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: the testbed of the raw-PFN mapping suites");
MODULE_LICENSE("GPL");
