// SPDX-License-Identifier: GPL-2.0
/*
 * What a huge entry of raw frames is like, bit by bit, and who is asked when it
 * is written to: the same at both levels, by pmd and by pud.
 *
 * The frames are numbers of where no memory is. Entries are made of them, and
 * looked at; nothing is ever accessed there, so that the CPU changes no entry.
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

static const struct level {
	const char *name;
	enum huge_level level;
} levels[] = {
	{ "pmd", HUGE_PMD },
	{ "pud", HUGE_PUD },
};

static void level_name(const struct level *level, char *desc)
{
	strscpy(desc, level->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(level, levels, level_name);

/**
 * struct window - a file of frames that follow each other, mapped by one entry
 * @level: the entry's level
 * @pfn: the first frame
 * @answer: what its handler says to a write; 0 to insert
 * @beside: what inserts beside the vma have returned
 * @asked: how often the handler was asked for such an entry
 * @pf: the file
 * @us: the address space
 */
struct window {
	enum huge_level level;
	unsigned long pfn;
	vm_fault_t answer;
	vm_fault_t beside[2];
	unsigned int asked;
	struct pfn_file *pf;
	struct user_space *us;
};

static vm_fault_t insert_huge(struct vm_fault *vmf, unsigned int order)
{
	struct window *w = pfn_file_of(vmf)->data;
	bool write = vmf->flags & FAULT_FLAG_WRITE;

	if (order != huge_order(w->level))
		return VM_FAULT_FALLBACK;
	w->asked++;
	return write && w->answer ? w->answer :
	       huge_insert_pfn(vmf, w->level, w->pfn, write);
}

static vm_fault_t insert_page(struct vm_fault *vmf)
{
	struct window *w = pfn_file_of(vmf)->data;
	unsigned long pfn = w->pfn + vmf->pgoff;

	return vmf->vma->vm_flags & VM_MIXEDMAP ?
		vmf_insert_mixed(vmf->vma, vmf->address, compat_pfn(pfn)) :
		vmf_insert_pfn(vmf->vma, vmf->address, pfn);
}

static vm_fault_t pfn_mkwrite_allow(struct vm_fault *vmf)
{
	return 0;
}

/* Write-notified, so that a read maps read-only. */
static const struct pfn_file notified = {
	.vm_flags = VM_PFNMAP,
	.ops = {
		.fault = insert_page,
		.huge_fault = insert_huge,
		.pfn_mkwrite = pfn_mkwrite_allow,
	},
};

/* A raw mapping may only be private in this way: there, pages are copied. */
static const struct pfn_file mixed = {
	.vm_flags = VM_MIXEDMAP,
	.ops = { .fault = insert_page, .huge_fault = insert_huge },
};

static struct window *map_window(struct kunit *test, unsigned long map_flags,
				 const struct pfn_file *how)
{
	const struct level *level = test->param_value;
	struct window *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	struct pfn_file with_data = *how;

	needs_huge_pfnmap(test, level->level);
	if (how->vm_flags & VM_MIXEDMAP)
		needs_thp_always(test);
	KUNIT_ASSERT_NOT_NULL(test, w);
	w->level = level->level;
	w->pfn = frames_pfn_above(huge_order(w->level));
	with_data.data = w;
	w->pf = pfn_file_open(test, &with_data);
	w->us = user_space_create(test);
	KUNIT_ASSERT_EQ(test, HUGE_START,
			user_mmap_at(w->us, HUGE_START, w->pf->file,
				     huge_pages(w->level),
				     PROT_READ | PROT_WRITE,
				     map_flags | MAP_FIXED | MAP_NORESERVE, 0));
	return w;
}

/* A fault of the fourth page. */
static vm_fault_t fault(const struct window *w, unsigned int flags)
{
	return user_fault(w->us, HUGE_START + 3 * PAGE_SIZE, flags);
}

static void expect_entry(struct kunit *test, const struct window *w,
			 struct user_space *us, bool write)
{
	struct huge_view entry = observe_huge(us, HUGE_START);

	KUNIT_EXPECT_EQ(test, entry.level, w->level);
	KUNIT_EXPECT_EQ(test, entry.pfn, w->pfn);
	KUNIT_EXPECT_TRUE(test, entry.special);
	KUNIT_EXPECT_TRUE(test, entry.young);
	KUNIT_EXPECT_EQ(test, entry.dirty, write);
	KUNIT_EXPECT_EQ(test, entry.write, write);
}

/* The faulting page alone is mapped, by a raw entry of its own. */
static void expect_small(struct kunit *test, const struct window *w, bool write)
{
	struct pte_view pte = observe_pte(w->us, HUGE_START + 3 * PAGE_SIZE);

	KUNIT_EXPECT_EQ(test, observe_huge(w->us, HUGE_START).level, HUGE_NONE);
	KUNIT_EXPECT_EQ(test, pte.pfn, w->pfn + 3);
	KUNIT_EXPECT_TRUE(test, pte.special);
	KUNIT_EXPECT_EQ(test, pte.write, write);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(w->us, HUGE_START, 8), 1);
	expect_rss(test, w->us, 0, 0);
}

/* Covers: vmf_insert_pfn_pmd, vmf_insert_pfn_pud */
static void entry_for_a_read_is_young_clean_and_read_only(struct kunit *test)
{
	struct window *w = map_window(test, MAP_SHARED, &notified);

	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_NOPAGE);
	expect_entry(test, w, w->us, false);
}

/* Covers: vmf_insert_pfn_pmd, vmf_insert_pfn_pud */
static void entry_for_a_write_is_young_dirty_and_writable(struct kunit *test)
{
	struct window *w = map_window(test, MAP_SHARED, &notified);

	EXPECT_VM_FAULT(test, fault(w, FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	expect_entry(test, w, w->us, true);
}

static void write_to_an_old_entry_makes_it_young_as_well(struct kunit *test)
{
	struct window *w = map_window(test, MAP_SHARED, &notified);
	struct user_space *child;

	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_NOPAGE);
	child = user_space_fork(test, w->us);
	KUNIT_ASSERT_FALSE(test, observe_huge(child, HUGE_START).young);
	EXPECT_VM_FAULT(test, huge_insert_at(child, HUGE_START, w->level,
					     w->pfn, true),
			VM_FAULT_NOPAGE);
	expect_entry(test, w, child, true);
}

static vm_fault_t insert_at(const struct vm_fault *vmf, unsigned long addr)
{
	struct window *w = pfn_file_of(vmf)->data;
	struct vm_fault there = {
		.vma = vmf->vma,
		.address = addr,
		.pgoff = vmf->pgoff,
		.pud = vmf->pud,
		.pmd = vmf->pmd,
	};

	return huge_insert_pfn(&there, w->level, w->pfn, false);
}

static vm_fault_t insert_beside(struct vm_fault *vmf, unsigned int order)
{
	struct window *w = pfn_file_of(vmf)->data;

	if (order != huge_order(w->level))
		return VM_FAULT_FALLBACK;
	w->beside[0] = insert_at(vmf, vmf->vma->vm_start - PAGE_SIZE);
	w->beside[1] = insert_at(vmf, vmf->vma->vm_end);
	return VM_FAULT_SIGBUS;
}

/* As vmf_insert_pfn(): it is the driver's fault. */
static void insert_beside_the_vma_is_refused(struct kunit *test)
{
	struct window *w = map_window(test, MAP_SHARED, &(struct pfn_file){
					      .vm_flags = VM_PFNMAP,
					      .ops = {
						      .fault = insert_page,
						      .huge_fault =
							      insert_beside,
					      } });

	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_SIGBUS);
	EXPECT_VM_FAULT(test, w->beside[0], VM_FAULT_SIGBUS);
	EXPECT_VM_FAULT(test, w->beside[1], VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, observe_huge(w->us, HUGE_START).level, HUGE_NONE);
}

/* Covers: vmf_insert_pfn_pmd, vmf_insert_pfn_pud, track_pfn_insert */
static void entry_takes_the_mode_that_is_reserved(struct kunit *test)
{
	struct window *w = map_window(test, MAP_SHARED, &notified);
	enum memtype_mode mode;

	needs_memtype(test);
	KUNIT_ASSERT_EQ(test, 0, frames_reserve_wc(w->pfn, 1));
	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_NOPAGE);
	frames_unreserve_wc(w->pfn, 1);
	mode = cache_mode_of(observe_huge(w->us, HUGE_START).prot);
	known_issue(test, !COMPAT_TRACKS_BY_CONTEXT && w->level == HUGE_PUD &&
		    mode == CACHE_WB,
		    "vmf_insert_pfn_pud() looks the cache mode up and inserts with another one; 6.12 has it, 7.3 has not");
	KUNIT_EXPECT_STREQ(test, cache_mode_name(mode),
			   cache_mode_name(CACHE_WC));
}

/* Its handler is asked for the same size again, and may say no. */
static void handler_may_fall_back_when_the_entry_is_written(struct kunit *test)
{
	struct window *w = map_window(test, MAP_SHARED, &notified);

	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_NOPAGE);
	w->answer = VM_FAULT_FALLBACK;
	w->asked = 0;
	EXPECT_VM_FAULT(test, fault(w, FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_EQ(test, w->asked, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->pf->nr_faults), 1);
	expect_small(test, w, false);
}

static void sigbus_when_the_entry_is_written_is_final(struct kunit *test)
{
	struct window *w = map_window(test, MAP_SHARED, &notified);

	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_NOPAGE);
	w->answer = VM_FAULT_SIGBUS;
	EXPECT_VM_FAULT(test, fault(w, FAULT_FLAG_WRITE), VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, atomic_read(&w->pf->nr_faults), 0);
	expect_entry(test, w, w->us, false);
}

/* Pages are copied one by one: nobody is asked, the entry has to go. */
static void write_to_a_private_mapping_splits_the_entry(struct kunit *test)
{
	struct window *w = map_window(test, MAP_PRIVATE, &mixed);

	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_NOPAGE);
	expect_entry(test, w, w->us, false);
	w->asked = 0;
	EXPECT_VM_FAULT(test, fault(w, FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_EQ(test, w->asked, 0);
	expect_small(test, w, false);
}

/* Covers: vma_needs_copy, VM_COPY_ON_FORK, copy_huge_pmd */
static void fork_copies_the_entry_of_a_private_mapping(struct kunit *test)
{
	struct window *w = map_window(test, MAP_PRIVATE, &mixed);
	struct user_space *child;

	EXPECT_VM_FAULT(test, fault(w, 0), VM_FAULT_NOPAGE);
	child = user_space_fork(test, w->us);
	expect_entry(test, w, w->us, false);
	KUNIT_EXPECT_EQ(test, observe_huge(child, HUGE_START).level, w->level);
	KUNIT_EXPECT_EQ(test, observe_huge(child, HUGE_START).pfn, w->pfn);
	KUNIT_EXPECT_TRUE(test, observe_huge(child, HUGE_START).special);
	KUNIT_EXPECT_FALSE(test, observe_huge(child, HUGE_START).write);
	expect_rss(test, child, 0, 0);
}

static struct kunit_case mm_pfnmap_huge_entry_cases[] = {
	KUNIT_CASE_PARAM(entry_for_a_read_is_young_clean_and_read_only,
			 level_gen_params),
	KUNIT_CASE_PARAM(entry_for_a_write_is_young_dirty_and_writable,
			 level_gen_params),
	KUNIT_CASE_PARAM(write_to_an_old_entry_makes_it_young_as_well,
			 level_gen_params),
	KUNIT_CASE_PARAM(insert_beside_the_vma_is_refused, level_gen_params),
	KUNIT_CASE_PARAM(entry_takes_the_mode_that_is_reserved,
			 level_gen_params),
	KUNIT_CASE_PARAM(handler_may_fall_back_when_the_entry_is_written,
			 level_gen_params),
	KUNIT_CASE_PARAM(sigbus_when_the_entry_is_written_is_final,
			 level_gen_params),
	KUNIT_CASE_PARAM(write_to_a_private_mapping_splits_the_entry,
			 level_gen_params),
	KUNIT_CASE_PARAM(fork_copies_the_entry_of_a_private_mapping,
			 level_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_huge_entry_suite = {
	.name = "mm_pfnmap_huge_entry",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_huge_entry_cases,
};

kunit_test_suite(mm_pfnmap_huge_entry_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: bits of huge entries for raw page frames");
MODULE_LICENSE("GPL");
