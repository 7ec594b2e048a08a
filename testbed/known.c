// SPDX-License-Identifier: GPL-2.0
/*
 * Cases in which the kernel is known not to keep its contract.
 */
#include <linux/moduleparam.h>

#include "compat.h"
#include "known.h"

static bool panics;
module_param(panics, bool, 0444);
MODULE_PARM_DESC(panics,
		 "Run the cases too that end the kernel by a bug of its own");

bool known_panics_wanted(void)
{
	return panics;
}
EXPORT_SYMBOL_IF_KUNIT(known_panics_wanted);
