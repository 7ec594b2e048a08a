// SPDX-License-Identifier: GPL-2.0
// Fault 116: fork leaves pages of vm_insert_page() to be faulted in again
// Fixed by: 4d7672b46244 "Make sure we copy pages inserted with vm_insert_page() on fork" (2.6.15-rc6) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_fork.mixed_pages_are_counted_once_on_either_side
// File: mm/memory.c
@@
@@
 vma_needs_copy(...)
 {
 <...
-VM_COPY_ON_FORK
+(VM_COPY_ON_FORK & ~(pfnkunit_fault == 116 ? VM_MIXEDMAP : 0))
 ...>
 }

@@
expression mask;
@@
 vma_needs_copy(...)
 {
 <...
-src_vma->vm_flags & mask
+src_vma->vm_flags & (mask & ~(pfnkunit_fault == 116 ? VM_MIXEDMAP : 0))
 ...>
 }
