// SPDX-License-Identifier: GPL-2.0
/*
 * Faults of every kind, and a handler that answers them as it is told.
 */
#include "answer.h"
#include "compat.h"
#include "pfn_file.h"

const struct touch touches[NR_TOUCHES] = {
	{ "read shared", MAP_SHARED, 0 },
	{ "write shared", MAP_SHARED, FAULT_FLAG_WRITE },
	{ "read private", MAP_PRIVATE, 0 },
	{ "write private", MAP_PRIVATE, FAULT_FLAG_WRITE },
};
EXPORT_SYMBOL_IF_KUNIT(touches);

/* 'CAUTION!' says __folio_lock_or_retry(): not with FAULT_FLAG_RETRY_NOWAIT. */
static void drop_lock(struct vm_fault *vmf)
{
	if (!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT))
		release_fault_lock(vmf);
}

vm_fault_t answer_give(struct vm_fault *vmf, bool first)
{
	struct answer *answer = pfn_file_of(vmf)->data;

	answer->flags = vmf->flags & ~FAULT_FLAG_ORIG_PTE_VALID;
	answer->cow_page = vmf->cow_page;
	if (answer->once && !first)
		return pfn_file_insert(vmf);
	if (answer->inserts)
		pfn_file_insert(vmf);
	if (answer->ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED))
		drop_lock(vmf);
	return answer->ret;
}
EXPORT_SYMBOL_IF_KUNIT(answer_give);

vm_fault_t answer_fault(struct vm_fault *vmf)
{
	return answer_give(vmf, atomic_read(&pfn_file_of(vmf)->nr_faults) == 1);
}
EXPORT_SYMBOL_IF_KUNIT(answer_fault);
