// SPDX-License-Identifier: GPL-2.0
// Fault 150: a fork that fails gives back the parent's cache mode, or keeps its own
// Fixed by: dc84bc2aba85 "x86/mm/pat: Fix VM_PAT handling when fork() fails in copy_page_range()" (6.15) [M]
// Kernels: -6.12
// Machines: x86_64
// Caught by: mm_pfnmap_memtype.failed_fork_leaves_the_parents_tracking
// File: mm/memory.c
@@
@@
 copy_page_range(...)
 {
 <...
-untrack_pfn_copy(dst_vma, pfn);
+if (pfnkunit_fault != 150)
+	untrack_pfn_copy(dst_vma, pfn);
 ...>
 }
