// SPDX-License-Identifier: GPL-2.0
/*
 * KSM, which merges equal pages behind everybody's back, on command.
 */
#include <linux/sched.h>

#include "compat.h"
#include "knobs.h"
#include "ksm.h"

#define KSM_STOP	"0"
#define KSM_MERGE	"1"
#define KSM_UNMERGE	"2"

/* The one that may be under way, two to merge, one in case of a busy page. */
#define NR_PASSES 4

/* Only for when ksmd hangs. A pass is over in a moment. */
#define MAX_TICKS (30 * HZ)

static void ksm_unmerge(void *data)
{
	WARN_ON(knob_write(data, KSM_UNMERGE));
	WARN_ON(knob_write(data, KSM_STOP));
}

void ksm_prepare(struct kunit *test)
{
	struct knob *run = knob_open(test, "ksm/run");

	/* Without a sleep between its steps, of so many pages each. */
	knob_set(test, "ksm/sleep_millisecs", "0");
	knob_set(test, "ksm/pages_to_scan", "1000");
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, ksm_unmerge, run));
}
EXPORT_SYMBOL_IF_KUNIT(ksm_prepare);

void ksm_merge(struct kunit *test)
{
	struct knob *passes = knob_open(test, "ksm/full_scans");
	struct knob *run = knob_open(test, "ksm/run");
	long enough = knob_number(passes) + NR_PASSES;
	unsigned int tick;

	KUNIT_ASSERT_EQ(test, 0, knob_write(run, KSM_MERGE));
	for (tick = 0; tick < MAX_TICKS && knob_number(passes) < enough; tick++)
		schedule_timeout_uninterruptible(1);
	KUNIT_ASSERT_EQ(test, 0, knob_write(run, KSM_STOP));
	KUNIT_ASSERT_GE(test, knob_number(passes), enough);
}
EXPORT_SYMBOL_IF_KUNIT(ksm_merge);
