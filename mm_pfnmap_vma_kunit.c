// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a vma of raw frames: cut, moved, protected, torn down.
 *
 * Whatever becomes of the vma, each page of it stays what it was: the entry of
 * a raw frame moves along with vm_start and vm_pgoff, as the linear rule wants
 * it, and nothing else comes or goes. See the comments on vm_normal_page().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>

#include "testbed/kinds.h"
#include "testbed/testbed.h"

/* What mmap has set up is not opened; each piece of a split but one is. */
static void every_piece_is_closed_once(struct kunit *test)
{
	struct mapping m = map_scattered(test);
	unsigned int page;

	mapping_touch(test, &m, 0, NR_PAGES);
	for (page = 1; page < NR_PAGES; page += 2)
		KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, page),
						     1));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens) + 1 -
			atomic_read(&m.pf->nr_closes), NR_PAGES / 2);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens) + 1 -
			atomic_read(&m.pf->nr_closes), 0);
	expect_frames_untouched(test, m.before);
}

/* Drivers that count by the vma cannot have it cut: vm_ops->may_split. */
static int refuse_split(struct vm_area_struct *vma, unsigned long addr)
{
	return -EBUSY;
}

static void mapping_that_must_not_be_split_is_not(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .remap = true,
						  .ops.may_split = refuse_split,
					  });

	KUNIT_EXPECT_EQ(test, -EBUSY, user_munmap(m.us, mapping_page(&m, 2), 2));
	expect_layout(test, &m, "rrrrrrrr");
	expect_piece(test, &m, 0, NR_PAGES, 0);
	KUNIT_EXPECT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_no_page_tables(test, m.us);
}

/* Unmapped by the driver, by vma: see zap_vma_ptes(). */
static int zap(struct vm_area_struct *vma, unsigned long addr, void *data)
{
	compat_zap_vma(vma, addr, *(unsigned long *)data);
	return 0;
}

static int unmap_page_of_file(struct user_space *us, unsigned long addr,
			      void *data)
{
	struct mapping *m = data;

	unmap_mapping_range(m->pf->file->f_mapping, addr - m->addr, PAGE_SIZE,
			    1);
	return 0;
}

/* A frame that was taken back may be somebody else's the next moment. */
static void other_cpus_lose_what_is_unmapped_at_once(struct kunit *test)
{
	struct mapping maps[] = {
		map_linear(test, MAP_SHARED),
		map_mixed(test, MAP_SHARED),
		map_mixed(test, MAP_PRIVATE),
	};
	unsigned int i;

	needs_mm_exports(test);
	needs_cpus(test, 2);
	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		struct mapping *m = &maps[i];
		unsigned long at = mapping_page(m, 2), word = 0, seen = 0;

		KUNIT_ASSERT_EQ(test, 0, user_read(m->us, at, &word));
		KUNIT_ASSERT_NE(test, word, 0);
		KUNIT_ASSERT_EQ(test, 0,
				user_call_beside_a_reader(m->us, at,
							  unmap_page_of_file, m,
							  &seen));
		KUNIT_EXPECT_EQ_MSG(test, seen, 0, "mapping %u", i);
		KUNIT_EXPECT_TRUE(test, observe_pte(m->us, at).none);
		KUNIT_EXPECT_FALSE(test, observe_pte(m->us, at + PAGE_SIZE).none);
	}
}

/* Covers: zap_special_vma_range(VM_PFNMAP), zap_vma_ptes(VM_PFNMAP) */
static void zapped_frames_come_back_by_fault(struct kunit *test)
{
	struct mapping m = map_scattered(test);
	unsigned long size = 3 * PAGE_SIZE;

	mapping_touch(test, &m, 0, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_call_locked(m.us, mapping_page(&m, 2), zap,
						  &size));
	expect_layout(test, &m, "rr...rrr");
	expect_piece(test, &m, 0, NR_PAGES, 0);
	expect_frames_untouched(test, m.before);

	mapping_touch(test, &m, 3, 1);
	expect_layout(test, &m, "rr.r.rrr");
}

static void zap_beyond_the_vma_does_nothing(struct kunit *test)
{
	struct mapping m = map_scattered(test);
	unsigned long size = (NR_PAGES + 1) * PAGE_SIZE;

	mapping_touch(test, &m, 0, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_call_locked(m.us, m.addr, zap, &size));
	expect_layout(test, &m, "rrrrrrrr");
}

static int zap_from_the_page_before(struct vm_area_struct *vma,
				    unsigned long addr, void *data)
{
	compat_zap_vma(vma, addr - PAGE_SIZE, 2 * PAGE_SIZE);
	return 0;
}

static void zap_from_before_the_vma_does_nothing(struct kunit *test)
{
	struct mapping m = map_scattered(test);

	mapping_touch(test, &m, 0, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0,
			user_call_locked(m.us, m.addr, zap_from_the_page_before,
					 NULL));
	expect_layout(test, &m, "rrrrrrrr");
}

/*
 * Once for VM_PFNMAP only, and for VM_MIXEDMAP too since it has another name.
 *
 * Covers: zap_special_vma_range(VM_MIXEDMAP), zap_vma_ptes(VM_PFNMAP)
 */
static void zapped_mixed_pages_are_given_back(struct kunit *test)
{
	struct mapping m = map_mixed(test, MAP_SHARED);
	unsigned long size = NR_PAGES * PAGE_SIZE;

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, 0, user_call_locked(m.us, m.addr, zap, &size));
	if (COMPAT_ZAPS_MIXED) {
		expect_layout(test, &m, "........");
		expect_frames_untouched(test, m.before);
		expect_rss(test, m.us, 0, 0);
	} else {
		expect_layout(test, &m, "prprprpr");
		expect_frames_counted(test, m.before, 1);
	}
}

static void zap_of_an_ordinary_vma_does_nothing(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long size = PAGE_SIZE, word = 0;
	unsigned long addr = user_mmap(us, NULL, 1, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 4711));
	KUNIT_ASSERT_EQ(test, 0, user_call_locked(us, addr, zap, &size));
	KUNIT_EXPECT_EQ(test, 0, user_read(us, addr, &word));
	KUNIT_EXPECT_EQ(test, word, 4711);
}

/* By file: all its mappings lose the pages, as when a device goes away. */
static void frames_of_a_file_are_unmapped_everywhere(struct kunit *test)
{
	struct mapping m = map_scattered(test);
	struct user_space *us = user_space_create(test);
	struct mapping other = m;

	other.us = us;
	other.addr = user_mmap(us, m.pf->file, NR_PAGES, PROT_READ, MAP_SHARED,
			       0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(other.addr));
	mapping_touch(test, &m, 0, NR_PAGES);
	mapping_touch(test, &other, 0, NR_PAGES);

	unmap_mapping_range(m.pf->file->f_mapping, 2 * PAGE_SIZE, 3 * PAGE_SIZE,
			    1);
	expect_layout(test, &m, "rr...rrr");
	expect_layout(test, &other, "rr...rrr");
	expect_frames_untouched(test, m.before);
}

/* Copies are the process's own data; see even_cows of unmap_mapping_range(). */
static void private_copies_outlive_an_unmap_of_the_file_if_wanted(struct kunit *test)
{
	struct mapping m = map_mixed(test, MAP_PRIVATE);

	needs_mm_exports(test);
	mapping_write_copies(test, &m, "c.c.c...");
	unmap_mapping_range(m.pf->file->f_mapping, 0, 4 * PAGE_SIZE, 0);
	expect_copies_kept(test, &m, "c.c.c...");
	KUNIT_EXPECT_EQ(test, compat_rss(m.us->mm, MM_ANONPAGES), 3);

	unmap_mapping_range(m.pf->file->f_mapping, 0, 4 * PAGE_SIZE, 1);
	expect_layout(test, &m, "....crpr");
	expect_rss(test, m.us, 1, 1);
}

/*
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special), __vm_normal_page(VM_MIXEDMAP),
 * vm_normal_page(VM_MIXEDMAP)
 */
static void exit_with_everything_mapped_leaves_nothing(struct kunit *test)
{
	struct mapping mixed = map_mixed(test, MAP_PRIVATE);
	struct mapping scattered = map_scattered(test);
	struct mapping m = mapping_create_across(test, FRAMES_CONTIGUOUS,
						 NR_PAGES, MAP_PRIVATE,
						 &(struct pfn_file){ .remap = true });
	struct mm_struct *mm = m.us->mm;
	struct user_space gone = { .mm = mm };

	/* All in one address space. */
	mixed.us = m.us;
	mixed.addr = user_mmap(m.us, mixed.pf->file, NR_PAGES,
			       PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(mixed.addr));
	scattered.us = m.us;
	scattered.addr = user_mmap(m.us, scattered.pf->file, NR_PAGES,
				   PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(scattered.addr));
	mapping_touch(test, &scattered, 0, NR_PAGES);
	mapping_write_copies(test, &m, "c..cc..c");
	mapping_write_copies(test, &mixed, "c.......");
	expect_rss(test, m.us, NR_PAGES / 2 - 1, 5);
	KUNIT_EXPECT_GT(test, mm_pgtables_bytes(mm), 0UL);

	mmgrab(mm);
	user_space_destroy(test, m.us);
	expect_rss(test, &gone, 0, 0);
	expect_no_page_tables(test, &gone);
	mmdrop(mm);
	expect_frames_untouched(test, m.before);
	expect_frames_untouched(test, scattered.before);
	expect_frames_intact(test, &m);
	KUNIT_EXPECT_EQ(test, atomic_read(&scattered.pf->nr_closes), 1);
}

/*
 * Only the access rights change, not what is mapped, nor how.
 *
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void read_only_and_back_keeps_shared_frames(struct kunit *test)
{
	struct mapping m = map_scattered(test);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_touch(test, &m, 0, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	expect_layout(test, &m, "rrrrrrrr");
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(m.us, m.addr, 1));
	expect_frames_intact(test, &m);

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	KUNIT_EXPECT_EQ(test, 0, user_write(m.us, m.addr, 1));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[0]), 1);
	expect_layout(test, &m, "rrrrrrrr");
	expect_frames_untouched(test, m.before);
}

/* The way back must not make a raw frame writable that is to be copied. */
static void read_only_and_back_keeps_copy_on_write(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);
	unsigned int page;

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, ".c....c.");
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	for (page = 0; page < NR_PAGES; page++)
		KUNIT_EXPECT_EQ(test, -EFAULT,
				user_write(m.us, mapping_page(&m, page), 1));
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	expect_layout(test, &m, "rcrrrrcr");
	expect_copies_kept(test, &m, ".c....c.");

	mapping_write_copies(test, &m, "..cc....");
	expect_layout(test, &m, "rcccrrcr");
	expect_rss(test, m.us, 0, 4);
	expect_frames_intact(test, &m);
	expect_frames_untouched(test, m.before);
}

/* Neither present for the user nor forgotten. */
static void prot_none_and_back_keeps_all(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, ".c....c.");
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_NONE));
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(m.us, m.addr, 1));
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(m.us, mapping_page(&m, 1), 1));
	expect_rss(test, m.us, 0, 2);

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ | PROT_WRITE));
	expect_layout(test, &m, "rcrrrrcr");
	expect_copies_kept(test, &m, ".c....c.");
	expect_frames_intact(test, &m);
	expect_frames_untouched(test, m.before);
}

static void unmap_of_a_prot_none_mapping_leaves_nothing(struct kunit *test)
{
	struct mapping m = map_linear(test, MAP_PRIVATE);

	needs_syscalls(test);
	mapping_write_copies(test, &m, ".c....c.");
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_NONE));
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	expect_no_page_tables(test, m.us);
	expect_frames_untouched(test, m.before);
}

/* Protection is the user's, the cache mode the driver's; see pgprot_modify(). */
static void mprotect_keeps_the_cache_mode(struct kunit *test)
{
	unsigned long prots[] = { PROT_READ, PROT_NONE, PROT_READ | PROT_WRITE };
	struct mapping m;
	unsigned int i;

	needs_syscalls(test);
	needs_cache_modes(test);
	m = mapping_create(test, FRAMES_NOWHERE, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){ .map = handler_remap_uncached });
	KUNIT_ASSERT_TRUE(test, observe_pte(m.us, m.addr).uncached);
	for (i = 0; i < ARRAY_SIZE(prots); i++)
		KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
						       prots[i]));
	for (i = 0; i < NR_PAGES; i++)
		KUNIT_EXPECT_TRUE_MSG(test,
				      observe_pte(m.us, mapping_page(&m, i)).uncached,
				      "page %u", i);
	expect_layout(test, &m, "rrrrrrrr");
}

/* As mprotect(2) says under EACCES. */
static void write_access_to_a_file_opened_read_only_is_refused(struct kunit *test)
{
	struct mapping m = mapping_prepare(test, FRAMES_SCATTERED, NR_PAGES,
					   &(struct pfn_file){
						   .vm_flags = VM_PFNMAP,
						   .fault = pfn_file_insert,
						   .read_only = true,
					   });

	needs_mm_exports(test);
	needs_syscalls(test);
	m.us = user_space_create(test);
	m.addr = user_mmap(m.us, m.pf->file, NR_PAGES, PROT_READ, MAP_SHARED, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	mapping_touch(test, &m, 0, NR_PAGES);

	KUNIT_EXPECT_EQ(test, -EACCES, user_mprotect(m.us, m.addr, NR_PAGES,
						     PROT_READ | PROT_WRITE));
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(m.us, m.addr, 1));
	expect_layout(test, &m, "rrrrrrrr");
	expect_frames_intact(test, &m);
}

/* Parts of a mapping, and what is left of one that was all copies or raw. */
static const struct part {
	const char *name;
	unsigned int first;
	unsigned int nr;
	const char *left_of_linear;
	const char *left_of_scattered;
} parts[] = {
	{ "all", 0, NR_PAGES, "........", "........" },
	{ "head", 0, 3, "...crrrc", "...rrrrr" },
	{ "first page", 0, 1, ".rrcrrrc", ".rrrrrrr" },
	{ "middle", 2, 3, "cr...rrc", "rr...rrr" },
	{ "tail", 5, 3, "crrcr...", "rrrrr..." },
	{ "last page", NR_PAGES - 1, 1, "crrcrrr.", "rrrrrrr." },
};

static void part_name(const struct part *part, char *desc)
{
	strscpy(desc, part->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(part, parts, part_name);

static unsigned int copies_in(const char *layout)
{
	unsigned int nr = 0;

	for (; *layout; layout++)
		nr += *layout == 'c';
	return nr;
}

/* What is left at either end of a hole has the vm_pgoff of its first page. */
static void expect_rest(struct kunit *test, const struct mapping *m,
			const struct part *hole, unsigned long pgoff)
{
	unsigned int behind = hole->first + hole->nr;

	expect_no_vma(test, m, hole->first, hole->nr);
	if (hole->first)
		expect_piece(test, m, 0, hole->first, pgoff);
	if (behind < NR_PAGES)
		expect_piece(test, m, behind, NR_PAGES - behind, pgoff + behind);
	KUNIT_EXPECT_EQ(test, m->us->mm->total_vm, NR_PAGES - hole->nr);
}

/*
 * Covers: __vm_normal_page(VM_PFNMAP), vm_normal_page(VM_PFNMAP),
 * vm_normal_page(pte_special)
 */
static void unmapped_part_of_a_private_remap_is_gone(struct kunit *test)
{
	const struct part *part = test->param_value;
	struct mapping m = map_linear(test, MAP_PRIVATE);

	needs_mm_exports(test);
	mapping_write_copies(test, &m, "c..c...c");
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, part->first),
					     part->nr));

	expect_layout(test, &m, part->left_of_linear);
	expect_copies_kept(test, &m, part->left_of_linear);
	expect_rest(test, &m, part, m.frames->frame[0].pfn);
	expect_rss(test, m.us, 0, copies_in(part->left_of_linear));
	expect_frames_untouched(test, m.before);
	expect_frames_intact(test, &m);
	if (part->nr == NR_PAGES)
		expect_no_page_tables(test, m.us);
}

static void unmapped_part_of_a_shared_mapping_is_gone(struct kunit *test)
{
	const struct part *part = test->param_value;
	struct mapping m = map_scattered(test);

	needs_mm_exports(test);
	mapping_touch(test, &m, 0, NR_PAGES);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, part->first),
					     part->nr));

	expect_layout(test, &m, part->left_of_scattered);
	expect_rest(test, &m, part, 0);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
	if (part->nr == NR_PAGES)
		expect_no_page_tables(test, m.us);
}

/* vm_pgoff of each half is where in the file it begins. */
static void fault_beside_a_hole_finds_the_frame_of_its_page(struct kunit *test)
{
	const struct part *part = test->param_value;
	struct mapping m = map_scattered(test);
	unsigned int behind = part->first + part->nr;

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, part->first),
					     part->nr));
	mapping_touch(test, &m, 0, part->first);
	mapping_touch(test, &m, behind, NR_PAGES - behind);
	expect_layout(test, &m, part->left_of_scattered);
}

/* Neighbours are special vmas as well, and stay what they are: no merge. */
static void part_made_read_only_and_back_stays_apart(struct kunit *test)
{
	const struct part *part = test->param_value;
	struct mapping m = map_linear(test, MAP_PRIVATE);
	unsigned int behind = part->first + part->nr;
	unsigned int nr = 1 + (part->first > 0) + (behind < NR_PAGES);
	unsigned long at = mapping_page(&m, part->first);
	unsigned long pfn = m.frames->frame[0].pfn;

	needs_mm_exports(test);
	needs_syscalls(test);
	mapping_write_copies(test, &m, "c..c...c");
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, at, part->nr, PROT_READ));
	expect_layout(test, &m, "crrcrrrc");
	expect_piece(test, &m, part->first, part->nr, pfn + part->first);
	KUNIT_EXPECT_EQ(test, -EFAULT, user_write(m.us, at, 1));
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), nr);

	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, at, part->nr,
					       PROT_READ | PROT_WRITE));
	expect_layout(test, &m, "crrcrrrc");
	expect_copies_kept(test, &m, "c..c...c");
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), nr);
	expect_frames_untouched(test, m.before);
}

/* The flags of which each makes a vma special; see VM_SPECIAL. */
static const struct special {
	const char *name;
	unsigned long flag;
	unsigned int nr_vmas;
} specials[] = {
	{ "VM_IO", VM_IO, 3 },
	{ "VM_PFNMAP", VM_PFNMAP, 3 },
	{ "VM_MIXEDMAP", VM_MIXEDMAP, 3 },
	{ "VM_DONTEXPAND", VM_DONTEXPAND, 3 },
	{ "none of them", 0, 1 },
};

static void special_name(const struct special *special, char *desc)
{
	strscpy(desc, special->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(special, specials, special_name);

static const struct vm_operations_struct no_ops;

/* Just that flag, and no handlers: vm_ops->close alone would hinder a merge. */
static int set_special(struct pfn_file *pf, struct vm_area_struct *vma)
{
	const struct special *special = pf->data;

	vm_flags_set(vma, special->flag);
	vma->vm_ops = &no_ops;
	return 0;
}

/*
 * 'Special vmas that are non-mergable', says <linux/mm.h>.
 *
 * Covers: VM_SPECIAL, VMA_SPECIAL_FLAGS, vma_merge_existing_range
 */
static void special_vmas_are_not_merged_when_alike_again(struct kunit *test)
{
	const struct special *special = test->param_value;
	struct mapping m;

	needs_syscalls(test);
	m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .map = set_special,
				   .data = (void *)special,
			   });
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, mapping_page(&m, 2), 3,
					       PROT_READ));
	KUNIT_ASSERT_EQ(test, observe_nr_vmas(m.us), 3);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, mapping_page(&m, 2), 3,
					       PROT_READ | PROT_WRITE));
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), special->nr_vmas);
}

/* The driver sets the flag only after the kernel has looked for a neighbour. */
static void adjacent_special_mappings_stay_two(struct kunit *test)
{
	const struct special *special = test->param_value;
	unsigned long next, prot = PROT_READ | PROT_WRITE;
	struct mapping m;

	m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .map = set_special,
				   .data = (void *)special,
			   });
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, mapping_page(&m, 4), 4));
	next = user_mmap_at(m.us, mapping_page(&m, 4), m.pf->file, 4, prot,
			    MAP_SHARED | MAP_FIXED, 4);
	KUNIT_ASSERT_EQ(test, next, mapping_page(&m, 4));
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), special->flag ? 2 : 1);
}

/*
 * Back beside the rest of its mapping, with a flag that is there all the time.
 *
 * Covers: VM_SPECIAL, VMA_SPECIAL_FLAGS, vma_merge_new_range
 */
static void special_part_moved_away_and_back_stays_apart(struct kunit *test)
{
	const struct special *special = test->param_value;
	unsigned long flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	unsigned long home, away;
	struct mapping m;

	needs_syscalls(test);
	m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			   &(struct pfn_file){
				   .map = set_special,
				   .data = (void *)special,
			   });
	home = mapping_page(&m, 4);
	away = user_table_boundary(test, m.us);
	KUNIT_ASSERT_EQ(test, away, user_mremap(m.us, home, 4, 4, flags, away));
	KUNIT_ASSERT_EQ(test, observe_nr_vmas(m.us), 2);
	KUNIT_ASSERT_EQ(test, home, user_mremap(m.us, away, 4, 4, flags, home));
	KUNIT_EXPECT_EQ(test, observe_nr_vmas(m.us), special->flag ? 2 : 1);
}

static struct kunit_case mm_pfnmap_vma_cases[] = {
	KUNIT_CASE(every_piece_is_closed_once),
	KUNIT_CASE(mapping_that_must_not_be_split_is_not),
	KUNIT_CASE(other_cpus_lose_what_is_unmapped_at_once),
	KUNIT_CASE(zapped_frames_come_back_by_fault),
	KUNIT_CASE(zap_beyond_the_vma_does_nothing),
	KUNIT_CASE(zap_from_before_the_vma_does_nothing),
	KUNIT_CASE(zapped_mixed_pages_are_given_back),
	KUNIT_CASE(zap_of_an_ordinary_vma_does_nothing),
	KUNIT_CASE(frames_of_a_file_are_unmapped_everywhere),
	KUNIT_CASE(private_copies_outlive_an_unmap_of_the_file_if_wanted),
	KUNIT_CASE(exit_with_everything_mapped_leaves_nothing),
	KUNIT_CASE(read_only_and_back_keeps_shared_frames),
	KUNIT_CASE(read_only_and_back_keeps_copy_on_write),
	KUNIT_CASE(prot_none_and_back_keeps_all),
	KUNIT_CASE(unmap_of_a_prot_none_mapping_leaves_nothing),
	KUNIT_CASE(mprotect_keeps_the_cache_mode),
	KUNIT_CASE(write_access_to_a_file_opened_read_only_is_refused),
	KUNIT_CASE_PARAM(unmapped_part_of_a_private_remap_is_gone,
			 part_gen_params),
	KUNIT_CASE_PARAM(unmapped_part_of_a_shared_mapping_is_gone,
			 part_gen_params),
	KUNIT_CASE_PARAM(fault_beside_a_hole_finds_the_frame_of_its_page,
			 part_gen_params),
	KUNIT_CASE_PARAM(part_made_read_only_and_back_stays_apart,
			 part_gen_params),
	KUNIT_CASE_PARAM(special_vmas_are_not_merged_when_alike_again,
			 special_gen_params),
	KUNIT_CASE_PARAM(adjacent_special_mappings_stay_two,
			 special_gen_params),
	KUNIT_CASE_PARAM(special_part_moved_away_and_back_stays_apart,
			 special_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_vma_suite = {
	.name = "mm_pfnmap_vma",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_vma_cases,
};

kunit_test_suite(mm_pfnmap_vma_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: life of the vma of a raw-PFN mapping");
MODULE_LICENSE("GPL");
