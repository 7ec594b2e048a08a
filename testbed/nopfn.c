// SPDX-License-Identifier: GPL-2.0
/*
 * Fault handlers as they were written in 2006.
 */
#include "compat.h"
#include "nopfn.h"

vm_fault_t nopfn_fault(struct vm_fault *vmf, nopfn_fn nopfn)
{
	unsigned long pfn = nopfn(vmf->vma, vmf->address);

	switch (pfn) {
	case NOPFN_SIGBUS:
		return VM_FAULT_SIGBUS;
	case NOPFN_OOM:
		return VM_FAULT_OOM;
	case NOPFN_REFAULT:
		return VM_FAULT_NOPAGE;
	default:
		return vmf_insert_pfn(vmf->vma, vmf->address, pfn);
	}
}
EXPORT_SYMBOL_IF_KUNIT(nopfn_fault);
