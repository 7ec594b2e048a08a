// SPDX-License-Identifier: GPL-2.0
// Fault 138: mspec accepts a private mapping
// Fixed by: the test of VM_SHARED, which the posting of 2005 has not [L]
// Kernels: all
// Machines: um x86_64
// Caught by: mspec.mmap_refuses*
// File: mspec.c
@@
@@
 mspec_may_map(...)
 {
 <...
-!(vm_flags & VM_MAYSHARE)
+(!(vm_flags & VM_MAYSHARE) && pfnkunit_fault != 138)
 ...>
 }
