// SPDX-License-Identifier: GPL-2.0
/*
 * Handlers that several suites give to a pfn_file.
 */
#include <linux/mm.h>

#include "compat.h"
#include "handlers.h"
#include "pfn_file.h"

int handler_map_pages(struct pfn_file *pf, struct vm_area_struct *vma)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < pf->frames->nr && !ret; i++)
		ret = vm_insert_page(vma, vma->vm_start + i * PAGE_SIZE,
				     pfn_to_page(pf->frames->frame[i].pfn));
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(handler_map_pages);

int handler_remap_without_io(struct pfn_file *pf, struct vm_area_struct *vma)
{
	int ret = remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
				  vma->vm_end - vma->vm_start,
				  vma->vm_page_prot);

	vm_flags_clear(vma, VM_IO);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(handler_remap_without_io);

int handler_remap_uncached(struct pfn_file *pf, struct vm_area_struct *vma)
{
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}
EXPORT_SYMBOL_IF_KUNIT(handler_remap_uncached);

static unsigned long pfn_of(const struct vm_fault *vmf)
{
	return pfn_file_of(vmf)->frames->frame[vmf->pgoff].pfn;
}

int handler_remap_without_ops(struct pfn_file *pf, struct vm_area_struct *vma)
{
	vma->vm_ops = NULL;
	return remap_pfn_range(vma, vma->vm_start, pf->frames->frame[0].pfn,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}
EXPORT_SYMBOL_IF_KUNIT(handler_remap_without_ops);

vm_fault_t handler_fault_page(struct vm_fault *vmf)
{
	if (!pfn_valid(pfn_of(vmf)))
		return handler_fault_mixed(vmf);
	return vmf_insert_page(vmf->vma, vmf->address,
			       pfn_to_page(pfn_of(vmf)));
}
EXPORT_SYMBOL_IF_KUNIT(handler_fault_page);

vm_fault_t handler_fault_mixed(struct vm_fault *vmf)
{
	return vmf_insert_mixed(vmf->vma, vmf->address,
				compat_pfn(pfn_of(vmf)));
}
EXPORT_SYMBOL_IF_KUNIT(handler_fault_mixed);

vm_fault_t handler_fault_return(struct vm_fault *vmf)
{
	vmf->page = pfn_to_page(pfn_of(vmf));
	get_page(vmf->page);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(handler_fault_return);

vm_fault_t handler_fault_zero(struct vm_fault *vmf)
{
	return vmf_insert_mixed(vmf->vma, vmf->address,
				compat_pfn(page_to_pfn(ZERO_PAGE(vmf->address))));
}
EXPORT_SYMBOL_IF_KUNIT(handler_fault_zero);
