// SPDX-License-Identifier: GPL-2.0
// Fault 103: the zero page in an ordinary mapping is reported as corrupt
// Fixed by: 62eede62dafb "mm: ZERO_PAGE without PTE_SPECIAL" (2.6.32) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_vm_normal_page.row_follows_the_rule*
// File: mm/memory.c
@@
@@
 __vm_normal_page(...)
 {
 <...
-if (is_zero_pfn(pfn) || is_huge_zero_pfn(pfn))
+if ((is_zero_pfn(pfn) || is_huge_zero_pfn(pfn)) && pfnkunit_fault != 103)
 	return NULL;
 print_bad_page_map(...);
 ...>
 }

@@
@@
 vm_normal_page(...)
 {
 <...
-if (is_zero_pfn(pfn))
+if (is_zero_pfn(pfn) && pfnkunit_fault != 103)
 	return NULL;
 if (pte_devmap(pte)) return NULL;
 ...>
 }
