// SPDX-License-Identifier: GPL-2.0
// Fault 7: a mixed mapping gives a page where there is no struct page
// Caught by: mm_vm_normal_page.*
@@
@@
 __vm_normal_page(...)
 {
 <...
-if (!pfn_valid(pfn))
+if (!pfn_valid(pfn) && pfnkunit_fault != 7)
 	return NULL;
 ...>
 }
