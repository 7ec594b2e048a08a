// SPDX-License-Identifier: GPL-2.0
// Fault 4: inserting a page frame overwrites the pte that is there
// Caught by: mm_pfnmap_fault.*
// File: mm/memory.c
@@
expression entry;
@@
 insert_pfn(...)
 {
 <...
-if (!pte_none(entry))
+if (!pte_none(entry) && pfnkunit_fault != 4)
 {
 ...
 }
 ...>
 }
