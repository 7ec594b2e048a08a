# SPDX-License-Identifier: GPL-2.0
"""What the x86_64 machines have in common; not a machine itself.

They differ in nothing that is compiled: one kernel boots on all of them.

Of every node's memory one section (128 MiB) in the middle is reserved on the
command line: RAM without struct page. The end of memory has ACPI tables in it.
The lower half of each section is for the suites, the upper half for the driver,
but for the last 4 MiB: a suite loads a second driver with them.
"""

from dataclasses import dataclass
from typing import List, Optional, Sequence

from qemu_config import QemuArchParams  # kunit.py's, which is in its path

MIB = 1 << 20
SECTION = 128 * MIB
TRIAL = 4 * MIB

# PCI and ACPI: the nodes are described in an ACPI table (SRAT).
# MEMORY_HOTPLUG: phys_to_target_node() then knows the nodes of reserved ranges.
KCONFIG = '''
CONFIG_SERIAL_8250=y
CONFIG_SERIAL_8250_CONSOLE=y
CONFIG_PCI=y
CONFIG_ACPI=y
CONFIG_SMP=y
CONFIG_NUMA=y
CONFIG_NUMA_BALANCING=y
CONFIG_ACPI_NUMA=y
CONFIG_X86_64_ACPI_NUMA=y
CONFIG_MEMORY_HOTPLUG=y
CONFIG_MODULES=y
CONFIG_MODULE_UNLOAD=y
CONFIG_BLK_DEV_INITRD=y'''


@dataclass
class Node:
    """One memory node; mib is a multiple of 128, and at least 384, or 0."""

    cpus: int
    mib: int


def _ranges(nodes: Sequence[Node]) -> List[int]:
    """Where the memory without struct page begins, one of SECTION bytes per node with memory."""
    starts, end = [], 0
    for node in nodes:
        if node.mib:
            starts.append(end + node.mib * MIB // 2 // SECTION * SECTION)
        end += node.mib * MIB
    return starts


def _command_line(nodes: Sequence[Node]) -> List[str]:
    starts, half = _ranges(nodes), SECTION // 2
    # no_timer_check: on a busy host the clock of an emulated machine may be late.
    # nokaslr: of the memmap= that follow it heeds four; the kernel may lie in a fifth.
    words = ['console=ttyS0', 'kunit_shutdown=reboot', 'panic=-1', 'no_timer_check', 'nokaslr']
    words += [f'memmap={SECTION // MIB}M${start:#x}' for start in starts]
    for name, offset, size in (('pfnmap_testbed.pageless', 0, half),
                               ('mspec.spare', half, half - TRIAL),
                               ('mspec_spare_kunit.spare', SECTION - TRIAL, TRIAL)):
        words.append(f'{name}=' + ','.join(f'{size // MIB}M@{start + offset:#x}'
                                           for start in starts))
    return words


def _numa(nodes: Sequence[Node]) -> List[str]:
    words, first = [], 0
    for number, node in enumerate(nodes):
        facts = f'node,nodeid={number}'
        if node.cpus:
            facts += f',cpus={first}-{first + node.cpus - 1}'
            first += node.cpus
        if node.mib:
            words += ['-object', f'memory-backend-ram,id=m{number},size={node.mib}M']
            facts += f',memdev=m{number}'
        words += ['-numa', facts]
    return words


def machine(nodes: Sequence[Node],
            distances: Optional[Sequence[Sequence[int]]] = None) -> QemuArchParams:
    """A machine for kunit.py; every node that has CPUs has equally many.

    A single node is not described in the firmware's tables. Without distances,
    between nodes it is 20.
    """
    populated = [node.cpus for node in nodes if node.cpus]
    cpus, sockets, cores = sum(populated), len(populated), populated[0]
    # Nehalem has the L1TF bug, which pfn_modify_allowed() is about.
    # A socket per node: CPUs of one package on several nodes make the kernel warn.
    words = ['-cpu', 'Nehalem', '-smp', f'{cpus},sockets={sockets},cores={cores},threads=1',
             '-m', str(sum(node.mib for node in nodes))]
    if len(nodes) > 1:
        words += _numa(nodes)
    for here, row in enumerate(distances or []):
        for there, distance in enumerate(row):
            words += ['-numa', f'dist,src={here},dst={there},val={distance}']
    return QemuArchParams(linux_arch='x86_64',
                          kconfig=KCONFIG,
                          qemu_arch='x86_64',
                          kernel_path='arch/x86/boot/bzImage',
                          kernel_command_line=' '.join(_command_line(nodes)),
                          extra_qemu_params=words)
