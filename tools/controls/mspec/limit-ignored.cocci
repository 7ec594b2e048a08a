// SPDX-License-Identifier: GPL-2.0
// Fault 27: mspec grows beyond its limit
// Caught by: mspec_pool.pool_grows_up_to_the_limit*
// File: mspec.c
@@
@@
 granule_pages(...)
 {
 <...
-READ_ONCE(policy.limit)
+(pfnkunit_fault == 27 ? 0 : READ_ONCE(policy.limit))
 ...>
 }
