// SPDX-License-Identifier: GPL-2.0
// Fault 30: mspec takes pages of idle granules first, so that none stays idle
// Caught by: mspec_pool.touch_leaves_idle_granules_alone*
// File: mspec.c
@@
expression granule;
@@
 pool_take_page(...)
 {
 <...
-if (!granule)
+if (!granule || (pfnkunit_fault == 30 && !list_empty(&pool->idle)))
 {
 ...
 }
 ...>
 }
