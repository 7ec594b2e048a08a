// SPDX-License-Identifier: GPL-2.0
// Fault 149: the cache mode is never given back when the first page was copied on write
// Fixed by: 04c35ab3bdae "x86/mm/pat: fix VM_PAT handling in COW mappings" (6.9) [M]
// Kernels: -6.12
// Machines: x86_64
// Caught by: mm_pfnmap_memtype_private.munmap_after_a_copy_ends_the_tracking*
// File: arch/x86/mm/pat/memtype.c
@@
@@
 get_pat_info(...)
 {
 <...
-if (is_cow_mapping(vma->vm_flags))
+if (is_cow_mapping(vma->vm_flags) && pfnkunit_fault != 149)
 {
 ...
 }
 ...>
 }
