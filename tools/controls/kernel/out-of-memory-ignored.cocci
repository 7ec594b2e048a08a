// SPDX-License-Identifier: GPL-2.0
// Fault 14: inserting a raw frame hides that there was no memory for it
// Caught by: mm_pfnmap_failure.*
// File: mm/memory.c
@@
@@
 insert_pfn(...)
 {
 <...
-return VM_FAULT_OOM;
+return pfnkunit_fault == 14 ? VM_FAULT_NOPAGE : VM_FAULT_OOM;
 ...>
 }
