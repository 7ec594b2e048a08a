// SPDX-License-Identifier: GPL-2.0
// Fault 125: follow_pfnmap_start() gives the first frame of a huge entry for every address
// Fixed by: 6da8e9634bb7 "mm: new follow_pfnmap API" (6.12) [H], its contract
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_huge.follow_finds_the_frame_inside_of_the_entry
// File: mm/memory.c
@@
expression offset;
@@
 pfnmap_args_setup(...)
 {
 <...
-args->pfn = pfn_base + offset;
+args->pfn = pfn_base + (pfnkunit_fault == 125 ? 0 : offset);
 ...>
 }
