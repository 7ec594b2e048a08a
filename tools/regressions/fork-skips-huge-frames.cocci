// SPDX-License-Identifier: GPL-2.0
// Fault 146: fork leaves raw frames mapped by a pmd to be faulted in again
// Fixed by: bc02afbd4d73 "mm/fork: accept huge pfnmap entries" (6.12) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_huge.child_of_a_fork_has_the_same_entry
// File: mm/huge_memory.c
@@
@@
 copy_huge_pmd(...)
 {
 <...
-pmd_special(pmd)
+(pmd_special(pmd) && pfnkunit_fault != 146)
 ...>
 }
