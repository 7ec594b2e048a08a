// SPDX-License-Identifier: GPL-2.0
// Fault 5: part of a private mapping may be remapped
// Caught by: mm_pfnmap_cow.*
// File: mm/memory.c
@@
@@
 get_remap_pgoff(...)
 {
 <...
-if (addr != vm_start || end != vm_end)
+if ((addr != vm_start || end != vm_end) && pfnkunit_fault != 5)
 	return -EINVAL;
 ...>
 }
