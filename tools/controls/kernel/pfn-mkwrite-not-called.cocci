// SPDX-License-Identifier: GPL-2.0
// Fault 9: a raw frame becomes writable without pfn_mkwrite
// Caught by: mm_pfnmap_mkwrite.*
// File: mm/memory.c
@@
expression ops;
@@
 wp_pfn_shared(...)
 {
 <...
-if (ops && vma->vm_ops->pfn_mkwrite)
+if (ops && vma->vm_ops->pfn_mkwrite && pfnkunit_fault != 9)
 {
 ...
 }
 ...>
 }
