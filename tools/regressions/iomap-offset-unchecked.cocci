// SPDX-License-Identifier: GPL-2.0
// Fault 109: vm_iomap_memory() takes an offset behind the end of the memory
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
-if (vm_pgoff > pages)
+if ((vm_pgoff > pages) && pfnkunit_fault != 109)
 	return -EINVAL;
 ...>
 }

@@
@@
 vm_iomap_memory(...)
 {
 <...
-if (vma->vm_pgoff > pages)
+if ((vma->vm_pgoff > pages) && pfnkunit_fault != 109)
 	return -EINVAL;
 ...>
 }
