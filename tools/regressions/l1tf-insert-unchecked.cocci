// SPDX-License-Identifier: GPL-2.0
// Fault 153: vmf_insert_pfn() makes entries without access that the L1TF bug exposes
// Fixed by: 42e4089c7890 "x86/speculation/l1tf: Disallow non privileged high MMIO PROT_NONE mappings" (4.19) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_modify.insert_above_the_limit_is_sigbus*
// File: mm/memory.c
@@
@@
 vmf_insert_pfn_prot(...)
 {
 <...
-if (!pfn_modify_allowed(pfn, pgprot))
+if (!pfn_modify_allowed(pfn, pgprot) && pfnkunit_fault != 153)
 	return VM_FAULT_SIGBUS;
 ...>
 }
