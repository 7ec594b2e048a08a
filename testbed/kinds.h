/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The usual kinds of mapping, each eight pages long.
 */
#ifndef PFNKUNIT_KINDS_H
#define PFNKUNIT_KINDS_H

#include <kunit/test.h>

#include "mapping.h"

#define NR_PAGES 8

/**
 * map_linear() - Contiguous frames, by remap_pfn_range().
 * @test: the test it belongs to
 * @map_flags: MAP_SHARED or MAP_PRIVATE
 *
 * Return: the mapping. Fails the test when it can't be made.
 */
struct mapping map_linear(struct kunit *test, unsigned long map_flags);

/**
 * map_scattered() - Scattered frames, shared, by fault.
 * @test: the test it belongs to
 *
 * Return: the mapping. Fails the test when it can't be made.
 */
struct mapping map_scattered(struct kunit *test);

/**
 * map_mixed() - Pages that mm counts and frames without struct page, in turn.
 * @test: the test it belongs to
 * @map_flags: MAP_SHARED or MAP_PRIVATE
 *
 * All of it is there from the beginning: "prprprpr" for expect_layout().
 *
 * Return: the mapping. Fails the test when it can't be made.
 */
struct mapping map_mixed(struct kunit *test, unsigned long map_flags);

/**
 * pfn_file_insert_mixed() - Fill a mixed mapping: for @map of a pfn_file.
 * @pf: the file, of FRAMES_MIXED
 * @vma: where
 *
 * Return: 0 or a negative errno.
 */
int pfn_file_insert_mixed(struct pfn_file *pf, struct vm_area_struct *vma);

/**
 * mapping_touch() - Fault in some pages of a mapping that has a fault handler.
 * @test: the test; fails if a fault does
 * @m: the mapping
 * @first: index of the first page
 * @nr: how many pages
 */
void mapping_touch(struct kunit *test, const struct mapping *m,
		   unsigned int first, unsigned int nr);

#endif /* PFNKUNIT_KINDS_H */
