// SPDX-License-Identifier: GPL-2.0
// Fault 136: mspec replaces the page of who wins a race of first touches
// Fixed by: a rule of the driver since 2005 [L]
// Kernels: all
// Machines: um x86_64
// Caught by: mspec_race.loser_shows_the_winners_page*
// File: mspec.c
@@
identifier winner;
expression mine, theirs;
@@
 area_touch(...)
 {
 <...
winner = frame ? mine : theirs;
+if (pfnkunit_fault == 136 && frame) {
+	WRITE_ONCE(area->frames[index], frame);
+	winner = 0;
+}
 ...>
 }
