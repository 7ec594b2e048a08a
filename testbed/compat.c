// SPDX-License-Identifier: GPL-2.0
/*
 * The part of compat.h that is too large for a header.
 */
#include "compat.h"

#if COMPAT_HAS_MMAP_PREPARE
void compat_prepare_vma(struct vm_area_desc *desc, unsigned long vm_flags,
			const struct vm_operations_struct *vm_ops,
			void *private_data, unsigned long remap_pfn)
{
	vma_desc_set_flags_mask(desc, legacy_to_vma_flags(vm_flags));
	desc->vm_ops = vm_ops;
	desc->private_data = private_data;
	if (remap_pfn)
		mmap_action_remap_full(desc, remap_pfn);
}
#endif
