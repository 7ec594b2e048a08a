// SPDX-License-Identifier: GPL-2.0
// Fault 106: part of a private mapping may be remapped
// Fixed by: 6aab341e0a28 "mm: re-architect the VM_UNPAGED logic" (2.6.15) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_cow.partial_remap_of_a_private_mapping_is_refused*
// File: mm/memory.c
@@
@@
 get_remap_pgoff(...)
 {
 <...
-if (addr != vm_start || end != vm_end)
+if ((addr != vm_start || end != vm_end) && pfnkunit_fault != 106)
 	return -EINVAL;
 ...>
 }

@@
@@
 remap_pfn_range_internal(...)
 {
 <...
-if (addr != vma->vm_start || end != vma->vm_end)
+if ((addr != vma->vm_start || end != vma->vm_end) && pfnkunit_fault != 106)
 	return -EINVAL;
 ...>
 }
