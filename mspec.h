/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the mspec driver shows of itself to its KUnit suites.
 *
 * The contract of placement, in words, is at the head of mspec.c.
 */
#ifndef PFNKUNIT_MSPEC_H
#define PFNKUNIT_MSPEC_H

#include <linux/types.h>

struct file;
struct gen_pool;
struct mspec_pool;
struct page;

/* Pages of the page allocator are taken so many at once: 1 << this. */
#define MSPEC_GRANULE_ORDER	4

/**
 * enum mspec_kind - the devices
 * @MSPEC_CACHED: /dev/mspec_cached
 * @MSPEC_UNCACHED: /dev/mspec_uncached
 * @MSPEC_NR_KINDS: how many there are
 * @MSPEC_TRIAL_CACHED: like the first, of a driver that only its suites load
 * @MSPEC_TRIAL_UNCACHED: the other one of that
 */
enum mspec_kind {
	MSPEC_CACHED,
	MSPEC_UNCACHED,
	MSPEC_NR_KINDS,
	MSPEC_TRIAL_CACHED = MSPEC_NR_KINDS,
	MSPEC_TRIAL_UNCACHED,
};

/**
 * struct mspec_policy - the module parameters of the same names
 * @strict: a first touch gets a page of its home node, or VM_FAULT_OOM
 * @limit: pages of the page allocator that the pool of one device on one node
 *	may have at most; 0 for as many as there are
 */
struct mspec_policy {
	bool strict;
	unsigned long limit;
};

/**
 * struct mspec_node_counts - one device on one memory node
 * @spare: page frames of spare ranges, free or not
 * @converted: pages of the page allocator that are in the pool, free or not
 * @in_use: those of both that mappings have
 * @hit: first touches at home here that got a page from here
 * @miss: first touches at home on another node that got a page from here
 * @foreign: first touches at home here that got a page of another node
 * @refused: first touches at home here that got none
 * @conversions: pages taken from the page allocator since load
 * @restored: pages given back to the page allocator since load
 * @leaked: pages that could not be made cached again, and are kept for ever
 *
 * The words are those of Documentation/admin-guide/numastat.rst. What was taken
 * is somewhere: @conversions == @converted + @restored + @leaked.
 */
struct mspec_node_counts {
	unsigned long spare;
	unsigned long converted;
	unsigned long in_use;
	unsigned long hit;
	unsigned long miss;
	unsigned long foreign;
	unsigned long refused;
	unsigned long conversions;
	unsigned long restored;
	unsigned long leaked;
};

/**
 * struct mspec_range - a spare range: page frames without struct page
 * @start: where it begins
 * @size: bytes
 * @virt: where the kernel sees it
 * @pool: the pool that it belongs to
 */
struct mspec_range {
	u64 start;
	u64 size;
	void __iomem *virt;
	struct mspec_pool *pool;
};

#if IS_ENABLED(CONFIG_KUNIT)

/**
 * mspec_registered() - Is there such a device on this machine?
 * @kind: the device
 *
 * Return: true if it is registered.
 */
bool mspec_registered(enum mspec_kind kind);

/**
 * mspec_grows() - Can its pools have pages of the page allocator?
 * @kind: the device
 *
 * Return: true if so, false if it has spare page frames only.
 */
bool mspec_grows(enum mspec_kind kind);

/**
 * mspec_open() - Open a device that is registered, without a device node.
 * @kind: the device
 * @flags: O_RDWR or the like
 *
 * Return: the file, or an ERR_PTR().
 */
struct file *mspec_open(enum mspec_kind kind, int flags);

/**
 * mspec_node_count() - Read the counters of a device's pool.
 * @kind: the device
 * @nid: the node
 * @counts: what they are; exact while nothing runs, a snapshot otherwise
 */
void mspec_node_count(enum mspec_kind kind, int nid,
		      struct mspec_node_counts *counts);

/**
 * mspec_policy_set() - Set all module parameters of placement.
 * @policy: their values from now on
 *
 * Return: their values before.
 */
struct mspec_policy mspec_policy_set(struct mspec_policy policy);

/**
 * mspec_shrink() - Give pages back to the page allocator, as memory pressure does.
 * @kind: the device
 * @nid: the node
 * @nr_pages: stop when so many are given back
 *
 * Granules go as a whole, and only if none of their pages is in use.
 *
 * Return: pages given back; leaked ones don't count.
 */
unsigned long mspec_shrink(enum mspec_kind kind, int nid,
			   unsigned long nr_pages);

/**
 * mspec_spare_parse() - Read and check one item of the parameter 'spare'.
 * @spec: SIZE\@ADDR
 * @others: ranges that it must not overlap
 * @nr_others: how many they are
 * @range: @start and @size are set
 *
 * Return: NULL if it is right, or what is wrong with it.
 */
const char *mspec_spare_parse(const char *spec,
			      const struct mspec_range *others,
			      unsigned int nr_others,
			      struct mspec_range *range);

/*
 * Where a static stub may step in. mspec_home_node(), called once for each touch
 * of a page that is not there yet, is called without any lock of the driver:
 * another thread may touch pages in it, and the one that waits for it is not
 * stuck. In the others, a touch of the same device on the same node may wait
 * until they are done.
 */

/**
 * mspec_home_node() - The node that a touch by this CPU is at home on.
 *
 * Return: a node with memory.
 */
int mspec_home_node(void);

/**
 * mspec_distance() - node_distance().
 * @from: a node
 * @to: a node
 *
 * Return: the distance.
 */
int mspec_distance(int from, int to);

/**
 * mspec_target_node() - phys_to_target_node().
 * @start: an address
 *
 * Return: the node, or NUMA_NO_NODE.
 */
int mspec_target_node(u64 start);

/**
 * mspec_spare_alloc() - Take a spare page frame.
 * @spare: the frames of a node
 *
 * Return: where the kernel sees it, 0 if none is left.
 */
unsigned long mspec_spare_alloc(struct gen_pool *spare);

/**
 * mspec_granule_alloc() - Take pages from the page allocator.
 * @nid: the node that they must be on
 * @order: 1 << @order of them, contiguous
 *
 * Return: the first, each with a reference of its own; NULL if there are none.
 */
struct page *mspec_granule_alloc(int nid, unsigned int order);

/**
 * mspec_granule_free() - Give them back.
 * @page: the first
 * @order: as they were taken
 */
void mspec_granule_free(struct page *page, unsigned int order);

/**
 * mspec_uncache() - Make the kernel's own mapping of pages uncached.
 * @page: the first
 * @nr_pages: how many
 *
 * Return: 0 or a negative errno; then some may be uncached.
 */
int mspec_uncache(struct page *page, unsigned int nr_pages);

/**
 * mspec_recache() - Undo mspec_uncache().
 * @page: the first
 * @nr_pages: how many
 *
 * Return: 0 or a negative errno.
 */
int mspec_recache(struct page *page, unsigned int nr_pages);

#endif /* CONFIG_KUNIT */

#endif /* PFNKUNIT_MSPEC_H */
