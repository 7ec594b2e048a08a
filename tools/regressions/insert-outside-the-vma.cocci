// SPDX-License-Identifier: GPL-2.0
// Fault 140: vmf_insert_pfn() inserts outside of the vma
// Fixed by: e0dc0d8f4a32 [M]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_insert.insert_outside_is_refused_and_maps_nothing*
// File: mm/memory.c
@@
@@
 vmf_insert_pfn_prot(...)
 {
 <...
-if (addr < vma->vm_start || addr >= vma->vm_end)
+if ((addr < vma->vm_start || addr >= vma->vm_end) && pfnkunit_fault != 140)
 	return VM_FAULT_SIGBUS;
 ...>
 }
