// SPDX-License-Identifier: GPL-2.0
// Fault 113: a remapped mapping lacks VM_DONTDUMP
// Fixed by: 314e51b9851b "mm: kill vma flag VM_RESERVED and mm->reserved_vm counter" (3.7) [M]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_remap.vma_gets_the_flags_that_keep_others_off*
// File: mm/memory.c
@@
@@
 remap_pfn_range(...)
 {
 <...
err = remap_pfn_range_prepare_vma(...);
 if (err)
 	return err;
+if (pfnkunit_fault == 113)
+	vm_flags_clear(vma, VM_DONTDUMP);
 ...>
 }

@@
expression flags;
@@
 remap_pfn_range_internal(...)
 {
 <...
vm_flags_set(vma, flags);
+if (pfnkunit_fault == 113)
+	vm_flags_clear(vma, VM_DONTDUMP);
 ...>
 }
