// SPDX-License-Identifier: GPL-2.0
// Fault 31: mspec takes every page from node 0
// Caught by: mspec_numa.page_is_on_its_first_touchers_node*
// File: mspec.c
@@
@@
 mspec_take(...)
 {
 <...
-numa_mem_id()
+(pfnkunit_fault == 31 ? 0 : numa_mem_id())
 ...>
 }
