/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ordinary memory, anonymous and private, to compare raw mappings with: each
 * page has its number in it.
 */
#ifndef PFNKUNIT_ORDINARY_H
#define PFNKUNIT_ORDINARY_H

#include <kunit/test.h>

#include "user_space.h"

#define ORDINARY_PAGES 16

/**
 * ordinary_map() - Map ORDINARY_PAGES pages where a folio of them all would fit.
 * @test: the test; failed if there is no room
 * @us: where
 *
 * Return: the first address.
 */
unsigned long ordinary_map(struct kunit *test, struct user_space *us);

/**
 * ordinary_map_page() - Map a single page where a test wants it, and write to it.
 * @test: the test; failed if something is there
 * @us: where
 * @addr: the address
 */
void ordinary_map_page(struct kunit *test, struct user_space *us,
		       unsigned long addr);

/**
 * ordinary_page() - The page that is mapped at an address.
 * @us: where
 * @addr: the address; a page is there
 *
 * Return: the page.
 */
struct page *ordinary_page(struct user_space *us, unsigned long addr);

/**
 * ordinary_write() - Write its number into each page.
 * @test: the test
 * @us: where
 * @addr: what ordinary_map() returned
 */
void ordinary_write(struct kunit *test, struct user_space *us,
		    unsigned long addr);

/**
 * expect_ordinary() - Each page has its number in it.
 * @test: the test
 * @us: where
 * @addr: what ordinary_map() returned
 */
void expect_ordinary(struct kunit *test, struct user_space *us,
		     unsigned long addr);

#endif /* PFNKUNIT_ORDINARY_H */
