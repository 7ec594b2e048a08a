// SPDX-License-Identifier: GPL-2.0
// Fault 115: fork leaves raw frames to be faulted in again
// Fixed by: 4d7672b46244 "Make sure we copy pages inserted with vm_insert_page() on fork" (2.6.15-rc6) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_fork.raw_frames_are_mapped_in_the_child_as_they_were*
// File: mm/memory.c
@@
@@
 vma_needs_copy(...)
 {
 <...
-VM_COPY_ON_FORK
+(VM_COPY_ON_FORK & ~(pfnkunit_fault == 115 ? VM_PFNMAP : 0))
 ...>
 }

@@
expression mask;
@@
 vma_needs_copy(...)
 {
 <...
-src_vma->vm_flags & mask
+src_vma->vm_flags & (mask & ~(pfnkunit_fault == 115 ? VM_PFNMAP : 0))
 ...>
 }
