// SPDX-License-Identifier: GPL-2.0
// Fault 3: the linear rule is off by one page
// Caught by: mm_vm_normal_page.*
// File: mm/memory.c
@@
identifier index;
@@
 __vm_normal_page(...)
 {
 <...
-const pgoff_t index = linear_page_index(vma, addr);
+const pgoff_t index = linear_page_index(vma, addr) + (pfnkunit_fault == 3);
 ...>
 }
