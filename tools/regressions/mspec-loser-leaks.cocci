// SPDX-License-Identifier: GPL-2.0
// Fault 135: mspec keeps the page of who loses a race of first touches
// Fixed by: a rule of the driver since 2005 [L]
// Kernels: all
// Machines: um x86_64
// Caught by: mspec_race.loser_shows_the_winners_page*
// File: mspec.c
@@
@@
 area_touch(...)
 {
 <...
-mspec_return(area->dev, frame);
+if (pfnkunit_fault != 135)
+	mspec_return(area->dev, frame);
 ...>
 }
