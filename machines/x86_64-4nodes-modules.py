# SPDX-License-Identifier: GPL-2.0
"""x86_64-4nodes.py, going on to the first program when the built-in suites are done."""

import dataclasses
import os

with open(os.path.join(os.path.dirname(__file__), 'x86_64-4nodes.py'), encoding='utf-8') as file:
    exec(compile(file.read(), file.name, 'exec'))

QEMU_ARCH = dataclasses.replace(
    QEMU_ARCH,
    kernel_command_line=QEMU_ARCH.kernel_command_line.replace('kunit_shutdown=reboot',
                                                              'kunit_shutdown=none'))
