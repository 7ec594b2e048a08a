/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handlers that several suites give to a pfn_file, beside pfn_file_insert().
 */
#ifndef PFNKUNIT_HANDLERS_H
#define PFNKUNIT_HANDLERS_H

#include <linux/mm.h>

struct pfn_file;

/**
 * handler_map_pages() - A pfn_file's @map: vm_insert_page() of every frame.
 * @pf: the file; its frames have struct pages, its @vm_flags VM_MIXEDMAP
 * @vma: the mapping
 *
 * Each page is then mapped as a normal one, and counted.
 *
 * Return: 0, or the error of the first page that can't be inserted.
 */
int handler_map_pages(struct pfn_file *pf, struct vm_area_struct *vma);

/**
 * handler_remap_without_io() - A pfn_file's @map: a remap without VM_IO.
 * @pf: the file
 * @vma: the mapping
 *
 * For what VM_PFNMAP has to do alone: remap_pfn_range() sets VM_IO with it, and
 * most of mm asks for either.
 *
 * Return: what remap_pfn_range() returns.
 */
int handler_remap_without_io(struct pfn_file *pf, struct vm_area_struct *vma);

/**
 * handler_remap_uncached() - A pfn_file's @map: a remap with pgprot_noncached().
 * @pf: the file
 * @vma: the mapping
 *
 * See needs_cache_modes().
 *
 * Return: what remap_pfn_range() returns.
 */
int handler_remap_uncached(struct pfn_file *pf, struct vm_area_struct *vma);

/**
 * handler_remap_without_ops() - A pfn_file's @map: a remap without vm_ops.
 * @pf: the file
 * @vma: the mapping
 *
 * A driver that has no handlers: such a vma looks like an anonymous one.
 *
 * Return: what remap_pfn_range() returns.
 */
int handler_remap_without_ops(struct pfn_file *pf, struct vm_area_struct *vma);

/**
 * handler_fault_page() - A fault handler: vm_insert_page() of the frame.
 * @vmf: the fault, in a vma with VM_MIXEDMAP
 *
 * A frame without struct page is inserted by vmf_insert_mixed().
 *
 * Return: what vmf_insert_page() or vmf_insert_mixed() returns.
 */
vm_fault_t handler_fault_page(struct vm_fault *vmf);

/**
 * handler_fault_mixed() - A fault handler: vmf_insert_mixed() of the frame.
 * @vmf: the fault, in a vma with VM_MIXEDMAP
 *
 * The entry is special where the architecture can mark it, or where the frame
 * has no struct page.
 *
 * Return: what vmf_insert_mixed() returns.
 */
vm_fault_t handler_fault_mixed(struct vm_fault *vmf);

/**
 * handler_fault_return() - A fault handler: leaves the frame's page to mm.
 * @vmf: the fault, of a frame with struct page
 *
 * Return: 0, with a reference in vmf->page.
 */
vm_fault_t handler_fault_return(struct vm_fault *vmf);

/**
 * handler_fault_zero() - A fault handler: vmf_insert_mixed() of the zero page.
 * @vmf: the fault, in a vma with VM_MIXEDMAP
 *
 * Return: what vmf_insert_mixed() returns.
 */
vm_fault_t handler_fault_zero(struct vm_fault *vmf);

#endif /* PFNKUNIT_HANDLERS_H */
