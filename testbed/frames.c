// SPDX-License-Identifier: GPL-2.0
/*
 * Page frames that a test owns and may map.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/genalloc.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/sizes.h>

#include "compat.h"
#include "exports.h"
#include "frames.h"
#include "needs.h"
#include "residue.h"

#define MAX_RANGES 16

/**
 * struct pageless_range - memory without struct pages, ours by the command line
 * @pool: hands it out by the page, by kernel address
 * @addr: where the kernel sees all of it
 * @nid: its memory node
 */
struct pageless_range {
	struct gen_pool *pool;
	void *addr;
	int nid;
};

static struct pageless_range ranges[MAX_RANGES];
static unsigned int nr_ranges;

static char *pageless[MAX_RANGES];
static unsigned int nr_pageless;
module_param_array(pageless, charp, &nr_pageless, 0444);
MODULE_PARM_DESC(pageless,
		 "SIZE@ADDR,... memory without struct pages, for the tests");

static const char *pageless_check(u64 start, u64 size)
{
	u64 pfn;

	if (!size || !PAGE_ALIGNED(start | size))
		return "not whole pages";
	for (pfn = PHYS_PFN(start); pfn < PHYS_PFN(start + size); pfn++)
		if (pfn_valid(pfn))
			return "has struct pages";
	return NULL;
}

static const char *pageless_add(char *spec)
{
	struct pageless_range *range = &ranges[nr_ranges];
	u64 size = memparse(spec, &spec);
	u64 start = *spec == '@' ? memparse(spec + 1, &spec) : 0;
	const char *error;

	if (!start || *spec)
		return "not SIZE@ADDR";
	error = pageless_check(start, size);
	if (error)
		return error;

	range->nid = phys_to_target_node(start);
	range->addr = memremap(start, size, MEMREMAP_WB);
	range->pool = gen_pool_create(PAGE_SHIFT, NUMA_NO_NODE);
	if (!range->addr || !range->pool ||
	    gen_pool_add_virt(range->pool, (unsigned long)range->addr, start,
			      size, NUMA_NO_NODE)) {
		if (range->pool)
			gen_pool_destroy(range->pool);
		if (range->addr)
			memunmap(range->addr);
		return "no memory";
	}
	nr_ranges++;
	return NULL;
}

static int __init frames_init(void)
{
	unsigned int i;

	for (i = 0; i < nr_pageless; i++) {
		const char *error = pageless_add(pageless[i]);

		if (error)
			pr_err("pageless=%s: %s\n", pageless[i], error);
	}
	return 0;
}
module_init(frames_init);

static void __exit frames_exit(void)
{
	while (nr_ranges--) {
		gen_pool_destroy(ranges[nr_ranges].pool);
		memunmap(ranges[nr_ranges].addr);
	}
}
module_exit(frames_exit);

static bool range_is_on(const struct pageless_range *range, int nid)
{
	return nid == NUMA_NO_NODE || range->nid == nid;
}

unsigned int frames_pageless_ranges(int nid)
{
	unsigned int i, nr = 0;

	for (i = 0; i < nr_ranges; i++)
		nr += range_is_on(&ranges[i], nid);
	return nr;
}
EXPORT_SYMBOL_IF_KUNIT(frames_pageless_ranges);

size_t frames_pageless_in_use(void)
{
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < nr_ranges; i++)
		used += gen_pool_size(ranges[i].pool) -
			gen_pool_avail(ranges[i].pool);
	return used;
}
EXPORT_SYMBOL_IF_KUNIT(frames_pageless_in_use);

/* What one frames_alloc() has to give back. */
struct frames_block {
	struct page *pages;
	unsigned int order;
	bool folio;
	struct gen_pool *pool;
	unsigned long virt;
	size_t size;
	unsigned int align_order;
	unsigned int skip;
};

static void frames_free(void *data)
{
	struct frames_block *block = data;
	unsigned int i;

	residue_add(RESIDUE_FRAMES, -1);
	if (block->pool) {
		gen_pool_free(block->pool, block->virt, block->size);
		return;
	}
	if (block->folio) {
		residue_add(RESIDUE_FRAME_REF, page_ref_count(block->pages) - 1 +
			    folio_mapcount(page_folio(block->pages)));
		__free_pages(block->pages, block->order);
		return;
	}
	for (i = 0; i < 1U << block->order; i++) {
		struct page *page = block->pages + i;

		residue_add(RESIDUE_FRAME_REF, page_ref_count(page) - 1 +
			    folio_mapcount(page_folio(page)));
		__free_page(page);
	}
}

/* One block, then single pages: each has its own reference count. Or a folio. */
static bool block_of_pages(struct frames_block *block, unsigned int nr, int nid)
{
	gfp_t gfp = GFP_KERNEL;

	if (nid == NUMA_NO_NODE)
		nid = numa_mem_id();
	else
		gfp |= __GFP_THISNODE;
	if (block->folio)
		gfp |= __GFP_COMP;
	block->order = get_order(nr << PAGE_SHIFT);
	block->pages = alloc_pages_node(nid, gfp, block->order);
	if (!block->pages)
		return false;
	if (!block->folio)
		split_page(block->pages, block->order);
	return true;
}

static bool block_of_range(struct frames_block *block, unsigned int nr, int nid)
{
	unsigned long align = 1UL << block->align_order, pfn;
	unsigned int i;

	/* The pool aligns what the kernel sees; wanted is an aligned frame. */
	block->size = (size_t)(nr + align - 1) << PAGE_SHIFT;
	for (i = 0; i < nr_ranges && !block->virt; i++) {
		if (!range_is_on(&ranges[i], nid))
			continue;
		block->pool = ranges[i].pool;
		block->virt = gen_pool_alloc(block->pool, block->size);
	}
	if (!block->virt)
		return false;
	pfn = PHYS_PFN(gen_pool_virt_to_phys(block->pool, block->virt));
	block->skip = ALIGN(pfn, align) - pfn;
	return true;
}

/* Above whatever has a struct page; nothing is there to be harmed. */
static unsigned long pfn_above_memory(unsigned int order)
{
	unsigned long pfn = ALIGN(highest_memmap_pfn + 1, 1UL << order);

	while (pfn_valid(pfn))
		pfn += max_t(unsigned long, PTRS_PER_PTE, 1UL << order);
	return pfn;
}

/* Above 4 GiB where there is such a place: below are holes with devices in. */
unsigned long frames_pfn_above(unsigned int order)
{
	unsigned long four_gib = PHYS_PFN(SZ_4G);

	return max(pfn_above_memory(order), ALIGN(four_gib, 1UL << order));
}
EXPORT_SYMBOL_IF_KUNIT(frames_pfn_above);

static struct frame block_frame(const struct frames_block *block,
				unsigned int at)
{
	unsigned long virt = block->virt +
			     ((unsigned long)(block->skip + at) << PAGE_SHIFT);

	if (block->pages)
		return (struct frame){
			.pfn = page_to_pfn(block->pages + at),
			.addr = page_address(block->pages + at),
		};
	if (block->pool)
		return (struct frame){
			.pfn = PHYS_PFN(gen_pool_virt_to_phys(block->pool, virt)),
			.addr = (void *)virt,
		};
	return (struct frame){ .pfn = pfn_above_memory(block->align_order) + at };
}

static void frame_fill(const struct frame *frame)
{
	unsigned long *words = frame->addr;
	unsigned int i;

	for (i = 0; words && i < PAGE_SIZE / sizeof(*words); i++)
		words[i] = frames_pattern(frame->pfn, i);
}

static struct frames *take_frames(struct kunit *test, enum frames_kind kind,
				  unsigned int nr, int nid, unsigned int order)
{
	bool pageless = kind == FRAMES_PAGELESS ||
			kind == FRAMES_PAGELESS_SCATTERED ||
			kind == FRAMES_NOWHERE;
	bool scattered = kind == FRAMES_SCATTERED ||
			 kind == FRAMES_PAGELESS_SCATTERED;
	struct frames_block *block;
	struct frames *frames;
	unsigned int i, at;

	frames = kunit_kzalloc(test, struct_size(frames, frame, nr),
			       GFP_KERNEL);
	block = kunit_kzalloc(test, sizeof(*block), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, frames);
	KUNIT_ASSERT_NOT_NULL(test, block);
	block->align_order = order;
	block->folio = kind == FRAMES_FOLIO;

	if (!pageless) {
		KUNIT_ASSERT_TRUE(test, block_of_pages(block, nr << scattered,
						       nid));
	} else if (kind != FRAMES_NOWHERE && frames_pageless_ranges(nid)) {
		KUNIT_ASSERT_TRUE(test, block_of_range(block, nr << scattered,
						       nid));
	} else if (nid != NUMA_NO_NODE) {
		kunit_skip(test, "needs pfnmap_testbed.pageless= on node %d",
			   nid);
	} else {
		needs_mm_exports(test);
	}
	if (block->pages || block->pool) {
		residue_add(RESIDUE_FRAMES, 1);
		KUNIT_ASSERT_EQ(test, 0,
				kunit_add_action_or_reset(test, frames_free,
							  block));
	}

	frames->nr = nr;
	for (i = 0; i < nr; i++) {
		/* Every other frame, and downwards: never a linear pair. */
		at = scattered ? 2 * (nr - 1 - i) : i;
		frames->frame[i] = block_frame(block, at);
		frame_fill(&frames->frame[i]);
	}
	return frames;
}

static struct frames *frames_mix(struct kunit *test, unsigned int nr, int nid)
{
	struct frames *frames = take_frames(test, FRAMES_SCATTERED, nr, nid, 0);
	struct frames *pageless = take_frames(test, FRAMES_PAGELESS_SCATTERED,
					      nr, nid, 0);
	unsigned int i;

	for (i = 1; i < nr; i += 2)
		frames->frame[i] = pageless->frame[i];
	return frames;
}

struct frames *frames_alloc(struct kunit *test, enum frames_kind kind,
			    unsigned int nr, int nid)
{
	if (kind == FRAMES_MIXED)
		return frames_mix(test, nr, nid);
	return take_frames(test, kind, nr, nid, 0);
}
EXPORT_SYMBOL_IF_KUNIT(frames_alloc);

/* A block of pages is aligned as it is. */
struct frames *frames_alloc_aligned(struct kunit *test, enum frames_kind kind,
				    unsigned int order)
{
	return take_frames(test, kind, 1U << order, NUMA_NO_NODE, order);
}
EXPORT_SYMBOL_IF_KUNIT(frames_alloc_aligned);

struct page **frames_pages(struct kunit *test, const struct frames *frames)
{
	struct page **pages = kunit_kcalloc(test, frames->nr, sizeof(*pages),
					    GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	for (i = 0; i < frames->nr; i++)
		pages[i] = pfn_to_page(frames->frame[i].pfn);
	return pages;
}
EXPORT_SYMBOL_IF_KUNIT(frames_pages);

bool frame_intact(const struct frame *frame)
{
	const unsigned long *words = frame->addr;
	unsigned int i;

	for (i = 0; i < PAGE_SIZE / sizeof(*words); i++)
		if (READ_ONCE(words[i]) != frames_pattern(frame->pfn, i))
			return false;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(frame_intact);

unsigned long frame_peek(const struct frame *frame)
{
	return READ_ONCE(*(unsigned long *)frame->addr);
}
EXPORT_SYMBOL_IF_KUNIT(frame_peek);
