// SPDX-License-Identifier: GPL-2.0
// Fault 31: mspec is at home on node 0 on each CPU
// Caught by: mspec_numa.page_is_on_*
// File: mspec.c
@@
@@
 mspec_home_node(...)
 {
 <...
-numa_mem_id()
+(pfnkunit_fault == 31 ? 0 : numa_mem_id())
 ...>
 }
