// SPDX-License-Identifier: GPL-2.0
// Fault 37: mspec leaves what a failed conversion has made uncached as it is
// Caught by: mspec_pool.half_a_conversion_is_undone*
// File: mspec.c
@@
expression dev, page, nr;
@@
 mspec_granule_restore(...)
 {
 <...
-dev->uncached && mspec_recache(page, nr)
+dev->uncached && pfnkunit_fault != 37 && mspec_recache(page, nr)
 ...>
 }
