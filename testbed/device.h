/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices: how they look into a process's page tables (HMM), take its pages,
 * and bring memory along.
 */
#ifndef PFNKUNIT_DEVICE_H
#define PFNKUNIT_DEVICE_H

#include <kunit/test.h>
#include <linux/mm.h>

#include "needs.h"
#include "user_space.h"

/**
 * needs_device_walk() - hmm_range_fault().
 * @test: the test
 */
static inline void needs_device_walk(struct kunit *test)
{
	/* Inline, as the next ones: objtool minds functions that always skip. */
	if (!IS_ENABLED(CONFIG_HMM_MIRROR))
		kunit_skip(test, "needs CONFIG_HMM_MIRROR, see configs/device.config");
}

/**
 * needs_device_migration() - migrate_vma_setup().
 * @test: the test
 */
static inline void needs_device_migration(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEVICE_MIGRATION))
		kunit_skip(test, "needs CONFIG_DEVICE_MIGRATION, see configs/device.config");
}

/**
 * needs_device_memory() - memremap_pages(), for memory only a device can access.
 * @test: the test
 */
static inline void needs_device_memory(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_DEVICE_PRIVATE))
		kunit_skip(test, "needs CONFIG_DEVICE_PRIVATE, see configs/device.config");
	needs_mm_exports(test);
}

/**
 * struct device_view - what a device sees of a page
 * @valid: there is a frame for it
 * @error: there is none, and it is no use asking again
 */
struct device_view {
	bool valid;
	bool error;
};

#define DEVICE_MAX_PAGES 8

/**
 * device_walk() - hmm_range_fault().
 * @us: where
 * @addr: first address
 * @nr_pages: length in pages, up to DEVICE_MAX_PAGES
 * @fault: the pages must be there, and are faulted in
 * @view: what the device sees, filled in if it succeeds
 *
 * Return: what hmm_range_fault() returns.
 */
int device_walk(struct user_space *us, unsigned long addr,
		unsigned int nr_pages, bool fault, struct device_view *view);

/**
 * device_migrate() - migrate_vma_setup(), and back again.
 * @us: where
 * @addr: first address
 * @nr_pages: length in pages, up to DEVICE_MAX_PAGES
 *
 * Return: pages the device could have taken, or a negative errno.
 */
int device_migrate(struct user_space *us, unsigned long addr,
		   unsigned int nr_pages);

/* Device memory comes by the section: so many frames. */
#define DEVICE_MEMORY_ORDER (27 - PAGE_SHIFT)

struct device_memory;

/**
 * device_memory_add() - memremap_pages(), of memory no CPU can access.
 * @test: the test; without device_memory_remove() it goes with the test
 * @pfn: first frame; nothing is there
 *
 * There are struct pages then for 1 << DEVICE_MEMORY_ORDER frames. The frames
 * must not be accessed.
 *
 * Return: the memory. Fails the test if there is none.
 */
struct device_memory *device_memory_add(struct kunit *test, unsigned long pfn);

/**
 * device_memory_try() - The same, where it may fail.
 * @test: the test
 * @pfn: first frame
 *
 * Return: the memory, or NULL.
 */
struct device_memory *device_memory_try(struct kunit *test, unsigned long pfn);

/**
 * device_memory_end() - Where there can be no memory any more.
 *
 * Return: the first frame with a number that no memory can have.
 */
unsigned long device_memory_end(void);

/**
 * device_memory_remove() - memunmap_pages().
 * @test: the test
 * @memory: the memory
 */
void device_memory_remove(struct kunit *test, struct device_memory *memory);

/**
 * device_folio_add() - memremap_pages(), as a single folio.
 * @test: the test that it is for; skipped where there can be no more memory
 * @pfn: first frame; nothing is there, and nothing may access it
 * @order: for 1 << @order frames, at least a section
 *
 * As a device DAX does it, see CONFIG_DEV_DAX.
 *
 * Return: the folio, which has one reference.
 */
struct folio *device_folio_add(struct kunit *test, unsigned long pfn,
			       unsigned int order);

/**
 * device_dax_page() - A page as a file on persistent memory has it.
 * @test: the test that it is for; skipped where there can be no more memory
 * @pfn: a frame; nothing is there, and nothing may access it
 *
 * Return: the page, which has one reference. See needs_device_memory().
 */
struct page *device_dax_page(struct kunit *test, unsigned long pfn);

#endif /* PFNKUNIT_DEVICE_H */
