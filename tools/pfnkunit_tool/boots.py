# SPDX-License-Identifier: GPL-2.0
"""Many boots of one built kernel, in parallel, each judged on its own.

kunit.py boots a kernel once and starts Python anew for it. Who boots a kernel a
thousand times, each time with other arguments, takes this: the command is the
one kunit.py would start (it is asked for it once), the log is read as elsewhere.
Every boot is a process group of its own with a directory of its own for what UML
leaves behind, and only that group is ever ended.
"""

import fcntl
import glob
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Callable, Dict, Generator, Iterable, List, Optional, Sequence, Set

from . import ktap, kvm
from .splats import Deaths, Expected, Splat, scan
from .stop import SETUP, Stop

WORDS = "@pfnkunit-words@"
"""Stands for the arguments in a machine's command."""

HALTED = re.compile(r"reboot: (?:System halted|Restarting system|Power down)")
HALTED_LINES = 20
PIPE_BYTES = 1 << 20
"""UML does not wait for a reader: what does not fit into the pipe is lost."""

WATCH = 0.1
"""Seconds between two looks at a boot's time."""

MALLOC = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
"""QEMU gives the tables of its TLBs back all the time; glibc need not pass that on to the host."""

F_SETPIPE_SZ = 1031
"""Of Linux; fcntl has its name from Python 3.10 on."""

ASK = """
import json, subprocess, sys
sys.dont_write_bytecode = True
tree, build_dir, arch, machine, words = sys.argv[1:]
sys.path.insert(0, tree + "/tools/testing/kunit")
import kunit_kernel
taken = []
def popen(command, **named):
    taken.append(command)
subprocess.Popen = popen
if machine:
    operations = kunit_kernel._get_qemu_ops(machine, None, None)[1]
elif arch == "um":
    operations = kunit_kernel.LinuxSourceTreeOperationsUml()
else:
    path = kunit_kernel._default_qemu_config_path(arch)
    operations = kunit_kernel._get_qemu_ops(path, None, None)[1]
operations.start([words], build_dir)
sys.stdout.write("\\n" + json.dumps(taken[0]))
"""
"""Has kunit.py's own code compose the command, without starting it."""


@dataclass(frozen=True)
class Machine:
    """How one built kernel is booted."""

    arch: str
    command: Sequence[str]
    """With WORDS where the kernel arguments go."""
    path: str = ""
    """What is put before PATH."""
    always: Sequence[str] = ()
    """Kernel arguments of every boot."""

    def words(self, arguments: Sequence[str]) -> List[str]:
        """The command for one boot."""
        found: List[str] = []
        arguments = [*self.always, *arguments]
        for word in self.command:
            if word == WORDS:
                found += arguments
            else:
                found.append(word.replace(WORDS, " ".join(arguments)))
        return found


@dataclass(frozen=True)
class Boot:
    """One boot that is wanted."""

    name: str
    """Names the log; unique, and fit for a file name."""
    words: Sequence[str] = ()
    """Kernel arguments, such as kunit.filter_glob=mm_pfnmap_fork or pfnkunit_fault=7."""
    timeout: float = 60
    """Seconds until it is ended."""
    silence: float = 0
    """Seconds without a line until it is ended; 0: it may be silent."""


@dataclass
class Outcome:
    """What came of a boot."""

    boot: Boot
    log: str
    seconds: float
    timed_out: bool
    cut: bool
    """It was ended at its first failure, as asked."""
    cases: List[ktap.Case] = field(default_factory=list)
    splats: List[Splat] = field(default_factory=list)
    expected: List[Expected] = field(default_factory=list)
    started: bool = False
    """The first line of results was seen."""
    complete: bool = False
    """All suites that were planned have a result."""
    died: str = ""
    """The line with which the kernel crashed; not what a case announced."""
    halted: bool = False
    """The kernel went down in order."""
    lines: List[str] = field(default_factory=list)
    silence: float = 0
    """The longest time between two lines, in seconds."""

    def of_status(self, status: str) -> List[ktap.Case]:
        """The cases with this status, in the order in which they ended."""
        return [case for case in self.cases if case.status == status]

    @property
    def green(self) -> bool:
        """All ran and none failed; no splat."""
        bad = self.of_status(ktap.FAILED) or self.of_status(ktap.CRASHED)
        return bool(self.complete and self.of_status(ktap.PASSED) and not bad
                    and not self.splats and not self.timed_out and not self.cut)


def machine(tree: str, build_dir: str, arch: str, machine_file: str = "") -> Machine:
    """How kunit.py of this tree would boot the kernel that is built in build_dir.

    machine_file is a file for --qemu_config; without one it is kunit.py's own.
    """
    done = subprocess.run([sys.executable, "-c", ASK, tree, build_dir, arch, machine_file, WORDS],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Stop(SETUP, f"kunit.py of {tree} does not tell how it boots {arch}: {said}")
    command: List[str] = json.loads(done.stdout.splitlines()[-1])
    if arch == "um":
        return Machine(arch, command)
    return Machine(arch, command, "" if _kvm_works(Machine(arch, command)) else kvm.SHIM)


def _kvm_works(found: Machine) -> bool:
    """True when kunit.py would use KVM and QEMU can; it is asked by a boot without tests."""
    qemu = found.command[0]
    if "kvm" not in found.command or not kvm.possible(qemu.rsplit("-", 1)[-1]):
        return False
    command = [word for word in found.words([kvm.WITHOUT_TESTS]) if word not in ("hvf", "tcg")]
    command = [word for word, after in zip(command, [*command[1:], ""])
               if word != "-accel" or after == "kvm"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=kvm.SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0 and b"reboot: " in done.stdout


class Runner:
    """Boots kernels; those that run are ended when it is closed."""

    def __init__(self, on: Machine, logs: str, jobs: int = 0,
                 cut: Optional[Callable[[], Callable[[str], bool]]] = None) -> None:
        """Cut makes, for each boot, what is asked for every line of it; True ends the boot.

        The line's printk time is taken off.
        """
        self._machine = on
        self._logs = logs
        self.jobs = jobs or os.cpu_count() or 1
        self._cut = cut
        self._lock = threading.Lock()
        self._running: Set[int] = set()
        self._closed = False
        os.makedirs(logs, exist_ok=True)

    def run(self, boots: Iterable[Boot]) -> Generator[Outcome, None, None]:
        """The outcomes, in the order in which they come."""
        todo = iter(boots)
        with ThreadPoolExecutor(self.jobs) as pool:
            waiting: Set["Future[Outcome]"] = set()
            try:
                while True:
                    while len(waiting) < self.jobs:
                        boot = next(todo, None)
                        if boot is None:
                            break
                        waiting.add(pool.submit(self.one, boot))
                    if not waiting:
                        return
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                self.close()
                self._closed = False

    def close(self) -> None:
        """Ends what runs."""
        with self._lock:
            self._closed = True
            for pid in self._running:
                _kill(pid)

    def one(self, boot: Boot) -> Outcome:
        """One boot, from start to verdict."""
        log = os.path.join(self._logs, f"{boot.name}.log")
        with tempfile.TemporaryDirectory(prefix="pfnkunit-boot-") as home:
            start = time.monotonic()
            lines, timed_out, cut, silence = self._boot(boot, home)
            seconds = time.monotonic() - start
        with open(log, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
        return judge(Outcome(boot, log, round(seconds, 3), timed_out, cut, lines=lines,
                             silence=round(silence, 3)))

    def _boot(self, boot: Boot, home: str) -> "tuple[List[str], bool, bool, float]":
        command = self._machine.words([*boot.words, "kunit.enable=1"])
        lines: List[str] = []
        cut = False
        ends = self._cut() if self._cut else None
        with self._lock:
            if self._closed:
                return [], False, True, 0.0
            reading, writing = _pipe()
            try:
                process = subprocess.Popen(  # pylint: disable=consider-using-with
                    command, stdin=subprocess.DEVNULL, stdout=writing,
                    stderr=subprocess.STDOUT, start_new_session=True,
                    env=_environment(self._machine, home))
            except OSError:
                os.close(reading)
                raise
            finally:
                os.close(writing)
            self._running.add(process.pid)

        watch = _Watch(boot, process.pid)
        watch.start()
        try:
            with open(reading, "rb") as output:
                for raw in output:
                    watch.heard()
                    line = raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
                    lines.append(line)
                    if ends and not cut and ends(ktap.strip(line)):
                        cut = True
                        _kill(process.pid)
        finally:
            watch.over.set()
            with self._lock:
                self._running.discard(process.pid)
                _kill(process.pid)
            process.wait()
        return lines, watch.ended, cut, watch.longest


class _Watch(threading.Thread):
    """Ends a boot that takes too long, or says nothing for too long.

    What the guest waits for a CPU of the host does not count: on a busy machine
    nothing would be told apart from what hangs.
    """

    def __init__(self, boot: Boot, pid: int) -> None:
        super().__init__(daemon=True)
        self._boot, self._pid = boot, pid
        self._waited = 0.0
        self._start = self._last = self._now()
        self.over = threading.Event()
        """Set when there is nothing more to watch."""
        self.ended = False
        self.longest = 0.0
        """Seconds between two lines, or before the first one."""

    def heard(self) -> None:
        """A line came."""
        now = self._now()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def run(self) -> None:
        """Looks again and again until it is over."""
        while not self.over.wait(WATCH):
            self._waited = max(self._waited, waited(self._pid))
            now = self._now()
            silent = now - self._last if self._boot.silence else 0
            if now - self._start > self._boot.timeout or silent > self._boot.silence:
                self.ended = True
                _kill(self._pid)
                return

    def _now(self) -> float:
        return time.monotonic() - self._waited


def waited(pid: int) -> float:
    """Seconds that a process could have run and did not: those of its busiest thread.

    0 where the host does not count: see Documentation/scheduler/sched-stats.rst.
    """
    most = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            with open(path, encoding="ascii") as file:
                most = max(most, int(file.read().split()[1]))
        except (OSError, IndexError, ValueError):
            continue
    return most / 1e9


def _pipe() -> "tuple[int, int]":
    """A pipe that holds the whole log of a boot, so that a slow reader loses nothing."""
    reading, writing = os.pipe()
    try:
        fcntl.fcntl(writing, F_SETPIPE_SZ, PIPE_BYTES)
    except OSError:
        pass  # more than this user may have; then it is as large as it is
    return reading, writing


def _environment(on: Machine, home: str) -> Dict[str, str]:
    """UML keeps a directory for each instance below HOME; memory stays in /dev/shm."""
    environment = dict(os.environ, HOME=home, **MALLOC)
    if on.path:
        environment["PATH"] = os.pathsep.join((on.path, environment.get("PATH", "")))
    return environment


def _kill(pid: int) -> None:
    """Ends a process group that we started."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def judge(outcome: Outcome) -> Outcome:
    """Reads the log of a boot."""
    lines = ktap.without_beginnings(outcome.lines)
    found = ktap.parse(lines)
    outcome.splats, outcome.expected = scan(lines, found.cases)
    outcome.cases, outcome.started, outcome.complete = found.cases, found.started, found.complete
    outcome.halted = any(HALTED.search(line) for line in lines[-HALTED_LINES:])
    deaths = Deaths()
    outcome.died = next((line for line in map(ktap.strip, lines) if deaths.met(line)), "")
    return outcome
