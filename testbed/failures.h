/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running out of memory at a chosen place: the kernel's fault injection, for
 * the calling thread only. See Documentation/fault-injection/.
 */
#ifndef PFNKUNIT_FAILURES_H
#define PFNKUNIT_FAILURES_H

#include <kunit/test.h>

#define HAVE_FAILURES \
	(IS_ENABLED(CONFIG_FAIL_PAGE_ALLOC) && IS_ENABLED(CONFIG_FAILSLAB) && \
	 IS_ENABLED(CONFIG_FAULT_INJECTION_DEBUG_FS))

#if HAVE_FAILURES
/**
 * needs_failures() - Allocations that can be made to fail.
 * @test: the test; skipped without configs/failures.config
 *
 * Until the test ends, every allocation that may fail at all can be chosen,
 * also those of single pages and those that may wait; see the files
 * min-order and ignore-gfp-wait in debugfs.
 */
void needs_failures(struct kunit *test);
#else
/* Inline, as those in needs.h: objtool minds functions that always skip. */
static inline void needs_failures(struct kunit *test)
{
	kunit_skip(test, "needs fault injection, see configs/failures.config");
}
#endif

/**
 * failures_spare_sleepers() - From now on, only allocations that may not sleep fail.
 *
 * Those that may reclaim memory are not even counted, until the test ends. See
 * needs_failures().
 */
void failures_spare_sleepers(void);

/**
 * failures_arm() - Let one allocation of this thread fail.
 * @nth: which, from 1: pages and slab objects are counted together
 */
void failures_arm(unsigned int nth);

/**
 * failures_disarm() - Fail no more.
 *
 * Return: true if the allocation has failed; false if there were not so many.
 */
bool failures_disarm(void);

#endif /* PFNKUNIT_FAILURES_H */
