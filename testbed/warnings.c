// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings that a case provokes on purpose.
 */
#include <linux/gfp.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>

#include "compat.h"
#include "exports.h"
#include "needs.h"
#include "observe.h"
#include "warnings.h"

/* From /sys/kernel/warn_count; -1 where that is missing. */
static int warnings_since_boot(void)
{
	struct kernfs_node *file = kernfs_find_and_get(kernel_kobj->sd,
						       "warn_count");
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	int nr = -1;

	if (file && page) {
		struct kobj_attribute *attr = container_of(file->priv,
							   struct kobj_attribute,
							   attr);

		attr->show(kernel_kobj, attr, page);
		if (kstrtoint(page, 10, &nr))
			nr = -1;
	}
	free_page((unsigned long)page);
	kernfs_put(file);
	return nr;
}

struct warnings warnings_begin(struct kunit *test, unsigned int nr)
{
	struct warnings w = { .test = test, .nr = nr, .open = true };

	needs_mm_exports(test);
	if (!COMPAT_HAS_WARNING_SUPPRESS)
		needs_reports(test);

	warnings_forget_once();
	w.suppressed = compat_suppress_warnings(test);
	if (!COMPAT_HAS_WARNING_SUPPRESS && nr)
		announce_reports(test, nr, "WARNING: ");
	w.before = warnings_since_boot();
	return w;
}
EXPORT_SYMBOL_IF_KUNIT(warnings_begin);

void warnings_end(struct warnings *w)
{
	unsigned int nr;

	w->open = false;
	if (COMPAT_HAS_WARNING_SUPPRESS)
		nr = compat_suppressed_warnings(w->test, w->suppressed);
	else if (w->before >= 0)
		nr = warnings_since_boot() - w->before;
	else
		return;
	KUNIT_EXPECT_EQ_MSG(w->test, nr, w->nr, "warnings");
}
EXPORT_SYMBOL_IF_KUNIT(warnings_end);
