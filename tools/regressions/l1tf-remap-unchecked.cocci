// SPDX-License-Identifier: GPL-2.0
// Fault 152: remap_pfn_range() makes entries without access that the L1TF bug exposes
// Fixed by: 42e4089c7890 "x86/speculation/l1tf: Disallow non privileged high MMIO PROT_NONE mappings" (4.19) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_modify.remap_across_the_limit_is_refused_and_maps_nothing
// File: mm/memory.c
@@
@@
 remap_pte_range(...)
 {
 <...
-if (!pfn_modify_allowed(pfn, prot))
+if (!pfn_modify_allowed(pfn, prot) && pfnkunit_fault != 152)
 {
 ...
 }
 ...>
 }
