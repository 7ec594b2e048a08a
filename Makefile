# SPDX-License-Identifier: GPL-2.0
#
# Kbuild file; reached from mm/Makefile once 'pfnkunit link' has run.

obj-$(CONFIG_MSPEC)			+= mspec.o
obj-$(CONFIG_MM_PFNMAP_TESTBED_EXPORTS)	+= testbed/exports.o testbed/fork.o \
					   testbed/syscalls.o testbed/walk.o
obj-$(CONFIG_MM_PFNMAP_TESTBED)		+= pfnmap_testbed.o

pfnmap_testbed-y := testbed/compat.o testbed/failures.o testbed/fake_vma.o \
		    testbed/frames.o testbed/mapping.o testbed/needs.o \
		    testbed/node_thread.o testbed/nopfn.o testbed/observe.o \
		    testbed/oracle.o testbed/pfn_file.o testbed/residue.o \
		    testbed/user_space.o testbed/warnings.o
pfnmap_testbed-y += testbed/follow.o testbed/gup.o testbed/handlers.o \
		    testbed/proc.o testbed/process.o testbed/uffd.o

# Suites run in this order when built in. mm_pfnmap_kunit goes last: its
# reports of corrupt entries, where enabled, switch lockdep off.
obj-$(CONFIG_MSPEC_KUNIT_TEST)		+= mspec_kunit.o
obj-$(CONFIG_MM_PFNMAP_KUNIT_TEST)	+= mm_pfnmap_testbed_kunit.o \
					   mm_pfnmap_fault_kunit.o \
					   mm_pfnmap_cow_kunit.o \
					   mm_pfnmap_gup_kunit.o \
					   mm_pfnmap_follow_kunit.o \
					   mm_pfnmap_refuse_kunit.o \
					   mm_pfnmap_walk_kunit.o \
					   mm_pfnmap_uffd_kunit.o \
					   mm_pfnmap_kunit.o
