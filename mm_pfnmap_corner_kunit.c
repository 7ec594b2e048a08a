// SPDX-License-Identifier: GPL-2.0
/*
 * Corners of mm that meet raw frames, too: the checks of page tables, locked
 * memory, writeback, NUMA balancing, and devices that share an address space.
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pgtable.h>
#include <linux/slab.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

static const struct pfn_file raw_file = {
	.vm_flags = VM_PFNMAP,
	.fault = pfn_file_insert,
};

/* Frames that come from elsewhere, for a file. */
static struct frames *frames_at(struct kunit *test, unsigned long pfn,
				unsigned int nr)
{
	struct frames *frames = kunit_kzalloc(test,
					      struct_size(frames, frame, nr),
					      GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, frames);
	frames->nr = nr;
	for (i = 0; i < nr; i++)
		frames->frame[i].pfn = pfn + i;
	return frames;
}

/* Map them raw and shared, into an address space of their own. */
static struct mapping map_frames(struct kunit *test, struct frames *frames)
{
	struct pfn_file how = raw_file;
	struct mapping m = { .frames = frames };

	how.frames = frames;
	m.pf = pfn_file_open(test, &how);
	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, frames->nr, PROT_READ | PROT_WRITE,
			   MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}

static unsigned long map_anon(struct kunit *test, struct user_space *us,
			      unsigned long nr_pages, unsigned long flags)
{
	unsigned long addr = user_mmap(us, NULL, nr_pages,
				       PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | flags, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 4711));
	return addr;
}

static unsigned long first_word(struct kunit *test, struct user_space *us,
				unsigned long addr)
{
	unsigned long word = 0;

	KUNIT_EXPECT_EQ(test, 0, user_read(us, addr, &word));
	return word;
}

/*
 * CONFIG_PAGE_TABLE_CHECK minds that a page is anonymous memory once only if
 * writable, and never both that and a file's; see Documentation/mm/
 * page_table_check.rst. A raw mapping is no use of the page in that sense: its
 * driver answers for it. The check would end in a BUG.
 *
 * Covers: __page_table_check_ptes_set, __page_table_check_pte_clear
 */
static void raw_mapping_is_no_second_use_of_anonymous_memory(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr = map_anon(test, us, 1, 0);
	struct mapping a, b;

	a = map_frames(test, frames_at(test, observe_pte(us, addr).pfn, 1));
	b = map_frames(test, a.frames);
	KUNIT_ASSERT_EQ(test, 0, user_write(a.us, a.addr, 1));
	KUNIT_EXPECT_EQ(test, first_word(test, us, addr), 1);
	KUNIT_ASSERT_EQ(test, 0, user_write(b.us, b.addr, 2));
	KUNIT_EXPECT_EQ(test, first_word(test, us, addr), 2);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, addr).write);

	KUNIT_EXPECT_EQ(test, 0, user_munmap(a.us, a.addr, 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 3));
	KUNIT_EXPECT_EQ(test, first_word(test, b.us, b.addr), 3);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(b.us, b.addr, 1));
	expect_rss(test, us, 0, 1);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(us, addr, 1));
}

/* An object that fills a page, the first of its slab: only that one tells. */
static unsigned long *slab_page_alloc(struct kunit *test)
{
	unsigned long *object;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		object = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, object);
		KUNIT_ASSERT_TRUE(test, PAGE_ALIGNED(object));
		if (PageSlab(virt_to_page(object)))
			return object;
	}
	KUNIT_FAIL_AND_ABORT(test, "no such object");
	return NULL;
}

/*
 * Nor is slab memory, of which the check wants none in page tables.
 *
 * Covers: __page_table_check_ptes_set, __page_table_check_pte_clear
 */
static void memory_of_the_slab_allocator_can_be_mapped_raw(struct kunit *test)
{
	unsigned long *object = slab_page_alloc(test);
	struct mapping m;

	m = map_frames(test, frames_at(test, page_to_pfn(virt_to_page(object)),
				       1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 4711));
	KUNIT_EXPECT_EQ(test, *object, 4711);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(m.us, m.addr, 1));
}

static bool page_is_mlocked(unsigned long pfn)
{
	return folio_test_mlocked(page_folio(pfn_to_page(pfn)));
}

/*
 * While a driver fills its mapping in mmap(), VM_LOCKED may still be there, see
 * mlock_vma_folio(). Its pages are not locked for all that.
 *
 * Covers: mlock_vma_folio
 */
static void map_locked_does_not_lock_pages_that_a_driver_inserts(struct kunit *test)
{
	static const struct pfn_file mixed_file = {
		.vm_flags = VM_MIXEDMAP,
		.map = handler_map_pages,
	};
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED | MAP_LOCKED, &mixed_file);
	unsigned long anon = map_anon(test, m.us, 1, MAP_LOCKED);
	unsigned int page;

	KUNIT_EXPECT_TRUE(test,
			  page_is_mlocked(observe_pte(m.us, anon).pfn));
	for (page = 0; page < NR_PAGES; page++) {
		expect_counted_frame(test, &m, page);
		KUNIT_EXPECT_FALSE(test,
				   page_is_mlocked(m.frames->frame[page].pfn));
	}
}

static const struct locked {
	const char *name;
	unsigned long vm_flags;
	bool counts;
} lockeds[] = {
	{ "ordinary", 0, true },
	{ "VM_PFNMAP", VM_PFNMAP, false },
	{ "VM_MIXEDMAP", VM_MIXEDMAP, false },
	{ "VM_IO", VM_IO, false },
};

static void locked_name(const struct locked *it, char *desc)
{
	strscpy(desc, it->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(locked, lockeds, locked_name);

/*
 * The same for a page that is put on the list of locked ones when it is new.
 *
 * Covers: folio_add_lru_vma
 */
static void new_page_is_locked_in_an_ordinary_mapping_only(struct kunit *test)
{
	const struct locked *it = test->param_value;
	struct vm_area_struct *vma = fake_vma_create(test);
	struct page *page;
	bool mlocked;

	needs_mm_exports(test);
	fake_vma_shape(vma, PAGE_SIZE, 1, 0, it->vm_flags | VM_LOCKED);
	page = alloc_page(GFP_HIGHUSER_MOVABLE);
	KUNIT_ASSERT_NOT_NULL(test, page);
	mm_add_to_lru(page_folio(page), vma);
	mlocked = page_is_mlocked(page_to_pfn(page));
	put_page(page);

	KUNIT_EXPECT_EQ(test, mlocked, it->counts);
}

/* A driver's file on a file system that writes back; read once. */
static struct pte_view read_from_writeback_file(struct kunit *test,
						const struct pfn_file *how)
{
	struct address_space *mapping = writeback_mapping(test);
	struct mapping m = mapping_prepare(test, FRAMES_SCATTERED, 1, how);

	m.pf->file->f_mapping = mapping;
	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, 1, PROT_READ | PROT_WRITE,
			   MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	return observe_pte(m.us, m.addr);
}

/*
 * Whose dirty pages get written back, he has to be told of the first write: the
 * entry is read-only until then. There are no pages behind raw frames.
 *
 * Covers: vma_fs_can_writeback
 */
static void raw_frames_are_not_written_back(struct kunit *test)
{
	static const struct pfn_file mixed_file = {
		.vm_flags = VM_MIXEDMAP,
		.fault = handler_fault_page,
	};

	KUNIT_EXPECT_TRUE(test,
			  read_from_writeback_file(test, &raw_file).write);
	KUNIT_EXPECT_FALSE(test,
			   read_from_writeback_file(test, &mixed_file).write);
}

/* The same page in the same mapping, but for @vm_flags: does it lose access? */
static bool numa_scan_hides_page(struct kunit *test, unsigned long vm_flags)
{
	const struct pfn_file how = {
		.vm_flags = vm_flags,
		.fault = handler_fault_return,
	};
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &how);
	unsigned long word = 0;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, m.addr, &word));
	expect_counted_frame(test, &m, 0);
	numa_scan(m.us);
	return pte_protnone(observe_pte(m.us, m.addr).pte);
}

/*
 * A driver's pages stay on their node; nothing would be gained by faults that
 * tell who uses them.
 *
 * Covers: task_numa_work
 */
static void numa_balancing_leaves_mixed_mappings_alone(struct kunit *test)
{
	needs_numa_balancing(test);
	KUNIT_EXPECT_TRUE(test, numa_scan_hides_page(test, 0));
	KUNIT_EXPECT_FALSE(test, numa_scan_hides_page(test, VM_MIXEDMAP));
}

/*
 * Documentation/mm/hmm.rst: a device gets an error for what it cannot access.
 * VM_PFNMAP is enough to say so; nobody is asked for a page.
 *
 * Covers: hmm_vma_walk_test
 */
static void device_sees_an_error_in_place_of_raw_frames(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &raw_file);
	struct device_view view[NR_PAGES] = {};
	unsigned long anon;
	unsigned int page;

	needs_device_walk(test);
	anon = map_anon(test, m.us, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, device_walk(m.us, anon, 1, false, view));
	KUNIT_EXPECT_TRUE(test, view[0].valid);

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	KUNIT_ASSERT_EQ(test, 0, device_walk(m.us, m.addr, NR_PAGES, false,
					     view));
	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_EXPECT_TRUE_MSG(test, view[page].error, "page %u", page);
		KUNIT_EXPECT_FALSE_MSG(test, view[page].valid, "page %u", page);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
}

/* Covers: hmm_vma_walk_test */
static void device_fault_fails_and_asks_no_handler(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &raw_file);
	struct device_view view[NR_PAGES] = {};

	needs_device_walk(test);
	KUNIT_EXPECT_EQ(test, -EFAULT, device_walk(m.us, m.addr, NR_PAGES, true,
						   view));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
}

static void expect_not_migrated(struct kunit *test, const struct mapping *m)
{
	KUNIT_EXPECT_EQ(test, -EINVAL, device_migrate(m->us, m->addr, NR_PAGES));
}

/* Covers: migrate_vma_setup */
static void device_takes_no_pages_from_a_driver_mapping(struct kunit *test)
{
	struct mapping raw = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					    MAP_PRIVATE, &(struct pfn_file){
						.vm_flags = VM_PFNMAP,
						.map = handler_remap_without_io,
					    });
	struct mapping mixed = map_mixed(test, MAP_PRIVATE);
	unsigned long anon;

	needs_device_migration(test);
	anon = map_anon(test, raw.us, NR_PAGES, 0);
	KUNIT_EXPECT_GT(test, device_migrate(raw.us, anon, NR_PAGES), 0);
	KUNIT_EXPECT_EQ(test, first_word(test, raw.us, anon), 4711);

	mapping_write_copies(test, &raw, "rrcrrrrr");
	expect_not_migrated(test, &raw);
	expect_layout(test, &raw, "rrcrrrrr");
	mapping_write_copies(test, &mixed, "prcrprpr");
	expect_not_migrated(test, &mixed);
	expect_layout(test, &mixed, "prcrprpr");
}

static bool next_page_is_uncached(struct kunit *test, struct mapping *m)
{
	struct pte_view pte;

	EXPECT_VM_FAULT(test, user_fault(m->us, m->addr, 0), VM_FAULT_NOPAGE);
	pte = observe_pte(m->us, m->addr);
	m->addr += PAGE_SIZE;
	return pte.uncached;
}

/*
 * What cannot be added must not be claimed either. There is no such address.
 *
 * Covers: pagemap_range(pfnmap_untrack), pagemap_range(untrack_pfn)
 */
static void device_memory_that_is_refused_is_not_claimed(struct kunit *test)
{
	unsigned long pfn = device_memory_end();
	unsigned long nr_pages = 1UL << DEVICE_MEMORY_ORDER;

	needs_device_memory(test);
	needs_memtype(test);
	KUNIT_EXPECT_NULL(test, device_memory_try(test, pfn));
	KUNIT_EXPECT_EQ(test, observe_tracking(test, pfn, nr_pages).nr, 0);
}

/*
 * Where cache modes are tracked by frame, frames that nobody has claimed are
 * uncached. Memory of a device is claimed as cached, and no longer than it is
 * there. A handler may map it raw, as any other frames.
 *
 * Covers: pagemap_range(pfnmap_track), pagemap_range(track_pfn_remap),
 * pageunmap_range
 */
static void frames_of_device_memory_are_cached_while_it_is_there(struct kunit *test)
{
	unsigned long pfn = frames_pfn_above(DEVICE_MEMORY_ORDER);
	struct device_memory *memory;
	struct tracking tracking;
	struct mapping m;

	needs_device_memory(test);
	needs_memtype(test);
	m = map_frames(test, frames_at(test, pfn, NR_PAGES));
	KUNIT_EXPECT_TRUE(test, next_page_is_uncached(test, &m));

	memory = device_memory_add(test, pfn);
	tracking = observe_tracking(test, pfn, 1UL << DEVICE_MEMORY_ORDER);
	KUNIT_EXPECT_EQ(test, tracking.nr, 1);
	/* The firmware has the last word, see pat_x_mtrr_type(). */
	if (tracking.mode == CACHE_UC_MINUS)
		kunit_skip(test, "needs MTRRs that let more than the machine's memory be cached");
	KUNIT_EXPECT_TRUE(test, pfn_valid(pfn));
	KUNIT_EXPECT_FALSE(test, next_page_is_uncached(test, &m));
	device_memory_remove(test, memory);
	KUNIT_EXPECT_TRUE(test, next_page_is_uncached(test, &m));
}

static struct kunit_case mm_pfnmap_corner_cases[] = {
	KUNIT_CASE(raw_mapping_is_no_second_use_of_anonymous_memory),
	KUNIT_CASE(memory_of_the_slab_allocator_can_be_mapped_raw),
	KUNIT_CASE(map_locked_does_not_lock_pages_that_a_driver_inserts),
	KUNIT_CASE(raw_frames_are_not_written_back),
	KUNIT_CASE(numa_balancing_leaves_mixed_mappings_alone),
	KUNIT_CASE(device_sees_an_error_in_place_of_raw_frames),
	KUNIT_CASE(device_fault_fails_and_asks_no_handler),
	KUNIT_CASE(device_takes_no_pages_from_a_driver_mapping),
	KUNIT_CASE(device_memory_that_is_refused_is_not_claimed),
	KUNIT_CASE(frames_of_device_memory_are_cached_while_it_is_there),
	KUNIT_CASE_PARAM(new_page_is_locked_in_an_ordinary_mapping_only,
			 locked_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_corner_suite = {
	.name = "mm_pfnmap_corner",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_corner_cases,
};

kunit_test_suite(mm_pfnmap_corner_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: corners of mm that meet raw frames");
MODULE_LICENSE("GPL");
