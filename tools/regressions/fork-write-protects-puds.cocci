// SPDX-License-Identifier: GPL-2.0
// Fault 147: fork takes write access from a shared pud
// Fixed by: bc02afbd4d73 "mm/fork: accept huge pfnmap entries" (6.12) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_pud.child_of_a_fork_has_the_same_entry
// File: mm/huge_memory.c
@@
@@
 copy_huge_pud(...)
 {
 <...
-vma_is_cow_mapping(vma)
+(vma_is_cow_mapping(vma) || pfnkunit_fault == 147)
 ...>
 }

@@
@@
 copy_huge_pud(...)
 {
 <...
-is_cow_mapping(vma->vm_flags)
+(is_cow_mapping(vma->vm_flags) || pfnkunit_fault == 147)
 ...>
 }
