/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites for the mspec driver share: the life of a case.
 *
 * A case begins with nothing but spare page frames in the device's pools, and
 * with the default policy. Whatever it does, when its address spaces are gone,
 * all pages must be back in their pools, and none missing: check_pages_back().
 */
#ifndef PFNKUNIT_MSPEC_TEST_H
#define PFNKUNIT_MSPEC_TEST_H

#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/mman.h>
#include <linux/nodemask.h>
#include <linux/string.h>

#include "mspec.h"
#include "testbed/testbed.h"

/**
 * struct mspec_test - one case's device, address space, and observations
 * @kind: the device
 * @before: its counters when the case began, all nodes together
 * @file: the device, opened
 * @us: where the case maps it
 * @may_leak: pages the case makes the driver leak
 * @addr: for a function on another thread: the address it is about
 * @priv: for the case
 */
struct mspec_test {
	enum mspec_kind kind;
	struct mspec_node_counts before;
	struct file *file;
	struct user_space *us;
	unsigned int may_leak;
	unsigned long addr;
	void *priv;
};

/* A device's counters, the sum of all nodes. */
static inline struct mspec_node_counts mspec_count(enum mspec_kind kind)
{
	struct mspec_node_counts sum = {}, on;
	int nid;

	for_each_node_state(nid, N_MEMORY) {
		mspec_node_count(kind, nid, &on);
		sum.spare += on.spare;
		sum.converted += on.converted;
		sum.in_use += on.in_use;
		sum.hit += on.hit;
		sum.miss += on.miss;
		sum.foreign += on.foreign;
		sum.refused += on.refused;
		sum.conversions += on.conversions;
		sum.restored += on.restored;
		sum.leaked += on.leaked;
	}
	return sum;
}

/* What happened since the case began; @converted may have become less. */
static inline struct mspec_node_counts mspec_since(const struct mspec_test *mt)
{
	struct mspec_node_counts now = mspec_count(mt->kind);

	return (struct mspec_node_counts){
		.spare = now.spare - mt->before.spare,
		.converted = now.converted - mt->before.converted,
		.in_use = now.in_use - mt->before.in_use,
		.hit = now.hit - mt->before.hit,
		.miss = now.miss - mt->before.miss,
		.foreign = now.foreign - mt->before.foreign,
		.refused = now.refused - mt->before.refused,
		.conversions = now.conversions - mt->before.conversions,
		.restored = now.restored - mt->before.restored,
		.leaked = now.leaked - mt->before.leaked,
	};
}

/* Let the page allocator have all free pages of a device's pools. */
static inline unsigned long mspec_drain(enum mspec_kind kind)
{
	unsigned long restored = 0;
	int nid;

	for_each_node_state(nid, N_MEMORY)
		restored += mspec_shrink(kind, nid, ULONG_MAX);
	return restored;
}

static inline void mspec_check_pages_back(void *data)
{
	struct kunit *test = data;
	const struct mspec_test *mt = test->priv;
	struct mspec_node_counts now, since = mspec_since(mt);

	KUNIT_EXPECT_EQ(test, since.in_use, 0);
	KUNIT_EXPECT_EQ(test, since.spare, 0);
	KUNIT_EXPECT_EQ(test, since.leaked, mt->may_leak);

	mspec_drain(mt->kind);
	now = mspec_count(mt->kind);
	KUNIT_EXPECT_EQ(test, now.converted, 0);
	KUNIT_EXPECT_EQ(test, now.conversions, now.restored + now.leaked);
}

static inline void mspec_default_policy(void *data)
{
	mspec_policy_set((struct mspec_policy){});
}

static inline void mspec_close_file(void *data)
{
	/* Not later than this: the driver may be unloaded next. */
	fput(data);
	flush_delayed_fput();
}

/* Clean-up is in reverse order: address space, file, policy, check. */
static inline struct mspec_test *mspec_begin(struct kunit *test,
					     enum mspec_kind kind)
{
	struct mspec_test *mt;

	if (!mspec_registered(kind))
		kunit_skip(test, "needs %s, not to be had on this machine",
			   kind == MSPEC_UNCACHED ? "mspec_uncached" : "mspec_cached");

	mt = kunit_kzalloc(test, sizeof(*mt), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mt);
	test->priv = mt;
	mt->kind = kind;
	mspec_drain(kind);
	mt->before = mspec_count(kind);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mspec_check_pages_back,
							   test));
	mspec_default_policy(NULL);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mspec_default_policy,
							   NULL));

	mt->file = mspec_open(kind, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mt->file);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mspec_close_file,
							   mt->file));
	mt->us = user_space_create(test);
	return mt;
}

static const enum mspec_kind kinds[] = { MSPEC_CACHED, MSPEC_UNCACHED };

static inline void describe_kind(const enum mspec_kind *kind, char *desc)
{
	strscpy(desc, *kind == MSPEC_UNCACHED ? "uncached" : "cached",
		KUNIT_PARAM_DESC_SIZE);
}

/* For KUNIT_CASE_PARAM(): kinds_gen_params. Not every suite has such a case. */
__maybe_unused KUNIT_ARRAY_PARAM(kinds, kinds, describe_kind);

/* The same for a case that runs once for each of the kinds. */
static inline struct mspec_test *mspec_begin_kind(struct kunit *test)
{
	return mspec_begin(test, *(const enum mspec_kind *)test->param_value);
}

static inline struct mspec_test *mspec_begin_fork(struct kunit *test)
{
	needs_mm_exports(test);
	return mspec_begin_kind(test);
}

/* Stands in for mspec_spare_alloc(). */
static inline unsigned long mspec_no_spare(struct gen_pool *frames)
{
	return 0;
}

/*
 * From now on, touches by the test's own thread get pages that have a struct
 * page. Skips the test if there are none for the device.
 */
static inline void mspec_pages_only(struct kunit *test)
{
	struct mspec_test *mt = test->priv;

	if (!mspec_grows(mt->kind))
		kunit_skip(test, "needs an architecture that can make pages uncached");
	kunit_activate_static_stub(test, mspec_spare_alloc, mspec_no_spare);
}

/* A 32-bit architecture may have more memory than room to map all of it. */
static inline void needs_user_addresses(struct kunit *test, unsigned long nr_pages)
{
	struct mspec_test *mt = test->priv;
	unsigned long addr = user_mmap(mt->us, NULL, nr_pages, PROT_NONE,
				       MAP_PRIVATE | MAP_NORESERVE, 0);

	if (IS_ERR_VALUE(addr))
		kunit_skip(test, "needs %lu MiB of user addresses in one piece",
			   nr_pages >> (20 - PAGE_SHIFT));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, nr_pages));
}

static inline unsigned long map_pages(struct kunit *test, unsigned long nr_pages)
{
	struct mspec_test *mt = test->priv;
	unsigned long addr = user_mmap(mt->us, mt->file, nr_pages,
				       PROT_READ | PROT_WRITE, MAP_SHARED, 0);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_VALUE(addr), "mmap: %ld",
			       (long)addr);
	return addr;
}

static inline unsigned long page_addr(unsigned long addr, unsigned long index)
{
	return addr + index * PAGE_SIZE;
}

/* A word for each page of a mapping, different for each. */
static inline unsigned long word_of(unsigned long index)
{
	return 0x6d737065 + index;
}

static inline void write_words(struct kunit *test, unsigned long addr,
			       unsigned long nr_pages)
{
	struct mspec_test *mt = test->priv;
	unsigned long i;

	for (i = 0; i < nr_pages; i++)
		KUNIT_ASSERT_EQ(test, 0, user_write(mt->us, page_addr(addr, i),
						    word_of(i)));
}

static inline void expect_word(struct kunit *test, struct user_space *us,
			       unsigned long addr, unsigned long index)
{
	unsigned long word = 0;

	KUNIT_EXPECT_EQ(test, 0,
			user_read(us, page_addr(addr, index), &word));
	KUNIT_EXPECT_EQ_MSG(test, word, word_of(index), "page %lu", index);
}

/* Every byte of the pages; a first look at a page is a touch. */
static inline void expect_zero(struct kunit *test, struct user_space *us,
			       unsigned long addr, unsigned long nr_pages)
{
	void *seen = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned long i;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (i = 0; i < nr_pages; i++) {
		KUNIT_ASSERT_EQ(test, 0, user_copy_out(us, seen, page_addr(addr, i),
						       PAGE_SIZE));
		KUNIT_EXPECT_NULL_MSG(test, memchr_inv(seen, 0, PAGE_SIZE),
				      "page %lu", i);
	}
}

/* The page frame that a touched user address shows. */
static inline unsigned long shown_pfn(struct kunit *test, unsigned long addr)
{
	struct mspec_test *mt = test->priv;
	struct pte_view pte = observe_pte(mt->us, addr);

	KUNIT_ASSERT_TRUE(test, pte.present);
	return pte.pfn;
}

/* Its memory node, with a struct page or without. */
static inline int shown_nid(struct kunit *test, unsigned long addr)
{
	return topology_pfn_node(shown_pfn(test, addr));
}

/* The page that it shows, if it has one. */
static inline struct page *shown_page(struct kunit *test, unsigned long addr)
{
	unsigned long pfn = shown_pfn(test, addr);

	KUNIT_ASSERT_TRUE(test, pfn_valid(pfn));
	return pfn_to_page(pfn);
}

#endif /* PFNKUNIT_MSPEC_TEST_H */
