// SPDX-License-Identifier: GPL-2.0
// Fault 19: madvise() may drop raw frames that no fault brings back
// Caught by: mm_pfnmap_refuse.*
// File: mm/madvise.c
@@
@@
 madvise_dontneed_free_valid_vma(...)
 {
 <...
-unsigned int forbidden = VM_PFNMAP;
+unsigned int forbidden = pfnkunit_fault == 19 ? 0 : VM_PFNMAP;
 ...>
 }
