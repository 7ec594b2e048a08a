// SPDX-License-Identifier: GPL-2.0
// Fault 145: a mapping with pfn_mkwrite alone begins writable
// Fixed by: 8a04446ab0cf "mm, dax: VMA with vm_ops->pfn_mkwrite wants to be write-notified" (4.3) [M]
// Kernels: all
// Machines: um x86_64
// Caught by: mm_pfnmap_mkwrite.pfn_mkwrite_alone_is_asked_for_a_raw_frame
// File: mm/vma.c
@@
@@
 vm_ops_needs_writenotify(...)
 {
 <...
-vm_ops->pfn_mkwrite
+(vm_ops->pfn_mkwrite && pfnkunit_fault != 145)
 ...>
 }
