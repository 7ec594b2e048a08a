// SPDX-License-Identifier: GPL-2.0
// Fault 2: no let-out for mappings that cannot be copied on write
// Caught by: mm_vm_normal_page.*
// File: mm/memory.c
@@
@@
 __vm_normal_page(...)
 {
 <...
-if (!vma_is_cow_mapping(vma))
+if (!vma_is_cow_mapping(vma) && pfnkunit_fault != 2)
 	return NULL;
 ...>
 }
