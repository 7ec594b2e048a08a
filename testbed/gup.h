/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Getting the pages behind user addresses: every way that get_user_pages() has.
 */
#ifndef PFNKUNIT_GUP_H
#define PFNKUNIT_GUP_H

#include <kunit/test.h>

#include "compat.h"
#include "user_space.h"

/**
 * enum gup_way - one of the functions
 * @GUP_GET: get_user_pages()
 * @GUP_GET_UNLOCKED: get_user_pages_unlocked()
 * @GUP_GET_REMOTE: get_user_pages_remote()
 * @GUP_GET_FAST: get_user_pages_fast()
 * @GUP_GET_FAST_ONLY: get_user_pages_fast_only()
 * @GUP_PIN: pin_user_pages()
 * @GUP_PIN_UNLOCKED: pin_user_pages_unlocked()
 * @GUP_PIN_REMOTE: pin_user_pages_remote()
 * @GUP_PIN_FAST: pin_user_pages_fast()
 * @GUP_WAYS: how many
 */
enum gup_way {
	GUP_GET,
	GUP_GET_UNLOCKED,
	GUP_GET_REMOTE,
	GUP_GET_FAST,
	GUP_GET_FAST_ONLY,
	GUP_PIN,
	GUP_PIN_UNLOCKED,
	GUP_PIN_REMOTE,
	GUP_PIN_FAST,
	GUP_WAYS
};

/**
 * gup_name() - Which function is it?
 * @way: the way
 *
 * Return: its name.
 */
const char *gup_name(enum gup_way way);

/**
 * gup_pins() - Does it pin, where the others take references?
 * @way: the way
 *
 * Return: true if so.
 */
static inline bool gup_pins(enum gup_way way)
{
	return way >= GUP_PIN;
}

/**
 * gup_is_fast() - Does it first look at page tables without a lock?
 * @way: the way
 *
 * Such a look knows no vma, only entries.
 *
 * Return: true if so.
 */
static inline bool gup_is_fast(enum gup_way way)
{
	return way == GUP_GET_FAST || way == GUP_GET_FAST_ONLY ||
	       way == GUP_PIN_FAST;
}

/**
 * gup_takes_longterm() - Is FOLL_LONGTERM for it?
 * @way: one that pins
 *
 * Return: true if so.
 */
static inline bool gup_takes_longterm(enum gup_way way)
{
	return way != GUP_PIN_UNLOCKED || COMPAT_UNLOCKED_TAKES_LONGTERM;
}

/**
 * user_gup() - Get pages.
 * @us: where
 * @way: how
 * @addr: first address
 * @nr_pages: how many pages
 * @flags: FOLL_*
 * @pages: room for @nr_pages
 *
 * Takes and drops mmap_lock if the function wants it.
 *
 * Return: what the function returns: a number of pages, or a negative errno.
 */
long user_gup(struct user_space *us, enum gup_way way, unsigned long addr,
	      unsigned int nr_pages, unsigned int flags, struct page **pages);

/**
 * gup_release() - Give pages back, as their way wants it.
 * @way: how they were got
 * @pages: the pages
 * @nr: what user_gup() returned
 */
void gup_release(enum gup_way way, struct page **pages, long nr);

/**
 * user_pin() - Pin a page until the test ends, as for a device that uses it.
 * @test: the test; failed if the page cannot be pinned
 * @us: where
 * @addr: an address in it
 * @flags: FOLL_*
 *
 * Return: the page.
 */
struct page *user_pin(struct kunit *test, struct user_space *us,
		      unsigned long addr, unsigned int flags);

#endif /* PFNKUNIT_GUP_H */
