// SPDX-License-Identifier: GPL-2.0
// Fault 143: the zero page is inserted where it can be written to
// Fixed by: fce831c92092 "mm/memory: cleanly support zeropage in vm_insert_page*(), vm_map_pages*() and vmf_insert_mixed()" (6.11) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_insert_pages.zero_page_is_mapped_only_where_nobody_can_write*
// File: mm/memory.c
@@
@@
 validate_page_before_insert(...)
 {
 <...
-if (!vm_mixed_zeropage_allowed(vma))
+if (!vm_mixed_zeropage_allowed(vma) && pfnkunit_fault != 143)
 	return -EINVAL;
 ...>
 }
