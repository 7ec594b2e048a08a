// SPDX-License-Identifier: GPL-2.0
// Fault 130: mremap() gives back the cache mode of frames that it moves
// Fixed by: d9fe4fab1197 "x86/mm/pat: Add untrack_pfn_moved for mremap" (4.5) [H]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_memtype*.tracking_moves_with_the_mapping
// File: mm/vma_init.c (7.3-)
// File: mm/mremap.c (-6.12)
@@
@@
 vma_pfnmap_track_ctx_dup(...)
 {
 <...
if (
-likely(!ctx)
+likely(!ctx || pfnkunit_fault == 130)
 )
 	return 0;
 ...>
 }

@@
@@
 move_vma(...)
 {
 <...
-if (unlikely(vma->vm_flags & VM_PFNMAP))
+if (unlikely(vma->vm_flags & VM_PFNMAP && pfnkunit_fault != 130))
 	untrack_pfn_clear(vma);
 ...>
 }
