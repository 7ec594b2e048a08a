// SPDX-License-Identifier: GPL-2.0
// Fault 105: vmf_insert_pfn() does not mark its entry as special
// Fixed by: 7e675137a8e1 "mm: introduce pte_special pte bit" (2.6.26) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_fault.each_fault_maps_its_frame*
// File: mm/memory.c
@@
expression new;
@@
 insert_pfn(...)
 {
 <...
-pte_mkspecial(new)
+(pfnkunit_fault == 105 ? new : pte_mkspecial(new))
 ...>
 }
