// SPDX-License-Identifier: GPL-2.0
// Fault 155: generic_access_phys() goes on with a frame that another one has replaced
// Fixed by: 96667f8a4382 "mm: Close race in generic_access_phys" (5.12) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_follow.generic_access_reads_the_frame_that_came_meanwhile
// File: mm/memory.c
@@
expression E, before, now;
statement S;
@@
 generic_access_phys(...)
 {
 <...
-if (E || (before != now)) S
+if (pfnkunit_fault != 155 && (E || (before != now))) S
 ...>
 }
