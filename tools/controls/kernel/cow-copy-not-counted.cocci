// SPDX-License-Identifier: GPL-2.0
// Fault 8: the copy of a raw frame is not counted as anonymous
// Caught by: mm_pfnmap_cow.*
// File: mm/memory.c
@@
@@
 wp_page_copy(...)
 {
 <...
 ksm_might_unmap_zero_page(...);
-inc_mm_counter(mm, MM_ANONPAGES);
+if (pfnkunit_fault != 8)
+	inc_mm_counter(mm, MM_ANONPAGES);
 ...>
 }
