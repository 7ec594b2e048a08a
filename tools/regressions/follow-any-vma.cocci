// SPDX-License-Identifier: GPL-2.0
// Fault 123: follow_pfnmap_start() gives frames of ordinary memory
// Fixed by: 29ae7d96d166, after c5541ba378e3 "mm: follow_pte() improvements" (6.10) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_follow.ordinary_memory_is_refused*
// File: mm/memory.c
@@
@@
 follow_pfnmap_start(...)
 {
 <...
-if (!(vma->vm_flags & (VM_IO | VM_PFNMAP)))
+if (!(vma->vm_flags & (VM_IO | VM_PFNMAP)) && pfnkunit_fault != 123)
 	goto out;
 ...>
 }
