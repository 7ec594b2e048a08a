// SPDX-License-Identifier: GPL-2.0
// Fault 10: an error of pfn_mkwrite is ignored
// Caught by: mm_pfnmap_mkwrite.*
// File: mm/memory.c
@@
expression mask;
@@
 wp_pfn_shared(...)
 {
 <...
-if (ret & mask)
+if ((ret & mask) && pfnkunit_fault != 10)
 	return ret;
 ...>
 }
