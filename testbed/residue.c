// SPDX-License-Identifier: GPL-2.0
/*
 * What a suite must not leave behind.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/panic.h>

#include "compat.h"
#include "frames.h"
#include "residue.h"

static const char * const names[RESIDUE_KINDS] = {
	[RESIDUE_MM] = "address spaces",
	[RESIDUE_MM_USER] = "stray users of address spaces",
	[RESIDUE_FILE] = "open files",
	[RESIDUE_FILE_REF] = "stray references to files",
	[RESIDUE_FRAMES] = "blocks of frames",
	[RESIDUE_FRAME_REF] = "stray references to frames",
	[RESIDUE_POOL] = "bytes out of the ranges without struct page",
	[RESIDUE_TAINT] = "taint flags",
};

static atomic_long_t counts[RESIDUE_KINDS];

/* Suites run one after the other. */
static struct residue at_start;
static bool taint_allowed;

/* All of them; get_taint() is not for modules. */
static long taint_now(void)
{
	long taint = 0;
	unsigned int flag;

	for (flag = 0; flag < TAINT_FLAGS_COUNT; flag++)
		taint |= (long)test_taint(flag) << flag;
	return taint;
}

void residue_add(enum residue_kind kind, long nr)
{
	atomic_long_add(nr, &counts[kind]);
}
EXPORT_SYMBOL_IF_KUNIT(residue_add);

struct residue residue_now(void)
{
	struct residue now;
	unsigned int kind;

	for (kind = 0; kind < RESIDUE_KINDS; kind++)
		now.of[kind] = atomic_long_read(&counts[kind]);
	now.of[RESIDUE_POOL] = frames_pageless_in_use();
	now.of[RESIDUE_TAINT] = taint_now();
	return now;
}
EXPORT_SYMBOL_IF_KUNIT(residue_now);

enum residue_kind residue_differs(const struct residue *before,
				  const struct residue *after,
				  enum residue_kind from)
{
	while (from < RESIDUE_KINDS && before->of[from] == after->of[from])
		from++;
	return from;
}
EXPORT_SYMBOL_IF_KUNIT(residue_differs);

void residue_allow_taint(void)
{
	taint_allowed = true;
}
EXPORT_SYMBOL_IF_KUNIT(residue_allow_taint);

int residue_note(struct kunit_suite *suite)
{
	at_start = residue_now();
	taint_allowed = false;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(residue_note);

void residue_check(struct kunit_suite *suite)
{
	struct residue now = residue_now();
	unsigned int kind;

	if (taint_allowed)
		now.of[RESIDUE_TAINT] = at_start.of[RESIDUE_TAINT];
	for (kind = residue_differs(&at_start, &now, 0); kind < RESIDUE_KINDS;
	     kind = residue_differs(&at_start, &now, kind + 1)) {
		kunit_log(KERN_ERR, suite,
			  KUNIT_SUBTEST_INDENT "# residue: %s: %#lx, at the start %#lx",
			  names[kind], now.of[kind], at_start.of[kind]);
		/* An error of the suite itself, the only kind after its cases. */
		suite->suite_init_err = -EBUSY;
	}
}
EXPORT_SYMBOL_IF_KUNIT(residue_check);
