// SPDX-License-Identifier: GPL-2.0
// Fault 144: a remap that fails leaves mapped what it got to
// Fixed by: 79a61cc3fc04 "mm: avoid leaving partial pfn mappings around in error case" (6.11) [M]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_remap.remap_without_memory_can_be_tried_again*
// File: mm/memory.c
@@
@@
 remap_pfn_range_notrack(...)
 {
 <...
-zap_vma_range(vma, addr, size);
+if (pfnkunit_fault != 144)
+	zap_vma_range(vma, addr, size);
 ...>
 }

@@
@@
 remap_pfn_range_notrack(...)
 {
 <...
-zap_page_range_single(vma, addr, size, NULL);
+if (pfnkunit_fault != 144)
+	zap_page_range_single(vma, addr, size, NULL);
 ...>
 }
