// SPDX-License-Identifier: GPL-2.0
// Fault 102: the zero page in a VM_MIXEDMAP mapping is a normal page
// Fixed by: fce831c92092 "mm/memory: cleanly support zeropage in vm_insert_page*(), vm_map_pages*() and vmf_insert_mixed()" (6.11) [H]
// Kernels: all
// Machines: um
// Caught by: mm_vm_normal_page.row_follows_the_rule*
// File: mm/memory.c
@@
@@
 __vm_normal_page(...)
 {
 <...
if (!pfn_valid(pfn))
	return NULL;
+if (pfnkunit_fault == 102 && is_zero_pfn(pfn))
+	return pfn_to_page(pfn);
 ...>
 }

@@
@@
 vm_normal_page(...)
 {
 <...
if (!pfn_valid(pfn))
	return NULL;
+if (pfnkunit_fault == 102 && is_zero_pfn(pfn))
+	return pfn_to_page(pfn);
 ...>
 }
