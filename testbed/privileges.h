/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kthread of a test may do. It is root's at first.
 */
#ifndef PFNKUNIT_PRIVILEGES_H
#define PFNKUNIT_PRIVILEGES_H

#include <kunit/test.h>

/**
 * drop_privileges() - Give up all capabilities for the rest of the test.
 * @test: the test; its kthread has them no more, and ends with it
 */
void drop_privileges(struct kunit *test);

#endif /* PFNKUNIT_PRIVILEGES_H */
