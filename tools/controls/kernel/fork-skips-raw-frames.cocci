// SPDX-License-Identifier: GPL-2.0
// Fault 17: fork leaves raw frames to be faulted in again
// Caught by: mm_pfnmap_fork.*
// File: mm/memory.c
@@
@@
 vma_needs_copy(...)
 {
 <...
-if (dst_vma->vm_flags & VM_COPY_ON_FORK)
+if (dst_vma->vm_flags & VM_COPY_ON_FORK && pfnkunit_fault != 17)
 	return true;
 ...>
 }
