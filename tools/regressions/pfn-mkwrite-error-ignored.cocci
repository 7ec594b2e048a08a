// SPDX-License-Identifier: GPL-2.0
// Fault 120: an error of pfn_mkwrite is ignored
// Fixed by: dd9061846a3b "mm: new pfn_mkwrite same as page_mkwrite for VM_PFNMAP" (4.1) [H], its contract
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_mkwrite.result_of_pfn_mkwrite_decides*
// File: mm/memory.c
@@
expression mask;
@@
 wp_pfn_shared(...)
 {
 <...
-if (ret & mask)
+if ((ret & mask) && pfnkunit_fault != 120)
 	return ret;
 ...>
 }
