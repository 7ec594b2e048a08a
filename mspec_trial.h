/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A driver of the test's own: like mspec, but loaded by a case, and unloaded when
 * it ends. Nobody else uses it, so its pools begin empty, and whatever a case
 * leaves in it is gone with it.
 */
#ifndef PFNKUNIT_MSPEC_TRIAL_H
#define PFNKUNIT_MSPEC_TRIAL_H

#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/mm.h>

#include "mspec_internal.h"
#include "mspec_test.h"

static inline void trial_unload(void *data)
{
	mspec_unload(&mspec_trial);
}

/* As it is before it is loaded for the first time, but for spare ranges. */
static inline void trial_reset(void)
{
	int kind;

	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		mspec_trial.devices[kind].misc.minor = MISC_DYNAMIC_MINOR;
		mspec_trial.devices[kind].grows = mspec_grows(kind);
	}
	mspec_trial.nr_spare = 0;
}

/* Load it as it was set up. */
static inline void trial_load(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, mspec_load(&mspec_trial));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, trial_unload, NULL));
}

/* A device of a driver that has just been loaded, without spare ranges. */
static inline struct mspec_device *trial_device(struct kunit *test, enum mspec_kind kind)
{
	trial_reset();
	trial_load(test);
	return &mspec_trial.devices[kind];
}

/* Is there such a file in its debugfs directory? NULL: is the directory there? */
static inline bool trial_has_file(const char *name)
{
	struct dentry *dir = debugfs_lookup(mspec_trial.name, NULL), *file = NULL;
	bool found;

	/* Without debugfs it is an error. */
	if (IS_ERR_OR_NULL(dir))
		return false;
	found = true;
	if (name) {
		file = debugfs_lookup(name, dir);
		found = file;
	}
	dput(file);
	dput(dir);
	return found;
}

/* Nothing of it is there. */
static inline void trial_expect_unloaded(struct kunit *test)
{
	int kind;

	KUNIT_EXPECT_FALSE(test, trial_has_file(NULL));
	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		KUNIT_EXPECT_FALSE(test, mspec_trial.devices[kind].registered);
		KUNIT_EXPECT_NULL(test, mspec_trial.devices[kind].pools);
		KUNIT_EXPECT_EQ(test, mspec_trial.devices[kind].nr_ranges, 0);
	}
}

#define GRANULE		BIT(MSPEC_GRANULE_ORDER)
#define HOME		first_memory_node

static inline struct mspec_pool *home_pool(struct mspec_device *dev)
{
	return &dev->pools[HOME];
}

/* Stands in for mspec_granule_alloc(). */
static inline struct page *alloc_nothing(int nid, unsigned int order)
{
	return NULL;
}

static inline struct mspec_granule *granule_of(struct kunit *test, unsigned long frame)
{
	unsigned long pfn = mspec_frame_pfn(frame);
	struct mspec_granule *granule;
	struct page *page;

	KUNIT_ASSERT_NE(test, frame, 0);
	KUNIT_ASSERT_FALSE(test, frame & FRAME_SPARE);
	KUNIT_ASSERT_NE(test, pfn, 0);
	KUNIT_ASSERT_TRUE(test, pfn_valid(pfn));
	page = pfn_to_page(pfn);
	KUNIT_ASSERT_EQ(test, page_count(page), 1);
	granule = (struct mspec_granule *)page_private(page);
	KUNIT_ASSERT_NOT_NULL(test, granule);
	KUNIT_ASSERT_PTR_EQ(test, page, granule->page + (page - granule->page));
	KUNIT_ASSERT_LT(test, page - granule->page, BIT(granule->order));
	KUNIT_ASSERT_GE(test, page - granule->page, 0);
	return granule;
}

/*
 * Leaks: what each of many rounds leaves adds up to more than comes and goes by
 * chance.
 */
#define SLACK		160

/* Each CPU keeps free pages of its own, and those count as used. */
static inline void needs_exact_counts(struct kunit *test)
{
	if (num_online_cpus() > 1)
		kunit_skip(test, "needs a single CPU: only then are free pages counted exactly");
	if (IS_ENABLED(CONFIG_KASAN_GENERIC))
		kunit_skip(test, "needs a kernel without KASAN, which keeps what is freed");
}

static inline long pages_in_use(void)
{
	return totalram_pages() - global_zone_page_state(NR_FREE_PAGES);
}

#endif /* PFNKUNIT_MSPEC_TRIAL_H */
