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

/**
 * struct pfn_file - such a file and what happened to it
 * @file: the open file; give it to user_mmap()
 * @frames: the frames it maps, by page of the file
 * @vm_flags: added to the vma at mmap, over VM_DONTEXPAND and VM_DONTDUMP:
 *	VM_PFNMAP or VM_MIXEDMAP; 0 leaves the flags alone
 * @remap: map all of @frames at mmap time by remap_pfn_range()
 * @map: called at mmap time for all that is not said by @vm_flags and @remap;
 *	not with @prepare
 * @fault: the page fault handler; NULL for a vma without one. The pfn_file is
 *	at vmf->vma->vm_private_data
 * @prepare: answer mmap through f_op->mmap_prepare; see needs_mmap_prepare()
 * @data: for the test's own @map and @fault
 * @nr_faults: calls of @fault
 * @nr_opens: calls of vm_ops->open
 * @nr_closes: calls of vm_ops->close
 */
struct pfn_file {
	struct file *file;
	struct frames *frames;
	unsigned long vm_flags;
	bool remap;
	int (*map)(struct pfn_file *pf, struct vm_area_struct *vma);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	bool prepare;
	void *data;
	atomic_t nr_faults;
	atomic_t nr_opens;
	atomic_t nr_closes;
};

/**
 * pfn_file_open() - Open such a file.
 * @test: the test it lives as long as; open it before the address space that
 *	maps it, then it is closed after that
 * @how: @frames to @data of it are copied
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
