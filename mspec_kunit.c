// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite for the mspec driver.
 *
 *  mspec       life of a mapping: refusals, first touch, splits, mremap(), forks,
 *              failures, cache mode, and what goes back to the allocator
 *
 * The cases map a device's file into an address space of their own and touch
 * the mapping by real exceptions. What they have in common is in mspec_test.h.
 */
#include <linux/gfp.h>
#include <linux/module.h>

#include "mspec_test.h"

/* Refusals */

struct refusal {
	const char *what;
	enum mspec_kind kind;
	unsigned long prot;
	unsigned long flags;
	unsigned long pgoff;
	int err;
};

#define RW (PROT_READ | PROT_WRITE)

static const struct refusal refusals[] = {
	{ "cached offset", MSPEC_CACHED, RW, MAP_SHARED, 1, -EINVAL },
	{ "cached private", MSPEC_CACHED, RW, MAP_PRIVATE, 0, -EINVAL },
	{ "cached private read-only", MSPEC_CACHED, PROT_READ, MAP_PRIVATE, 0, -EINVAL },
	{ "cached read-only", MSPEC_CACHED, PROT_READ, MAP_SHARED, 0, -EPERM },
	{ "uncached offset", MSPEC_UNCACHED, RW, MAP_SHARED, 1, -EINVAL },
	{ "uncached private", MSPEC_UNCACHED, RW, MAP_PRIVATE, 0, -EINVAL },
	{ "uncached private read-only", MSPEC_UNCACHED, PROT_READ, MAP_PRIVATE, 0, -EINVAL },
	{ "uncached read-only", MSPEC_UNCACHED, PROT_READ, MAP_SHARED, 0, -EPERM },
};

static void describe_refusal(const struct refusal *refusal, char *desc)
{
	strscpy(desc, refusal->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refusals, refusals, describe_refusal);

static void mmap_refuses(struct kunit *test)
{
	const struct refusal *refusal = test->param_value;
	struct mspec_test *mt = mspec_begin(test, refusal->kind);

	KUNIT_EXPECT_EQ(test, (long)refusal->err,
			(long)user_mmap(mt->us, mt->file, 2, refusal->prot,
					refusal->flags, refusal->pgoff));
}

static void mmap_refuses_more_than_memory(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long nr_pages = totalram_pages() + mt->before.spare + 1;

	needs_user_addresses(test, nr_pages);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			(long)user_mmap(mt->us, mt->file, nr_pages, RW, MAP_SHARED, 0));
}

static void mmap_allows_as_much_as_memory(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long nr_pages = totalram_pages() + mt->before.spare;
	unsigned long addr;

	needs_user_addresses(test, nr_pages);
	addr = map_pages(test, nr_pages);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(mt->us, addr, nr_pages));
}

/* It is a shared one, but can never be written to. */
static void mapping_of_a_file_opened_for_reading_is_refused(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	struct file *file = mspec_open(mt->kind, O_RDONLY);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, file);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, mspec_close_file, file));
	KUNIT_EXPECT_EQ(test, -EPERM,
			(long)user_mmap(mt->us, file, 1, PROT_READ, MAP_SHARED, 0));
}

/* First touch */

static void mmap_takes_no_page(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 4);

	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(mt->us, addr, 4), 0);
}

static void touch_takes_one_page_once(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 4), i, word;

	for (i = 0; i < 4; i++) {
		/* Reading is touching, too. */
		if (i % 2)
			KUNIT_ASSERT_EQ(test, 0, user_read(mt->us, page_addr(addr, i), &word));
		else
			KUNIT_ASSERT_EQ(test, 0, user_write(mt->us, page_addr(addr, i), i));
		KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, i + 1);
		KUNIT_EXPECT_EQ(test, observe_nr_ptes(mt->us, addr, 4), i + 1);
	}

	write_words(test, addr, 4);
	for (i = 0; i < 4; i++)
		expect_word(test, mt->us, addr, i);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 4);
}

/* Make it likely that the allocator's next pages hold something. */
static void dirty_free_pages(struct kunit *test)
{
	struct page *pages[8];
	int i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i] = alloc_page(GFP_KERNEL);
		if (pages[i])
			memset(page_address(pages[i]), 0xa5, PAGE_SIZE);
	}
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		if (pages[i])
			__free_page(pages[i]);
	}
}

static void pages_begin_zeroed(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 4);

	dirty_free_pages(test);
	expect_zero(test, mt->us, addr, 4);
}

static void mm_does_not_count_the_pages(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 4);
	struct page *page;

	mspec_pages_only(test);
	write_words(test, addr, 4);
	page = shown_page(test, addr);

	expect_rss(test, mt->us, 0, 0);
	KUNIT_EXPECT_EQ(test, page_count(page), 1);
	KUNIT_EXPECT_EQ(test, folio_mapcount(page_folio(page)), 0);
}

static void mapping_is_raw_of_fixed_size_and_forked(struct kunit *test)
{
	const unsigned long set = VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 1);
	struct vma_view vma;

	KUNIT_ASSERT_TRUE(test, user_vma(mt->us, addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.flags & (set | VM_DONTCOPY), set);
}

static void two_mappings_share_nothing(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long one = map_pages(test, 1), two = map_pages(test, 1), word;

	write_words(test, one, 1);
	KUNIT_ASSERT_EQ(test, 0, user_read(mt->us, two, &word));
	KUNIT_EXPECT_EQ(test, word, 0);
	KUNIT_EXPECT_NE(test, shown_pfn(test, one), shown_pfn(test, two));
}

/*
 * Pieces of one mapping. munmap() of page 1 of 4 leaves two of unlike size:
 *
 *	 0   1   2   3
 *	[L]     [R   R]
 */

static unsigned long map_and_split(struct kunit *test)
{
	struct mspec_test *mt = test->priv;
	unsigned long addr = map_pages(test, 4);

	write_words(test, addr, 4);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, page_addr(addr, 1), 1));
	return addr;
}

static void pieces_keep_their_pages(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_and_split(test);

	expect_word(test, mt->us, addr, 0);
	expect_word(test, mt->us, addr, 2);
	expect_word(test, mt->us, addr, 3);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 4);
}

static void pieces_touch_pages_of_their_own(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 4);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, page_addr(addr, 1), 1));
	write_words(test, addr, 1);
	write_words(test, page_addr(addr, 2), 2);

	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 3);
	KUNIT_EXPECT_NE(test, shown_pfn(test, addr),
			shown_pfn(test, page_addr(addr, 2)));
}

static void left_piece_goes_first(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_and_split(test);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, 1));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 4);
	expect_word(test, mt->us, addr, 3);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, page_addr(addr, 2), 2));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
}

static void right_piece_goes_first(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_and_split(test);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, page_addr(addr, 2), 2));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 4);
	expect_word(test, mt->us, addr, 0);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, 1));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
}

static void exit_takes_all_pieces(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);

	map_and_split(test);
	user_space_destroy(test, mt->us);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
}

/* mremap() */

static struct mspec_test *mspec_begin_mremap(struct kunit *test)
{
	needs_syscalls(test);
	return mspec_begin_kind(test);
}

/* Where nothing is. */
static unsigned long elsewhere(struct kunit *test, unsigned long nr_pages)
{
	struct mspec_test *mt = test->priv;
	unsigned long addr = user_mmap(mt->us, NULL, nr_pages, PROT_NONE,
				       MAP_PRIVATE | MAP_ANONYMOUS, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	return addr;
}

/* The same pages are there, also those that have to be found by a fault. */
static void moved_mapping_shows_its_pages(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_mremap(test);
	unsigned long addr = map_pages(test, 4), to = elsewhere(test, 4), pfn;

	write_words(test, addr, 2);
	pfn = shown_pfn(test, page_addr(addr, 1));
	KUNIT_ASSERT_EQ(test, to, user_mremap(mt->us, addr, 4, 4,
					      MREMAP_MAYMOVE | MREMAP_FIXED, to));

	expect_word(test, mt->us, to, 1);
	KUNIT_EXPECT_EQ(test, pfn, shown_pfn(test, page_addr(to, 1)));
	KUNIT_EXPECT_EQ(test, 0, user_write(mt->us, page_addr(to, 3), word_of(3)));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 3);

	KUNIT_EXPECT_EQ(test, 0, user_munmap(mt->us, to, 4));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
}

/* A child has no entries in its page table: it faults for each page anew. */
static void moved_piece_finds_its_pages(struct kunit *test)
{
	struct mspec_test *mt;
	unsigned long addr, to;
	struct user_space *child;

	needs_mm_exports(test);
	mt = mspec_begin_mremap(test);
	addr = map_pages(test, 4);
	to = elsewhere(test, 2);
	write_words(test, addr, 4);
	KUNIT_ASSERT_EQ(test, to, user_mremap(mt->us, page_addr(addr, 2), 2, 2,
					      MREMAP_MAYMOVE | MREMAP_FIXED, to));

	child = user_space_fork(test, mt->us);
	expect_word(test, child, addr, 1);
	expect_word(test, child, to - 2 * PAGE_SIZE, 2);
	expect_word(test, child, to - 2 * PAGE_SIZE, 3);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 4);
}

static void shrunk_mapping_keeps_its_pages(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_mremap(test);
	unsigned long addr = map_pages(test, 4);

	write_words(test, addr, 4);
	KUNIT_ASSERT_EQ(test, addr, user_mremap(mt->us, addr, 4, 2, 0, 0));
	expect_word(test, mt->us, addr, 1);
	/* As with munmap() of a part: pages go with the last piece. */
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 4);
}

struct remap {
	const char *what;
	unsigned long old_pages;
	unsigned long new_pages;
	unsigned long flags;
	int err;
};

/* mremap(2): it can grow no more than its area, and be there only once. */
static const struct remap remaps[] = {
	{ "grow", 2, 3, 0, -EFAULT },
	{ "grow elsewhere", 2, 3, MREMAP_MAYMOVE, -EFAULT },
	{ "twice", 0, 2, MREMAP_MAYMOVE, -EFAULT },
	{ "leave behind", 2, 2, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, -EINVAL },
};

static void describe_remap(const struct remap *remap, char *desc)
{
	strscpy(desc, remap->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(remaps, remaps, describe_remap);

static void mremap_refuses(struct kunit *test)
{
	const struct remap *remap = test->param_value;
	struct mspec_test *mt;
	unsigned long addr;

	needs_syscalls(test);
	mt = mspec_begin(test, MSPEC_CACHED);
	addr = map_pages(test, 2);
	write_words(test, addr, 2);
	KUNIT_EXPECT_EQ(test, (long)remap->err,
			(long)user_mremap(mt->us, addr, remap->old_pages,
					  remap->new_pages, remap->flags, 0));
	expect_word(test, mt->us, addr, 1);
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(mt->us), 1);
}

/* Files and modules */

static void mapping_outlives_the_file(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 2);

	write_words(test, addr, 1);
	kunit_release_action(test, mspec_close_file, mt->file);
	write_words(test, addr, 2);
	expect_word(test, mt->us, addr, 0);
}

static void module_stays_while_mapped(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	struct module *owner = mt->file->f_op->owner;
	unsigned long addr = map_pages(test, 1);
	int mapped;

	if (!owner || !IS_ENABLED(CONFIG_MODULE_UNLOAD))
		kunit_skip(test, "needs mspec as a module that can be unloaded");
	kunit_release_action(test, mspec_close_file, mt->file);
	mapped = compat_module_refcount(owner);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, 1));
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, compat_module_refcount(owner), mapped - 1);
}

/* Forks */

static void forked_child_sees_touched_pages(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_fork(test);
	unsigned long addr = map_pages(test, 2), word;
	struct user_space *child;

	write_words(test, addr, 1);
	child = user_space_fork(test, mt->us);
	expect_word(test, child, addr, 0);

	KUNIT_ASSERT_EQ(test, 0, user_write(child, addr, word_of(1)));
	KUNIT_EXPECT_EQ(test, 0, user_read(mt->us, addr, &word));
	KUNIT_EXPECT_EQ(test, word, word_of(1));
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 1);
}

static void forked_child_sees_pages_touched_later(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_fork(test);
	unsigned long addr = map_pages(test, 2);
	struct user_space *child = user_space_fork(test, mt->us);

	write_words(test, addr, 1);
	expect_word(test, child, addr, 0);

	KUNIT_ASSERT_EQ(test, 0, user_write(child, page_addr(addr, 1), word_of(1)));
	expect_word(test, mt->us, addr, 1);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 2);
}

static void forked_child_keeps_pages_when_the_parent_exits(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_fork(test);
	unsigned long addr = map_pages(test, 2);
	struct user_space *child;

	write_words(test, addr, 2);
	child = user_space_fork(test, mt->us);
	user_space_destroy(test, mt->us);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 2);
	expect_word(test, child, addr, 1);

	user_space_destroy(test, child);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
}

/* What goes back to the page allocator */

/**
 * struct watch - what mspec_granule_free() was called with
 * @nr_freed: pages
 * @nr_dirty: those of them that were not zeroed
 * @nr_uncached: those of them that were still uncached
 */
struct watch {
	unsigned int nr_freed;
	unsigned int nr_dirty;
	unsigned int nr_uncached;
};

/* Stands in for mspec_granule_free(). */
static void watch_free(struct page *page, unsigned int order)
{
	struct mspec_test *mt = kunit_get_current_test()->priv;
	struct watch *watch = mt->priv;
	unsigned int i;

	for (i = 0; i < 1U << order; i++) {
		void *contents = page_address(page + i);

		watch->nr_freed++;
		watch->nr_dirty += !!memchr_inv(contents, 0, PAGE_SIZE);
		watch->nr_uncached += observe_alias_uncached(contents);
		__free_page(page + i);
	}
}

static struct watch *watch_what_is_freed(struct kunit *test)
{
	struct mspec_test *mt = test->priv;

	mt->priv = kunit_kzalloc(test, sizeof(struct watch), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mt->priv);
	kunit_activate_static_stub(test, mspec_granule_free, watch_free);
	return mt->priv;
}

/* Written pages, watched as they go back. */
static const struct watch *return_watched_pages(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	struct watch *watch = watch_what_is_freed(test);
	unsigned long addr = map_pages(test, 4);

	mspec_pages_only(test);
	write_words(test, addr, 4);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, 4));
	mspec_drain(mt->kind);
	KUNIT_EXPECT_GE(test, watch->nr_freed, 4);
	return watch;
}

static void pages_go_back_zeroed(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, return_watched_pages(test)->nr_dirty, 0);
}

static void pages_go_back_cached(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, return_watched_pages(test)->nr_uncached, 0);
}

/* Cache mode of what is mapped */

/* Memory that is spare may have the uncached mode that is for memory. */
static void pte_has_the_cache_mode(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 4), i;

	write_words(test, addr, 4);
	for (i = 0; i < 4; i++) {
		struct pte_view pte = observe_pte(mt->us, page_addr(addr, i));

		KUNIT_EXPECT_EQ(test, mspec_grows(mt->kind) ? pte.uncached :
				pte.uncached || pte.combining,
				mt->kind == MSPEC_UNCACHED);
	}
}

static void kernel_alias_has_the_cache_mode(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 4), i;
	struct page *page;

	mspec_pages_only(test);
	write_words(test, addr, 4);
	for (i = 0; i < 4; i++) {
		page = shown_page(test, page_addr(addr, i));
		KUNIT_EXPECT_EQ(test, observe_alias_uncached(page_address(page)),
				mt->kind == MSPEC_UNCACHED);
	}
}

/* Failures */

/* Stands in for mspec_granule_alloc(). */
static struct page *alloc_nothing(int nid, unsigned int order)
{
	return NULL;
}

static void touch_without_memory_is_oom(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin_kind(test);
	unsigned long addr = map_pages(test, 1);

	mspec_pages_only(test);
	/* No real exception: on UML, the kernel panics over OOM in uaccess. */
	kunit_activate_static_stub(test, mspec_granule_alloc, alloc_nothing);
	EXPECT_VM_FAULT(test,
			user_fault(mt->us, addr, FAULT_FLAG_WRITE),
			VM_FAULT_OOM);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).refused, 1);

	/* Nothing is broken: with memory, the next touch succeeds. */
	kunit_deactivate_static_stub(test, mspec_granule_alloc);
	write_words(test, addr, 1);
}

/* Stands in for mspec_uncache(). */
static int uncache_refused(struct page *page, unsigned int nr_pages)
{
	return -EBUSY;
}

static void touch_fails_if_the_page_stays_cached(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin(test, MSPEC_UNCACHED);
	unsigned long addr = map_pages(test, 1);

	mspec_pages_only(test);
	kunit_activate_static_stub(test, mspec_uncache, uncache_refused);
	EXPECT_VM_FAULT(test,
			user_fault(mt->us, addr, FAULT_FLAG_WRITE),
			VM_FAULT_OOM);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).in_use, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).converted, 0);
}

/* Stands in for mspec_recache(). */
static int recache_refused(struct page *page, unsigned int nr_pages)
{
	struct mspec_test *mt = kunit_get_current_test()->priv;

	mt->addr = (unsigned long)page;
	mt->may_leak += nr_pages;
	return -EBUSY;
}

static void page_that_stays_uncached_never_goes_back(struct kunit *test)
{
	struct mspec_test *mt = mspec_begin(test, MSPEC_UNCACHED);
	struct watch *watch = watch_what_is_freed(test);
	unsigned long addr = map_pages(test, 1);
	u64 begin = kernel_log_end();
	unsigned int i;
	char line[96];

	mspec_pages_only(test);
	kunit_activate_static_stub(test, mspec_recache, recache_refused);
	write_words(test, addr, 1);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(mt->us, addr, 1));
	mspec_drain(mt->kind);

	KUNIT_ASSERT_GT(test, mt->may_leak, 0);
	KUNIT_EXPECT_EQ(test, mspec_since(mt).leaked, mt->may_leak);
	KUNIT_ASSERT_EQ(test, watch->nr_freed, 0);
	snprintf(line, sizeof(line), "page frames %#lx+%u stay uncached",
		 page_to_pfn((struct page *)mt->addr), mt->may_leak);
	KUNIT_EXPECT_TRUE_MSG(test, kernel_log_has(begin, line), "%s", line);

	/* What the driver cannot do, the stub being there, is done here. */
	kunit_deactivate_static_stub(test, mspec_recache);
	KUNIT_ASSERT_EQ(test, 0, mspec_recache((struct page *)mt->addr, mt->may_leak));
	for (i = 0; i < mt->may_leak; i++)
		__free_page((struct page *)mt->addr + i);
}

static struct kunit_case mspec_cases[] = {
	KUNIT_CASE(touch_fails_if_the_page_stays_cached),
	KUNIT_CASE(page_that_stays_uncached_never_goes_back),
	KUNIT_CASE_PARAM(mmap_refuses, refusals_gen_params),
	KUNIT_CASE_PARAM(mmap_refuses_more_than_memory, kinds_gen_params),
	KUNIT_CASE_PARAM(mmap_allows_as_much_as_memory, kinds_gen_params),
	KUNIT_CASE_PARAM(mapping_of_a_file_opened_for_reading_is_refused, kinds_gen_params),
	KUNIT_CASE_PARAM(mremap_refuses, remaps_gen_params),
	KUNIT_CASE_PARAM(mmap_takes_no_page, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_takes_one_page_once, kinds_gen_params),
	KUNIT_CASE_PARAM(pages_begin_zeroed, kinds_gen_params),
	KUNIT_CASE_PARAM(mm_does_not_count_the_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(mapping_is_raw_of_fixed_size_and_forked, kinds_gen_params),
	KUNIT_CASE_PARAM(two_mappings_share_nothing, kinds_gen_params),
	KUNIT_CASE_PARAM(pieces_keep_their_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(pieces_touch_pages_of_their_own, kinds_gen_params),
	KUNIT_CASE_PARAM(left_piece_goes_first, kinds_gen_params),
	KUNIT_CASE_PARAM(right_piece_goes_first, kinds_gen_params),
	KUNIT_CASE_PARAM(exit_takes_all_pieces, kinds_gen_params),
	KUNIT_CASE_PARAM(moved_mapping_shows_its_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(moved_piece_finds_its_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(shrunk_mapping_keeps_its_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(mapping_outlives_the_file, kinds_gen_params),
	KUNIT_CASE_PARAM(module_stays_while_mapped, kinds_gen_params),
	KUNIT_CASE_PARAM(forked_child_sees_touched_pages, kinds_gen_params),
	KUNIT_CASE_PARAM(forked_child_sees_pages_touched_later, kinds_gen_params),
	KUNIT_CASE_PARAM(forked_child_keeps_pages_when_the_parent_exits, kinds_gen_params),
	KUNIT_CASE_PARAM(pages_go_back_zeroed, kinds_gen_params),
	KUNIT_CASE_PARAM(pages_go_back_cached, kinds_gen_params),
	KUNIT_CASE_PARAM(pte_has_the_cache_mode, kinds_gen_params),
	KUNIT_CASE_PARAM(kernel_alias_has_the_cache_mode, kinds_gen_params),
	KUNIT_CASE_PARAM(touch_without_memory_is_oom, kinds_gen_params),
	{}
};

static struct kunit_suite mspec_suite = {
	.name = "mspec",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mspec_cases,
};

kunit_test_suite(mspec_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite for the mspec driver");
MODULE_LICENSE("GPL");
