# SPDX-License-Identifier: GPL-2.0
"""Builds of a kernel that begin with another one's."""

import os
import shutil
import subprocess

from .progress import Progress


def begin_with(build_dir: str, to: str) -> None:
    """Where the build 'to' is not there yet, has it begin as a copy of another, if that is there.

    What the two configurations have in common then need not be compiled again.
    """
    if os.path.exists(to) or not os.path.exists(os.path.join(build_dir, "vmlinux")):
        return
    with Progress("copying the build", str):
        copy(build_dir, to)


def copy(build_dir: str, to: str) -> None:
    """Copies a build so that make finds nothing to do in the copy.

    The kernel's objects do not know where they are. objtool's do, and with a
    new objtool make would build the whole kernel again.
    """
    half = to + ".half"
    shutil.rmtree(half, ignore_errors=True)
    subprocess.run(["cp", "-a", build_dir, half], check=True)
    for directory, _, names in os.walk(os.path.join(half, "tools")):
        for name in names:
            if not name.endswith((".cmd", ".d")):
                continue
            path = os.path.join(directory, name)
            with open(path, encoding="utf-8") as file:
                text = file.read()
            with open(path, "w", encoding="utf-8") as file:
                file.write(text.replace(build_dir + "/", to + "/"))
    os.rename(half, to)
