# SPDX-License-Identifier: GPL-2.0
"""Finds out whether /dev/kvm works, by booting a few instructions on it.

kunit.py takes KVM wherever /dev/kvm exists. Where it exists and does not work
the guest never prints a line, so the run would hang until its timeout. Such a
KVM may still run a guest's first instruction; the firmware's way to a boot
sector is what it does not get through.
"""

import os
import subprocess
import tempfile

FLOPPY_BYTES = 2880 * 512
EXIT_PORT = 0xF4
EXIT_VALUE = 0x10
# mov al, EXIT_VALUE; out EXIT_PORT, al; hlt
CODE = bytes((0xB0, EXIT_VALUE, 0xE6, EXIT_PORT, 0xF4))
EXIT_STATUS = EXIT_VALUE << 1 | 1
"""What isa-debug-exit makes of EXIT_VALUE."""

SECONDS = 5
"""TCG needs 0.2 seconds."""


def floppy() -> bytes:
    """A disk whose boot sector leaves the machine at once."""
    sector = CODE.ljust(510, b"\0") + b"\x55\xaa"
    return sector.ljust(FLOPPY_BYTES, b"\0")


def works(qemu: str = "qemu-system-x86_64", accelerator: str = "kvm") -> bool:
    """True when a guest boots with this accelerator within seconds."""
    with tempfile.NamedTemporaryFile(suffix=".img") as file:
        file.write(floppy())
        file.flush()
        command = [qemu, "-accel", accelerator, "-nodefaults", "-display", "none", "-m", "32",
                   "-drive", f"file={file.name},format=raw,if=floppy", "-no-reboot",
                   "-device", f"isa-debug-exit,iobase={EXIT_PORT:#x},iosize=1"]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
        except (subprocess.TimeoutExpired, OSError):
            return False
    return done.returncode == EXIT_STATUS


def broken() -> bool:
    """True when /dev/kvm is there for us to open and does not work."""
    return os.access("/dev/kvm", os.R_OK | os.W_OK) and not works()
