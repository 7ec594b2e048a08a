// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: how they look into a process's page tables (HMM), take its pages,
 * and bring memory along.
 */
#include <linux/err.h>
#include <linux/hmm.h>
#include <linux/memory_hotplug.h>
#include <linux/memremap.h>
#include <linux/migrate.h>
#include <linux/mmu_notifier.h>

#include "compat.h"
#include "device.h"

#if IS_ENABLED(CONFIG_HMM_MIRROR)
static bool device_invalidate(struct mmu_interval_notifier *notifier,
			      const struct mmu_notifier_range *range,
			      unsigned long seq)
{
	mmu_interval_set_seq(notifier, seq);
	return true;
}

static const struct mmu_interval_notifier_ops device_ops = {
	.invalidate = device_invalidate,
};

static int range_fault(struct mm_struct *mm, unsigned long addr,
		       unsigned int nr_pages, unsigned long flags,
		       unsigned long *pfns)
{
	struct mmu_interval_notifier notifier = {};
	struct hmm_range range = {
		.notifier = &notifier,
		.start = addr,
		.end = addr + nr_pages * PAGE_SIZE,
		.hmm_pfns = pfns,
		.default_flags = flags,
	};
	int ret = mmu_interval_notifier_insert(&notifier, mm, addr,
					       nr_pages * PAGE_SIZE,
					       &device_ops);

	if (ret)
		return ret;
	range.notifier_seq = mmu_interval_read_begin(&notifier);
	mmap_read_lock(mm);
	ret = hmm_range_fault(&range);
	mmap_read_unlock(mm);
	mmu_interval_notifier_remove(&notifier);
	return ret;
}

int device_walk(struct user_space *us, unsigned long addr,
		unsigned int nr_pages, bool fault, struct device_view *view)
{
	unsigned long pfns[DEVICE_MAX_PAGES] = {};
	unsigned int i;
	int ret;

	if (nr_pages > DEVICE_MAX_PAGES)
		return -E2BIG;
	ret = range_fault(us->mm, addr, nr_pages, fault ? HMM_PFN_REQ_FAULT : 0,
			  pfns);
	for (i = 0; i < nr_pages && !ret; i++)
		view[i] = (struct device_view){
			.valid = pfns[i] & HMM_PFN_VALID,
			.error = pfns[i] & HMM_PFN_ERROR,
		};
	return ret;
}
#else
int device_walk(struct user_space *us, unsigned long addr,
		unsigned int nr_pages, bool fault, struct device_view *view)
{
	return -EOPNOTSUPP;
}
#endif
EXPORT_SYMBOL_IF_KUNIT(device_walk);

#if IS_ENABLED(CONFIG_DEVICE_MIGRATION)
static int take_and_give_back(struct vm_area_struct *vma, unsigned long addr,
			      void *data)
{
	unsigned long src[DEVICE_MAX_PAGES] = {}, dst[DEVICE_MAX_PAGES] = {};
	struct migrate_vma args = {
		.vma = vma,
		.start = addr,
		.end = addr + *(unsigned int *)data * PAGE_SIZE,
		.src = src,
		.dst = dst,
		.flags = MIGRATE_VMA_SELECT_SYSTEM,
	};
	int ret = migrate_vma_setup(&args);

	if (ret)
		return ret;
	ret = args.cpages;
	/* No page in @dst: all stay where they are. */
	migrate_vma_pages(&args);
	migrate_vma_finalize(&args);
	return ret;
}

int device_migrate(struct user_space *us, unsigned long addr,
		   unsigned int nr_pages)
{
	if (nr_pages > DEVICE_MAX_PAGES)
		return -E2BIG;
	return user_call_locked(us, addr, take_and_give_back, &nr_pages);
}
#else
int device_migrate(struct user_space *us, unsigned long addr,
		   unsigned int nr_pages)
{
	return -EOPNOTSUPP;
}
#endif
EXPORT_SYMBOL_IF_KUNIT(device_migrate);

#if IS_ENABLED(CONFIG_DEVICE_PRIVATE)
struct device_memory {
	struct dev_pagemap pgmap;
};

/* Never called, as nobody gets a page of it. */
static vm_fault_t device_fault(struct vm_fault *vmf)
{
	return VM_FAULT_SIGBUS;
}

static void device_free(compat_device_page *page)
{
}

static const struct dev_pagemap_ops device_memory_ops = {
	.COMPAT_DEVICE_FREE = device_free,
	.migrate_to_ram = device_fault,
};

static void memory_remove(void *data)
{
	struct device_memory *memory = data;

	memunmap_pages(&memory->pgmap);
}

static struct device_memory *device_memory_of(struct kunit *test,
					      unsigned long pfn,
					      unsigned int order)
{
	struct device_memory *memory = kunit_kzalloc(test, sizeof(*memory),
						     GFP_KERNEL);
	struct dev_pagemap *pgmap;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	pgmap = &memory->pgmap;
	pgmap->nr_range = 1;
	pgmap->range.start = PFN_PHYS(pfn);
	pgmap->range.end = PFN_PHYS(pfn + (1UL << order)) - 1;
	return memory;
}

static int device_memory_map(struct kunit *test, struct device_memory *memory)
{
	void *at = memremap_pages(&memory->pgmap, NUMA_NO_NODE);

	if (IS_ERR(at))
		return PTR_ERR(at);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, memory_remove, memory));
	return 0;
}

struct device_memory *device_memory_try(struct kunit *test, unsigned long pfn)
{
	struct device_memory *memory = device_memory_of(test, pfn,
							DEVICE_MEMORY_ORDER);

	memory->pgmap.type = MEMORY_DEVICE_PRIVATE;
	memory->pgmap.ops = &device_memory_ops;
	memory->pgmap.owner = memory;
	return device_memory_map(test, memory) ? NULL : memory;
}
EXPORT_SYMBOL_IF_KUNIT(device_memory_try);

/* As a device DAX has it: its pages are in use from the start. */
static struct device_memory *device_dax_add(struct kunit *test,
					    unsigned long pfn,
					    unsigned int order,
					    unsigned int folio_order)
{
	struct device_memory *memory = device_memory_of(test, pfn, order);
	struct range room = mhp_get_pluggable_range(true);

	if (memory->pgmap.range.start < room.start ||
	    memory->pgmap.range.end > room.end)
		kunit_skip(test, "needs room for more memory behind the last");
	memory->pgmap.type = MEMORY_DEVICE_GENERIC;
	memory->pgmap.vmemmap_shift = folio_order;
	KUNIT_ASSERT_EQ(test, 0, device_memory_map(test, memory));
	return memory;
}

struct folio *device_folio_add(struct kunit *test, unsigned long pfn,
			       unsigned int order)
{
	device_dax_add(test, pfn, order, order);
	return page_folio(pfn_to_page(pfn));
}
EXPORT_SYMBOL_IF_KUNIT(device_folio_add);

struct page *device_dax_page(struct kunit *test, unsigned long pfn)
{
	struct device_memory *memory;

	memory = device_dax_add(test, ALIGN_DOWN(pfn, 1UL << DEVICE_MEMORY_ORDER),
				DEVICE_MEMORY_ORDER, 0);
	/* Only now: those of a file are not in use until it has blocks. */
	memory->pgmap.type = MEMORY_DEVICE_FS_DAX;
	return pfn_to_page(pfn);
}
EXPORT_SYMBOL_IF_KUNIT(device_dax_page);

unsigned long device_memory_end(void)
{
	return PHYS_PFN(1ULL << MAX_PHYSMEM_BITS);
}
EXPORT_SYMBOL_IF_KUNIT(device_memory_end);

void device_memory_remove(struct kunit *test, struct device_memory *memory)
{
	kunit_release_action(test, memory_remove, memory);
}
EXPORT_SYMBOL_IF_KUNIT(device_memory_remove);
#else
struct device_memory *device_memory_try(struct kunit *test, unsigned long pfn)
{
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(device_memory_try);

unsigned long device_memory_end(void)
{
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(device_memory_end);

void device_memory_remove(struct kunit *test, struct device_memory *memory)
{
}
EXPORT_SYMBOL_IF_KUNIT(device_memory_remove);

struct folio *device_folio_add(struct kunit *test, unsigned long pfn,
			       unsigned int order)
{
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(device_folio_add);

struct page *device_dax_page(struct kunit *test, unsigned long pfn)
{
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(device_dax_page);
#endif

struct device_memory *device_memory_add(struct kunit *test, unsigned long pfn)
{
	struct device_memory *memory = device_memory_try(test, pfn);

	KUNIT_ASSERT_NOT_NULL(test, memory);
	return memory;
}
EXPORT_SYMBOL_IF_KUNIT(device_memory_add);
