// SPDX-License-Identifier: GPL-2.0
// Fault 36: mspec does not count pages of other nodes
// Caught by: mspec_pool.page_from_abroad_is_counted_on_both_sides*
// File: mspec.c
@@
expression pool;
@@
 mspec_count_touch(...)
 {
 <...
-pool_count(pool, &pool->counts.foreign);
+if (pfnkunit_fault != 36)
+	pool_count(pool, &pool->counts.foreign);
 ...>
 }
