// SPDX-License-Identifier: GPL-2.0
/*
 * What the handlers of a mapping may answer to a fault, read or write, shared or
 * private, and what becomes of it.
 *
 * See enum vm_fault_reason, and vm_operations_struct in
 * Documentation/filesystems/locking.rst.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pagemap.h>

#include "testbed/testbed.h"

#define NR_PAGES 8
#define PAGE 3	/* the one that is touched */

static void touch_name(const struct touch *touch, char *desc)
{
	strscpy(desc, touch->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(touch, touches, touch_name);

static struct mapping map_how(struct kunit *test, unsigned long map_flags,
			      struct pfn_file how)
{
	how.vm_flags = how.vm_flags ?: VM_PFNMAP;
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, map_flags,
			      &how);
}

static struct mapping map_answer(struct kunit *test, unsigned long map_flags,
				 struct answer *answer)
{
	return map_how(test, map_flags, (struct pfn_file){
					.fault = answer_fault,
					.data = answer,
				});
}

/**
 * struct result - a return value of a handler
 * @name: that, in words
 * @ret: the value
 */
struct result {
	const char *name;
	vm_fault_t ret;
};

static void result_name(const struct result *result, char *desc)
{
	strscpy(desc, result->name, KUNIT_PARAM_DESC_SIZE);
}

/* Without anything inserted. */
static const struct result fault_results[] = {
	{ "SIGBUS", VM_FAULT_SIGBUS },
	{ "SIGSEGV", VM_FAULT_SIGSEGV },
	{ "OOM", VM_FAULT_OOM },
	{ "HWPOISON", VM_FAULT_HWPOISON },
	{ "HWPOISON_LARGE", VM_FAULT_HWPOISON_LARGE | VM_FAULT_SET_HINDEX(1) },
	{ "NOPAGE", VM_FAULT_NOPAGE },
	{ "NOPAGE MAJOR", VM_FAULT_NOPAGE | VM_FAULT_MAJOR },
	{ "NOPAGE COMPLETED", VM_FAULT_NOPAGE | VM_FAULT_COMPLETED },
	{ "RETRY", VM_FAULT_RETRY },
	{ "RETRY MAJOR", VM_FAULT_RETRY | VM_FAULT_MAJOR },
};

KUNIT_ARRAY_PARAM(fault_result, fault_results, result_name);

static void result_reaches_the_caller_and_leaves_no_pte(struct kunit *test)
{
	const struct result *result = test->param_value;
	struct answer answer = { .ret = result->ret };
	const struct touch *touch;

	for (touch = touches; touch < touches + NR_TOUCHES; touch++) {
		struct mapping m = map_answer(test, touch->map_flags, &answer);
		vm_fault_t ret = user_fault(m.us, mapping_page(&m, PAGE),
					    touch->flags |
					    FAULT_FLAG_ALLOW_RETRY);

		KUNIT_EXPECT_TRUE_MSG(test, ret == result->ret, "%s: %#x",
				      touch->name, (__force unsigned int)ret);
		KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
		expect_nothing_mapped(test, &m);
	}
}

/* Architectures differ in the others: in how they try again, or kill. */
static const struct result failing_results[] = {
	{ "SIGBUS", VM_FAULT_SIGBUS },
	{ "SIGSEGV", VM_FAULT_SIGSEGV },
};

KUNIT_ARRAY_PARAM(failing_result, failing_results, result_name);

static void failing_result_fails_the_access(struct kunit *test)
{
	const struct result *result = test->param_value;
	struct answer answer = { .ret = result->ret };
	struct mapping shared = map_answer(test, MAP_SHARED, &answer);
	struct mapping private = map_answer(test, MAP_PRIVATE, &answer);
	unsigned long word;

	KUNIT_EXPECT_EQ(test, user_read(shared.us, shared.addr, &word), -EFAULT);
	KUNIT_EXPECT_EQ(test, user_write(shared.us, shared.addr, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, user_read(private.us, private.addr, &word),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, user_write(private.us, private.addr, 1), -EFAULT);
	expect_nothing_mapped(test, &shared);
	expect_nothing_mapped(test, &private);
}

/* Mapped, and the lock given up meanwhile: there is nothing left to do. */
static void completed_fault_lets_the_access_go_on(struct kunit *test)
{
	struct answer answer = {
		.ret = VM_FAULT_NOPAGE | VM_FAULT_COMPLETED,
		.inserts = true,
	};
	struct mapping m = map_answer(test, MAP_SHARED, &answer);
	unsigned long word = 0;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, PAGE),
					   &word));
	KUNIT_EXPECT_EQ(test, word,
			frames_pattern(m.frames->frame[PAGE].pfn, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 4), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[4]), 4711);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 2);
}

/*
 * Pages for mm to map. What is returned besides does not hinder that.
 */
static vm_fault_t answer_page(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);
	struct answer *answer = pf->data;

	vmf->page = pfn_to_page(pf->frames->frame[vmf->pgoff].pfn);
	get_page(vmf->page);
	if (answer->ret & VM_FAULT_LOCKED)
		lock_page(vmf->page);
	return answer->ret;
}

static struct mapping map_pages_of(struct kunit *test, unsigned long map_flags,
				   struct answer *answer)
{
	return map_how(test, map_flags, (struct pfn_file){
					.vm_flags = VM_MIXEDMAP,
					.fault = answer_page,
					.data = answer,
				});
}

static const struct result page_results[] = {
	{ "unlocked", 0 },
	{ "LOCKED", VM_FAULT_LOCKED },
	{ "MAJOR", VM_FAULT_MAJOR },
	{ "LOCKED MAJOR", VM_FAULT_LOCKED | VM_FAULT_MAJOR },
};

KUNIT_ARRAY_PARAM(page_result, page_results, result_name);

/* A copy has the reference of its entry, and no other one. */
static void expect_only_user(struct kunit *test, const struct mapping *m,
			     unsigned int page)
{
	struct page *copy = observe_normal_page(m->us, mapping_page(m, page));

	KUNIT_ASSERT_NOT_NULL(test, copy);
	mm_drain_lru();
	KUNIT_EXPECT_EQ(test, page_ref_count(copy), 1);
}

/* Covers: __vm_normal_page */
static void returned_page_is_mapped_or_copied(struct kunit *test)
{
	const struct result *result = test->param_value;
	struct answer answer = { .ret = result->ret };
	const struct touch *touch;

	needs_mm_exports(test);
	for (touch = touches; touch < touches + NR_TOUCHES; touch++) {
		struct mapping m = map_pages_of(test, touch->map_flags,
						&answer);
		struct page *page = pfn_to_page(m.frames->frame[PAGE].pfn);
		vm_fault_t ret = user_fault(m.us, mapping_page(&m, PAGE),
					    touch->flags);

		EXPECT_VM_FAULT(test, ret & ~VM_FAULT_LOCKED,
				result->ret & VM_FAULT_MAJOR);
		KUNIT_EXPECT_FALSE(test, PageLocked(page));
		if (touch_copies(touch)) {
			expect_copy(test, &m, PAGE);
			expect_only_user(test, &m, PAGE);
		} else {
			expect_counted_frame(test, &m, PAGE);
		}
		expect_rss(test, m.us, !touch_copies(touch),
			   touch_copies(touch));
		expect_copied_words(test, &m, PAGE,
				    frames_pattern(page_to_pfn(page), 0));

		KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
		expect_nothing_mapped(test, &m);
		expect_frames_intact(test, &m);
	}
}

/* The handler makes the copy: cow_page is there for that. See struct vm_fault. */
static vm_fault_t copy_oneself(struct vm_fault *vmf)
{
	struct frame *frame = &pfn_file_of(vmf)->frames->frame[vmf->pgoff];

	if (!vmf->cow_page)
		return VM_FAULT_SIGBUS;
	memcpy(page_address(vmf->cow_page), frame->addr, PAGE_SIZE);
	SetPageUptodate(vmf->cow_page);
	return finish_fault(vmf) ?: VM_FAULT_DONE_COW;
}

static void handler_may_have_done_the_copy(struct kunit *test)
{
	struct mapping m = map_how(test, MAP_PRIVATE, (struct pfn_file){
						      .vm_flags = VM_MIXEDMAP,
						      .fault = copy_oneself,
					      });

	needs_mm_exports(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 FAULT_FLAG_WRITE), VM_FAULT_DONE_COW);
	expect_copy(test, &m, PAGE);
	expect_copied_words(test, &m, PAGE,
			    frames_pattern(m.frames->frame[PAGE].pfn, 0));
	expect_rss(test, m.us, 0, 1);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 4), 4711));
	expect_copied_words(test, &m, 4, 4711);
	expect_rss(test, m.us, 0, 2);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_nothing_mapped(test, &m);
	expect_frames_intact(test, &m);
}

/*
 * No handler: whatever was not mapped at mmap time is not there. 'The VMA was
 * not fully populated on mmap()', says do_fault().
 */
static int remap_first_page(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
			       PAGE_SIZE, vma->vm_page_prot);
}

static void without_a_handler_a_hole_is_sigbus(struct kunit *test)
{
	const struct touch *touch = test->param_value;
	struct mapping m = map_how(test, touch->map_flags, (struct pfn_file){});
	unsigned long word;

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 touch->flags), VM_FAULT_SIGBUS);
	if (touch->flags)
		KUNIT_EXPECT_EQ(test, user_write(m.us, m.addr, 1), -EFAULT);
	else
		KUNIT_EXPECT_EQ(test, user_read(m.us, m.addr, &word), -EFAULT);
	expect_nothing_mapped(test, &m);
}

static void hole_beside_what_is_mapped_is_sigbus(struct kunit *test)
{
	struct mapping m = map_how(test, MAP_SHARED, (struct pfn_file){
						     .map = remap_first_page,
					     });
	unsigned long word = 0;

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE), 0),
			VM_FAULT_SIGBUS);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 FAULT_FLAG_WRITE), VM_FAULT_SIGBUS);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), 0);
	KUNIT_EXPECT_EQ(test, 0, user_read(m.us, m.addr, &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[0].pfn, 0));
	KUNIT_EXPECT_EQ(test, user_read(m.us, mapping_page(&m, 1), &word),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 1);
}

/*
 * 'Make sure this is not a temporary clearing of pte by holding ptl and
 * checking again', says do_fault().
 */
static void entry_that_appears_meanwhile_is_no_hole(struct kunit *test)
{
	struct mapping m = map_how(test, MAP_SHARED, (struct pfn_file){});

	needs_mm_exports(test);
	needs_cpus(test, 2);
	EXPECT_VM_FAULT(test,
			user_fault_while_appears(m.us, mapping_page(&m, PAGE), 0,
						 m.frames->frame[PAGE].pfn),
			VM_FAULT_NOPAGE);
	expect_raw_frame(test, &m, PAGE);
	expect_rss(test, m.us, 0, 0);
}

/* map_pages: 'called when VM asks to map easy accessible pages'. */
static vm_fault_t answer_map_pages(struct vm_fault *vmf, pgoff_t start,
				   pgoff_t end)
{
	return answer_give(vmf, true);
}

static void only_reads_ask_for_pages_around(struct kunit *test)
{
	const struct touch *touch = test->param_value;
	struct answer answer = {};
	struct mapping m = map_how(test, touch->map_flags, (struct pfn_file){
				.ops = {
					.fault = answer_page,
					.map_pages = answer_map_pages,
				},
				.vm_flags = VM_MIXEDMAP,
				.data = &answer,
			});

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
					 touch->flags), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_map_pages), !touch->flags);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
}

/**
 * struct window - what map_pages was asked for
 * @start: first page
 * @end: last page
 */
struct window {
	pgoff_t start;
	pgoff_t end;
};

static vm_fault_t note_window(struct vm_fault *vmf, pgoff_t start, pgoff_t end)
{
	struct window *window = pfn_file_of(vmf)->data;

	*window = (struct window){ start, end };
	return VM_FAULT_NOPAGE;
}

/* It lies about the page, and not outside of the mapping. */
static void pages_around_are_pages_of_the_mapping(struct kunit *test)
{
	struct window window = {};
	struct mapping m = map_how(test, MAP_SHARED, (struct pfn_file){
				.ops = {
					.fault = pfn_file_insert,
					.map_pages = note_window,
				},
				.data = &window,
			});
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++) {
		EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, page),
						 0), VM_FAULT_NOPAGE);
		KUNIT_EXPECT_LE(test, window.start, page);
		KUNIT_EXPECT_GE(test, window.end, page);
		KUNIT_EXPECT_LT(test, window.end, NR_PAGES);
	}
}

static void map_pages_may_insert_the_frame(struct kunit *test)
{
	struct answer answer = { .ret = VM_FAULT_NOPAGE, .inserts = true };
	struct mapping m = map_how(test, MAP_SHARED, (struct pfn_file){
				.ops = {
					.fault = answer_fault,
					.map_pages = answer_map_pages,
				},
				.data = &answer,
			});

	/* It must not sleep: let there be a page table. */
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE), 0),
			VM_FAULT_NOPAGE);
	expect_raw_frame(test, &m, PAGE);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_map_pages), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
	expect_frames_untouched(test, m.before);
}

/* '->fault() as fallback if the page is not ready to be mapped': at 0 only. */
static const struct result around_results[] = {
	{ "0", 0 },
	{ "NOPAGE", VM_FAULT_NOPAGE },
	{ "SIGBUS", VM_FAULT_SIGBUS },
	{ "OOM", VM_FAULT_OOM },
};

KUNIT_ARRAY_PARAM(around_result, around_results, result_name);

static vm_fault_t fault_sigsegv(struct vm_fault *vmf)
{
	return VM_FAULT_SIGSEGV;
}

static void result_of_map_pages_stands_unless_zero(struct kunit *test)
{
	const struct result *result = test->param_value;
	struct answer answer = { .ret = result->ret };
	struct mapping m = map_how(test, MAP_SHARED, (struct pfn_file){
				.ops = {
					.fault = fault_sigsegv,
					.map_pages = answer_map_pages,
				},
				.data = &answer,
			});

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE), 0),
			result->ret ?: VM_FAULT_SIGSEGV);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_map_pages), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), !result->ret);
	expect_nothing_mapped(test, &m);
}

/* huge_fault: called where there is neither a pud nor a pmd yet. */
static vm_fault_t answer_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	return answer_give(vmf, true);
}

static const struct result huge_results[] = {
	{ "FALLBACK", VM_FAULT_FALLBACK },
	{ "NOPAGE", VM_FAULT_NOPAGE },
	{ "NOPAGE MAJOR", VM_FAULT_NOPAGE | VM_FAULT_MAJOR },
	{ "SIGBUS", VM_FAULT_SIGBUS },
	{ "SIGSEGV", VM_FAULT_SIGSEGV },
	{ "OOM", VM_FAULT_OOM },
	{ "HWPOISON", VM_FAULT_HWPOISON },
	{ "RETRY", VM_FAULT_RETRY },
	{ "COMPLETED", VM_FAULT_COMPLETED },
};

KUNIT_ARRAY_PARAM(huge_result, huge_results, result_name);

static void result_of_huge_fault_stands_unless_fallback(struct kunit *test)
{
	const struct result *result = test->param_value;
	bool fallback = result->ret & VM_FAULT_FALLBACK;
	struct answer answer = { .ret = result->ret };
	const struct touch *touch;

	needs_huge_faults(test);
	for (touch = touches; touch < touches + NR_TOUCHES; touch++) {
		struct mapping m = map_how(test, touch->map_flags,
					   (struct pfn_file){
				.ops = {
					.fault = fault_sigsegv,
					.huge_fault = answer_huge_fault,
				},
				.data = &answer,
			});

		EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
						 touch->flags |
						 FAULT_FLAG_ALLOW_RETRY),
				fallback ? VM_FAULT_SIGSEGV : result->ret);
		KUNIT_EXPECT_GE(test, atomic_read(&m.pf->nr_huge_faults), 1);
		KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), fallback);
		KUNIT_EXPECT_EQ(test, answer.flags,
				touch->flags | FAULT_FLAG_ALLOW_RETRY);
		expect_nothing_mapped(test, &m);
	}
}

static struct kunit_case mm_pfnmap_result_cases[] = {
	KUNIT_CASE(completed_fault_lets_the_access_go_on),
	KUNIT_CASE(handler_may_have_done_the_copy),
	KUNIT_CASE(hole_beside_what_is_mapped_is_sigbus),
	KUNIT_CASE(entry_that_appears_meanwhile_is_no_hole),
	KUNIT_CASE(pages_around_are_pages_of_the_mapping),
	KUNIT_CASE(map_pages_may_insert_the_frame),
	KUNIT_CASE_PARAM(result_reaches_the_caller_and_leaves_no_pte,
			 fault_result_gen_params),
	KUNIT_CASE_PARAM(failing_result_fails_the_access,
			 failing_result_gen_params),
	KUNIT_CASE_PARAM(returned_page_is_mapped_or_copied,
			 page_result_gen_params),
	KUNIT_CASE_PARAM(without_a_handler_a_hole_is_sigbus, touch_gen_params),
	KUNIT_CASE_PARAM(only_reads_ask_for_pages_around, touch_gen_params),
	KUNIT_CASE_PARAM(result_of_map_pages_stands_unless_zero,
			 around_result_gen_params),
	KUNIT_CASE_PARAM(result_of_huge_fault_stands_unless_fallback,
			 huge_result_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_result_suite = {
	.name = "mm_pfnmap_result",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_result_cases,
};

kunit_test_suite(mm_pfnmap_result_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: results of fault handlers");
MODULE_LICENSE("GPL");
