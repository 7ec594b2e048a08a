// SPDX-License-Identifier: GPL-2.0
/*
 * One page or frame put into a mapping by its driver: vmf_insert_pfn() and its
 * like, vm_insert_page() and its like; where they insert, what they count, and
 * what they do where something is mapped already.
 *
 * See the kernel-doc of vmf_insert_pfn_prot() and vm_insert_page(), and the
 * comments in insert_pfn() and on vmf_insert_mixed_mkwrite().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

/**
 * struct way - a function that inserts, and what for
 * @name: the name of the parameter
 * @insert: the function; all have this shape here
 * @needs: skips the case if there is no such function
 * @vm_flags: what kind of mapping
 * @kind: what is inserted
 * @counted: mm counts what is inserted: it has a struct page, and the function
 *	takes struct pages
 * @mixed: mm counts it where no entry can be marked special, as a struct page
 *	in a VM_MIXEDMAP is then a normal page
 */
struct way {
	const char *name;
	vm_fault_t (*insert)(struct vm_area_struct *vma, unsigned long addr,
			     unsigned long pfn);
	void (*needs)(struct kunit *test);
	unsigned long vm_flags;
	enum frames_kind kind;
	bool counted;
	bool mixed;
};

static vm_fault_t pfn_prot(struct vm_area_struct *vma, unsigned long addr,
			   unsigned long pfn)
{
	return vmf_insert_pfn_prot(vma, addr, pfn, vma->vm_page_prot);
}

static vm_fault_t mixed(struct vm_area_struct *vma, unsigned long addr,
			unsigned long pfn)
{
	return vmf_insert_mixed(vma, addr, compat_pfn(pfn));
}

static vm_fault_t mixed_write(struct vm_area_struct *vma, unsigned long addr,
			      unsigned long pfn)
{
	return vmf_insert_mixed_mkwrite(vma, addr, compat_pfn(pfn));
}

/* vmf_insert_page() is vm_insert_page() for a fault handler. */
static vm_fault_t page(struct vm_area_struct *vma, unsigned long addr,
		       unsigned long pfn)
{
	return vmf_insert_page(vma, addr, pfn_to_page(pfn));
}

static vm_fault_t page_read(struct vm_area_struct *vma, unsigned long addr,
			    unsigned long pfn)
{
	return compat_insert_page_mkwrite(vma, addr, pfn_to_page(pfn), false);
}

static vm_fault_t page_write(struct vm_area_struct *vma, unsigned long addr,
			     unsigned long pfn)
{
	return compat_insert_page_mkwrite(vma, addr, pfn_to_page(pfn), true);
}

static void needs_insert_page_mkwrite(struct kunit *test)
{
	if (!COMPAT_HAS_INSERT_PAGE_MKWRITE)
		kunit_skip(test, "needs vmf_insert_page_mkwrite() (Linux 6.15)");
}

/* For a fault, read or write. */
static const struct way plain_ways[] = {
	{ "vmf_insert_pfn of pages", vmf_insert_pfn, NULL,
	  VM_PFNMAP, FRAMES_SCATTERED },
	{ "vmf_insert_pfn without struct page", vmf_insert_pfn, NULL,
	  VM_PFNMAP, FRAMES_PAGELESS_SCATTERED },
	{ "vmf_insert_pfn without struct page in VM_MIXEDMAP", vmf_insert_pfn,
	  NULL, VM_MIXEDMAP, FRAMES_PAGELESS_SCATTERED },
	{ "vmf_insert_pfn_prot of pages", pfn_prot, NULL,
	  VM_PFNMAP, FRAMES_SCATTERED },
	{ "vmf_insert_mixed of pages", mixed, NULL,
	  VM_MIXEDMAP, FRAMES_SCATTERED, .mixed = true },
	{ "vmf_insert_mixed without struct page", mixed, NULL,
	  VM_MIXEDMAP, FRAMES_PAGELESS_SCATTERED },
	{ "vm_insert_page", page, NULL,
	  VM_MIXEDMAP, FRAMES_SCATTERED, .counted = true },
	{ "vmf_insert_page_mkwrite to read", page_read,
	  needs_insert_page_mkwrite,
	  VM_MIXEDMAP, FRAMES_SCATTERED, .counted = true },
};

/* For a write only: the entry is writable, or becomes so. */
static const struct way mkwrite_ways[] = {
	{ "vmf_insert_mixed_mkwrite of pages", mixed_write, needs_mm_exports,
	  VM_MIXEDMAP, FRAMES_SCATTERED, .mixed = true },
	{ "vmf_insert_mixed_mkwrite without struct page", mixed_write,
	  needs_mm_exports, VM_MIXEDMAP, FRAMES_PAGELESS_SCATTERED },
	{ "vmf_insert_page_mkwrite to write", page_write,
	  needs_insert_page_mkwrite,
	  VM_MIXEDMAP, FRAMES_SCATTERED, .counted = true },
};

static void way_name(const struct way *way, char *desc)
{
	strscpy(desc, way->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(plain_way, plain_ways, way_name);
KUNIT_ARRAY_PARAM(mkwrite_way, mkwrite_ways, way_name);

static bool way_counts(const struct way *way)
{
	return way->counted ||
	       (way->mixed && !IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL));
}

/* Page n of the mapping is frame n, inserted on a fault. */
static vm_fault_t fault_by_way(struct vm_fault *vmf)
{
	const struct pfn_file *pf = pfn_file_of(vmf);
	const struct way *way = pf->data;

	return way->insert(vmf->vma, vmf->address,
			   pf->frames->frame[vmf->pgoff].pfn);
}

static struct mapping map_by(struct kunit *test, const struct way *way,
			     struct pfn_file how)
{
	if (way->needs)
		way->needs(test);
	if (!how.ops.fault)
		how.fault = fault_by_way;
	how.vm_flags |= way->vm_flags;
	how.data = (void *)way;
	return mapping_create(test, way->kind, NR_PAGES, MAP_SHARED, &how);
}

static void touch(struct kunit *test, const struct mapping *m,
		  unsigned int page)
{
	EXPECT_VM_FAULT(test, user_fault(m->us, mapping_page(m, page),
					 FAULT_FLAG_WRITE),
			VM_FAULT_NOPAGE);
}

static void expect_inserted(struct kunit *test, const struct mapping *m,
			    const struct way *way, unsigned int page)
{
	if (way_counts(way))
		expect_counted_frame(test, m, page);
	else
		expect_raw_frame(test, m, page);
}

/**
 * struct insertion - a call of one of these functions, besides the faults
 * @way: the function
 * @addr: where it is to insert
 * @pfn: what
 * @ret: what it returned
 */
struct insertion {
	const struct way *way;
	unsigned long addr;
	unsigned long pfn;
	vm_fault_t ret;
};

static int do_insertion(struct vm_area_struct *vma, unsigned long addr,
			void *data)
{
	struct insertion *it = data;

	it->ret = it->way->insert(vma, it->addr, it->pfn);
	return 0;
}

/* As a handler does, whose fault is at any address, also a wrong one. */
static vm_fault_t insert_at(const struct mapping *m, const struct way *way,
			    unsigned long addr, unsigned long pfn)
{
	struct insertion it = { .way = way, .addr = addr, .pfn = pfn };

	user_call_locked(m->us, m->addr, do_insertion, &it);
	return it.ret;
}

/*
 * The frame, as a special entry or a normal page, writable as the vma is, and
 * accessed: that is going on.
 *
 * Covers: insert_pfn(pte_mkspecial), vm_mixed_ok(VM_MIXEDMAP)
 */
static void fault_maps_just_its_frame(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_by(test, way, (struct pfn_file){});

	touch(test, &m, 3);
	touch(test, &m, 6);

	expect_inserted(test, &m, way, 3);
	expect_inserted(test, &m, way, 6);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 3)).write);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 3)).young);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 2);
}

static void contents_are_read_and_written_in_place(struct kunit *test)
{
	struct mapping m = map_by(test, test->param_value,
				  (struct pfn_file){});
	const struct frame *frame = &m.frames->frame[2];
	unsigned long word = 0;

	needs_reachable(test, m.frames);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(frame->pfn, 0));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(frame), 4711);
}

/*
 * Nothing for what is special, one of each for a normal page; and all of it is
 * undone by munmap.
 *
 * Covers: insert_pfn(pte_mkspecial)
 */
static void only_normal_pages_are_counted(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_by(test, way, (struct pfn_file){});

	touch(test, &m, 0);
	touch(test, &m, 5);
	expect_rss(test, m.us, way_counts(way) ? 2 : 0, 0);
	if (way_counts(way)) {
		expect_frame_counted(test, m.before, 0, 1);
		expect_frame_counted(test, m.before, 5, 1);
		expect_frame_counted(test, m.before, 1, 0);
	} else {
		expect_frames_untouched(test, m.before);
	}

	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/* What vma->vm_start and vma->vm_end say, to the byte. */
static void first_and_last_byte_are_inside(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_by(test, way, (struct pfn_file){});
	unsigned long end = mapping_page(&m, NR_PAGES);

	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, way, m.addr, m.frames->frame[0].pfn));
	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, way, end - 1,
				  m.frames->frame[NR_PAGES - 1].pfn));
	expect_inserted(test, &m, way, 0);
	expect_inserted(test, &m, way, NR_PAGES - 1);
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 2);
}

/*
 * The neighbours, in the same page table, belong to somebody else:
 *
 *	| anonymous | the mapping | anonymous |
 */
static void insert_outside_is_refused_and_maps_nothing(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_by(test, way, (struct pfn_file){});
	unsigned long pfn = m.frames->frame[0].pfn, anon;

	anon = user_mmap(m.us, NULL, NR_PAGES + 2, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(anon));
	m.addr = user_mmap_at(m.us, anon + PAGE_SIZE, m.pf->file, NR_PAGES,
			      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, m.addr, anon + PAGE_SIZE);

	EXPECT_VM_FAULT(test, VM_FAULT_SIGBUS,
			insert_at(&m, way, m.addr - PAGE_SIZE, pfn));
	EXPECT_VM_FAULT(test, VM_FAULT_SIGBUS,
			insert_at(&m, way, m.addr - 1, pfn));
	EXPECT_VM_FAULT(test, VM_FAULT_SIGBUS,
			insert_at(&m, way, mapping_page(&m, NR_PAGES), pfn));
	EXPECT_VM_FAULT(test, VM_FAULT_SIGBUS, insert_at(&m, way, 0, pfn));
	EXPECT_VM_FAULT(test, VM_FAULT_SIGBUS, insert_at(&m, way, -1UL, pfn));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, anon, NR_PAGES + 2), 0);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
}

/*
 * 'we treat that as success as we assume the same entry was actually inserted',
 * says the comment on vmf_insert_mixed_mkwrite().
 */
static void second_insert_of_the_same_frame_changes_nothing(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_by(test, way, (struct pfn_file){});
	struct pte_view first;

	touch(test, &m, 4);
	first = observe_pte(m.us, mapping_page(&m, 4));
	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, way, mapping_page(&m, 4),
				  m.frames->frame[4].pfn));

	expect_inserted(test, &m, way, 4);
	KUNIT_EXPECT_EQ(test, pte_val(first.pte),
			pte_val(observe_pte(m.us, mapping_page(&m, 4)).pte));
	expect_rss(test, m.us, way_counts(way), 0);
}

/* Whoever comes second must not take away what the first has mapped. */
static void second_insert_of_another_frame_keeps_the_first(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_by(test, way, (struct pfn_file){});

	touch(test, &m, 4);
	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, way, mapping_page(&m, 4),
				  m.frames->frame[1].pfn));

	expect_inserted(test, &m, way, 4);
	expect_rss(test, m.us, way_counts(way), 0);
	if (way_counts(way))
		expect_frame_counted(test, m.before, 1, 0);
}

/* Maps for reading whatever @data is a way to map for writing. */
static vm_fault_t fault_to_read(struct vm_fault *vmf)
{
	const struct pfn_file *pf = pfn_file_of(vmf);
	const struct way *way = pf->data;
	unsigned long pfn = pf->frames->frame[vmf->pgoff].pfn;

	return way->counted ? page(vmf->vma, vmf->address, pfn) :
			      mixed(vmf->vma, vmf->address, pfn);
}

/* A write to what is mapped read-only goes this way: mapped once more. */
static vm_fault_t notified_by_way(struct vm_fault *vmf)
{
	return fault_by_way(vmf);
}

static struct mapping map_notified(struct kunit *test, const struct way *way)
{
	return map_by(test, way,
		      (struct pfn_file){
			      .ops = {
				      .fault = fault_to_read,
				      .page_mkwrite = notified_by_way,
				      .pfn_mkwrite = notified_by_way,
			      },
		      });
}

static int nr_mkwrites(const struct mapping *m)
{
	return atomic_read(&m->pf->nr_pfn_mkwrites) +
	       atomic_read(&m->pf->nr_page_mkwrites);
}

/* Before 6.15 nobody told insert_page() what it was for. */
static void needs_mkwrite(struct kunit *test, const struct mapping *m,
			  const struct way *way)
{
	unsigned long at = mapping_page(m, NR_PAGES - 1);
	bool told = COMPAT_HAS_INSERT_PAGE_MKWRITE || !way_counts(way);

	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(m, way, at,
				  m->frames->frame[NR_PAGES - 1].pfn));
	known_issue(test, !told && !observe_pte(m->us, at).write,
		    "vmf_insert_mixed_mkwrite() maps struct pages read-only without pte_special(), until 6.15");
}

/*
 * For the first access, already a write, there must be no second fault.
 */
static void mkwrite_of_a_new_entry_is_writable_and_dirty(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_notified(test, way);
	struct pte_view pte;

	needs_mkwrite(test, &m, way);
	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, way, mapping_page(&m, 2),
				  m.frames->frame[2].pfn));
	pte = observe_pte(m.us, mapping_page(&m, 2));
	expect_inserted(test, &m, way, 2);
	KUNIT_EXPECT_TRUE(test, pte.write);
	KUNIT_EXPECT_TRUE(test, pte.dirty);
	KUNIT_EXPECT_TRUE(test, pte.young);
}

/*
 * The driver is asked before the write, and answers by mapping for writing.
 */
static void mkwrite_of_the_same_frame_makes_it_writable(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_notified(test, way);
	struct pte_view pte;

	needs_mkwrite(test, &m, way);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0),
			VM_FAULT_NOPAGE);
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, mapping_page(&m, 2)).write);
	touch(test, &m, 2);

	pte = observe_pte(m.us, mapping_page(&m, 2));
	expect_inserted(test, &m, way, 2);
	KUNIT_EXPECT_TRUE(test, pte.write);
	KUNIT_EXPECT_TRUE(test, pte.young);
	KUNIT_EXPECT_EQ(test, 1, nr_mkwrites(&m));
	expect_rss(test, m.us, 2 * way_counts(way), 0);
}

/*
 * As insert_pfn() does, and as a write fault does everywhere: nobody else may
 * do it, where the hardware does not.
 */
static void mkwrite_of_the_same_frame_makes_it_dirty(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_notified(test, way);
	struct pte_view pte;

	needs_mkwrite(test, &m, way);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0),
			VM_FAULT_NOPAGE);
	touch(test, &m, 2);

	pte = observe_pte(m.us, mapping_page(&m, 2));
	known_issue(test, way_counts(way) && pte.write && !pte.dirty,
		    "insert_page_into_pte_locked() makes an entry writable, not dirty");
	KUNIT_EXPECT_TRUE(test, pte.dirty);
}

/* Inserts as if the vma's protection said that nobody has looked at it yet. */
static int do_old_insertion(struct vm_area_struct *vma, unsigned long addr,
			    void *data)
{
	struct insertion *it = data;
	pgprot_t prot = vma->vm_page_prot;

	vma->vm_page_prot = __pgprot(pte_val(pte_mkold(pfn_pte(0, prot))));
	it->ret = it->way->insert(vma, it->addr, it->pfn);
	vma->vm_page_prot = prot;
	return 0;
}

static void insert_old(struct kunit *test, const struct mapping *m,
		       const struct way *way, unsigned int page)
{
	struct insertion it = {
		.way = way,
		.addr = mapping_page(m, page),
		.pfn = m->frames->frame[page].pfn,
	};

	user_call_locked(m->us, m->addr, do_old_insertion, &it);
	EXPECT_VM_FAULT(test, it.ret, VM_FAULT_NOPAGE);
}

static void expect_young(struct kunit *test, const struct mapping *m,
			 unsigned int page)
{
	struct pte_view pte = observe_pte(m->us, mapping_page(m, page));

	KUNIT_EXPECT_EQ(test, pte.pfn, m->frames->frame[page].pfn);
	KUNIT_EXPECT_TRUE(test, pte.young);
	KUNIT_EXPECT_TRUE(test, pte.write);
}

/*
 * It is mapped for the write that is just going on: that is an access. Or where
 * the hardware does not say so by itself, there is another fault for it.
 */
static void mkwrite_is_an_access(struct kunit *test)
{
	const struct way *way = test->param_value;
	const struct way read = {
		.insert = way->counted ? page : mixed,
	};
	struct mapping m = map_notified(test, way);

	needs_mkwrite(test, &m, way);
	insert_old(test, &m, way, 2);
	expect_young(test, &m, 2);

	insert_old(test, &m, &read, 3);
	KUNIT_ASSERT_FALSE(test, observe_pte(m.us, mapping_page(&m, 3)).young);
	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, way, mapping_page(&m, 3),
				  m.frames->frame[3].pfn));
	expect_young(test, &m, 3);
}

/* And what is written then is in the frame. */
static void write_after_mkwrite_of_the_same_frame_gets_there(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_notified(test, way);
	unsigned long word = 0;

	needs_reachable(test, m.frames);
	needs_mkwrite(test, &m, way);
	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, mapping_page(&m, 2), &word));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[2]), 4711);
	KUNIT_EXPECT_EQ(test, 1, nr_mkwrites(&m));
}

/*
 * 'we expect the PFNs to match. If they don't match, we are likely racing with
 * block allocation and mapping invalidation so just skip the update.'
 */
static void mkwrite_of_another_frame_warns_and_keeps_the_first(struct kunit *test)
{
	const struct way *way = test->param_value;
	struct mapping m = map_notified(test, way);
	struct pte_view first;

	needs_mkwrite(test, &m, way);
	EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, 2), 0),
			VM_FAULT_NOPAGE);
	first = observe_pte(m.us, mapping_page(&m, 2));
	EXPECT_WARNINGS(test, 1)
		insert_at(&m, way, mapping_page(&m, 2), m.frames->frame[1].pfn);

	KUNIT_EXPECT_EQ(test, pte_val(first.pte),
			pte_val(observe_pte(m.us, mapping_page(&m, 2)).pte));
	expect_inserted(test, &m, way, 2);
	if (way_counts(way))
		expect_frame_counted(test, m.before, 1, 0);
}

/* 'We treat that as success', says the comment on vmf_insert_mixed_mkwrite(). */
static void mkwrite_of_another_frame_is_success(struct kunit *test)
{
	const struct way *way = &mkwrite_ways[0];
	struct mapping m = map_notified(test, way);
	vm_fault_t ret = 0;

	needs_mkwrite(test, &m, way);
	touch(test, &m, 2);
	EXPECT_WARNINGS(test, 1)
		ret = insert_at(&m, way, mapping_page(&m, 2),
				m.frames->frame[1].pfn);
	known_issue(test, way_counts(way) && ret == VM_FAULT_SIGBUS,
		    "vmf_insert_mixed_mkwrite() over another struct page is SIGBUS without pte_special()");
	EXPECT_VM_FAULT(test, ret, VM_FAULT_NOPAGE);
}

/* An entry may allow less than its vma, for as long as nobody writes. */
static vm_fault_t insert_read_only(struct vm_fault *vmf)
{
	const struct pfn_file *pf = pfn_file_of(vmf);

	return vmf_insert_pfn_prot(vmf->vma, vmf->address,
				   pf->frames->frame[vmf->pgoff].pfn,
				   vm_get_page_prot(VM_READ | VM_SHARED));
}

static void protection_may_be_less_than_the_vmas(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
						  .fault = insert_read_only,
					  });
	unsigned long word = 0;

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, m.addr, &word));
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, m.addr).write);
	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, &plain_ways[0], mapping_page(&m, 1),
				  m.frames->frame[1].pfn));
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, mapping_page(&m, 1)).write);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[0]), 4711);
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, m.addr).write);
	expect_raw_frame(test, &m, 0);
}

static vm_fault_t insert_writable(struct vm_fault *vmf)
{
	const struct pfn_file *pf = pfn_file_of(vmf);
	unsigned long prot = VM_READ | VM_WRITE | VM_SHARED;

	return vmf_insert_pfn_prot(vmf->vma, vmf->address,
				   pf->frames->frame[vmf->pgoff].pfn,
				   vm_get_page_prot(prot));
}

static vm_fault_t never_notified(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

/* The vma's own protection makes every first write a fault; this one does not. */
static void protection_may_be_more_than_a_notified_vmas(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_PFNMAP,
						  .fault = insert_writable,
						  .ops.pfn_mkwrite = never_notified,
					  });
	unsigned long word = 0;

	EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
			insert_at(&m, &plain_ways[0], mapping_page(&m, 1),
				  m.frames->frame[1].pfn));
	KUNIT_EXPECT_FALSE(test, observe_pte(m.us, mapping_page(&m, 1)).write);

	KUNIT_ASSERT_EQ(test, 0, user_read(m.us, m.addr, &word));
	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, m.addr).write);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 4711));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[0]), 4711);
	KUNIT_EXPECT_EQ(test, 0, nr_mkwrites(&m));
}

static const struct way *const all_ways[] = {
	&plain_ways[0], &plain_ways[1], &plain_ways[2], &plain_ways[3],
	&plain_ways[4], &plain_ways[5], &plain_ways[6], &plain_ways[7],
	&mkwrite_ways[0], &mkwrite_ways[1], &mkwrite_ways[2],
};

static bool way_is_there(const struct way *way)
{
	return COMPAT_HAS_INSERT_PAGE_MKWRITE ||
	       way->needs != needs_insert_page_mkwrite;
}

/*
 * No fault here, and nobody reads or writes: what they return to a handler, and
 * the entry that they make.
 *
 * Covers: insert_pfn(pte_mkspecial), insert_page_into_pte_locked
 */
static void each_function_maps_just_its_frame_and_says_so(struct kunit *test)
{
	unsigned int i;

	needs_mm_exports(test);
	BUILD_BUG_ON(ARRAY_SIZE(all_ways) !=
		     ARRAY_SIZE(plain_ways) + ARRAY_SIZE(mkwrite_ways));
	for (i = 0; i < ARRAY_SIZE(all_ways); i++) {
		const struct way *way = all_ways[i];
		struct mapping m;

		if (!way_is_there(way))
			continue;
		m = map_by(test, way, (struct pfn_file){});
		EXPECT_VM_FAULT(test, VM_FAULT_NOPAGE,
				insert_at(&m, way, mapping_page(&m, 3),
					  m.frames->frame[3].pfn));
		KUNIT_ASSERT_EQ_MSG(test, m.frames->frame[3].pfn,
				    observe_pte(m.us, mapping_page(&m, 3)).pfn,
				    "%s", way->name);
		expect_inserted(test, &m, way, 3);
		KUNIT_EXPECT_EQ(test, 1,
				observe_nr_ptes(m.us, m.addr, NR_PAGES));
	}
}

/*
 * An entry has the protection that the vma has, no more and no less: it is not
 * dirty before anybody has written.
 */
static void entry_has_just_the_protection_of_its_vma(struct kunit *test)
{
	unsigned int i;

	needs_mm_exports(test);
	for (i = 0; i < ARRAY_SIZE(plain_ways); i++) {
		const struct way *way = &plain_ways[i];
		pte_t want = pfn_pte(0, vm_get_page_prot(VM_READ | VM_WRITE |
							 VM_SHARED));
		struct pte_view pte;
		struct mapping m;

		if (!way_is_there(way))
			continue;
		m = map_by(test, way, (struct pfn_file){});
		insert_at(&m, way, m.addr, m.frames->frame[0].pfn);
		pte = observe_pte(m.us, m.addr);
		KUNIT_EXPECT_EQ_MSG(test, pte.write, !!pte_write(want), "%s",
				    way->name);
		KUNIT_EXPECT_EQ_MSG(test, pte.young, !!pte_young(want), "%s",
				    way->name);
		KUNIT_EXPECT_FALSE_MSG(test, pte.dirty, "%s", way->name);
	}
}

/* Nothing of all that is for a vma of which mm does not know what it maps. */
static void ordinary_vma_gets_no_frame_by_vmf_insert_mixed(struct kunit *test)
{
	const struct way way = { .insert = mixed, .kind = FRAMES_SCATTERED };
	struct mapping m = map_by(test, &way, (struct pfn_file){});

	known_panic(test, !COMPAT_HAS_MIXED_ZERO_PAGE,
		    "vmf_insert_mixed() into an ordinary vma is a BUG_ON()");
	EXPECT_VM_FAULT(test, VM_FAULT_SIGBUS,
			insert_at(&m, &way, m.addr, m.frames->frame[0].pfn));
	expect_nothing_mapped(test, &m);
}

/* A handler tells its fault, and that one tells whoever kills for memory. */
static void without_memory_for_page_tables_it_is_oom(struct kunit *test)
{
	unsigned int i;

	needs_failures(test);
	needs_whole_page_tables(test);
	needs_mm_exports(test);
	for (i = 0; i < ARRAY_SIZE(all_ways); i++) {
		const struct way *way = all_ways[i];
		struct mapping m;
		vm_fault_t ret;

		if (!way_is_there(way))
			continue;
		m = map_by(test, way, (struct pfn_file){});
		failures_arm(1);
		ret = insert_at(&m, way, m.addr, m.frames->frame[0].pfn);
		KUNIT_EXPECT_TRUE_MSG(test, failures_disarm(), "%s", way->name);
		EXPECT_VM_FAULT(test, ret, VM_FAULT_OOM);
		expect_nothing_mapped(test, &m);
	}
}

static struct kunit_case mm_pfnmap_insert_cases[] = {
	KUNIT_CASE(each_function_maps_just_its_frame_and_says_so),
	KUNIT_CASE(entry_has_just_the_protection_of_its_vma),
	KUNIT_CASE(ordinary_vma_gets_no_frame_by_vmf_insert_mixed),
	KUNIT_CASE(without_memory_for_page_tables_it_is_oom),
	KUNIT_CASE(protection_may_be_less_than_the_vmas),
	KUNIT_CASE(protection_may_be_more_than_a_notified_vmas),
	KUNIT_CASE(mkwrite_of_another_frame_is_success),
	KUNIT_CASE_PARAM(fault_maps_just_its_frame, plain_way_gen_params),
	KUNIT_CASE_PARAM(fault_maps_just_its_frame, mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(contents_are_read_and_written_in_place,
			 plain_way_gen_params),
	KUNIT_CASE_PARAM(contents_are_read_and_written_in_place,
			 mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(only_normal_pages_are_counted, plain_way_gen_params),
	KUNIT_CASE_PARAM(only_normal_pages_are_counted, mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(first_and_last_byte_are_inside, plain_way_gen_params),
	KUNIT_CASE_PARAM(first_and_last_byte_are_inside, mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(insert_outside_is_refused_and_maps_nothing,
			 plain_way_gen_params),
	KUNIT_CASE_PARAM(insert_outside_is_refused_and_maps_nothing,
			 mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(second_insert_of_the_same_frame_changes_nothing,
			 plain_way_gen_params),
	KUNIT_CASE_PARAM(second_insert_of_another_frame_keeps_the_first,
			 plain_way_gen_params),
	KUNIT_CASE_PARAM(mkwrite_of_a_new_entry_is_writable_and_dirty,
			 mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(mkwrite_of_the_same_frame_makes_it_writable,
			 mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(mkwrite_of_the_same_frame_makes_it_dirty,
			 mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(mkwrite_is_an_access, mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(mkwrite_of_another_frame_warns_and_keeps_the_first,
			 mkwrite_way_gen_params),
	KUNIT_CASE_PARAM(write_after_mkwrite_of_the_same_frame_gets_there,
			 mkwrite_way_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_insert_suite = {
	.name = "mm_pfnmap_insert",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_insert_cases,
};

kunit_test_suite(mm_pfnmap_insert_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: pages and frames inserted one by one");
MODULE_LICENSE("GPL");
