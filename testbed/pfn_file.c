// SPDX-License-Identifier: GPL-2.0
/*
 * A file whose mmap sets up a raw-PFN mapping, as a driver's does.
 */
#include <linux/file.h>
#include <linux/fs.h>

#include "compat.h"
#include "pfn_file.h"
#include "residue.h"

static struct pfn_file *pfn_file_of_vma(const struct vm_area_struct *vma)
{
	return vma->vm_private_data;
}

static void pfn_vma_open(struct vm_area_struct *vma)
{
	atomic_inc(&pfn_file_of_vma(vma)->nr_opens);
}

static void pfn_vma_close(struct vm_area_struct *vma)
{
	atomic_inc(&pfn_file_of_vma(vma)->nr_closes);
}

static int pfn_vma_mremap(struct vm_area_struct *vma)
{
	struct pfn_file *pf = pfn_file_of_vma(vma);

	atomic_inc(&pf->nr_mremaps);
	return pf->ops.mremap ? pf->ops.mremap(vma) : 0;
}

/* References to @decoy, so that one that is dropped does not free it. */
#define DECOY_REFS 1000

/* Where a handler returns no page, it may leave anything in vmf->page. */
static vm_fault_t pfn_vma_fault(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);

	atomic_inc(&pf->nr_faults);
	vmf->page = pf->decoy;
	return pf->ops.fault(vmf);
}

#if COMPAT_HAS_HUGE_FAULT_ORDER
static vm_fault_t pfn_vma_huge_fault(struct vm_fault *vmf, unsigned int order)
{
	struct pfn_file *pf = pfn_file_of(vmf);

	atomic_inc(&pf->nr_huge_faults);
	return pf->ops.huge_fault(vmf, order);
}
#endif

static vm_fault_t pfn_vma_map_pages(struct vm_fault *vmf, pgoff_t start,
				    pgoff_t end)
{
	struct pfn_file *pf = pfn_file_of(vmf);

	atomic_inc(&pf->nr_map_pages);
	return pf->ops.map_pages(vmf, start, end);
}

static vm_fault_t pfn_vma_page_mkwrite(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);

	atomic_inc(&pf->nr_page_mkwrites);
	return pf->ops.page_mkwrite(vmf);
}

static vm_fault_t pfn_vma_pfn_mkwrite(struct vm_fault *vmf)
{
	struct pfn_file *pf = pfn_file_of(vmf);

	atomic_inc(&pf->nr_pfn_mkwrites);
	return pf->ops.pfn_mkwrite(vmf);
}

/* A handler that the file does not have is missing here, too. */
static const struct vm_operations_struct *pfn_vm_ops(struct kunit *test,
						     const struct pfn_file_ops *ops)
{
	const struct vm_operations_struct vm_ops = {
		.open = pfn_vma_open,
		.close = pfn_vma_close,
		.mremap = pfn_vma_mremap,
		.fault = ops->fault ? pfn_vma_fault : NULL,
#if COMPAT_HAS_HUGE_FAULT_ORDER
		.huge_fault = ops->huge_fault ? pfn_vma_huge_fault : NULL,
#endif
		.map_pages = ops->map_pages ? pfn_vma_map_pages : NULL,
		.page_mkwrite = ops->page_mkwrite ? pfn_vma_page_mkwrite : NULL,
		.pfn_mkwrite = ops->pfn_mkwrite ? pfn_vma_pfn_mkwrite : NULL,
		.access = ops->access,
		.may_split = ops->may_split,
	};
	void *copy = kunit_kmalloc(test, sizeof(vm_ops), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	return memcpy(copy, &vm_ops, sizeof(vm_ops));
}

/* What drivers set with VM_PFNMAP, see the comment in remap_pfn_range(). */
static unsigned long pfn_vm_flags(const struct pfn_file *pf)
{
	return pf->vm_flags ?
		pf->vm_flags | VM_DONTEXPAND | VM_DONTDUMP : 0;
}

static int pfn_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct pfn_file *pf = file->private_data;

	vm_flags_set(vma, pfn_vm_flags(pf));
	vma->vm_ops = pf->vm_ops;
	vma->vm_private_data = pf;
	if (pf->remap)
		return remap_pfn_range(vma, vma->vm_start,
				       pf->frames->frame[0].pfn,
				       vma->vm_end - vma->vm_start,
				       vma->vm_page_prot);
	return pf->map ? pf->map(pf, vma) : 0;
}

static const struct file_operations pfn_file_fops = {
	.owner = THIS_MODULE,
	.mmap = pfn_file_mmap,
};

#if COMPAT_HAS_MMAP_PREPARE
static int pfn_file_mmap_prepare(struct vm_area_desc *desc)
{
	struct pfn_file *pf = desc->file->private_data;

	compat_prepare_vma(desc, pfn_vm_flags(pf), pf->vm_ops, pf,
			   pf->remap ? pf->frames->frame[0].pfn : 0);
	if (pf->act)
		pf->act(pf, desc);
	return 0;
}

static const struct file_operations pfn_file_prepare_fops = {
	.owner = THIS_MODULE,
	.mmap_prepare = pfn_file_mmap_prepare,
};
#else
static const struct file_operations pfn_file_prepare_fops;
#endif

static void decoy_free(void *data)
{
	struct page *decoy = data;
	struct kunit *test = kunit_get_current_test();

	if (test && (page_ref_count(decoy) != DECOY_REFS || PageLocked(decoy)))
		KUNIT_FAIL(test, "mm took a page that no handler has returned");
	set_page_count(decoy, 1);
	__free_page(decoy);
}

static struct page *decoy_alloc(struct kunit *test)
{
	struct page *decoy = alloc_page(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, decoy);
	page_ref_add(decoy, DECOY_REFS - 1);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, decoy_free, decoy));
	return decoy;
}

static void pfn_file_close(void *data)
{
	struct pfn_file *pf = data;

	residue_add(RESIDUE_FILE, -1);
	residue_add(RESIDUE_FILE_REF, file_count(pf->file) - 1);
	/* Not later than this: the module may be unloaded next. */
	fput(pf->file);
	flush_delayed_fput();
}

struct pfn_file *pfn_file_open(struct kunit *test, const struct pfn_file *how)
{
	struct pfn_file *pf = kunit_kzalloc(test, sizeof(*pf), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pf);
	*pf = *how;
	if (pf->fault)
		pf->ops.fault = pf->fault;
	pf->vm_ops = pfn_vm_ops(test, &pf->ops);
	pf->decoy = decoy_alloc(test);
	pf->file = compat_own_file("pfn_file", pf->prepare ?
				   &pfn_file_prepare_fops : &pfn_file_fops,
				   pf, pf->read_only ? O_RDONLY : O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pf->file);
	residue_add(RESIDUE_FILE, 1);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, pfn_file_close, pf));
	return pf;
}
EXPORT_SYMBOL_IF_KUNIT(pfn_file_open);

vm_fault_t pfn_file_insert(struct vm_fault *vmf)
{
	struct frames *frames = pfn_file_of(vmf)->frames;

	if (vmf->pgoff >= frames->nr)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn(vmf->vma, vmf->address,
			      frames->frame[vmf->pgoff].pfn);
}
EXPORT_SYMBOL_IF_KUNIT(pfn_file_insert);
