/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NUMA balancing: what a program's own clock tick does to its mappings.
 */
#ifndef PFNKUNIT_NUMA_H
#define PFNKUNIT_NUMA_H

#include <kunit/test.h>

#include "needs.h"
#include "user_space.h"

/**
 * needs_numa_balancing() - NUMA balancing, and several nodes for it.
 * @test: the test
 */
static inline void needs_numa_balancing(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_NUMA_BALANCING))
		kunit_skip(test, "needs CONFIG_NUMA_BALANCING");
	needs_numa_nodes(test, 2);
}

/**
 * numa_scan() - Go over an address space, as its own thread does now and then.
 * @us: the address space
 *
 * What may be migrated loses its access, so that the next one tells from where
 * it came.
 */
void numa_scan(struct user_space *us);

#endif /* PFNKUNIT_NUMA_H */
