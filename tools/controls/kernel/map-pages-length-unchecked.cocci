// SPDX-License-Identifier: GPL-2.0
// Fault 11: vm_map_pages() maps one page more than there are
// Caught by: mm_pfnmap_map_pages.*
// File: mm/memory.c
@@
expression num;
@@
 __vm_map_pages(...)
 {
 <...
-if (count > num - offset)
+if (count > num - offset + (pfnkunit_fault == 11))
 	return -ENXIO;
 ...>
 }
