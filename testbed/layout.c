// SPDX-License-Identifier: GPL-2.0
/*
 * What each page of a mapping is, written down in one line.
 */
#include <linux/mm.h>
#include <linux/string.h>

#include "compat.h"
#include "exports.h"
#include "layout.h"

/* A page that mm knows of and counts. */
static struct page *expect_counted_page(struct kunit *test,
					const struct mapping *m,
					unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));
	struct page *normal = observe_normal_page(m->us, mapping_page(m, page));

	KUNIT_EXPECT_TRUE_MSG(test, pte.present, "page %u", page);
	KUNIT_EXPECT_FALSE_MSG(test, pte.special, "page %u", page);
	if (!pte.present || !pfn_valid(pte.pfn))
		return NULL;
	if (HAVE_MM_EXPORTS)
		KUNIT_EXPECT_PTR_EQ_MSG(test, normal, pfn_to_page(pte.pfn),
					"page %u", page);
	return pfn_to_page(pte.pfn);
}

static void expect_private_page(struct kunit *test, const struct mapping *m,
				unsigned int page)
{
	struct page *copy = expect_counted_page(test, m, page);

	KUNIT_EXPECT_NOT_NULL_MSG(test, copy, "page %u", page);
	if (!copy)
		return;
	KUNIT_EXPECT_TRUE_MSG(test, PageAnon(copy), "page %u", page);
	KUNIT_EXPECT_NE_MSG(test, page_to_pfn(copy), m->frames->frame[page].pfn,
			    "page %u", page);
}

static void expect_file_page(struct kunit *test, const struct mapping *m,
			     unsigned int page)
{
	struct page *file = expect_counted_page(test, m, page);

	KUNIT_EXPECT_NOT_NULL_MSG(test, file, "page %u", page);
	if (file)
		KUNIT_EXPECT_EQ_MSG(test, page_to_pfn(file),
				    m->frames->frame[page].pfn, "page %u",
				    page);
}

void expect_layout(struct kunit *test, const struct mapping *m,
		   const char *layout)
{
	unsigned int page;

	KUNIT_ASSERT_EQ(test, strlen(layout), (size_t)m->frames->nr);
	for (page = 0; page < m->frames->nr; page++) {
		switch (layout[page]) {
		case 'r':
			expect_raw_frame(test, m, page);
			break;
		case 'p':
			expect_file_page(test, m, page);
			break;
		case 'c':
			expect_private_page(test, m, page);
			break;
		case '.':
			KUNIT_EXPECT_TRUE_MSG(test,
					      observe_pte(m->us,
							  mapping_page(m, page)).none,
					      "page %u", page);
			break;
		default:
			KUNIT_FAIL(test, "no such letter: %c", layout[page]);
		}
	}
}
EXPORT_SYMBOL_IF_KUNIT(expect_layout);

void mapping_write_copies(struct kunit *test, const struct mapping *m,
			  const char *layout)
{
	unsigned int page;

	for (page = 0; layout[page]; page++)
		if (layout[page] == 'c')
			KUNIT_ASSERT_EQ(test, 0,
					user_write(m->us, mapping_page(m, page),
						   layout_word(page)));
}
EXPORT_SYMBOL_IF_KUNIT(mapping_write_copies);

void expect_copies_kept(struct kunit *test, const struct mapping *m,
			const char *layout)
{
	unsigned long word;
	unsigned int page;

	for (page = 0; layout[page]; page++) {
		if (layout[page] != 'c')
			continue;
		word = 0;
		KUNIT_EXPECT_EQ_MSG(test, 0,
				    user_read(m->us, mapping_page(m, page),
					      &word),
				    "page %u", page);
		KUNIT_EXPECT_EQ_MSG(test, word, layout_word(page), "page %u",
				    page);
	}
}
EXPORT_SYMBOL_IF_KUNIT(expect_copies_kept);

struct mapping mapping_fork(struct kunit *test, const struct mapping *m)
{
	struct mapping child = *m;

	child.us = user_space_fork(test, m->us);
	return child;
}
EXPORT_SYMBOL_IF_KUNIT(mapping_fork);

struct mapping mapping_moved(const struct mapping *m, unsigned long addr)
{
	struct mapping moved = *m;

	moved.addr = addr;
	return moved;
}
EXPORT_SYMBOL_IF_KUNIT(mapping_moved);

void expect_piece(struct kunit *test, const struct mapping *m,
		  unsigned int first, unsigned int nr,
		  unsigned long pgoff)
{
	struct vma_view vma;

	KUNIT_ASSERT_TRUE(test, user_vma(m->us, mapping_page(m, first), &vma));
	KUNIT_EXPECT_EQ(test, vma.start, mapping_page(m, first));
	KUNIT_EXPECT_EQ(test, vma.end, mapping_page(m, first + nr));
	KUNIT_EXPECT_EQ(test, vma.pgoff, pgoff);
	KUNIT_EXPECT_TRUE(test, vma.flags & (VM_PFNMAP | VM_MIXEDMAP));
	KUNIT_EXPECT_TRUE(test, vma.flags & VM_DONTEXPAND);
}
EXPORT_SYMBOL_IF_KUNIT(expect_piece);

void expect_no_vma(struct kunit *test, const struct mapping *m,
		   unsigned int first, unsigned int nr)
{
	struct vma_view vma;
	unsigned int page;

	for (page = first; page < first + nr; page++)
		KUNIT_EXPECT_FALSE_MSG(test,
				       user_vma(m->us, mapping_page(m, page), &vma),
				       "page %u", page);
}
EXPORT_SYMBOL_IF_KUNIT(expect_no_vma);
