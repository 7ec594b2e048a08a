// SPDX-License-Identifier: GPL-2.0
// Fault 107: a private remap does not set vm_pgoff
// Fixed by: 6aab341e0a28 "mm: re-architect the VM_UNPAGED logic" (2.6.15) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_cow.private_remap_turns_pgoff_into_the_first_pfn
// File: mm/memory.c
@@
identifier to;
@@
 get_remap_pgoff(...)
 {
 <...
- *to = pfn;
+ *to = pfnkunit_fault == 107 ? *to : pfn;
 ...>
 }

@@
@@
 remap_pfn_range_internal(...)
 {
 <...
-vma->vm_pgoff = pfn;
+vma->vm_pgoff = pfnkunit_fault == 107 ? vma->vm_pgoff : pfn;
 ...>
 }
