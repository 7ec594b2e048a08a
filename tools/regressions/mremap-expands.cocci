// SPDX-License-Identifier: GPL-2.0
// Fault 132: mremap() makes a mapping of raw frames longer
// Fixed by: 4d7672b46244 "Make sure we copy pages inserted with vm_insert_page() on fork" (2.6.15-rc6) [H], the check that goes with its VM_DONTEXPAND
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_mremap.mapping_does_not_grow*
// File: mm/mremap.c
@@
@@
 check_prep_vma(...)
 {
 <...
-if (vma_test_any(vma, VMA_DONTEXPAND_BIT, VMA_PFNMAP_BIT))
+if (vma_test_any(vma, VMA_DONTEXPAND_BIT, VMA_PFNMAP_BIT) &&
+    pfnkunit_fault != 132)
 	return -EFAULT;
 ...>
 }

@@
@@
 vma_to_resize(...)
 {
 <...
-if (vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP))
+if (vma->vm_flags & (VM_DONTEXPAND | VM_PFNMAP) && pfnkunit_fault != 132)
 	return ERR_PTR(-EFAULT);
 ...>
 }
