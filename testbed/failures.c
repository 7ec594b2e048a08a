// SPDX-License-Identifier: GPL-2.0
/*
 * Running out of memory at a chosen place.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/sched.h>

#include "compat.h"
#include "failures.h"

#if HAVE_FAILURES

/* Files in debugfs, what they hold, and what must be in them meanwhile. */
static const struct knob {
	const char *directory;
	const char *name;
	size_t size;
	unsigned long value;
} knobs[] = {
	{ "fail_page_alloc", "ignore-gfp-wait", sizeof(bool), false },
	{ "fail_page_alloc", "ignore-gfp-highmem", sizeof(bool), false },
	{ "fail_page_alloc", "min-order", sizeof(u32), 0 },
	{ "fail_page_alloc", "verbose", sizeof(unsigned long), 0 },
	{ "failslab", "ignore-gfp-wait", sizeof(bool), false },
	{ "failslab", "verbose", sizeof(unsigned long), 0 },
};

struct knobs_state {
	unsigned long before[ARRAY_SIZE(knobs)];
};

/* debugfs_create_file(): inode.i_private is the pointer to the data. */
static void *knob_data(const struct knob *knob)
{
	struct dentry *directory = debugfs_lookup(knob->directory, NULL);
	struct dentry *file = debugfs_lookup(knob->name, directory);
	void *data = file ? d_inode(file)->i_private : NULL;

	dput(file);
	dput(directory);
	return data;
}

static unsigned long knob_exchange(const struct knob *knob,
				   unsigned long value)
{
	unsigned long before = 0;
	void *data = knob_data(knob);

	if (!data)
		return 0;
	if (knob->size == sizeof(bool)) {
		before = *(bool *)data;
		*(bool *)data = value;
	} else if (knob->size == sizeof(u32)) {
		before = *(u32 *)data;
		*(u32 *)data = value;
	} else {
		before = *(unsigned long *)data;
		*(unsigned long *)data = value;
	}
	return before;
}

static void knobs_restore(void *data)
{
	struct knobs_state *state = data;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(knobs); i++)
		knob_exchange(&knobs[i], state->before[i]);
}

void needs_failures(struct kunit *test)
{
	struct knobs_state *state = kunit_kzalloc(test, sizeof(*state),
						  GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, state);
	for (i = 0; i < ARRAY_SIZE(knobs); i++)
		KUNIT_ASSERT_NOT_NULL(test, knob_data(&knobs[i]));
	for (i = 0; i < ARRAY_SIZE(knobs); i++)
		state->before[i] = knob_exchange(&knobs[i], knobs[i].value);
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, knobs_restore,
							   state));
}
EXPORT_SYMBOL_IF_KUNIT(needs_failures);

void failures_spare_sleepers(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(knobs); i++) {
		if (!strcmp(knobs[i].name, "ignore-gfp-wait"))
			knob_exchange(&knobs[i], true);
	}
}
EXPORT_SYMBOL_IF_KUNIT(failures_spare_sleepers);

void failures_arm(unsigned int nth)
{
	current->fail_nth = nth;
}
EXPORT_SYMBOL_IF_KUNIT(failures_arm);

bool failures_disarm(void)
{
	bool failed = !current->fail_nth;

	current->fail_nth = 0;
	return failed;
}
EXPORT_SYMBOL_IF_KUNIT(failures_disarm);

#else

void failures_spare_sleepers(void)
{
}
EXPORT_SYMBOL_IF_KUNIT(failures_spare_sleepers);

void failures_arm(unsigned int nth)
{
}
EXPORT_SYMBOL_IF_KUNIT(failures_arm);

bool failures_disarm(void)
{
	return false;
}
EXPORT_SYMBOL_IF_KUNIT(failures_disarm);

#endif
