// SPDX-License-Identifier: GPL-2.0
// Fault 108: remap_pfn_range() takes an address inside of a page
// Fixed by: 0c4123e3fb82 "mm/memory.c: make remap_pfn_range() reject unaligned addr" (5.8) [H]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_warn.remap_to_an_unaligned_address_maps_nothing
// File: mm/memory.c
@@
expression unaligned;
@@
 remap_pfn_range_internal(...)
 {
 <...
-WARN_ON_ONCE(unaligned)
+(pfnkunit_fault != 108 && WARN_ON_ONCE(unaligned))
 ...>
 }
