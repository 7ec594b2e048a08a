// SPDX-License-Identifier: GPL-2.0
// Fault 41: inserting a raw frame takes a reference that nobody drops
// Caught by: mm_pfnmap_fault.*
// File: mm/memory.c
@@
expression entry;
@@
 insert_pfn(...)
 {
 <...
+if (pfnkunit_fault == 41 && pfn_valid(pfn))
+	get_page(pfn_to_page(pfn));
 set_pte_at(mm, addr, entry, ...);
 ...>
 }
