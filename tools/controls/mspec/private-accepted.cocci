// SPDX-License-Identifier: GPL-2.0
// Fault 29: mspec accepts a private mapping
// Caught by: mspec.mmap_refuses*
// File: mspec.c
@@
expression pgoff;
@@
 mspec_may_map(...)
 {
 <...
-if (pgoff || !(vm_flags & VM_MAYSHARE))
+if (pgoff || (!(vm_flags & VM_MAYSHARE) && pfnkunit_fault != 29))
 	return -EINVAL;
 ...>
 }
