/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What must end in a BUG: called in a thread that is there to die of it.
 */
#ifndef PFNKUNIT_DOOMED_H
#define PFNKUNIT_DOOMED_H

#include <kunit/test.h>

#include "user_space.h"

/**
 * needs_death() - Permission to meet a BUG, and a machine prepared for it.
 * @test: the test; skipped unless @enabled, and where an oops panics
 * @enabled: the module parameter 'enable' of the suite
 *
 * Where a BUG itself panics, as on UML, each case needs a boot of its own:
 * 'pfnkunit run --death' gives it one, and judges the log.
 */
void needs_death(struct kunit *test, bool enabled);

/**
 * expect_bug() - Call a function, which must end in a BUG.
 * @test: the test to fail if it does not
 * @file: the source file that has the BUG, as the kernel names it
 * @fn: the function; called in a thread of its own, without an mm
 * @data: for @fn
 *
 * Announces the report, see announce_reports(). What @fn holds when it dies
 * stays as it is: the caller gives it back, see doomed_mm_release(). Lockdep is
 * off from the first BUG on.
 *
 * Return: true if the thread has died; false if @fn returned.
 */
bool expect_bug(struct kunit *test, const char *file, void (*fn)(void *data),
		void *data);

/**
 * doomed_mm_release() - Take an address space's locks from a dead thread.
 * @us: the address space; the thread has died with its mmap_lock, for writing
 * @addr: where the page table is of which it held the lock too; or 0
 *
 * Afterwards the address space is whole again, and can be torn down.
 */
void doomed_mm_release(struct user_space *us, unsigned long addr);

#endif /* PFNKUNIT_DOOMED_H */
