// SPDX-License-Identifier: GPL-2.0
// Fault 111: vm_iomap_memory() takes an area that wraps around
// Fixed by: b4cbb197c7e7 "vm: add vm_iomap_memory() helper function" (3.9) [M], for drivers that had no such check
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_remap.vm_iomap_memory_stays_in_its_area*
// File: mm/memory.c
@@
@@
 __simple_ioremap_prep(...)
 {
 <...
-if (start_phys + size < start_phys)
+if ((start_phys + size < start_phys) && pfnkunit_fault != 111)
 	return -EINVAL;
 ...>
 }

@@
@@
 vm_iomap_memory(...)
 {
 <...
-if (start + len < start)
+if ((start + len < start) && pfnkunit_fault != 111)
 	return -EINVAL;
 ...>
 }
