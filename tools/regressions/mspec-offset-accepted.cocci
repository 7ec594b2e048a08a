// SPDX-License-Identifier: GPL-2.0
// Fault 137: mspec accepts an offset
// Fixed by: the test of vm_pgoff, needed since the driver indexes by vmf->pgoff (2008) [L]
// Kernels: all
// Machines: um x86_64
// Caught by: mspec.mmap_refuses*
// File: mspec.c
@@
expression pgoff, rest;
@@
 mspec_may_map(...)
 {
 <...
-if (pgoff || rest)
+if ((pgoff && pfnkunit_fault != 137) || rest)
 	return -EINVAL;
 ...>
 }
