// SPDX-License-Identifier: GPL-2.0
// Fault 104: remap_pfn_range() does not mark its entries as special
// Fixed by: 7e675137a8e1 "mm: introduce pte_special pte bit" (2.6.26) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_remap.frames_with_struct_page_are_not_counted*
// File: mm/memory.c
@@
expression entry;
@@
 remap_pte_range(...)
 {
 <...
-pte_mkspecial(entry)
+(pfnkunit_fault == 104 ? entry : pte_mkspecial(entry))
 ...>
 }
