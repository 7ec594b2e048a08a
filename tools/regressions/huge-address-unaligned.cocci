// SPDX-License-Identifier: GPL-2.0
// Fault 126: a huge entry is inserted at the address of the fault instead of its own
// Fixed by: fce86ff5802b "mm/huge_memory: fix vmf_insert_pfn_{pmd, pud}() crash, handle unaligned addresses" (5.2) [H]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_huge.write_after_read_makes_the_entry_writable
// File: mm/huge_memory.c
@@
@@
 vmf_insert_pfn_pmd(...)
 {
 <...
-vmf->address & PMD_MASK
+(pfnkunit_fault == 126 ? vmf->address : vmf->address & PMD_MASK)
 ...>
 }
