/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vm_area_struct in no address space: pure input for vm_normal_page().
 */
#ifndef PFNKUNIT_FAKE_VMA_H
#define PFNKUNIT_FAKE_VMA_H

#include <kunit/test.h>
#include <linux/mm.h>

/**
 * fake_vma_create() - Make one, all zero.
 * @test: the test it belongs to
 *
 * Return: the vma. Fails the test when there is no memory.
 */
struct vm_area_struct *fake_vma_create(struct kunit *test);

/**
 * fake_vma_shape() - Give it a place, as mmap does.
 * @vma: the vma
 * @start: first address
 * @nr_pages: length
 * @pgoff: vm_pgoff; may wrap around
 * @flags: VM_*
 */
void fake_vma_shape(struct vm_area_struct *vma, unsigned long start,
		    unsigned long nr_pages, unsigned long pgoff,
		    unsigned long flags);

/**
 * fake_vma_cut_head() - Leave the upper half of a split.
 * @vma: the vma
 * @nr_pages: pages to cut off at its start; vm_pgoff follows vm_start
 */
void fake_vma_cut_head(struct vm_area_struct *vma, unsigned long nr_pages);

#endif /* PFNKUNIT_FAKE_VMA_H */
