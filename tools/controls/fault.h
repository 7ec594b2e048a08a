/* SPDX-License-Identifier: GPL-2.0 */
/* The fault that is switched on: pfnkunit_fault=N on the kernel command line. */
#ifndef PFNKUNIT_FAULT_H
#define PFNKUNIT_FAULT_H

extern int pfnkunit_fault;

#endif
