/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file whose mmap sets up a raw-PFN mapping, as a driver's does.
 */
#ifndef PFNKUNIT_PFN_FILE_H
#define PFNKUNIT_PFN_FILE_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/mm.h>

#include "frames.h"

struct vm_area_desc;

/**
 * struct pfn_file_ops - handlers of a pfn_file's mappings
 * @fault: a page fault; the pfn_file is at pfn_file_of(vmf)
 * @huge_fault: the same for 1 << @order pages; Linux 6.6 and later
 * @map_pages: pages around a read fault, see filemap_map_pages()
 * @page_mkwrite: a page is about to become writable
 * @pfn_mkwrite: a frame is about to become writable
 * @access: what access_process_vm() does with what it cannot get
 * @mremap: the vma has got to another place; nothing to do if NULL
 * @may_split: the vma is about to be split
 *
 * As in vm_operations_struct, where a NULL stays a NULL.
 */
struct pfn_file_ops {
	vm_fault_t (*fault)(struct vm_fault *vmf);
	vm_fault_t (*huge_fault)(struct vm_fault *vmf, unsigned int order);
	vm_fault_t (*map_pages)(struct vm_fault *vmf, pgoff_t start,
				pgoff_t end);
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
	int (*access)(struct vm_area_struct *vma, unsigned long addr, void *buf,
		      int len, int write);
	int (*mremap)(struct vm_area_struct *vma);
	int (*may_split)(struct vm_area_struct *vma, unsigned long addr);
};

/**
 * struct pfn_file - such a file and what happened to it
 * @file: the open file; give it to user_mmap()
 * @frames: the frames it maps, by page of the file
 * @vm_flags: added to the vma at mmap, over VM_DONTEXPAND and VM_DONTDUMP:
 *	VM_PFNMAP or VM_MIXEDMAP; 0 leaves the flags alone
 * @remap: map all of @frames at mmap time by remap_pfn_range()
 * @map: called at mmap time for all that is not said by @vm_flags and @remap;
 *	not with @prepare
 * @fault: short for @ops.fault
 * @ops: the handlers
 * @read_only: open the file without the right to write
 * @prepare: answer mmap through f_op->mmap_prepare; see needs_mmap_prepare()
 * @act: called at mmap time with @prepare, to choose an action: one of
 *	compat_action_*()
 * @data: for the test's own @map and handlers
 * @nr_faults: calls of @ops.fault
 * @nr_huge_faults: calls of @ops.huge_fault
 * @nr_map_pages: calls of @ops.map_pages
 * @nr_page_mkwrites: calls of @ops.page_mkwrite
 * @nr_pfn_mkwrites: calls of @ops.pfn_mkwrite
 * @nr_opens: calls of vm_ops->open
 * @nr_closes: calls of vm_ops->close
 * @nr_mremaps: calls of vm_ops->mremap
 * @vm_ops: made of all that
 * @decoy: in vmf->page when @ops.fault is called; of no use to anybody
 */
struct pfn_file {
	struct file *file;
	struct frames *frames;
	unsigned long vm_flags;
	bool remap;
	int (*map)(struct pfn_file *pf, struct vm_area_struct *vma);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	struct pfn_file_ops ops;
	bool read_only;
	bool prepare;
	void (*act)(struct pfn_file *pf, struct vm_area_desc *desc);
	void *data;
	atomic_t nr_faults;
	atomic_t nr_huge_faults;
	atomic_t nr_map_pages;
	atomic_t nr_page_mkwrites;
	atomic_t nr_pfn_mkwrites;
	atomic_t nr_opens;
	atomic_t nr_closes;
	atomic_t nr_mremaps;
	const struct vm_operations_struct *vm_ops;
	struct page *decoy;
};

/**
 * pfn_file_open() - Open such a file.
 * @test: the test it lives as long as; open it before the address space that
 *	maps it, then it is closed after that
 * @how: its members from @frames to @data are taken over
 *
 * Return: the file. Fails the test when there is no memory.
 */
struct pfn_file *pfn_file_open(struct kunit *test, const struct pfn_file *how);

/**
 * pfn_file_insert() - The usual fault handler: vmf_insert_pfn() of the frame.
 * @vmf: the fault
 *
 * The frame is the one at vmf->pgoff.
 *
 * Return: what vmf_insert_pfn() returns; VM_FAULT_SIGBUS behind the last frame.
 */
vm_fault_t pfn_file_insert(struct vm_fault *vmf);

/**
 * pfn_file_of() - The file behind a fault.
 * @vmf: the fault
 *
 * Return: the pfn_file that was mapped.
 */
static inline struct pfn_file *pfn_file_of(const struct vm_fault *vmf)
{
	return vmf->vma->vm_private_data;
}

#endif /* PFNKUNIT_PFN_FILE_H */
