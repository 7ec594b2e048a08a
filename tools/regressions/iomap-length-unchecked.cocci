// SPDX-License-Identifier: GPL-2.0
// Fault 110: vm_iomap_memory() maps more than the memory it was given
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
-if ((vm_len >> PAGE_SHIFT) > pages)
+if (((vm_len >> PAGE_SHIFT) > pages) && pfnkunit_fault != 110)
 	return -EINVAL;
 ...>
 }

@@
@@
 vm_iomap_memory(...)
 {
 <...
-if (vm_len >> PAGE_SHIFT > pages)
+if ((vm_len >> PAGE_SHIFT > pages) && pfnkunit_fault != 110)
 	return -EINVAL;
 ...>
 }
