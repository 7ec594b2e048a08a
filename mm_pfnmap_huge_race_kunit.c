// SPDX-License-Identifier: GPL-2.0
/*
 * A huge entry that mm has just seen, and that is no longer there when mm has its
 * lock: another thread has unmapped it, or a page table is in its place, which
 * then counts as any other does.
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define PAGE 3
#define OTHER_PAGE 7

static const struct race {
	const char *name;
	enum huge_level level;
	bool gone;
} races[] = {
	{ "pmd becomes a table", HUGE_PMD },
	{ "pmd goes", HUGE_PMD, .gone = true },
	{ "pud becomes a table", HUGE_PUD },
	{ "pud goes", HUGE_PUD, .gone = true },
};

static void race_name(const struct race *race, char *desc)
{
	strscpy(desc, race->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(race, races, race_name);

/* A mapping of @pfn and those that follow, where a huge entry would fit. */
struct window {
	unsigned long pfn;
	struct pfn_file *pf;
	struct user_space *us;
	const struct race *race;
};

static vm_fault_t insert_page(struct vm_fault *vmf)
{
	struct window *w = pfn_file_of(vmf)->data;

	return vmf_insert_pfn(vmf->vma, vmf->address, w->pfn + vmf->pgoff);
}

static unsigned long window_page(unsigned int page)
{
	return HUGE_START + page * PAGE_SIZE;
}

/* Two pages of it are mapped, by a table. */
static struct window *map_window(struct kunit *test)
{
	struct window *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->race = test->param_value;
	needs_huge_pfnmap(test, w->race->level);
	needs_cpus(test, 2);
	w->pfn = frames_pfn_above(huge_order(w->race->level));
	w->pf = pfn_file_open(test, &(struct pfn_file){
		.vm_flags = VM_PFNMAP,
		.fault = insert_page,
		.data = w,
	});
	w->us = user_space_create(test);
	KUNIT_ASSERT_EQ(test, HUGE_START,
			user_mmap_at(w->us, HUGE_START, w->pf->file,
				     huge_pages(w->race->level),
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_FIXED, 0));
	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(PAGE), 0),
			VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, user_fault(w->us, window_page(OTHER_PAGE), 0),
			VM_FAULT_NOPAGE);
	return w;
}

/* Does it while the window's huge entry, put there for that, goes. */
static void race(struct kunit *test, const struct window *w,
		 void (*fn)(void *data), void *data)
{
	KUNIT_ASSERT_EQ(test, 0,
			huge_call_while_goes(w->us, window_page(PAGE),
					     w->race->level, w->race->gone, fn,
					     data));
}

static void expect_mapped(struct kunit *test, const struct window *w,
			  struct user_space *us, unsigned int page, bool mapped)
{
	struct pte_view pte = observe_pte(us, window_page(page));

	KUNIT_EXPECT_EQ_MSG(test, pte.pfn, mapped ? w->pfn + page : 0,
			    "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.special, mapped, "page %u", page);
}

struct follow_call {
	struct user_space *us;
	struct followed got;
};

static void follow(void *data)
{
	struct follow_call *call = data;

	call->got = user_follow(call->us, window_page(PAGE), window_page(PAGE));
}

/* Covers: follow_pfnmap_start */
static void what_came_for_the_entry_is_followed(struct kunit *test)
{
	struct window *w = map_window(test);
	struct follow_call call = { .us = w->us };

	needs_follow_pfnmap(test);
	race(test, w, follow, &call);
	KUNIT_EXPECT_EQ(test, call.got.held, 0);
	KUNIT_EXPECT_EQ(test, call.got.ret, w->race->gone ? -EINVAL : 0);
	if (!w->race->gone)
		KUNIT_EXPECT_EQ(test, call.got.pfn, w->pfn + PAGE);
	expect_mapped(test, w, w->us, PAGE, true);
}

static void revoke_all(void *data)
{
	struct window *w = data;

	unmap_mapping_range(w->pf->file->f_mapping, 0, 0, 1);
}

/* Else a driver would take frames back that a program can still reach. */
static void what_came_for_the_entry_is_revoked(struct kunit *test)
{
	struct window *w = map_window(test);

	race(test, w, revoke_all, w);
	expect_mapped(test, w, w->us, PAGE, w->race->gone);
	expect_mapped(test, w, w->us, OTHER_PAGE, w->race->gone);
	expect_rss(test, w->us, 0, 0);
}

static void revoke_page(void *data)
{
	struct window *w = data;

	unmap_mapping_range(w->pf->file->f_mapping, PAGE * PAGE_SIZE, PAGE_SIZE,
			    1);
}

static void table_that_came_for_the_entry_is_not_split(struct kunit *test)
{
	struct window *w = map_window(test);

	known_issue(test, w->race->level == HUGE_PUD &&
		    !COMPAT_PUD_SPLITS_UNDER_RMAP_LOCK,
		    "zap_pud_range() wants mmap_lock, which unmap_mapping_range() has not");
	race(test, w, revoke_page, w);
	expect_mapped(test, w, w->us, PAGE, w->race->gone);
	expect_mapped(test, w, w->us, OTHER_PAGE, true);
	expect_rss(test, w->us, 0, 0);
}

struct fork_call {
	struct user_space *us;
	struct user_space *child;
	int ret;
};

static void fork_now(void *data)
{
	struct fork_call *call = data;

	call->ret = user_space_fork_to(call->child, call->us);
}

/*
 * A fork has mmap_lock, but who revokes frames does not need it: the child must
 * not get what the parent has lost.
 *
 * Covers: vma_needs_copy, VM_COPY_ON_FORK
 */
static void child_has_what_came_for_the_entry(struct kunit *test)
{
	struct window *w = map_window(test);
	struct fork_call call = {
		.us = w->us,
		.child = user_space_reserve(test),
	};
	struct huge_view entry;

	race(test, w, fork_now, &call);
	KUNIT_ASSERT_EQ(test, call.ret, 0);
	entry = observe_huge(call.child, HUGE_START);
	known_issue(test, entry.level == HUGE_PMD && entry.pfn == w->pfn,
		    "copy_huge_pmd() copies a raw entry that unmap_mapping_range() has taken away meanwhile");
	KUNIT_EXPECT_EQ(test, entry.level, HUGE_NONE);
	expect_mapped(test, w, call.child, PAGE, !w->race->gone);
	expect_mapped(test, w, call.child, OTHER_PAGE, !w->race->gone);
	expect_mapped(test, w, w->us, PAGE, true);
	expect_rss(test, call.child, 0, 0);
}

static struct kunit_case mm_pfnmap_huge_race_cases[] = {
	KUNIT_CASE_PARAM(what_came_for_the_entry_is_followed, race_gen_params),
	KUNIT_CASE_PARAM(what_came_for_the_entry_is_revoked, race_gen_params),
	KUNIT_CASE_PARAM(table_that_came_for_the_entry_is_not_split,
			 race_gen_params),
	KUNIT_CASE_PARAM(child_has_what_came_for_the_entry, race_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_huge_race_suite = {
	.name = "mm_pfnmap_huge_race",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_huge_race_cases,
};

kunit_test_suite(mm_pfnmap_huge_race_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: huge entries for raw page frames that go meanwhile");
MODULE_LICENSE("GPL");
