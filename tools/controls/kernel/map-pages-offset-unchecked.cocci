// SPDX-License-Identifier: GPL-2.0
// Fault 11: vm_map_pages() takes an offset at the end of the pages
// Caught by: mm_pfnmap_insert.*
// File: mm/memory.c
@@
expression num;
@@
 __vm_map_pages(...)
 {
 <...
-if (offset >= num)
+if (offset >= num + (pfnkunit_fault == 11))
 	return -ENXIO;
 ...>
 }
