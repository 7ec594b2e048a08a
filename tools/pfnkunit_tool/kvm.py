# SPDX-License-Identifier: GPL-2.0
"""Finds out whether KVM can be used, by booting the kernel on it without tests.

kunit.py takes KVM wherever /dev/kvm exists. Where it exists and does not work
the guest hangs before its first line, and the run until its timeout. Nothing
smaller than the kernel tells: such a KVM was seen to run a boot sector now and
then.
"""

import os
import subprocess
from typing import Sequence

from . import PROJECT

SHIM = os.path.join(PROJECT, "tools", "qemu-tcg")
"""Put first in PATH, this makes QEMU do without KVM."""

COMMAND_LINE = "console=ttyS0 kunit.enable=0 kunit_shutdown=reboot panic=-1"
SECONDS = 10
"""TCG needs 3."""


def there() -> bool:
    """True when QEMU would try to use KVM."""
    return os.access("/dev/kvm", os.R_OK | os.W_OK)


def boots(kernel: str, qemu: Sequence[str] = ("qemu-system-x86_64", "-accel", "kvm")) -> bool:
    """True when the kernel boots, runs nothing and ends within seconds."""
    command = [*qemu, "-nodefaults", "-nographic", "-serial", "stdio", "-m", "512", "-no-reboot",
               "-kernel", kernel, "-append", COMMAND_LINE]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0 and b"reboot: " in done.stdout
