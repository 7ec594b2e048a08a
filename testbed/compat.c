// SPDX-License-Identifier: GPL-2.0
/*
 * The part of compat.h that is too large for a header.
 */
#include <linux/anon_inodes.h>
#include <linux/slab.h>

#include "compat.h"
#include "follow.h"

struct file *compat_own_file(const char *name,
			     const struct file_operations *fops, void *priv,
			     int flags)
{
#if COMPAT_SINCE(6, 8)
	return anon_inode_create_getfile(name, fops, priv, flags, NULL);
#else
	return anon_inode_getfile(name, fops, priv, flags);
#endif
}

const struct vm_operations_struct *
compat_find_page_ops(struct kunit *test,
		     vm_fault_t (*fault)(struct vm_fault *vmf),
		     struct page *(*find)(struct vm_area_struct *vma,
					  unsigned long addr))
{
	const struct vm_operations_struct ops = {
		.fault = fault,
#if COMPAT_HAS_FIND_PAGE
		.compat_find_page = find,
#endif
	};
	void *copy = kunit_kmalloc(test, sizeof(ops), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, copy);
	return memcpy(copy, &ops, sizeof(ops));
}
EXPORT_SYMBOL_IF_KUNIT(compat_find_page_ops);

#if COMPAT_HAS_MMAP_PREPARE
void compat_prepare_vma(struct vm_area_desc *desc, unsigned long vm_flags,
			const struct vm_operations_struct *vm_ops,
			void *private_data, unsigned long remap_pfn)
{
	vma_desc_set_flags_mask(desc, legacy_to_vma_flags(vm_flags));
	desc->vm_ops = vm_ops;
	desc->private_data = private_data;
	if (remap_pfn)
		mmap_action_remap_full(desc, remap_pfn);
}
#endif

#if !COMPAT_SINCE(6, 5)
struct compat_action {
	kunit_action_t *action;
	void *ctx;
};

static int compat_action_init(struct kunit_resource *res, void *context)
{
	res->data = kmemdup(context, sizeof(struct compat_action), GFP_KERNEL);
	return res->data ? 0 : -ENOMEM;
}

static void compat_action_free(struct kunit_resource *res)
{
	struct compat_action *it = res->data;

	it->action(it->ctx);
	kfree(it);
}

static bool compat_action_match(struct kunit *test, struct kunit_resource *res,
				void *match)
{
	return res->free == compat_action_free &&
	       !memcmp(res->data, match, sizeof(struct compat_action));
}

int kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx)
{
	struct compat_action it = { .action = action, .ctx = ctx };

	return kunit_alloc_resource(test, compat_action_init,
				    compat_action_free, GFP_KERNEL, &it) ?
		0 : -ENOMEM;
}
EXPORT_SYMBOL_IF_KUNIT(kunit_add_action);

int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action,
			      void *ctx)
{
	int ret = kunit_add_action(test, action, ctx);

	if (ret)
		action(ctx);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(kunit_add_action_or_reset);

void kunit_release_action(struct kunit *test, kunit_action_t *action, void *ctx)
{
	struct compat_action match = { .action = action, .ctx = ctx };

	kunit_destroy_resource(test, compat_action_match, &match);
}
EXPORT_SYMBOL_IF_KUNIT(kunit_release_action);
#endif

#if COMPAT_HAS_FOLLOW_PFNMAP
void compat_follow(struct vm_area_struct *vma, unsigned long addr,
		   struct followed *got)
{
	struct follow_pfnmap_args args = { .vma = vma, .address = addr };

	*got = (struct followed){ .ret = follow_pfnmap_start(&args) };
	if (got->ret)
		return;
	got->pfn = args.pfn;
	got->writable = args.writable;
	got->special = args.special;
	got->pgprot = args.pgprot;
#if COMPAT_HAS_FOLLOW_MASK
	got->addr_mask = args.addr_mask;
#endif
	follow_pfnmap_end(&args);
}
#else
void compat_follow(struct vm_area_struct *vma, unsigned long addr,
		   struct followed *got)
{
	*got = (struct followed){ .ret = -EOPNOTSUPP };
}
#endif
