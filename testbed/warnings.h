/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Warnings (WARN) that a case provokes on purpose.
 */
#ifndef PFNKUNIT_WARNINGS_H
#define PFNKUNIT_WARNINGS_H

#include <kunit/test.h>

/**
 * struct warnings - a stretch of a case in which the kernel must warn
 * @test: the test
 * @nr: how often, exactly
 * @open: the stretch is not over
 * @before: warnings printed since boot, when it began
 * @suppressed: KUnit's handle, where it can keep warnings out of the log
 */
struct warnings {
	struct kunit *test;
	unsigned int nr;
	bool open;
	int before;
	void *suppressed;
};

/**
 * warnings_begin() - From here on the calling thread warns on purpose.
 * @test: the test; skipped on kernels before 7.3 without
 *	CONFIG_MM_PFNMAP_KUNIT_REPORTS, as the warnings are printed there
 * @nr: how often, exactly
 *
 * A WARN_ON_ONCE() that has fired before is made to fire again.
 *
 * Return: the stretch, for warnings_end().
 */
struct warnings warnings_begin(struct kunit *test, unsigned int nr);

/**
 * warnings_end() - No more warnings.
 * @w: the stretch
 *
 * Fails the test if there were more or fewer. Before 6.2 only whoever judges the
 * log can count them, see announce_reports().
 */
void warnings_end(struct warnings *w);

/**
 * EXPECT_WARNINGS() - The statement or block that follows warns so many times.
 * @test: the test
 * @nr: how often, exactly
 *
 * The block must not be left by break, return or a failed assertion.
 */
#define EXPECT_WARNINGS(test, nr)					\
	for (struct warnings __w = warnings_begin(test, nr); __w.open;	\
	     warnings_end(&__w))

#endif /* PFNKUNIT_WARNINGS_H */
