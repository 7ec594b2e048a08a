// SPDX-License-Identifier: GPL-2.0
/*
 * What most cases begin with: frames, a file of them, and a mapping.
 */
#include <linux/mman.h>

#include "compat.h"
#include "mapping.h"

struct mapping mapping_create(struct kunit *test, enum frames_kind kind,
			      unsigned int nr_pages, unsigned long map_flags,
			      const struct pfn_file *how)
{
	struct pfn_file with_frames = *how;
	struct mapping m = {};

	m.frames = frames_alloc(test, kind, nr_pages, NUMA_NO_NODE);
	m.before = observe_frames(test, m.frames);
	with_frames.frames = m.frames;
	m.pf = pfn_file_open(test, &with_frames);
	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, nr_pages, PROT_READ | PROT_WRITE,
			   map_flags, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	return m;
}
EXPORT_SYMBOL_IF_KUNIT(mapping_create);

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

void expect_frames_intact(struct kunit *test, const struct mapping *m)
{
	unsigned int page;

	for (page = 0; page < m->frames->nr; page++)
		KUNIT_EXPECT_TRUE_MSG(test,
				      frame_intact(&m->frames->frame[page]),
				      "frame %u", page);
}
EXPORT_SYMBOL_IF_KUNIT(expect_frames_intact);

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
