// SPDX-License-Identifier: GPL-2.0
/*
 * Shared pages that mm counts become writable: with nobody to be asked, for a
 * page that has a file, and where page_mkwrite must not be called at all.
 *
 * See vm_operations_struct in Documentation/filesystems/locking.rst, and the
 * comments in fault_dirty_shared_page().
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pagemap.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

#define PAGE 2	/* the one that is written */

static struct page *page_at(const struct mapping *m)
{
	return pfn_to_page(m->frames->frame[PAGE].pfn);
}

static vm_fault_t write_fault(const struct mapping *m, unsigned int flags)
{
	return user_fault(m->us, mapping_page(m, PAGE),
			  FAULT_FLAG_WRITE | flags);
}

static void expect_written(struct kunit *test, const struct mapping *m)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, PAGE));

	KUNIT_EXPECT_TRUE(test, pte.write);
	KUNIT_EXPECT_TRUE(test, pte.dirty);
	KUNIT_EXPECT_TRUE(test, pte.young);
	KUNIT_EXPECT_TRUE(test, PageDirty(page_at(m)));
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(m)));
	expect_counted_frame(test, m, PAGE);
}

static void expect_read_only(struct kunit *test, const struct mapping *m)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, PAGE));

	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.dirty);
	KUNIT_EXPECT_FALSE(test, PageDirty(page_at(m)));
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(m)));
	expect_counted_frame(test, m, PAGE);
}

/* For reading, whatever the mapping allows; that is the driver's business. */
static int insert_for_reading(struct pfn_file *pf, struct vm_area_struct *vma)
{
	pgprot_t prot = vma->vm_page_prot;
	int ret;

	vma->vm_page_prot = vm_get_page_prot(VM_READ);
	ret = handler_map_pages(pf, vma);
	vma->vm_page_prot = prot;
	return ret;
}

static int insert_without_handlers(struct pfn_file *pf,
				   struct vm_area_struct *vma)
{
	vma->vm_ops = NULL;
	return insert_for_reading(pf, vma);
}

static void check_upgrade(struct kunit *test,
			  int (*map)(struct pfn_file *pf,
				     struct vm_area_struct *vma))
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .map = map,
					  });

	needs_mm_exports(test);
	expect_read_only(test, &m);
	user_make_old(m.us, mapping_page(&m, PAGE));
	EXPECT_VM_FAULT(test, write_fault(&m, 0), 0);
	expect_written(test, &m);
	expect_rss(test, m.us, NR_PAGES, 0);
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, mapping_page(&m, 3)).write);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, PAGE), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[PAGE]), 4711);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_frames_untouched(test, m.before);
}

static void page_nobody_asks_about_is_just_upgraded(struct kunit *test)
{
	check_upgrade(test, insert_for_reading);
}

static void page_of_a_mapping_without_handlers_is_just_upgraded(struct kunit *test)
{
	check_upgrade(test, insert_without_handlers);
}

/* Who was asked about a page of a DAX file. */
struct dax_file {
	struct page *page;
	unsigned int nr_pfn_mkwrite;
	unsigned int nr_page_mkwrite;
	bool saw_page;
};

static vm_fault_t insert_dax(struct vm_fault *vmf)
{
	struct dax_file *file = pfn_file_of(vmf)->data;

	return compat_insert_page_mkwrite(vmf->vma, vmf->address, file->page,
					  false);
}

static vm_fault_t note_pfn_mkwrite(struct vm_fault *vmf)
{
	struct dax_file *file = pfn_file_of(vmf)->data;

	file->nr_pfn_mkwrite++;
	file->saw_page = vmf->page;
	return 0;
}

static vm_fault_t note_page_mkwrite(struct vm_fault *vmf)
{
	struct dax_file *file = pfn_file_of(vmf)->data;

	file->nr_page_mkwrite++;
	return VM_FAULT_SIGBUS;
}

/*
 * 'FS DAX also wants ops->pfn_mkwrite called', says do_wp_page(): as for a frame,
 * for which there is no page.
 */
static void page_of_a_dax_file_is_asked_about_as_a_frame(struct kunit *test)
{
	struct dax_file file = {};
	struct pte_view pte;
	struct mapping m;
	unsigned long pfn;

	needs_device_memory(test);
	if (!COMPAT_HAS_DAX_PAGES)
		kunit_skip(test, "needs counted pages of DAX files (Linux 6.15)");
	pfn = frames_pfn_above(DEVICE_MEMORY_ORDER);
	file.page = device_dax_page(test, pfn);
	m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .vm_flags = VM_MIXEDMAP,
				   .ops = {
					   .fault = insert_dax,
					   .pfn_mkwrite = note_pfn_mkwrite,
					   .page_mkwrite = note_page_mkwrite,
				   },
				   .data = &file,
			   });
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, m.addr).write);
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(m.us, m.addr), file.page);

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, FAULT_FLAG_WRITE), 0);
	KUNIT_EXPECT_EQ(test, file.nr_pfn_mkwrite, 1);
	KUNIT_EXPECT_EQ(test, file.nr_page_mkwrite, 0);
	KUNIT_EXPECT_FALSE(test, file.saw_page);
	pte = observe_pte(m.us, m.addr);
	KUNIT_EXPECT_EQ(test, pte.pfn, pfn);
	KUNIT_EXPECT_TRUE(test, pte.write);
	KUNIT_EXPECT_TRUE(test, pte.dirty);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, page_ref_count(file.page), 1);
}

/**
 * struct consent - what page_mkwrite answers
 * @ret: its answer; with VM_FAULT_LOCKED it locks the page
 * @mapping: the page is of a file
 */
struct consent {
	vm_fault_t ret;
	struct address_space *mapping;
};

static vm_fault_t page_mkwrite(struct vm_fault *vmf)
{
	struct consent *consent = pfn_file_of(vmf)->data;

	if (consent->ret & VM_FAULT_LOCKED)
		lock_page(vmf->page);
	return consent->ret;
}

static vm_fault_t return_page(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);
	struct consent *consent = pf->data;

	vmf->page = pfn_to_page(pf->frames->frame[vmf->pgoff].pfn);
	page_folio(vmf->page)->mapping = consent->mapping;
	get_page(vmf->page);
	return 0;
}

static void forget_mapping(void *page)
{
	page_folio((struct page *)page)->mapping = NULL;
}

static struct mapping map_asked(struct kunit *test, struct consent *consent)
{
	struct mapping m = mapping_prepare(test, FRAMES_SCATTERED, NR_PAGES,
					   &(struct pfn_file){
						   .vm_flags = VM_MIXEDMAP,
						   .ops = {
							   .fault = return_page,
							   .page_mkwrite = page_mkwrite,
						   },
						   .data = consent,
					   });

	/* Pages are freed without one; before that, none may be mapped. */
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, forget_mapping,
						  page_at(&m)));
	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, NR_PAGES, PROT_READ | PROT_WRITE,
			   MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}

/* Is the page mapped for reading before it is written to? */
static const struct first {
	const char *name;
	bool read;
} firsts[] = {
	{ "after a read", true },
	{ "at first touch", false },
};

static void first_name(const struct first *first, char *desc)
{
	strscpy(desc, first->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(first, firsts, first_name);

static void read_if_first(struct kunit *test, const struct mapping *m)
{
	const struct first *first = test->param_value;

	if (first->read)
		EXPECT_VM_FAULT(test, user_fault(m->us, mapping_page(m, PAGE), 0),
				0);
}

/* 'If it returns 0 mm locks the page, and looks whether it is of a file yet'. */
static void page_of_a_file_may_be_left_unlocked(struct kunit *test)
{
	struct address_space *mapping = writeback_mapping(test);
	struct consent consent = { .mapping = mapping };
	struct mapping m = map_asked(test, &consent);

	needs_mm_exports(test);
	read_if_first(test, &m);
	EXPECT_VM_FAULT(test, write_fault(&m, 0), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_page_mkwrites), 1);
	expect_written(test, &m);
}

/*
 * 'Drop the mmap_lock before waiting on IO, if we can': who may be asked to
 * retry is told that the fault is complete, and the lock gone.
 */
static void lock_is_dropped_for_a_page_of_a_file(struct kunit *test)
{
	struct address_space *mapping = writeback_mapping(test);
	struct consent consent = { VM_FAULT_LOCKED, mapping };
	struct mapping m = map_asked(test, &consent);

	needs_mm_exports(test);
	read_if_first(test, &m);
	EXPECT_VM_FAULT(test, write_fault(&m, FAULT_FLAG_ALLOW_RETRY),
			VM_FAULT_COMPLETED);
	expect_written(test, &m);
}

/* A page that was truncated meanwhile, here one without a file: try again. */
static void page_of_no_file_left_unlocked_is_retried(struct kunit *test)
{
	struct consent consent = { .ret = VM_FAULT_MAJOR };
	struct mapping m = map_asked(test, &consent);
	const struct first *first = test->param_value;

	needs_mm_exports(test);
	read_if_first(test, &m);
	EXPECT_VM_FAULT(test, write_fault(&m, 0), 0);
	if (first->read)
		expect_read_only(test, &m);
	else
		expect_nothing_mapped(test, &m);
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m)));
}

static void end_swapping(void *inode)
{
	((struct inode *)inode)->i_flags &= ~S_SWAPFILE;
}

/* See IS_SWAPFILE(): its pages belong to swap, not to who writes to the file. */
static void swap_file_is_not_written_to(struct kunit *test)
{
	struct consent consent = { VM_FAULT_LOCKED };
	struct mapping m = map_asked(test, &consent);
	struct inode *inode = m.pf->file->f_mapping->host;
	const struct first *first = test->param_value;

	needs_mm_exports(test);
	read_if_first(test, &m);
	inode->i_flags |= S_SWAPFILE;
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, end_swapping, inode));
	EXPECT_VM_FAULT(test, write_fault(&m, 0), VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_page_mkwrites), 0);
	if (first->read)
		expect_read_only(test, &m);
	else
		expect_nothing_mapped(test, &m);
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m)));
}

/* 'All vm_ops that have a ->map_pages have been audited', and no others. */
static void page_mkwrite_is_not_called_under_the_vma_lock(struct kunit *test)
{
	struct consent consent = { VM_FAULT_LOCKED };
	struct mapping m = map_asked(test, &consent);

	needs_mm_exports(test);
	needs_per_vma_lock(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE), 0), 0);
	EXPECT_VM_FAULT(test,
			user_fault_under_vma_lock(m.us, mapping_page(&m, PAGE),
						  FAULT_FLAG_WRITE),
			VM_FAULT_RETRY);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_page_mkwrites), 0);
	expect_read_only(test, &m);
}

static struct kunit_case mm_pfnmap_upgrade_cases[] = {
	KUNIT_CASE(page_nobody_asks_about_is_just_upgraded),
	KUNIT_CASE(page_of_a_mapping_without_handlers_is_just_upgraded),
	KUNIT_CASE(page_mkwrite_is_not_called_under_the_vma_lock),
	KUNIT_CASE(page_of_a_dax_file_is_asked_about_as_a_frame),
	KUNIT_CASE_PARAM(page_of_a_file_may_be_left_unlocked, first_gen_params),
	KUNIT_CASE_PARAM(lock_is_dropped_for_a_page_of_a_file,
			 first_gen_params),
	KUNIT_CASE_PARAM(page_of_no_file_left_unlocked_is_retried,
			 first_gen_params),
	KUNIT_CASE_PARAM(swap_file_is_not_written_to, first_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_upgrade_suite = {
	.name = "mm_pfnmap_upgrade",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_upgrade_cases,
};

kunit_test_suite(mm_pfnmap_upgrade_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: shared pages that become writable");
MODULE_LICENSE("GPL");
