// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of frames mapped at once: remap_pfn_range() and all that is built on
 * it, from f_op->mmap and from f_op->mmap_prepare.
 *
 * See the kernel-doc of remap_pfn_range(), vm_iomap_memory() and mmap_action_*(),
 * and the comments on VM_PFNMAP and in remap_pfn_range(). Private mappings have
 * a suite of their own, mm_pfnmap_cow.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

/*
 * struct remap_way - a function that maps frames 0 and on, over a whole vma
 * @name: the name of the parameter
 * @map: called by f_op->mmap
 * @act: called by f_op->mmap_prepare, in place of @map
 * @by_offset: the first frame is the one at the vma's vm_pgoff
 */
struct remap_way {
	const char *name;
	int (*map)(struct pfn_file *pf, struct vm_area_struct *vma);
	void (*act)(struct pfn_file *pf, struct vm_area_desc *desc);
	bool by_offset;
};

static unsigned long first_pfn(const struct pfn_file *pf)
{
	return pf->frames->frame[0].pfn;
}

static unsigned long nr_bytes(const struct pfn_file *pf)
{
	return pf->frames->nr * PAGE_SIZE;
}

static int by_remap(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return remap_pfn_range(vma, vma->vm_start, first_pfn(pf),
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

static int by_io_remap(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return io_remap_pfn_range(vma, vma->vm_start, first_pfn(pf),
				  vma->vm_end - vma->vm_start,
				  vma->vm_page_prot);
}

static int by_iomap(struct pfn_file *pf, struct vm_area_struct *vma)
{
	return vm_iomap_memory(vma, PFN_PHYS(first_pfn(pf)), nr_bytes(pf));
}

static void act_remap(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_remap(desc, 0, first_pfn(pf), nr_bytes(pf));
}

static void act_remap_full(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_remap_full(desc, first_pfn(pf));
}

static void act_ioremap(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_ioremap(desc, 0, first_pfn(pf), nr_bytes(pf));
}

static void act_ioremap_full(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_ioremap_full(desc, first_pfn(pf));
}

static void act_simple_ioremap(struct pfn_file *pf, struct vm_area_desc *desc)
{
	compat_action_simple_ioremap(desc, PFN_PHYS(first_pfn(pf)),
				     nr_bytes(pf));
}

static const struct remap_way mmap_ways[] = {
	{ "remap_pfn_range", .map = by_remap },
	{ "io_remap_pfn_range", .map = by_io_remap },
	{ "vm_iomap_memory", .map = by_iomap, .by_offset = true },
};

static const struct remap_way ways[] = {
	{ "remap_pfn_range", .map = by_remap },
	{ "io_remap_pfn_range", .map = by_io_remap },
	{ "vm_iomap_memory", .map = by_iomap, .by_offset = true },
	{ "mmap_action_remap", .act = act_remap },
	{ "mmap_action_remap_full", .act = act_remap_full },
	{ "mmap_action_ioremap", .act = act_ioremap },
	{ "mmap_action_ioremap_full", .act = act_ioremap_full },
	{ "mmap_action_simple_ioremap", .act = act_simple_ioremap,
	  .by_offset = true },
};

static void way_name(const struct remap_way *way, char *desc)
{
	strscpy(desc, way->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(way, ways, way_name);
KUNIT_ARRAY_PARAM(mmap_way, mmap_ways, way_name);

/* A file that maps its frames that way; not mapped yet. */
static struct mapping open_way(struct kunit *test, const struct remap_way *way,
			       enum frames_kind kind, unsigned int nr_frames)
{
	struct mapping m = {};

	if (way->act)
		needs_mmap_prepare(test);
	m.frames = frames_alloc(test, kind, nr_frames, NUMA_NO_NODE);
	m.before = observe_frames(test, m.frames);
	m.pf = pfn_file_open(test, &(struct pfn_file){
		.frames = m.frames,
		.map = way->map,
		.act = way->act,
		.prepare = way->act,
	});
	m.us = user_space_create(test);
	return m;
}

static unsigned long map_way(struct mapping *m, unsigned long map_flags)
{
	m->addr = user_mmap(m->us, m->pf->file, m->frames->nr,
			    PROT_READ | PROT_WRITE, map_flags, 0);
	return m->addr;
}

/*
 * A range may end one table at each level, and begin the next.
 *
 * Covers: remap_pte_range(pte_mkspecial)
 */
static void every_page_is_its_frame_across_page_tables(struct kunit *test)
{
	struct mapping m = open_way(test, test->param_value, FRAMES_PAGELESS,
				    NR_PAGES);
	unsigned long size[] = { PMD_SIZE, PUD_SIZE, P4D_SIZE, PGDIR_SIZE };
	unsigned int i, page;

	needs_mm_exports(test);
	for (i = 0; i < ARRAY_SIZE(size); i++) {
		unsigned long at = 2 * size[i] - NR_PAGES / 2 * PAGE_SIZE;

		/* Smaller address spaces have one table of the higher levels. */
		if (size[i] > m.us->mm->task_size / 4)
			break;
		m.addr = user_mmap_at(m.us, at, m.pf->file, NR_PAGES,
				      PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_FIXED, 0);
		KUNIT_ASSERT_EQ_MSG(test, m.addr, at, "boundary %u", i);
		for (page = 0; page < NR_PAGES; page++)
			expect_raw_frame(test, &m, page);
	}
	KUNIT_EXPECT_GT(test, i, 0);
	expect_rss(test, m.us, 0, 0);
}

static void contents_are_read_and_written_in_place(struct kunit *test)
{
	struct mapping m = open_way(test, test->param_value, FRAMES_CONTIGUOUS,
				    NR_PAGES);
	unsigned long word = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(map_way(&m, MAP_SHARED)));
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[2].pfn, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 5), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[5]), 4711);
}

/*
 * Frames with a struct page are raw, too; nothing is counted at any time.
 *
 * Covers: remap_pte_range(pte_mkspecial)
 */
static void frames_with_struct_page_are_not_counted(struct kunit *test)
{
	struct mapping m = open_way(test, test->param_value, FRAMES_CONTIGUOUS,
				    NR_PAGES);
	unsigned int page;

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(map_way(&m, MAP_SHARED)));
	for (page = 0; page < NR_PAGES; page++)
		expect_raw_frame(test, &m, page);
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
	expect_frames_untouched(test, m.before);
	expect_rss(test, m.us, 0, 0);
}

/*
 * 'Physically remapped pages are special. Tell the rest of the world about it'
 *
 * Covers: remap_pfn_range_prepare, remap_pfn_range_prepare_vma,
 * VMA_REMAP_FLAGS, remap_pfn_range_internal(VM_PFNMAP)
 */
static void vma_gets_the_flags_that_keep_others_off(struct kunit *test)
{
	struct mapping m = open_way(test, test->param_value, FRAMES_CONTIGUOUS,
				    NR_PAGES);
	unsigned long want = VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;
	struct vma_view vma;

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(map_way(&m, MAP_SHARED)));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.flags & (want | VM_MIXEDMAP), want);
	KUNIT_EXPECT_EQ(test, vma.start, m.addr);
	KUNIT_EXPECT_EQ(test, vma.end, mapping_page(&m, NR_PAGES));
}

/* Only where copies have to be told from frames; see vm_normal_page(). */
static void pgoff_is_the_first_pfn_if_private_and_stays_if_shared(struct kunit *test)
{
	const struct remap_way *way = test->param_value;
	struct mapping m = open_way(test, way, FRAMES_CONTIGUOUS, NR_PAGES);
	unsigned int pgoff = 3, first = way->by_offset ? pgoff : 0;
	unsigned int nr = NR_PAGES - pgoff;
	struct vma_view vma;

	/* These two map all frames, or nothing. */
	if (way->act == act_remap || way->act == act_ioremap) {
		nr = NR_PAGES;
		first = 0;
	}
	m.addr = user_mmap(m.us, m.pf->file, nr, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE, pgoff);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, m.frames->frame[first].pfn);
	KUNIT_EXPECT_EQ(test, m.frames->frame[first].pfn,
			observe_pte(m.us, m.addr).pfn);

	m.addr = user_mmap(m.us, m.pf->file, nr, PROT_READ | PROT_WRITE,
			   MAP_SHARED, pgoff);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.pgoff, pgoff);
	KUNIT_EXPECT_EQ(test, m.frames->frame[first].pfn,
			observe_pte(m.us, m.addr).pfn);
}

/* In the middle of as many page tables as the machine has for a program. */
static unsigned long between_tables(const struct user_space *us)
{
	unsigned long size = PUD_SIZE;

	if (size > us->mm->task_size / 4)
		size = PMD_SIZE;
	return 2 * size;
}

/*
 * More than one page table on either side, of which the last, or the first,
 * maps a single page:
 *
 *	page     0 | 1 ... PTRS_PER_PTE | ...   2 * PTRS_PER_PTE | the last
 *
 * Nothing is read or written: this is about the entries alone.
 *
 * Covers: remap_pfn_range, remap_pte_range(pte_mkspecial)
 */
static void long_range_is_mapped_whole_and_in_order(struct kunit *test)
{
	unsigned int page, nr = 2 * PTRS_PER_PTE + 2;
	struct mapping m = mapping_prepare(test, FRAMES_NOWHERE, nr,
					   &(struct pfn_file){ .map = by_remap });
	unsigned long at;

	m.us = user_space_create(test);
	at = between_tables(m.us) - nr / 2 * PAGE_SIZE;
	m.addr = user_mmap_at(m.us, at, m.pf->file, nr, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, m.addr, at);
	for (page = 0; page < nr; page++)
		KUNIT_ASSERT_EQ_MSG(test, m.frames->frame[page].pfn,
				    observe_pte(m.us, mapping_page(&m, page)).pfn,
				    "page %u", page);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, at - PAGE_SIZE).none);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, nr)).none);
}

/*
 * By these the frames are known from their copies; see vm_normal_page().
 *
 * Covers: remap_pfn_range, VMA_REMAP_FLAGS
 */
static void private_remap_leaves_its_first_pfn_in_the_vma(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_PRIVATE,
					  &(struct pfn_file){ .map = by_remap });
	struct vma_view vma;

	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_TRUE(test, vma.flags & VM_PFNMAP);
	KUNIT_EXPECT_EQ(test, vma.pgoff, m.frames->frame[0].pfn);
	KUNIT_EXPECT_EQ(test, m.frames->frame[NR_PAGES - 1].pfn,
			observe_pte(m.us, mapping_page(&m, NR_PAGES - 1)).pfn);
}

/* A vma that has something to close is never merged. */
static const struct vm_operations_struct nothing_to_close;

/* Two mappings of a file, side by side, as one would have been. */
static int nr_vmas_side_by_side(struct kunit *test, struct mapping *m)
{
	unsigned long second;

	m->pf->vm_ops = &nothing_to_close;
	m->addr = user_mmap(m->us, m->pf->file, 2 * NR_PAGES,
			    PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m->addr));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m->us, m->addr, 2 * NR_PAGES));

	m->addr = user_mmap_at(m->us, m->addr, m->pf->file, NR_PAGES,
			       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			       0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m->addr));
	second = mapping_page(m, NR_PAGES);
	KUNIT_ASSERT_EQ(test, second,
			user_mmap_at(m->us, second, m->pf->file, NR_PAGES,
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_FIXED, NR_PAGES));
	return m->us->mm->map_count;
}

/*
 * With one vm_pgoff for both, a merged vma would lose where each began.
 *
 * Covers: vma_merge_new_range
 */
static void neighbours_are_not_merged(struct kunit *test)
{
	struct mapping m = open_way(test, test->param_value, FRAMES_CONTIGUOUS,
				    2 * NR_PAGES);
	struct vma_view vma;

	/* Those two map all frames, or nothing. */
	if (m.pf->act == act_remap)
		m.pf->act = act_remap_full;
	else if (m.pf->act == act_ioremap)
		m.pf->act = act_ioremap_full;
	KUNIT_EXPECT_EQ(test, nr_vmas_side_by_side(test, &m), 2);
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.end - vma.start, NR_PAGES * PAGE_SIZE);
}

/* Not because of the test: without a remap they are one vma. */
static void neighbours_without_a_remap_are_merged(struct kunit *test)
{
	struct mapping m = open_way(test, &(struct remap_way){},
				    FRAMES_CONTIGUOUS, 2 * NR_PAGES);

	KUNIT_EXPECT_EQ(test, nr_vmas_side_by_side(test, &m), 1);
}

/*
 * struct attempt - a call of remap_pfn_range(), whatever comes of it
 * @at: where, in bytes from the start of the vma
 * @frame: first frame
 * @size: bytes
 * @ret: what it returned
 */
struct attempt {
	unsigned long at;
	unsigned int frame;
	unsigned long size;
	int ret;
};

/* At most two; the vma lives on whatever becomes of them, to be looked at. */
static int map_attempts(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct attempt *it = pf->data;

	for (; it->size; it++)
		it->ret = remap_pfn_range(vma, vma->vm_start + it->at,
					  pf->frames->frame[it->frame].pfn,
					  it->size, vma->vm_page_prot);
	return 0;
}

static struct mapping map_by_attempts(struct kunit *test,
				      struct attempt *attempts)
{
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){
				      .map = map_attempts,
				      .data = attempts,
			      });
}

/* See 0c4123e3fb82: the walk would have no end. */
static void unaligned_address_is_refused_with_a_warning(struct kunit *test)
{
	struct attempt attempts[] = {
		{ .at = 1, .frame = 0, .size = PAGE_SIZE }, {},
	};
	struct mapping m;

	EXPECT_WARNINGS(test, 1)
		m = map_by_attempts(test, attempts);
	KUNIT_EXPECT_EQ(test, attempts[0].ret, -EINVAL);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
	expect_frames_untouched(test, m.before);
}

/* What was there before belongs to somebody. */
static void refused_address_leaves_earlier_pages_alone(struct kunit *test)
{
	struct attempt attempts[] = {
		{ .at = 0, .frame = 0, .size = PAGE_SIZE },
		{ .at = 1, .frame = 1, .size = PAGE_SIZE }, {},
	};
	struct mapping m;

	EXPECT_WARNINGS(test, 1)
		m = map_by_attempts(test, attempts);
	KUNIT_EXPECT_EQ(test, attempts[0].ret, 0);
	KUNIT_EXPECT_EQ(test, attempts[1].ret, -EINVAL);
	known_issue(test, observe_pte(m.us, m.addr).none,
		    "remap_pfn_range() of an unaligned address unmaps the page that is there");
	expect_raw_frame(test, &m, 0);
}

/* 'size of mapping area', of which a page cannot map a part. */
static void size_is_rounded_up_to_whole_pages(struct kunit *test)
{
	struct attempt attempts[] = {
		{ .at = 0, .frame = 0, .size = 1 },
		{ .at = 2 * PAGE_SIZE, .frame = 2, .size = PAGE_SIZE + 1 },
		{ .at = 5 * PAGE_SIZE, .frame = 5, .size = 3 * PAGE_SIZE - 1 },
		{},
	};
	struct mapping m = map_by_attempts(test, attempts);
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++)
		if (page == 1 || page == 4)
			KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, page)).none);
		else
			expect_raw_frame(test, &m, page);
}

/* A shared mapping may be of several parts, in any order, of any frames. */
static void parts_are_mapped_each_to_its_own_frames(struct kunit *test)
{
	struct attempt attempts[] = {
		{ .at = 4 * PAGE_SIZE, .frame = 0, .size = 2 * PAGE_SIZE },
		{ .at = 0, .frame = 6, .size = 2 * PAGE_SIZE },
		{},
	};
	struct mapping m = map_by_attempts(test, attempts);
	unsigned int i;

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, m.frames->frame[i].pfn,
				observe_pte(m.us, mapping_page(&m, 4 + i)).pfn);
		KUNIT_EXPECT_EQ(test, m.frames->frame[6 + i].pfn,
				observe_pte(m.us, mapping_page(&m, i)).pfn);
	}
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 4);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/*
 * struct iomap - an area of physical memory, and a mapping into it
 * @name: the name of the parameter
 * @start: start of the area: bytes from the first frame
 * @len: its length in bytes
 * @pgoff: offset of the mapping, in pages
 * @vma_pages: length of the mapping
 * @ret: what mmap has to return
 * @frame: the first frame mapped
 */
static const struct iomap {
	const char *name;
	phys_addr_t start;
	unsigned long len;
	unsigned long pgoff;
	unsigned long vma_pages;
	int ret;
	unsigned int frame;
} iomaps[] = {
	{ "all of it", 0, 4 * PAGE_SIZE, 0, 4, 0, 0 },
	{ "its first page", 0, 4 * PAGE_SIZE, 0, 1, 0, 0 },
	{ "its middle", 0, 4 * PAGE_SIZE, 1, 2, 0, 1 },
	{ "its last page", 0, 4 * PAGE_SIZE, 3, 1, 0, 3 },
	{ "from another frame", 2 * PAGE_SIZE, 4 * PAGE_SIZE, 1, 3, 0, 3 },
	{ "one page too many", 0, 4 * PAGE_SIZE, 0, 5, -EINVAL },
	{ "one page too many at its end", 0, 4 * PAGE_SIZE, 3, 2, -EINVAL },
	{ "just behind it", 0, 4 * PAGE_SIZE, 4, 1, -EINVAL },
	{ "a page behind it", 0, 4 * PAGE_SIZE, 5, 1, -EINVAL },
	{ "far behind it", 0, 4 * PAGE_SIZE, ULONG_MAX >> PAGE_SHIFT, 1,
	  -EINVAL },
	{ "far behind it, so that it would end in it", 0, 4 * PAGE_SIZE,
	  (ULONG_MAX >> PAGE_SHIFT) - 3, 4, -EINVAL },
	{ "empty", 0, 0, 0, 1, -EINVAL },
	{ "a byte more than a page", 0, PAGE_SIZE + 1, 0, 2, 0, 0 },
	{ "a byte more than a page, third", 0, PAGE_SIZE + 1, 2, 1, -EINVAL },
	{ "a byte less than two pages", 0, 2 * PAGE_SIZE - 1, 1, 1, 0, 1 },
	{ "a single byte", 0, 1, 0, 1, 0, 0 },
	{ "a single byte, second page", 0, 1, 0, 2, -EINVAL },
	{ "unaligned start", 1, PAGE_SIZE, 0, 2, 0, 0 },
	{ "unaligned start, third page", 1, PAGE_SIZE, 0, 3, -EINVAL },
	{ "unaligned within a page", 1, PAGE_SIZE - 1, 0, 1, 0, 0 },
	{ "unaligned within a page, second", 1, PAGE_SIZE - 1, 0, 2, -EINVAL },
	{ "last byte of a page and first of the next", PAGE_SIZE - 1, 2, 0, 2,
	  0, 0 },
	{ "end wraps around", 0, ULONG_MAX, 0, 1, -EINVAL },
	{ "end wraps around by whole pages", 0, -2 * PAGE_SIZE, 0, 1, -EINVAL },
};

static void iomap_name(const struct iomap *iomap, char *desc)
{
	strscpy(desc, iomap->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(iomap, iomaps, iomap_name);

static phys_addr_t iomap_start(const struct pfn_file *pf)
{
	const struct iomap *iomap = pf->data;

	return PFN_PHYS(first_pfn(pf)) + iomap->start;
}

static int map_iomap(struct pfn_file *pf, struct vm_area_struct *vma)
{
	const struct iomap *iomap = pf->data;

	return vm_iomap_memory(vma, iomap_start(pf), iomap->len);
}

static void act_iomap(struct pfn_file *pf, struct vm_area_desc *desc)
{
	const struct iomap *iomap = pf->data;

	compat_action_simple_ioremap(desc, iomap_start(pf), iomap->len);
}

/* What is refused is refused quietly. */
static void map_iomapped(struct kunit *test, struct mapping *m)
{
	const struct iomap *iomap = test->param_value;

	m->addr = user_mmap(m->us, m->pf->file, iomap->vma_pages,
			    PROT_READ | PROT_WRITE, MAP_SHARED, iomap->pgoff);
}

static void expect_iomap(struct kunit *test, struct pfn_file how)
{
	const struct iomap *iomap = test->param_value;
	struct mapping m = {
		.frames = frames_alloc(test, FRAMES_PAGELESS, NR_PAGES,
				       NUMA_NO_NODE),
	};
	unsigned int i;

	how.frames = m.frames;
	how.data = (void *)iomap;
	m.pf = pfn_file_open(test, &how);
	m.us = user_space_create(test);
	if (how.act)
		EXPECT_WARNINGS(test, 0)
			map_iomapped(test, &m);
	else
		map_iomapped(test, &m);

	if (iomap->ret) {
		KUNIT_EXPECT_EQ(test, (long)m.addr, iomap->ret);
		KUNIT_EXPECT_EQ(test, m.us->mm->map_count, 0);
		return;
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	for (i = 0; i < iomap->vma_pages; i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    observe_pte(m.us, mapping_page(&m, i)).pfn,
				    m.frames->frame[iomap->frame + i].pfn,
				    "page %u", i);
}

/* Nothing outside the area's pages may ever be mapped. */
static void vm_iomap_memory_stays_in_its_area(struct kunit *test)
{
	expect_iomap(test, (struct pfn_file){ .map = map_iomap });
}

static void simple_ioremap_stays_in_its_area(struct kunit *test)
{
	needs_mmap_prepare(test);
	expect_iomap(test, (struct pfn_file){
		.prepare = true,
		.act = act_iomap,
	});
}

/*
 * struct part - what a driver's mmap_prepare asks for, and gets
 * @name: the name of the parameter
 * @map_flags: MAP_*
 * @page: first page to map
 * @nr: how many
 * @warnings: that the kernel has to give
 * @ret: what mmap has to return
 */
static const struct part {
	const char *name;
	unsigned long map_flags;
	unsigned long page;
	unsigned long nr;
	unsigned int warnings;
	int ret;
} parts[] = {
	{ "shared, the head", MAP_SHARED, 0, 3, 0, 0 },
	{ "shared, the middle", MAP_SHARED, 2, 3, 0, 0 },
	{ "shared, the tail", MAP_SHARED, NR_PAGES - 1, 1, 0, 0 },
	{ "private, the head", MAP_PRIVATE, 0, 3, 0, -EINVAL },
	{ "private, the middle", MAP_PRIVATE, 2, 3, 0, -EINVAL },
	{ "private, the tail", MAP_PRIVATE, 1, NR_PAGES - 1, 0, -EINVAL },
	{ "one more at the end", MAP_SHARED, 0, NR_PAGES + 1, 1, -EFAULT },
	{ "behind the end", MAP_SHARED, NR_PAGES, 1, 2, -EFAULT },
	{ "below the start", MAP_SHARED, -1UL, 2, 1, -EFAULT },
};

static void part_name(const struct part *part, char *desc)
{
	strscpy(desc, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, parts, part_name);

static void act_part(struct pfn_file *pf, struct vm_area_desc *desc)
{
	const struct part *part = pf->data;

	compat_action_remap(desc, part->page, first_pfn(pf),
			    part->nr * PAGE_SIZE);
}

static void act_io_part(struct pfn_file *pf, struct vm_area_desc *desc)
{
	const struct part *part = pf->data;

	compat_action_ioremap(desc, part->page, first_pfn(pf),
			      part->nr * PAGE_SIZE);
}

static void expect_part(struct kunit *test,
			void (*act)(struct pfn_file *pf,
				    struct vm_area_desc *desc))
{
	const struct part *part = test->param_value;
	struct mapping m = open_way(test, &(struct remap_way){ .act = act },
				    FRAMES_CONTIGUOUS, NR_PAGES);
	unsigned int i;

	m.pf->data = (void *)part;
	if (part->warnings)
		EXPECT_WARNINGS(test, part->warnings)
			map_way(&m, part->map_flags);
	else
		map_way(&m, part->map_flags);

	if (part->ret) {
		KUNIT_EXPECT_EQ(test, (long)m.addr, part->ret);
		KUNIT_EXPECT_EQ(test, m.us->mm->map_count, 0);
		return;
	}
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	KUNIT_EXPECT_EQ(test, part->nr,
			observe_nr_ptes(m.us, m.addr, NR_PAGES));
	for (i = 0; i < part->nr; i++)
		KUNIT_EXPECT_EQ(test, m.frames->frame[i].pfn,
				observe_pte(m.us, mapping_page(&m, part->page + i)).pfn);
}

/* '[start, start + size) must be within the VMA', and all of it if private. */
static void prepared_remap_is_of_a_part_that_is_there(struct kunit *test)
{
	expect_part(test, act_part);
}

static void prepared_ioremap_is_of_a_part_that_is_there(struct kunit *test)
{
	expect_part(test, act_io_part);
}

/*
 * struct shortage - a remap for which there is no memory
 * @way: which remap
 * @nth: which allocation fails
 * @failed: there was such an allocation
 * @ret: what the remap returned
 * @left: entries that it left behind when it failed
 * @again: what it returned once there was memory
 */
struct shortage {
	const struct remap_way *way;
	unsigned int nth;
	bool failed;
	int ret;
	unsigned int left;
	int again;
};

/* No second attempt over a present entry: the kernel would BUG. */
static int map_short_of_memory(struct pfn_file *pf, struct vm_area_struct *vma)
{
	struct shortage *it = pf->data;

	failures_arm(it->nth);
	it->ret = it->way->map(pf, vma);
	it->failed = failures_disarm();
	it->left = it->ret ? observe_nr_ptes_locked(vma) : 0;
	if (it->left)
		return -EBUSY;
	it->again = it->ret ? it->way->map(pf, vma) : 0;
	return it->again;
}

/* In the middle of all tables that a 64-bit kernel may have. */
static unsigned long across_all_tables(const struct user_space *us)
{
	unsigned long size = PGDIR_SIZE;

	if (size > us->mm->task_size / 4)
		size = PUD_SIZE;
	if (size > us->mm->task_size / 4)
		size = PMD_SIZE;
	return 2 * size - NR_PAGES / 2 * PAGE_SIZE;
}

static void failing_remaps_begin(struct kunit *test)
{
	if (COMPAT_FAILED_REMAP_WARNS)
		warnings_begin(test, 1);
}

static void failing_remaps_end(struct kunit *test)
{
	bool passed = READ_ONCE(test->status) == KUNIT_SUCCESS;

	known_issue(test, COMPAT_FAILED_REMAP_WARNS && passed,
		    "x86 warns when a remap fails before its first page, until 6.16");
}

/*
 * 'A partial pfn range mapping is dangerous [...] So zap it early.' A second
 * attempt finds everything as the first one did.
 */
static void remap_without_memory_can_be_tried_again(struct kunit *test)
{
	const struct remap_way *way = test->param_value;
	struct shortage it = { .way = way, .failed = true };
	unsigned int page, nr_failed = 0;
	struct mapping m;

	needs_failures(test);
	needs_whole_page_tables(test);
	m = open_way(test, way, FRAMES_CONTIGUOUS, NR_PAGES);
	m.pf->map = map_short_of_memory;
	m.pf->data = &it;
	failing_remaps_begin(test);
	for (it.nth = 1; it.failed; it.nth++) {
		m.addr = user_mmap_at(m.us, across_all_tables(m.us), m.pf->file,
				      NR_PAGES, PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_FIXED, 0);
		KUNIT_ASSERT_EQ(test, it.left, 0);
		KUNIT_ASSERT_EQ(test, it.again, 0);
		/* No error where it is but a larger slab that is refused. */
		if (it.ret) {
			KUNIT_EXPECT_TRUE(test, it.failed);
			KUNIT_EXPECT_EQ(test, it.ret, -ENOMEM);
			nr_failed++;
		}
		for (page = 0; page < NR_PAGES; page++)
			expect_raw_frame(test, &m, page);
		KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
		expect_frames_untouched(test, m.before);
	}
	/* At least both page tables. */
	KUNIT_EXPECT_GE(test, nr_failed, 2);
	failing_remaps_end(test);
}

/* Whatever mmap had no memory for, nothing of the mapping is left. */
static void mmap_without_memory_leaves_nothing(struct kunit *test)
{
	struct mapping m = open_way(test, test->param_value, FRAMES_CONTIGUOUS,
				    NR_PAGES);
	unsigned int nth, nr_failed = 0;
	bool failed = true;

	needs_failures(test);
	failing_remaps_begin(test);
	for (nth = 1; failed; nth++) {
		unsigned long at = across_all_tables(m.us);

		failures_arm(nth);
		m.addr = user_mmap_at(m.us, at, m.pf->file, NR_PAGES,
				      PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_FIXED, 0);
		failed = failures_disarm();
		if (IS_ERR_VALUE(m.addr)) {
			KUNIT_EXPECT_TRUE(test, failed);
			KUNIT_EXPECT_EQ_MSG(test, (long)m.addr, -ENOMEM,
					    "allocation %u", nth);
			KUNIT_EXPECT_EQ(test, m.us->mm->map_count, 0);
			KUNIT_EXPECT_EQ(test, 0,
					observe_nr_ptes(m.us, at, NR_PAGES));
			nr_failed++;
			continue;
		}
		KUNIT_EXPECT_EQ(test, NR_PAGES,
				observe_nr_ptes(m.us, m.addr, NR_PAGES));
		KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	}
	KUNIT_EXPECT_GE(test, nr_failed, 2);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
	failing_remaps_end(test);
}

static struct kunit_case mm_pfnmap_remap_cases[] = {
	KUNIT_CASE(long_range_is_mapped_whole_and_in_order),
	KUNIT_CASE(private_remap_leaves_its_first_pfn_in_the_vma),
	KUNIT_CASE(neighbours_without_a_remap_are_merged),
	KUNIT_CASE(unaligned_address_is_refused_with_a_warning),
	KUNIT_CASE(refused_address_leaves_earlier_pages_alone),
	KUNIT_CASE(size_is_rounded_up_to_whole_pages),
	KUNIT_CASE(parts_are_mapped_each_to_its_own_frames),
	KUNIT_CASE_PARAM(every_page_is_its_frame_across_page_tables,
			 way_gen_params),
	KUNIT_CASE_PARAM(contents_are_read_and_written_in_place,
			 way_gen_params),
	KUNIT_CASE_PARAM(frames_with_struct_page_are_not_counted,
			 way_gen_params),
	KUNIT_CASE_PARAM(vma_gets_the_flags_that_keep_others_off,
			 way_gen_params),
	KUNIT_CASE_PARAM(pgoff_is_the_first_pfn_if_private_and_stays_if_shared,
			 way_gen_params),
	KUNIT_CASE_PARAM(neighbours_are_not_merged, way_gen_params),
	KUNIT_CASE_PARAM(vm_iomap_memory_stays_in_its_area, iomap_gen_params),
	KUNIT_CASE_PARAM(simple_ioremap_stays_in_its_area, iomap_gen_params),
	KUNIT_CASE_PARAM(prepared_remap_is_of_a_part_that_is_there,
			 part_gen_params),
	KUNIT_CASE_PARAM(prepared_ioremap_is_of_a_part_that_is_there,
			 part_gen_params),
	KUNIT_CASE_PARAM(remap_without_memory_can_be_tried_again,
			 mmap_way_gen_params),
	KUNIT_CASE_PARAM(mmap_without_memory_leaves_nothing, way_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_remap_suite = {
	.name = "mm_pfnmap_remap",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_remap_cases,
};

kunit_test_suite(mm_pfnmap_remap_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: ranges of frames mapped at once");
MODULE_LICENSE("GPL");
