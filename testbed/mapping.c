// SPDX-License-Identifier: GPL-2.0
/*
 * What most cases begin with: frames, a file of them, and a mapping.
 */
#include <linux/mman.h>

#include "compat.h"
#include "exports.h"
#include "mapping.h"

struct mapping mapping_prepare(struct kunit *test, enum frames_kind kind,
			       unsigned int nr_pages,
			       const struct pfn_file *how)
{
	struct pfn_file with_frames = *how;
	struct mapping m = {};

	m.frames = frames_alloc(test, kind, nr_pages, NUMA_NO_NODE);
	m.before = observe_frames(test, m.frames);
	with_frames.frames = m.frames;
	m.pf = pfn_file_open(test, &with_frames);
	return m;
}
EXPORT_SYMBOL_IF_KUNIT(mapping_prepare);

struct mapping mapping_create_prot(struct kunit *test, enum frames_kind kind,
				   unsigned int nr_pages, unsigned long prot,
				   unsigned long map_flags,
				   const struct pfn_file *how)
{
	struct mapping m = mapping_prepare(test, kind, nr_pages, how);

	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, nr_pages, prot, map_flags, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}
EXPORT_SYMBOL_IF_KUNIT(mapping_create_prot);

struct mapping mapping_create(struct kunit *test, enum frames_kind kind,
			      unsigned int nr_pages, unsigned long map_flags,
			      const struct pfn_file *how)
{
	return mapping_create_prot(test, kind, nr_pages, PROT_READ | PROT_WRITE,
				   map_flags, how);
}
EXPORT_SYMBOL_IF_KUNIT(mapping_create);

struct mapping mapping_create_across(struct kunit *test, enum frames_kind kind,
				     unsigned int nr_pages,
				     unsigned long map_flags,
				     const struct pfn_file *how)
{
	struct mapping m = mapping_prepare(test, kind, nr_pages, how);
	unsigned long addr;

	m.us = user_space_create(test);
	addr = user_table_boundary(test, m.us) - nr_pages / 2 * PAGE_SIZE;
	m.addr = user_mmap_at(m.us, addr, m.pf->file, nr_pages,
			      PROT_READ | PROT_WRITE, map_flags | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, m.addr, addr);
	return m;
}
EXPORT_SYMBOL_IF_KUNIT(mapping_create_across);

void expect_raw_frame(struct kunit *test, const struct mapping *m,
		      unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));

	KUNIT_EXPECT_TRUE_MSG(test, pte.present, "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.pfn, m->frames->frame[page].pfn,
			    "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.special,
			    IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL),
			    "page %u", page);
	KUNIT_EXPECT_NULL_MSG(test,
			      observe_normal_page(m->us, mapping_page(m, page)),
			      "page %u", page);
}
EXPORT_SYMBOL_IF_KUNIT(expect_raw_frame);

void expect_counted_frame(struct kunit *test, const struct mapping *m,
			  unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));
	unsigned long pfn = m->frames->frame[page].pfn;

	KUNIT_EXPECT_TRUE_MSG(test, pte.present, "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.pfn, pfn, "page %u", page);
	KUNIT_EXPECT_FALSE_MSG(test, pte.special, "page %u", page);
	if (HAVE_MM_EXPORTS)
		KUNIT_EXPECT_PTR_EQ_MSG(test, pfn_to_page(pfn),
					observe_normal_page(m->us,
							    mapping_page(m, page)),
					"page %u", page);
	expect_frame_counted(test, m->before, page, 1);
}
EXPORT_SYMBOL_IF_KUNIT(expect_counted_frame);

void expect_first_pages_counted(struct kunit *test, const struct mapping *m,
				unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		expect_counted_frame(test, m, i);
	for (; i < m->frames->nr; i++)
		expect_frame_counted(test, m->before, i, 0);
	KUNIT_EXPECT_EQ(test, nr,
			observe_nr_ptes(m->us, m->addr, m->frames->nr));
	expect_rss(test, m->us, nr, 0);
}
EXPORT_SYMBOL_IF_KUNIT(expect_first_pages_counted);

void expect_frames_intact(struct kunit *test, const struct mapping *m)
{
	unsigned int page;

	for (page = 0; page < m->frames->nr; page++)
		KUNIT_EXPECT_TRUE_MSG(test,
				      frame_intact(&m->frames->frame[page]),
				      "frame %u", page);
}
EXPORT_SYMBOL_IF_KUNIT(expect_frames_intact);

void expect_copy(struct kunit *test, const struct mapping *m, unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));
	struct page *copy = observe_normal_page(m->us, mapping_page(m, page));

	KUNIT_EXPECT_TRUE_MSG(test, pte.present, "page %u", page);
	KUNIT_EXPECT_NE_MSG(test, pte.pfn, m->frames->frame[page].pfn,
			    "page %u", page);
	KUNIT_EXPECT_FALSE_MSG(test, pte.special, "page %u", page);
	KUNIT_EXPECT_TRUE_MSG(test, pte.write, "page %u", page);
	KUNIT_EXPECT_TRUE_MSG(test, pte.dirty, "page %u", page);
	KUNIT_EXPECT_TRUE_MSG(test, pte.young, "page %u", page);
	KUNIT_EXPECT_PTR_EQ_MSG(test, copy, pfn_to_page(pte.pfn), "page %u",
				page);
	KUNIT_EXPECT_TRUE_MSG(test, PageAnon(pfn_to_page(pte.pfn)), "page %u",
			      page);
}
EXPORT_SYMBOL_IF_KUNIT(expect_copy);

void expect_copied_words(struct kunit *test, const struct mapping *m,
			 unsigned int page, unsigned long first)
{
	unsigned long *seen = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	unsigned int word;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	KUNIT_ASSERT_EQ(test, 0, user_copy_out(m->us, seen,
					       mapping_page(m, page),
					       PAGE_SIZE));
	KUNIT_EXPECT_EQ_MSG(test, seen[0], first, "page %u", page);
	for (word = 1; word < PAGE_SIZE / sizeof(*seen); word++)
		KUNIT_ASSERT_EQ_MSG(test, seen[word],
				    frames_pattern(m->frames->frame[page].pfn,
						   word),
				    "page %u, word %u", page, word);
}
EXPORT_SYMBOL_IF_KUNIT(expect_copied_words);

struct mapping_state *mapping_note(struct kunit *test, const struct mapping *m)
{
	struct mapping_state *state;
	unsigned int page;

	state = kunit_kzalloc(test, struct_size(state, pte, m->frames->nr),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, state);
	state->m = m;
	state->frames = observe_frames(test, m->frames);
	state->nr_faults = atomic_read(&m->pf->nr_faults);
	for (page = 0; page < m->frames->nr; page++)
		state->pte[page] = observe_pte(m->us, mapping_page(m, page));
	return state;
}
EXPORT_SYMBOL_IF_KUNIT(mapping_note);

static bool same_entry(const struct pte_view *a, const struct pte_view *b)
{
	return a->none == b->none && a->present == b->present &&
	       a->special == b->special && a->write == b->write &&
	       a->uncached == b->uncached && a->pfn == b->pfn;
}

void expect_mapping_unchanged(struct kunit *test,
			      const struct mapping_state *before,
			      const char *what)
{
	const struct mapping *m = before->m;
	unsigned int page;

	expect_frames_untouched(test, before->frames);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&m->pf->nr_faults),
			    before->nr_faults, "%s", what);
	for (page = 0; page < m->frames->nr; page++) {
		struct pte_view now = observe_pte(m->us, mapping_page(m, page));

		KUNIT_EXPECT_TRUE_MSG(test,
				      same_entry(&now, &before->pte[page]),
				      "%s: entry %u was %#llx, is %#llx", what,
				      page,
				      (u64)pte_val(before->pte[page].pte),
				      (u64)pte_val(now.pte));
	}
}
EXPORT_SYMBOL_IF_KUNIT(expect_mapping_unchanged);

void expect_nothing_mapped(struct kunit *test, const struct mapping *m)
{
	KUNIT_EXPECT_EQ(test, 0,
			observe_nr_ptes(m->us, m->addr, m->frames->nr));
	expect_frames_untouched(test, m->before);
	expect_rss(test, m->us, 0, 0);
}
EXPORT_SYMBOL_IF_KUNIT(expect_nothing_mapped);
