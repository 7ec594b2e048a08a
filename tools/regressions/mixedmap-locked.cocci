// SPDX-License-Identifier: GPL-2.0
// Fault 154: pages that a driver inserted are locked like ordinary memory
// Fixed by: 9050d7eba40b "mm: include VM_MIXEDMAP flag in the VM_SPECIAL list to avoid m(un)locking" (3.14) [T, hash M]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_refuse.mlock_succeeds_and_locks_nothing*
// File: mm/mlock.c
@@
@@
 mlock_fixup(...)
 {
 <...
-!vma_supports_mlock(vma)
+(!vma_supports_mlock(vma) && !(pfnkunit_fault == 154 && vma->vm_flags & VM_MIXEDMAP))
 ...>
 }
