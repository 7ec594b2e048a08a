# SPDX-License-Identifier: GPL-2.0
"""A small initramfs: a static first program, and what it works on."""

import os
import stat
import subprocess
from typing import Dict, List, Sequence, Tuple

from . import PROJECT, link
from .stop import BUILD_FAILED, Stop

GUEST = os.path.join(PROJECT, "tools", "guest")
Files = Dict[str, Tuple[int, bytes]]
"""Names, each with a mode and a content."""


def entry(number: int, name: str, mode: int, content: bytes) -> bytes:
    """One file in the 'newc' form of cpio, which the kernel unpacks."""
    path = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(path), 0)
    head = b"070701" + b"".join(b"%08X" % value for value in fields)
    return _padded(head + path) + _padded(content)


def _padded(block: bytes) -> bytes:
    return block + b"\0" * (-len(block) % 4)


def archive(files: Files) -> bytes:
    """All files, each with its mode, as one archive."""
    blocks = [entry(number, name, mode, content)
              for number, (name, (mode, content)) in enumerate(files.items(), 1)]
    return b"".join(blocks) + entry(0, "TRAILER!!!", 0, b"")


def our_modules(build_dir: str) -> List[str]:
    """The paths of our modules, in an order in which they can be loaded."""
    with open(os.path.join(build_dir, "modules.order"), encoding="utf-8") as file:
        names = [line.strip() for line in file if line.startswith(link.LINK + "/")]
    return [os.path.join(build_dir, os.path.splitext(name)[0] + ".ko") for name in names]


def text(lines: Sequence[str]) -> Tuple[int, bytes]:
    """A file of lines."""
    return stat.S_IFREG | 0o644, "\n".join(lines).encode() + b"\n"


def directory() -> Tuple[int, bytes]:
    """A directory."""
    return stat.S_IFDIR | 0o755, b""


def write(path: str, program: str, cross: str, files: Files) -> None:
    """Writes an initramfs with a program of tools/guest as /init."""
    binary = path + ".init"
    subprocess.run([f"{cross}gcc", "-static", "-Os", "-o", binary,
                    os.path.join(GUEST, f"{program}.c")], check=True)
    content = archive({"init": (stat.S_IFREG | 0o755, _read(binary)), **files})
    with open(path, "wb") as file:
        file.write(content)


def of_modules(build_dir: str, path: str) -> List[str]:
    """Writes the initramfs for a kernel with our modules; returns their names."""
    modules = our_modules(build_dir)
    if not modules:
        raise Stop(BUILD_FAILED, f"{build_dir} has no modules of ours")
    names = [os.path.basename(module)[:-len(".ko")] for module in modules]
    files: Files = {"modules": directory(), "modules/order": text(names)}
    for name, module in zip(names, modules):
        files[f"modules/{name}.ko"] = (stat.S_IFREG | 0o644, _read(module))
    write(path, "modules", "", files)
    return names


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
