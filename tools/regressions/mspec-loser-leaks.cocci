// SPDX-License-Identifier: GPL-2.0
// Fault 135: mspec keeps the page of who loses a race of first touches
// Fixed by: a rule of the driver since 2005 [L]
// Kernels: all
// Machines: um x86_64
// Caught by: mspec.loser_of_a_race_shows_the_winners_page*
// File: mspec.c
@@
identifier winner;
@@
 mspec_touch(...)
 {
 <...
-mspec_return(area->dev, page);
+if (pfnkunit_fault != 135)
+	mspec_return(area->dev, page);
 return winner;
 ...>
 }
