// SPDX-License-Identifier: GPL-2.0
// Fault 14: a remap that fails leaves behind what it had mapped
// Caught by: mm_pfnmap_failure.*
// File: mm/memory.c
@@
@@
 remap_pfn_range_notrack(...)
 {
 <...
-zap_vma_range(vma, addr, size);
+if (pfnkunit_fault != 14)
+	zap_vma_range(vma, addr, size);
 ...>
 }
