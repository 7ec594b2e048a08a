// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver: load and unload, and what it tells in debugfs.
 *
 * Most cases load a driver of their own, see mspec_trial.h.
 */
#include <linux/debugfs.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/shrinker.h>
#include <linux/sizes.h>

#include "mspec_trial.h"
#include "testbed/debugfs.h"

static const struct file_operations foreign_fops = { .llseek = noop_llseek };

/* Loaded */

static void device_of_a_kind_is_the_one(struct kunit *test)
{
	int kind;

	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		KUNIT_ASSERT_NOT_NULL(test, mspec_device(kind));
		KUNIT_ASSERT_PTR_EQ(test, mspec_device(MSPEC_TRIAL_CACHED + kind),
				    &mspec_trial.devices[kind]);
		KUNIT_ASSERT_PTR_NE(test, mspec_device(kind), &mspec_trial.devices[0]);
		KUNIT_ASSERT_PTR_NE(test, mspec_device(kind), &mspec_trial.devices[1]);
	}
}

static void driver_is_loaded(struct kunit *test)
{
	KUNIT_ASSERT_TRUE(test, mspec_registered(MSPEC_CACHED));
}

static void uncached_device_is_there_if_it_can_have_pages(struct kunit *test)
{
	KUNIT_ASSERT_TRUE(test, mspec_registered(MSPEC_CACHED));
	KUNIT_EXPECT_EQ(test, mspec_registered(MSPEC_UNCACHED),
			mspec_grows(MSPEC_UNCACHED) || mspec_count(MSPEC_UNCACHED).spare);
}

static void cached_device_has_no_spare_frames(struct kunit *test)
{
	KUNIT_ASSERT_TRUE(test, mspec_registered(MSPEC_CACHED));
	KUNIT_EXPECT_TRUE(test, mspec_grows(MSPEC_CACHED));
	KUNIT_EXPECT_EQ(test, mspec_count(MSPEC_CACHED).spare, 0);
}

static void new_pools_are_empty(struct kunit *test)
{
	struct mspec_device *dev = trial_device(test, MSPEC_CACHED);
	int nid;

	for (nid = 0; nid < nr_node_ids; nid++) {
		struct mspec_pool *pool = &dev->pools[nid];

		KUNIT_EXPECT_EQ(test, pool->nid, nid);
		KUNIT_EXPECT_NULL(test, pool->spare);
		KUNIT_ASSERT_TRUE(test, list_empty(&pool->idle));
		KUNIT_ASSERT_TRUE(test, list_empty(&pool->some));
		KUNIT_ASSERT_TRUE(test, list_empty(&pool->full));
		KUNIT_EXPECT_EQ(test, pool->nr_idle, 0);
		KUNIT_EXPECT_NULL(test, memchr_inv(&pool->counts, 0, sizeof(pool->counts)));
		KUNIT_EXPECT_FALSE(test, mutex_is_locked(&pool->grow));
	}
}

static void expect_loaded(struct kunit *test)
{
	int kind;

	KUNIT_EXPECT_TRUE(test, mspec_trial.devices[MSPEC_CACHED].registered);
	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		KUNIT_EXPECT_NOT_NULL(test, mspec_trial.devices[kind].pools);
		KUNIT_EXPECT_NOT_NULL(test, mspec_trial.devices[kind].shrinker);
	}
}

/* The names of a driver that is loaded are taken: nothing of it is left behind. */
static void unloaded_driver_can_be_loaded_again(struct kunit *test)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_CACHED];
	unsigned int round;

	for (round = 0; round < 3; round++) {
		trial_reset();
		KUNIT_ASSERT_EQ(test, 0, mspec_load(&mspec_trial));
		KUNIT_EXPECT_TRUE(test, dev->registered);
		KUNIT_EXPECT_EQ(test, trial_has_file(dev->misc.name),
				IS_ENABLED(CONFIG_DEBUG_FS));
		mspec_unload(&mspec_trial);
		trial_expect_unloaded(test);
	}
}

/* In place of the driver's. */
static unsigned long count_calls(struct shrinker *shrinker, struct shrink_control *sc)
{
	unsigned long *nr_calls = shrinker->private_data;

	(*nr_calls)++;
	return SHRINK_EMPTY;
}

static void unloaded_driver_is_not_asked_for_memory(struct kunit *test)
{
	unsigned long *nr_calls = kunit_kzalloc(test, sizeof(*nr_calls), GFP_KERNEL), before;
	int kind;

	needs_mm_exports(test);
	KUNIT_ASSERT_NOT_NULL(test, nr_calls);
	trial_reset();
	KUNIT_ASSERT_EQ(test, 0, mspec_load(&mspec_trial));
	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		mspec_trial.devices[kind].shrinker->private_data = nr_calls;
		mspec_trial.devices[kind].shrinker->count_objects = count_calls;
	}
	drop_slab_caches();
	before = *nr_calls;
	mspec_unload(&mspec_trial);
	KUNIT_EXPECT_GT(test, before, 0);
	drop_slab_caches();
	KUNIT_EXPECT_EQ(test, *nr_calls, before);
}

/* Something of the same kind stands behind the devices of a driver. */
struct guarded {
	struct mspec_driver driver;
	struct mspec_device guard;
};

static void unload_leaves_other_devices_alone(struct kunit *test)
{
	struct guarded *guarded = kunit_kzalloc(test, sizeof(*guarded), GFP_KERNEL);
	struct mspec_device *guard;
	int nid;

	KUNIT_ASSERT_NOT_NULL(test, guarded);
	guard = &guarded->guard;
	KUNIT_ASSERT_PTR_EQ(test, guard, &guarded->driver.devices[MSPEC_CACHED] + MSPEC_NR_KINDS);
	trial_reset();
	guarded->driver = mspec_trial;
	guard->misc.name = "mspec_guard";
	guard->misc.minor = MISC_DYNAMIC_MINOR;
	guard->misc.fops = &foreign_fops;
	guard->pools = kcalloc(nr_node_ids, sizeof(*guard->pools), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, guard->pools);
	for (nid = 0; nid < nr_node_ids; nid++)
		INIT_LIST_HEAD(&guard->pools[nid].idle);
	guard->registered = !misc_register(&guard->misc);
	KUNIT_EXPECT_TRUE(test, guard->registered);

	KUNIT_EXPECT_EQ(test, 0, mspec_load(&guarded->driver));
	mspec_unload(&guarded->driver);
	KUNIT_EXPECT_TRUE(test, guard->registered);
	KUNIT_EXPECT_NOT_NULL(test, guard->pools);
	if (guard->registered)
		misc_deregister(&guard->misc);
	kfree(guard->pools);
}

static void device_that_is_not_registered_has_no_file(struct kunit *test)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_UNCACHED];
	u64 begin = kernel_log_end();

	trial_reset();
	dev->grows = false;
	trial_load(test);
	dev->grows = mspec_grows(MSPEC_UNCACHED);
	KUNIT_EXPECT_FALSE(test, dev->registered);
	KUNIT_EXPECT_FALSE(test, trial_has_file(dev->misc.name));
	KUNIT_EXPECT_TRUE(test, kernel_log_has(begin, "no mspec_trial_uncached: "));
}

static void foreign_deregister(void *data)
{
	misc_deregister(data);
}

/* Documentation/admin-guide/devices.txt: reserved for local use. */
#define LOCAL_MINOR	240

/* Another driver has the number that a device wants. */
static void load_undoes_all_if_a_device_cannot_be_registered(struct kunit *test)
{
	const enum mspec_kind kind = *(const enum mspec_kind *)test->param_value;
	struct miscdevice *foreign = kunit_kzalloc(test, sizeof(*foreign), GFP_KERNEL);

	if (!mspec_registered(kind) || !mspec_grows(kind))
		kunit_skip(test, "needs a device that can be there without spare memory");
	KUNIT_ASSERT_NOT_NULL(test, foreign);
	foreign->minor = LOCAL_MINOR;
	foreign->name = "mspec_foreign";
	foreign->fops = &foreign_fops;
	KUNIT_ASSERT_EQ(test, 0, misc_register(foreign));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, foreign_deregister, foreign));

	trial_reset();
	mspec_trial.devices[kind].misc.minor = LOCAL_MINOR;
	KUNIT_EXPECT_EQ(test, -EBUSY, mspec_load(&mspec_trial));
	trial_expect_unloaded(test);
	mspec_trial.devices[kind].misc.minor = MISC_DYNAMIC_MINOR;
	trial_load(test);
}

/* Whatever allocation fails, the driver is there or nothing of it is. */
static void load_survives_each_failing_allocation(struct kunit *test)
{
	unsigned int nth, nr_refused = 0;
	bool failed = true;
	int err;

	needs_failures(test);
	for (nth = 1; nth < 500 && failed; nth++) {
		trial_reset();
		failures_arm(nth);
		err = mspec_load(&mspec_trial);
		failed = failures_disarm();
		if (!err) {
			expect_loaded(test);
			mspec_unload(&mspec_trial);
		} else {
			KUNIT_EXPECT_TRUE(test, failed);
			KUNIT_EXPECT_EQ(test, err, -ENOMEM);
			nr_refused++;
		}
		trial_expect_unloaded(test);
	}
	KUNIT_EXPECT_GT(test, nr_refused, 3);
	KUNIT_EXPECT_FALSE_MSG(test, failed, "more than 500 allocations");
}

/* All that is made at load goes at unload, whatever else loads. */
static void loads_add_up_to_nothing(struct kunit *test)
{
	struct mspec_device *dev = &mspec_trial.devices[MSPEC_UNCACHED];
	unsigned long left = 2 * nr_node_ids * sizeof(struct mspec_pool);
	unsigned long round, rounds = SZ_2M / left;
	long before = 0;

	needs_exact_counts(test);
	/* The first rounds are for what stays. */
	for (round = 0; round < 64 + rounds; round++) {
		if (round % 64 == 0)
			rcu_barrier();
		if (round == 64)
			before = pages_in_use();
		trial_reset();
		dev->grows = true; /* and so nothing is printed */
		KUNIT_ASSERT_EQ(test, 0, mspec_load(&mspec_trial));
		mspec_unload(&mspec_trial);
	}
	rcu_barrier();
	KUNIT_EXPECT_LT(test, pages_in_use() - before, 2 * SLACK);
}

/* Debugfs */

#define REPORT_SIZE	2048

/* What a program reads. */
static char *read_report(struct kunit *test, const char *path)
{
	struct mspec_test *mt = test->priv;
	char *text = kunit_kzalloc(test, REPORT_SIZE + 1, GFP_KERNEL);
	unsigned long addr = user_mmap(mt->us, NULL, 1, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	ssize_t len;

	KUNIT_ASSERT_NOT_NULL(test, text);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	len = debugfs_read_to_user(path, mt->us->mm, addr, REPORT_SIZE);
	KUNIT_ASSERT_GT_MSG(test, len, 0, "%s", path);
	KUNIT_ASSERT_EQ(test, 0, user_copy_out(mt->us, text, addr, len));
	return text;
}

/* docs/mspec.md: a line of names, and a line for each memory node. */
static void debugfs_tells_the_counts_of_each_node(struct kunit *test)
{
	const enum mspec_kind kind = *(const enum mspec_kind *)test->param_value;
	char *want = kunit_kzalloc(test, REPORT_SIZE, GFP_KERNEL);
	struct mspec_device *dev;
	unsigned long len;
	int nid;

	needs_mm_exports(test);
	needs_debugfs(test);
	if (!mspec_registered(kind) || !mspec_grows(kind))
		kunit_skip(test, "needs a device that can be there without spare memory");
	KUNIT_ASSERT_NOT_NULL(test, want);
	dev = trial_device(test, kind);
	mspec_begin(test, MSPEC_CACHED);
	len = sprintf(want, "node spare converted in_use hit miss foreign refused");
	len += sprintf(want + len, " conversions restored leaked\n");
	for_each_node_state(nid, N_MEMORY) {
		unsigned long first = 100 * nid + 10;

		/* As different as they can be, for the moment. */
		dev->pools[nid].counts = (struct mspec_node_counts){
			.converted = first + 1, .in_use = first + 2, .hit = first + 3,
			.miss = first + 4, .foreign = first + 5, .refused = first + 6,
			.conversions = first + 7, .restored = first + 8,
			.leaked = first + 9,
		};
		len += sprintf(want + len, "%d 0 %lu %lu %lu %lu %lu %lu %lu %lu %lu\n", nid,
			       first + 1, first + 2, first + 3, first + 4, first + 5,
			       first + 6, first + 7, first + 8, first + 9);
	}
	KUNIT_EXPECT_STREQ(test, want,
			   read_report(test, kind == MSPEC_CACHED ?
					     "mspec_trial/mspec_trial_cached" :
					     "mspec_trial/mspec_trial_uncached"));
}

static void debugfs_of_the_driver_can_be_read_by_all(struct kunit *test)
{
	struct dentry *dir, *file = NULL;
	umode_t mode = 0;

	needs_debugfs(test);
	dir = debugfs_lookup("mspec", NULL);
	if (dir)
		file = debugfs_lookup("mspec_cached", dir);
	if (file)
		mode = d_inode(file)->i_mode;
	dput(file);
	dput(dir);
	KUNIT_EXPECT_EQ(test, mode & 07777, 0444);
}

static struct kunit_case mspec_load_cases[] = {
	KUNIT_CASE(device_of_a_kind_is_the_one),
	KUNIT_CASE(driver_is_loaded),
	KUNIT_CASE(uncached_device_is_there_if_it_can_have_pages),
	KUNIT_CASE(cached_device_has_no_spare_frames),
	KUNIT_CASE(unloaded_driver_is_not_asked_for_memory),
	KUNIT_CASE(unloaded_driver_can_be_loaded_again),
	KUNIT_CASE(new_pools_are_empty),
	KUNIT_CASE(device_that_is_not_registered_has_no_file),
	KUNIT_CASE(unload_leaves_other_devices_alone),
	KUNIT_CASE(load_survives_each_failing_allocation),
	KUNIT_CASE(loads_add_up_to_nothing),
	KUNIT_CASE(debugfs_of_the_driver_can_be_read_by_all),
	KUNIT_CASE_PARAM(load_undoes_all_if_a_device_cannot_be_registered, kinds_gen_params),
	KUNIT_CASE_PARAM(debugfs_tells_the_counts_of_each_node, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_load_suite = {
	.name = "mspec_load",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_load_cases,
};

kunit_test_suite(mspec_load_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for load and unload of the mspec driver");
MODULE_LICENSE("GPL");
