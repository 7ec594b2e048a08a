// SPDX-License-Identifier: GPL-2.0
// Fault 122: follow_pfnmap_start() looks behind the end of the vma
// Fixed by: c5541ba378e3 "mm: follow_pte() improvements" (6.10) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_follow.address_beside_the_vma_is_refused_though_mapped
// File: mm/memory.c
@@
@@
 follow_pfnmap_start(...)
 {
 <...
-address >= vma->vm_end
+(address >= vma->vm_end && pfnkunit_fault != 122)
 ...>
 }
