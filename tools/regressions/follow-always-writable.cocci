// SPDX-License-Identifier: GPL-2.0
// Fault 124: follow_pfnmap_start() calls every frame writable
// Fixed by: bd2fae8da794 "KVM: do not assume PTE is writable after follow_pfn" (5.11) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_follow.frame_is_not_writable_after_mprotect
// File: mm/memory.c
@@
@@
 pfnmap_args_setup(...)
 {
 <...
-args->writable = writable;
+args->writable = writable || pfnkunit_fault == 124;
 ...>
 }
