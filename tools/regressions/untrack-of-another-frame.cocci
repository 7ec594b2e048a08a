// SPDX-License-Identifier: GPL-2.0
// Fault 129: a remap that fails gives back the cache mode of other frames
// Fixed by: d5957d2fc229 "mm: fix incorrect pfn passed to untrack_pfn() in remap_pfn_range()" (4.7) [T, hash M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_memtype.remap_that_fails_*_is_not_tracked
// File: mm/memory.c
@@
@@
 remap_pfn_range_track(...)
 {
 <...
err = remap_pfn_range_notrack(...);
+if (ctx && err && pfnkunit_fault == 129)
+	ctx->pfn -= addr >> PAGE_SHIFT;
 ...>
 }

@@
expression size;
@@
 remap_pfn_range(...)
 {
 <...
-untrack_pfn(vma, pfn, size, true);
+untrack_pfn(vma, pfn - (pfnkunit_fault == 129 ? addr >> PAGE_SHIFT : 0), size, true);
 ...>
 }
