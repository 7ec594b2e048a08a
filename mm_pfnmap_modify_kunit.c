// SPDX-License-Identifier: GPL-2.0
/*
 * pfn_modify_allowed(): on CPUs with the L1TF bug, an entry without access to
 * a frame that has no memory behind it may let user space read what is in the
 * cache for another frame. Above a limit such entries are refused, unless the
 * task may do everything anyway (CAP_SYS_ADMIN). See the comments there and in
 * arch/x86/include/asm/pgtable-invert.h.
 *
 *	                 limit
 *	  - - -|---|---|---|---|- - -
 *	         0   1   2   3        pages of the mappings here
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES	4
#define NR_BELOW	2

/**
 * struct attempt - a way to map frames without access
 * @first: the frame of the first page
 * @ret: what came of it: an errno
 * @faults: or what vmf_insert_*() returned for each page
 */
struct attempt {
	unsigned long first;
	int ret;
	vm_fault_t faults[NR_PAGES];
};

static int attempt_remap(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct attempt *attempt = pf->data;

	attempt->ret = remap_pfn_range(vma, vma->vm_start, attempt->first,
				       NR_PAGES * PAGE_SIZE,
				       vma->vm_page_prot);
	return 0;
}

static int attempt_insert(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct attempt *attempt = pf->data;
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++)
		attempt->faults[page] =
			vmf_insert_pfn(vma, vma->vm_start + page * PAGE_SIZE,
				       attempt->first + page);
	return 0;
}

static int attempt_insert_mixed(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct attempt *attempt = pf->data;
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++)
		attempt->faults[page] =
			vmf_insert_mixed(vma, vma->vm_start + page * PAGE_SIZE,
					 compat_pfn(attempt->first + page));
	return 0;
}

/* All pages, by @how, in a mapping of an address space of their own. */
static struct mapping map_attempt(struct kunit *test, unsigned long prot,
				  const struct pfn_file *how)
{
	struct mapping m = { .pf = pfn_file_open(test, how) };

	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, NR_PAGES, prot, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}

/* Covers: remap_pte_range(pfn_modify_allowed) */
static void remap_across_the_limit_is_refused_and_maps_nothing(struct kunit *test)
{
	struct attempt attempt = { .first = needs_pfn_limit(test) - NR_BELOW };
	struct mapping m;

	drop_privileges(test);
	m = map_attempt(test, PROT_NONE, &(struct pfn_file){
		.map = attempt_remap, .data = &attempt });

	KUNIT_EXPECT_EQ(test, attempt.ret, -EACCES);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
}

static void privileged_remap_across_the_limit_succeeds(struct kunit *test)
{
	struct attempt attempt = { .first = needs_pfn_limit(test) - NR_BELOW };
	struct mapping m = map_attempt(test, PROT_NONE, &(struct pfn_file){
		.map = attempt_remap, .data = &attempt });

	KUNIT_EXPECT_EQ(test, attempt.ret, 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES),
			NR_PAGES);
}

static void memory_is_remapped_whoever_asks(struct kunit *test)
{
	struct attempt attempt = {};
	struct frames *frames;
	struct mapping m;

	needs_pfn_limit(test);
	frames = frames_alloc(test, FRAMES_CONTIGUOUS, NR_PAGES, NUMA_NO_NODE);
	attempt.first = frames->frame[0].pfn;
	drop_privileges(test);
	m = map_attempt(test, PROT_NONE, &(struct pfn_file){
		.map = attempt_remap, .data = &attempt });

	KUNIT_EXPECT_EQ(test, attempt.ret, 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES),
			NR_PAGES);
}

/* For reading, by one who may do anything; then he may no longer. */
static struct mapping map_across_the_limit(struct kunit *test,
					   struct attempt *attempt)
{
	struct mapping m;

	attempt->first = needs_pfn_limit(test) - NR_BELOW;
	needs_syscalls(test);
	m = map_attempt(test, PROT_READ, &(struct pfn_file){
		.map = attempt_remap, .data = attempt });
	KUNIT_ASSERT_EQ(test, attempt->ret, 0);
	drop_privileges(test);
	return m;
}

/*
 * mprotect() that takes all access away makes such entries, too.
 *
 * Covers: prot_none_pte_entry, mprotect_fixup
 */
static void mprotect_to_none_above_the_limit_is_refused(struct kunit *test)
{
	struct attempt attempt = {};
	struct mapping m = map_across_the_limit(test, &attempt);

	KUNIT_EXPECT_EQ(test, -EACCES,
			user_mprotect(m.us, m.addr, NR_PAGES, PROT_NONE));
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, m.addr).pfn, attempt.first);
	KUNIT_EXPECT_EQ(test, 0,
			user_mprotect(m.us, m.addr, NR_BELOW, PROT_NONE));
}

static void limit_is_the_first_frame_that_is_refused(struct kunit *test)
{
	struct attempt attempt = {};
	struct mapping m = map_across_the_limit(test, &attempt);

	KUNIT_EXPECT_EQ(test, -EACCES,
			user_mprotect(m.us, mapping_page(&m, NR_BELOW), 1,
				      PROT_NONE));
	KUNIT_EXPECT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_BELOW, PROT_NONE));
}

/* Ways to insert single frames, and the mappings they are for. */
static const struct insert {
	const char *name;
	int (*map)(struct pfn_file *pf, struct vm_area_struct *vma);
	unsigned long vm_flags;
} inserts[] = {
	{ "vmf_insert_pfn", attempt_insert, VM_PFNMAP },
	{ "vmf_insert_mixed", attempt_insert_mixed, VM_MIXEDMAP },
};

static void insert_name(const struct insert *insert, char *desc)
{
	strscpy(desc, insert->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(insert, inserts, insert_name);

/*
 * Covers: vmf_insert_pfn_prot(pfn_modify_allowed),
 * __vm_insert_mixed(pfn_modify_allowed)
 */
static void insert_above_the_limit_is_sigbus(struct kunit *test)
{
	const struct insert *insert = test->param_value;
	struct attempt attempt = { .first = needs_pfn_limit(test) - NR_BELOW };
	struct mapping m;
	unsigned int page;

	drop_privileges(test);
	m = map_attempt(test, PROT_NONE, &(struct pfn_file){
		.map = insert->map,
		.vm_flags = insert->vm_flags,
		.data = &attempt,
	});

	for (page = 0; page < NR_PAGES; page++) {
		bool below = page < NR_BELOW;

		EXPECT_VM_FAULT(test, attempt.faults[page],
				below ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS);
		KUNIT_EXPECT_EQ_MSG(test, below,
				    !observe_pte(m.us, mapping_page(&m, page)).none,
				    "page %u", page);
	}
}

/* Covers: mprotect_fixup */
static void mprotect_to_none_of_inserted_frames_is_refused_too(struct kunit *test)
{
	const struct insert *insert = test->param_value;
	struct attempt attempt = { .first = needs_pfn_limit(test) - NR_BELOW };
	struct mapping m;

	needs_syscalls(test);
	m = map_attempt(test, PROT_READ, &(struct pfn_file){
		.map = insert->map,
		.vm_flags = insert->vm_flags,
		.data = &attempt,
	});
	EXPECT_VM_FAULT(test, attempt.faults[NR_PAGES - 1], VM_FAULT_NOPAGE);
	drop_privileges(test);

	KUNIT_EXPECT_EQ(test, -EACCES,
			user_mprotect(m.us, m.addr, NR_PAGES, PROT_NONE));
	KUNIT_EXPECT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_BELOW, PROT_NONE));
}

static struct kunit_case mm_pfnmap_modify_cases[] = {
	KUNIT_CASE(remap_across_the_limit_is_refused_and_maps_nothing),
	KUNIT_CASE(privileged_remap_across_the_limit_succeeds),
	KUNIT_CASE(memory_is_remapped_whoever_asks),
	KUNIT_CASE(mprotect_to_none_above_the_limit_is_refused),
	KUNIT_CASE(limit_is_the_first_frame_that_is_refused),
	KUNIT_CASE_PARAM(insert_above_the_limit_is_sigbus, insert_gen_params),
	KUNIT_CASE_PARAM(mprotect_to_none_of_inserted_frames_is_refused_too,
			 insert_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_modify_suite = {
	.name = "mm_pfnmap_modify",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_modify_cases,
};

kunit_test_suite(mm_pfnmap_modify_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: entries that the L1TF bug forbids");
MODULE_LICENSE("GPL");
