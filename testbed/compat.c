// SPDX-License-Identifier: GPL-2.0
/*
 * The part of compat.h that is too large for a header.
 */
#include <linux/slab.h>

#include "compat.h"

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
	struct kunit_resource res;
	kunit_action_t *action;
	void *ctx;
};

static void compat_action_free(struct kunit_resource *res)
{
	struct compat_action *it = container_of(res, struct compat_action, res);

	it->action(it->ctx);
	kfree(it);
}

static bool compat_action_match(struct kunit *test, struct kunit_resource *res,
				void *match)
{
	const struct compat_action *it = match;
	const struct compat_action *other;

	if (res->free != compat_action_free)
		return false;
	other = container_of(res, struct compat_action, res);
	return other->action == it->action && other->ctx == it->ctx;
}

int kunit_add_action(struct kunit *test, kunit_action_t *action, void *ctx)
{
	struct compat_action *it = kzalloc(sizeof(*it), GFP_KERNEL);

	if (!it)
		return -ENOMEM;
	it->action = action;
	it->ctx = ctx;
	return kunit_add_resource(test, NULL, compat_action_free, &it->res, it);
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
	struct kunit_resource *res;

	res = kunit_find_resource(test, compat_action_match, &match);
	if (!res)
		return;
	kunit_remove_resource(test, res);
	kunit_put_resource(res);
}
EXPORT_SYMBOL_IF_KUNIT(kunit_release_action);
#endif
