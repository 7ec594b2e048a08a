// SPDX-License-Identifier: GPL-2.0
/*
 * A vm_area_struct in no address space: pure input for vm_normal_page().
 */
#include "compat.h"
#include "fake_vma.h"

struct vm_area_struct *fake_vma_create(struct kunit *test)
{
	struct vm_area_struct *vma = kunit_kzalloc(test, sizeof(*vma),
						   GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, vma);
	return vma;
}
EXPORT_SYMBOL_IF_KUNIT(fake_vma_create);

void fake_vma_shape(struct vm_area_struct *vma, unsigned long start,
		    unsigned long nr_pages, unsigned long pgoff,
		    unsigned long flags)
{
	vma->vm_start = start;
	vma->vm_end = start + (nr_pages << PAGE_SHIFT);
	vma->vm_pgoff = pgoff;
	vm_flags_init(vma, flags);
}
EXPORT_SYMBOL_IF_KUNIT(fake_vma_shape);

void fake_vma_cut_head(struct vm_area_struct *vma, unsigned long nr_pages)
{
	vma->vm_start += nr_pages << PAGE_SHIFT;
	vma->vm_pgoff += nr_pages;
}
EXPORT_SYMBOL_IF_KUNIT(fake_vma_cut_head);
