// SPDX-License-Identifier: GPL-2.0
// Fault 151: mprotect() makes entries without access that the L1TF bug exposes
// Fixed by: 42e4089c7890 "x86/speculation/l1tf: Disallow non privileged high MMIO PROT_NONE mappings" (4.19) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_modify.mprotect_to_none_above_the_limit_is_refused
// File: mm/mprotect.c
@@
@@
 mprotect_fixup(...)
 {
 <...
-arch_has_pfn_modify_check()
+(arch_has_pfn_modify_check() && pfnkunit_fault != 151)
 ...>
 }
