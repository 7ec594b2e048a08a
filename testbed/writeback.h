/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file system that could write back what has become dirty.
 */
#ifndef PFNKUNIT_WRITEBACK_H
#define PFNKUNIT_WRITEBACK_H

#include <kunit/test.h>

struct address_space;

/**
 * writeback_mapping() - The address_space of a file that can be written back.
 * @test: the test it lives as long as; to be made before the file that uses it
 *
 * A driver's file may have it as its f_mapping, as a block device's does.
 *
 * Return: the address_space. Fails the test when there is no memory.
 */
struct address_space *writeback_mapping(struct kunit *test);

#endif /* PFNKUNIT_WRITEBACK_H */
