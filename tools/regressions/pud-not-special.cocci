// SPDX-License-Identifier: GPL-2.0
// Fault 128: a raw frame is inserted by a pud that is not marked as special
// Fixed by: 3c8e44c9b369 "mm: mark special bits for huge pfn mappings when inject" (6.12) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_pud.read_of_one_page_maps_all_by_one_entry
// File: mm/huge_memory.c
@@
@@
 insert_pud(...)
 {
 <...
-entry = pud_mkspecial(entry);
+entry = pfnkunit_fault == 128 ? entry : pud_mkspecial(entry);
 ...>
 }

@@
@@
 insert_pfn_pud(...)
 {
 <...
-entry = pud_mkspecial(entry);
+entry = pfnkunit_fault == 128 ? entry : pud_mkspecial(entry);
 ...>
 }
