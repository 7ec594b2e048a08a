// SPDX-License-Identifier: GPL-2.0
// Fault 24: mspec forgets the page of the one who loses a race
// Caught by: mspec_race.loser_shows_the_winners_page*
// File: mspec.c
@@
expression dev;
@@
 area_touch(...)
 {
 <...
-if (frame)
+if (frame && pfnkunit_fault != 24)
 	mspec_return(dev, frame);
 ...>
 }
