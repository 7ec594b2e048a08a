// SPDX-License-Identifier: GPL-2.0
/*
 * Who is told of changes in an address space.
 */
#include "compat.h"
#include "listener.h"

#ifdef CONFIG_MMU_NOTIFIER
static int hear_start(struct mmu_notifier *mn,
		      const struct mmu_notifier_range *range)
{
	struct listener *listener = container_of(mn, struct listener, mn);

	listener->nr_starts++;
	listener->start = range->start;
	listener->end = range->end;
	return 0;
}

static void hear_end(struct mmu_notifier *mn,
		     const struct mmu_notifier_range *range)
{
	container_of(mn, struct listener, mn)->nr_ends++;
}

static const struct mmu_notifier_ops listener_ops = {
	.invalidate_range_start = hear_start,
	.invalidate_range_end = hear_end,
};

static void listener_stop(void *data)
{
	struct listener *listener = data;

	mmu_notifier_unregister(&listener->mn, listener->us->mm);
}

struct listener *listener_start(struct kunit *test, struct user_space *us)
{
	struct listener *listener = kunit_kzalloc(test, sizeof(*listener),
						  GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, listener);
	listener->us = us;
	listener->mn.ops = &listener_ops;
	KUNIT_ASSERT_EQ(test, 0, mmu_notifier_register(&listener->mn, us->mm));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, listener_stop,
						  listener));
	return listener;
}
EXPORT_SYMBOL_IF_KUNIT(listener_start);
#endif
