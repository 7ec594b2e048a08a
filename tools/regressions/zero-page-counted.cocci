// SPDX-License-Identifier: GPL-2.0
// Fault 142: vm_insert_page() counts the zero page like a page of a driver
// Fixed by: fce831c92092 "mm/memory: cleanly support zeropage in vm_insert_page*(), vm_map_pages*() and vmf_insert_mixed()" (6.11) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_insert_pages.zero_page_is_mapped_only_where_nobody_can_write*
// File: mm/memory.c
@@
@@
 insert_page_into_pte_locked(...)
 {
 <...
-if (unlikely(is_zero_folio(folio)))
+if (unlikely(is_zero_folio(folio) && pfnkunit_fault != 142))
 {
 ...
 } else {
 ...
 }
 ...>
 }
