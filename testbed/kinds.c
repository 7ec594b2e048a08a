// SPDX-License-Identifier: GPL-2.0
/*
 * The usual kinds of mapping.
 */
#include <linux/mman.h>

#include "compat.h"
#include "kinds.h"

struct mapping map_linear(struct kunit *test, unsigned long map_flags)
{
	return mapping_create(test, FRAMES_CONTIGUOUS, NR_PAGES, map_flags,
			      &(struct pfn_file){ .remap = true });
}
EXPORT_SYMBOL_IF_KUNIT(map_linear);

struct mapping map_scattered(struct kunit *test)
{
	return mapping_create(test, FRAMES_SCATTERED, NR_PAGES, MAP_SHARED,
			      &(struct pfn_file){
				      .vm_flags = VM_PFNMAP,
				      .fault = pfn_file_insert,
			      });
}
EXPORT_SYMBOL_IF_KUNIT(map_scattered);

struct mapping map_mixed(struct kunit *test, unsigned long map_flags)
{
	return mapping_create(test, FRAMES_MIXED, NR_PAGES, map_flags,
			      &(struct pfn_file){
				      .map = pfn_file_insert_mixed,
			      });
}
EXPORT_SYMBOL_IF_KUNIT(map_mixed);

int pfn_file_insert_mixed(struct pfn_file *pf, struct vm_area_struct *vma)
{
	unsigned int page;
	int ret = 0;

	vm_flags_set(vma, VM_MIXEDMAP | VM_DONTEXPAND);
	for (page = 0; page < pf->frames->nr && !ret; page++) {
		unsigned long at = vma->vm_start + page * PAGE_SIZE;
		unsigned long pfn = pf->frames->frame[page].pfn;

		if (pfn_valid(pfn))
			ret = vm_insert_page(vma, at, pfn_to_page(pfn));
		else if (vmf_insert_pfn(vma, at, pfn) != VM_FAULT_NOPAGE)
			ret = -ENOMEM;
	}
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(pfn_file_insert_mixed);

void mapping_touch(struct kunit *test, const struct mapping *m,
		   unsigned int first, unsigned int nr)
{
	unsigned int page;

	for (page = first; page < first + nr; page++)
		EXPECT_VM_FAULT(test, user_fault(m->us, mapping_page(m, page), 0),
				VM_FAULT_NOPAGE);
}
EXPORT_SYMBOL_IF_KUNIT(mapping_touch);
