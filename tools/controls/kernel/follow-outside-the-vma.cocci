// SPDX-License-Identifier: GPL-2.0
// Fault 15: follow_pfnmap_start() looks behind the end of the vma
// Caught by: mm_pfnmap_follow.*
// File: mm/memory.c
@@
@@
 follow_pfnmap_start(...)
 {
 <...
-address >= vma->vm_end
+(address >= vma->vm_end && pfnkunit_fault != 15)
 ...>
 }
