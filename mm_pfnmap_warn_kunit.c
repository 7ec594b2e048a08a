// SPDX-License-Identifier: GPL-2.0
/*
 * What mm warns of: misuse of the functions that map raw frames that it
 * survives, or finds with CONFIG_DEBUG_VM only.
 *
 * Two frames for one place are warned of too; see the suites about inserting,
 * and about huge entries.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/fork.h"
#include "testbed/testbed.h"

#define NR_PAGES 4

/* What the mmap of a driver has found out, for its test. */
struct outcome {
	int ret;
};

static struct mapping map_with_outcome(struct kunit *test,
				       struct outcome *outcome,
				       unsigned long vm_flags,
				       int (*map)(struct pfn_file *pf,
						  struct vm_area_struct *vma))
{
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){
				      .vm_flags = vm_flags,
				      .map = map,
				      .data = outcome,
			      });
}

static int remap_unaligned(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct outcome *outcome = pf->data;

	outcome->ret = remap_pfn_range(vma, vma->vm_start + 8,
				       pf->frames->frame[0].pfn, PAGE_SIZE,
				       vma->vm_page_prot);
	return 0;
}

/*
 * "@addr: target page aligned user address to start at"
 *
 * Covers: remap_pfn_range, remap_pfn_range_internal
 */
static void remap_to_an_unaligned_address_maps_nothing(struct kunit *test)
{
	struct outcome outcome = {};
	struct mapping m = {};

	EXPECT_WARNINGS(test, 1)
		m = map_with_outcome(test, &outcome, 0, remap_unaligned);
	KUNIT_EXPECT_EQ(test, outcome.ret, -EINVAL);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
}

/* Frame numbers up to the last, and on from 0. */
static int remap_wrapping_pfns(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct outcome *outcome = pf->data;

	outcome->ret = remap_pfn_range(vma, vma->vm_start, COMPAT_LAST_PFN,
				       vma->vm_end - vma->vm_start,
				       vma->vm_page_prot);
	return 0;
}

/* Covers: remap_pfn_range, track_pfn_remap, pfnmap_track */
static void remap_of_more_than_all_frames_is_refused(struct kunit *test)
{
	struct outcome outcome = {};
	struct mapping m = {};

	needs_pfn_tracking(test);
	EXPECT_WARNINGS(test, 1)
		m = map_with_outcome(test, &outcome, 0, remap_wrapping_pfns);
	KUNIT_EXPECT_EQ(test, outcome.ret, -EINVAL);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
}

static int insert_zero(struct vm_area_struct *vma, unsigned long addr,
		       void *data)
{
	vm_fault_t *ret = data;

	*ret = vmf_insert_mixed(vma, addr,
				compat_pfn(page_to_pfn(ZERO_PAGE(addr))));
	return 0;
}

/*
 * The rules for the zero page are of mixed maps, and for them alone.
 *
 * Covers: vm_mixed_zeropage_allowed, vm_mixed_ok
 */
static void zero_page_for_a_raw_mapping_is_refused(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
					  });
	vm_fault_t ret = 0;

	needs_debug_vm(test);
	EXPECT_WARNINGS(test, 1)
		user_call_locked(m.us, m.addr, insert_zero, &ret);
	EXPECT_VM_FAULT(test, ret, VM_FAULT_SIGBUS);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, m.addr).none);
}

/*
 * pte_special() is how vm_normal_page() knows the zero page there.
 *
 * Covers: vm_normal_page, __vm_normal_page
 */
static void zero_page_without_the_special_bit_is_noticed(struct kunit *test)
{
	struct vm_area_struct *vma = fake_vma_create(test);
	pte_t pte = pfn_pte(page_to_pfn(ZERO_PAGE(0)),
			    vm_get_page_prot(VM_READ | VM_SHARED));

	needs_pte_special(test);
	needs_debug_vm(test);
	fake_vma_shape(vma, PMD_SIZE, 1, 0, VM_READ | VM_SHARED);
	EXPECT_WARNINGS(test, 1)
		vm_normal_page(vma, vma->vm_start, pte);
	EXPECT_WARNINGS(test, 0)
		vm_normal_page(vma, vma->vm_start, pte_mkspecial(pte));
}

static vm_fault_t fault_zero(struct vm_fault *vmf)
{
	vm_fault_t ret;

	insert_zero(vmf->vma, vmf->address, &ret);
	return ret;
}

static vm_fault_t allow_write(struct vm_fault *vmf)
{
	return 0;
}

/*
 * A handler that lets the zero page in has to put another page there before
 * the first write. Nothing is written here.
 *
 * Covers: vm_mixed_zeropage_allowed
 */
static void write_to_a_zero_page_that_is_left_is_noticed(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP | VM_IO,
						  .ops = {
							  .fault = fault_zero,
							  .pfn_mkwrite = allow_write,
						  },
					  });

	needs_debug_vm(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	EXPECT_WARNINGS(test, 1)
		user_fault(m.us, m.addr, FAULT_FLAG_WRITE);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
}

static inline void needs_warning_of_insert_pages(struct kunit *test)
{
	if (!COMPAT_INSERT_PAGES_WARNS)
		kunit_skip(test, "needs the warning of vm_insert_pages(), a BUG before Linux 7.1");
}

static int insert_pages(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct page *page = pfn_to_page(pf->frames->frame[0].pfn);
	unsigned long nr = 1;

	vm_insert_pages(vma, vma->vm_start, &page, &nr);
	return 0;
}

/*
 * Pages make the vma a mixed map, and it can't be both. A BUG in older kernels,
 * see mm_pfnmap_death.
 *
 * Covers: vm_insert_pages
 */
static void pages_into_a_raw_mapping_are_noticed(struct kunit *test)
{
	needs_debug_vm(test);
	needs_warning_of_insert_pages(test);
	EXPECT_WARNINGS(test, 1)
		map_with_outcome(test, NULL, VM_PFNMAP, insert_pages);
}

static void act_on_all_pages(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_map_pages(desc, 0, pf->data, 1);
}

/* Covers: map_kernel_pages_prepare */
static void pages_of_an_action_into_a_raw_mapping_are_noticed(struct kunit *test)
{
	struct page **page = kunit_kzalloc(test, sizeof(*page), GFP_KERNEL);

	needs_debug_vm(test);
	needs_mmap_prepare(test);
	KUNIT_ASSERT_NOT_NULL(test, page);
	*page = pfn_to_page(frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					 NUMA_NO_NODE)->frame[0].pfn);
	EXPECT_WARNINGS(test, 1)
		mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			       &(struct pfn_file){
				       .vm_flags = VM_PFNMAP,
				       .prepare = true,
				       .act = act_on_all_pages,
				       .data = page,
			       });
}

/*
 * Who looks whether a lock is held must not hold it afterwards.
 *
 * Covers: map_kernel_pages_prepare
 */
static void missing_mmap_lock_is_noticed_and_stays_free(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					     NUMA_NO_NODE);
	struct mm_struct *mm = user_space_create(test)->mm;
	bool held;

	needs_debug_vm(test);
	needs_mmap_prepare(test);
	EXPECT_WARNINGS(test, 1)
		compat_prepare_pages(mm, PMD_SIZE,
				     pfn_to_page(frames->frame[0].pfn));

	held = rwsem_is_locked(&mm->mmap_lock);
	if (held)
		mmap_read_unlock(mm);
	known_issue(test, held,
		    "map_kernel_pages_prepare() keeps an mmap_lock found free");
	KUNIT_EXPECT_FALSE(test, held);
}

/* mmap() with an action, which may fail. */
static unsigned long mmap_with_action(struct kunit *test,
				      void (*act)(struct pfn_file *pf,
						  struct vm_area_desc *desc))
{
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
		.frames = frames_alloc(test, FRAMES_CONTIGUOUS, NR_PAGES,
				       NUMA_NO_NODE),
		.prepare = true,
		.act = act,
	});

	return user_mmap(user_space_create(test), pf->file, NR_PAGES,
			 PROT_READ | PROT_WRITE, MAP_SHARED, 0);
}

static void remap_too_much(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_remap(desc, 1, pf->frames->frame[0].pfn,
			    NR_PAGES * PAGE_SIZE);
}

/*
 * "... at most spanning to the end of the VMA"
 *
 * Covers: remap_pfn_range_prepare
 */
static void action_beyond_the_end_fails_the_mmap(struct kunit *test)
{
	unsigned long addr = 0;

	needs_mmap_prepare(test);
	EXPECT_WARNINGS(test, 1)
		addr = mmap_with_action(test, remap_too_much);
	KUNIT_EXPECT_EQ(test, (long)addr, -EFAULT);
}

static void remap_elsewhere(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_remap(desc, NR_PAGES, pf->frames->frame[0].pfn, PAGE_SIZE);
}

/*
 * Neither its start nor its end is where it may be.
 *
 * Covers: remap_pfn_range_prepare
 */
static void action_behind_the_end_fails_the_mmap(struct kunit *test)
{
	unsigned long addr = 0;

	needs_mmap_prepare(test);
	EXPECT_WARNINGS(test, 2)
		addr = mmap_with_action(test, remap_elsewhere);
	KUNIT_EXPECT_EQ(test, (long)addr, -EFAULT);
}

static void fail_with_success(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_remap_full(desc, pf->frames->frame[0].pfn);
	compat_action_fail_with(desc, 1);
}

/* Only an error can take the place of an error. */
static void action_with_a_wrong_error_fails_the_mmap(struct kunit *test)
{
	unsigned long addr = 0;

	needs_mmap_prepare(test);
	EXPECT_WARNINGS(test, 1)
		addr = mmap_with_action(test, fail_with_success);
	KUNIT_EXPECT_EQ(test, (long)addr, -EINVAL);
}

static inline void needs_warning_of_zap(struct kunit *test)
{
	if (!COMPAT_ZAP_WARNS)
		kunit_skip(test, "needs the warning of zap_vma_range() (Linux 7.1)");
}

static int zap_too_much(struct vm_area_struct *vma, unsigned long addr,
			void *data)
{
	compat_zap_range(vma, addr, vma->vm_end - addr + PAGE_SIZE);
	return 0;
}

/*
 * "The provided address range must be fully contained within @vma"; older
 * kernels cut it.
 */
static void zap_beyond_the_end_is_noticed(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){ .remap = true });

	needs_debug_vm(test);
	needs_warning_of_zap(test);
	EXPECT_WARNINGS(test, 1)
		user_call_locked(m.us, mapping_page(&m, 1), zap_too_much, NULL);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 1);
}

static int count_pte(pte_t *pte, unsigned long addr, void *data)
{
	int *nr = data;

	++*nr;
	return 0;
}

static void empty_range_has_no_entries(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){ .remap = true });
	int ret = 0, nr = 0;

	EXPECT_WARNINGS(test, 1)
		ret = apply_to_page_range(m.us->mm, m.addr, 0, count_pte, &nr);
	KUNIT_EXPECT_EQ(test, ret, -EINVAL);
	KUNIT_EXPECT_EQ(test, nr, 0);

	ret = apply_to_page_range(m.us->mm, m.addr, NR_PAGES * PAGE_SIZE,
				  count_pte, &nr);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, nr, NR_PAGES);
}

static struct mapping map_huge(struct kunit *test, unsigned long map_flags,
			       unsigned long vm_flags)
{
	struct pfn_file how = {
		.frames = frames_alloc_aligned(test, FRAMES_CONTIGUOUS,
					       huge_order(HUGE_PMD)),
		.vm_flags = vm_flags,
		.ops = {
			.fault = pfn_file_insert,
			.huge_fault = pfn_file_insert_huge,
		},
	};
	struct mapping m = {
		.frames = how.frames,
		.pf = pfn_file_open(test, &how),
		.us = user_space_create(test),
	};

	m.addr = user_mmap_at(m.us, ALIGN(TASK_SIZE / 4, PMD_SIZE), m.pf->file,
			      huge_pages(HUGE_PMD), PROT_READ | PROT_WRITE,
			      map_flags | MAP_FIXED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}

static void huge_entry_has_no_page_table(struct kunit *test)
{
	struct mapping m;
	int ret = 0, nr = 0;

	needs_huge_pfnmap(test, HUGE_PMD);
	m = map_huge(test, MAP_SHARED, VM_PFNMAP);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	EXPECT_WARNINGS(test, 1)
		ret = apply_to_page_range(m.us->mm, m.addr, PAGE_SIZE,
					  count_pte, &nr);
	KUNIT_EXPECT_EQ(test, ret, -EINVAL);
	KUNIT_EXPECT_EQ(test, nr, 0);
	KUNIT_EXPECT_EQ(test, observe_huge(m.us, m.addr).level, HUGE_PMD);
}

/*
 * "... or we made the PRIVATE mapping be able to wrongly write to the backend"
 *
 * Covers: copy_huge_pmd, vmf_insert_pfn_pmd
 */
static void fork_notices_a_private_huge_entry_that_is_writable(struct kunit *test)
{
	struct mapping m;

	needs_debug_vm(test);
	needs_huge_pfnmap(test, HUGE_PMD);
	needs_thp_always(test);
	m = map_huge(test, MAP_PRIVATE, VM_MIXEDMAP);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
	KUNIT_ASSERT_TRUE(test, observe_huge(m.us, m.addr).write);
	EXPECT_WARNINGS(test, 1)
		user_space_fork(test, m.us);
}

static struct kunit_case mm_pfnmap_warn_cases[] = {
	KUNIT_CASE(remap_to_an_unaligned_address_maps_nothing),
	KUNIT_CASE(remap_of_more_than_all_frames_is_refused),
	KUNIT_CASE(zero_page_for_a_raw_mapping_is_refused),
	KUNIT_CASE(zero_page_without_the_special_bit_is_noticed),
	KUNIT_CASE(write_to_a_zero_page_that_is_left_is_noticed),
	KUNIT_CASE(pages_into_a_raw_mapping_are_noticed),
	KUNIT_CASE(pages_of_an_action_into_a_raw_mapping_are_noticed),
	KUNIT_CASE(missing_mmap_lock_is_noticed_and_stays_free),
	KUNIT_CASE(action_beyond_the_end_fails_the_mmap),
	KUNIT_CASE(action_behind_the_end_fails_the_mmap),
	KUNIT_CASE(action_with_a_wrong_error_fails_the_mmap),
	KUNIT_CASE(zap_beyond_the_end_is_noticed),
	KUNIT_CASE(empty_range_has_no_entries),
	KUNIT_CASE(huge_entry_has_no_page_table),
	KUNIT_CASE(fork_notices_a_private_huge_entry_that_is_writable),
	{}
};

static struct kunit_suite mm_pfnmap_warn_suite = {
	.name = "mm_pfnmap_warn",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_warn_cases,
};

kunit_test_suite(mm_pfnmap_warn_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: what mm warns of");
MODULE_LICENSE("GPL");
