# SPDX-License-Identifier: GPL-2.0
"""4 nodes of 1 CPU and 512 MiB, described by device tree

The command line cuts one memory section (128 MiB) off the end: RAM without
struct page, behind the last node; the lower half for the suites, the upper half
for the driver, but for the last 4 MiB, with which a suite loads a second one. There is one such range only, as arm64 has no memmap= to take
one out of the middle of every node, and QEMU adds memory the device tree does
not name only with firmware and ACPI.
"""

from ..qemu_config import QemuArchParams

MIB = 1 << 20
NODES = 4
NODE_SIZE = 512 * MIB
PAGELESS_SIZE = 128 * MIB
RAM_START = 0x40000000
RAM_SIZE = NODES * NODE_SIZE
RAM_END = RAM_START + RAM_SIZE
HALF = PAGELESS_SIZE // 2
TRIAL = 4 * MIB

KCONFIG = '''
CONFIG_SERIAL_AMBA_PL011=y
CONFIG_SERIAL_AMBA_PL011_CONSOLE=y
CONFIG_SMP=y
CONFIG_NUMA=y'''

command_line = ['console=ttyAMA0', 'kunit_shutdown=reboot', 'panic=-1',
                f'mem={RAM_SIZE // MIB}M',
                f'pfnmap_testbed.pageless={HALF // MIB}M@{RAM_END:#x}',
                f'mspec.spare={(HALF - TRIAL) // MIB}M@{RAM_END + HALF:#x}',
                f'mspec_spare_kunit.spare={TRIAL // MIB}M@{RAM_END + PAGELESS_SIZE - TRIAL:#x}']

# cortex-a57: pointer authentication, which 'max' has, is slow to emulate.
qemu_params = ['-machine', 'virt', '-cpu', 'cortex-a57', '-smp', str(NODES),
               '-m', str((RAM_SIZE + PAGELESS_SIZE) // MIB)]
for node in range(NODES):
    size = NODE_SIZE + (PAGELESS_SIZE if node == NODES - 1 else 0)
    qemu_params += ['-object', f'memory-backend-ram,id=m{node},size={size // MIB}M',
                    '-numa', f'node,nodeid={node},cpus={node},memdev=m{node}']

QEMU_ARCH = QemuArchParams(linux_arch='arm64',
                           kconfig=KCONFIG,
                           qemu_arch='aarch64',
                           kernel_path='arch/arm64/boot/Image',
                           kernel_command_line=' '.join(command_line),
                           extra_qemu_params=qemu_params)
