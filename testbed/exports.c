// SPDX-License-Identifier: GPL-2.0
/*
 * Built in wherever the testbed is built, also as a module: exports for it what
 * mm/ keeps to itself, in the namespace for KUnit. mm/ itself stays untouched.
 */
#include <asm/sections.h>
#include <kunit/visibility.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>

#include "compat.h"
#include "exports.h"

#define export_for_testbed(symbol) \
	EXPORT_SYMBOL_IF_KUNIT(symbol)

export_for_testbed(vm_normal_page);
export_for_testbed(vm_normal_folio);
export_for_testbed(highest_memmap_pfn);
export_for_testbed(vmf_insert_mixed_mkwrite);
export_for_testbed(access_remote_vm);
#if !COMPAT_EXPORTS_MM_ALLOC
export_for_testbed(mm_alloc);
export_for_testbed(arch_pick_mmap_layout);
#endif

void warnings_forget_once(void)
{
	generic_bug_clear_once();
	memset(__start_once, 0, __end_once - __start_once);
}
EXPORT_SYMBOL_IF_KUNIT(warnings_forget_once);
