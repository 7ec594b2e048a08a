/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults of every kind, and a handler that answers them as it is told.
 */
#ifndef PFNKUNIT_ANSWER_H
#define PFNKUNIT_ANSWER_H

#include <linux/mm.h>
#include <linux/mman.h>

/**
 * struct touch - a way to touch a page
 * @name: that, in words
 * @map_flags: of a mapping that is MAP_SHARED or MAP_PRIVATE
 * @flags: 0 or FAULT_FLAG_WRITE
 */
struct touch {
	const char *name;
	unsigned long map_flags;
	unsigned int flags;
};

#define NR_TOUCHES 4

/* All there are: each takes a path of its own from do_fault() on. */
extern const struct touch touches[NR_TOUCHES];

/**
 * touch_copies() - Must such a touch copy the page?
 * @touch: the way
 *
 * Return: true if so.
 */
static inline bool touch_copies(const struct touch *touch)
{
	return touch->map_flags == MAP_PRIVATE && touch->flags;
}

/**
 * struct answer - what a handler is to do, and what it was told
 * @ret: its return value; it drops the lock where that says so
 * @once: at its first call only, later ones insert the frame
 * @inserts: it inserts the frame first
 * @flags: vmf->flags it was called with, those of the caller
 * @cow_page: vmf->cow_page was there
 */
struct answer {
	vm_fault_t ret;
	bool once;
	bool inserts;
	unsigned int flags;
	bool cow_page;
};

/**
 * answer_give() - Answer a fault.
 * @vmf: the fault; pfn_file_of(vmf)->data is the struct answer
 * @first: it is the first call
 *
 * Return: what the handler has to return.
 */
vm_fault_t answer_give(struct vm_fault *vmf, bool first);

/**
 * answer_fault() - A fault handler that answers.
 * @vmf: the fault; pfn_file_of(vmf)->data is the struct answer
 *
 * Return: the answer.
 */
vm_fault_t answer_fault(struct vm_fault *vmf);

#endif /* PFNKUNIT_ANSWER_H */
