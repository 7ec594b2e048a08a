// SPDX-License-Identifier: GPL-2.0
/*
 * Getting the pages behind user addresses.
 */
#include <linux/kthread.h>
#include <linux/mm.h>

#include "compat.h"
#include "gup.h"

static const char * const names[GUP_WAYS] = {
	[GUP_GET] = "get_user_pages",
	[GUP_GET_UNLOCKED] = "get_user_pages_unlocked",
	[GUP_GET_REMOTE] = "get_user_pages_remote",
	[GUP_GET_FAST] = "get_user_pages_fast",
	[GUP_GET_FAST_ONLY] = "get_user_pages_fast_only",
	[GUP_PIN] = "pin_user_pages",
	[GUP_PIN_UNLOCKED] = "pin_user_pages_unlocked",
	[GUP_PIN_REMOTE] = "pin_user_pages_remote",
	[GUP_PIN_FAST] = "pin_user_pages_fast",
};

const char *gup_name(enum gup_way way)
{
	return names[way];
}
EXPORT_SYMBOL_IF_KUNIT(gup_name);

static long gup_locked(struct mm_struct *mm, enum gup_way way,
		       unsigned long addr, unsigned int nr, unsigned int flags,
		       struct page **pages)
{
	long ret;

	mmap_read_lock(mm);
	switch (way) {
	case GUP_GET:
		ret = compat_get_user_pages(addr, nr, flags, pages);
		break;
	case GUP_GET_REMOTE:
		ret = compat_get_user_pages_remote(mm, addr, nr, flags, pages);
		break;
	case GUP_PIN:
		ret = compat_pin_user_pages(addr, nr, flags, pages);
		break;
	default:
		ret = compat_pin_user_pages_remote(mm, addr, nr, flags, pages);
		break;
	}
	mmap_read_unlock(mm);
	return ret;
}

static long gup(struct mm_struct *mm, enum gup_way way, unsigned long addr,
		unsigned int nr, unsigned int flags, struct page **pages)
{
	switch (way) {
	case GUP_GET_UNLOCKED:
		return get_user_pages_unlocked(addr, nr, pages, flags);
	case GUP_GET_FAST:
		return get_user_pages_fast(addr, nr, flags, pages);
	case GUP_GET_FAST_ONLY:
		return get_user_pages_fast_only(addr, nr, flags, pages);
	case GUP_PIN_UNLOCKED:
		return pin_user_pages_unlocked(addr, nr, pages, flags);
	case GUP_PIN_FAST:
		return pin_user_pages_fast(addr, nr, flags, pages);
	default:
		return gup_locked(mm, way, addr, nr, flags, pages);
	}
}

long user_gup(struct user_space *us, enum gup_way way, unsigned long addr,
	      unsigned int nr_pages, unsigned int flags, struct page **pages)
{
	long ret;
	struct balance before;

	before = user_space_enter(us);
	ret = gup(us->mm, way, addr, nr_pages, flags, pages);
	user_space_leave(us, before);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(user_gup);

void gup_release(enum gup_way way, struct page **pages, long nr)
{
	long i;

	if (nr <= 0)
		return;
	if (gup_pins(way)) {
		unpin_user_pages(pages, nr);
		return;
	}
	for (i = 0; i < nr; i++)
		put_page(pages[i]);
}
EXPORT_SYMBOL_IF_KUNIT(gup_release);

static void unpin(void *page)
{
	unpin_user_page(page);
}

struct page *user_pin(struct kunit *test, struct user_space *us,
		      unsigned long addr, unsigned int flags)
{
	struct page *page = NULL;

	KUNIT_ASSERT_EQ(test, 1, user_gup(us, GUP_PIN_REMOTE, addr, 1, flags,
					  &page));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, unpin, page));
	return page;
}
EXPORT_SYMBOL_IF_KUNIT(user_pin);
