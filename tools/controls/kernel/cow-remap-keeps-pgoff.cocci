// SPDX-License-Identifier: GPL-2.0
// Fault 7: a private remap does not set vm_pgoff
// Caught by: mm_pfnmap_cow.private_remap_turns_pgoff_into_the_first_pfn
// File: mm/memory.c
@@
identifier to;
@@
 get_remap_pgoff(...)
 {
 <...
- *to = pfn;
+ *to = pfnkunit_fault == 7 ? *to : pfn;
 ...>
 }
