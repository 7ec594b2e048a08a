/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fault handlers as they were written in 2006, when vm_operations_struct had
 * a nopfn method beside nopage: they return a page frame number.
 */
#ifndef PFNKUNIT_NOPFN_H
#define PFNKUNIT_NOPFN_H

#include <linux/mm.h>

#define NOPFN_SIGBUS	(-1UL)	/* no frame there */
#define NOPFN_OOM	(-2UL)	/* no memory to make one */
#define NOPFN_REFAULT	(-3UL)	/* all done, or try again: just return */

/**
 * typedef nopfn_fn - such a handler
 * @vma: the mapping
 * @address: page aligned fault address
 *
 * Return: a page frame number, or one of NOPFN_*.
 */
typedef unsigned long (*nopfn_fn)(struct vm_area_struct *vma,
				  unsigned long address);

/**
 * nopfn_fault() - Answer a fault of today through a handler of 2006.
 * @vmf: the fault
 * @nopfn: the handler
 *
 * Return: what vm_ops->fault has to return.
 */
vm_fault_t nopfn_fault(struct vm_fault *vmf, nopfn_fn nopfn);

#endif /* PFNKUNIT_NOPFN_H */
