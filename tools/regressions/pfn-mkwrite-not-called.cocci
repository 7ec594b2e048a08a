// SPDX-License-Identifier: GPL-2.0
// Fault 119: a raw frame becomes writable without pfn_mkwrite
// Fixed by: dd9061846a3b "mm: new pfn_mkwrite same as page_mkwrite for VM_PFNMAP" (4.1) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_mkwrite.entry_becomes_writable_with_the_first_notice*
// File: mm/memory.c
@@
expression ops;
@@
 wp_pfn_shared(...)
 {
 <...
-if (ops && vma->vm_ops->pfn_mkwrite)
+if (ops && vma->vm_ops->pfn_mkwrite && pfnkunit_fault != 119)
 {
 ...
 }
 ...>
 }
