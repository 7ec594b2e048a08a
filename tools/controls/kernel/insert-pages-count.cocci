// SPDX-License-Identifier: GPL-2.0
// Fault 12: vm_insert_pages() does not count what it inserted before it failed
// Caught by: mm_pfnmap_insert_pages.*
// File: mm/memory.c
@@
identifier left, done;
@@
 insert_pages(...)
 {
 <...
 ret = err;
-left -= done;
+left -= pfnkunit_fault == 12 ? 0 : done;
 goto out;
 ...>
 }
