// SPDX-License-Identifier: GPL-2.0
/*
 * Write notification: a driver or file system is told before an entry of its
 * shared mapping becomes writable, by pfn_mkwrite for a raw frame and by
 * page_mkwrite for a page that mm counts.
 *
 * See vm_operations_struct in Documentation/filesystems/locking.rst.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pagemap.h>
#include <linux/smp.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

/**
 * struct notice - what a mkwrite handler is told, and does
 * @flags: vmf->flags
 * @pgoff: vmf->pgoff
 * @address: vmf->address
 * @orig_pte: vmf->orig_pte
 * @page: vmf->page
 * @ret: what it returns
 * @meanwhile: what happens while it runs, at its first call
 * @data: for @meanwhile
 */
struct notice {
	unsigned int flags;
	pgoff_t pgoff;
	unsigned long address;
	pte_t orig_pte;
	struct page *page;
	vm_fault_t ret;
	void (*meanwhile)(struct vm_fault *vmf, void *data);
	void *data;
};

static vm_fault_t take_notice(struct vm_fault *vmf, unsigned int nr_calls)
{
	struct notice *notice = pfn_file_of(vmf)->data;

	notice->flags = vmf->flags;
	notice->pgoff = vmf->pgoff;
	notice->address = vmf->address;
	notice->orig_pte = vmf->orig_pte;
	notice->page = vmf->page;
	if (notice->meanwhile && nr_calls == 1)
		notice->meanwhile(vmf, notice->data);
	return notice->ret;
}

static vm_fault_t pfn_mkwrite(struct vm_fault *vmf)
{
	return take_notice(vmf,
			   atomic_read(&pfn_file_of(vmf)->nr_pfn_mkwrites));
}

static vm_fault_t page_mkwrite(struct vm_fault *vmf)
{
	vm_fault_t ret;

	ret = take_notice(vmf, atomic_read(&pfn_file_of(vmf)->nr_page_mkwrites));
	if (ret & VM_FAULT_LOCKED)
		lock_page(vmf->page);
	return ret;
}

static vm_fault_t insert_mixed(struct vm_fault *vmf)
{
	struct frame *frame = &pfn_file_of(vmf)->frames->frame[vmf->pgoff];

	return vmf_insert_mixed(vmf->vma, vmf->address,
				compat_pfn(frame->pfn));
}

static struct page *page_of(struct vm_fault *vmf)
{
	return pfn_to_page(pfn_file_of(vmf)->frames->frame[vmf->pgoff].pfn);
}

static vm_fault_t insert_page(struct vm_fault *vmf)
{
	return vmf_insert_page(vmf->vma, vmf->address, page_of(vmf));
}

/* Raw frames of all kinds, and what the handlers of their file are. */
static const struct raw {
	const char *name;
	enum frames_kind kind;
	unsigned long vm_flags;
	vm_fault_t (*fault)(struct vm_fault *vmf);
} raws[] = {
	{ "VM_PFNMAP", FRAMES_SCATTERED, VM_PFNMAP, pfn_file_insert },
	{ "VM_PFNMAP without struct page", FRAMES_PAGELESS_SCATTERED,
	  VM_PFNMAP, pfn_file_insert },
	{ "VM_MIXEDMAP without struct page", FRAMES_PAGELESS_SCATTERED,
	  VM_MIXEDMAP, insert_mixed },
};

static void raw_name(const struct raw *raw, char *desc)
{
	strscpy(desc, raw->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(raw, raws, raw_name);

static struct mapping map_raw(struct kunit *test, const struct raw *raw,
			      unsigned long prot, struct notice *notice)
{
	needs_mm_exports(test);
	return mapping_create_prot(test, raw->kind, NR_PAGES, prot, MAP_SHARED,
				   &(struct pfn_file){
					   .vm_flags = raw->vm_flags,
					   .ops = {
						   .fault = raw->fault,
						   .pfn_mkwrite = pfn_mkwrite,
						   .page_mkwrite = page_mkwrite,
					   },
					   .data = notice,
				   });
}

static struct mapping map_pfnmap(struct kunit *test, struct notice *notice)
{
	return map_raw(test, &raws[0], PROT_READ | PROT_WRITE, notice);
}

static void expect_notices(struct kunit *test, const struct mapping *m,
			   int nr_pfn, int nr_page)
{
	KUNIT_EXPECT_EQ(test, atomic_read(&m->pf->nr_pfn_mkwrites), nr_pfn);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->pf->nr_page_mkwrites), nr_page);
}

/* What an upgraded entry is, before the program has written. */
static void expect_writable(struct kunit *test, const struct mapping *m,
			    unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));

	KUNIT_EXPECT_EQ(test, pte.pfn, m->frames->frame[page].pfn);
	KUNIT_EXPECT_TRUE(test, pte.write);
	KUNIT_EXPECT_TRUE(test, pte.dirty);
	KUNIT_EXPECT_TRUE(test, pte.young);
}

static void expect_read_only(struct kunit *test, const struct mapping *m,
			     unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));

	KUNIT_EXPECT_EQ(test, pte.pfn, m->frames->frame[page].pfn);
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.dirty);
}

/* Not 'once more, please': the program goes on, and nothing is left to do. */
static void notified_write_is_done_with_one_fault(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = map_pfnmap(test, &notice);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0),
			VM_FAULT_NOPAGE);
	EXPECT_WARNINGS(test, 0)
		EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
						 FAULT_FLAG_WRITE), 0);
	expect_writable(test, &m, 2);
	expect_notices(test, &m, 1, 0);
}

static void writes_reach_the_frame_after_one_notice_per_page(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = map_pfnmap(test, &notice);
	unsigned long word = 0;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 3), &word));
	expect_notices(test, &m, 0, 0);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
	expect_notices(test, &m, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 3), 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 4), 1));
	expect_notices(test, &m, 3, 0);
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
}

static int remap_without_handlers(struct pfn_file *pf,
				  struct vm_area_struct *vma)
{
	vma->vm_ops = NULL;
	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
			       vma->vm_end - vma->vm_start,
			       vm_get_page_prot(VM_READ));
}

static vm_fault_t insert_read_only(struct vm_fault *vmf)
{
	struct frame *frame = &pfn_file_of(vmf)->frames->frame[vmf->pgoff];

	return vmf_insert_pfn_prot(vmf->vma, vmf->address, frame->pfn,
				   vm_get_page_prot(VM_READ));
}

/* As with a handler, see above. */
static void write_that_nobody_asks_about_is_done_with_one_fault(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
						  .fault = insert_read_only,
					  });

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0),
			VM_FAULT_NOPAGE);
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, mapping_page(&m, 2)).write);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	expect_writable(test, &m, 2);
}

/* Nobody has to be asked about the first write, so it is just let through. */
static void without_any_handler_the_first_write_is_in_place(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .map = remap_without_handlers,
					  });

	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, mapping_page(&m, 2)).write);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
	expect_raw_frame(test, &m, 2);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 2)).write);
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, mapping_page(&m, 3)).write);
}

/* Nobody wants to know: writable as soon as mapped, also by a read. */
static void without_a_handler_a_fresh_entry_is_writable(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
						  .fault = pfn_file_insert,
					  });

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0),
			VM_FAULT_NOPAGE);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 2)).write);
}

static void mapping_for_reading_is_never_notified(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = map_raw(test, &raws[0], PROT_READ, &notice);
	unsigned long word;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_EXPECT_EQ(test, user_write(m.us, mapping_page(&m, 2), 1),
			-EFAULT);
	KUNIT_EXPECT_EQ(test, user_write(m.us, mapping_page(&m, 3), 1),
			-EFAULT);
	expect_notices(test, &m, 0, 0);
	expect_read_only(test, &m, 2);
	expect_frames_intact(test, &m);
}

/* A private copy is no write to the file. */
static void private_mapping_is_never_notified(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_PRIVATE, &(struct pfn_file){
						  .remap = true,
						  .ops = {
							  .pfn_mkwrite = pfn_mkwrite,
							  .page_mkwrite = page_mkwrite,
						  },
						  .data = &notice,
					  });

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	expect_notices(test, &m, 0, 0);
	expect_copy(test, &m, 2);
	expect_frames_intact(test, &m);
}

/* Its page_mkwrite wants a page, and there is none. */
static void page_mkwrite_alone_is_not_asked_for_a_raw_frame(struct kunit *test)
{
	struct notice notice = { .ret = VM_FAULT_SIGBUS };
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
						  .ops = {
							  .fault = pfn_file_insert,
							  .page_mkwrite = page_mkwrite,
						  },
						  .data = &notice,
					  });

	user_fault(m.us, mapping_page(&m, 2), 0);
	expect_read_only(test, &m, 2);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	expect_notices(test, &m, 0, 0);
	expect_writable(test, &m, 2);
}

/*
 * What page_mkwrite would do for pages, pfn_mkwrite does alone: the mapping
 * begins read-only. 8a04446ab0cf.
 */
static void pfn_mkwrite_alone_is_asked_for_a_raw_frame(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
						  .ops = {
							  .fault = pfn_file_insert,
							  .pfn_mkwrite = pfn_mkwrite,
						  },
						  .data = &notice,
					  });

	user_fault(m.us, mapping_page(&m, 2), 0);
	expect_read_only(test, &m, 2);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	expect_notices(test, &m, 1, 0);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
}

static void mprotect_to_writable_does_not_stand_in_for_the_notice(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = map_pfnmap(test, &notice);

	needs_syscalls(test);
	user_fault(m.us, mapping_page(&m, 2), 0);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	expect_read_only(test, &m, 2);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	expect_notices(test, &m, 1, 0);
	expect_writable(test, &m, 2);
}

/*
 * Races. Every entry that is not what it was when the handler was asked must
 * stay as it is, and the access is tried again: VM_FAULT_NOPAGE. See the
 * kernel-doc of finish_mkwrite_fault().
 */
static int zap_entry(void *data)
{
	struct vm_fault *vmf = data;

	compat_zap_vma(vmf->vma, vmf->address, PAGE_SIZE);
	return 0;
}

static void zap_meanwhile(struct vm_fault *vmf, void *data)
{
	cpu_thread_run(raw_smp_processor_id(), zap_entry, vmf);
}

/* Covers: zap_special_vma_range, zap_vma_ptes */
static void entry_zapped_meanwhile_stays_away(struct kunit *test)
{
	struct notice notice = { .meanwhile = zap_meanwhile };
	struct mapping m = map_pfnmap(test, &notice);

	user_fault(m.us, mapping_page(&m, 2), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 2)).none);

	/* The access goes through: another fault, and another notice. */
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
	expect_notices(test, &m, 2, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 2);
}

/**
 * struct dropping - a whole page table whose pages are given up
 * @us: where
 * @start: the first address that the table maps
 */
struct dropping {
	struct user_space *us;
	unsigned long start;
};

static int drop_table(void *data)
{
	struct dropping *dropping = data;

	return user_madvise(dropping->us, dropping->start, PTRS_PER_PTE,
			    MADV_DONTNEED);
}

static void drop_table_meanwhile(struct vm_fault *vmf, void *data)
{
	cpu_thread_run(raw_smp_processor_id(), drop_table, data);
}

/*
 * With its last entry a page table may go as well, where the kernel reclaims
 * them (CONFIG_PT_RECLAIM).
 */
static void entry_dropped_with_its_table_stays_away(struct kunit *test)
{
	struct dropping dropping = {};
	struct notice notice = {
		.meanwhile = drop_table_meanwhile,
		.data = &dropping,
	};
	struct mapping m = mapping_prepare(test, FRAMES_PAGELESS, 1,
					   &(struct pfn_file){
						   .vm_flags = VM_MIXEDMAP,
						   .ops = {
							   .fault = insert_mixed,
							   .pfn_mkwrite = pfn_mkwrite,
						   },
						   .data = &notice,
					   });

	needs_mm_exports(test);
	needs_syscalls(test);
	m.us = user_space_create(test);
	dropping.us = m.us;
	dropping.start = user_table_boundary(test, m.us);
	m.addr = user_mmap_at(m.us, dropping.start, m.pf->file, PTRS_PER_PTE,
			      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, m.addr, dropping.start);

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, m.addr).none);
	expect_notices(test, &m, 1, 0);
}

static void replace_meanwhile(struct vm_fault *vmf, void *data)
{
	struct frame *other = data;

	zap_entry(vmf);
	vmf_insert_pfn(vmf->vma, vmf->address, other->pfn);
}

static void entry_replaced_meanwhile_stays_read_only(struct kunit *test)
{
	struct notice notice = { .meanwhile = replace_meanwhile };
	struct mapping m = map_pfnmap(test, &notice);
	struct pte_view pte;

	notice.data = &m.frames->frame[7];
	user_fault(m.us, mapping_page(&m, 2), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	pte = observe_pte(m.us, mapping_page(&m, 2));
	KUNIT_EXPECT_EQ(test, pte.pfn, m.frames->frame[7].pfn);
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.dirty);
	expect_frames_untouched(test, m.before);
}

/* Where a second thread writes, while the first one's write is notified. */
struct rival {
	struct user_space *us;
	unsigned long addr;
	vm_fault_t ret;
};

static int rival_fault(void *data)
{
	struct rival *rival = data;

	rival->ret = user_fault(rival->us, rival->addr, FAULT_FLAG_WRITE);
	return 0;
}

static void lose_meanwhile(struct vm_fault *vmf, void *data)
{
	cpu_thread_run(raw_smp_processor_id(), rival_fault, data);
}

static void of_two_writers_both_are_notified_and_one_upgrades(struct kunit *test)
{
	struct rival rival = { .ret = VM_FAULT_SIGSEGV };
	struct notice notice = { .meanwhile = lose_meanwhile, .data = &rival };
	struct mapping m = map_pfnmap(test, &notice);

	rival.us = m.us;
	rival.addr = mapping_page(&m, 2);
	user_fault(m.us, mapping_page(&m, 2), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, rival.ret, 0);
	expect_notices(test, &m, 2, 0);
	expect_writable(test, &m, 2);
	expect_raw_frame(test, &m, 2);
}

/* As file systems on persistent memory do: 'expected return is NOPAGE'. */
static void make_writable(struct vm_fault *vmf, void *data)
{
	struct frame *frame = &pfn_file_of(vmf)->frames->frame[vmf->pgoff];

	vmf_insert_mixed_mkwrite(vmf->vma, vmf->address,
				 compat_pfn(frame->pfn));
}

static void handler_may_make_the_entry_writable_itself(struct kunit *test)
{
	struct notice notice = {
		.meanwhile = make_writable,
		.ret = VM_FAULT_NOPAGE,
	};
	struct mapping m = map_raw(test, &raws[2], PROT_READ | PROT_WRITE,
				   &notice);

	user_fault(m.us, mapping_page(&m, 2), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	expect_writable(test, &m, 2);
	expect_raw_frame(test, &m, 2);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	expect_notices(test, &m, 1, 0);
}

/* Pages that mm counts. */
static struct mapping map_counted(struct kunit *test,
				  vm_fault_t (*fault)(struct vm_fault *vmf),
				  struct notice *notice)
{
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){
				      .vm_flags = VM_MIXEDMAP,
				      .ops = {
					      .fault = fault,
					      .pfn_mkwrite = pfn_mkwrite,
					      .page_mkwrite = page_mkwrite,
				      },
				      .data = notice,
			      });
}

static struct page *page_at(const struct mapping *m, unsigned int page)
{
	return pfn_to_page(m->frames->frame[page].pfn);
}

static void page_with_struct_page_is_for_page_mkwrite(struct kunit *test)
{
	struct notice notice = { .ret = VM_FAULT_LOCKED };
	struct mapping m = map_counted(test, insert_page, &notice);
	unsigned long word;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	expect_notices(test, &m, 0, 0);
	expect_read_only(test, &m, 2);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));

	expect_notices(test, &m, 0, 1);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m, 2)));
	expect_rss(test, m.us, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_frames_untouched(test, m.before);
}

static void page_mkwrite_is_told_what_is_to_be_written(struct kunit *test)
{
	struct notice notice = { .ret = VM_FAULT_LOCKED };
	struct mapping m = map_counted(test, insert_page, &notice);

	user_fault(m.us, mapping_page(&m, 6), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 6) + 8,
					 FAULT_FLAG_WRITE), 0);
	KUNIT_EXPECT_EQ(test, notice.flags & ~FAULT_FLAG_ORIG_PTE_VALID,
			FAULT_FLAG_WRITE | FAULT_FLAG_MKWRITE);
	KUNIT_EXPECT_EQ(test, notice.pgoff, 6);
	KUNIT_EXPECT_EQ(test, notice.address, mapping_page(&m, 6));
	KUNIT_EXPECT_PTR_EQ(test, notice.page, page_at(&m, 6));
	expect_writable(test, &m, 6);
}

static int drop_page(void *data)
{
	struct rival *rival = data;

	return user_madvise(rival->us, rival->addr, 1, MADV_DONTNEED);
}

static void drop_meanwhile(struct vm_fault *vmf, void *data)
{
	cpu_thread_run(raw_smp_processor_id(), drop_page, data);
}

static void page_unmapped_meanwhile_stays_away(struct kunit *test)
{
	struct rival rival = {};
	struct notice notice = {
		.ret = VM_FAULT_LOCKED,
		.meanwhile = drop_meanwhile,
		.data = &rival,
	};
	struct mapping m = map_counted(test, insert_page, &notice);

	needs_syscalls(test);
	rival.us = m.us;
	rival.addr = mapping_page(&m, 2);
	user_fault(m.us, mapping_page(&m, 2), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 2)).none);
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m, 2)));
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

static void page_mapped_meanwhile_is_not_mapped_twice(struct kunit *test)
{
	struct rival rival = { .ret = VM_FAULT_SIGSEGV };
	struct notice notice = {
		.ret = VM_FAULT_LOCKED,
		.meanwhile = lose_meanwhile,
		.data = &rival,
	};
	struct mapping m = map_counted(test, handler_fault_return, &notice);

	rival.us = m.us;
	rival.addr = mapping_page(&m, 2);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	EXPECT_VM_FAULT(test, rival.ret, 0);
	expect_writable(test, &m, 2);
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m, 2)));
	expect_rss(test, m.us, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_frames_untouched(test, m.before);
}

static struct mapping map_raw_param(struct kunit *test, struct notice *notice)
{
	return map_raw(test, test->param_value, PROT_READ | PROT_WRITE, notice);
}

/* Covers: vm_normal_page, __vm_normal_page */
static void entry_becomes_writable_with_the_first_notice(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = map_raw_param(test, &notice);

	user_fault(m.us, mapping_page(&m, 2), 0);
	user_fault(m.us, mapping_page(&m, 2), 0);
	expect_read_only(test, &m, 2);
	expect_notices(test, &m, 0, 0);

	user_make_old(m.us, mapping_page(&m, 2));
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	expect_writable(test, &m, 2);
	expect_raw_frame(test, &m, 2);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0), 0);
	expect_notices(test, &m, 1, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
}

/* The first fault maps for reading; the access comes back as a write to that. */
static void first_touch_by_a_write_is_notified_as_well(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = map_raw_param(test, &notice);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 5),
					 FAULT_FLAG_WRITE), VM_FAULT_NOPAGE);
	expect_read_only(test, &m, 5);
	expect_notices(test, &m, 0, 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 5),
					 FAULT_FLAG_WRITE), 0);
	expect_notices(test, &m, 1, 0);
	expect_writable(test, &m, 5);
}

static void pfn_mkwrite_is_told_what_is_to_be_written(struct kunit *test)
{
	struct notice notice = {};
	struct mapping m = map_raw_param(test, &notice);
	struct pte_view before;

	user_fault(m.us, mapping_page(&m, 6), 0);
	before = observe_pte(m.us, mapping_page(&m, 6));
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 6) + 8,
					 FAULT_FLAG_WRITE), 0);
	KUNIT_EXPECT_TRUE(test, notice.flags & FAULT_FLAG_WRITE);
	KUNIT_EXPECT_TRUE(test, notice.flags & FAULT_FLAG_MKWRITE);
	KUNIT_EXPECT_EQ(test, notice.pgoff, 6);
	KUNIT_EXPECT_EQ(test, notice.address, mapping_page(&m, 6));
	KUNIT_EXPECT_TRUE(test, pte_same(notice.orig_pte, before.pte));
	KUNIT_EXPECT_NULL(test, notice.page);
}

/*
 * A driver may map for reading what may be written. No copy: the same frame,
 * and nobody is asked.
 *
 * Covers: vmf_insert_pfn_prot, vm_normal_page
 */
static void read_only_entry_without_a_handler_is_just_upgraded(struct kunit *test)
{
	const struct raw *raw = test->param_value;
	struct mapping m = mapping_create(test, raw->kind, NR_PAGES, MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = raw->vm_flags,
						  .fault = insert_read_only,
					  });

	needs_mm_exports(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0),
			VM_FAULT_NOPAGE);
	expect_read_only(test, &m, 2);
	user_make_old(m.us, mapping_page(&m, 2));
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	expect_writable(test, &m, 2);
	expect_raw_frame(test, &m, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/* At mmap time; what protection the entries get is the driver's business. */
static int remap_for_reading(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
			       vma->vm_end - vma->vm_start,
			       vm_get_page_prot(VM_READ));
}

static const struct remap {
	const char *name;
	struct pfn_file how;
} remaps[] = {
	{ "by mmap", { .remap = true } },
	{ "by mmap for reading", { .map = remap_for_reading } },
	{ "by mmap_prepare", { .remap = true, .prepare = true } },
};

static void remap_name(const struct remap *remap, char *desc)
{
	strscpy(desc, remap->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(remap, remaps, remap_name);

/* 'Called when a previously read-only pte is about to become writeable'. */
static void remapped_frame_is_notified_if_its_entry_was_read_only(struct kunit *test)
{
	const struct remap *remap = test->param_value;
	struct pfn_file how = remap->how;
	struct notice notice = {};
	struct mapping m;
	bool writable;

	needs_mm_exports(test);
	if (how.prepare)
		needs_mmap_prepare(test);
	how.ops.pfn_mkwrite = pfn_mkwrite;
	how.data = &notice;
	m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED, &how);
	writable = observe_pte(m.us, mapping_page(&m, 2)).write;

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	expect_notices(test, &m, writable ? 0 : 1, 0);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 2)).write);
	expect_raw_frame(test, &m, 2);
}

/**
 * struct result - what a handler answers
 * @name: that, in words
 * @ret: its return value
 * @seen: what the caller of handle_mm_fault() sees
 * @writable: the entry is then writable
 * @access_fails: an access by exception then fails on every architecture
 */
struct result {
	const char *name;
	vm_fault_t ret;
	vm_fault_t seen;
	bool writable;
	bool access_fails;
};

static void result_name(const struct result *result, char *desc)
{
	strscpy(desc, result->name, KUNIT_PARAM_DESC_SIZE);
}

/* 'Make the pte read-write, unless pfn_mkwrite returns an error', or NOPAGE. */
static const struct result pfn_results[] = {
	{ "0", 0, 0, true },
	{ "LOCKED", VM_FAULT_LOCKED, 0, true },
	{ "RETRY", VM_FAULT_RETRY, 0, true },
	{ "NOPAGE", VM_FAULT_NOPAGE, VM_FAULT_NOPAGE },
	{ "SIGBUS", VM_FAULT_SIGBUS, VM_FAULT_SIGBUS, false, true },
	{ "SIGSEGV", VM_FAULT_SIGSEGV, VM_FAULT_SIGSEGV, false, true },
	{ "OOM", VM_FAULT_OOM, VM_FAULT_OOM },
	{ "HWPOISON", VM_FAULT_HWPOISON, VM_FAULT_HWPOISON },
};

KUNIT_ARRAY_PARAM(pfn_result, pfn_results, result_name);

static void result_of_pfn_mkwrite_decides(struct kunit *test)
{
	const struct result *result = test->param_value;
	struct notice notice = { .ret = result->ret };
	struct mapping m = map_pfnmap(test, &notice);

	user_fault(m.us, mapping_page(&m, 2), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), result->seen);
	if (result->writable)
		expect_writable(test, &m, 2);
	else
		expect_read_only(test, &m, 2);
	if (result->access_fails)
		KUNIT_EXPECT_EQ(test, user_write(m.us, mapping_page(&m, 2), 1),
				-EFAULT);
	expect_frames_intact(test, &m);
	expect_raw_frame(test, &m, 2);

	/* A refusal is not for ever. */
	notice.ret = 0;
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), 0);
	expect_writable(test, &m, 2);
}

/*
 * Returned with the page locked, it is made writable; 'truncated', here a page
 * that is of no file, or an error: not.
 */
static const struct result page_results[] = {
	{ "LOCKED", VM_FAULT_LOCKED, 0, true },
	{ "0 and truncated", 0, 0 },
	{ "NOPAGE", VM_FAULT_NOPAGE, VM_FAULT_NOPAGE },
	{ "SIGBUS", VM_FAULT_SIGBUS, VM_FAULT_SIGBUS, false, true },
	{ "SIGSEGV", VM_FAULT_SIGSEGV, VM_FAULT_SIGSEGV, false, true },
	{ "OOM", VM_FAULT_OOM, VM_FAULT_OOM },
	{ "HWPOISON", VM_FAULT_HWPOISON, VM_FAULT_HWPOISON },
};

KUNIT_ARRAY_PARAM(page_result, page_results, result_name);

static void result_of_page_mkwrite_decides_after_a_read(struct kunit *test)
{
	const struct result *result = test->param_value;
	struct notice notice = { .ret = result->ret };
	struct mapping m = map_counted(test, handler_fault_return, &notice);

	user_fault(m.us, mapping_page(&m, 2), 0);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), result->seen);
	if (result->writable)
		expect_writable(test, &m, 2);
	else
		expect_read_only(test, &m, 2);
	if (result->access_fails)
		KUNIT_EXPECT_EQ(test, user_write(m.us, mapping_page(&m, 2), 1),
				-EFAULT);
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m, 2)));
	expect_rss(test, m.us, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

static void result_of_page_mkwrite_decides_at_first_touch(struct kunit *test)
{
	const struct result *result = test->param_value;
	struct notice notice = { .ret = result->ret };
	struct mapping m = map_counted(test, handler_fault_return, &notice);

	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2),
					 FAULT_FLAG_WRITE), result->seen);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES),
			result->writable);
	if (result->writable)
		expect_writable(test, &m, 2);
	if (result->access_fails)
		KUNIT_EXPECT_EQ(test, user_write(m.us, mapping_page(&m, 2), 1),
				-EFAULT);
	KUNIT_EXPECT_FALSE(test, PageLocked(page_at(&m, 2)));
	expect_rss(test, m.us, result->writable, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

static struct kunit_case mm_pfnmap_mkwrite_cases[] = {
	KUNIT_CASE(notified_write_is_done_with_one_fault),
	KUNIT_CASE(write_that_nobody_asks_about_is_done_with_one_fault),
	KUNIT_CASE(writes_reach_the_frame_after_one_notice_per_page),
	KUNIT_CASE(without_any_handler_the_first_write_is_in_place),
	KUNIT_CASE(without_a_handler_a_fresh_entry_is_writable),
	KUNIT_CASE(mapping_for_reading_is_never_notified),
	KUNIT_CASE(private_mapping_is_never_notified),
	KUNIT_CASE(page_mkwrite_alone_is_not_asked_for_a_raw_frame),
	KUNIT_CASE(pfn_mkwrite_alone_is_asked_for_a_raw_frame),
	KUNIT_CASE(mprotect_to_writable_does_not_stand_in_for_the_notice),
	KUNIT_CASE(entry_zapped_meanwhile_stays_away),
	KUNIT_CASE(entry_dropped_with_its_table_stays_away),
	KUNIT_CASE(entry_replaced_meanwhile_stays_read_only),
	KUNIT_CASE(of_two_writers_both_are_notified_and_one_upgrades),
	KUNIT_CASE(handler_may_make_the_entry_writable_itself),
	KUNIT_CASE(page_with_struct_page_is_for_page_mkwrite),
	KUNIT_CASE(page_mkwrite_is_told_what_is_to_be_written),
	KUNIT_CASE(page_unmapped_meanwhile_stays_away),
	KUNIT_CASE(page_mapped_meanwhile_is_not_mapped_twice),
	KUNIT_CASE_PARAM(entry_becomes_writable_with_the_first_notice,
			 raw_gen_params),
	KUNIT_CASE_PARAM(first_touch_by_a_write_is_notified_as_well,
			 raw_gen_params),
	KUNIT_CASE_PARAM(pfn_mkwrite_is_told_what_is_to_be_written,
			 raw_gen_params),
	KUNIT_CASE_PARAM(read_only_entry_without_a_handler_is_just_upgraded,
			 raw_gen_params),
	KUNIT_CASE_PARAM(remapped_frame_is_notified_if_its_entry_was_read_only,
			 remap_gen_params),
	KUNIT_CASE_PARAM(result_of_pfn_mkwrite_decides, pfn_result_gen_params),
	KUNIT_CASE_PARAM(result_of_page_mkwrite_decides_after_a_read,
			 page_result_gen_params),
	KUNIT_CASE_PARAM(result_of_page_mkwrite_decides_at_first_touch,
			 page_result_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_mkwrite_suite = {
	.name = "mm_pfnmap_mkwrite",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_mkwrite_cases,
};

kunit_test_suite(mm_pfnmap_mkwrite_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: write notification for raw-PFN mappings");
MODULE_LICENSE("GPL");
