// SPDX-License-Identifier: GPL-2.0
// Fault 133: madvise() drops raw frames that no fault brings back
// Fixed by: 6aab341e0a28 "mm: re-architect the VM_UNPAGED logic" (2.6.15) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_refuse.advice_is_answered_and_takes_no_raw_frame_away*
// File: mm/madvise.c
@@
@@
 madvise_dontneed_free_valid_vma(...)
 {
 <...
-unsigned int forbidden = VM_PFNMAP;
+unsigned int forbidden = pfnkunit_fault == 133 ? 0 : VM_PFNMAP;
 ...>
 }
