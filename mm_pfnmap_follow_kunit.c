// SPDX-License-Identifier: GPL-2.0
/*
 * From a user address to its page frame: follow_pfnmap_start(), for KVM and
 * VFIO, and access by another process, for ptrace and /proc/PID/mem.
 *
 * See the kernel-doc of follow_pfnmap_start() and of struct
 * follow_pfnmap_args, and the comments on vm_operations_struct.access and
 * generic_access_phys().
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

static struct mapping remap(struct kunit *test, enum frames_kind kind,
			    unsigned long map_flags)
{
	return mapping_create(test, kind, NR_PAGES, map_flags,
			      &(struct pfn_file){ .remap = true });
}

static struct mapping map_by_faults(struct kunit *test, enum frames_kind kind,
				    const struct pfn_file_ops *ops)
{
	return mapping_create(test, kind, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){
				      .vm_flags = VM_PFNMAP,
				      .fault = pfn_file_insert,
				      .ops = *ops,
			      });
}

static void touch(struct kunit *test, const struct mapping *m,
		  unsigned int page, unsigned int fault_flags)
{
	EXPECT_VM_FAULT(test, user_fault(m->us, mapping_page(m, page),
					 fault_flags), VM_FAULT_NOPAGE);
}

static struct followed follow(const struct mapping *m, unsigned int page)
{
	return user_follow(m->us, mapping_page(m, page), mapping_page(m, page));
}

/* That it holds no lock afterwards is as good as any other part of it. */
static void expect_not_followed(struct kunit *test, struct user_space *us,
				unsigned long in, unsigned long addr)
{
	struct followed got = user_follow(us, in, addr);

	KUNIT_EXPECT_LT(test, got.ret, 0);
	KUNIT_EXPECT_NE(test, got.ret, -ENOENT);
	KUNIT_EXPECT_EQ(test, got.held, 0);
}

/* Covers: follow_pfnmap_start, pfnmap_args_setup */
static void pfn_is_that_of_the_page_an_address_is_in(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_SHARED);
	struct followed got;

	needs_follow_pfnmap(test);
	got = user_follow(m.us, m.addr, mapping_page(&m, 3) + PAGE_SIZE - 1);
	KUNIT_ASSERT_EQ(test, got.ret, 0);
	KUNIT_EXPECT_EQ(test, got.pfn, m.frames->frame[3].pfn);
}

/* Covers: follow_pfnmap_start */
static void copy_is_followed_as_the_ordinary_page_it_is(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_PRIVATE);
	struct followed got;

	needs_follow_pfnmap(test);
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 2), 1));
	got = follow(&m, 2);
	KUNIT_ASSERT_EQ(test, got.ret, 0);
	KUNIT_EXPECT_EQ(test, got.pfn,
			observe_pte(m.us, mapping_page(&m, 2)).pfn);
	KUNIT_EXPECT_NE(test, got.pfn, m.frames->frame[2].pfn);
	KUNIT_EXPECT_TRUE(test, got.writable);
	KUNIT_EXPECT_FALSE(test, got.special);
}

static vm_fault_t allow_write(struct vm_fault *vmf)
{
	return 0;
}

/* Before the first write a driver has not been asked yet. */
static void frame_is_writable_only_after_the_driver_allowed_it(struct kunit *test)
{
	struct mapping m = map_by_faults(test, FRAMES_SCATTERED,
					 &(struct pfn_file_ops){
						 .pfn_mkwrite = allow_write,
					 });
	struct followed got;

	needs_follow_pfnmap(test);
	touch(test, &m, 1, 0);
	got = follow(&m, 1);
	KUNIT_ASSERT_EQ(test, got.ret, 0);
	KUNIT_EXPECT_FALSE(test, got.writable);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, 1), 1));
	got = follow(&m, 1);
	KUNIT_ASSERT_EQ(test, got.ret, 0);
	KUNIT_EXPECT_TRUE(test, got.writable);
}

static void frame_is_not_writable_after_mprotect(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_SHARED);
	struct followed got;

	needs_follow_pfnmap(test);
	needs_syscalls(test);
	KUNIT_EXPECT_TRUE(test, follow(&m, 0).writable);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, m.addr, NR_PAGES,
					       PROT_READ));
	got = follow(&m, 0);
	KUNIT_ASSERT_EQ(test, got.ret, 0);
	KUNIT_EXPECT_EQ(test, got.pfn, m.frames->frame[0].pfn);
	KUNIT_EXPECT_FALSE(test, got.writable);
}

/*
 * mprotect() of the upper half makes two vmas that touch:
 *
 *	page    0   1   2   3 | 4   5   6   7
 *	      | read, write   | read
 *
 * Covers: follow_pfnmap_start
 */
static void address_beside_the_vma_is_refused_though_mapped(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_SHARED);
	struct vma_view lower;

	needs_follow_pfnmap(test);
	needs_syscalls(test);
	KUNIT_ASSERT_EQ(test, 0, user_mprotect(m.us, mapping_page(&m, 4), 4,
					       PROT_READ));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &lower));
	KUNIT_ASSERT_EQ(test, lower.end, mapping_page(&m, 4));

	expect_not_followed(test, m.us, m.addr, lower.end);
	expect_not_followed(test, m.us, lower.end, lower.end - 1);
	KUNIT_EXPECT_EQ(test, follow(&m, 3).ret, 0);
	KUNIT_EXPECT_EQ(test, follow(&m, 4).ret, 0);
}

/* Pages that mm counts are not to be had without a reference. */
static void ordinary_memory_is_refused(struct kunit *test)
{
	struct user_space *us = user_space_create(test);
	unsigned long addr;

	needs_follow_pfnmap(test);
	addr = user_mmap(us, NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 1));
	expect_not_followed(test, us, addr, addr);
}

/* Covers: follow_pfnmap_start */
static void mixed_map_is_refused_without_io(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .map = handler_map_pages,
					  });

	needs_follow_pfnmap(test);
	expect_not_followed(test, m.us, m.addr, m.addr);
}

static void page_of_an_io_mapping_is_followed(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP | VM_IO,
						  .map = handler_map_pages,
					  });
	struct followed got;

	needs_follow_pfnmap(test);
	got = follow(&m, 5);
	KUNIT_ASSERT_EQ(test, got.ret, 0);
	KUNIT_EXPECT_EQ(test, got.pfn, m.frames->frame[5].pfn);
	KUNIT_EXPECT_FALSE(test, got.special);
}

/* With no page table at all, and with one but no entry. */
static void page_not_touched_yet_is_refused(struct kunit *test)
{
	struct mapping m = map_by_faults(test, FRAMES_SCATTERED,
					 &(struct pfn_file_ops){});

	needs_follow_pfnmap(test);
	expect_not_followed(test, m.us, m.addr, m.addr);
	touch(test, &m, 0, 0);
	expect_not_followed(test, m.us, mapping_page(&m, 1),
			    mapping_page(&m, 1));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
}

/*
 * follow_pfnmap_end() gives everything back: the table may change again.
 *
 * Covers: follow_pfnmap_end, pfnmap_lockdep_assert
 */
static void followed_page_can_be_unmapped_afterwards(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_SHARED);

	needs_follow_pfnmap(test);
	KUNIT_EXPECT_EQ(test, follow(&m, 0).ret, 0);
	KUNIT_EXPECT_EQ(test, follow(&m, 0).ret, 0);
	KUNIT_EXPECT_EQ(test, follow(&m, 0).held, 0);
	KUNIT_ASSERT_EQ(test, 0, user_munmap(m.us, m.addr, NR_PAGES));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
}

/* Nothing to get from a raw frame, if the driver does not help. */
static void access_without_a_handler_ends_before_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_SHARED);
	unsigned long words[2], below = m.addr - PAGE_SIZE;

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, below,
			user_mmap_at(m.us, below, NULL, 1,
				     PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0));
	KUNIT_EXPECT_EQ(test, 0, user_access(m.us, m.addr, words, sizeof(words),
					     0));
	KUNIT_EXPECT_EQ(test, 0, user_access(m.us, m.addr, words, sizeof(words),
					     FOLL_WRITE | FOLL_FORCE));
	KUNIT_EXPECT_EQ(test, sizeof(words[0]),
			user_access(m.us, m.addr - sizeof(words[0]), words,
				    sizeof(words), 0));
	expect_frames_intact(test, &m);
	expect_frames_untouched(test, m.before);
}

static void access_to_mixed_pages_needs_no_handler(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .map = handler_map_pages,
					  });
	unsigned long words[2] = {}, last = mapping_page(&m, 4) - sizeof(long);

	needs_mm_exports(test);
	KUNIT_ASSERT_EQ(test, sizeof(words),
			user_access(m.us, last, words, sizeof(words), 0));
	KUNIT_EXPECT_EQ(test, words[0],
			frames_pattern(m.frames->frame[3].pfn,
				       PAGE_SIZE / sizeof(long) - 1));
	KUNIT_EXPECT_EQ(test, words[1],
			frames_pattern(m.frames->frame[4].pfn, 0));
	words[1] = 4711;
	KUNIT_ASSERT_EQ(test, sizeof(words),
			user_access(m.us, last, words, sizeof(words),
				    FOLL_WRITE));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[4]), 4711);
}

/* ptrace() and /proc/PID/mem, by the process. */
static void access_to_a_process_is_access_to_its_memory(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_PRIVATE);
	struct process *p;
	unsigned long word = 4711;

	needs_mm_exports(test);
	p = process_create(test, m.us);
	KUNIT_EXPECT_EQ(test, 0, access_process_vm(p->holder.task, m.addr, &word,
						   sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, 0, access_process_vm(p->holder.task, m.addr, &word,
						   sizeof(word),
						   FOLL_WRITE | FOLL_FORCE));
	expect_raw_frame(test, &m, 0);
	expect_frames_intact(test, &m);
}

/* man 2 process_vm_readv: EFAULT for what is 'outside the accessible'. */
static void process_vm_readv_is_refused_for_raw_frames(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_CONTIGUOUS, MAP_SHARED);
	struct user_space *us = user_space_create(test);
	unsigned long iov[4], mem;
	long ret;

	needs_syscalls(test);
	needs_process_vm_readv(test);
	mem = user_mmap(us, NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(mem));
	iov[0] = mem + 512;
	iov[2] = m.addr;
	iov[1] = sizeof(long);
	iov[3] = sizeof(long);
	KUNIT_ASSERT_EQ(test, 0, user_copy_in(us, mem, iov, sizeof(iov)));
	ret = user_syscall(us, process_vm_readv, process_create(test, m.us)->pid,
			   mem, 1, mem + 2 * sizeof(long), 1, 0);
	KUNIT_EXPECT_EQ(test, ret, -EFAULT);
	expect_frames_untouched(test, m.before);
}

/**
 * struct access - what a driver's handler was asked for
 * @addr: the address
 * @len: bytes
 * @write: to be written
 * @ret: what it has to answer
 * @nr: how often
 */
struct access {
	unsigned long addr;
	int len;
	int write;
	int ret;
	unsigned int nr;
};

static int note_access(struct vm_area_struct *vma, unsigned long addr,
		       void *buf, int len, int write)
{
	struct pfn_file *pf = vma->vm_private_data;
	struct access *access = pf->data;

	access->addr = addr;
	access->len = len;
	access->write = write;
	access->nr++;
	if (access->ret > 0)
		memset(buf, 0x5a, access->ret);
	return access->ret;
}

static struct mapping map_with_access(struct kunit *test, struct access *access)
{
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){
				      .remap = true,
				      .ops.access = note_access,
				      .data = access,
			      });
}

/* It says how far it got, and is asked again for the rest. */
static void handler_answers_for_raw_frames(struct kunit *test)
{
	struct access access = { .ret = 8 };
	struct mapping m = map_with_access(test, &access);
	u8 bytes[24] = {};

	needs_ioremap_prot(test);
	needs_mm_exports(test);
	KUNIT_EXPECT_EQ(test, sizeof(bytes),
			user_access(m.us, m.addr + 40, bytes, sizeof(bytes), 0));
	KUNIT_EXPECT_EQ(test, access.nr, 3);
	KUNIT_EXPECT_EQ(test, access.addr, m.addr + 40 + 16);
	KUNIT_EXPECT_EQ(test, access.len, 8);
	KUNIT_EXPECT_EQ(test, access.write, 0);
	KUNIT_EXPECT_EQ(test, bytes[23], 0x5a);
}

static void handler_that_fails_ends_the_access(struct kunit *test)
{
	struct access access = { .ret = -EIO };
	struct mapping m = map_with_access(test, &access);
	u8 bytes[24] = {};

	needs_ioremap_prot(test);
	needs_mm_exports(test);
	KUNIT_EXPECT_EQ(test, 0, user_access(m.us, m.addr, bytes, sizeof(bytes),
					     FOLL_WRITE));
	KUNIT_EXPECT_EQ(test, access.nr, 1);
	KUNIT_EXPECT_NE(test, access.write, 0);
}

static struct mapping map_phys(struct kunit *test, enum frames_kind kind,
			       unsigned long map_flags)
{
	struct mapping m = mapping_create(test, kind, NR_PAGES, map_flags,
					  &(struct pfn_file){
						  .remap = kind == FRAMES_PAGELESS,
						  .vm_flags = VM_PFNMAP,
						  .fault = pfn_file_insert,
						  .ops.access = compat_access_phys,
					  });

	needs_ioremap_prot(test);
	needs_mm_exports(test);
	needs_reachable(test, m.frames);
	return m;
}

/* Covers: generic_access_phys */
static void generic_access_reads_the_frame(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS, MAP_SHARED);
	unsigned long words[2] = {};

	KUNIT_ASSERT_EQ(test, sizeof(words),
			user_access(m.us, mapping_page(&m, 6) +
				    3 * sizeof(long), words, sizeof(words), 0));
	KUNIT_EXPECT_EQ(test, words[0],
			frames_pattern(m.frames->frame[6].pfn, 3));
	KUNIT_EXPECT_EQ(test, words[1],
			frames_pattern(m.frames->frame[6].pfn, 4));
}

/*
 * Where nothing was touched there are no tables either, of one level or two.
 *
 * Covers: follow_pfnmap_start
 */
static void address_without_page_tables_is_refused(struct kunit *test)
{
	static const unsigned long away[] = { PMD_SIZE, PUD_SIZE };
	struct frames *frames = frames_alloc(test, FRAMES_SCATTERED, 1,
					     NUMA_NO_NODE);
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
						    .frames = frames,
						    .vm_flags = VM_PFNMAP,
						    .fault = pfn_file_insert,
					    });
	struct user_space *us = user_space_create(test);
	unsigned long addr = user_mmap(us, pf->file, 2 * PUD_SIZE / PAGE_SIZE,
				       PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	int i;

	needs_follow_pfnmap(test);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	EXPECT_VM_FAULT(test, user_fault(us, addr, 0), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_EQ(test, 0, user_follow(us, addr, addr).ret);
	for (i = 0; i < ARRAY_SIZE(away); i++)
		KUNIT_EXPECT_EQ(test, -EINVAL,
				user_follow(us, addr, addr + away[i]).ret);
}

/*
 * In no table at all, also where a walk would begin in the first entries of one:
 * what it took for a table there, would be the lowest memory of the machine.
 *
 * Covers: follow_pfnmap_start
 */
static void low_address_without_any_page_table_is_refused(struct kunit *test)
{
	struct pfn_file *pf = pfn_file_open(test, &(struct pfn_file){
						    .vm_flags = VM_PFNMAP,
					    });
	struct user_space *us = user_space_create(test);
	unsigned long nr = min(us->mm->task_size / 2 / PUD_SIZE, 8UL);
	unsigned long i, addr;

	needs_follow_pfnmap(test);
	addr = user_mmap_at(us, PUD_SIZE, pf->file, nr * (PUD_SIZE / PAGE_SIZE),
			    PROT_READ, MAP_SHARED | MAP_FIXED, 0);
	KUNIT_ASSERT_EQ(test, addr, PUD_SIZE);
	for (i = 0; i < nr; i++)
		expect_not_followed(test, us, addr, addr + i * PUD_SIZE);
}

/* Covers: generic_access_phys */
static void generic_access_writes_the_frame(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS, MAP_SHARED);
	unsigned long word = 4711;

	KUNIT_ASSERT_EQ(test, sizeof(word),
			user_access(m.us, mapping_page(&m, 6), &word,
				    sizeof(word), FOLL_WRITE));
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[6]), 4711);
	word = 4712;
	KUNIT_ASSERT_EQ(test, sizeof(word),
			user_access(m.us, mapping_page(&m, 6) +
				    3 * sizeof(word), &word, sizeof(word),
				    FOLL_WRITE));
	word = 0;
	KUNIT_ASSERT_EQ(test, sizeof(word),
			user_access(m.us, mapping_page(&m, 6) +
				    3 * sizeof(word), &word, sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, word, 4712);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[6]), 4711);
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[5]));
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[7]));
}

/* Neither copied nor written: FOLL_FORCE is for GUP, and GUP has refused. */
static void generic_access_does_not_write_read_only_frames(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS, MAP_PRIVATE);
	unsigned long word = 4711;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			user_access_phys(m.us, m.addr, &word, sizeof(word),
					 FOLL_WRITE));
	KUNIT_EXPECT_EQ(test, 0, user_access(m.us, m.addr, &word, sizeof(word),
					     FOLL_WRITE | FOLL_FORCE));
	expect_raw_frame(test, &m, 0);
	expect_frames_intact(test, &m);
	KUNIT_EXPECT_EQ(test, sizeof(word),
			user_access_phys(m.us, m.addr, &word, sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[0].pfn, 0));
}

/* There is nobody to ask: ->access() is the driver's. */
static void mapping_without_handlers_is_not_accessed(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_PAGELESS, NR_PAGES,
					  MAP_SHARED, &(struct pfn_file){
						  .map = handler_remap_without_ops,
					  });
	unsigned long word = 4711;

	KUNIT_EXPECT_EQ(test, 0, user_access(m.us, m.addr, &word, sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, word, 4711);
	KUNIT_EXPECT_EQ(test, 0, user_access(m.us, m.addr, &word, sizeof(word),
					     FOLL_WRITE));
	expect_frames_untouched(test, m.before);
}

static void generic_access_does_not_fault_pages_in(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS_SCATTERED, MAP_SHARED);
	unsigned long word;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			user_access_phys(m.us, m.addr, &word, sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
}

/* The neighbour of a page is not the neighbour of its frame. */
static void generic_access_across_a_page_end_reaches_both_frames(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS_SCATTERED, MAP_SHARED);
	unsigned long words[2] = {};
	int len;

	touch(test, &m, 3, 0);
	touch(test, &m, 4, 0);
	len = user_access(m.us, mapping_page(&m, 4) - sizeof(long), words,
			  sizeof(words), 0);
	KUNIT_EXPECT_EQ(test, len, sizeof(words));
	KUNIT_EXPECT_EQ(test, words[0],
			frames_pattern(m.frames->frame[3].pfn,
				       PAGE_SIZE / sizeof(long) - 1));
	known_issue(test, !COMPAT_ACCESS_PHYS_IS_CAREFUL &&
		    words[1] != frames_pattern(m.frames->frame[4].pfn, 0),
		    "generic_access_phys() goes on to the next frame at a page's end");
	KUNIT_EXPECT_EQ(test, words[1],
			frames_pattern(m.frames->frame[4].pfn, 0));
}

/* See its comment on 'anything that looks like ordinary RAM'. */
static void generic_access_refuses_frames_with_page(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){ .remap = true });
	unsigned long word;

	needs_ioremap_prot(test);
	known_issue(test, !COMPAT_ACCESS_PHYS_IS_CAREFUL,
		    "generic_access_phys() warns of an ioremap() of ordinary memory");
	KUNIT_EXPECT_EQ(test, -EINVAL,
			user_access_phys(m.us, m.addr, &word, sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			user_access_phys(m.us, m.addr, &word, sizeof(word),
					 FOLL_WRITE));
	expect_frames_intact(test, &m);
}

static void generic_access_refuses_private_copies(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS, MAP_PRIVATE);
	unsigned long word = 4711, seen = 0;

	known_issue(test, !COMPAT_ACCESS_PHYS_IS_CAREFUL,
		    "generic_access_phys() warns of an ioremap() of ordinary memory");
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, m.addr, 1));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			user_access_phys(m.us, m.addr, &word, sizeof(word),
					 FOLL_WRITE));
	KUNIT_EXPECT_EQ(test, 0, user_read(m.us, m.addr, &seen));
	KUNIT_EXPECT_EQ(test, seen, 1);
}

static void end_reserve(void *data)
{
	ClearPageReserved(data);
}

/* What is reserved may be a device's, struct page or not: as /dev/mem has it. */
static void generic_access_reaches_reserved_pages(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){ .remap = true });
	struct page *page = pfn_to_page(m.frames->frame[2].pfn);
	unsigned long word = 0;

	needs_ioremap_of_reserved_pages(test);
	SetPageReserved(page);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, end_reserve,
							   page));
	KUNIT_ASSERT_EQ(test, sizeof(word),
			user_access_phys(m.us, mapping_page(&m, 2), &word,
					 sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, word, frames_pattern(m.frames->frame[2].pfn, 0));
}

/* Where that is listed: Documentation/arch/x86/pat.rst. */
static void generic_access_keeps_no_mapping_of_its_own(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS, MAP_SHARED);
	unsigned long word, pfn = m.frames->frame[0].pfn;
	unsigned int before;

	needs_memtype(test);
	before = observe_tracking(test, pfn, 1).nr;
	KUNIT_ASSERT_EQ(test, sizeof(word),
			user_access_phys(m.us, m.addr, &word, sizeof(word), 0));
	KUNIT_EXPECT_EQ(test, observe_tracking(test, pfn, 1).nr, before);
}

/*
 * Races: generic_access_phys() looks at the entry, maps the frame by ioremap(), and
 * has to look again: meanwhile the frame may have become somebody else's.
 */
#define PAGE 2
#define OTHER_PAGE 6

static struct changing changing_page(struct kunit *test, const struct mapping *m)
{
	needs_ioremap_prot(test);
	needs_moments(test);
	needs_reachable(test, m->frames);
	return (struct changing){
		.us = m->us,
		.addr = mapping_page(m, PAGE),
		.entry = observe_pte(m->us, mapping_page(m, PAGE)).pte,
	};
}

static pte_t entry_of_other_page(const struct mapping *m)
{
	return observe_pte(m->us, mapping_page(m, OTHER_PAGE)).pte;
}

static int access_while_changes(struct changing *change, unsigned long *word,
				int write)
{
	return user_access_phys_while_changes(change, word, sizeof(*word), write);
}

/* Covers: generic_access_phys */
static void generic_access_reads_the_frame_that_came_meanwhile(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_PAGELESS, MAP_SHARED);
	struct changing change = changing_page(test, &m);
	unsigned long word = 0;

	change.entry = entry_of_other_page(&m);
	KUNIT_ASSERT_EQ(test, sizeof(word),
			access_while_changes(&change, &word, 0));
	KUNIT_EXPECT_TRUE(test, change.kept);
	KUNIT_EXPECT_EQ(test, word,
			frames_pattern(m.frames->frame[OTHER_PAGE].pfn, 0));
}

/* Covers: generic_access_phys */
static void generic_access_writes_the_frame_that_came_meanwhile(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_PAGELESS, MAP_SHARED);
	struct changing change = changing_page(test, &m);
	unsigned long word = 4711;

	change.entry = entry_of_other_page(&m);
	KUNIT_ASSERT_EQ(test, sizeof(word),
			access_while_changes(&change, &word, FOLL_WRITE));
	KUNIT_EXPECT_TRUE(test, change.kept);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[OTHER_PAGE]), 4711);
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[PAGE]));
}

/* Covers: generic_access_phys */
static void generic_access_does_not_write_what_became_read_only(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_PAGELESS, MAP_SHARED);
	struct changing change = changing_page(test, &m);
	unsigned long word = 4711;

	change.entry = pte_wrprotect(change.entry);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			access_while_changes(&change, &word, FOLL_WRITE));
	KUNIT_EXPECT_TRUE(test, change.kept);
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[PAGE]));
}

/* The entry may have been the last thing that kept the frame where it was. */
static void generic_access_ends_where_the_entry_goes_meanwhile(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_PAGELESS, MAP_SHARED);
	struct changing change = changing_page(test, &m);
	unsigned long word = 4711;

	change.entry = __pte(0);
	KUNIT_EXPECT_EQ(test, -EINVAL, access_while_changes(&change, &word, 0));
	KUNIT_EXPECT_EQ(test, word, 4711);
	KUNIT_EXPECT_EQ(test, -EINVAL,
			access_while_changes(&change, &word, FOLL_WRITE));
	KUNIT_EXPECT_TRUE(test, change.kept);
	KUNIT_EXPECT_TRUE(test, frame_intact(&m.frames->frame[PAGE]));
}

/* Whether it can then map the frame is up to ioremap(), which knows other modes. */
static void generic_access_maps_anew_where_the_cache_mode_changes(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_PAGELESS, MAP_SHARED);
	struct changing change = changing_page(test, &m);
	pgprot_t prot = vm_get_page_prot(VM_READ | VM_WRITE | VM_SHARED);
	unsigned long word = 0;

	needs_cache_modes(test);
	KUNIT_ASSERT_EQ(test, sizeof(word),
			access_while_changes(&change, &word, 0));
	KUNIT_EXPECT_EQ(test, change.nr_tries, 1);

	change.entry = pte_mkspecial(pfn_pte(m.frames->frame[PAGE].pfn,
					     pgprot_noncached(prot)));
	access_while_changes(&change, &word, 0);
	KUNIT_EXPECT_TRUE(test, change.kept);
	KUNIT_EXPECT_EQ(test, change.nr_tries, 2);
}

static void generic_access_begun_anew_keeps_no_mapping(struct kunit *test)
{
	struct mapping m = remap(test, FRAMES_PAGELESS, MAP_SHARED);
	struct changing change = changing_page(test, &m);
	unsigned long word, pfn = m.frames->frame[PAGE].pfn;
	unsigned int before;

	needs_memtype(test);
	before = observe_tracking(test, pfn, 1).nr;
	change.entry = entry_of_other_page(&m);
	KUNIT_ASSERT_EQ(test, sizeof(word),
			access_while_changes(&change, &word, 0));
	change.entry = __pte(0);
	KUNIT_ASSERT_EQ(test, -EINVAL, access_while_changes(&change, &word, 0));
	KUNIT_EXPECT_EQ(test, observe_tracking(test, pfn, 1).nr, before);
}

/* ioremap() needs some: for its area of addresses, page tables, the cache mode. */
#define MAX_ALLOCATIONS 20

/* Then nothing is read or written, and that is no success of 0 bytes. */
static void generic_access_without_memory_is_an_error(struct kunit *test)
{
	struct mapping m = map_phys(test, FRAMES_PAGELESS, MAP_SHARED);
	unsigned long word = 4711;
	unsigned int nth, nr_errors = 0;
	bool failed = true;

	needs_failures(test);
	for (nth = 1; failed && nth < MAX_ALLOCATIONS; nth++) {
		int ret;

		failures_arm(nth);
		ret = user_access_phys(m.us, m.addr, &word, sizeof(word),
				       FOLL_WRITE);
		failed = failures_disarm();
		if (ret == sizeof(word))
			continue;
		KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		KUNIT_EXPECT_TRUE(test, failed);
		nr_errors++;
	}
	KUNIT_EXPECT_GT(test, nr_errors, 0);
	KUNIT_EXPECT_FALSE(test, failed);
	KUNIT_EXPECT_EQ(test, frame_peek(&m.frames->frame[0]), 4711);
}

static const struct kind {
	const char *name;
	enum frames_kind frames;
	unsigned long map_flags;
	struct pfn_file how;
} kinds[] = {
	{ "shared remap", FRAMES_CONTIGUOUS, MAP_SHARED, { .remap = true } },
	{ "private remap", FRAMES_CONTIGUOUS, MAP_PRIVATE, { .remap = true } },
	{ "shared remap of frames without page", FRAMES_PAGELESS, MAP_SHARED,
	  { .remap = true } },
	{ "remap without VM_IO", FRAMES_CONTIGUOUS, MAP_SHARED,
	  { .map = handler_remap_without_io } },
	{ "scattered frames", FRAMES_SCATTERED, MAP_SHARED,
	  { .vm_flags = VM_PFNMAP, .fault = pfn_file_insert } },
	{ "scattered frames without page", FRAMES_PAGELESS_SCATTERED,
	  MAP_SHARED, { .vm_flags = VM_PFNMAP, .fault = pfn_file_insert } },
	{ "scattered frames of an io mapping", FRAMES_PAGELESS_SCATTERED,
	  MAP_SHARED, { .vm_flags = VM_MIXEDMAP | VM_IO,
			.fault = handler_fault_mixed } },
};

static void kind_name(const struct kind *kind, char *desc)
{
	strscpy(desc, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kinds, kind_name);

/*
 * Covers: follow_pfnmap_start, pfnmap_args_setup, pte_special, pte_mkspecial
 */
static void every_frame_is_followed_as_its_entry_maps_it(struct kunit *test)
{
	const struct kind *kind = test->param_value;
	struct mapping m = mapping_create(test, kind->frames, NR_PAGES,
					  kind->map_flags, &kind->how);
	unsigned int page;

	needs_follow_pfnmap(test);
	for (page = 0; page < NR_PAGES; page++) {
		struct followed got;
		pte_t pte;

		if (m.pf->ops.fault)
			touch(test, &m, page, page % 2 ? FAULT_FLAG_WRITE : 0);
		pte = observe_pte(m.us, mapping_page(&m, page)).pte;
		got = follow(&m, page);

		KUNIT_ASSERT_EQ(test, got.ret, 0);
		KUNIT_EXPECT_EQ(test, got.pfn, m.frames->frame[page].pfn);
		KUNIT_EXPECT_EQ(test, got.writable,
				kind->map_flags == MAP_SHARED);
		KUNIT_EXPECT_EQ(test, got.special,
				IS_ENABLED(CONFIG_ARCH_HAS_PTE_SPECIAL));
		KUNIT_EXPECT_EQ(test, pgprot_val(got.pgprot),
				pgprot_val(compat_pte_pgprot(pte)));
		if (COMPAT_HAS_FOLLOW_MASK)
			KUNIT_EXPECT_EQ(test, got.addr_mask, PAGE_MASK);
		KUNIT_EXPECT_EQ(test, got.held, 0);
	}
	expect_frames_untouched(test, m.before);
}

static struct kunit_case mm_pfnmap_follow_cases[] = {
	KUNIT_CASE(address_without_page_tables_is_refused),
	KUNIT_CASE(low_address_without_any_page_table_is_refused),
	KUNIT_CASE(pfn_is_that_of_the_page_an_address_is_in),
	KUNIT_CASE(copy_is_followed_as_the_ordinary_page_it_is),
	KUNIT_CASE(frame_is_writable_only_after_the_driver_allowed_it),
	KUNIT_CASE(frame_is_not_writable_after_mprotect),
	KUNIT_CASE(address_beside_the_vma_is_refused_though_mapped),
	KUNIT_CASE(ordinary_memory_is_refused),
	KUNIT_CASE(mixed_map_is_refused_without_io),
	KUNIT_CASE(page_of_an_io_mapping_is_followed),
	KUNIT_CASE(page_not_touched_yet_is_refused),
	KUNIT_CASE(followed_page_can_be_unmapped_afterwards),
	KUNIT_CASE(access_without_a_handler_ends_before_raw_frames),
	KUNIT_CASE(access_to_mixed_pages_needs_no_handler),
	KUNIT_CASE(access_to_a_process_is_access_to_its_memory),
	KUNIT_CASE(process_vm_readv_is_refused_for_raw_frames),
	KUNIT_CASE(handler_answers_for_raw_frames),
	KUNIT_CASE(handler_that_fails_ends_the_access),
	KUNIT_CASE(generic_access_reads_the_frame),
	KUNIT_CASE(generic_access_writes_the_frame),
	KUNIT_CASE(generic_access_does_not_write_read_only_frames),
	KUNIT_CASE(mapping_without_handlers_is_not_accessed),
	KUNIT_CASE(generic_access_does_not_fault_pages_in),
	KUNIT_CASE(generic_access_across_a_page_end_reaches_both_frames),
	KUNIT_CASE(generic_access_refuses_frames_with_page),
	KUNIT_CASE(generic_access_refuses_private_copies),
	KUNIT_CASE(generic_access_without_memory_is_an_error),
	KUNIT_CASE(generic_access_reaches_reserved_pages),
	KUNIT_CASE(generic_access_keeps_no_mapping_of_its_own),
	KUNIT_CASE(generic_access_reads_the_frame_that_came_meanwhile),
	KUNIT_CASE(generic_access_writes_the_frame_that_came_meanwhile),
	KUNIT_CASE(generic_access_does_not_write_what_became_read_only),
	KUNIT_CASE(generic_access_ends_where_the_entry_goes_meanwhile),
	KUNIT_CASE(generic_access_maps_anew_where_the_cache_mode_changes),
	KUNIT_CASE(generic_access_begun_anew_keeps_no_mapping),
	KUNIT_CASE_PARAM(every_frame_is_followed_as_its_entry_maps_it,
			 kind_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_follow_suite = {
	.name = "mm_pfnmap_follow",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_follow_cases,
};

kunit_test_suite(mm_pfnmap_follow_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: from user addresses to raw page frames");
MODULE_LICENSE("GPL");
