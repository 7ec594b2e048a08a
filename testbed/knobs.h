/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files in /sys/kernel/mm, without a mounted /sys.
 */
#ifndef PFNKUNIT_KNOBS_H
#define PFNKUNIT_KNOBS_H

#include <kunit/test.h>

struct file;

/**
 * struct knob - such a file
 * @name: its path from /sys/kernel/mm on
 * @file: the open file
 * @before: what it had when it was opened
 */
struct knob {
	const char *name;
	struct file *file;
	char before[16];
};

/**
 * knob_open() - Open a file for reading and writing, or for reading.
 * @test: the test that it is open for; skipped where there is no such file
 * @name: its path from /sys/kernel/mm on
 *
 * Return: the file.
 */
struct knob *knob_open(struct kunit *test, const char *name);

/**
 * knob_write() - Write to it.
 * @knob: the file
 * @value: what to write
 *
 * Return: 0 or a negative errno.
 */
int knob_write(struct knob *knob, const char *value);

/**
 * knob_number() - Read a number.
 * @knob: the file
 *
 * Return: the number; 0 if it cannot be read.
 */
long knob_number(struct knob *knob);

/**
 * knob_set() - Let it have a value for the rest of a test.
 * @test: the test; what was there before comes back when it ends
 * @name: the file, as for knob_open()
 * @value: the value
 */
void knob_set(struct kunit *test, const char *name, const char *value);

#endif /* PFNKUNIT_KNOBS_H */
