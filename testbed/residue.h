/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a suite must not leave behind: a guard compares its end with its start.
 */
#ifndef PFNKUNIT_RESIDUE_H
#define PFNKUNIT_RESIDUE_H

#include <kunit/test.h>

/**
 * enum residue_kind - what may be left
 * @RESIDUE_MM: address spaces not torn down
 * @RESIDUE_MM_USER: users that an address space had besides the test
 * @RESIDUE_FILE: files not closed
 * @RESIDUE_FILE_REF: references that a file had besides the test's
 * @RESIDUE_FRAMES: blocks of page frames not given back
 * @RESIDUE_FRAME_REF: references to frames, or mappings, that outlived the test
 * @RESIDUE_POOL: bytes missing in the ranges without struct page
 * @RESIDUE_TAINT: the kernel's taint flags
 * @RESIDUE_KINDS: how many kinds
 */
enum residue_kind {
	RESIDUE_MM,
	RESIDUE_MM_USER,
	RESIDUE_FILE,
	RESIDUE_FILE_REF,
	RESIDUE_FRAMES,
	RESIDUE_FRAME_REF,
	RESIDUE_POOL,
	RESIDUE_TAINT,
	RESIDUE_KINDS
};

/**
 * struct residue - all of it at a moment
 * @of: how much of each kind
 */
struct residue {
	long of[RESIDUE_KINDS];
};

/**
 * residue_add() - Count something that is there now, or is gone.
 * @kind: what
 * @nr: how many more; negative for fewer
 */
void residue_add(enum residue_kind kind, long nr);

/**
 * residue_now() - What is there now?
 *
 * Return: the amounts.
 */
struct residue residue_now(void);

/**
 * residue_differs() - Has one of the amounts changed?
 * @before: amounts
 * @after: amounts later
 * @from: the first kind to look at
 *
 * Return: the first kind that differs, RESIDUE_KINDS if none does.
 */
enum residue_kind residue_differs(const struct residue *before,
				  const struct residue *after,
				  enum residue_kind from);

/**
 * residue_allow_taint() - This suite makes the kernel report, and taint itself.
 */
void residue_allow_taint(void);

/**
 * residue_note() - A suite_init: takes down what is there.
 * @suite: the suite
 *
 * Return: 0.
 */
int residue_note(struct kunit_suite *suite);

/**
 * residue_check() - A suite_exit: fails the suite if there is something else now.
 * @suite: the suite
 */
void residue_check(struct kunit_suite *suite);

#endif /* PFNKUNIT_RESIDUE_H */
