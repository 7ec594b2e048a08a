/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the mspec driver is made of. Only the driver itself and those suites look
 * in here that call its functions one by one; the others use mspec.h.
 */
#ifndef PFNKUNIT_MSPEC_INTERNAL_H
#define PFNKUNIT_MSPEC_INTERNAL_H

#include <linux/bits.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "mspec.h"

struct dentry;
struct gen_pool;
struct page;
struct shrinker;

#define MSPEC_MAX_RANGES	16

/**
 * struct mspec_pool - what one device has on one node
 * @nid: the node
 * @spare: spare page frames; NULL if there are none
 * @grow: held while the pool grows, so that those who find it empty at the same
 *	time share one granule, and none of them misses a page below the limit
 * @lock: protects what follows, and the free pages of the granules
 * @idle: granules with all pages free
 * @some: granules with some pages free
 * @full: granules with no page free
 * @nr_idle: pages in @idle
 * @counts: see there
 */
struct mspec_pool {
	int nid;
	struct gen_pool *spare;
	struct mutex grow; /* taken before lock */
	spinlock_t lock; /* see above */
	struct list_head idle;
	struct list_head some;
	struct list_head full;
	unsigned long nr_idle;
	struct mspec_node_counts counts;
};

/**
 * struct mspec_granule - pages that come from the page allocator together
 * @pool: where they are; page_private() of each page leads here
 * @link: in one of the pool's lists
 * @page: the first
 * @order: 1 << @order of them
 * @free: bit n: page n is free
 */
struct mspec_granule {
	struct mspec_pool *pool;
	struct list_head link;
	struct page *page;
	unsigned int order;
	unsigned long free;
};

/**
 * struct mspec_device - one of the devices
 * @misc: how it is registered; file->private_data points here
 * @uncached: its pages are uncached as long as they are in a pool
 * @grows: it can use pages of the page allocator
 * @registered: users can open it
 * @pools: one for each possible node; NULL while the driver is not loaded
 * @shrinker: gives pages back under memory pressure
 * @nr_ranges: spare ranges that it has
 * @ranges: which
 */
struct mspec_device {
	struct miscdevice misc;
	bool uncached;
	bool grows;
	bool registered;
	struct mspec_pool *pools;
	struct shrinker *shrinker;
	unsigned int nr_ranges;
	struct mspec_range ranges[MSPEC_MAX_RANGES];
};

/**
 * struct mspec_area - the memory behind one mmap()
 * @dev: where its pages come from
 * @users: vmas that show some of it: pieces after a split, copies after a fork
 * @nr_pages: its size, whatever the size of the vmas
 * @frames: its page frames by offset, see mspec_frame_of(); 0 until touched, then
 *	fixed
 */
struct mspec_area {
	struct mspec_device *dev;
	refcount_t users;
	unsigned long nr_pages;
	unsigned long frames[] __counted_by(nr_pages);
};

/**
 * struct mspec_driver - all that is made at load, and goes at unload
 * @name: its directory in debugfs
 * @debugfs: the directory
 * @nr_spare: items of the parameter 'spare'
 * @spare: which
 * @devices: by kind
 */
struct mspec_driver {
	const char *name;
	struct dentry *debugfs;
	unsigned int nr_spare;
	char *spare[MSPEC_MAX_RANGES];
	struct mspec_device devices[MSPEC_NR_KINDS];
};

/* Where a page frame is from: bits of what an area keeps. */
#define FRAME_PAGE	0
#define FRAME_SPARE	BIT(1)

#if IS_ENABLED(CONFIG_KUNIT)

/* Like the driver itself, but it is not loaded until a suite does so. */
extern struct mspec_driver mspec_trial;

struct mspec_device *mspec_device(enum mspec_kind kind);

int mspec_load(struct mspec_driver *driver);
void mspec_unload(struct mspec_driver *driver);

int mspec_nearest_node(int nid, const nodemask_t *nodes);
int mspec_memory_node(int nid);

bool mspec_has_struct_pages(const struct mspec_range *range);

unsigned long mspec_frame_of(unsigned long pfn, unsigned long from);
unsigned long mspec_frame_pfn(unsigned long frame);

struct mspec_granule *mspec_granule_create(struct mspec_device *dev,
					   struct mspec_pool *pool);
unsigned long mspec_granule_restore(struct mspec_device *dev,
				    struct mspec_granule *granule);
unsigned long mspec_pool_take(struct mspec_device *dev, struct mspec_pool *pool);
unsigned long mspec_pool_shrink(struct mspec_device *dev, struct mspec_pool *pool,
				unsigned long nr_pages);
unsigned long mspec_take(struct mspec_device *dev, int home, int *nid);
void mspec_return(struct mspec_device *dev, unsigned long frame);
void mspec_count_touch(struct mspec_device *dev, int home, int nid, bool placed);
struct mspec_area *mspec_area_create(struct mspec_device *dev, unsigned long nr_pages);

#endif

#endif /* PFNKUNIT_MSPEC_INTERNAL_H */
