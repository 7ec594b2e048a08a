# SPDX-License-Identifier: GPL-2.0
"""Finds out whether KVM can be used, by booting the kernel on it without tests.

kunit.py takes KVM wherever /dev/kvm exists. Where it exists and does not work
the guest hangs before its first line, and the run until its timeout. Nothing
smaller than the kernel tells: such a KVM was seen to run a boot sector now and
then. The machine has to be the one that the tests run on: a CPU model that TCG
has may be one that KVM here has not.
"""

import os
import platform
import subprocess
from typing import Sequence

from . import PROJECT

SHIM = os.path.join(PROJECT, "tools", "qemu-tcg")
"""Put first in PATH, this makes QEMU do without KVM, in one thread."""

WITHOUT_TESTS = "kunit.enable=0 kunit_shutdown=reboot panic=-1"
SECONDS = 10
"""TCG needs 3."""


def possible(qemu_arch: str) -> bool:
    """True when QEMU would try to use KVM; never for a foreign architecture."""
    return qemu_arch == platform.machine() and there()


def there() -> bool:
    """True when /dev/kvm is there, and ours to use."""
    return os.access("/dev/kvm", os.R_OK | os.W_OK)


def boots(kernel: str, machine: Sequence[str], command_line: str) -> bool:
    """True when the kernel boots, runs nothing and ends within seconds.

    The machine is QEMU and its options.
    """
    command = [machine[0], "-accel", "kvm", "-nodefaults", "-nographic", "-serial", "stdio",
               "-m", "512", "-no-reboot", "-kernel", kernel,
               "-append", f"{command_line} {WITHOUT_TESTS}", *machine[1:]]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0 and b"reboot: " in done.stdout
