// SPDX-License-Identifier: GPL-2.0
// Fault 16: follow_pfnmap_start() calls every frame writable
// Caught by: mm_pfnmap_follow.*
// File: mm/memory.c
@@
@@
 pfnmap_args_setup(...)
 {
 <...
-args->writable = writable;
+args->writable = writable || pfnkunit_fault == 16;
 ...>
 }
