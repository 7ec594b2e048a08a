/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page frames that a test owns and may map.
 */
#ifndef PFNKUNIT_FRAMES_H
#define PFNKUNIT_FRAMES_H

#include <kunit/test.h>
#include <linux/numa.h>
#include <linux/types.h>

/**
 * enum frames_kind - how the frames lie, and whether mm knows them
 * @FRAMES_CONTIGUOUS: ascending, each with a struct page
 * @FRAMES_SCATTERED: no two neighbours contiguous, each with a struct page
 * @FRAMES_PAGELESS: ascending, none with a struct page
 * @FRAMES_PAGELESS_SCATTERED: no two neighbours contiguous, none with a
 *	struct page
 * @FRAMES_NOWHERE: ascending, above all memory; they may be mapped, in any cache
 *	mode, never accessed
 * @FRAMES_MIXED: no two neighbours contiguous, every other one with a struct
 *	page, from the first on
 * @FRAMES_FOLIO: ascending, the pages of one large folio; their number is a
 *	power of two
 */
enum frames_kind {
	FRAMES_CONTIGUOUS,
	FRAMES_SCATTERED,
	FRAMES_PAGELESS,
	FRAMES_PAGELESS_SCATTERED,
	FRAMES_NOWHERE,
	FRAMES_MIXED,
	FRAMES_FOLIO,
};

/**
 * struct frame - one page frame
 * @pfn: its number
 * @addr: where the kernel sees it, or NULL if there is no memory behind it;
 *	then it may be mapped, never accessed
 */
struct frame {
	unsigned long pfn;
	void *addr;
};

/**
 * struct frames - some page frames
 * @nr: how many
 * @frame: the frames
 */
struct frames {
	unsigned int nr;
	struct frame frame[] __counted_by(nr);
};

/**
 * frames_alloc() - Take page frames.
 * @test: the test that they belong to until it ends
 * @kind: how they lie
 * @nr: how many
 * @nid: memory node they must be on, or NUMA_NO_NODE
 *
 * Frames without struct page come from the ranges named by the module parameter
 * pfnmap_testbed.pageless. Where none is named, they are numbers above all
 * memory: page table entries can be made of them, accesses cannot.
 *
 * Every frame is filled with frames_pattern().
 *
 * Return: the frames. Fails the test when there is no memory, skips it when
 * the machine has no such frames on @nid.
 */
struct frames *frames_alloc(struct kunit *test, enum frames_kind kind,
			    unsigned int nr, int nid);

/**
 * frames_alloc_aligned() - Take contiguous page frames that fit a huge entry.
 * @test: the test that they belong to until it ends
 * @kind: FRAMES_CONTIGUOUS or FRAMES_PAGELESS
 * @order: the first is aligned to 1 << @order frames, and so many are taken
 *
 * Otherwise as frames_alloc(), on any node.
 *
 * Return: the frames.
 */
struct frames *frames_alloc_aligned(struct kunit *test, enum frames_kind kind,
				    unsigned int order);

/**
 * frames_pfn_above() - Numbers of page frames where no memory is.
 * @order: 1 << @order of them, aligned to that
 *
 * Page table entries can be made of them, accesses cannot. See
 * needs_mm_exports().
 *
 * Return: the first.
 */
unsigned long frames_pfn_above(unsigned int order);

/**
 * frames_reachable() - Is there memory behind the frames?
 * @frames: the frames
 *
 * Return: true if they may be accessed.
 */
static inline bool frames_reachable(const struct frames *frames)
{
	return frames->frame[0].addr;
}

/**
 * frames_pattern() - What fresh frames hold.
 * @pfn: the frame
 * @word: index of the word in it
 *
 * Return: a value no other word of any frame holds.
 */
static inline unsigned long frames_pattern(unsigned long pfn, unsigned int word)
{
	return ~(pfn << 12 | word);
}

/**
 * frames_pages() - The struct pages of frames, as the array that drivers have.
 * @test: the test it belongs to
 * @frames: the frames; each with a struct page
 *
 * Return: the array. Fails the test when there is no memory.
 */
struct page **frames_pages(struct kunit *test, const struct frames *frames);

/**
 * frame_intact() - Does a frame hold just what frames_alloc() put there?
 * @frame: the frame; with memory behind it
 *
 * Return: true if every word is as it was.
 */
bool frame_intact(const struct frame *frame);

/**
 * frame_peek() - Read the first word of a frame, behind the back of any mapping.
 * @frame: the frame; with memory behind it
 *
 * Return: the word.
 */
unsigned long frame_peek(const struct frame *frame);

/**
 * frames_pageless_ranges() - How many ranges without struct page are named?
 * @nid: on this memory node, or NUMA_NO_NODE for all
 *
 * Return: their number.
 */
unsigned int frames_pageless_ranges(int nid);

/**
 * frames_pageless_in_use() - How much of these ranges is handed out?
 *
 * Return: bytes.
 */
size_t frames_pageless_in_use(void);

#endif /* PFNKUNIT_FRAMES_H */
