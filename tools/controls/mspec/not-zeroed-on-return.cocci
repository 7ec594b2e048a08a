// SPDX-License-Identifier: GPL-2.0
// Fault 21: mspec gives pages back with the user's data
// Caught by: mspec.pages_go_back_zeroed*
// File: mspec.c
@@
@@
 mspec_return(...)
 {
 <...
-clear_highpage(page);
+if (pfnkunit_fault != 21)
+	clear_highpage(page);
 ...>
 }
