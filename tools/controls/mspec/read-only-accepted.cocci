// SPDX-License-Identifier: GPL-2.0
// Fault 22: mspec accepts a mapping that is not writable
// Caught by: mspec.mmap_refuses*
// File: mspec.c
@@
@@
 mspec_may_map(...)
 {
 <...
-if (!(vm_flags & VM_WRITE))
+if (!(vm_flags & VM_WRITE) && pfnkunit_fault != 22)
 	return -EPERM;
 ...>
 }
