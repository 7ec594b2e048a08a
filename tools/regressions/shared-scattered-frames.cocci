// SPDX-License-Identifier: GPL-2.0
// Fault 101: a shared mapping of scattered frames is read by the linear rule
// Fixed by: "Allow arbitrary shared PFNMAP's" (2.6.15-rc6) [T]
// Kernels: all
// Machines: um
// Caught by: mm_vm_normal_page.row_follows_the_rule*
// File: mm/memory.c
@@
@@
 __vm_normal_page(...)
 {
 <...
-if (!vma_is_cow_mapping(vma))
+if (!vma_is_cow_mapping(vma) && pfnkunit_fault != 101)
 	return NULL;
 ...>
 }

@@
@@
 vm_normal_page(...)
 {
 <...
-if (!is_cow_mapping(vma->vm_flags))
+if (!is_cow_mapping(vma->vm_flags) && pfnkunit_fault != 101)
 	return NULL;
 ...>
 }
