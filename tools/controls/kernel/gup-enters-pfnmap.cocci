// SPDX-License-Identifier: GPL-2.0
// Fault 18: get_user_pages() goes into raw frames
// Caught by: mm_pfnmap_gup.*
// File: mm/gup.c
@@
@@
 check_vma_flags(...)
 {
 <...
-if (vm_flags & (VM_IO | VM_PFNMAP))
+if (vm_flags & (pfnkunit_fault == 18 ? VM_IO : VM_IO | VM_PFNMAP))
 	return -EFAULT;
 ...>
 }
