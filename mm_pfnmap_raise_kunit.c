// SPDX-License-Identifier: GPL-2.0
/*
 * How a fault may be raised: with which flags, under which lock, and by
 * fixup_user_fault(); and whom it is accounted to.
 *
 * See enum fault_flag, and the locking rules of vm_operations_struct in
 * Documentation/filesystems/locking.rst.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "testbed/testbed.h"

#define NR_PAGES 8
#define PAGE 3	/* the one that is touched */

static void touch_name(const struct touch *touch, char *desc)
{
	strscpy(desc, touch->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(touch, touches, touch_name);

static struct mapping map_how(struct kunit *test, unsigned long map_flags,
			      struct pfn_file how)
{
	how.vm_flags = how.vm_flags ?: VM_PFNMAP;
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, map_flags,
			      &how);
}

static struct mapping map_answer(struct kunit *test, unsigned long map_flags,
				 struct answer *answer)
{
	return map_how(test, map_flags, (struct pfn_file){
					.fault = answer_fault,
					.data = answer,
				});
}

/* How a fault is raised, besides being a read or a write. */
static const struct raised {
	const char *name;
	unsigned int flags;
} raiseds[] = {
	{ "plain", 0 },
	{ "may retry", FAULT_FLAG_ALLOW_RETRY },
	{ "killable", FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE },
	{ "interruptible", FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_INTERRUPTIBLE },
	{ "nowait", FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT },
	{ "tried", FAULT_FLAG_TRIED | FAULT_FLAG_KILLABLE },
	{ "by user", FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_USER },
	{ "remote", FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_REMOTE },
};

static void raised_name(const struct raised *raised, char *desc)
{
	strscpy(desc, raised->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(raised, raiseds, raised_name);

/* Only so does it know whether it may drop the lock, and wait. */
static void handler_sees_how_the_fault_was_raised(struct kunit *test)
{
	const struct raised *raised = test->param_value;
	struct answer answer = { .ret = VM_FAULT_SIGBUS };
	const struct touch *touch;

	for (touch = touches; touch < touches + NR_TOUCHES; touch++) {
		struct mapping m = map_answer(test, touch->map_flags, &answer);

		EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
						 touch->flags | raised->flags),
				VM_FAULT_SIGBUS);
		KUNIT_EXPECT_EQ_MSG(test, answer.flags,
				    touch->flags | raised->flags, "%s",
				    touch->name);
		KUNIT_EXPECT_EQ_MSG(test, answer.cow_page, touch_copies(touch),
				    "%s", touch->name);
	}
}

/* The lock is still held then, and lockdep would tell if it were not. */
static void retry_without_waiting_keeps_the_lock(struct kunit *test)
{
	struct answer answer = { .ret = VM_FAULT_RETRY };
	const struct touch *touch;

	for (touch = touches; touch < touches + NR_TOUCHES; touch++) {
		struct mapping m = map_answer(test, touch->map_flags, &answer);

		EXPECT_VM_FAULT(test, user_fault(m.us, mapping_page(&m, PAGE),
						 touch->flags |
						 FAULT_FLAG_ALLOW_RETRY |
						 FAULT_FLAG_RETRY_NOWAIT),
				VM_FAULT_RETRY);
		expect_nothing_mapped(test, &m);
	}
}

/*
 * The kernel-doc and comments of mm_account_fault(): no fault counts that is
 * not complete or failed; and it was a major one if the handler says so, or if
 * it had to be tried again.
 */
static const struct accounted {
	const char *name;
	vm_fault_t ret;
	unsigned int flags;
	unsigned int major;
	unsigned int minor;
} accounteds[] = {
	{ "minor", VM_FAULT_NOPAGE, 0, 0, 1 },
	{ "major", VM_FAULT_NOPAGE | VM_FAULT_MAJOR, 0, 1, 0 },
	{ "tried", VM_FAULT_NOPAGE, FAULT_FLAG_TRIED, 1, 0 },
	{ "failed", VM_FAULT_SIGBUS, 0, 0, 0 },
	{ "major but failed", VM_FAULT_SIGBUS | VM_FAULT_MAJOR, 0, 0, 0 },
	{ "to be retried", VM_FAULT_RETRY | VM_FAULT_MAJOR,
	  FAULT_FLAG_ALLOW_RETRY, 0, 0 },
	{ "completed", VM_FAULT_NOPAGE | VM_FAULT_COMPLETED,
	  FAULT_FLAG_ALLOW_RETRY, 0, 1 },
};

static void accounted_name(const struct accounted *accounted, char *desc)
{
	strscpy(desc, accounted->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(accounted, accounteds, accounted_name);

static void fault_is_accounted_to_the_thread(struct kunit *test)
{
	const struct accounted *accounted = test->param_value;
	struct answer answer = { .ret = accounted->ret };
	struct mapping m = map_answer(test, MAP_SHARED, &answer);
	unsigned long major = current->maj_flt, minor = current->min_flt;

	user_fault(m.us, mapping_page(&m, PAGE), accounted->flags);
	KUNIT_EXPECT_EQ(test, current->maj_flt - major, accounted->major);
	KUNIT_EXPECT_EQ(test, current->min_flt - minor, accounted->minor);
}

/* fixup_user_fault(): see its kernel-doc, and vm_fault_to_errno(). */
static const struct fixup {
	const char *name;
	struct answer answer;
	int ret;
	bool unlocked;
} fixups[] = {
	{ "NOPAGE", { VM_FAULT_NOPAGE, .inserts = true }, 0 },
	{ "SIGBUS", { VM_FAULT_SIGBUS }, -EFAULT },
	{ "SIGSEGV", { VM_FAULT_SIGSEGV }, -EFAULT },
	{ "OOM", { VM_FAULT_OOM }, -ENOMEM },
	{ "HWPOISON", { VM_FAULT_HWPOISON }, -EFAULT },
	{ "HWPOISON_LARGE", { VM_FAULT_HWPOISON_LARGE }, -EFAULT },
	{ "RETRY", { VM_FAULT_RETRY, .once = true }, 0, true },
	{ "COMPLETED",
	  { VM_FAULT_NOPAGE | VM_FAULT_COMPLETED, .inserts = true }, 0, true },
};

static void fixup_name(const struct fixup *fixup, char *desc)
{
	strscpy(desc, fixup->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fixup, fixups, fixup_name);

static void fixup_turns_the_result_into_an_errno(struct kunit *test)
{
	const struct fixup *fixup = test->param_value;
	struct answer answer = fixup->answer;
	struct mapping m = map_answer(test, MAP_SHARED, &answer);
	bool unlocked = false;

	KUNIT_EXPECT_EQ(test, fixup->ret,
			user_fixup_fault(m.us, mapping_page(&m, PAGE),
					 FAULT_FLAG_WRITE, &unlocked));
	KUNIT_EXPECT_EQ(test, unlocked, fixup->unlocked);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1 + answer.once);
	KUNIT_EXPECT_EQ(test, answer.flags,
			FAULT_FLAG_WRITE | FAULT_FLAG_ALLOW_RETRY |
			FAULT_FLAG_KILLABLE |
			(answer.once ? FAULT_FLAG_TRIED : 0));
	if (!fixup->ret)
		expect_raw_frame(test, &m, PAGE);
	else
		expect_nothing_mapped(test, &m);
}

/* Who cannot have the lock dropped says so, and the handler is told. */
static void fixup_that_must_keep_the_lock_allows_no_retry(struct kunit *test)
{
	struct answer answer = { .ret = VM_FAULT_NOPAGE, .inserts = true };
	struct mapping m = map_answer(test, MAP_SHARED, &answer);

	KUNIT_EXPECT_EQ(test, 0, user_fixup_fault(m.us, mapping_page(&m, PAGE),
						  0, NULL));
	KUNIT_EXPECT_EQ(test, answer.flags, 0);
	expect_raw_frame(test, &m, PAGE);
}

static void fixup_of_what_may_not_be_done_is_efault(struct kunit *test)
{
	struct answer answer = { .ret = VM_FAULT_NOPAGE };
	struct mapping m = mapping_create_prot(test, FRAMES_SCATTERED, NR_PAGES,
					       PROT_READ, MAP_SHARED,
					       &(struct pfn_file){
						       .vm_flags = VM_PFNMAP,
						       .fault = answer_fault,
						       .data = &answer,
					       });

	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_fixup_fault(m.us, m.addr, FAULT_FLAG_WRITE, NULL));
	KUNIT_EXPECT_EQ(test, -EFAULT,
			user_fixup_fault(m.us, m.addr + NR_PAGES * PAGE_SIZE, 0,
					 NULL));
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
}

/* Reading needs no more than the right to read. */
static void fixup_for_reading_needs_the_right_to_read(struct kunit *test)
{
	static const unsigned long prots[] = { PROT_READ, PROT_NONE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prots); i++) {
		struct answer answer = { VM_FAULT_NOPAGE, .inserts = true };
		struct mapping m = mapping_create_prot(test, FRAMES_SCATTERED,
						       NR_PAGES, prots[i],
						       MAP_SHARED,
						       &(struct pfn_file){
							       .vm_flags = VM_PFNMAP,
							       .fault = answer_fault,
							       .data = &answer,
						       });
		bool unlocked = false;

		KUNIT_EXPECT_EQ(test, prots[i] ? 0 : -EFAULT,
				user_fixup_fault(m.us, mapping_page(&m, PAGE), 0,
						 &unlocked));
		KUNIT_EXPECT_FALSE(test, unlocked);
		if (prots[i])
			expect_raw_frame(test, &m, PAGE);
		else
			expect_nothing_mapped(test, &m);
	}
}

/* FAULT_FLAG_KILLABLE: it is given up where it could have to wait. */
static void fixup_of_a_killed_thread_is_given_up_if_it_may_wait(struct kunit *test)
{
	struct answer answer = { VM_FAULT_NOPAGE, .inserts = true };
	struct mapping m = map_answer(test, MAP_SHARED, &answer);
	bool unlocked = false;
	int may_wait, must_not;

	thread_pretend_killed(true);
	may_wait = user_fixup_fault(m.us, mapping_page(&m, PAGE), 0, &unlocked);
	must_not = user_fixup_fault(m.us, mapping_page(&m, 4), FAULT_FLAG_WRITE,
				    NULL);
	thread_pretend_killed(false);
	KUNIT_EXPECT_EQ(test, may_wait, -EINTR);
	KUNIT_EXPECT_EQ(test, must_not, 0);
	KUNIT_EXPECT_FALSE(test, unlocked);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
	expect_raw_frame(test, &m, 4);
}

/*
 * Under the lock of the vma alone. 'All vm_ops that have a ->map_pages have
 * been audited and don't need the mmap_lock', any other handler is not called:
 * see vmf_can_call_fault().
 */
static void handler_is_not_called_under_the_vma_lock(struct kunit *test)
{
	const struct touch *touch = test->param_value;
	struct answer answer = { .ret = VM_FAULT_SIGBUS };
	struct mapping m = map_answer(test, touch->map_flags, &answer);

	needs_per_vma_lock(test);
	EXPECT_VM_FAULT(test,
			user_fault_under_vma_lock(m.us, mapping_page(&m, PAGE),
						  touch->flags), VM_FAULT_RETRY);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 0);
	expect_nothing_mapped(test, &m);
}

static vm_fault_t map_nothing(struct vm_fault *vmf, pgoff_t start, pgoff_t end)
{
	return 0;
}

static void handler_with_map_pages_is_called_under_the_vma_lock(struct kunit *test)
{
	const struct touch *touch = test->param_value;
	struct answer answer = { .ret = VM_FAULT_RETRY };
	struct mapping m = map_how(test, touch->map_flags, (struct pfn_file){
				.ops = {
					.fault = answer_fault,
					.map_pages = map_nothing,
				},
				.data = &answer,
			});

	needs_per_vma_lock(test);
	EXPECT_VM_FAULT(test,
			user_fault_under_vma_lock(m.us, mapping_page(&m, PAGE),
						  touch->flags |
						  FAULT_FLAG_ALLOW_RETRY),
			VM_FAULT_RETRY);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_faults), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_map_pages), !touch->flags);
	KUNIT_EXPECT_EQ(test, answer.flags,
			touch->flags | FAULT_FLAG_ALLOW_RETRY |
			FAULT_FLAG_VMA_LOCK);
	expect_nothing_mapped(test, &m);
}

static vm_fault_t mkwrite_allowed(struct vm_fault *vmf)
{
	return 0;
}

static struct mapping map_notified(struct kunit *test, bool audited)
{
	return map_how(test, MAP_SHARED, (struct pfn_file){
			.ops = {
				.fault = pfn_file_insert,
				.pfn_mkwrite = mkwrite_allowed,
				.map_pages = audited ? map_nothing : NULL,
			},
		});
}

static void pfn_mkwrite_is_not_called_under_the_vma_lock(struct kunit *test)
{
	struct mapping m = map_notified(test, false);

	needs_per_vma_lock(test);
	user_fault(m.us, mapping_page(&m, PAGE), 0);
	EXPECT_VM_FAULT(test,
			user_fault_under_vma_lock(m.us, mapping_page(&m, PAGE),
						  FAULT_FLAG_WRITE),
			VM_FAULT_RETRY);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_pfn_mkwrites), 0);
	KUNIT_EXPECT_FALSE(test,
			   observe_pte(m.us, mapping_page(&m, PAGE)).write);
}

static void pfn_mkwrite_with_map_pages_is_called_under_the_vma_lock(struct kunit *test)
{
	struct mapping m = map_notified(test, true);

	needs_per_vma_lock(test);
	user_fault(m.us, mapping_page(&m, PAGE), 0);
	EXPECT_VM_FAULT(test,
			user_fault_under_vma_lock(m.us, mapping_page(&m, PAGE),
						  FAULT_FLAG_WRITE), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m.pf->nr_pfn_mkwrites), 1);
	KUNIT_EXPECT_TRUE(test,
			  observe_pte(m.us, mapping_page(&m, PAGE)).write);
}

/* Copies need no handler. But the first one needs an anon_vma: mmap_lock. */
static struct mapping map_to_copy(struct kunit *test)
{
	needs_per_vma_lock(test);
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, MAP_PRIVATE,
			      &(struct pfn_file){ .remap = true });
}

static void copy_is_made_under_the_vma_lock(struct kunit *test)
{
	struct mapping m = map_to_copy(test);

	needs_mm_exports(test);
	EXPECT_VM_FAULT(test,
			user_fault_under_vma_lock(m.us, mapping_page(&m, PAGE),
						  FAULT_FLAG_WRITE), 0);
	expect_copy(test, &m, PAGE);
	expect_copied_words(test, &m, PAGE,
			    frames_pattern(m.frames->frame[PAGE].pfn, 0));
	expect_rss(test, m.us, 0, 1);
}

/* See __vmf_anon_prepare(): 'the caller must retry with the mmap_lock held'. */
static void first_copy_beside_a_writer_of_the_mm_is_retried(struct kunit *test)
{
	struct mapping m = map_to_copy(test);

	needs_mm_exports(test);
	EXPECT_VM_FAULT(test,
			user_fault_beside_a_writer(m.us, mapping_page(&m, PAGE),
						   FAULT_FLAG_WRITE),
			VM_FAULT_RETRY);
	expect_raw_frame(test, &m, PAGE);
	expect_rss(test, m.us, 0, 0);

	KUNIT_ASSERT_EQ(test, 0, user_write(m.us, mapping_page(&m, PAGE), 1));
	EXPECT_VM_FAULT(test,
			user_fault_beside_a_writer(m.us, mapping_page(&m, 4),
						   FAULT_FLAG_WRITE), 0);
	expect_copy(test, &m, 4);
	expect_rss(test, m.us, 0, 2);
}

/* Faults that nobody may raise: see sanitize_fault_flags(). */
static void expect_no_such_fault(struct kunit *test, const struct mapping *m,
				 unsigned int flags)
{
	if (!COMPAT_FAULT_FLAGS_ARE_CHECKED)
		kunit_skip(test, "needs sanitize_fault_flags() (Linux 6.2)");
	EXPECT_WARNINGS(test, 1) {
		EXPECT_VM_FAULT(test, user_fault(m->us, m->addr, flags),
				VM_FAULT_SIGSEGV);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&m->pf->nr_faults), 0);
	expect_nothing_mapped(test, m);
}

static struct mapping map_prot(struct kunit *test, unsigned long prot,
			       bool read_only)
{
	return mapping_create_prot(test, FRAMES_SCATTERED, NR_PAGES, prot,
				   MAP_SHARED, &(struct pfn_file){
					   .vm_flags = VM_PFNMAP,
					   .fault = pfn_file_insert,
					   .read_only = read_only,
				   });
}

static void write_that_unshares_is_no_fault(struct kunit *test)
{
	struct mapping m = map_prot(test, PROT_READ | PROT_WRITE, false);

	expect_no_such_fault(test, &m, FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE);
}

static void write_where_none_is_ever_allowed_is_no_fault(struct kunit *test)
{
	struct mapping m = map_prot(test, PROT_READ, true);

	expect_no_such_fault(test, &m, FAULT_FLAG_WRITE);
}

static void forced_write_of_a_shared_mapping_is_no_fault(struct kunit *test)
{
	struct mapping m = map_prot(test, PROT_READ, false);

	expect_no_such_fault(test, &m, FAULT_FLAG_WRITE);
}

static void vma_lock_without_waiting_is_no_fault(struct kunit *test)
{
	struct mapping m = map_prot(test, PROT_READ, false);

	needs_per_vma_lock(test);
	expect_no_such_fault(test, &m, FAULT_FLAG_VMA_LOCK |
			     FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_RETRY_NOWAIT);
}

static struct kunit_case mm_pfnmap_raise_cases[] = {
	KUNIT_CASE(retry_without_waiting_keeps_the_lock),
	KUNIT_CASE(fixup_that_must_keep_the_lock_allows_no_retry),
	KUNIT_CASE(fixup_of_what_may_not_be_done_is_efault),
	KUNIT_CASE(fixup_for_reading_needs_the_right_to_read),
	KUNIT_CASE(fixup_of_a_killed_thread_is_given_up_if_it_may_wait),
	KUNIT_CASE(pfn_mkwrite_is_not_called_under_the_vma_lock),
	KUNIT_CASE(pfn_mkwrite_with_map_pages_is_called_under_the_vma_lock),
	KUNIT_CASE(copy_is_made_under_the_vma_lock),
	KUNIT_CASE(first_copy_beside_a_writer_of_the_mm_is_retried),
	KUNIT_CASE(write_that_unshares_is_no_fault),
	KUNIT_CASE(write_where_none_is_ever_allowed_is_no_fault),
	KUNIT_CASE(forced_write_of_a_shared_mapping_is_no_fault),
	KUNIT_CASE(vma_lock_without_waiting_is_no_fault),
	KUNIT_CASE_PARAM(handler_sees_how_the_fault_was_raised,
			 raised_gen_params),
	KUNIT_CASE_PARAM(fault_is_accounted_to_the_thread,
			 accounted_gen_params),
	KUNIT_CASE_PARAM(fixup_turns_the_result_into_an_errno,
			 fixup_gen_params),
	KUNIT_CASE_PARAM(handler_is_not_called_under_the_vma_lock,
			 touch_gen_params),
	KUNIT_CASE_PARAM(handler_with_map_pages_is_called_under_the_vma_lock,
			 touch_gen_params),
	{}
};

static struct kunit_suite mm_pfnmap_raise_suite = {
	.name = "mm_pfnmap_raise",
	.suite_init = residue_note,
	.suite_exit = residue_check,
	.test_cases = mm_pfnmap_raise_cases,
};

kunit_test_suite(mm_pfnmap_raise_suite);

COMPAT_IMPORT_KUNIT_NS();
MODULE_DESCRIPTION("KUnit suite: ways to raise a fault");
MODULE_LICENSE("GPL");
