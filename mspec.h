/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the mspec driver shows of itself to its KUnit suites.
 */
#ifndef PFNKUNIT_MSPEC_H
#define PFNKUNIT_MSPEC_H

#include <linux/types.h>

struct file;
struct page;

/**
 * enum mspec_kind - the devices
 * @MSPEC_CACHED: /dev/mspec_cached
 * @MSPEC_UNCACHED: /dev/mspec_uncached
 * @MSPEC_NR_KINDS: how many there are
 */
enum mspec_kind {
	MSPEC_CACHED,
	MSPEC_UNCACHED,
	MSPEC_NR_KINDS,
};

/**
 * struct mspec_counts - what became of a device's pages since it was loaded
 * @taken: pages taken from the page allocator
 * @returned: pages given back to it
 * @leaked: pages that could not be given back
 */
struct mspec_counts {
	unsigned long taken;
	unsigned long returned;
	unsigned long leaked;
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
 * mspec_open() - Open a device that is registered, without a device node.
 * @kind: the device
 *
 * Return: the file, for reading and writing, or an ERR_PTR().
 */
struct file *mspec_open(enum mspec_kind kind);

/**
 * mspec_count() - Read a device's counters.
 * @kind: the device
 *
 * Return: a snapshot.
 */
struct mspec_counts mspec_count(enum mspec_kind kind);

/*
 * Where a static stub may step in. The page is out of every mapping in all of
 * these, and no lock of the driver is held.
 */
struct page *mspec_page_alloc(int nid);
void mspec_page_free(struct page *page);
int mspec_page_uncache(struct page *page);
int mspec_page_recache(struct page *page);

#endif /* CONFIG_KUNIT */

#endif /* PFNKUNIT_MSPEC_H */
