// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/PID of a process, without a mounted /proc.
 */
#include <linux/ctype.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/string.h>

#include "compat.h"
#include "mount.h"
#include "proc.h"

static void proc_close(void *data)
{
	fput(data);
	flush_delayed_fput();
}

struct proc_file *proc_open(struct kunit *test, struct process *p,
			    const char *name)
{
	struct proc_file *pf = kunit_kzalloc(test, sizeof(*pf), GFP_KERNEL);
	struct vfsmount *mnt = mount_for_test(test, "proc", "CONFIG_PROC_FS");
	bool writes = !strcmp(name, "clear_refs");
	char path[64];

	KUNIT_ASSERT_NOT_NULL(test, pf);
	snprintf(path, sizeof(path), "%d/%s", p->pid, name);
	pf->file = file_open_root_mnt(mnt, path, writes ? O_WRONLY : O_RDONLY,
				      0);
	if (PTR_ERR(pf->file) == -ENOENT)
		kunit_skip(test, "needs /proc/PID/%s", name);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pf->file));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, proc_close, pf->file));

	pf->us = user_space_create(test);
	pf->addr = user_mmap(pf->us, NULL, 2, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(pf->addr));
	return pf;
}
EXPORT_SYMBOL_IF_KUNIT(proc_open);

ssize_t proc_read(struct proc_file *pf, void *to, size_t len, loff_t pos)
{
	struct file *file = pf->file;
	ssize_t ret;

	kthread_use_mm(pf->us->mm);
	ret = file->f_op->read(file, (char __user *)pf->addr, len, &pos);
	kthread_unuse_mm(pf->us->mm);
	if (ret > 0 && user_copy_out(pf->us, to, pf->addr, ret))
		return -EFAULT;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(proc_read);

ssize_t proc_write(struct proc_file *pf, const char *text)
{
	struct file *file = pf->file;
	loff_t pos = 0;
	ssize_t ret;

	if (user_copy_in(pf->us, pf->addr, text, strlen(text)))
		return -EFAULT;
	kthread_use_mm(pf->us->mm);
	ret = file->f_op->write(file, (char __user *)pf->addr, strlen(text),
				&pos);
	kthread_unuse_mm(pf->us->mm);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(proc_write);

long proc_ioctl(struct proc_file *pf, unsigned int cmd, void *arg, size_t len)
{
	struct file *file = pf->file;
	long ret;

	if (!file->f_op->unlocked_ioctl)
		return -ENOTTY;
	if (user_copy_in(pf->us, pf->addr, arg, len))
		return -EFAULT;
	kthread_use_mm(pf->us->mm);
	ret = file->f_op->unlocked_ioctl(file, cmd, pf->addr);
	kthread_unuse_mm(pf->us->mm);
	if (user_copy_out(pf->us, arg, pf->addr, len))
		return -EFAULT;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(proc_ioctl);

int pagemap_entry(struct proc_file *pf, unsigned long addr, u64 *entry)
{
	loff_t pos = (loff_t)(addr >> PAGE_SHIFT) * sizeof(*entry);
	ssize_t ret = proc_read(pf, entry, sizeof(*entry), pos);

	if (ret < 0)
		return ret;
	return ret == sizeof(*entry) ? 0 : -ENODATA;
}
EXPORT_SYMBOL_IF_KUNIT(pagemap_entry);

#ifdef PAGEMAP_SCAN
long pagemap_scan_present(struct proc_file *pf, unsigned long start,
			  unsigned long end)
{
	struct page_region regions[16];
	struct pm_scan_arg arg = {
		.size = sizeof(arg),
		.start = start,
		.end = end,
		.vec = proc_memory(pf),
		.vec_len = ARRAY_SIZE(regions),
		.category_mask = PAGE_IS_PRESENT,
		.return_mask = PAGE_IS_PRESENT,
	};
	long nr = proc_ioctl(pf, PAGEMAP_SCAN, &arg, sizeof(arg));
	long i, pages = 0;

	if (nr < 0)
		return nr;
	if (user_copy_out(pf->us, regions, proc_memory(pf), sizeof(regions)))
		return -EFAULT;
	for (i = 0; i < nr; i++)
		pages += (regions[i].end - regions[i].start) >> PAGE_SHIFT;
	return pages;
}
#else
long pagemap_scan_present(struct proc_file *pf, unsigned long start,
			  unsigned long end)
{
	return -ENOTTY;
}
#endif
EXPORT_SYMBOL_IF_KUNIT(pagemap_scan_present);

const char *proc_text(struct kunit *test, struct process *p, const char *name)
{
	struct proc_file *pf = proc_open(test, p, name);
	char *text = kunit_kzalloc(test, PROC_TEXT_SIZE, GFP_KERNEL);
	size_t at = 0, room;
	ssize_t ret;

	KUNIT_ASSERT_NOT_NULL(test, text);
	do {
		room = min_t(size_t, PAGE_SIZE, PROC_TEXT_SIZE - 1 - at);
		ret = room ? proc_read(pf, text + at, room, at) : 0;
		KUNIT_ASSERT_GE(test, ret, 0);
		at += ret;
	} while (ret);
	return text;
}
EXPORT_SYMBOL_IF_KUNIT(proc_text);

/* Lines of a mapping begin with an address, those about it with a capital. */
static bool begins_mapping(const char *line)
{
	return isxdigit(*line) && !isupper(*line);
}

static const char *next_line(const char *line)
{
	return strchrnul(line, '\n') + 1;
}

const char *proc_mapping(struct kunit *test, const char *text,
			 unsigned long addr)
{
	const char *line, *end;
	char begin[24], *copy;

	snprintf(begin, sizeof(begin), "%08lx", addr);
	for (line = text; *line; line = next_line(line))
		if (!strncmp(line, begin, strlen(begin)))
			break;
	KUNIT_ASSERT_NE_MSG(test, *line, 0, "no mapping at %s", begin);
	for (end = next_line(line); *end && !begins_mapping(end);)
		end = next_line(end);

	copy = kunit_kzalloc(test, end - line + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, line, end - line);
	return copy;
}
EXPORT_SYMBOL_IF_KUNIT(proc_mapping);

static const char *line_of(struct kunit *test, const char *mapping,
			   const char *name)
{
	const char *line;
	size_t len = strlen(name);

	for (line = mapping; *line; line = next_line(line))
		if (!strncmp(line, name, len) && line[len] == ':')
			return line + len + 1;
	KUNIT_FAIL_AND_ABORT(test, "no line %s", name);
	return "";
}

unsigned long smaps_kib(struct kunit *test, const char *mapping,
			const char *name)
{
	unsigned long kib = 0;
	int got = sscanf(line_of(test, mapping, name), " %lu", &kib);

	KUNIT_ASSERT_EQ(test, got, 1);
	return kib;
}
EXPORT_SYMBOL_IF_KUNIT(smaps_kib);

bool smaps_has_flag(struct kunit *test, const char *mapping, const char *flag)
{
	const char *line = line_of(test, mapping, "VmFlags");

	for (; *line && *line != '\n'; line++)
		if (!strncmp(line, flag, 2) && line[-1] == ' ' &&
		    (line[2] == ' ' || line[2] == '\n'))
			return true;
	return false;
}
EXPORT_SYMBOL_IF_KUNIT(smaps_has_flag);
