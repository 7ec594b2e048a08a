// SPDX-License-Identifier: GPL-2.0
/*
 * What a program may ask of its memory, and what raw frames answer: advice,
 * locking, migration, merging, reaping. None of it may take an entry away that
 * no fault brings back, or touch a page that is not mm's.
 *
 * From the man pages of the system calls; VM_SPECIAL in include/linux/mm.h;
 * Documentation/mm/unevictable-lru.rst, 'Filtering Special VMAs'.
 */
#include <kunit/test.h>
#include <linux/mempolicy.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/signal.h>

#include "testbed/testbed.h"

#define NR_PAGES 8

/*
 * enum victim_kind - the mappings that are asked
 * @SHARED_REMAP: remap_pfn_range(), with VM_IO and VM_PFNMAP
 * @PRIVATE_REMAP: the same, with page 2 copied
 * @BY_FAULT: faulted in, with VM_PFNMAP alone
 * @SHARED_MIXED: pages in a mixed map
 * @PRIVATE_MIXED: the same, private
 * @VICTIMS: how many
 */
enum victim_kind {
	SHARED_REMAP,
	PRIVATE_REMAP,
	BY_FAULT,
	SHARED_MIXED,
	PRIVATE_MIXED,
	VICTIMS
};

static const struct victim {
	const char *name;
	unsigned long map_flags;
	struct pfn_file how;
} victims[VICTIMS] = {
	[SHARED_REMAP] = { "shared remap", MAP_SHARED, { .remap = true } },
	[PRIVATE_REMAP] = { "private remap", MAP_PRIVATE, { .remap = true } },
	[BY_FAULT] = { "faulted in", MAP_SHARED,
		       { .vm_flags = VM_PFNMAP, .fault = pfn_file_insert } },
	[SHARED_MIXED] = { "shared mixed", MAP_SHARED,
			   { .vm_flags = VM_MIXEDMAP,
			     .map = handler_map_pages } },
	[PRIVATE_MIXED] = { "private mixed", MAP_PRIVATE,
			    { .vm_flags = VM_MIXEDMAP,
			      .map = handler_map_pages } },
};

static void victim_name(const struct victim *victim, char *desc)
{
	strscpy(desc, victim->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(victim, victims, victim_name);

#define COPIED 2

static struct mapping map_victim_with(struct kunit *test,
				      enum victim_kind kind,
				      unsigned long more_map_flags)
{
	const struct victim *v = &victims[kind];
	struct mapping m = mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES,
					  v->map_flags | more_map_flags,
					  &v->how);
	unsigned int page;

	for (page = 0; page < NR_PAGES && v->how.fault; page++)
		EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, page),
						 FAULT_FLAG_WRITE),
				VM_FAULT_NOPAGE);
	if (kind == PRIVATE_REMAP)
		KUNIT_ASSERT_EQ(test, 0, user_write(m.us,
						    mapping_page(&m, COPIED), 1));
	return m;
}

static struct mapping map_victim(struct kunit *test, enum victim_kind kind)
{
	needs_syscalls(test);
	return map_victim_with(test, kind, 0);
}

static enum victim_kind param_kind(struct kunit *test)
{
	return (const struct victim *)test->param_value - victims;
}

static unsigned long vma_flags(struct kunit *test, const struct mapping *m)
{
	struct vma_view vma = {};

	KUNIT_EXPECT_TRUE(test, user_vma(m->us, m->addr, &vma));
	return vma.flags;
}

static unsigned long user_memory(struct kunit *test, struct user_space *us)
{
	unsigned long addr = user_mmap(us, NULL, 1, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, addr, 0));
	return addr;
}

/* The child has nothing there; and there is no way back for a driver's vma. */
static void dontfork_keeps_the_mapping_from_children(struct kunit *test)
{
	struct mapping m = map_victim(test, SHARED_REMAP);
	struct user_space *child;
	struct vma_view vma;

	KUNIT_ASSERT_EQ(test, 0, user_madvise(m.us, m.addr, NR_PAGES,
					      MADV_DONTFORK));
	KUNIT_EXPECT_EQ(test, -EINVAL, user_madvise(m.us, m.addr, NR_PAGES,
						    MADV_DOFORK));
	child = user_space_fork(test, m.us);
	KUNIT_EXPECT_FALSE(test, user_vma(child, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(child, m.addr, NR_PAGES), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_opens), 0);
}

/* Only the second half is asked. */
static void refused_advice_for_a_part_splits_nothing(struct kunit *test)
{
	struct mapping m = map_victim(test, SHARED_REMAP);
	struct vma_view vma;

	KUNIT_EXPECT_EQ(test, -EINVAL,
			user_madvise(m.us, mapping_page(&m, 4), 4, MADV_DOFORK));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			user_madvise(m.us, mapping_page(&m, 4), 4, MADV_DODUMP));
	KUNIT_ASSERT_TRUE(test, user_vma(m.us, m.addr, &vma));
	KUNIT_EXPECT_EQ(test, vma.end, mapping_page(&m, NR_PAGES));
}

/* man 2 remap_file_pages: emulated by a new mapping at another offset. */
static void remap_file_pages_maps_another_frame(struct kunit *test)
{
	struct mapping m = map_victim(test, BY_FAULT);

	KUNIT_ASSERT_EQ(test, 0, user_syscall(m.us, remap_file_pages, m.addr,
					      PAGE_SIZE, 0, 5, 0));
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, m.addr).pfn,
			m.frames->frame[5].pfn);
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, mapping_page(&m, 1)).pfn,
			m.frames->frame[1].pfn);
	expect_frames_untouched(test, m.before);
}

/*
 * Dying memory is given back early, but not where it would have to be told
 * what is a copy and what a frame. The process was killed, and sleeps.
 *
 * Covers: __oom_reap_task_mm
 */
static void reaper_leaves_raw_frames_and_their_copies(struct kunit *test)
{
	struct mapping m = map_victim(test, PRIVATE_REMAP);
	struct mapping_state *before = mapping_note(test, &m);
	unsigned long ordinary = user_memory(test, m.us);
	struct user_space *us = user_space_create(test);
	struct process *p = process_create(test, m.us);
	int pidfd = process_pidfd(test, p);

	KUNIT_EXPECT_EQ(test, -EINVAL, user_syscall(us, process_mrelease,
						    pidfd, 0));
	send_sig(SIGKILL, p->holder.task, 1);
	KUNIT_ASSERT_EQ(test, 0, user_syscall(us, process_mrelease, pidfd, 0));

	KUNIT_EXPECT_TRUE(test, observe_pte(m.us, ordinary).none);
	expect_mapping_unchanged(test, before, "process_mrelease");
	expect_rss(test, m.us, 0, 1);
}

/* Another process may advise less; no more than the owner's is granted. */
static void advice_from_outside_is_refused_too(struct kunit *test)
{
	static const int advice[] = { MADV_COLD, MADV_PAGEOUT };
	struct mapping m = map_victim(test, BY_FAULT);
	struct mapping_state *before = mapping_note(test, &m);
	struct user_space *us = user_space_create(test);
	unsigned long iov = user_memory(test, us);
	int pidfd = process_pidfd(test, process_create(test, m.us));
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, user_write(us, iov, m.addr));
	KUNIT_ASSERT_EQ(test, 0, user_write(us, iov + sizeof(long),
					    NR_PAGES * PAGE_SIZE));
	for (i = 0; i < ARRAY_SIZE(advice); i++)
		KUNIT_EXPECT_EQ(test, -EINVAL,
				user_syscall(us, process_madvise, pidfd, iov, 1,
					     advice[i], 0));
	expect_mapping_unchanged(test, before, "process_madvise");
}

/* Memory for arguments of system calls that are about nodes and pages. */
#define AT_OLD		0
#define AT_NEW		64
#define AT_PAGES	512
#define AT_NODES	1024
#define AT_STATUS	1536

static int node_of(struct user_space *us, unsigned long addr)
{
	return page_to_nid(pfn_to_page(observe_pte(us, addr).pfn));
}

static int other_node(int nid)
{
	return next_node_in(nid, node_states[N_MEMORY]);
}

/* For migrate_pages(): a bit that no node can have is -EINVAL. */
static unsigned long other_nodes(int nid)
{
	return nodes_addr(node_states[N_MEMORY])[0] & ~BIT(nid);
}

/* Bind to another node than the copy is on, or where there is none, the frame. */
static long bind_elsewhere(struct kunit *test, const struct mapping *m,
			   unsigned long flags)
{
	unsigned long mem = user_memory(test, m->us);
	int nid = other_node(node_of(m->us, mapping_page(m, COPIED)));

	KUNIT_ASSERT_EQ(test, 0, user_write(m->us, mem + AT_NEW, BIT(nid)));
	return user_syscall(m->us, mbind, m->addr, NR_PAGES * PAGE_SIZE,
			    MPOL_BIND, mem + AT_NEW, BITS_PER_LONG, flags);
}

/*
 * Process and ordinary page go to another node; what it has of a driver stays.
 *
 * Covers: vma_migratable
 */
static void migrate_pages_leaves_copies_of_raw_frames(struct kunit *test)
{
	struct mapping m;
	struct mapping_state *before;
	unsigned long mem;
	int nid;

	needs_numa_nodes(test, 2);
	m = map_victim(test, PRIVATE_REMAP);
	before = mapping_note(test, &m);
	mem = user_memory(test, m.us);
	nid = other_node(node_of(m.us, mapping_page(&m, COPIED)));
	KUNIT_ASSERT_EQ(test, 0,
			user_write(m.us, mem + AT_OLD, other_nodes(nid)));
	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mem + AT_NEW, BIT(nid)));

	KUNIT_EXPECT_GE(test, user_syscall(m.us, migrate_pages,
					   process_create(test, m.us)->pid,
					   BITS_PER_LONG, mem + AT_OLD,
					   mem + AT_NEW), 0L);
	KUNIT_EXPECT_EQ(test, node_of(m.us, mem), nid);
	expect_mapping_unchanged(test, before, "migrate_pages");
}

/* MADV_REMOVE is the file's to refuse. */
#define ANY_ERROR		1
#define ALL(ret)		{ [0 ... VICTIMS - 1] = ret }
#define PFN_MIXED(pfn, mixed)					\
	{ [SHARED_REMAP ... BY_FAULT] = pfn,			\
	  [SHARED_MIXED ... PRIVATE_MIXED] = mixed }
#define DOFORK			(COMPAT_DOFORK_ASKS_VM_SPECIAL ? -EINVAL : 0)

/*
 * struct advice - what each mapping answers to it
 * @name: its name
 * @advice: MADV_*
 * @want: what madvise() must return, by enum victim_kind
 * @mixed_changes: entries of a mixed map may change, as a fault brings them back
 * @needs: asked first
 *
 * Neither MADV_HWPOISON nor MADV_SOFT_OFFLINE: they would take the frames from
 * their owner.
 */
static const struct advice {
	const char *name;
	int advice;
	int want[VICTIMS];
	bool mixed_changes;
	void (*needs)(struct kunit *test);
} advices[] = {
	{ "NORMAL", MADV_NORMAL, ALL(0) },
	{ "RANDOM", MADV_RANDOM, ALL(0) },
	{ "SEQUENTIAL", MADV_SEQUENTIAL, ALL(0) },
	{ "WILLNEED", MADV_WILLNEED, ALL(0) },
	{ "DONTNEED", MADV_DONTNEED, PFN_MIXED(-EINVAL, 0),
	  .mixed_changes = true },
	{ "DONTNEED_LOCKED", MADV_DONTNEED_LOCKED, PFN_MIXED(-EINVAL, 0),
	  .mixed_changes = true },
	{ "FREE", MADV_FREE, ALL(-EINVAL) },
	{ "COLD", MADV_COLD, PFN_MIXED(-EINVAL, 0) },
	{ "PAGEOUT", MADV_PAGEOUT, PFN_MIXED(-EINVAL, 0) },
	{ "REMOVE", MADV_REMOVE, ALL(ANY_ERROR) },
	{ "DONTFORK", MADV_DONTFORK, ALL(0) },
	{ "DOFORK", MADV_DOFORK,
	  { -EINVAL, -EINVAL, DOFORK, DOFORK, DOFORK } },
	{ "WIPEONFORK", MADV_WIPEONFORK, ALL(-EINVAL) },
	{ "KEEPONFORK", MADV_KEEPONFORK, ALL(0) },
	{ "DONTDUMP", MADV_DONTDUMP, ALL(0) },
	{ "DODUMP", MADV_DODUMP, ALL(-EINVAL) },
	{ "MERGEABLE", MADV_MERGEABLE, ALL(0), .needs = needs_ksm },
	{ "UNMERGEABLE", MADV_UNMERGEABLE, ALL(0), .needs = needs_ksm },
	{ "HUGEPAGE", MADV_HUGEPAGE, ALL(0), .needs = needs_thp },
	{ "NOHUGEPAGE", MADV_NOHUGEPAGE, ALL(0), .needs = needs_thp },
	{ "COLLAPSE", MADV_COLLAPSE, ALL(-EINVAL), .needs = needs_thp },
	{ "POPULATE_READ", MADV_POPULATE_READ, PFN_MIXED(-EINVAL, 0) },
	{ "POPULATE_WRITE", MADV_POPULATE_WRITE, PFN_MIXED(-EINVAL, 0),
	  .mixed_changes = true },
	{ "GUARD_INSTALL", MADV_GUARD_INSTALL, ALL(-EINVAL) },
	{ "GUARD_REMOVE", MADV_GUARD_REMOVE, ALL(-EINVAL) },
};

static void advice_name(const struct advice *advice, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "MADV_%s", advice->name);
}

KUNIT_ARRAY_PARAM(advice, advices, advice_name);

static void expect_answer(struct kunit *test, enum victim_kind kind)
{
	unsigned long keep = VM_SPECIAL | VM_DONTDUMP | VM_MERGEABLE;
	const struct advice *advice = test->param_value;
	struct mapping m = map_victim(test, kind);
	struct mapping_state *before = mapping_note(test, &m);
	unsigned long flags = vma_flags(test, &m);
	int ret = user_madvise(m.us, m.addr, NR_PAGES, advice->advice);

	if (advice->want[kind] == ANY_ERROR)
		KUNIT_EXPECT_LT_MSG(test, ret, 0, "%s", victims[kind].name);
	else
		KUNIT_EXPECT_EQ_MSG(test, ret, advice->want[kind], "%s",
				    victims[kind].name);
	KUNIT_EXPECT_EQ_MSG(test, vma_flags(test, &m) & keep, flags & keep,
			    "%s", victims[kind].name);
	if (kind < SHARED_MIXED || !advice->mixed_changes)
		expect_mapping_unchanged(test, before, victims[kind].name);
}

/*
 * Covers: madvise_dontneed_free_valid_vma, can_madv_lru_vma,
 * madvise_vma_behavior, is_valid_guard_vma, ksm_compatible,
 * vma_ksm_compatible, check_vma_flags, VM_SPECIAL, VMA_SPECIAL_FLAGS
 */
static void advice_is_answered_and_takes_no_raw_frame_away(struct kunit *test)
{
	const struct advice *advice = test->param_value;
	enum victim_kind kind;

	if (advice->needs)
		advice->needs(test);
	for (kind = 0; kind < VICTIMS; kind++)
		expect_answer(test, kind);
}

static void dontneed_drops_mixed_pages_which_a_fault_brings_back(struct kunit *test)
{
	struct mapping m = mapping_create(test, FRAMES_SCATTERED, NR_PAGES,
					  MAP_SHARED,
					  &(struct pfn_file){
						  .vm_flags = VM_MIXEDMAP,
						  .fault = handler_fault_page,
					  });

	needs_syscalls(test);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	expect_rss(test, m.us, 1, 0);
	KUNIT_ASSERT_EQ(test, 0, user_madvise(m.us, m.addr, NR_PAGES,
					      MADV_DONTNEED));
	KUNIT_EXPECT_EQ(test, observe_nr_ptes(m.us, m.addr, NR_PAGES), 0);
	expect_rss(test, m.us, 0, 0);
	expect_frames_untouched(test, m.before);
	EXPECT_VM_FAULT(test, user_fault(m.us, m.addr, 0), VM_FAULT_NOPAGE);
	KUNIT_EXPECT_EQ(test, observe_pte(m.us, m.addr).pfn,
			m.frames->frame[0].pfn);
}

static void expect_not_locked(struct kunit *test, const struct mapping *m)
{
	KUNIT_EXPECT_EQ(test, vma_flags(test, m) & (VM_LOCKED | VM_LOCKONFAULT),
			0);
	KUNIT_EXPECT_EQ(test, m->us->mm->locked_vm, 0);
}

/* It writes to a private mixed map, as to any: class 4 in the same place. */
static bool populates(struct kunit *test)
{
	return param_kind(test) == PRIVATE_MIXED;
}

/*
 * It succeeds, as there is nothing that could be paged out; and leaves no trace:
 * see 'Filtering Special VMAs' in Documentation/mm/unevictable-lru.rst.
 *
 * Covers: vma_supports_mlock, __mm_populate, VM_SPECIAL, VMA_SPECIAL_FLAGS
 */
static void mlock_succeeds_and_locks_nothing(struct kunit *test)
{
	struct mapping m = map_victim(test, param_kind(test));
	struct mapping_state *before = mapping_note(test, &m);

	KUNIT_EXPECT_EQ(test, 0, user_mlock(m.us, m.addr, NR_PAGES));
	expect_not_locked(test, &m);
	KUNIT_EXPECT_EQ(test, 0, user_syscall(m.us, mlock2, m.addr,
					      NR_PAGES * PAGE_SIZE,
					      MLOCK_ONFAULT));
	expect_not_locked(test, &m);
	/* man 2 msync: EBUSY if 'a memory lock exists'. */
	KUNIT_EXPECT_EQ(test, 0, user_syscall(m.us, msync, m.addr,
					      NR_PAGES * PAGE_SIZE,
					      MS_INVALIDATE));
	KUNIT_EXPECT_EQ(test, 0, user_syscall(m.us, munlock, m.addr,
					      NR_PAGES * PAGE_SIZE));
	if (populates(test))
		return;
	expect_mapping_unchanged(test, before, "mlock");
}

/* Covers: vma_supports_mlock */
static void mlockall_locks_nothing(struct kunit *test)
{
	struct mapping m = map_victim(test, param_kind(test));
	struct mapping_state *before = mapping_note(test, &m);

	KUNIT_EXPECT_EQ(test, 0, user_syscall(m.us, mlockall, MCL_CURRENT));
	expect_not_locked(test, &m);
	KUNIT_EXPECT_EQ(test, 0, user_syscall(m.us, munlockall));
	if (populates(test))
		return;
	expect_mapping_unchanged(test, before, "mlockall");
}

/* Covers: vma_supports_mlock */
static void map_locked_locks_nothing(struct kunit *test)
{
	struct mapping m = map_victim_with(test, param_kind(test), MAP_LOCKED);

	expect_not_locked(test, &m);
}

/* Covers: vma_supports_mlock */
static void mapping_after_mlockall_future_is_not_locked(struct kunit *test)
{
	const struct victim *v = test->param_value;
	struct mapping m = map_victim(test, param_kind(test));

	KUNIT_ASSERT_EQ(test, 0, user_syscall(m.us, mlockall, MCL_FUTURE));
	m.addr = user_mmap(m.us, m.pf->file, NR_PAGES, PROT_READ | PROT_WRITE,
			   v->map_flags, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(m.addr));
	expect_not_locked(test, &m);
}

/* Covers: vma_migratable */
static void mbind_moves_nothing(struct kunit *test)
{
	struct mapping_state *before;
	struct mapping m;

	needs_numa_nodes(test, 2);
	m = map_victim(test, param_kind(test));
	before = mapping_note(test, &m);
	KUNIT_EXPECT_EQ(test, 0, bind_elsewhere(test, &m, MPOL_MF_MOVE));
	expect_mapping_unchanged(test, before, "mbind");
}

/*
 * man 2 mbind: EIO for pages that are elsewhere and stay. A raw frame is no
 * page; the copy of one is, and a page of a mixed map.
 *
 * Covers: vma_migratable
 */
static void strict_mbind_fails_for_pages_that_it_cannot_move(struct kunit *test)
{
	enum victim_kind kind = param_kind(test);
	bool has_pages = kind != SHARED_REMAP && kind != BY_FAULT;
	struct mapping_state *before;
	struct mapping m;

	needs_numa_nodes(test, 2);
	m = map_victim(test, kind);
	before = mapping_note(test, &m);
	KUNIT_EXPECT_EQ(test, has_pages ? -EIO : 0,
			bind_elsewhere(test, &m,
				       MPOL_MF_MOVE | MPOL_MF_STRICT));
	expect_mapping_unchanged(test, before, "mbind");
}

/*
 * man 2 move_pages: EFAULT as the status of what is no page of the process.
 * The last one asked for is ordinary memory, which goes.
 *
 * Covers: vma_migratable
 */
static void move_pages_moves_nothing(struct kunit *test)
{
	enum victim_kind kind = param_kind(test);
	unsigned long mem, pages[NR_PAGES + 1];
	int nodes[NR_PAGES + 1], status[NR_PAGES + 1];
	struct mapping_state *before;
	struct mapping m;
	unsigned int i;

	needs_numa_nodes(test, 2);
	m = map_victim(test, kind);
	before = mapping_note(test, &m);
	mem = user_memory(test, m.us);
	for (i = 0; i <= NR_PAGES; i++) {
		pages[i] = i < NR_PAGES ? mapping_page(&m, i) : mem;
		nodes[i] = other_node(node_of(m.us, pages[i]));
	}
	KUNIT_ASSERT_EQ(test, 0, user_copy_in(m.us, mem + AT_PAGES, pages,
					      sizeof(pages)));
	KUNIT_ASSERT_EQ(test, 0, user_copy_in(m.us, mem + AT_NODES, nodes,
					      sizeof(nodes)));

	KUNIT_EXPECT_GE(test, user_syscall(m.us, move_pages, 0, NR_PAGES + 1,
					   mem + AT_PAGES, mem + AT_NODES,
					   mem + AT_STATUS, MPOL_MF_MOVE), 0L);
	KUNIT_ASSERT_EQ(test, 0, user_copy_out(m.us, status, mem + AT_STATUS,
					       sizeof(status)));
	for (i = 0; i < NR_PAGES; i++) {
		if (kind < SHARED_MIXED)
			KUNIT_EXPECT_EQ(test, status[i], -EFAULT);
		else
			KUNIT_EXPECT_LT(test, status[i], 0);
	}
	KUNIT_EXPECT_EQ(test, status[NR_PAGES], nodes[NR_PAGES]);
	KUNIT_EXPECT_EQ(test, node_of(m.us, mem), nodes[NR_PAGES]);
	expect_mapping_unchanged(test, before, "move_pages");
}

static struct kunit_case mm_pfnmap_refuse_cases[] = {
	KUNIT_CASE(dontfork_keeps_the_mapping_from_children),
	KUNIT_CASE(refused_advice_for_a_part_splits_nothing),
	KUNIT_CASE(dontneed_drops_mixed_pages_which_a_fault_brings_back),
	KUNIT_CASE(remap_file_pages_maps_another_frame),
	KUNIT_CASE(reaper_leaves_raw_frames_and_their_copies),
	KUNIT_CASE(advice_from_outside_is_refused_too),
	KUNIT_CASE(migrate_pages_leaves_copies_of_raw_frames),
	KUNIT_CASE_PARAM(advice_is_answered_and_takes_no_raw_frame_away,
			 advice_gen_params),
	KUNIT_CASE_PARAM(mlock_succeeds_and_locks_nothing, victim_gen_params),
	KUNIT_CASE_PARAM(mlockall_locks_nothing, victim_gen_params),
	KUNIT_CASE_PARAM(map_locked_locks_nothing, victim_gen_params),
	KUNIT_CASE_PARAM(mapping_after_mlockall_future_is_not_locked,
			 victim_gen_params),
	KUNIT_CASE_PARAM(mbind_moves_nothing, victim_gen_params),
	KUNIT_CASE_PARAM(strict_mbind_fails_for_pages_that_it_cannot_move,
			 victim_gen_params),
	KUNIT_CASE_PARAM(move_pages_moves_nothing, victim_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_refuse_suite = {
	.name = "mm_pfnmap_refuse",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_refuse_cases,
};

kunit_test_suite(mm_pfnmap_refuse_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: what raw-PFN mappings refuse");
MODULE_LICENSE("GPL");
