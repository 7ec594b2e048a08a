// SPDX-License-Identifier: GPL-2.0
/*
 * Struct pages put into a mapping: which pages a driver may insert, when the
 * zero page is one of them, and how many of them vm_insert_pages() inserts.
 *
 * See the kernel-doc of vm_insert_page() and vm_insert_pages(), and the comment
 * in vm_mixed_zeropage_allowed().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/page_ref.h>

#include "testbed/testbed.h"

#define NR_PAGES 16

static struct page *frame_page(const struct frames *frames, unsigned int i)
{
	return pfn_to_page(frames->frame[i].pfn);
}

/* A VM_MIXEDMAP that nothing is mapped in; a fault finds nothing. */
static struct mapping map_mixed(struct kunit *test)
{
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){ .vm_flags = VM_MIXEDMAP });
}

/*
 * struct insertion - pages, put into a mapping by a driver
 * @fn: the function that does it
 * @page: first page of the mapping that is to map them
 * @pages: the pages
 * @nr: how many; then, how many were not inserted
 * @ret: what the function returned
 */
struct insertion {
	int (*fn)(struct vm_area_struct *vma, unsigned long addr,
		  struct insertion *it);
	long page;
	struct page **pages;
	unsigned long nr;
	int ret;
};

static int do_insertion(struct vm_area_struct *vma, unsigned long addr,
			void *data)
{
	struct insertion *it = data;

	it->ret = it->fn(vma, vma->vm_start + it->page * PAGE_SIZE, it);
	return 0;
}

static int insert(const struct mapping *m, struct insertion *it)
{
	it->ret = 1;
	user_call_locked(m->us, m->addr, do_insertion, it);
	return it->ret;
}

static int by_vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
			     struct insertion *it)
{
	return vm_insert_page(vma, addr, it->pages[0]);
}

static int by_vm_insert_pages(struct vm_area_struct *vma, unsigned long addr,
			      struct insertion *it)
{
	return vm_insert_pages(vma, addr, it->pages, &it->nr);
}

/* The other way round than vmf_error(); what else is success, is 0. */
static int error_of(vm_fault_t ret)
{
	if (ret == VM_FAULT_OOM)
		return -ENOMEM;
	return ret == VM_FAULT_NOPAGE ? 0 : -EINVAL;
}

static int by_page_mkwrite(struct vm_area_struct *vma, unsigned long addr,
			   struct insertion *it)
{
	return error_of(compat_insert_page_mkwrite(vma, addr, it->pages[0],
						   false));
}

static int by_mixed(struct vm_area_struct *vma, unsigned long addr,
		    struct insertion *it)
{
	unsigned long pfn = page_to_pfn(it->pages[0]);

	return error_of(vmf_insert_mixed(vma, addr, compat_pfn(pfn)));
}

static int by_mixed_mkwrite(struct vm_area_struct *vma, unsigned long addr,
			    struct insertion *it)
{
	unsigned long pfn = page_to_pfn(it->pages[0]);

	return error_of(vmf_insert_mixed_mkwrite(vma, addr, compat_pfn(pfn)));
}

static int insert_one(const struct mapping *m,
		      int (*fn)(struct vm_area_struct *vma, unsigned long addr,
				struct insertion *it),
		      long page, struct page *what)
{
	struct insertion it = {
		.fn = fn, .page = page, .pages = &what, .nr = 1,
	};

	return insert(m, &it);
}

static int insert_pages(const struct mapping *m, long page,
			struct page **pages, unsigned long *nr)
{
	struct insertion it = {
		.fn = by_vm_insert_pages, .page = page, .pages = pages,
		.nr = *nr,
	};

	insert(m, &it);
	*nr = it.nr;
	return it.ret;
}

static void vm_insert_page_over_anything_is_ebusy(struct kunit *test)
{
	struct mapping m = map_mixed(test);

	KUNIT_ASSERT_EQ(test, 0, insert_one(&m, by_vm_insert_page, 0,
					    frame_page(m.frames, 0)));
	KUNIT_EXPECT_EQ(test, -EBUSY, insert_one(&m, by_vm_insert_page, 0,
						 frame_page(m.frames, 0)));
	KUNIT_EXPECT_EQ(test, -EBUSY, insert_one(&m, by_vm_insert_page, 0,
						 frame_page(m.frames, 1)));
	expect_first_pages_counted(test, &m, 1);
}

static void vm_insert_page_outside_is_efault(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct page *page = frame_page(m.frames, 0);

	KUNIT_EXPECT_EQ(test, -EFAULT,
			insert_one(&m, by_vm_insert_page, -1, page));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			insert_one(&m, by_vm_insert_page, NR_PAGES, page));
	KUNIT_EXPECT_EQ(test, 0, observe_nr_ptes(m.us, m.addr - PAGE_SIZE,
						 NR_PAGES + 2));
	expect_first_pages_counted(test, &m, 0);
}

/* At mmap time, by one of the functions that tell mm of it by themselves. */
static int map_one_page(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return vm_insert_page(vma, vma->vm_start, frame_page(pf->frames, 0));
}

static int map_one_of_pages(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct page *page = frame_page(pf->frames, 0);
	unsigned long nr = 1;

	return vm_insert_pages(vma, vma->vm_start, &page, &nr);
}

static void expect_mixedmap(struct kunit *test, const struct mapping *m)
{
	struct vma_view vma;

	KUNIT_ASSERT_TRUE(test, user_vma(m->us, m->addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.flags & (VM_MIXEDMAP | VM_PFNMAP),
			VM_MIXEDMAP);
}

/*
 * 'under mm->mmap_lock write-lock, so it can change vma->vm_flags'
 *
 * Covers: vm_insert_page(VM_MIXEDMAP)
 */
static void vm_insert_page_at_mmap_time_sets_vm_mixedmap(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .map = map_one_page,
					  });

	expect_mixedmap(test, &m);
	expect_first_pages_counted(test, &m, 1);
}

/* Covers: vm_insert_pages(VM_MIXEDMAP) */
static void vm_insert_pages_at_mmap_time_sets_vm_mixedmap(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .map = map_one_of_pages,
					  });

	expect_mixedmap(test, &m);
	expect_first_pages_counted(test, &m, 1);
}

/*
 * Not 'a nice clean individual kernel allocation'. The refusal is -EINVAL, or
 * VM_FAULT_SIGBUS.
 */
static void expect_refused(struct kunit *test, const struct mapping *m,
			   struct page *page)
{
	int ref = page_ref_count(page);

	KUNIT_EXPECT_EQ(test, -EINVAL,
			insert_one(m, by_vm_insert_page, 0, page));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			insert_one(m, by_vm_insert_pages, 1, page));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			insert_one(m, by_page_mkwrite, 2, page));
	KUNIT_EXPECT_EQ(test, page_ref_count(page), ref);
	expect_first_pages_counted(test, m, 0);
}

static void anonymous_page_is_refused(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct user_space *other = user_space_create(test);
	unsigned long addr;
	struct page *page;

	needs_mm_exports(test);
	addr = user_mmap(other, NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(other, addr, 1));
	page = observe_normal_page(other, addr);
	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_ASSERT_TRUE(test, PageAnon(page));
	expect_refused(test, &m, page);
}

/* Both the first page of a slab, and one that is not. */
static void slab_page_is_refused(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	void *object = kunit_kmalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, object);
	expect_refused(test, &m, virt_to_page(object));
	expect_refused(test, &m, virt_to_page(object + PAGE_SIZE));
}

/* As page tables are, and what a balloon has taken. */
static void page_with_a_type_is_refused(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct page *page = frame_page(m.frames, 0);
	int ret[3];

	__folio_set_offline(page_folio(page));
	ret[0] = insert_one(&m, by_vm_insert_page, 0, page);
	ret[1] = insert_one(&m, by_vm_insert_pages, 1, page);
	ret[2] = insert_one(&m, by_page_mkwrite, 2, page);
	__folio_clear_offline(page_folio(page));

	KUNIT_EXPECT_EQ(test, -EINVAL, ret[0]);
	KUNIT_EXPECT_EQ(test, -EINVAL, ret[1]);
	KUNIT_EXPECT_EQ(test, -EINVAL, ret[2]);
	expect_first_pages_counted(test, &m, 0);
}

/* Nobody's page: it is free, or about to be. */
static void page_without_a_reference_is_refused(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct page *page = frame_page(m.frames, 0);
	int ret[3];

	KUNIT_ASSERT_TRUE(test, page_ref_freeze(page, 1));
	ret[0] = insert_one(&m, by_vm_insert_page, 0, page);
	ret[1] = insert_one(&m, by_vm_insert_pages, 1, page);
	ret[2] = insert_one(&m, by_page_mkwrite, 2, page);
	page_ref_unfreeze(page, 1);

	KUNIT_EXPECT_EQ(test, -EINVAL, ret[0]);
	KUNIT_EXPECT_EQ(test, -EINVAL, ret[1]);
	KUNIT_EXPECT_EQ(test, -EINVAL, ret[2]);
	expect_first_pages_counted(test, &m, 0);
}

/*
 * struct zero_case - a mapping, and whether it may map the zero page
 * @name: the name of the parameter
 * @map_flags: MAP_*
 * @prot: PROT_*
 * @forbid_write: the driver forbids to make it writable later
 * @vm_io: it has VM_IO
 * @notified: it has pfn_mkwrite
 * @allowed: the zero page may be mapped
 */
static const struct zero_case {
	const char *name;
	unsigned long map_flags;
	unsigned long prot;
	bool forbid_write;
	bool vm_io;
	bool notified;
	bool allowed;
} zero_cases[] = {
	{ "shared", MAP_SHARED, PROT_READ | PROT_WRITE },
	{ "shared, only read yet", MAP_SHARED, PROT_READ },
	{ "shared, never written", MAP_SHARED, PROT_READ,
	  .forbid_write = true, .allowed = true },
	{ "shared, written now, never again", MAP_SHARED,
	  PROT_READ | PROT_WRITE, .forbid_write = true },
	{ "private", MAP_PRIVATE, PROT_READ | PROT_WRITE, .allowed = true },
	{ "private, only read yet", MAP_PRIVATE, PROT_READ, .allowed = true },
	{ "shared, VM_IO", MAP_SHARED, PROT_READ | PROT_WRITE, .vm_io = true },
	{ "shared, with pfn_mkwrite", MAP_SHARED, PROT_READ | PROT_WRITE,
	  .notified = true },
	{ "shared, VM_IO, with pfn_mkwrite", MAP_SHARED, PROT_READ | PROT_WRITE,
	  .vm_io = true, .notified = true, .allowed = true },
};

static void zero_case_name(const struct zero_case *zero, char *desc)
{
	strscpy(desc, zero->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(zero_case, zero_cases, zero_case_name);

static int forbid_write(struct pfn_file *pf, struct vm_area_struct *vma)
{
	const struct zero_case *zero = pf->data;

	if (zero->forbid_write)
		vm_flags_clear(vma, VM_MAYWRITE);
	return 0;
}

static vm_fault_t refuse(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static struct mapping map_zero_case(struct kunit *test,
				    const struct zero_case *zero)
{
	struct mapping m = {
		.frames = frames_alloc(test, FRAMES_SCATTERED, NR_PAGES,
				       NUMA_NO_NODE),
	};

	needs_mixed_zero_page(test);
	m.before = observe_frames(test, m.frames);
	m.pf = pfn_file_open(test, &(struct pfn_file){
		.frames = m.frames,
		.vm_flags = VM_MIXEDMAP | (zero->vm_io ? VM_IO : 0),
		.map = forbid_write,
		.ops.pfn_mkwrite = zero->notified ? refuse : NULL,
		.data = (void *)zero,
	});
	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, NR_PAGES, zero->prot,
			   zero->map_flags, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}

static void expect_zero_page(struct kunit *test, const struct mapping *m,
			     unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));

	KUNIT_EXPECT_TRUE_MSG(test, pte.present, "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.pfn, page_to_pfn(ZERO_PAGE(0)), "page %u", page);
	KUNIT_EXPECT_FALSE_MSG(test, pte.write, "page %u", page);
	KUNIT_EXPECT_FALSE_MSG(test, pte.dirty, "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.young,
			    !!pte_young(pfn_pte(0, vm_get_page_prot(VM_READ))),
			    "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.special,
			    IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL),
			    "page %u", page);
	KUNIT_EXPECT_NULL_MSG(test,
			      observe_normal_page(m->us, mapping_page(m, page)),
			      "page %u", page);
}

static int (*const zero_inserters[])(struct vm_area_struct *vma,
				     unsigned long addr,
				     struct insertion *it) = {
	by_vm_insert_page, by_vm_insert_pages, by_mixed, by_page_mkwrite,
};

/* Four functions, one rule; the last came late. */
static unsigned int nr_zero_inserters(void)
{
	return ARRAY_SIZE(zero_inserters) - !COMPAT_HAS_INSERT_PAGE_MKWRITE;
}

/*
 * Only where nobody can ever write to it, or pin it. And it is never counted:
 * not by the entry, and not by munmap.
 *
 * Covers: insert_page_into_pte_locked(pte_mkspecial)
 */
static void zero_page_is_mapped_only_where_nobody_can_write(struct kunit *test)
{
	const struct zero_case *zero = test->param_value;
	struct mapping m = map_zero_case(test, zero);
	unsigned int i, nr = nr_zero_inserters();
	int ref = page_ref_count(ZERO_PAGE(0));

	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ_MSG(test, zero->allowed ? 0 : -EINVAL,
				    insert_one(&m, zero_inserters[i], i,
					       ZERO_PAGE(0)),
				    "function %u", i);
		if (zero->allowed)
			expect_zero_page(test, &m, i);
	}
	KUNIT_EXPECT_EQ(test, zero->allowed ? nr : 0,
			observe_nr_ptes(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(ZERO_PAGE(0)), ref);
}

/* What hole is written to, the driver has to find memory for. */
static void zero_page_is_never_mapped_for_a_write(struct kunit *test)
{
	const struct zero_case *zero = test->param_value;
	struct mapping m = map_zero_case(test, zero);

	needs_mm_exports(test);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			insert_one(&m, by_mixed_mkwrite, 0, ZERO_PAGE(0)));
	KUNIT_EXPECT_EQ(test, 0, observe_nr_ptes(m.us, m.addr, NR_PAGES));
}

/* The last of zero_cases: the zero page stands for a hole of a file. */
static const struct zero_case *hole(void)
{
	return &zero_cases[ARRAY_SIZE(zero_cases) - 1];
}

/*
 * 'WARN_ON_ONCE(!is_zero_pfn(...))': not so unexpected as any other page.
 */
static void mkwrite_over_the_zero_page_keeps_it_quietly(struct kunit *test)
{
	struct mapping m = map_zero_case(test, hole());

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, 0, insert_one(&m, by_mixed, 0, ZERO_PAGE(0)));
	EXPECT_WARNINGS(test, 0)
		insert_one(&m, by_mixed_mkwrite, 0, frame_page(m.frames, 0));
	expect_zero_page(test, &m, 0);
	expect_frames_untouched(test, m.before);
}

static int page_mkwrite_of_zero(struct vm_area_struct *vma, unsigned long addr,
				struct insertion *it)
{
	return error_of(compat_insert_page_mkwrite(vma, addr, it->pages[0],
						   true));
}

/* Twice, and the second time there is an entry already. */
static void page_mkwrite_never_makes_the_zero_page_writable(struct kunit *test)
{
	struct mapping m = map_zero_case(test, hole());
	bool first, second;

	if (!COMPAT_HAS_INSERT_PAGE_MKWRITE)
		kunit_skip(test, "needs vmf_insert_page_mkwrite() (Linux 6.15)");
	insert_one(&m, page_mkwrite_of_zero, 0, ZERO_PAGE(0));
	first = observe_pte(m.us, m.addr).write;
	insert_one(&m, page_mkwrite_of_zero, 0, ZERO_PAGE(0));
	second = observe_pte(m.us, m.addr).write;

	known_issue(test, !first && second,
		    "vmf_insert_page_mkwrite() of the zero page, mapped already, makes it writable");
	KUNIT_EXPECT_FALSE(test, first);
	KUNIT_EXPECT_FALSE(test, second);
}

static int map_zero_page(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return vm_insert_page(vma, vma->vm_start, ZERO_PAGE(0));
}

/* At mmap time a vma does not know yet that its writes will be notified. */
static void zero_page_at_mmap_time_is_not_writable(struct kunit *test)
{
	struct pfn_file how = {
		.vm_flags = VM_MIXEDMAP | VM_IO,
		.map = map_zero_page,
		.ops.pfn_mkwrite = refuse,
	};
	struct mapping m;

	needs_mixed_zero_page(test);
	m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED, &how);
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, m.addr).pfn, page_to_pfn(ZERO_PAGE(0)));
	known_issue(test, observe_pte(m.us, m.addr).write,
		    "vm_insert_page() at mmap time makes the zero page writable in a VM_IO vma with pfn_mkwrite");
	expect_zero_page(test, &m, 0);
}

static void vm_insert_pages_maps_and_counts_all(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	unsigned long nr = NR_PAGES, word = 0;

	KUNIT_EXPECT_EQ(test, 0, insert_pages(&m, 0, frames_pages(test, m.frames),
					      &nr));
	KUNIT_EXPECT_EQ(test, nr, 0);
	expect_first_pages_counted(test, &m, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 11), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[11].pfn, 0));

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/* Whole or not at all, where the range is wrong. */
static void vm_insert_pages_outside_maps_nothing(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct page **pages = frames_pages(test, m.frames);
	unsigned long nr = 2;

	KUNIT_EXPECT_EQ(test, -EFAULT, insert_pages(&m, NR_PAGES - 1, pages,
						    &nr));
	KUNIT_EXPECT_EQ(test, nr, 2);
	KUNIT_EXPECT_EQ(test, -EFAULT, insert_pages(&m, -1, pages, &nr));
	KUNIT_EXPECT_EQ(test, nr, 2);
	KUNIT_EXPECT_EQ(test, -EFAULT, insert_pages(&m, NR_PAGES, pages, &nr));
	KUNIT_EXPECT_EQ(test, nr, 2);
	nr = NR_PAGES + 1;
	KUNIT_EXPECT_EQ(test, -EFAULT, insert_pages(&m, 0, pages, &nr));
	KUNIT_EXPECT_EQ(test, nr, NR_PAGES + 1);
	KUNIT_EXPECT_EQ(test, 0, observe_nr_ptes(m.us, m.addr - PAGE_SIZE,
						 NR_PAGES + 2));
	expect_first_pages_counted(test, &m, 0);

	nr = 1;
	KUNIT_EXPECT_EQ(test, 0, insert_pages(&m, NR_PAGES - 1, pages, &nr));
	KUNIT_EXPECT_EQ(test, nr, 0);
}

/*
 * What is in the way, or no page to insert: at the first page, within a batch,
 * at its end and at the next one's start, and at the last page.
 */
static const struct obstacle {
	const char *name;
	unsigned int at;
} obstacles[] = {
	{ "page 0", 0 }, { "page 3", 3 }, { "page 7", 7 }, { "page 8", 8 },
	{ "page 9", 9 }, { "page 15", NR_PAGES - 1 },
};

static void obstacle_name(const struct obstacle *obstacle, char *desc)
{
	strscpy(desc, obstacle->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(obstacle, obstacles, obstacle_name);

/* With a page table's end in the middle: between page 7 and 8. */
static unsigned long across_page_tables(const struct user_space *us)
{
	return ALIGN(us->mm->task_size / 2, PMD_SIZE) - NR_PAGES / 2 * PAGE_SIZE;
}

static struct mapping map_mixed_across_page_tables(struct kunit *test)
{
	struct mapping m = map_mixed(test);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	m.addr = user_mmap_at(m.us, across_page_tables(m.us), m.pf->file,
			      NR_PAGES, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, m.addr, across_page_tables(m.us));
	return m;
}

/*
 * 'number of pages that were *not* mapped': the caller still has to free these.
 */
static void vm_insert_pages_counts_what_is_behind_an_obstacle(struct kunit *test)
{
	const struct obstacle *obstacle = test->param_value;
	struct frames *other = frames_alloc(test, FRAMES_CONTIGUOUS, 1,
					    NUMA_NO_NODE);
	struct mapping m = map_mixed_across_page_tables(test);
	unsigned long nr = NR_PAGES;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, insert_one(&m, by_vm_insert_page, obstacle->at,
					    frame_page(other, 0)));
	KUNIT_EXPECT_EQ(test, -EBUSY,
			insert_pages(&m, 0, frames_pages(test, m.frames), &nr));
	KUNIT_EXPECT_EQ(test, nr, NR_PAGES - obstacle->at);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES),
			obstacle->at + 1);
	expect_rss(test, m.us, obstacle->at + 1, 0);
	for (i = 0; i < NR_PAGES; i++)
		expect_frame_counted(test, m.before, i, i < obstacle->at);
	KUNIT_EXPECT_EQ(test, other->frame[0].pfn,
			observe_pte(m.us, mapping_page(&m, obstacle->at)).pfn);
}

static void vm_insert_pages_counts_what_is_behind_a_bad_page(struct kunit *test)
{
	const struct obstacle *obstacle = test->param_value;
	struct mapping m = map_mixed_across_page_tables(test);
	struct page **pages = frames_pages(test, m.frames);
	void *slab = kunit_kmalloc(test, 64, GFP_KERNEL);
	unsigned long nr = NR_PAGES;

	KUNIT_ASSERT_NOT_NULL(test, slab);
	pages[obstacle->at] = virt_to_page(slab);
	KUNIT_EXPECT_EQ(test, -EINVAL, insert_pages(&m, 0, pages, &nr));
	KUNIT_EXPECT_EQ(test, nr, NR_PAGES - obstacle->at);
	expect_first_pages_counted(test, &m, obstacle->at);
}

/* Each page table on the way there may be the one there is no memory for. */
static void vm_insert_pages_counts_what_there_was_no_memory_for(struct kunit *test)
{
	unsigned int nth, nr_failed = 0;
	bool failed = true;

	needs_failures(test);
	needs_whole_page_tables(test);
	for (nth = 1; failed; nth++) {
		struct mapping m = map_mixed_across_page_tables(test);
		struct page **pages = frames_pages(test, m.frames);
		unsigned long nr = NR_PAGES;
		int ret;

		failures_arm(nth);
		ret = insert_pages(&m, 0, pages, &nr);
		failed = failures_disarm();

		KUNIT_ASSERT_LE(test, nr, NR_PAGES);
		KUNIT_EXPECT_EQ_MSG(test, ret < 0, nr > 0, "allocation %u", nth);
		expect_first_pages_counted(test, &m, NR_PAGES - nr);
		nr_failed += ret < 0;
		user_space_destroy(test, m.us);
		expect_frames_untouched(test, m.before);
	}
	/* At least both page tables. */
	KUNIT_EXPECT_GE(test, nr_failed, 2);
}

/*
 * The first page table is there, and so is all above the second one: it is that
 * one alone that there is no memory for.
 */
static void vm_insert_pages_without_memory_is_enomem(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct page **pages = frames_pages(test, m.frames);
	unsigned long nr = NR_PAGES - 1, at;
	int ret;

	needs_failures(test);
	needs_whole_page_tables(test);
	at = ALIGN(m.us->mm->task_size / 2, PUD_SIZE) + PMD_SIZE -
	     NR_PAGES / 2 * PAGE_SIZE;
	m.addr = user_mmap_at(m.us, at, m.pf->file, NR_PAGES,
			      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, m.addr, at);
	KUNIT_ASSERT_EQ(test, 0, insert_one(&m, by_vm_insert_page, 0, pages[0]));

	failures_arm(1);
	ret = insert_pages(&m, 1, pages + 1, &nr);
	KUNIT_ASSERT_TRUE(test, failures_disarm());
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_EQ(test, nr, NR_PAGES / 2);
	expect_first_pages_counted(test, &m, NR_PAGES / 2);
}

/*
 * 'The same restrictions apply as in vm_insert_page()', which says that there is
 * no memory, also if it is a table above the page tables that cannot be had.
 *
 * Covers: vm_insert_pages
 */
static void vm_insert_pages_without_upper_tables_is_enomem_too(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct page **pages = frames_pages(test, m.frames);
	unsigned long nr = NR_PAGES;
	int ret;

	needs_failures(test);
	needs_whole_page_tables(test);
	failures_arm(1);
	ret = insert_one(&m, by_vm_insert_page, 0, pages[0]);
	KUNIT_ASSERT_TRUE(test, failures_disarm());
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);

	failures_arm(1);
	ret = insert_pages(&m, 0, pages, &nr);
	KUNIT_ASSERT_TRUE(test, failures_disarm());
	KUNIT_EXPECT_EQ(test, nr, NR_PAGES);
	known_issue(test, ret == -EFAULT,
		    "vm_insert_pages() without memory for an upper page table is -EFAULT");
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
}

/*
 * As many as it is told, whatever else is in the array; here, in front of them
 * and behind, what is not to be inserted:
 *
 *	| bad | 0 ... 7 | 8 ... 15 | bad |
 *	        table     the next
 *
 * Covers: vm_insert_pages
 */
static void vm_insert_pages_inserts_no_more_than_it_is_told(struct kunit *test)
{
	struct mapping m = map_mixed_across_page_tables(test);
	struct page **pages = frames_pages(test, m.frames);
	struct page *array[1 + NR_PAGES + 1];
	unsigned long nr = NR_PAGES;
	void *slab = kunit_kmalloc(test, 64, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, slab);
	array[0] = virt_to_page(slab);
	memcpy(array + 1, pages, NR_PAGES * sizeof(*pages));
	array[1 + NR_PAGES] = virt_to_page(slab);

	KUNIT_EXPECT_EQ(test, 0, insert_pages(&m, 0, array + 1, &nr));
	KUNIT_EXPECT_EQ(test, nr, 0);
	expect_first_pages_counted(test, &m, NR_PAGES);
}

/*
 * 'Caller must set VM_MIXEDMAP on vma if it wants to call this function from
 * other places': then there is nothing to set, nor a lock for writing to ask for.
 *
 * Covers: vm_insert_pages(VM_MIXEDMAP)
 */
static void vm_insert_pages_in_a_mixed_map_needs_no_lock_for_writing(struct kunit *test)
{
	struct mapping m = map_mixed(test);
	struct page **pages = frames_pages(test, m.frames);
	unsigned long nr = 1;

	EXPECT_WARNINGS(test, 0)
		insert_pages(&m, 0, pages, &nr);
	expect_first_pages_counted(test, &m, 1);
	expect_mixedmap(test, &m);
}

static struct kunit_case mm_pfnmap_insert_pages_cases[] = {
	KUNIT_CASE(vm_insert_pages_inserts_no_more_than_it_is_told),
	KUNIT_CASE(vm_insert_pages_in_a_mixed_map_needs_no_lock_for_writing),
	KUNIT_CASE(vm_insert_page_over_anything_is_ebusy),
	KUNIT_CASE(vm_insert_page_outside_is_efault),
	KUNIT_CASE(vm_insert_page_at_mmap_time_sets_vm_mixedmap),
	KUNIT_CASE(vm_insert_pages_at_mmap_time_sets_vm_mixedmap),
	KUNIT_CASE(anonymous_page_is_refused),
	KUNIT_CASE(slab_page_is_refused),
	KUNIT_CASE(page_with_a_type_is_refused),
	KUNIT_CASE(page_without_a_reference_is_refused),
	KUNIT_CASE(mkwrite_over_the_zero_page_keeps_it_quietly),
	KUNIT_CASE(page_mkwrite_never_makes_the_zero_page_writable),
	KUNIT_CASE(zero_page_at_mmap_time_is_not_writable),
	KUNIT_CASE(vm_insert_pages_maps_and_counts_all),
	KUNIT_CASE(vm_insert_pages_outside_maps_nothing),
	KUNIT_CASE(vm_insert_pages_counts_what_there_was_no_memory_for),
	KUNIT_CASE(vm_insert_pages_without_memory_is_enomem),
	KUNIT_CASE(vm_insert_pages_without_upper_tables_is_enomem_too),
	KUNIT_CASE_PARAM(zero_page_is_mapped_only_where_nobody_can_write,
			 zero_case_gen_params),
	KUNIT_CASE_PARAM(zero_page_is_never_mapped_for_a_write,
			 zero_case_gen_params),
	KUNIT_CASE_PARAM(vm_insert_pages_counts_what_is_behind_an_obstacle,
			 obstacle_gen_params),
	KUNIT_CASE_PARAM(vm_insert_pages_counts_what_is_behind_a_bad_page,
			 obstacle_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_insert_pages_suite = {
	.name = "mm_pfnmap_insert_pages",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_insert_pages_cases,
};

kunit_test_suite(mm_pfnmap_insert_pages_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: struct pages in VM_MIXEDMAP");
MODULE_LICENSE("GPL");
