// SPDX-License-Identifier: GPL-2.0
// Fault 28: mspec takes new pages though some that came back are free
// Caught by: mspec_pool.returned_page_is_used_again*
// File: mspec.c
@@
expression granule, pool;
@@
 return_page(...)
 {
 <...
-list_move(&granule->link, &pool->some);
+list_move(&granule->link, pfnkunit_fault == 28 ? &pool->full : &pool->some);
 ...>
 }
