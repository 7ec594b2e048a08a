/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cases in which the kernel is known not to keep its contract.
 */
#ifndef PFNKUNIT_KNOWN_H
#define PFNKUNIT_KNOWN_H

#include <kunit/test.h>

/**
 * known_issue() - End a case that shows a known bug of the kernel.
 * @test: the test
 * @shown: the bug has shown itself, and just as it is known
 * @what: what is wrong, and where; in one line
 *
 * To be asked before the assertions that fail because of the bug. The case is
 * then skipped, with 'known issue' as reason, so that it never counts as
 * passed. A kernel without the bug goes on and has to pass the assertions; and
 * so has a case that has failed already: a skip would hide it.
 */
#define known_issue(test, shown, what)					\
	do {								\
		struct kunit *__test = (test);				\
									\
		if ((shown) &&						\
		    READ_ONCE(__test->status) != KUNIT_FAILURE)		\
			kunit_skip(__test, "known issue: " what);	\
	} while (0)

/**
 * known_panic() - End a case that shows a known bug by which the kernel dies.
 * @test: the test
 * @here: this kernel has the bug
 * @what: what is wrong, and where; in one line
 *
 * To be asked before it happens. The case is skipped, as by known_issue(),
 * unless the kernel was booted with pfnmap_testbed.panics=1 to see it die.
 */
#define known_panic(test, here, what)					\
	known_issue(test, (here) && !known_panics_wanted(),		\
		    what "; pfnmap_testbed.panics=1 shows it")

/**
 * known_panics_wanted() - Is the kernel there to die?
 *
 * Return: true if so.
 */
bool known_panics_wanted(void);

#endif /* PFNKUNIT_KNOWN_H */
