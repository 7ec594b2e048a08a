// SPDX-License-Identifier: GPL-2.0
// Fault 26: mspec looks a page up by its address in the vma
// Caught by: mspec.pieces_touch_pages_of_their_own*
// File: mspec.c
@@
expression vmf, area;
@@
 mspec_fault(...)
 {
 <...
-area_touch(area, vmf->pgoff)
+area_touch(area, pfnkunit_fault == 26 ?
+	   PHYS_PFN(vmf->address - vmf->vma->vm_start) : vmf->pgoff)
 ...>
 }
