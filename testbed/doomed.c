// SPDX-License-Identifier: GPL-2.0
/*
 * What must end in a BUG.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/kdebug.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched/task.h>

#include "compat.h"
#include "doomed.h"
#include "exports.h"
#include "needs.h"
#include "observe.h"

/*
 * An architecture without a BUG() of its own has the one of
 * include/asm-generic/bug.h, which says something else, and panics.
 */
#ifdef HAVE_ARCH_BUG
#define BUG_TEXT	"kernel BUG at "
#define BUG_PANICS	false
#else
#define BUG_TEXT	"BUG: failure at "
#define BUG_PANICS	true
#endif

void needs_death(struct kunit *test, bool enabled)
{
	needs_mm_exports(test);
	if (!enabled)
		kunit_skip(test, "needs %s, as it ends in a BUG",
			   "mm_pfnmap_death_kunit.enable=1 on the kernel command line");
	if (!BUG_PANICS && oops_panics())
		kunit_skip(test, "needs a kernel that does not panic on an oops");
}
EXPORT_SYMBOL_IF_KUNIT(needs_death);

struct doomed {
	void (*fn)(void *data);
	void *data;
	struct task_struct *task;
	struct notifier_block dies;
	bool returned;
	bool seen;
	const char *bug;
};

static int doomed_thread(void *data)
{
	struct doomed *doomed = data;

	doomed->fn(doomed->data);
	doomed->returned = true;
	return 0;
}

/*
 * Not all architectures tell; where one does, it was no BUG if none is there.
 *
 * Page table locks come with an RCU read-side section. An oops does not end it,
 * and the exit that follows sleeps. The innermost is of the notifiers' own.
 */
static int doomed_dies(struct notifier_block *nb, unsigned long val, void *data)
{
	struct doomed *doomed = container_of(nb, struct doomed, dies);
	const struct die_args *args = data;

	if (val != DIE_OOPS || current != doomed->task)
		return NOTIFY_DONE;

	doomed->seen = IS_ENABLED(CONFIG_GENERIC_BUG);
	doomed->bug = bug_file(instruction_pointer(args->regs));
	while (rcu_preempt_depth() > 1)
		rcu_read_unlock();
	return NOTIFY_DONE;
}

bool expect_bug(struct kunit *test, const char *file, void (*fn)(void *data),
		void *data)
{
	struct doomed doomed = {
		.fn = fn,
		.data = data,
		.dies.notifier_call = doomed_dies,
	};
	struct completion *gone;
	char text[64];

	doomed.task = kthread_create(doomed_thread, &doomed, "doomed");
	KUNIT_ASSERT_FALSE(test, IS_ERR(doomed.task));
	snprintf(text, sizeof(text), BUG_TEXT "%s", file);
	announce_reports(test, 1, text);

	/* Signalled by the exit, also by that of an oops, as for vfork(). */
	get_task_struct(doomed.task);
	gone = doomed.task->vfork_done;
	register_die_notifier(&doomed.dies);
	wake_up_process(doomed.task);
	wait_for_completion(gone);
	unregister_die_notifier(&doomed.dies);
	put_task_struct(doomed.task);

	KUNIT_EXPECT_FALSE_MSG(test, doomed.returned, "no BUG in %s", file);
	if (doomed.seen)
		KUNIT_EXPECT_STREQ(test, doomed.bug ?: "not a BUG", file);
	return !doomed.returned;
}
EXPORT_SYMBOL_IF_KUNIT(expect_bug);

void doomed_mm_release(struct user_space *us, unsigned long addr)
{
	struct mm_struct *mm = us->mm;

	/* Nobody waits for these locks: they can be made anew. */
	if (addr)
		spin_lock_init(pte_lockptr(mm, pmd_off(mm, addr)));
	init_rwsem(&mm->mmap_lock);

	/* And ends the locks of the vmas. */
	down_write(&mm->mmap_lock);
	mmap_write_unlock(mm);
}
EXPORT_SYMBOL_IF_KUNIT(doomed_mm_release);
