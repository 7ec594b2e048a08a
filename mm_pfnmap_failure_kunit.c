// SPDX-License-Identifier: GPL-2.0
/*
 * Out of memory at every step of what is done to a raw-PFN mapping.
 *
 * Each case does one thing again and again, in a fresh address space, and lets
 * its first, second, ... allocation fail, until there is none left to fail. An
 * operation that fails must say so, have done nothing, and succeed when asked
 * again. (Some allocations are made again by the kernel itself: then nothing
 * fails.)
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

/* More allocations than any operation here makes. */
#define TOO_MANY 1000

/**
 * struct step - which allocation fails, and what has come of it
 * @nth: the allocation
 * @failed: it was there to fail
 * @nr_errors: so many operations failed so far
 * @other_error: with another errno than -ENOMEM
 */
struct step {
	unsigned int nth;
	bool failed;
	unsigned int nr_errors;
	long other_error;
};

static bool next_step(struct kunit *test, struct step *step)
{
	KUNIT_ASSERT_LT(test, step->nth, TOO_MANY);
	if (step->nth && !step->failed)
		return false;
	step->nth++;
	return true;
}

/* The operation in parentheses, with its n-th allocation failing. */
#define fail_in(of, operation)					\
({								\
	struct step *__step = (of);				\
	typeof(operation) __ret;				\
								\
	failures_arm(__step->nth);				\
	__ret = (operation);					\
	__step->failed = failures_disarm();			\
	__ret;							\
})

/* An operation that returns an errno, after fail_in(). */
static bool out_of_memory(struct kunit *test, struct step *step, long ret)
{
	if (ret >= 0)
		return false;
	KUNIT_EXPECT_TRUE_MSG(test, step->failed, "allocation %u", step->nth);
	if (ret != -ENOMEM)
		step->other_error = ret;
	step->nr_errors++;
	return true;
}

/* At the end of a case: there was something to fail, and it was said so. */
static void expect_only_out_of_memory(struct kunit *test,
				      const struct step *step)
{
	KUNIT_EXPECT_GT(test, step->nr_errors, 0);
	KUNIT_EXPECT_EQ(test, step->other_error, 0);
}

/* A page fault, after fail_in(). */
static bool fault_out_of_memory(struct kunit *test, struct step *step,
				vm_fault_t ret)
{
	bool error = ret & VM_FAULT_ERROR;

	if (error)
		EXPECT_VM_FAULT(test, ret & VM_FAULT_ERROR, VM_FAULT_OOM);
	return out_of_memory(test, step, error ? -ENOMEM : 0);
}

static void map_anew(struct kunit *test, struct mapping *m,
		     unsigned long map_flags)
{
	m->us = user_space_create(test);
	m->addr = user_mmap(m->us, m->pf->file, m->frames->nr,
			    PROT_READ | PROT_WRITE, map_flags, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m->addr));
}

static vm_fault_t insert_counted(struct vm_fault *vmf)
{
	struct frames *frames = pfn_file_of(vmf)->frames;
	int ret = vm_insert_page(vmf->vma, vmf->address,
				 pfn_to_page(frames->frame[vmf->pgoff].pfn));

	return ret ? vmf_error(ret) : VM_FAULT_NOPAGE;
}

static vm_fault_t insert_mkwrite(struct vm_fault *vmf)
{
	struct frames *frames = pfn_file_of(vmf)->frames;

	return compat_insert_page_mkwrite(vmf->vma, vmf->address,
					  pfn_to_page(frames->frame[vmf->pgoff].pfn),
					  false);
}

/* Fault handlers, and what a page of theirs is in expect_layout(). */
static const struct handler {
	const char *name;
	enum frames_kind kind;
	unsigned long vm_flags;
	vm_fault_t (*fault)(struct vm_fault *vmf);
	const char *layout;
} handlers[] = {
	{ "vmf_insert_pfn", FRAMES_SCATTERED, VM_PFNMAP, pfn_file_insert,
	  ".....r.." },
	{ "vmf_insert_pfn without struct page", FRAMES_PAGELESS_SCATTERED,
	  VM_PFNMAP, pfn_file_insert, ".....r.." },
	{ "vmf_insert_pfn into VM_MIXEDMAP", FRAMES_PAGELESS_SCATTERED,
	  VM_MIXEDMAP, pfn_file_insert, ".....r.." },
	{ "vm_insert_page", FRAMES_SCATTERED, VM_MIXEDMAP, insert_counted,
	  ".....p.." },
	{ "vmf_insert_page", FRAMES_SCATTERED, VM_MIXEDMAP, handler_fault_page,
	  ".....p.." },
	{ "vmf_insert_page_mkwrite", FRAMES_SCATTERED, VM_MIXEDMAP,
	  insert_mkwrite, ".....p.." },
	{ "vmf_insert_mixed", FRAMES_SCATTERED, VM_MIXEDMAP,
	  handler_fault_mixed,
	  IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL) ? ".....r.." : ".....p.." },
};

static void handler_name(const struct handler *handler, char *desc)
{
	strscpy(desc, handler->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(handler, handlers, handler_name);

/* Page tables are made level by level; the frame is counted last, or never. */
static void first_fault_maps_nothing_or_all(struct kunit *test)
{
	const struct handler *handler = test->param_value;
	struct step step = {};
	struct mapping m;

	needs_mm_exports(test);
	needs_failures(test);
	needs_whole_page_tables(test);
	if (handler->fault == insert_mkwrite && !COMPAT_HAS_INSERT_PAGE_MKWRITE)
		kunit_skip(test, "needs vmf_insert_page_mkwrite() (Linux 6.15)");
	m = mapping_prepare(test, handler->kind, NR_PAGES, &(struct pfn_file){
				    .vm_flags = handler->vm_flags,
				    .fault = handler->fault,
			    });
	while (next_step(test, &step)) {
		bool counted = handler->layout[5] == 'p';
		unsigned long at;

		map_anew(test, &m, MAP_SHARED);
		at = mapping_page(&m, 5);
		if (fault_out_of_memory(test, &step,
					fail_in(&step, user_fault(m.us, at, 0)))) {
			expect_layout(test, &m, "........");
			expect_rss(test, m.us, 0, 0);
			expect_frames_untouched(test, m.before);
			EXPECT_VM_FAULT(test, user_fault(m.us, at, 0),
					VM_FAULT_NOPAGE);
		}
		expect_layout(test, &m, handler->layout);
		expect_rss(test, m.us, counted, 0);
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	expect_only_out_of_memory(test, &step);
}

/*
 * A write to page 5 of a private mapping: its copy wants an anon_vma and a page.
 * @before: the layout until it is there
 * @after: and then
 */
static void check_private_write(struct kunit *test, enum frames_kind kind,
				const struct pfn_file *file, const char *before,
				const char *after)
{
	struct step step = {};
	struct mapping m;

	needs_mm_exports(test);
	needs_failures(test);
	m = mapping_prepare(test, kind, NR_PAGES, file);
	while (next_step(test, &step)) {
		unsigned long at;
		vm_fault_t ret;

		map_anew(test, &m, MAP_PRIVATE);
		at = mapping_page(&m, 5);
		ret = fail_in(&step, user_fault(m.us, at, FAULT_FLAG_WRITE));
		if (fault_out_of_memory(test, &step, ret)) {
			expect_layout(test, &m, before);
			expect_rss(test, m.us, 0, 0);
			KUNIT_EXPECT_FALSE(test, observe_pte(m.us, at).write);
		} else {
			expect_layout(test, &m, after);
		}
		mapping_write_copies(test, &m, ".....c..");
		expect_layout(test, &m, after);
		expect_copies_kept(test, &m, ".....c..");
		expect_rss(test, m.us, 0, 1);
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	expect_frames_intact(test, &m);
	expect_only_out_of_memory(test, &step);
}

static void copy_on_write_leaves_the_frame_or_makes_a_copy(struct kunit *test)
{
	check_private_write(test, FRAMES_CONTIGUOUS,
			    &(struct pfn_file){ .remap = true },
			    "rrrrrrrr", "rrrrrcrr");
}

/* A page that the handler gives is copied at once. */
static void first_private_write_leaves_nothing_or_makes_a_copy(struct kunit *test)
{
	check_private_write(test, FRAMES_SCATTERED,
			    &(struct pfn_file){
				    .vm_flags = VM_MIXEDMAP,
				    .fault = handler_fault_return,
			    }, "........", ".....c..");
}

/*
 * Pages are collected before they are given back; with no memory for the list
 * of them they go a few at a time. See __tlb_remove_folio_pages().
 */
static void check_unmap(struct kunit *test, enum frames_kind kind)
{
	unsigned int nth = 0, nr_pages = 4 * NR_PAGES;
	bool failed = true;
	struct mapping m;

	needs_mm_exports(test);
	needs_failures(test);
	needs_syscalls(test);
	m = mapping_prepare(test, kind, nr_pages, &(struct pfn_file){
				    .vm_flags = VM_MIXEDMAP,
				    .map = handler_map_pages,
			    });
	while (failed) {
		KUNIT_ASSERT_LT(test, nth++, TOO_MANY);
		map_anew(test, &m, MAP_SHARED);
		expect_rss(test, m.us, nr_pages, 0);
		failures_arm(nth);
		KUNIT_EXPECT_EQ(test, 0, user_madvise(m.us, m.addr, nr_pages,
						      MADV_DONTNEED));
		failed = failures_disarm();
		expect_nothing_mapped(test, &m);
		user_space_destroy(test, m.us);
	}
}

static void unmap_without_memory_gives_all_pages_back(struct kunit *test)
{
	check_unmap(test, FRAMES_SCATTERED);
}

static void unmap_without_memory_gives_all_of_a_folio_back(struct kunit *test)
{
	check_unmap(test, FRAMES_FOLIO);
}

/* Remaps that need several page tables. */
static const struct remap {
	const char *name;
	enum frames_kind kind;
	unsigned long map_flags;
	bool prepare;
} remaps[] = {
	{ "private", FRAMES_CONTIGUOUS, MAP_PRIVATE },
	{ "shared", FRAMES_CONTIGUOUS, MAP_SHARED },
	{ "private without struct page", FRAMES_PAGELESS, MAP_PRIVATE },
	{ "shared without struct page", FRAMES_PAGELESS, MAP_SHARED },
	{ "private by mmap_prepare", FRAMES_CONTIGUOUS, MAP_PRIVATE, true },
	{ "shared by mmap_prepare", FRAMES_CONTIGUOUS, MAP_SHARED, true },
};

static void remap_name(const struct remap *remap, char *desc)
{
	strscpy(desc, remap->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(remap, remaps, remap_name);

static struct mapping prepare_remap(struct kunit *test)
{
	const struct remap *remap = test->param_value;

	needs_mm_exports(test);
	needs_failures(test);
	needs_syscalls(test);
	if (remap->prepare)
		needs_mmap_prepare(test);
	return mapping_prepare(test, remap->kind, NR_PAGES, &(struct pfn_file){
				       .remap = true,
				       .prepare = remap->prepare,
			       });
}

/* In a fresh address space, at a place in two page tables. */
static unsigned long mmap_across(struct kunit *test, struct mapping *m,
				 struct step *step)
{
	const struct remap *remap = test->param_value;
	unsigned long flags = remap->map_flags | MAP_FIXED_NOREPLACE;

	m->addr = user_table_boundary(test, m->us) - NR_PAGES / 2 * PAGE_SIZE;
	return fail_in(step, user_mmap_at(m->us, m->addr, m->pf->file, NR_PAGES,
					  PROT_READ | PROT_WRITE, flags, 0));
}

/* The same where nothing fails. */
static void map_across(struct kunit *test, struct mapping *m)
{
	m->us = user_space_create(test);
	KUNIT_ASSERT_EQ(test, mmap_across(test, m, &(struct step){}), m->addr);
}

/* Neither a part of the range nor the vma stays. */
static void failed_remap_leaves_no_mapping(struct kunit *test)
{
	const struct remap *remap = test->param_value;
	struct mapping m = prepare_remap(test);
	struct step step = {};

	known_issue(test, remap->map_flags == MAP_SHARED &&
		    COMPAT_FAILED_REMAP_WARNS,
		    "a shared remap that fails warns in x86's get_pat_info() (until 6.15)");
	while (next_step(test, &step)) {
		unsigned long addr;
		struct vma_view vma;

		m.us = user_space_create(test);
		addr = mmap_across(test, &m, &step);
		if (out_of_memory(test, &step, IS_ERR_VALUE(addr) ? addr : 0)) {
			expect_layout(test, &m, "........");
			KUNIT_EXPECT_FALSE(test, user_vma(m.us, m.addr, &vma));
			KUNIT_EXPECT_EQ(test, m.us->mm->total_vm, 0);
			expect_no_page_tables(test, m.us);
			expect_frames_untouched(test, m.before);
			addr = mmap_across(test, &m, &(struct step){});
		}
		KUNIT_EXPECT_EQ(test, addr, m.addr);
		expect_layout(test, &m, "rrrrrrrr");
		expect_rss(test, m.us, 0, 0);
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	known_issue(test, step.other_error == -EINVAL &&
		    !pfn_valid(m.frames->frame[0].pfn),
		    "remap_pfn_range() gives -EINVAL where x86 has no memory to track the range");
	expect_only_out_of_memory(test, &step);
}

/* Mapped, and two pages of it copied where that can be. */
static const char *map_with_copies(struct kunit *test, struct mapping *m)
{
	const struct remap *remap = test->param_value;
	const char *copied = "rcrrrrcr";

	map_across(test, m);
	if (remap->map_flags != MAP_PRIVATE || !frames_reachable(m->frames))
		return "rrrrrrrr";
	mapping_write_copies(test, m, copied);
	return copied;
}

static void expect_as_before(struct kunit *test, const struct mapping *m,
			     const char *layout)
{
	expect_layout(test, m, layout);
	expect_copies_kept(test, m, layout);
	expect_rss(test, m->us, 0, layout[1] == 'c' ? 2 : 0);
	KUNIT_EXPECT_EQ(test, m->us->mm->total_vm, NR_PAGES);
	expect_frames_untouched(test, m->before);
}

/* A hole in the middle may split the vma first; but all stays mapped. */
static void failed_munmap_of_the_middle_leaves_all_mapped(struct kunit *test)
{
	struct mapping m = prepare_remap(test);
	struct step step = {};

	while (next_step(test, &step)) {
		const char *layout = map_with_copies(test, &m);
		unsigned long hole = mapping_page(&m, 2);
		int ret = fail_in(&step, user_munmap(m.us, hole, 4));

		if (out_of_memory(test, &step, ret)) {
			expect_as_before(test, &m, layout);
			KUNIT_EXPECT_EQ(test, 0, user_munmap(m.us, hole, 4));
		}
		expect_layout(test, &m, layout[1] == 'c' ? "rc....cr" :
							   "rr....rr");
		KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), 2);
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	expect_only_out_of_memory(test, &step);
}

/* What had been moved when memory ran out is moved back. */
static void failed_move_is_undone(struct kunit *test)
{
	struct mapping m = prepare_remap(test);
	struct step step = {};

	while (next_step(test, &step)) {
		const char *layout = map_with_copies(test, &m);
		unsigned long to = m.addr + PMD_SIZE;
		struct mapping moved = mapping_moved(&m, to);
		unsigned long addr;

		addr = fail_in(&step,
			       user_mremap(m.us, m.addr, NR_PAGES, NR_PAGES,
					   MREMAP_MAYMOVE | MREMAP_FIXED, to));
		if (out_of_memory(test, &step, IS_ERR_VALUE(addr) ? addr : 0)) {
			expect_as_before(test, &m, layout);
			expect_layout(test, &moved, "........");
			KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), 1);
			addr = user_mremap(m.us, m.addr, NR_PAGES, NR_PAGES,
					   MREMAP_MAYMOVE | MREMAP_FIXED, to);
		}
		KUNIT_EXPECT_EQ(test, addr, to);
		expect_as_before(test, &moved, layout);
		expect_layout(test, &m, "........");
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	expect_only_out_of_memory(test, &step);
}

static void failed_mprotect_of_a_part_changes_no_entry(struct kunit *test)
{
	struct mapping m = prepare_remap(test);
	struct step step = {};

	while (next_step(test, &step)) {
		const char *layout = map_with_copies(test, &m);
		unsigned long at = mapping_page(&m, 3);
		bool write = observe_pte(m.us, at).write;
		struct vma_view vma;
		int ret;

		ret = fail_in(&step, user_mprotect(m.us, at, 2, PROT_READ));
		if (out_of_memory(test, &step, ret)) {
			expect_as_before(test, &m, layout);
			KUNIT_EXPECT_EQ(test, observe_pte(m.us, at).write,
					write);
			KUNIT_ASSERT_TRUE(test, user_vma(m.us, at, &vma));
			KUNIT_EXPECT_TRUE(test, vma.flags & VM_WRITE);
			KUNIT_EXPECT_EQ(test, 0, user_mprotect(m.us, at, 2,
							       PROT_READ));
		}
		expect_as_before(test, &m, layout);
		KUNIT_EXPECT_FALSE(test, observe_pte(m.us, at).write);
		KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), 3);
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	expect_only_out_of_memory(test, &step);
}

/*
 * The parent may find its copies write-protected, and nothing else changed; of
 * the child nothing is left.
 */
static void failed_fork_leaves_no_child_and_the_parent_alone(struct kunit *test)
{
	struct mapping m = prepare_remap(test);
	struct step step = {};
	const char *layout;

	layout = map_with_copies(test, &m);
	while (next_step(test, &step)) {
		struct mapping child = m;

		child.us = user_space_reserve(test);
		if (out_of_memory(test, &step,
				  fail_in(&step, user_space_fork_to(child.us, m.us)))) {
			expect_as_before(test, &m, layout);
			KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens),
					atomic_read(&m.pf->nr_closes));
			continue;
		}
		expect_as_before(test, &child, layout);
		expect_as_before(test, &m, layout);
		user_space_destroy(test, child.us);
	}
	expect_only_out_of_memory(test, &step);
	expect_as_before(test, &m, layout);
	mapping_write_copies(test, &m, layout);
	user_space_destroy(test, m.us);
	expect_frames_untouched(test, m.before);
}

/* What the child has got of its pages before it fails, it gives back. */
static void failed_fork_of_a_mixed_mapping_counts_nothing(struct kunit *test)
{
	struct step step = {};
	struct mapping m;

	needs_mm_exports(test);
	needs_failures(test);
	m = mapping_create_across(test, FRAMES_MIXED, NR_PAGES, MAP_SHARED,
				  &(struct pfn_file){ .map = pfn_file_insert_mixed });
	while (next_step(test, &step)) {
		struct user_space *child = user_space_reserve(test);

		if (!out_of_memory(test, &step,
				   fail_in(&step, user_space_fork_to(child, m.us)))) {
			expect_frames_counted(test, m.before, 2);
			user_space_destroy(test, child);
		}
		expect_layout(test, &m, "prprprpr");
		expect_frames_counted(test, m.before, 1);
		expect_rss(test, m.us, NR_PAGES / 2, 0);
	}
	expect_only_out_of_memory(test, &step);
}

/* Pages inserted before it failed are given back with the mapping. */
static void failed_mmap_of_a_mixed_mapping_counts_nothing(struct kunit *test)
{
	struct step step = {};
	struct mapping m;

	needs_mm_exports(test);
	needs_failures(test);
	m = mapping_prepare(test, FRAMES_MIXED, NR_PAGES,
			    &(struct pfn_file){ .map = pfn_file_insert_mixed });
	while (next_step(test, &step)) {
		unsigned long addr, prot = PROT_READ | PROT_WRITE;

		m.us = user_space_create(test);
		m.addr = user_table_boundary(test, m.us) -
			 NR_PAGES / 2 * PAGE_SIZE;
		addr = fail_in(&step,
			       user_mmap_at(m.us, m.addr, m.pf->file, NR_PAGES,
					    prot, MAP_SHARED | MAP_FIXED, 0));
		if (out_of_memory(test, &step, IS_ERR_VALUE(addr) ? addr : 0)) {
			expect_layout(test, &m, "........");
			expect_rss(test, m.us, 0, 0);
			expect_no_page_tables(test, m.us);
			expect_frames_untouched(test, m.before);
		} else {
			expect_layout(test, &m, "prprprpr");
		}
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	expect_only_out_of_memory(test, &step);
}

static struct kunit_case mm_pfnmap_failure_cases[] = {
	KUNIT_CASE(unmap_without_memory_gives_all_pages_back),
	KUNIT_CASE(unmap_without_memory_gives_all_of_a_folio_back),
	KUNIT_CASE(copy_on_write_leaves_the_frame_or_makes_a_copy),
	KUNIT_CASE(first_private_write_leaves_nothing_or_makes_a_copy),
	KUNIT_CASE(failed_fork_of_a_mixed_mapping_counts_nothing),
	KUNIT_CASE(failed_mmap_of_a_mixed_mapping_counts_nothing),
	KUNIT_CASE_PARAM(first_fault_maps_nothing_or_all, handler_gen_params),
	KUNIT_CASE_PARAM(failed_remap_leaves_no_mapping, remap_gen_params),
	KUNIT_CASE_PARAM(failed_munmap_of_the_middle_leaves_all_mapped,
			 remap_gen_params),
	KUNIT_CASE_PARAM(failed_move_is_undone, remap_gen_params),
	KUNIT_CASE_PARAM(failed_mprotect_of_a_part_changes_no_entry,
			 remap_gen_params),
	KUNIT_CASE_PARAM(failed_fork_leaves_no_child_and_the_parent_alone,
			 remap_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_failure_suite = {
	.name = "mm_pfnmap_failure",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_failure_cases,
};

kunit_test_suite(mm_pfnmap_failure_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: raw-PFN mappings, out of memory");
MODULE_LICENSE("GPL");
