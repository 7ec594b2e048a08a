# SPDX-License-Identifier: GPL-2.0
#
# Kbuild file; reached from mm/Makefile once 'pfnkunit link' has run.

obj-$(CONFIG_MSPEC)			+= mspec.o

obj-$(CONFIG_MM_PFNMAP_TESTBED_EXPORTS)	+= testbed/debugfs.o
obj-$(CONFIG_MM_PFNMAP_TESTBED_EXPORTS)	+= testbed/exports.o
obj-$(CONFIG_MM_PFNMAP_TESTBED_EXPORTS)	+= testbed/fork.o
obj-$(CONFIG_MM_PFNMAP_TESTBED_EXPORTS)	+= testbed/syscalls.o
obj-$(CONFIG_MM_PFNMAP_TESTBED_EXPORTS)	+= testbed/walk.o
obj-$(CONFIG_MM_PFNMAP_TESTBED)		+= pfnmap_testbed.o

pfnmap_testbed-y += testbed/answer.o
pfnmap_testbed-y += testbed/balance.o
pfnmap_testbed-y += testbed/changing.o
pfnmap_testbed-y += testbed/compat.o
pfnmap_testbed-y += testbed/device.o
pfnmap_testbed-y += testbed/doomed.o
pfnmap_testbed-y += testbed/elsewhere.o
pfnmap_testbed-y += testbed/failures.o
pfnmap_testbed-y += testbed/fake_vma.o
pfnmap_testbed-y += testbed/faults.o
pfnmap_testbed-y += testbed/follow.o
pfnmap_testbed-y += testbed/frames.o
pfnmap_testbed-y += testbed/gup.o
pfnmap_testbed-y += testbed/handlers.o
pfnmap_testbed-y += testbed/huge.o
pfnmap_testbed-y += testbed/kernel_log.o
pfnmap_testbed-y += testbed/kinds.o
pfnmap_testbed-y += testbed/knobs.o
pfnmap_testbed-y += testbed/known.o
pfnmap_testbed-y += testbed/ksm.o
pfnmap_testbed-y += testbed/layout.o
pfnmap_testbed-y += testbed/listener.o
pfnmap_testbed-y += testbed/mapping.o
pfnmap_testbed-y += testbed/memtype.o
pfnmap_testbed-y += testbed/moment.o
pfnmap_testbed-y += testbed/mount.o
pfnmap_testbed-y += testbed/needs.o
pfnmap_testbed-y += testbed/node_thread.o
pfnmap_testbed-y += testbed/nopfn.o
pfnmap_testbed-y += testbed/numa.o
pfnmap_testbed-y += testbed/observe.o
pfnmap_testbed-y += testbed/oracle.o
pfnmap_testbed-y += testbed/ordinary.o
pfnmap_testbed-y += testbed/pfn_file.o
pfnmap_testbed-y += testbed/privileges.o
pfnmap_testbed-y += testbed/proc.o
pfnmap_testbed-y += testbed/process.o
pfnmap_testbed-y += testbed/residue.o
pfnmap_testbed-y += testbed/rows.o
pfnmap_testbed-y += testbed/topology.o
pfnmap_testbed-y += testbed/uffd.o
pfnmap_testbed-y += testbed/user_space.o
pfnmap_testbed-y += testbed/warnings.o
pfnmap_testbed-y += testbed/writeback.o

# Suites run in this order when built in. First those that look at what the
# kernel decides or maps before a program reads or writes there: a wrong entry is
# found, and not followed. mm_pfnmap_report_kunit goes last: its reports of
# corrupt entries, where enabled, switch lockdep off.
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_remap_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_insert_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_insert_pages_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_map_pages_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_mkwrite_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_testbed_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_load_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_spare_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_unit_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_take_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_touch_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_pool_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_race_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_numa_kunit.o
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_fallback_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_fault_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_corner_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_copy_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_counted_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_cow_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_exempt_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_failure_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_follow_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_fork_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_gup_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_huge_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_huge_entry_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_huge_race_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_huge_rule_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_memtype_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_memtype_private_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_memtype_ram_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_mixed_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_modify_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_mremap_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_ordinary_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_watched_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_pud_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_raise_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_refuse_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_result_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_uffd_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_upgrade_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_vma_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_walk_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_zero_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_warn_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_report_kunit.o

# Each of its cases ends in a BUG: after everything else.
ifdef CONFIG_MM_PFNMAP_KUNIT_DEATH
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_death_kunit.o
endif
