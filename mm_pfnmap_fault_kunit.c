// SPDX-License-Identifier: GPL-2.0
/*
 * The contract of a fault handler for raw frames, through the real fault path:
 * what it may return, what the page table then holds, who wins a race, and
 * that mm never counts a raw frame.
 *
 * In 2006 this was do_no_pfn(); today such a handler is vm_ops->fault, calls
 * vmf_insert_pfn() and returns VM_FAULT_NOPAGE. See the kernel-doc of
 * vmf_insert_pfn() and vmf_insert_pfn_prot().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/smp.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

/* Mapped shared, and not yet touched. */
static struct mapping map_frames(struct kunit *test, enum frames_kind kind,
				 struct pfn_file how)
{
	how.vm_flags = VM_PFNMAP;
	return mapping_create(test, kind, NR_PAGES, MAP_SHARED, &how);
}

static struct mapping map_scattered(struct kunit *test,
				    vm_fault_t (*fault)(struct vm_fault *vmf))
{
	return map_frames(test, FRAMES_SCATTERED,
			  (struct pfn_file){ .fault = fault });
}

/* Neither ascending nor descending: 3, 6, 1, 4, 7, 2, 5, 0. */
static unsigned int nth_touched(unsigned int n)
{
	return (n + 1) * 3 % NR_PAGES;
}

static void read_every_page(struct kunit *test, const struct mapping *m)
{
	unsigned long word;
	unsigned int n;

	for (n = 0; n < NR_PAGES; n++)
		KUNIT_ASSERT_EQ(test, 0,
				user_read(m->us, mapping_page(m, nth_touched(n)),
					  &word));
}

/*
 * One fault maps one page; a write after the read finds it there.
 *
 * Covers: insert_pfn
 */
static void write_after_read_reaches_the_same_frame(struct kunit *test)
{
	struct mapping m = map_scattered(test, pfn_file_insert);
	unsigned long word = 0;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[2].pfn, 0));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 1);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
	expect_raw_frame(test, &m, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
}

/*
 * A shared mapping is written in place, also when the first touch writes.
 *
 * Covers: insert_pfn
 */
static void first_touch_by_a_write_reaches_the_frame(struct kunit *test)
{
	struct mapping m = map_scattered(test, pfn_file_insert);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 5), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[5]), 4711);
	expect_raw_frame(test, &m, 5);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 5)).write);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
}

/* Also not while mapped: raw frames are the driver's, not mm's, to count. */
static void faults_leave_every_count_alone(struct kunit *test)
{
	struct mapping m = map_scattered(test, pfn_file_insert);

	read_every_page(test, &m);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES),
			NR_PAGES);
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
}

/*
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void munmap_leaves_nothing_behind(struct kunit *test)
{
	struct mapping m = map_scattered(test, pfn_file_insert);
	unsigned long word;

	read_every_page(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));

	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
	KUNIT_EXPECT_EQ(test, user_read(m.us, m.addr, &word), -EFAULT);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), NR_PAGES);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_closes), 1);
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
}

/*
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void exit_with_everything_mapped_leaves_nothing_behind(struct kunit *test)
{
	struct mapping m = map_scattered(test, pfn_file_insert);

	read_every_page(test, &m);
	user_space_destroy(test, m.us);

	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_closes), 1);
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

static void access_outside_the_vma_never_reaches_the_handler(struct kunit *test)
{
	struct mapping m = map_scattered(test, pfn_file_insert);
	unsigned long word, end = m.addr + NR_PAGES * PAGE_SIZE;

	KUNIT_EXPECT_EQ(test, user_read(m.us, m.addr - PAGE_SIZE, &word),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, user_read(m.us, end, &word), -EFAULT);
	KUNIT_EXPECT_EQ(test, user_write(m.us, end, 1), -EFAULT);
	EXPECT_VM_FAULT(test, user_fault(m.us, end, 0), VM_FAULT_SIGSEGV);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
}

/* Handlers that get the address wrong; see the kernel-doc's 'Return'. */
struct stray {
	vm_fault_t below;
	vm_fault_t behind;
};

static vm_fault_t insert_astray(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);
	struct vm_area_struct *vma = vmf->vma;
	unsigned long pfn = pf->frames->frame[0].pfn;
	struct stray *stray = pf->data;

	stray->below = vmf_insert_pfn(vma, vma->vm_start - PAGE_SIZE, pfn);
	stray->behind = vmf_insert_pfn(vma, vma->vm_end, pfn);
	return pfn_file_insert(vmf);
}

static void insert_outside_the_vma_is_sigbus_and_inserts_nothing(struct kunit *test)
{
	struct stray stray = {};
	struct mapping m = map_frames(test, FRAMES_SCATTERED,
				      (struct pfn_file){
					      .fault = insert_astray,
					      .data = &stray,
				      });

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, stray.below, VM_FAULT_SIGBUS);
	EXPECT_VM_FAULT(test, stray.behind, VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr - PAGE_SIZE,
					      NR_PAGES + 2), 1);
	expect_raw_frame(test, &m, 0);
}

/**
 * struct race - two threads fault on one page
 * @m: the mapping
 * @page: the page
 * @winner_ret: what the other thread's access returned
 * @loser_ret: what vmf_insert_pfn() gave to the one that came second
 * @loser: the frame that this one wanted to insert
 */
struct race {
	struct mapping m;
	unsigned int page;
	int winner_ret;
	vm_fault_t loser_ret;
	struct frame loser;
};

static int win_race(void *data)
{
	struct race *race = data;
	unsigned long word;

	return user_read(race->m.us, mapping_page(&race->m, race->page), &word);
}

/* While the first fault is under way, a second thread has one from A to Z. */
static vm_fault_t insert_too_late(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);
	struct race *race = pf->data;

	if (atomic_read(&pf->nr_faults) > 1)
		return pfn_file_insert(vmf);
	race->winner_ret = cpu_thread_run(raw_smp_processor_id(), win_race,
					  race);
	race->loser_ret = vmf_insert_pfn(vmf->vma, vmf->address,
					 race->loser.pfn);
	return race->loser_ret;
}

/* 'If the pte is there already, it stays': the loser must not overwrite it. */
static void loser_of_a_race_keeps_the_winners_pte(struct kunit *test)
{
	struct frames *loser = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					    NUMA_NO_NODE);
	struct frames_state *loser_before = observe_frames(test, loser);
	struct race race = { .page = 3, .loser = loser->frame[0] };
	unsigned long word = 0;

	race.m = map_frames(test, FRAMES_SCATTERED,
			    (struct pfn_file){
				    .fault = insert_too_late,
				    .data = &race,
			    });
	KUNIT_ASSERT_EQ(test, 0, user_read(race.m.us, mapping_page(&race.m, 3),
					   &word));

	KUNIT_EXPECT_EQ(test, race.winner_ret, 0);
	EXPECT_VM_FAULT(test, race.loser_ret, VM_FAULT_NOPAGE);
	expect_raw_frame(test, &race.m, 3);
	KUNIT_EXPECT_EQ(test, word,
			frames_pattern(race.m.frames->frame[3].pfn, 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&race.m.pf->nr_faults), 2);
	expect_frames_untouched(test, race.m.before);
	expect_frames_untouched(test, loser_before);
}

/* Notes in @data whether the second call was told that it is one. */
static vm_fault_t retry_once(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);
	unsigned int *flags = pf->data;

	*flags = vmf->flags;
	if (atomic_read(&pf->nr_faults) > 1)
		return pfn_file_insert(vmf);
	/* VM_FAULT_RETRY means: mmap_lock is dropped. */
	mmap_read_unlock(vmf->vma->vm_mm);
	return VM_FAULT_RETRY;
}

static void retry_calls_the_handler_again(struct kunit *test)
{
	unsigned int flags = 0;
	struct mapping m = map_frames(test, FRAMES_SCATTERED,
				      (struct pfn_file){
					      .fault = retry_once,
					      .data = &flags,
				      });
	unsigned long word = 0;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 1), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[1].pfn, 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 2);
	KUNIT_EXPECT_TRUE(test, flags & FAULT_FLAG_TRIED);
}

/* The first page at once, the others only at the third attempt. */
static vm_fault_t insert_at_third_call(struct vm_fault *vmf)
{
	if (vmf->pgoff && atomic_read(&pfn_file_of(vmf)->nr_faults) % 3)
		return VM_FAULT_NOPAGE;
	return pfn_file_insert(vmf);
}

/* An access faults again and again until there is something to access. */
static void nothing_inserted_means_fault_again(struct kunit *test)
{
	struct mapping m = map_scattered(test, insert_at_third_call);
	unsigned long word = 0;

	/* UML looks into the page table after a fault, so let there be one. */
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	atomic_set(&m.pf->nr_faults, 0);

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 4), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[4].pfn, 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 3);
}

/* The same where not even a page table is at first. */
static vm_fault_t insert_at_second_call(struct vm_fault *vmf)
{
	if (atomic_read(&pfn_file_of(vmf)->nr_faults) % 2)
		return VM_FAULT_NOPAGE;
	return pfn_file_insert(vmf);
}

static void nothing_inserted_without_a_page_table_means_fault_again(struct kunit *test)
{
	struct mapping m = map_scattered(test, insert_at_second_call);
	unsigned long word = 0;

	/* It goes well for as long as what is read there looks like no page. */
	known_issue(test, COMPAT_FAULT_NEEDS_A_TABLE,
		    "handle_page_fault() of UML reads an entry of a page table that is not there");
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 4), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[4].pfn, 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 2);
}

static vm_fault_t out_of_memory(struct vm_fault *vmf)
{
	return VM_FAULT_OOM;
}

/* get_user() and put_user() of a kthread, which nobody can kill: -EFAULT. */
static void access_without_memory_fails(struct kunit *test)
{
	struct mapping m = map_scattered(test, out_of_memory);
	unsigned long word = 0;

	known_panic(test, COMPAT_FAULT_NEEDS_A_TABLE,
		    "maybe_map() of UML reads an entry of a page table that is not there");
	KUNIT_EXPECT_EQ(test, user_read(m.us, m.addr, &word), -EFAULT);
	KUNIT_EXPECT_EQ(test, user_write(m.us, m.addr, 1), -EFAULT);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
}

static const struct source {
	const char *name;
	enum frames_kind kind;
	bool prepare;
} sources[] = {
	{ "contiguous frames", FRAMES_CONTIGUOUS },
	{ "scattered frames", FRAMES_SCATTERED },
	{ "scattered frames by mmap_prepare", FRAMES_SCATTERED, true },
	{ "frames without struct page", FRAMES_PAGELESS_SCATTERED },
};

static struct mapping map_source(struct kunit *test)
{
	const struct source *source = test->param_value;

	if (source->prepare)
		needs_mmap_prepare(test);
	return map_frames(test, source->kind,
			  (struct pfn_file){
				  .fault = pfn_file_insert,
				  .prepare = source->prepare,
			  });
}

static void source_name(const struct source *source, char *desc)
{
	strscpy(desc, source->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(source, sources, source_name);

/*
 * Read or write, any order: page n of the mapping is frame n, and special.
 *
 * Covers: insert_pfn, pte_mkspecial, pte_special
 */
static void each_fault_maps_its_frame(struct kunit *test)
{
	struct mapping m = map_source(test);
	unsigned int n, page;

	for (n = 0; n < NR_PAGES; n++) {
		page = nth_touched(n);
		EXPECT_VM_FAULT(test,
				user_fault(m.us, mapping_page(&m, page),
					   n % 2 ? FAULT_FLAG_WRITE : 0),
				VM_FAULT_NOPAGE);
		KUNIT_EXPECT_EQ(test, n + 1,
				observe_nr_ptes(m.us, m.addr, NR_PAGES));
	}
	for (page = 0; page < NR_PAGES; page++)
		expect_raw_frame(test, &m, page);
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
}

static void user_sees_the_contents_of_each_frame(struct kunit *test)
{
	struct mapping m = map_source(test);
	struct frame copy = {
		.addr = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL),
	};
	unsigned int n, page;

	KUNIT_ASSERT_NOT_NULL(test, copy.addr);
	needs_reachable(test, m.frames);
	for (n = 0; n < NR_PAGES; n++) {
		page = nth_touched(n);
		KUNIT_ASSERT_EQ(test, 0, user_copy_out(m.us, copy.addr,
						       mapping_page(&m, page),
						       PAGE_SIZE));
		copy.pfn = m.frames->frame[page].pfn;
		KUNIT_EXPECT_TRUE_MSG(test, frame_intact(&copy), "page %u",
				      page);
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, page),
						    page));
		KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[page]), page);
	}
}

/* What a handler of 2006 returns, and what that is today. */
static const struct nopfn_result {
	const char *name;
	unsigned long pfn;
	vm_fault_t ret;
} nopfn_results[] = {
	{ "a frame", 0, VM_FAULT_NOPAGE },
	{ "NOPFN_SIGBUS", NOPFN_SIGBUS, VM_FAULT_SIGBUS },
	{ "NOPFN_OOM", NOPFN_OOM, VM_FAULT_OOM },
	{ "NOPFN_REFAULT", NOPFN_REFAULT, VM_FAULT_NOPAGE },
};

static void nopfn_result_name(const struct nopfn_result *result, char *desc)
{
	strscpy(desc, result->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(nopfn_result, nopfn_results, nopfn_result_name);

static unsigned long nopfn_handler(struct vm_area_struct *vma,
				   unsigned long address)
{
	struct pfn_file *pf = vma->vm_private_data;
	const struct nopfn_result *result = pf->data;
	unsigned long page = (address - vma->vm_start) >> PAGE_SHIFT;

	return result->pfn ?: pf->frames->frame[page].pfn;
}

static vm_fault_t fault_by_nopfn(struct vm_fault *vmf)
{
	return nopfn_fault(vmf, nopfn_handler);
}

static void nopfn_handler_of_2006_answers_a_fault(struct kunit *test)
{
	const struct nopfn_result *result = test->param_value;
	struct mapping m = map_frames(test, FRAMES_SCATTERED,
				      (struct pfn_file){
					      .fault = fault_by_nopfn,
					      .data = (void *)result,
				      });
	unsigned long word = 0;

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 6), 0),
			result->ret);
	if (result->pfn) {
		KUNIT_EXPECT_EQ(test, 0,
				observe_nr_ptes(m.us, m.addr, NR_PAGES));
	} else {
		expect_raw_frame(test, &m, 6);
		KUNIT_EXPECT_EQ(test, 0, user_read(m.us, mapping_page(&m, 7),
						   &word));
		KUNIT_EXPECT_EQ(test, word,
				frames_pattern(m.frames->frame[7].pfn, 0));
	}
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
}

static struct kunit_case mm_pfnmap_fault_cases[] = {
	KUNIT_CASE(write_after_read_reaches_the_same_frame),
	KUNIT_CASE(first_touch_by_a_write_reaches_the_frame),
	KUNIT_CASE(faults_leave_every_count_alone),
	KUNIT_CASE(munmap_leaves_nothing_behind),
	KUNIT_CASE(exit_with_everything_mapped_leaves_nothing_behind),
	KUNIT_CASE(access_outside_the_vma_never_reaches_the_handler),
	KUNIT_CASE(insert_outside_the_vma_is_sigbus_and_inserts_nothing),
	KUNIT_CASE(loser_of_a_race_keeps_the_winners_pte),
	KUNIT_CASE(retry_calls_the_handler_again),
	KUNIT_CASE(nothing_inserted_means_fault_again),
	KUNIT_CASE(nothing_inserted_without_a_page_table_means_fault_again),
	KUNIT_CASE(access_without_memory_fails),
	KUNIT_CASE_PARAM(each_fault_maps_its_frame, source_gen_params),
	KUNIT_CASE_PARAM(user_sees_the_contents_of_each_frame,
			 source_gen_params),
	KUNIT_CASE_PARAM(nopfn_handler_of_2006_answers_a_fault,
			 nopfn_result_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_fault_suite = {
	.name = "mm_pfnmap_fault",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_fault_cases,
};

kunit_test_suite(mm_pfnmap_fault_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: page fault handlers for raw-PFN mappings");
MODULE_LICENSE("GPL");
