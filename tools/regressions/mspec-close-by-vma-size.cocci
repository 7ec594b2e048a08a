// SPDX-License-Identifier: GPL-2.0
// Fault 134: mspec gives back as many pages as the last vma has
// Fixed by: the driver's fix of 2.6.23 [M, no hash]; the posting of 2005 has the bug [L]
// Kernels: all
// Machines: um x86_64
// Caught by: mspec.*_piece_goes_first*
// File: mspec.c
@@
@@
 mspec_vma_close(...)
 {
 <...
-i < area->nr_pages
+i < (pfnkunit_fault == 134 ? vma_pages(vma) : area->nr_pages)
 ...>
 }
