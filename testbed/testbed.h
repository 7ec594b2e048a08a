/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All of the testbed, for the suites.
 */
#ifndef PFNKUNIT_TESTBED_H
#define PFNKUNIT_TESTBED_H

#include "answer.h"
#include "balance.h"
#include "compat.h"
#include "device.h"
#include "doomed.h"
#include "failures.h"
#include "fake_vma.h"
#include "faults.h"
#include "follow.h"
#include "frames.h"
#include "gup.h"
#include "handlers.h"
#include "huge.h"
#include "kernel_log.h"
#include "known.h"
#include "knobs.h"
#include "ksm.h"
#include "layout.h"
#include "listener.h"
#include "mapping.h"
#include "memtype.h"
#include "needs.h"
#include "node_thread.h"
#include "nopfn.h"
#include "numa.h"
#include "observe.h"
#include "oracle.h"
#include "ordinary.h"
#include "pfn_file.h"
#include "privileges.h"
#include "proc.h"
#include "process.h"
#include "residue.h"
#include "syscalls.h"
#include "topology.h"
#include "uffd.h"
#include "user_space.h"
#include "walk.h"
#include "warnings.h"
#include "writeback.h"

#endif /* PFNKUNIT_TESTBED_H */
