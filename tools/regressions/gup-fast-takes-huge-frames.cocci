// SPDX-License-Identifier: GPL-2.0
// Fault 148: fast get_user_pages() takes raw frames that a pmd maps
// Fixed by: ae3c99e650da "mm/gup: detect huge pfnmap entries in gup-fast" (6.12) [M]
// Kernels: all
// Machines: x86_64
// Caught by: mm_pfnmap_huge.gup_gets_no_page*
// File: mm/gup.c
@@
@@
 gup_fast_pmd_leaf(...)
 {
 <...
-if (pmd_special(orig))
+if (pmd_special(orig) && pfnkunit_fault != 148)
 	return 0;
 ...>
 }
