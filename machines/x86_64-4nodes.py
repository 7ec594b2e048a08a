# SPDX-License-Identifier: GPL-2.0
"""x86_64 with four memory nodes, each one CPU and 512 MiB.

One memory section (128 MiB) in the middle of every node is reserved on the
command line: RAM without struct page. The end of memory has ACPI tables in it.
"""

from ..qemu_config import QemuArchParams

MIB = 1 << 20
NODES = 4
NODE_SIZE = 512 * MIB
PAGELESS_SIZE = 128 * MIB
PAGELESS_OFFSET = 256 * MIB

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

pageless = [node * NODE_SIZE + PAGELESS_OFFSET for node in range(NODES)]
command_line = ['console=ttyS0', 'kunit_shutdown=reboot', 'panic=-1']
command_line += [f'memmap={PAGELESS_SIZE // MIB}M${start:#x}' for start in pageless]
command_line += ['pfnmap_testbed.pageless='
                 + ','.join(f'{PAGELESS_SIZE // MIB}M@{start:#x}' for start in pageless)]

# Nehalem has the L1TF bug, which pfn_modify_allowed() is about.
# A socket per node: CPUs of one package on several nodes make the kernel warn.
qemu_params = ['-cpu', 'Nehalem', '-smp', f'{NODES},sockets={NODES},cores=1,threads=1',
               '-m', str(NODES * NODE_SIZE // MIB)]
for node in range(NODES):
    qemu_params += ['-object', f'memory-backend-ram,id=m{node},size={NODE_SIZE // MIB}M',
                    '-numa', f'node,nodeid={node},cpus={node},memdev=m{node}']

QEMU_ARCH = QemuArchParams(linux_arch='x86_64',
                           kconfig=KCONFIG,
                           qemu_arch='x86_64',
                           kernel_path='arch/x86/boot/bzImage',
                           kernel_command_line=' '.join(command_line),
                           extra_qemu_params=qemu_params)
