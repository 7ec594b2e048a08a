// SPDX-License-Identifier: GPL-2.0
// Fault 34: mspec takes a page from another node though it must not
// Caught by: mspec_pool.strict_touch_asks_its_home_only*
// File: mspec.c
@@
expression frame;
@@
 mspec_take(...)
 {
 <...
-if (frame || READ_ONCE(policy.strict))
+if (frame || (READ_ONCE(policy.strict) && pfnkunit_fault != 34))
 	return frame;
 ...>
 }
