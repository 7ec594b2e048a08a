// SPDX-License-Identifier: GPL-2.0
// Fault 141: raw frames are offered to memory policies and NUMA balancing
// Fixed by: known as the VM_PFNMAP test of vma_migratable() [M, no hash]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_refuse.mbind_moves_nothing*
// File: mm/mempolicy.c
@@
@@
 vma_migratable(...)
 {
 <...
-if (vma->vm_flags & (VM_IO | VM_PFNMAP))
+if (vma->vm_flags & (pfnkunit_fault == 141 ? 0 : VM_IO | VM_PFNMAP))
 	return false;
 ...>
 }
