// SPDX-License-Identifier: GPL-2.0
// Fault 121: get_user_pages() goes into raw frames
// Fixed by: "get_user_pages: don't try to follow PFNMAP pages" (2.6.15-rc6) [T]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_gup.no_way_gets_pages_of*
// File: mm/gup.c
@@
@@
 check_vma_flags(...)
 {
 <...
-if (vm_flags & (VM_IO | VM_PFNMAP))
+if (vm_flags & (pfnkunit_fault == 121 ? VM_IO : VM_IO | VM_PFNMAP))
 	return -EFAULT;
 ...>
 }
