// SPDX-License-Identifier: GPL-2.0
/*
 * mspec - special memory, mapped by page frame number on first touch
 *
 * A shared mapping of /dev/mspec_cached or /dev/mspec_uncached begins empty.
 * Each page of it is taken when it is first touched, from the memory node of
 * the CPU that touches it, and mapped as a raw page frame: mm neither counts
 * nor moves it. It stays where it is, whoever uses it later, until the last
 * piece of the mapping is gone from the last address space.
 *
 * Placement is the purpose of the driver: the memory policy of the task does
 * not apply. On a CPU whose node has no memory, or has no page left, the page
 * comes from the nearest node that has one.
 *
 * A page is zeroed before a user sees it, and again before it goes back.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/atomic.h>
#include <linux/cacheflush.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "mspec.h"
#include "testbed/compat.h"

/*
 * What the architecture can do.
 *
 * An uncached mapping in user space is not enough: the kernel maps the page
 * too, and where two mappings differ in cache mode, either the hardware may
 * return stale data, or the kernel quietly makes the second one like the first
 * (x86 with PAT). So the kernel's own mapping has to follow.
 */
#ifdef CONFIG_X86
#include <asm/set_memory.h>

#define ARCH_CAN_UNCACHE	true

static int arch_uncache(struct page *page)
{
	return set_memory_uc((unsigned long)page_address(page), 1);
}

static int arch_recache(struct page *page)
{
	return set_memory_wb((unsigned long)page_address(page), 1);
}
#else
#define ARCH_CAN_UNCACHE	false

static int arch_uncache(struct page *page)
{
	return -EOPNOTSUPP;
}

static int arch_recache(struct page *page)
{
	return -EOPNOTSUPP;
}
#endif

/**
 * struct mspec_device - one of the devices
 * @misc: how it is registered; file->private_data points here
 * @uncached: its pages are uncached while a mapping has them
 * @registered: users can open it
 * @taken: see struct mspec_counts
 * @returned: see struct mspec_counts
 * @leaked: see struct mspec_counts
 */
struct mspec_device {
	struct miscdevice misc;
	bool uncached;
	bool registered;
	atomic_long_t taken;
	atomic_long_t returned;
	atomic_long_t leaked;
};

/**
 * struct mspec_area - the memory behind one mmap()
 * @dev: where its pages come from
 * @users: vmas that show some of it: pieces after a split, copies after a fork
 * @nr_pages: its size, whatever the size of the vmas
 * @pages: its pages by offset; NULL until touched, then fixed
 */
struct mspec_area {
	struct mspec_device *dev;
	refcount_t users;
	unsigned long nr_pages;
	struct page *pages[] __counted_by(nr_pages);
};

VISIBLE_IF_KUNIT struct page *mspec_page_alloc(int nid)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_page_alloc, nid);

	return alloc_pages_node(nid, GFP_KERNEL_ACCOUNT | __GFP_ZERO, 0);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_page_alloc);

VISIBLE_IF_KUNIT void mspec_page_free(struct page *page)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_page_free, page);

	__free_page(page);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_page_free);

VISIBLE_IF_KUNIT int mspec_page_uncache(struct page *page)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_page_uncache, page);

	return arch_uncache(page);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_page_uncache);

VISIBLE_IF_KUNIT int mspec_page_recache(struct page *page)
{
	KUNIT_STATIC_STUB_REDIRECT(mspec_page_recache, page);

	return arch_recache(page);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_page_recache);

/*
 * Give a page back as the allocator expects it, and without the user's data.
 * A page that cannot be made cached again is leaked: whoever got it next would
 * not know what it is.
 */
static void mspec_return(struct mspec_device *dev, struct page *page)
{
	if (dev->uncached && mspec_page_recache(page)) {
		atomic_long_inc(&dev->leaked);
		pr_warn_ratelimited("%s: page frame %#lx stays uncached, leaking it\n",
				    dev->misc.name, page_to_pfn(page));
		return;
	}

	clear_highpage(page);
	mspec_page_free(page);
	atomic_long_inc(&dev->returned);
}

/* Take a zeroed page of the device's cache mode from the node of this CPU. */
static struct page *mspec_take(struct mspec_device *dev)
{
	struct page *page;
	int err;

	page = mspec_page_alloc(numa_mem_id());
	if (!page)
		return ERR_PTR(-ENOMEM);
	atomic_long_inc(&dev->taken);

	/* The user's address may differ in cache colour from the kernel's. */
	flush_dcache_page(page);

	if (dev->uncached) {
		err = mspec_page_uncache(page);
		if (err) {
			mspec_return(dev, page);
			return ERR_PTR(err);
		}
	}

	return page;
}

/*
 * Find the page at an offset, or take one on first touch. Of those who touch
 * it first at the same time, one gets its page in; the others return theirs.
 * No lock, so the allocation may sleep.
 */
static struct page *mspec_touch(struct mspec_area *area, unsigned long index)
{
	struct page *page, *winner;

	page = READ_ONCE(area->pages[index]);
	if (page)
		return page;

	page = mspec_take(area->dev);
	if (IS_ERR(page))
		return page;

	winner = cmpxchg(&area->pages[index], NULL, page);
	if (!winner)
		return page;

	mspec_return(area->dev, page);
	return winner;
}

static vm_fault_t mspec_fault(struct vm_fault *vmf)
{
	struct mspec_area *area = vmf->vma->vm_private_data;
	struct page *page;

	if (vmf->pgoff >= area->nr_pages)
		return VM_FAULT_SIGBUS;

	page = mspec_touch(area, vmf->pgoff);
	if (IS_ERR(page))
		return vmf_error(PTR_ERR(page));

	return vmf_insert_pfn(vmf->vma, vmf->address, page_to_pfn(page));
}

static void mspec_vma_open(struct vm_area_struct *vma)
{
	struct mspec_area *area = vma->vm_private_data;

	refcount_inc(&area->users);
}

static void mspec_vma_close(struct vm_area_struct *vma)
{
	struct mspec_area *area = vma->vm_private_data;
	unsigned long i;

	if (!refcount_dec_and_test(&area->users))
		return;

	for (i = 0; i < area->nr_pages; i++) {
		if (area->pages[i])
			mspec_return(area->dev, area->pages[i]);
		cond_resched();
	}
	kvfree(area);
}

static const struct vm_operations_struct mspec_vm_ops = {
	.open = mspec_vma_open,
	.close = mspec_vma_close,
	.fault = mspec_fault,
};

/*
 * Offsets mean nothing, as every mapping has memory of its own. Raw page
 * frames cannot be copied on write, so the mapping is shared. It begins
 * writable, as nothing but its users puts anything into it. And it cannot be
 * larger than memory is, so the array of its pages is of sane size.
 */
static int mspec_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct mspec_device *dev = container_of(file->private_data,
						struct mspec_device, misc);
	unsigned long nr_pages = vma_pages(vma);
	struct mspec_area *area;

	if (vma->vm_pgoff || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (!(vma->vm_flags & VM_WRITE))
		return -EPERM;
	if (nr_pages > totalram_pages())
		return -ENOMEM;

	area = kvzalloc(struct_size(area, pages, nr_pages),
			GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!area)
		return -ENOMEM;

	area->dev = dev;
	area->nr_pages = nr_pages;
	refcount_set(&area->users, 1);

	vma->vm_private_data = area;
	vma->vm_ops = &mspec_vm_ops;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	if (dev->uncached)
		vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);

	return 0;
}

static const struct file_operations mspec_fops = {
	.owner = THIS_MODULE,
	.mmap = mspec_mmap,
	.llseek = noop_llseek,
};

static struct mspec_device mspec_devices[MSPEC_NR_KINDS] = {
	[MSPEC_CACHED] = {
		.misc = {
			.minor = MISC_DYNAMIC_MINOR,
			.name = "mspec_cached",
			.fops = &mspec_fops,
		},
	},
	[MSPEC_UNCACHED] = {
		.misc = {
			.minor = MISC_DYNAMIC_MINOR,
			.name = "mspec_uncached",
			.fops = &mspec_fops,
		},
		.uncached = true,
	},
};

#if IS_ENABLED(CONFIG_KUNIT)
bool mspec_registered(enum mspec_kind kind)
{
	return mspec_devices[kind].registered;
}
EXPORT_SYMBOL_IF_KUNIT(mspec_registered);

struct file *mspec_open(enum mspec_kind kind)
{
	struct mspec_device *dev = &mspec_devices[kind];

	return anon_inode_getfile(dev->misc.name, dev->misc.fops, &dev->misc,
				  O_RDWR);
}
EXPORT_SYMBOL_IF_KUNIT(mspec_open);

struct mspec_counts mspec_count(enum mspec_kind kind)
{
	struct mspec_device *dev = &mspec_devices[kind];

	return (struct mspec_counts){
		.taken = atomic_long_read(&dev->taken),
		.returned = atomic_long_read(&dev->returned),
		.leaked = atomic_long_read(&dev->leaked),
	};
}
EXPORT_SYMBOL_IF_KUNIT(mspec_count);
#endif

static void mspec_unregister(void)
{
	int kind;

	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		if (mspec_devices[kind].registered)
			misc_deregister(&mspec_devices[kind].misc);
		mspec_devices[kind].registered = false;
	}
}

static int __init mspec_init(void)
{
	int kind, err;

	for (kind = 0; kind < MSPEC_NR_KINDS; kind++) {
		struct mspec_device *dev = &mspec_devices[kind];

		if (dev->uncached && !ARCH_CAN_UNCACHE) {
			pr_info("no %s: the kernel's own mapping of a page cannot be made uncached on this architecture\n",
				dev->misc.name);
			continue;
		}

		err = misc_register(&dev->misc);
		if (err) {
			mspec_unregister();
			return err;
		}
		dev->registered = true;
	}

	return 0;
}
module_init(mspec_init);

static void __exit mspec_exit(void)
{
	mspec_unregister();
}
module_exit(mspec_exit);

MODULE_DESCRIPTION("Special memory mapped by page frame number on first touch");
MODULE_LICENSE("GPL");
