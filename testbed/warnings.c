// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings that a case provokes on purpose.
 */
#include "compat.h"
#include "exports.h"
#include "needs.h"
#include "observe.h"
#include "warnings.h"

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
	return w;
}
EXPORT_SYMBOL_IF_KUNIT(warnings_begin);

void warnings_end(struct warnings *w)
{
	w->open = false;
	if (!COMPAT_HAS_WARNING_SUPPRESS)
		return;
	KUNIT_EXPECT_EQ_MSG(w->test, w->nr,
			    compat_suppressed_warnings(w->test, w->suppressed),
			    "warnings");
}
EXPORT_SYMBOL_IF_KUNIT(warnings_end);
