// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: what happens at the same time.
 *
 * Where the order matters, it is forced: the driver asks mspec_home_node() for
 * a page that is not there yet, before it takes one. A case has that replaced
 * by a function that lets another thread do something to its end first, if
 * that can end, or to begin it, if it has to wait for the fault.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

#include "mspec_test.h"

#define GRANULE		BIT(MSPEC_GRANULE_ORDER)

/**
 * struct race - what another thread does
 * @test: the case, if its stubs are to be the thread's, too
 * @mt: what it has of the driver
 * @us: in which address space
 * @addr: where
 * @then: for munmap_and_write(): where else
 * @fn: what; returns 0 or a negative errno
 * @child: for fork_it(): what becomes of it
 * @ret: what @fn returned
 * @thread: the thread; NULL before and after
 * @done: @fn is done
 */
struct race {
	struct kunit *test;
	struct mspec_test *mt;
	struct user_space *us;
	unsigned long addr;
	unsigned long then;
	int (*fn)(struct race *race);
	struct user_space *child;
	int ret;
	struct task_struct *thread;
	struct completion done;
};

static int race_thread(void *data)
{
	struct race *race = data;

	current->kunit_test = race->test;
	race->ret = race->fn(race);
	current->kunit_test = NULL;
	/* Does not come back into what may be an unloaded module by then. */
	kthread_complete_and_exit(&race->done, 0);
}

/* Idle, if there is more than one CPU. */
static unsigned int another_cpu(void)
{
	unsigned int cpu = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());

	return cpu < nr_cpu_ids ? cpu : raw_smp_processor_id();
}

static void race_wait(void *data)
{
	struct race *race = data;

	if (!race->thread)
		return;
	wait_for_completion(&race->done);
	put_task_struct(race->thread);
	race->thread = NULL;
}

static int race_start(struct race *race)
{
	struct task_struct *thread;

	thread = kthread_create(race_thread, race, "mspec_race");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	kthread_bind(thread, another_cpu());
	race->thread = get_task_struct(thread);
	wake_up_process(thread);
	return 0;
}

static struct race *race_between(struct kunit *test, struct mspec_test *mt,
				 unsigned long addr, int (*fn)(struct race *race))
{
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, race);
	race->mt = mt;
	race->us = mt->us;
	race->addr = addr;
	race->fn = fn;
	init_completion(&race->done);
	mt->priv = race;
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, race_wait, race));
	return race;
}

static struct race *current_race(void)
{
	const struct mspec_test *mt = kunit_get_current_test()->priv;

	return mt->priv;
}

/* Stands in for mspec_home_node(): the other thread is done before this one. */
static int home_after_the_other(void)
{
	struct kunit *test = kunit_get_current_test();
	struct race *race = current_race();

	kunit_deactivate_static_stub(test, mspec_home_node);
	KUNIT_EXPECT_EQ(test, 0, race_start(race));
	race_wait(race);
	KUNIT_EXPECT_EQ(test, 0, race->ret);
	return mspec_home_node();
}

/* Stands in for mspec_home_node(): the other thread is on its way. */
static int home_with_the_other(void)
{
	struct kunit *test = kunit_get_current_test();

	kunit_deactivate_static_stub(test, mspec_home_node);
	KUNIT_EXPECT_EQ(test, 0, race_start(current_race()));
	return mspec_home_node();
}

/* Touch a page of the test's address space, with the other thread in between. */
static void touch_in_race(struct kunit *test, unsigned long addr,
			  int (*home)(void))
{
	struct mspec_test *mt = test->priv;

	kunit_activate_static_stub(test, mspec_home_node, *home);
	EXPECT_VM_FAULT(test, user_fault(mt->us, addr, FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
	race_wait(mt->priv);
}

/* What the other thread does */

static int write_word_0(struct race *race)
{
	return user_write(race->us, race->addr, word_of(0));
}

static int unmap_two(struct race *race)
{
	return user_munmap(race->us, race->addr, 2);
}

static int fork_it(struct race *race)
{
	return user_space_fork_to(race->child, race->us);
}

static int drain(struct race *race)
{
	mspec_drain(race->mt->kind);
	return 0;
}

/* The cases */

static void loser_shows_the_winners_page(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 1);

	race_between(test, mt, addr, write_word_0);
	touch_in_race(test, addr, home_after_the_other);

	expect_word(test, mt->us, addr, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).hit + mspec_since(mt).foreign, 1);
}

/* Stands in for mspec_granule_alloc(). */
static struct page *alloc_nothing(int nid, unsigned int order)
{
	return NULL;
}

static void loser_without_memory_shows_the_winners_page(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 1);

	mspec_pages_only(test);
	race_between(test, mt, addr, write_word_0);
	mspec_policy_set((struct mspec_policy){ .strict = true, .limit = 1 });
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	touch_in_race(test, addr, home_after_the_other);

	expect_word(test, mt->us, addr, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).refused, 0);
}

static void touch_outlives_the_parents_mapping(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_fork(test);
	unsigned long addr = map_pages(test, 2);
	struct user_space *parent = mt->us;
	struct race *race;

	mt->us = user_space_fork(test, parent);
	race = race_between(test, mt, addr, unmap_two);
	race->us = parent;
	touch_in_race(test, addr, home_after_the_other);

	write_words(test, addr, 2);
	expect_word(test, mt->us, addr, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 2);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(mt->us, addr, 2));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
}

/* The mmap_lock has munmap() wait for the fault. */
static void munmap_during_a_touch_leaves_nothing(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 2);
	struct race *race = race_between(test, mt, addr, unmap_two);

	touch_in_race(test, addr, home_with_the_other);
	KUNIT_EXPECT_EQ(test, 0, race->ret);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(mt->us), 0);
}

static void fork_during_a_touch_shares_its_page(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_fork(test);
	unsigned long addr = map_pages(test, 1);
	struct race *race = race_between(test, mt, addr, fork_it);

	race->child = user_space_reserve(test);
	touch_in_race(test, addr, home_with_the_other);
	KUNIT_ASSERT_EQ(test, 0, race->ret);

	write_words(test, addr, 1);
	expect_word(test, race->child, addr, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 1);
}

static void shrink_during_a_touch_takes_free_pages_only(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long free = map_pages(test, 1), addr = map_pages(test, 2);

	mspec_pages_only(test);
	write_words(test, free, 1);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, free, 1));
	race_between(test, mt, addr, drain);
	touch_in_race(test, addr, home_after_the_other);

	KUNIT_EXPECT_GT(test, mspec_since(mt).restored, 0);
	write_words(test, addr, 2);
	expect_word(test, mt->us, addr, 0);
}

/*
 * Until the other thread is done, or has to wait. Asleep meanwhile: a thread that
 * waits for a mutex goes on looking for it as long as the owner runs.
 */
static void race_let_run(struct race *race)
{
	while (!completion_done(&race->done) &&
	       READ_ONCE(race->thread->__state) != TASK_UNINTERRUPTIBLE)
		schedule_timeout_uninterruptible(1);
}

/*
 * Stands in for mspec_granule_alloc(): another thread finds no page, too, and
 * the page allocator asks the shrinker, as it does when memory is short.
 */
static struct page *alloc_with_the_other(int nid, unsigned int order)
{
	struct kunit *test = kunit_get_current_test();
	struct race *race = current_race();

	kunit_deactivate_static_stub(test, mspec_granule_alloc);
	KUNIT_EXPECT_EQ(test, 0, race_start(race));
	race_let_run(race);
	mspec_drain(race->mt->kind);
	return mspec_granule_alloc(nid, order);
}

static int this_node(void)
{
	return first_memory_node;
}

static void those_who_find_no_page_share_a_granule(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 2);
	struct race *race;

	mspec_pages_only(test);
	race = race_between(test, mt, addr, write_word_0);
	race->test = test;
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_with_the_other);
	touch_in_race(test, page_addr(addr, 1), this_node);

	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 2);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).conversions, GRANULE);
}

static int munmap_and_write(struct race *race)
{
	return user_munmap(race->us, race->addr, GRANULE) ?:
	       user_write(race->us, race->then, word_of(0));
}

/* Stands in for mspec_granule_alloc(): another thread does not wait for that. */
static struct page *alloc_beside_the_other(int nid, unsigned int order)
{
	struct kunit *test = kunit_get_current_test();
	struct race *race = current_race();

	kunit_deactivate_static_stub(test, mspec_granule_alloc);
	KUNIT_EXPECT_EQ(test, 0, race_start(race));
	race_let_run(race);
	KUNIT_EXPECT_TRUE(test, completion_done(&race->done));
	return mspec_granule_alloc(nid, order);
}

static unsigned long map_in(struct kunit *test, struct user_space *us,
			    unsigned long nr_pages)
{
	struct mspec_test *mt = test->priv;
	unsigned long addr = user_mmap(us, mt->file, nr_pages, PROT_READ | PROT_WRITE,
				       MAP_SHARED, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	return addr;
}

static void free_page_is_taken_while_the_pool_grows(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	struct user_space *other = user_space_create(test);
	unsigned long addr = map_pages(test, 1), i;
	struct race *race;

	mspec_pages_only(test);
	kunit_activate_static_stub(test, mspec_home_node, this_node);
	race = race_between(test, mt, map_in(test, other, GRANULE), munmap_and_write);
	race->test = test;
	race->us = other;
	race->then = map_in(test, other, 1);
	for (i = 0; i < GRANULE; i++)
		KUNIT_ASSERT_EQ(test, 0, user_write(other, page_addr(race->addr, i), i));

	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_beside_the_other);
	EXPECT_VM_FAULT(test, user_fault(mt->us, addr, FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	race_wait(race);
	KUNIT_EXPECT_EQ(test, 0, race->ret);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 2);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).conversions, 2 * GRANULE);
}

/* Unforced: who comes first is anybody's guess, the outcome is not. */

#define MAX_RACERS	8
#define NR_PAGES	64

static int touch_all(struct race *race)
{
	unsigned long i, word;
	int err;

	/* Begin together. */
	wait_for_completion((struct completion *)race->mt->priv);
	for (i = 0; i < NR_PAGES; i++) {
		err = user_read(race->us, page_addr(race->addr, i), &word);
		if (!err && word)
			err = -EILSEQ;
		if (err)
			return err;
	}
	return 0;
}

static void page_touched_by_all_cpus_is_one_page(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, NR_PAGES);
	struct race *races[MAX_RACERS];
	struct completion begin;
	unsigned int i, nr = min(num_online_cpus() + 1, MAX_RACERS);

	init_completion(&begin);
	for (i = 0; i < nr; i++)
		races[i] = race_between(test, mt, addr, touch_all);
	mt->priv = &begin;
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, 0, race_start(races[i]));
	complete_all(&begin);
	for (i = 0; i < nr; i++) {
		race_wait(races[i]);
		KUNIT_EXPECT_EQ(test, 0, races[i]->ret);
	}

	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, NR_PAGES);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).hit + mspec_since(mt).foreign, NR_PAGES);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).refused, 0);
}

static struct kunit_case mspec_race_cases[] = {
	KUNIT_CASE_PARAM(loser_shows_the_winners_page, kinds_gen_params),
	KUNIT_CASE_PARAM(loser_without_memory_shows_the_winners_page, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_outlives_the_parents_mapping, kinds_gen_params),
	KUNIT_CASE_PARAM(munmap_during_a_touch_leaves_nothing, kinds_gen_params),
	KUNIT_CASE_PARAM(fork_during_a_touch_shares_its_page, kinds_gen_params),
	KUNIT_CASE_PARAM(shrink_during_a_touch_takes_free_pages_only, kinds_gen_params),
	KUNIT_CASE_PARAM(those_who_find_no_page_share_a_granule, kinds_gen_params),
	KUNIT_CASE_PARAM(free_page_is_taken_while_the_pool_grows, kinds_gen_params),
	KUNIT_CASE_PARAM(page_touched_by_all_cpus_is_one_page, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_race_suite = {
	.name = "mspec_race",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_race_cases,
};

kunit_test_suite(mspec_race_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for races in the mspec driver");
MODULE_LICENSE("GPL");
