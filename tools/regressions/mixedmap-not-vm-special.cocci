// SPDX-License-Identifier: GPL-2.0
// Fault 131: a VM_MIXEDMAP mapping is merged like ordinary memory
// Fixed by: 9050d7eba40b "mm: include VM_MIXEDMAP flag in the VM_SPECIAL list to avoid m(un)locking" (3.14) [T, hash M]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_vma.special_vmas_are_not_merged_when_alike_again*
// File: mm/vma.c
@@
@@
 vma_merge_existing_range(...)
 {
 <...
-vma_flags_test_any_mask(&vmg->vma_flags, VMA_SPECIAL_FLAGS)
+(vma_flags_test_any_mask(&vmg->vma_flags, VMA_SPECIAL_FLAGS) &&
+ !(pfnkunit_fault == 131 && vma_flags_test(&vmg->vma_flags, VMA_MIXEDMAP_BIT)))
 ...>
 }

@@
@@
 vma_merge_new_range(...)
 {
 <...
-vma_flags_test_any_mask(&vmg->vma_flags, VMA_SPECIAL_FLAGS)
+(vma_flags_test_any_mask(&vmg->vma_flags, VMA_SPECIAL_FLAGS) &&
+ !(pfnkunit_fault == 131 && vma_flags_test(&vmg->vma_flags, VMA_MIXEDMAP_BIT)))
 ...>
 }

@@
@@
 vma_merge_existing_range(...)
 {
 <...
-vmg->flags & VM_SPECIAL
+vmg->flags & (pfnkunit_fault == 131 ? VM_SPECIAL & ~VM_MIXEDMAP : VM_SPECIAL)
 ...>
 }

@@
@@
 vma_merge_new_range(...)
 {
 <...
-vmg->flags & VM_SPECIAL
+vmg->flags & (pfnkunit_fault == 131 ? VM_SPECIAL & ~VM_MIXEDMAP : VM_SPECIAL)
 ...>
 }
