// SPDX-License-Identifier: GPL-2.0
/* Goes into the negative controls' copy of the project, and nowhere else. */
#include <linux/moduleparam.h>

#include "fault.h"

int pfnkunit_fault;
core_param(pfnkunit_fault, pfnkunit_fault, int, 0444);
