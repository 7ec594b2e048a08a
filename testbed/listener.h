/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has page tables of his own, such as a device, and is told of changes in
 * an address space: an mmu_notifier.
 */
#ifndef PFNKUNIT_LISTENER_H
#define PFNKUNIT_LISTENER_H

#include <kunit/test.h>
#include <linux/mmu_notifier.h>

#include "user_space.h"

/**
 * struct listener - what was announced
 * @nr_starts: how often something began to change
 * @nr_ends: how often that was over
 * @start: first address of the last change
 * @end: end of it
 * @mn: its place among the others
 * @us: whose address space
 */
struct listener {
	unsigned int nr_starts;
	unsigned int nr_ends;
	unsigned long start;
	unsigned long end;
#ifdef CONFIG_MMU_NOTIFIER
	struct mmu_notifier mn;
#endif
	struct user_space *us;
};

#ifdef CONFIG_MMU_NOTIFIER
/**
 * listener_start() - Listen from now on.
 * @test: the test; skipped without CONFIG_MMU_NOTIFIER
 * @us: the address space
 *
 * Return: what is heard. Fails the test when there is no memory.
 */
struct listener *listener_start(struct kunit *test, struct user_space *us);
#else
/* Inline, as in needs.h: objtool minds functions that always skip. */
static inline struct listener *listener_start(struct kunit *test,
					      struct user_space *us)
{
	kunit_skip(test, "needs CONFIG_MMU_NOTIFIER");
	return NULL;
}
#endif

#endif /* PFNKUNIT_LISTENER_H */
