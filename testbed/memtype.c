// SPDX-License-Identifier: GPL-2.0
/*
 * Cache modes of physical memory.
 */
#include <linux/kernel.h>
#include <linux/mman.h>
#include <linux/pgtable.h>
#include <linux/refcount.h>
#include <linux/string.h>

#include "compat.h"
#include "debugfs.h"
#include "exports.h"
#include "memtype.h"
#include "needs.h"
#include "user_space.h"

#define LIST "x86/pat_memtype_list"
#define LIST_PAGES 16

static const char * const names[] = {
	[CACHE_WB] = "write-back",
	[CACHE_WC] = "write-combining",
	[CACHE_UC_MINUS] = "uncached-minus",
	[CACHE_WT] = "write-through",
	[CACHE_UC] = "uncached",
	[CACHE_WP] = "write-protected",
	[CACHE_OTHER] = "other",
};

const char *cache_mode_name(enum memtype_mode mode)
{
	return names[mode];
}
EXPORT_SYMBOL_IF_KUNIT(cache_mode_name);

pgprot_t cache_mode_set(pgprot_t prot, enum memtype_mode mode)
{
	switch (mode) {
	case CACHE_WC:
		return pgprot_writecombine(prot);
	case CACHE_UC_MINUS:
		return pgprot_noncached(prot);
	case CACHE_WT:
		return pgprot_writethrough(prot);
	default:
		return prot;
	}
}
EXPORT_SYMBOL_IF_KUNIT(cache_mode_set);

enum memtype_mode cache_mode_of(pgprot_t prot)
{
	const pgprot_t cached = vm_get_page_prot(VM_READ | VM_SHARED);
	unsigned long long bits = 0;
	enum memtype_mode mode;

	/* All bits in which the modes differ from each other. */
	for (mode = CACHE_WB; mode < CACHE_OTHER; mode++)
		bits |= pgprot_val(cache_mode_set(cached, mode)) ^
			pgprot_val(cached);
	for (mode = CACHE_WB; mode < CACHE_OTHER; mode++)
		if (!((pgprot_val(cache_mode_set(cached, mode)) ^
		       pgprot_val(prot)) & bits))
			break;
	return mode;
}
EXPORT_SYMBOL_IF_KUNIT(cache_mode_of);

#ifdef CONFIG_X86_PAT
#include <asm/memtype.h>
#include <asm/set_memory.h>
#include <linux/io.h>

static bool tracks_memtypes(void)
{
	return pat_enabled();
}

int frames_reserve_wc(unsigned long pfn, unsigned long nr_pages)
{
	return arch_io_reserve_memtype_wc(PFN_PHYS(pfn), PFN_PHYS(nr_pages));
}
EXPORT_SYMBOL_IF_KUNIT(frames_reserve_wc);

void frames_unreserve_wc(unsigned long pfn, unsigned long nr_pages)
{
	arch_io_free_memtype_wc(PFN_PHYS(pfn), PFN_PHYS(nr_pages));
}
EXPORT_SYMBOL_IF_KUNIT(frames_unreserve_wc);

#if HAVE_MM_EXPORTS
static const enum page_cache_mode page_cache_modes[] = {
	[CACHE_WB] = _PAGE_CACHE_MODE_WB,
	[CACHE_WC] = _PAGE_CACHE_MODE_WC,
	[CACHE_UC_MINUS] = _PAGE_CACHE_MODE_UC_MINUS,
	[CACHE_WT] = _PAGE_CACHE_MODE_WT,
	[CACHE_UC] = _PAGE_CACHE_MODE_UC,
	[CACHE_WP] = _PAGE_CACHE_MODE_WP,
};

int frames_reserve(unsigned long pfn, unsigned long nr_pages,
		   enum memtype_mode want, enum memtype_mode *got)
{
	enum page_cache_mode mode = _PAGE_CACHE_MODE_NUM;
	int ret = memtype_reserve(PFN_PHYS(pfn), PFN_PHYS(pfn + nr_pages),
				  page_cache_modes[want], got ? &mode : NULL);

	if (got) {
		for (*got = CACHE_WB; *got < CACHE_OTHER; (*got)++)
			if (page_cache_modes[*got] == mode)
				break;
	}
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(frames_reserve);

int frames_unreserve(unsigned long pfn, unsigned long nr_pages)
{
	return memtype_free(PFN_PHYS(pfn), PFN_PHYS(pfn + nr_pages));
}
EXPORT_SYMBOL_IF_KUNIT(frames_unreserve);
#endif

int memory_mode_set(void *addr, unsigned int nr_pages, enum memtype_mode mode)
{
	switch (mode) {
	case CACHE_WB:
		return set_memory_wb((unsigned long)addr, nr_pages);
	case CACHE_WC:
		return set_memory_wc((unsigned long)addr, nr_pages);
	case CACHE_UC_MINUS:
		return set_memory_uc((unsigned long)addr, nr_pages);
	default:
		return -EOPNOTSUPP;
	}
}
EXPORT_SYMBOL_IF_KUNIT(memory_mode_set);

enum memtype_mode memory_mode(void *addr)
{
	unsigned int level;
	pte_t *pte = lookup_address((unsigned long)addr, &level);
	pgprot_t prot;

	if (!pte)
		return CACHE_OTHER;
	prot = __pgprot(pte_val(*pte));
	return cache_mode_of(level == PG_LEVEL_4K ? prot :
						    pgprot_large_2_4k(prot));
}
EXPORT_SYMBOL_IF_KUNIT(memory_mode);
#else
static bool tracks_memtypes(void)
{
	return false;
}

int frames_reserve_wc(unsigned long pfn, unsigned long nr_pages)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_IF_KUNIT(frames_reserve_wc);

void frames_unreserve_wc(unsigned long pfn, unsigned long nr_pages)
{
}
EXPORT_SYMBOL_IF_KUNIT(frames_unreserve_wc);

int memory_mode_set(void *addr, unsigned int nr_pages, enum memtype_mode mode)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_IF_KUNIT(memory_mode_set);

enum memtype_mode memory_mode(void *addr)
{
	return CACHE_OTHER;
}
EXPORT_SYMBOL_IF_KUNIT(memory_mode);
#endif

#if !defined(CONFIG_X86_PAT) || !HAVE_MM_EXPORTS
int frames_reserve(unsigned long pfn, unsigned long nr_pages,
		   enum memtype_mode want, enum memtype_mode *got)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_IF_KUNIT(frames_reserve);

int frames_unreserve(unsigned long pfn, unsigned long nr_pages)
{
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_IF_KUNIT(frames_unreserve);
#endif

void needs_tracking_by_context(struct kunit *test)
{
	needs_memtype(test);
	if (!COMPAT_TRACKS_BY_CONTEXT)
		kunit_skip(test, "needs vma->pfnmap_track_ctx (Linux 6.16)");
}
EXPORT_SYMBOL_IF_KUNIT(needs_tracking_by_context);

static int users_set(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	refcount_t *users = compat_tracking_users(vma);
	int *nr = data, before = 0;

	if (users) {
		before = refcount_read(users);
		refcount_set(users, *nr);
	}
	*nr = before;
	return 0;
}

int tracking_users_set(struct user_space *us, unsigned long addr, int nr)
{
	user_call_locked(us, addr, users_set, &nr);
	return nr;
}
EXPORT_SYMBOL_IF_KUNIT(tracking_users_set);

/* The whole list as text; NULL if it cannot be read. */
static char *read_list(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	char *text = kunit_kzalloc(test, LIST_PAGES * PAGE_SIZE, GFP_KERNEL);
	unsigned long addr;
	ssize_t len;

	KUNIT_ASSERT_NOT_NULL(test, text);
	addr = user_mmap(us, NULL, LIST_PAGES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	len = debugfs_read_to_user(LIST, us->mm, addr, LIST_PAGES * PAGE_SIZE);
	/* A list that fills all of the buffer may be longer than that. */
	KUNIT_ASSERT_LT(test, len, (ssize_t)(LIST_PAGES * PAGE_SIZE));
	if (len > 0)
		KUNIT_ASSERT_EQ(test, 0, user_copy_out(us, text, addr, len));
	user_space_destroy(test, us);
	return len < 0 ? NULL : text;
}

void needs_memtype(struct kunit *test)
{
	if (!tracks_memtypes())
		kunit_skip(test, "needs cache modes that are tracked (x86 with PAT)");
	needs_mm_exports(test);
	if (!read_list(test))
		kunit_skip(test, "needs debugfs with " LIST);
}
EXPORT_SYMBOL_IF_KUNIT(needs_memtype);

void needs_pat_off(struct kunit *test)
{
	needs_mm_exports(test);
	if (!IS_ENABLED(CONFIG_X86_PAT) || tracks_memtypes())
		kunit_skip(test, "needs PAT switched off (x86 with nopat)");
}
EXPORT_SYMBOL_IF_KUNIT(needs_pat_off);

static enum memtype_mode mode_named(const char *name)
{
	enum memtype_mode mode;

	for (mode = CACHE_WB; mode < CACHE_OTHER; mode++)
		if (!strcmp(name, names[mode]))
			break;
	return mode;
}

static void add_line(struct tracking *got, const char *line, u64 start, u64 end)
{
	unsigned long long from, to;
	enum memtype_mode mode;
	char name[32];

	if (sscanf(line, "PAT: [mem 0x%llx-0x%llx] %31s", &from, &to,
		   name) != 3 || from >= end || to <= start)
		return;
	mode = mode_named(name);
	*got = (struct tracking){
		.nr = got->nr + 1,
		.pfn = PHYS_PFN(from),
		.nr_pages = PHYS_PFN(to - from),
		.mode = got->nr && got->mode != mode ? CACHE_OTHER : mode,
	};
}

struct tracking observe_tracking(struct kunit *test, unsigned long pfn,
				 unsigned long nr_pages)
{
	char *line, *rest = read_list(test);
	struct tracking got = {};

	KUNIT_ASSERT_NOT_NULL(test, rest);
	while ((line = strsep(&rest, "\n")))
		add_line(&got, line, PFN_PHYS(pfn), PFN_PHYS(pfn + nr_pages));
	return got;
}
EXPORT_SYMBOL_IF_KUNIT(observe_tracking);

void expect_frames_tracked(struct kunit *test, unsigned long pfn,
			   unsigned long nr_pages, enum memtype_mode mode)
{
	struct tracking got = observe_tracking(test, pfn, nr_pages);

	KUNIT_EXPECT_EQ(test, got.nr, 1);
	KUNIT_EXPECT_EQ(test, got.pfn, pfn);
	KUNIT_EXPECT_EQ(test, got.nr_pages, nr_pages);
	KUNIT_EXPECT_STREQ(test, cache_mode_name(got.mode),
			   cache_mode_name(mode));
}
EXPORT_SYMBOL_IF_KUNIT(expect_frames_tracked);

void expect_frames_untracked(struct kunit *test, unsigned long pfn,
			     unsigned long nr_pages)
{
	KUNIT_EXPECT_EQ(test, observe_tracking(test, pfn, nr_pages).nr, 0);
}
EXPORT_SYMBOL_IF_KUNIT(expect_frames_untracked);
