// SPDX-License-Identifier: GPL-2.0
// Fault 6: the zero page comes back as a normal page
// Caught by: mm_vm_normal_page.*
// File: mm/memory.c
@@
@@
 __vm_normal_page(...)
 {
 <...
-if (is_zero_pfn(pfn) || is_huge_zero_pfn(pfn))
+if ((is_zero_pfn(pfn) || is_huge_zero_pfn(pfn)) && pfnkunit_fault != 6)
 	return NULL;
 ...>
 }
