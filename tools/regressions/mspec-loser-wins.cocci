// SPDX-License-Identifier: GPL-2.0
// Fault 136: mspec replaces the page of who wins a race of first touches
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
winner = cmpxchg(...);
+if (pfnkunit_fault == 136) {
+	WRITE_ONCE(area->pages[index], page);
+	winner = NULL;
+}
 ...>
 }
