// SPDX-License-Identifier: GPL-2.0
// Fault 20: mremap() makes a mapping of raw frames longer
// Caught by: mm_pfnmap_mremap.*
// File: mm/mremap.c
@@
@@
 check_prep_vma(...)
 {
 <...
-if (vma_test_any(vma, VMA_DONTEXPAND_BIT, VMA_PFNMAP_BIT))
+if (vma_test_any(vma, VMA_DONTEXPAND_BIT, VMA_PFNMAP_BIT) &&
+    pfnkunit_fault != 20)
 	return -EFAULT;
 ...>
 }
