// SPDX-License-Identifier: GPL-2.0
// Fault 114: the copy of a raw frame is not counted as anonymous
// Fixed by: "unpaged: COW on VM_UNPAGED" (2.6.15) [T]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_cow.copy_is_freed_with_the_mapping
// File: mm/memory.c
@@
@@
 wp_page_copy(...)
 {
 <...
ksm_might_unmap_zero_page(...);
-inc_mm_counter(mm, MM_ANONPAGES);
+if (pfnkunit_fault != 114)
+	inc_mm_counter(mm, MM_ANONPAGES);
 ...>
 }
