# SPDX-License-Identifier: GPL-2.0
"""The machines in machines/, as their files describe them to kunit.py."""

import ast
import glob
import importlib.util
import os
import sys
from collections import namedtuple
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Dict, List, Sequence

from . import PROJECT
from .stop import SETUP, USAGE, Stop

Params = namedtuple("Params", "linux_arch kconfig qemu_arch kernel_path kernel_command_line "
                              "extra_qemu_params serial", defaults=("stdio",))
"""What kunit.py calls QemuArchParams."""
DIRECTORY = os.path.join(PROJECT, "machines")
CONFIG = ("qemu_config", ".qemu_config")
"""The module of kunit.py that these files import: by name, or as their neighbour."""


@dataclass(frozen=True)
class Machine:
    """One file in machines/."""

    name: str
    arch: str
    nodes: int
    cpus: int
    text: str

    def describe(self) -> str:
        """For the report of a run."""
        return f"QEMU {self.name}: {self.text}"


def path(name: str) -> str:
    """The file of a machine, for kunit.py's --qemu_config."""
    return os.path.join(DIRECTORY, f"{name}.py")


def names() -> List[str]:
    """All machines: files named ARCH-SHAPE; others there are what these share."""
    files = glob.glob(os.path.join(DIRECTORY, "*-*.py"))
    return sorted(os.path.splitext(os.path.basename(file))[0] for file in files)


def get(name: str) -> Machine:
    """The machine of this name."""
    if name not in names():
        raise Stop(USAGE, f"--machine {name}: there is none of this name, "
                          f"only {', '.join(names())}")
    params = _params(path(name))
    return Machine(name, params.linux_arch, count_nodes(params.extra_qemu_params),
                   count_cpus(params.extra_qemu_params), title(path(name)))


def count_nodes(qemu: Sequence[str]) -> int:
    """Nodes that QEMU's options describe; 1 where they name none."""
    return sum(word.startswith("node,") for word in qemu) or 1


def count_cpus(qemu: Sequence[str]) -> int:
    """CPUs that QEMU's options ask for; 1 where they do not say."""
    if "-smp" not in qemu:
        return 1
    return int(qemu[qemu.index("-smp") + 1].split(",")[0])


def title(file: str) -> str:
    """The first line of a file's docstring."""
    with open(file, encoding="utf-8") as source:
        doc = ast.get_docstring(ast.parse(source.read())) or ""
    return doc.split("\n")[0]


def table() -> str:
    """What --machine list prints."""
    found = [get(name) for name in names()]
    width = max(len(machine.name) for machine in found)
    lines = [f"{'name':{width}}  arch    nodes  CPUs  what"]
    lines += [f"{machine.name:{width}}  {machine.arch:6}  {machine.nodes:5}  {machine.cpus:4}  "
              f"{machine.text}" for machine in found]
    return "\n".join(lines)


def _params(file: str) -> Any:
    """What a file gives kunit.py, loaded as kunit.py does, with a stand-in for its module."""
    stand_in: Any = ModuleType(CONFIG[0])
    stand_in.QemuArchParams = Params
    modules, search = dict(sys.modules), list(sys.path)
    sys.modules.update((name, stand_in) for name in CONFIG)
    try:
        spec = importlib.util.spec_from_file_location(f".machines/{os.path.basename(file)}", file)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.QEMU_ARCH
    except Exception as error:
        raise Stop(SETUP, f"{file}: {type(error).__name__}: {error}") from error
    finally:
        _restore(modules)
        sys.path[:] = search


def _restore(modules: Dict[str, ModuleType]) -> None:
    for name in set(sys.modules) - set(modules):
        del sys.modules[name]
    sys.modules.update(modules)
