// SPDX-License-Identifier: GPL-2.0
// Fault 117: vm_insert_pages() does not count what it inserted before it failed
// Fixed by: 8cd3984d81d5 "mm/memory.c: add vm_insert_pages()" (5.8) [M], its contract
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_insert_pages.vm_insert_pages_counts_what_is_behind_an_obstacle*
// File: mm/memory.c
@@
identifier left, done;
@@
 insert_pages(...)
 {
 <...
ret = err;
-left -= done;
+left -= pfnkunit_fault == 117 ? 0 : done;
 goto out;
 ...>
 }
