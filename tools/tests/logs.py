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

DEATH_UML = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: mm_pfnmap_death
    1..1
    # insert_in_cow: pfnkunit: expect 1 report(s): BUG: failure at mm/memory.c
BUG: failure at mm/memory.c:2671/vmf_insert_pfn_prot()!
Kernel panic - not syncing: BUG!
CPU: 0 UID: 0 PID: 21 Comm: victim Tainted: G                 N  7.3.4 #2 VOLUNTARY
Tainted: [N]=TEST
Call Trace:
 [<6002858e>] ? _printk+0x0/0x61
"""

DEATH_M68K = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: mm_pfnmap_death
    1..2
    # insert_in_cow: pfnkunit: expect 1 report(s): kernel BUG at mm/memory.c
kernel BUG at mm/memory.c:2671!
*** TRAP #7 ***   FORMAT=0
Current process id is 20
BAD KERNEL TRAP: 00000000
PC: [<00119e88>] as_announced+0x0/0x1c6
Process victim (pid: 20, task=b562ed03)
Disabling lock debugging due to kernel taint
    ok 1 insert_in_cow
    ok 2 after
ok 1 mm_pfnmap_death
"""

DEATH_X86 = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: mm_pfnmap_death
    1..2
    # insert_in_cow: pfnkunit: expect 1 report(s): kernel BUG at mm/memory.c
------------[ cut here ]------------
kernel BUG at mm/memory.c:2671!
Oops: invalid opcode: 0000 [#1] SMP PTI
CPU: 2 UID: 0 PID: 87 Comm: victim Tainted: G                 N  7.3.4 #5 PREEMPTLAZY
RIP: 0010:vmf_insert_pfn_prot+0x7/0x10
---[ end trace 0000000000000000 ]---
note: victim[87] exited with preempt_count 1
Disabling lock debugging due to kernel taint
    ok 1 insert_in_cow
    ok 2 after
ok 1 mm_pfnmap_death
"""

DEATH_ARM64 = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: mm_pfnmap_death
    1..2
    # insert_in_cow: pfnkunit: expect 1 report(s): kernel BUG at mm/memory.c
------------[ cut here ]------------
kernel BUG at mm/memory.c:2671!
Internal error: Oops - BUG: 00000000f2000800 [#1]  SMP
CPU: 3 UID: 0 PID: 54 Comm: victim Tainted: G                 N  7.3.4 #5 PREEMPTLAZY
pc : vmf_insert_pfn_prot+0x2c/0x30
---[ end trace 0000000000000000 ]---
note: victim[54] exited with irqs disabled
------------[ cut here ]------------
Unexpected DAIF value: 0x3c0 (expected 0xc0)
WARNING: arch/arm64/kernel/process.c:738 at __switch_to+0x19c/0x1bc, CPU#3: victim/54
---[ end trace 0000000000000000 ]---
    ok 1 insert_in_cow
------------[ cut here ]------------
WARNING: kernel/context_tracking.c:107 at ct_kernel_exit.constprop.0+0x118/0x170, CPU#3: swapper/3/0
---[ end trace 0000000000000000 ]---
    ok 2 after
ok 1 mm_pfnmap_death
"""
