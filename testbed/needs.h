/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a case needs of the machine. Each of these skips the case, and names
 * what is missing, if the machine does not have it.
 */
#ifndef PFNKUNIT_NEEDS_H
#define PFNKUNIT_NEEDS_H

#include <kunit/test.h>

#include "frames.h"

/**
 * needs_numa_nodes() - Memory nodes, each with memory and an online CPU.
 * @test: the test
 * @nr: how many
 */
void needs_numa_nodes(struct kunit *test, unsigned int nr);

/**
 * needs_cpus() - Online CPUs.
 * @test: the test
 * @nr: how many
 */
void needs_cpus(struct kunit *test, unsigned int nr);

/**
 * needs_pte_special() - An architecture that marks raw frames in the pte.
 * @test: the test
 */
void needs_pte_special(struct kunit *test);

/**
 * needs_mm_exports() - vm_normal_page() and its like, for modules.
 * @test: the test
 */
void needs_mm_exports(struct kunit *test);

/**
 * needs_mmap_prepare() - f_op->mmap_prepare that can remap a range.
 * @test: the test
 */
void needs_mmap_prepare(struct kunit *test);

/**
 * needs_reachable() - Memory behind the frames.
 * @test: the test
 * @frames: the frames
 */
void needs_reachable(struct kunit *test, const struct frames *frames);

#endif /* PFNKUNIT_NEEDS_H */
