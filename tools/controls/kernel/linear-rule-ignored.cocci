// SPDX-License-Identifier: GPL-2.0
// Fault 1: page frames on the linear rule come back as normal pages
// Caught by: mm_vm_normal_page.*
// File: mm/memory.c
@@
identifier index;
@@
 __vm_normal_page(...)
 {
 <...
-if (pfn == index)
+if (pfn == index && pfnkunit_fault != 1)
 	return NULL;
 ...>
 }
