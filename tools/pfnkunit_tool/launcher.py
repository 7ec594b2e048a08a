# SPDX-License-Identifier: GPL-2.0
"""Runs a tree's own kunit.py and notes what it does not tell.

kunit.py is imported and called, so all it does and prints stays its own. Its
functions are wrapped to learn three things: how each stage went and how long it
took, what the compiler said when the build failed, and the whole console log of
every boot (kunit.py keeps only the last one). Two things are kept from it: a KVM
that does not work, and lines of the kernel inside of a suite's head.

Started as: launcher.py TREE RUN_DIR kunit.py-arguments...
"""

import importlib
import inspect
import json
import os
import sys
import time
from typing import IO, Any, Callable, Dict, Iterator, List, Type

sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from pfnkunit_tool import ktap, kvm  # noqa: E402
from pfnkunit_tool.progress import Progress, share  # noqa: E402

NOTES = "notes.json"
BUILD_LOG = "build.log"
KVM_USABLE = "PFNKUNIT_KVM_USABLE"
"""Environment: what is known of KVM from an earlier call, 'yes' or 'no'."""
INITRAMFS = "PFNKUNIT_INITRAMFS"
"""Environment: an initramfs whose first program goes on when the kernel has run its suites."""


class Notes:
    """What was learned; written down after every change."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._content: Dict[str, Any] = {"stages": {}, "boots": []}

    def path(self, name: str) -> str:
        """A file in the run's directory."""
        return os.path.join(self._directory, name)

    def stage(self, name: str, ok: bool, seconds: float) -> None:
        """Notes how a stage went."""
        self._content["stages"][name] = {"ok": ok, "seconds": round(seconds, 3)}
        self._write()

    def boot(self, **facts: Any) -> None:
        """Notes how a boot went."""
        self._content["boots"].append(facts)
        self._write()

    def kvm_unusable(self) -> None:
        """Notes that KVM must not be used, for the next call in the same run."""
        self._content["kvm_unusable"] = True
        self._write()

    def boots(self) -> int:
        """The number of boots so far."""
        return len(self._content["boots"])

    def _write(self) -> None:
        with open(self.path(NOTES + ".new"), "w", encoding="utf-8") as file:
            json.dump(self._content, file, indent=1)
        os.replace(self.path(NOTES + ".new"), self.path(NOTES))


class Objects:
    """Counts the object files of a build, against those of the last one like it."""

    def __init__(self, build_dir: str) -> None:
        self._build_dir = build_dir
        self._start = time.time()
        self._total = os.path.join(os.path.dirname(build_dir),
                                   f"objects-{os.path.basename(build_dir).rsplit('-', 1)[-1]}")
        self._cold = not os.path.exists(os.path.join(build_dir, "vmlinux"))

    def count(self, since: float) -> int:
        """Object files made since then."""
        found = 0
        for directory, _, names in os.walk(self._build_dir):
            for name in names:
                if name.endswith(".o"):
                    try:
                        found += os.stat(os.path.join(directory, name)).st_mtime >= since
                    except OSError:
                        continue
        return found

    def state(self) -> str:
        """How far the build is."""
        total = ""
        if self._cold and os.path.exists(self._total):
            with open(self._total, encoding="utf-8") as file:
                total = "about " + file.read()
        return share(str(self.count(0 if self._cold else self._start)), total) + " objects"

    def remember(self) -> None:
        """Keeps the number for the next build of this kind."""
        with open(self._total, "w", encoding="utf-8") as file:
            file.write(str(self.count(0)))


def staged(notes: Notes, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """function, with its time and success noted."""
    def run(*words: Any, **named: Any) -> Any:
        start = time.monotonic()
        notes.stage(name, False, 0)
        result = function(*words, **named)
        notes.stage(name, result.status.name == "SUCCESS", time.monotonic() - start)
        return result
    return run


def shown(notes: Notes, failure: Type[Exception],
          function: Callable[..., Any]) -> Callable[..., Any]:
    """make, with progress, and with what it says kept when it fails."""
    def make(self: Any, jobs: int, build_dir: str, *words: Any) -> None:
        objects = Objects(build_dir)
        try:
            with Progress("build", objects.state):
                function(self, jobs, build_dir, *words)
        except failure as error:
            with open(notes.path(BUILD_LOG), "w", encoding="utf-8") as file:
                file.write(str(error))
            raise failure(f"the whole output of make is in {notes.path(BUILD_LOG)}") from error
        objects.remember()
    return make


def logged(notes: Notes, function: Callable[..., Iterator[str]]) -> Callable[..., Iterator[str]]:
    """run_kernel, with each boot's lines kept in a file of its own."""
    def run_kernel(self: Any, args: Any = None, **named: Any) -> Iterator[str]:
        listing = any(word.startswith("kunit.action=list") for word in args or [])
        name = f"boot-{notes.boots() + 1}.log"
        start = time.monotonic()
        lines = function(self, args=args, **named)

        def kept(log: IO[str]) -> Iterator[str]:
            for line in lines:
                log.write(line)
                log.flush()
                yield line

        with open(notes.path(name), "w", encoding="utf-8") as log:
            try:
                yield from ktap.heads_together(kept(log))
            finally:
                log.writelines(lines)  # what kunit.py did not want to read
                seconds = time.monotonic() - start
                timeout = named.get("timeout") or float("inf")
                notes.boot(log=name, listing=listing, seconds=round(seconds, 3),
                           timed_out=seconds >= timeout, filter=named.get("filter_glob", ""))
    return run_kernel


def accelerated(notes: Notes, start: Callable[..., Any], asks: bool = True) -> Callable[..., Any]:
    """start of a QEMU, without KVM where kunit.py does not ask for it or it does not work."""
    def run(self: Any, params: List[str], build_dir: str) -> Any:
        # pylint: disable=protected-access
        if not asks or not kvm.possible(self._qemu_arch):
            usable = "no"
        else:
            usable = os.environ.get(KVM_USABLE) or probe(self, build_dir)
        if usable == "no" and kvm.SHIM not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] = os.pathsep.join((kvm.SHIM, os.environ["PATH"]))
        return start(self, params, build_dir)

    def probe(self: Any, build_dir: str) -> str:
        # pylint: disable=protected-access
        machine = [f"qemu-system-{self._qemu_arch}", *self._extra_qemu_params]
        kernel = os.path.join(build_dir, self._kernel_path)
        works = kvm.boots(kernel, machine, self._kernel_command_line)
        os.environ[KVM_USABLE] = "yes" if works else "no"
        if not works:
            print("/dev/kvm is there but the kernel does not boot on it: using TCG")
            notes.kvm_unusable()
        return os.environ[KVM_USABLE]
    return run


def with_initramfs(path: str, start: Callable[..., Any]) -> Callable[..., Any]:
    """start of a QEMU, with an initramfs and no shutdown before it."""
    def run(self: Any, params: List[str], build_dir: str) -> Any:
        # pylint: disable=protected-access
        self._kernel_command_line = self._kernel_command_line.replace("kunit_shutdown=reboot",
                                                                      "kunit_shutdown=none")
        self._extra_qemu_params = [*self._extra_qemu_params, "-initrd", path]
        return start(self, params, build_dir)
    return run


def uml_with_initramfs(path: str, start: Callable[..., Any]) -> Callable[..., Any]:
    """The same for UML: what kunit.py says about shutdown goes to the first program."""
    def run(self: Any, params: List[str], build_dir: str) -> Any:
        return start(self, [*params, f"initrd={path}", "console=tty", "kunit_shutdown=none", "--"],
                     build_dir)
    return run


def main(tree: str, run_dir: str, words: List[str]) -> None:
    """Calls the tree's kunit.py with these words."""
    sys.path.insert(0, os.path.join(tree, "tools", "testing", "kunit"))
    kunit: Any = importlib.import_module("kunit")
    kunit_kernel: Any = importlib.import_module("kunit_kernel")

    notes = Notes(run_dir)
    kunit.config_tests = staged(notes, "configure", kunit.config_tests)
    kunit.build_tests = staged(notes, "build", kunit.build_tests)
    kunit.exec_tests = staged(notes, "run", kunit.exec_tests)
    operations = kunit_kernel.LinuxSourceTreeOperations
    operations.make = shown(notes, kunit_kernel.BuildError, operations.make)
    linux = kunit_kernel.LinuxSourceTree
    linux.run_kernel = logged(notes, linux.run_kernel)
    machine = kunit_kernel.LinuxSourceTreeOperationsQemu
    machine.start = accelerated(notes, machine.start, "'kvm'" in inspect.getsource(machine.start))
    path = os.environ.get(INITRAMFS)
    if path:
        machine.start = with_initramfs(path, machine.start)
        uml = kunit_kernel.LinuxSourceTreeOperationsUml
        uml.start = uml_with_initramfs(path, uml.start)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[attr-defined]
    kunit.main(words)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
