// SPDX-License-Identifier: GPL-2.0
/*
 * Built in wherever the testbed is built, also as a module: exports for it what
 * mm/ keeps to itself, in the namespace for KUnit. mm/ itself stays untouched.
 */
#include <kunit/visibility.h>
#include <linux/export.h>
#include <linux/mm.h>

#include "exports.h"

EXPORT_SYMBOL_IF_KUNIT(vm_normal_page);
EXPORT_SYMBOL_IF_KUNIT(vm_normal_folio);
EXPORT_SYMBOL_IF_KUNIT(highest_memmap_pfn);
