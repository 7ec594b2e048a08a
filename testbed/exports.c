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
#include <linux/panic.h>
#include <linux/sched/mm.h>

#include "compat.h"
#include "exports.h"

#define export_for_testbed(symbol) \
	EXPORT_SYMBOL_IF_KUNIT(symbol)

export_for_testbed(vm_normal_page);
export_for_testbed(vm_normal_folio);
export_for_testbed(highest_memmap_pfn);
export_for_testbed(vmf_insert_mixed_mkwrite);
#if !COMPAT_EXPORTS_MM_ALLOC
export_for_testbed(mm_alloc);
export_for_testbed(arch_pick_mmap_layout);
#endif

void warnings_forget_once(void)
{
	generic_bug_clear_once();
	memset(__start_once, 0, __end_once - __start_once);
}
export_for_testbed(warnings_forget_once);

bool oops_panics(void)
{
	return panic_on_oops;
}
export_for_testbed(oops_panics);
