// SPDX-License-Identifier: GPL-2.0
// Fault 112: a remapped mapping lacks VM_DONTEXPAND
// Fixed by: 4d7672b46244 "Make sure we copy pages inserted with vm_insert_page() on fork" (2.6.15-rc6) [H]
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
+if (pfnkunit_fault == 112)
+	vm_flags_clear(vma, VM_DONTEXPAND);
 ...>
 }

@@
expression flags;
@@
 remap_pfn_range_internal(...)
 {
 <...
vm_flags_set(vma, flags);
+if (pfnkunit_fault == 112)
+	vm_flags_clear(vma, VM_DONTEXPAND);
 ...>
 }
