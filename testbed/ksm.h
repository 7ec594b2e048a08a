/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KSM, which merges equal pages behind everybody's back, on command.
 */
#ifndef PFNKUNIT_KSM_H
#define PFNKUNIT_KSM_H

#include <kunit/test.h>

/**
 * ksm_prepare() - Everything that is merged comes apart when the test ends.
 * @test: the test; skipped without KSM
 *
 * To be called when the address spaces are there, so that they outlive this.
 */
void ksm_prepare(struct kunit *test);

/**
 * ksm_merge() - Let ksmd go over all mergeable pages until it has merged them.
 * @test: the test; failed if ksmd does not come round
 *
 * Waits for ksmd's passes to be counted, not for a time: a page is merged in
 * the second pass that finds it unchanged.
 */
void ksm_merge(struct kunit *test);

#endif /* PFNKUNIT_KSM_H */
