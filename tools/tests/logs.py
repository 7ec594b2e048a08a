# SPDX-License-Identifier: GPL-2.0
"""Recorded console logs, shortened."""

GREEN = """\
Linux version 7.3.4 (gcc 12) #1
Run /sbin/init as init process
KTAP version 1
1..2
    KTAP version 1
    # Subtest: mspec
    # module: mspec_kunit
    1..3
    ok 1 first_touch
    ok 2 on_node # SKIP needs 2 memory nodes
    ok 3 split
# mspec: pass:2 fail:0 skip:1 total:3
# Totals: pass:2 fail:0 skip:1 total:3
ok 1 mspec
    KTAP version 1
    # Subtest: mm_vm_normal_page
    1..2
    ok 1 answer
        KTAP version 1
        # Subtest: decision
        ok 1 pfnmap, shared
        ok 2 pfnmap, private
        ok 3 special # SKIP needs pte_special
    # decision: pass:2 fail:0 skip:1 total:3
    ok 2 decision
# mm_vm_normal_page: pass:2 fail:0 skip:0 total:2
ok 2 mm_vm_normal_page
reboot: System halted
"""

FAILING = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: mm_pfnmap_fault
    1..3
    # sigbus: EXPECTATION FAILED at mm/pfnkunit/x.c:3
    Expected ret == -14, but
    not ok 1 sigbus
        KTAP version 1
        # Subtest: insert
        ok 1 read
        not ok 2 write
    not ok 2 insert
    ok 3 retry
not ok 1 mm_pfnmap_fault
"""

CUT_SHORT = """\
KTAP version 1
1..2
    KTAP version 1
    # Subtest: mspec
    1..1
    ok 1 first_touch
ok 1 mspec
    KTAP version 1
    # Subtest: mm_pfnmap_fault
    1..4
    ok 1 sigbus
        KTAP version 1
        # Subtest: insert
        ok 1 read
BUG: unable to handle page fault for address: ffff888
Oops: 0002 [#1] PREEMPT SMP
Kernel panic - not syncing: Fatal exception
"""

MODULES = """\
[    1.000000] KTAP version 1
[    1.000001] 1..0
[    2.000000][    T1]     KTAP version 1
[    2.000001][    T1]     # Subtest: mspec
[    2.000002][    T1]     1..1
[    2.000003][    T1]     ok 1 first_touch
[    2.000004][    T1] ok 1 mspec
[    3.000000][    T1]     KTAP version 1
[    3.000001][    T1]     # Subtest: mspec
[    3.000002][    T1]     1..1
[    3.000003][    T1]     ok 1 first_touch
[    3.000004][    T1] ok 1 mspec
"""

ANNOUNCED = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: mm_pfnmap_reports
    1..3
    ok 1 quiet
    # bad_entry: pfnkunit: expect 2 report(s): BUG: Bad page map
BUG: Bad page map in process kunit_try_catch  pte:1 pmd:2
Disabling lock debugging due to kernel taint
BUG: Bad page map in process kunit_try_catch  pte:3 pmd:2
    ok 2 bad_entry
    ok 3 after
ok 1 mm_pfnmap_reports
"""
