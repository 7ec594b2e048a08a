// SPDX-License-Identifier: GPL-2.0
/*
 * Files in /sys/kernel/mm, without a mounted /sys.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/mount.h>
#include <linux/string.h>

#include "compat.h"
#include "knobs.h"
#include "mount.h"

static void knob_close(void *data)
{
	struct knob *knob = data;

	fput(knob->file);
	flush_delayed_fput();
}

static ssize_t knob_read(struct knob *knob, char *to, size_t size)
{
	loff_t pos = 0;
	ssize_t len = kernel_read(knob->file, to, size - 1, &pos);

	to[max_t(ssize_t, len, 0)] = 0;
	return len;
}

/* One of several is written 'these [this] those'. */
static void keep_chosen(char *text)
{
	char *begin = strchr(text, '[');
	char *end = strchr(text, ']');

	if (!begin || !end)
		return;
	memmove(text, begin + 1, end - begin - 1);
	text[end - begin - 1] = 0;
}

struct knob *knob_open(struct kunit *test, const char *name)
{
	struct knob *knob = kunit_kzalloc(test, sizeof(*knob), GFP_KERNEL);
	struct vfsmount *mnt = mount_for_test(test, "sysfs", "CONFIG_SYSFS");
	char text[64], path[96];

	KUNIT_ASSERT_NOT_NULL(test, knob);
	knob->name = name;
	snprintf(path, sizeof(path), "kernel/mm/%s", name);
	knob->file = file_open_root_mnt(mnt, path, O_RDWR, 0);
	if (PTR_ERR(knob->file) == -EACCES)
		knob->file = file_open_root_mnt(mnt, path, O_RDONLY, 0);
	if (PTR_ERR(knob->file) == -ENOENT)
		kunit_skip(test, "needs /sys/kernel/mm/%s", name);
	KUNIT_ASSERT_FALSE(test, IS_ERR(knob->file));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, knob_close, knob));

	KUNIT_ASSERT_GT(test, knob_read(knob, text, sizeof(text)), 0);
	keep_chosen(text);
	KUNIT_ASSERT_GT(test, strscpy(knob->before, strim(text),
				      sizeof(knob->before)), 0);
	return knob;
}
EXPORT_SYMBOL_IF_KUNIT(knob_open);

int knob_write(struct knob *knob, const char *value)
{
	size_t len = strlen(value);
	loff_t pos = 0;
	ssize_t ret = kernel_write(knob->file, value, len, &pos);

	return ret < 0 ? ret : 0;
}
EXPORT_SYMBOL_IF_KUNIT(knob_write);

long knob_number(struct knob *knob)
{
	char text[32];
	long number;

	if (knob_read(knob, text, sizeof(text)) <= 0 ||
	    kstrtol(text, 10, &number))
		return 0;
	return number;
}
EXPORT_SYMBOL_IF_KUNIT(knob_number);

static void knob_restore(void *data)
{
	struct knob *knob = data;

	WARN_ON(knob_write(knob, knob->before));
}

void knob_set(struct kunit *test, const char *name, const char *value)
{
	struct knob *knob = knob_open(test, name);

	KUNIT_ASSERT_EQ(test, 0, knob_write(knob, value));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, knob_restore, knob));
}
EXPORT_SYMBOL_IF_KUNIT(knob_set);
