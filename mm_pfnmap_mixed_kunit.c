// SPDX-License-Identifier: GPL-2.0
/*
 * Copy on write in VM_MIXEDMAP: scattered frames, with and without struct page,
 * in a private mapping.
 *
 * VM_MIXEDMAP is what raw-PFN mappings needed for copy on write of frames that
 * follow no rule. See the comments on vm_normal_page() and in
 * vmf_insert_pfn_prot(), and the kernel-doc of vm_insert_page().
 */
#include <kunit/test.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/page_ref.h>
#include <linux/pagemap.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

static struct frame *frame_of(struct vm_fault *vmf)
{
	return &pfn_file_of(vmf)->frames->frame[vmf->pgoff];
}

static vm_fault_t insert_mixed(struct vm_fault *vmf)
{
	return vmf_insert_mixed(vmf->vma, vmf->address,
				compat_pfn(frame_of(vmf)->pfn));
}

static vm_fault_t insert_page(struct vm_fault *vmf)
{
	return vmf_insert_page(vmf->vma, vmf->address,
			       pfn_to_page(frame_of(vmf)->pfn));
}

static vm_fault_t return_locked_page(struct vm_fault *vmf)
{
	handler_fault_return(vmf);
	lock_page(vmf->page);
	return VM_FAULT_LOCKED;
}

/*
 * struct way - how a frame gets into the mapping
 * @name: that, in words
 * @kind: what the frames are
 * @fault: the handler
 * @counted: mm counts the page on any architecture
 */
static const struct way {
	const char *name;
	enum frames_kind kind;
	vm_fault_t (*fault)(struct vm_fault *vmf);
	bool counted;
} ways[] = {
	{ "vmf_insert_mixed", FRAMES_SCATTERED, insert_mixed },
	{ "vmf_insert_mixed without struct page", FRAMES_PAGELESS_SCATTERED,
	  insert_mixed },
	{ "vmf_insert_page", FRAMES_SCATTERED, insert_page, true },
	{ "vmf page", FRAMES_SCATTERED, handler_fault_return, true },
	{ "vmf page locked", FRAMES_SCATTERED, return_locked_page, true },
};

static void way_name(const struct way *way, char *desc)
{
	strscpy(desc, way->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(way, ways, way_name);

/* Without a mark for entries, a struct page is what makes a page normal. */
static bool way_counts(const struct way *way)
{
	const struct oracle_entry entry = {
		.mixedmap = true,
		.may_write = true,
		.has_mark = IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL),
		.marked = IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL) &&
			  !way->counted,
		.backing = way->kind == FRAMES_SCATTERED ? BACKED_PAGE :
							   BACKED_PAGELESS,
	};

	return oracle_classify(&entry) == ORACLE_NORMAL;
}

static struct mapping map_way(struct kunit *test, unsigned long prot,
			      unsigned long map_flags)
{
	const struct way *way = test->param_value;

	needs_mm_exports(test);
	return mapping_create_prot(test, way->kind, NR_PAGES, prot, map_flags,
				   &(struct pfn_file){
					   .vm_flags = VM_MIXEDMAP,
					   .fault = way->fault,
				   });
}

static struct mapping map_private(struct kunit *test)
{
	return map_way(test, PROT_READ | PROT_WRITE, MAP_PRIVATE);
}

/* To be written to through the mapping. */
static struct mapping map_reachable(struct kunit *test, unsigned long prot)
{
	struct mapping m = map_way(test, prot, MAP_PRIVATE);

	needs_reachable(test, m.frames);
	return m;
}

static void read_all(struct kunit *test, const struct mapping *m)
{
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++)
		KUNIT_ASSERT_FALSE(test, VM_FAULT_ERROR &
				   user_fault(m->us, mapping_page(m, page), 0));
}

static void expect_frame(struct kunit *test, const struct mapping *m,
			 unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));
	struct page *normal = observe_normal_page(m->us, mapping_page(m, page));

	KUNIT_EXPECT_TRUE_MSG(test, pte.present, "page %u", page);
	KUNIT_EXPECT_EQ_MSG(test, pte.pfn, m->frames->frame[page].pfn,
			    "page %u", page);
	if (way_counts(test->param_value))
		KUNIT_EXPECT_PTR_EQ_MSG(test, normal, pfn_to_page(pte.pfn),
					"page %u", page);
	else
		KUNIT_EXPECT_NULL_MSG(test, normal, "page %u", page);
}

/* Of so many pages, those that are still the frames count as file's. */
static void expect_counts(struct kunit *test, const struct mapping *m,
			  unsigned int frames, unsigned int copies)
{
	expect_rss(test, m->us, way_counts(test->param_value) ? frames : 0,
		   copies);
}

static void expect_no_frame_mapped(struct kunit *test, const struct mapping *m)
{
	expect_counts(test, m, 0, 0);
	expect_frames_untouched(test, m->before);
	if (frames_reachable(m->frames))
		expect_frames_intact(test, m);
}

/* Covers: vm_mixed_ok, __vm_insert_mixed, __vm_normal_page */
static void read_maps_the_frame_and_not_for_writing(struct kunit *test)
{
	struct mapping m = map_private(test);
	unsigned int page;

	read_all(test, &m);
	for (page = 0; page < NR_PAGES; page++) {
		struct pte_view pte = observe_pte(m.us, mapping_page(&m, page));

		expect_frame(test, &m, page);
		KUNIT_EXPECT_FALSE_MSG(test, pte.write, "page %u", page);
		KUNIT_EXPECT_FALSE_MSG(test, pte.dirty, "page %u", page);
	}
	expect_counts(test, &m, NR_PAGES, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_no_frame_mapped(test, &m);
}

static void reads_see_the_frames(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ | PROT_WRITE);
	unsigned long word = 0;
	unsigned int page;

	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, page),
						   &word));
		KUNIT_EXPECT_EQ(test, word,
				frames_pattern(m.frames->frame[page].pfn, 0));
	}
	expect_counts(test, &m, NR_PAGES, 0);
}

/*
 * The copy is counted as anonymous, the frame no more, and nothing else
 * changes.
 *
 * Covers: __vm_normal_page
 */
static void write_after_read_copies_exactly_one_page(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ | PROT_WRITE);
	unsigned int page, written = 3;
	struct vma_view vma;

	read_all(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, written),
					    4711));

	expect_copy(test, &m, written);
	expect_copied_words(test, &m, written, 4711);
	for (page = 0; page < NR_PAGES; page++)
		if (page != written)
			expect_frame(test, &m, page);
	expect_counts(test, &m, NR_PAGES - 1, 1);
	expect_frames_intact(test, &m);
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_TRUE(test, vma.has_anon_vma);
}

/* The handler is asked once, whether it inserts the frame or returns it. */
static void first_touch_by_a_write_copies(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ | PROT_WRITE);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 5), 4711));

	expect_copy(test, &m, 5);
	expect_copied_words(test, &m, 5, 4711);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
	expect_counts(test, &m, 0, 1);
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

static void copies_and_frames_go_with_the_mapping(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ | PROT_WRITE);
	unsigned int page;

	read_all(test, &m);
	for (page = 1; page < NR_PAGES; page += 2)
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, page),
						    page));
	expect_counts(test, &m, NR_PAGES / 2, NR_PAGES / 2);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_no_frame_mapped(test, &m);
}

static void exit_with_copies_leaves_the_frames_alone(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ | PROT_WRITE);

	read_all(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 0), 1));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 7), 1));
	user_space_destroy(test, m.us);

	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
}

/* Private pages may be thrown away, and read anew: see madvise(2). */
static void dontneed_drops_the_copy_and_brings_the_frame_back(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ | PROT_WRITE);
	unsigned long word = 0;

	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	KUNIT_ASSERT_EQ(test, 0, user_madvise(m.us, m.addr, NR_PAGES,
					      MADV_DONTNEED));
	expect_no_frame_mapped(test, &m);

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[2].pfn, 0));
	expect_frame(test, &m, 2);
}

/* FAULT_FLAG_UNSHARE: 'break COW', but it is no write. See its comment. */
static void unsharing_copies_without_making_it_writable(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ | PROT_WRITE);
	struct pte_view pte;

	needs_unsharing(test);
	read_all(test, &m);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 4),
					 FAULT_FLAG_UNSHARE), 0);
	pte = observe_pte(m.us, mapping_page(&m, 4));
	KUNIT_EXPECT_NE(test, pte.pfn, m.frames->frame[4].pfn);
	KUNIT_EXPECT_FALSE(test, pte.write);
	KUNIT_EXPECT_FALSE(test, pte.dirty);
	expect_counts(test, &m, NR_PAGES - 1, 1);

	/* It is exclusive: a write takes the same page. */
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 4), 4711));
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, mapping_page(&m, 4)).pfn,
			pte.pfn);
	expect_copy(test, &m, 4);
	expect_copied_words(test, &m, 4, 4711);
	expect_frames_intact(test, &m);
}

static void write_word(struct page *page, void *data)
{
	unsigned long *words = kmap_local_page(page);

	words[0] = *(unsigned long *)data;
	kunmap_local(words);
}

/* As a debugger sets a breakpoint: FOLL_FORCE on what the program may read. */
static void check_forced_write(struct kunit *test, bool pin)
{
	struct mapping m = map_reachable(test, PROT_READ);
	unsigned long word = 4711;
	struct pte_view pte;

	read_all(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_force_page(m.us, m.us, mapping_page(&m, 6),
						 pin, write_word, &word));

	pte = observe_pte(m.us, mapping_page(&m, 6));
	KUNIT_EXPECT_NE(test, pte.pfn, m.frames->frame[6].pfn);
	KUNIT_EXPECT_FALSE(test, pte.write);
	expect_copied_words(test, &m, 6, 4711);
	expect_counts(test, &m, NR_PAGES - 1, 1);
	expect_frames_intact(test, &m);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_no_frame_mapped(test, &m);
}

static void forced_write_by_get_user_pages_breaks_cow(struct kunit *test)
{
	check_forced_write(test, false);
}

static void forced_write_by_pin_user_pages_breaks_cow(struct kunit *test)
{
	check_forced_write(test, true);
}

/*
 * What ptrace does: the writer has an address space of its own, with something
 * else at the same address. It must not get into the copy.
 */
static void forced_write_from_elsewhere_copies_the_frame(struct kunit *test)
{
	struct mapping m = map_reachable(test, PROT_READ);
	struct user_space *writer = user_space_create(test);
	unsigned long at = mapping_page(&m, 6), word = 4711, copied = 0;

	KUNIT_ASSERT_EQ(test, at, user_mmap_at(writer, at, NULL, 1,
					       PROT_READ | PROT_WRITE,
					       MAP_PRIVATE | MAP_FIXED, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(writer, at + sizeof(word), 42));
	read_all(test, &m);
	KUNIT_ASSERT_EQ(test, 0, user_force_page(writer, m.us, at, false,
						 write_word, &word));

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, at + sizeof(word), &copied));
	known_issue(test, copied == 42,
		    "a raw frame is copied by its user address from the mm of the writer, in __wp_page_copy_user()");
	expect_copied_words(test, &m, 6, 4711);
	expect_frames_intact(test, &m);
}

/* Frames anywhere, no copies: 'the !is_cow_mapping letout'. */
static void shared_mapping_is_written_in_place(struct kunit *test)
{
	struct mapping m = map_way(test, PROT_READ | PROT_WRITE, MAP_SHARED);
	unsigned int page;

	needs_reachable(test, m.frames);
	for (page = 0; page < NR_PAGES; page++) {
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, page),
						    page));
		KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[page]), page);
		expect_frame(test, &m, page);
	}
	expect_counts(test, &m, NR_PAGES, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_counts(test, &m, 0, 0);
	expect_frames_untouched(test, m.before);
}

static vm_fault_t insert_zero_pfn(struct vm_fault *vmf)
{
	return vmf_insert_mixed(vmf->vma, vmf->address,
				compat_pfn(page_to_pfn(ZERO_PAGE(vmf->address))));
}

static vm_fault_t insert_zero_page(struct vm_fault *vmf)
{
	return vmf_insert_page(vmf->vma, vmf->address, ZERO_PAGE(vmf->address));
}

/*
 * struct zero_way - how the zero page gets into the mapping
 * @name: that, in words
 * @fault: the handler
 * @vm_flags: of the mapping; the zero page is no normal page in any
 */
static const struct zero_way {
	const char *name;
	vm_fault_t (*fault)(struct vm_fault *vmf);
	vm_flags_t vm_flags;
} zero_ways[] = {
	{ "vmf_insert_mixed", insert_zero_pfn, VM_MIXEDMAP },
	{ "vmf_insert_mixed without VM_MIXEDMAP", insert_zero_pfn, 0 },
	{ "vmf_insert_page", insert_zero_page, VM_MIXEDMAP },
};

static void zero_way_name(const struct zero_way *way, char *desc)
{
	strscpy(desc, way->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(zero_way, zero_ways, zero_way_name);

/*
 * struct zero - a private mapping of the zero page
 * @us: where
 * @addr: its one page
 * @zero: the zero page
 * @ref: references to it
 */
struct zero {
	struct user_space *us;
	unsigned long addr;
	struct page *zero;
	int ref;
};

static struct zero map_zero(struct kunit *test)
{
	const struct zero_way *way = test->param_value;
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
						    .vm_flags = way->vm_flags,
						    .fault = way->fault,
					    });
	struct zero z = { .us = user_space_create(test) };

	needs_mm_exports(test);
	z.addr = user_mmap(z.us, pf->file, 1, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(z.addr));
	z.zero = ZERO_PAGE(z.addr);
	z.ref = page_ref_count(z.zero);
	return z;
}

static void expect_zero_page_unharmed(struct kunit *test, const struct zero *z)
{
	KUNIT_EXPECT_EQ(test, page_ref_count(z->zero), z->ref);
	KUNIT_EXPECT_NULL(test, memchr_inv(page_address(z->zero), 0, PAGE_SIZE));
}

/* Covers: vm_mixed_zeropage_allowed, __vm_normal_page */
static void zero_page_is_read_and_not_counted(struct kunit *test)
{
	struct zero z = map_zero(test);
	unsigned long word = 1;

	KUNIT_ASSERT_EQ(test, 0, user_read(z.us, z.addr, &word));
	KUNIT_EXPECT_EQ(test, word, 0);
	KUNIT_EXPECT_EQ(test, observe_pte(z.us, z.addr).pfn,
			page_to_pfn(z.zero));
	KUNIT_EXPECT_FALSE(test, observe_pte(z.us, z.addr).write);
	KUNIT_EXPECT_NULL(test, observe_normal_page(z.us, z.addr));
	expect_rss(test, z.us, 0, 0);
	expect_zero_page_unharmed(test, &z);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(z.us, z.addr, 1));
	expect_rss(test, z.us, 0, 0);
	expect_zero_page_unharmed(test, &z);
}

static void expect_zeroed_copy(struct kunit *test, const struct zero *z,
			       unsigned long first_word)
{
	unsigned long *seen = kunit_kzalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct pte_view pte = observe_pte(z->us, z->addr);

	KUNIT_ASSERT_NOT_NULL(test, seen);
	KUNIT_EXPECT_NE(test, pte.pfn, page_to_pfn(z->zero));
	KUNIT_EXPECT_PTR_EQ(test, observe_normal_page(z->us, z->addr),
			    pfn_to_page(pte.pfn));
	KUNIT_ASSERT_EQ(test, 0, user_copy_out(z->us, seen, z->addr,
					       PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, seen[0], first_word);
	KUNIT_EXPECT_NULL(test, memchr_inv(seen + 1, 0,
					   PAGE_SIZE - sizeof(*seen)));
	expect_rss(test, z->us, 0, 1);
	expect_zero_page_unharmed(test, z);
}

/* Covers: __vm_normal_page */
static void write_over_the_zero_page_gives_a_zeroed_page(struct kunit *test)
{
	struct zero z = map_zero(test);
	unsigned long word;

	KUNIT_ASSERT_EQ(test, 0, user_read(z.us, z.addr, &word));
	KUNIT_ASSERT_EQ(test, 0, user_write(z.us, z.addr, 4711));
	expect_zeroed_copy(test, &z, 4711);
	KUNIT_EXPECT_TRUE(test, observe_pte(z.us, z.addr).write);

	KUNIT_ASSERT_EQ(test, 0, user_munmap(z.us, z.addr, 1));
	expect_rss(test, z.us, 0, 0);
	expect_zero_page_unharmed(test, &z);
}

static void first_touch_by_a_write_gives_a_zeroed_page(struct kunit *test)
{
	struct zero z = map_zero(test);

	KUNIT_ASSERT_EQ(test, 0, user_write(z.us, z.addr, 4711));
	expect_zeroed_copy(test, &z, 4711);
}

/* Nothing is read from the writer here: zeroes need no source. */
static void forced_write_over_the_zero_page_gives_a_zeroed_page(struct kunit *test)
{
	struct zero z = map_zero(test);
	struct user_space *writer = user_space_create(test);
	unsigned long word = 4711;

	KUNIT_ASSERT_EQ(test, 0, user_read(z.us, z.addr, &word));
	word = 4711;
	KUNIT_ASSERT_EQ(test, 0, user_force_page(writer, z.us, z.addr, false,
						 write_word, &word));
	expect_zeroed_copy(test, &z, 4711);
}

/*
 * VM_PFNMAP has no zero page, and a driver that tries is told.
 *
 * Covers: vm_mixed_zeropage_allowed
 */
static void zero_page_in_a_raw_mapping_is_refused_with_a_warning(struct kunit *test)
{
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
						    .vm_flags = VM_PFNMAP,
						    .fault = insert_zero_pfn,
					    });
	struct user_space *us = user_space_create(test);
	unsigned long addr = user_mmap(us, pf->file, 1, PROT_READ | PROT_WRITE,
				       MAP_SHARED, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	if (!IS_ENABLED(CONFIG_DEBUG_VM))
		kunit_skip(test, "needs CONFIG_DEBUG_VM");
	EXPECT_WARNINGS(test, 1) {
		EXPECT_VM_FAULT(test, user_fault(us, addr, 0), VM_FAULT_SIGBUS);
	}
	KUNIT_EXPECT_TRUE(test, observe_pte(us, addr).none);
}

static int insert_zero_without_handlers(struct pfn_file *pf,
					struct vm_area_struct *vma)
{
	vma->vm_ops = NULL;
	return vm_insert_page(vma, vma->vm_start, ZERO_PAGE(vma->vm_start));
}

/*
 * Without a pfn_mkwrite, nobody could put a page of its own there in time.
 *
 * Covers: vm_mixed_zeropage_allowed
 */
static void zero_page_without_handlers_is_refused(struct kunit *test)
{
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
						    .vm_flags = VM_MIXEDMAP,
						    .map = insert_zero_without_handlers,
					    });
	struct user_space *us = user_space_create(test);

	needs_mixed_zero_page(test);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			(long)user_mmap(us, pf->file, 1, PROT_READ | PROT_WRITE,
					MAP_SHARED, 0));
}

/*
 * A frame in a mapping without VM_MIXEDMAP would be a normal page there, by the
 * rule in the comment on vm_normal_page().
 *
 * Covers: vm_mixed_ok(VM_MIXEDMAP)
 */
static void frame_without_vm_mixedmap_is_refused(struct kunit *test)
{
	struct frames *frames = frames_alloc(test, FRAMES_SCATTERED, 1,
					     NUMA_NO_NODE);
	struct frames_state *before = observe_frames(test, frames);
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
						    .frames = frames,
						    .fault = insert_mixed,
					    });
	struct user_space *us = user_space_create(test);
	unsigned long addr = user_mmap(us, pf->file, 1, PROT_READ | PROT_WRITE,
				       MAP_SHARED, 0);

	known_panic(test, !COMPAT_HAS_MIXED_ZERO_PAGE,
		    "vmf_insert_mixed() into an ordinary vma is a BUG_ON()");
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	EXPECT_VM_FAULT(test, user_fault(us, addr, 0), VM_FAULT_SIGBUS);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, addr).none);
	expect_frames_untouched(test, before);
}

/* Where it might be written in place it must not be. */
static void zero_page_in_a_shared_mapping_is_refused(struct kunit *test)
{
	const struct zero_way *way = test->param_value;
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
						    .vm_flags = way->vm_flags,
						    .fault = way->fault,
					    });
	struct user_space *us = user_space_create(test);
	unsigned long addr = user_mmap(us, pf->file, 1, PROT_READ, MAP_SHARED,
				       0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	EXPECT_VM_FAULT(test, user_fault(us, addr, 0), VM_FAULT_SIGBUS);
	KUNIT_EXPECT_TRUE(test, observe_pte(us, addr).none);
}

/* Never to be written: not by mprotect, and not by force, as it is no COW. */
static int never_to_be_written(struct pfn_file *pf, struct vm_area_struct *vma)
{
	vm_flags_clear(vma, VM_MAYWRITE);
	return 0;
}

static void private_mapping_without_maywrite_is_never_copied(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = mapping_create_prot(test, way->kind, NR_PAGES,
					       PROT_READ, MAP_PRIVATE,
					       &(struct pfn_file){
						       .vm_flags = VM_MIXEDMAP,
						       .map = never_to_be_written,
						       .fault = way->fault,
					       });
	unsigned int page;

	needs_syscalls(test);
	read_all(test, &m);
	KUNIT_EXPECT_EQ(test, user_mprotect(m.us, m.addr, NR_PAGES,
					    PROT_READ | PROT_WRITE), -EACCES);
	KUNIT_EXPECT_EQ(test, user_force_page(m.us, m.us, m.addr, false, NULL,
					      NULL), -EFAULT);
	for (page = 0; page < NR_PAGES; page++)
		expect_frame(test, &m, page);
	expect_counts(test, &m, NR_PAGES, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_no_frame_mapped(test, &m);
}

static vm_fault_t insert_object(struct vm_fault *vmf)
{
	struct page *page = virt_to_page(pfn_file_of(vmf)->data);

	return vmf_insert_mixed(vmf->vma, vmf->address,
				compat_pfn(page_to_pfn(page)));
}

/*
 * Without a mark for entries, 'we *must* refcount the page if pfn_valid is
 * true': what mm may not count, as slab's memory, does not get in.
 */
static void slab_page_is_refused_where_entries_have_no_mark(struct kunit *test)
{
	void *object = kunit_kmalloc(test, PAGE_SIZE, GFP_KERNEL);
	struct mapping m;
	int ref;

	if (IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL))
		kunit_skip(test, "needs entries without a mark (no pte_special())");
	KUNIT_ASSERT_NOT_NULL(test, object);
	ref = page_ref_count(virt_to_page(object));
	m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .vm_flags = VM_MIXEDMAP,
				   .fault = insert_object,
				   .data = object,
			   });

	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_SIGBUS);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
	KUNIT_EXPECT_EQ(test, page_ref_count(virt_to_page(object)), ref);
	expect_rss(test, m.us, 0, 0);
}

static struct kunit_case mm_pfnmap_mixed_cases[] = {
	KUNIT_CASE(zero_page_in_a_raw_mapping_is_refused_with_a_warning),
	KUNIT_CASE(zero_page_without_handlers_is_refused),
	KUNIT_CASE(frame_without_vm_mixedmap_is_refused),
	KUNIT_CASE(slab_page_is_refused_where_entries_have_no_mark),
	KUNIT_CASE_PARAM(read_maps_the_frame_and_not_for_writing,
			 way_gen_params),
	KUNIT_CASE_PARAM(reads_see_the_frames, way_gen_params),
	KUNIT_CASE_PARAM(write_after_read_copies_exactly_one_page,
			 way_gen_params),
	KUNIT_CASE_PARAM(first_touch_by_a_write_copies, way_gen_params),
	KUNIT_CASE_PARAM(copies_and_frames_go_with_the_mapping,
			 way_gen_params),
	KUNIT_CASE_PARAM(exit_with_copies_leaves_the_frames_alone,
			 way_gen_params),
	KUNIT_CASE_PARAM(dontneed_drops_the_copy_and_brings_the_frame_back,
			 way_gen_params),
	KUNIT_CASE_PARAM(unsharing_copies_without_making_it_writable,
			 way_gen_params),
	KUNIT_CASE_PARAM(forced_write_by_get_user_pages_breaks_cow,
			 way_gen_params),
	KUNIT_CASE_PARAM(forced_write_by_pin_user_pages_breaks_cow,
			 way_gen_params),
	KUNIT_CASE_PARAM(forced_write_from_elsewhere_copies_the_frame,
			 way_gen_params),
	KUNIT_CASE_PARAM(shared_mapping_is_written_in_place, way_gen_params),
	KUNIT_CASE_PARAM(private_mapping_without_maywrite_is_never_copied,
			 way_gen_params),
	KUNIT_CASE_PARAM(zero_page_in_a_shared_mapping_is_refused,
			 zero_way_gen_params),
	KUNIT_CASE_PARAM(zero_page_is_read_and_not_counted,
			 zero_way_gen_params),
	KUNIT_CASE_PARAM(write_over_the_zero_page_gives_a_zeroed_page,
			 zero_way_gen_params),
	KUNIT_CASE_PARAM(first_touch_by_a_write_gives_a_zeroed_page,
			 zero_way_gen_params),
	KUNIT_CASE_PARAM(forced_write_over_the_zero_page_gives_a_zeroed_page,
			 zero_way_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_mixed_suite = {
	.name = "mm_pfnmap_mixed",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_mixed_cases,
};

kunit_test_suite(mm_pfnmap_mixed_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: copy on write in VM_MIXEDMAP");
MODULE_LICENSE("GPL");
