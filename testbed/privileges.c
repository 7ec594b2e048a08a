// SPDX-License-Identifier: GPL-2.0
/*
 * What the kthread of a test may do.
 */
#include <linux/capability.h>
#include <linux/cred.h>

#include "compat.h"
#include "privileges.h"

void drop_privileges(struct kunit *test)
{
	struct cred *cred = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, cred);
	cap_clear(cred->cap_effective);
	commit_creds(cred);
}
EXPORT_SYMBOL_IF_KUNIT(drop_privileges);
