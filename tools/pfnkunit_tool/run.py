# SPDX-License-Identifier: GPL-2.0
"""The main job: packages, kernel source, link, kunit.py, verdict."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Iterator, List, Sequence

from . import PROJECT, arches, death, launcher, link, machines, packages, picture, report, source
from .progress import Progress
from .stop import PASSED, TESTS_FAILED, Stop

BUILD_BYTES = 700 << 20
"""Room for one build (UML takes 120 MiB, x86_64 450 MiB)."""

OTHER_MSPEC = "drivers/char/mspec.c"
"""Where kernels with ia64 have a driver of the same name and option."""

WITHOUT_MSPEC = "configs/without-mspec.config"
CHECKOUT_NOTE = "pfnkunit-checkout"
KUNIT_LOG = "kunit.log"
LINE = 60
SHOWN = 20
LISTING = ("--list_tests", "--list_tests_attr", "--list_suites")


@dataclass
class Job:
    """One use of kunit.py on a tree that is linked."""

    tree: source.Tree
    cache: str
    arch: str = arches.UML
    machine: str = ""
    configs: Sequence[str] = arches.CONFIGS
    base: str = ".kunitconfig"
    variant: str = ""
    command: str = "run"
    words: Sequence[str] = ()
    ours: Sequence[str] = ()
    """What was said to us, for the record."""
    checkout: str = PROJECT
    deadly: bool = False
    initramfs: str = ""
    """With one, the results are not those that kunit.py expects: it is not asked for a verdict."""

    def build_dir(self) -> str:
        """Where this kernel is built."""
        name = "-".join(part for part in (self.tree.name, self.variant, self.arch) if part)
        return os.path.join(self.cache, "build", name)

    def arguments(self) -> List[str]:
        """The words for kunit.py."""
        config = [os.path.join(self.tree.path, link.LINK, self.base)]
        config += [os.path.join(PROJECT, "configs", f"{name}.config") for name in self.configs]
        words = [self.command, f"--build_dir={self.build_dir()}", f"--arch={self.arch}"]
        words += [f"--kunitconfig={path}" for path in config]
        kind = arches.ARCHES[self.arch]
        if kind.cross:
            words.append(f"--cross_compile={kind.cross}")
        if self.machine:
            words.append(f"--qemu_config={machines.path(self.machine)}")
        boots = self.command in ("run", "exec")
        return words + (list(kind.words) if boots else []) + list(self.words)


def job_on(tree: source.Tree, cache: str, name: str, debug: bool = False) -> Job:
    """The suites on an architecture's own machine; debug is what 'pfnkunit test' builds."""
    kind = arches.ARCHES[name]
    return Job(tree, cache, name, kind.machine, kind.configs + (kind.debug if debug else ()),
               variant="debug" if debug else "")


def deadly(job: Job) -> Job:
    """The job, with the cases that end in a BUG in place of the others."""
    configs = [*job.configs, *(name for name in (death.CONFIG,) if name not in job.configs)]
    return replace(job, configs=configs, deadly=True, ours=["--death"],
                   words=death.words_for(job.arch, job.words))


def needs(name: str, kernel: str, guest: bool = False) -> List[packages.Need]:
    """What the host must have for this run."""
    found = list(packages.BUILD)
    if kernel == "newest" or source.SERIES.match(kernel):
        found += packages.PACKAGED_SOURCE
    kind = arches.ARCHES[name]
    return found + list(kind.needs) + (list(kind.guest) if guest else [])


@contextmanager
def linked(tree: source.Tree, cache: str, checkout: str = PROJECT) -> Iterator[None]:
    """Has checkout linked into the tree; a user's tree is put back afterwards."""
    with source.locked(os.path.join(cache, "locks", tree.name), "uses the same kernel tree"):
        if tree.owned:
            link.relink(tree.path, checkout)
            yield
            return
        ours = False
        try:
            ours = link.link(tree.path, checkout)
            yield
        finally:
            if ours:
                link.unlink(tree.path, checkout)


def base_config(tree: str) -> str:
    """The configuration to begin with, without our mspec where another is in its way."""
    if os.path.exists(os.path.join(tree, OTHER_MSPEC)):
        print(f"note: without the mspec suites, as this kernel has its own {OTHER_MSPEC}",
              flush=True)
        return WITHOUT_MSPEC
    return ".kunitconfig"


def new_run_dir(cache: str, name: str) -> str:
    """A directory for the logs of one run."""
    base = os.path.join(cache, "runs", f"{time.strftime('%Y%m%d-%H%M%S')}-{name}")
    for suffix in [""] + [f".{number}" for number in range(2, 100)]:
        try:
            os.makedirs(base + suffix)
            return base + suffix
        except FileExistsError:
            continue
    raise FileExistsError(base)


def execute(job: Job, quiet: bool = False) -> report.Result:
    """Has kunit.py do the job on a linked tree, and judges what came of it."""
    build_dir = job.build_dir()
    os.makedirs(os.path.dirname(build_dir), exist_ok=True)
    if not os.path.exists(os.path.join(build_dir, "vmlinux")):
        source.need_space(os.path.dirname(build_dir), BUILD_BYTES, "a kernel build")
    os.makedirs(build_dir, exist_ok=True)
    forget_other_checkout(build_dir, job.checkout)
    name = os.path.basename(build_dir)
    result = report.Result(kernel=job.tree.version(), arch=job.arch,
                           machine=arches.describe(job.arch, job.machine),
                           arguments=[*job.ours, *job.words], logs=new_run_dir(job.cache, name))
    status = call_kunit(job, result.logs, quiet)
    notes = read_notes(result.logs)
    if notes.get("kvm_unusable"):
        os.environ[launcher.KVM_USABLE] = "no"
    report.judge(result, notes, 0 if job.initramfs else status, job.deadly)
    result.picture = picture.draw(result.logs, result.cases, result.machine, result.kernel)
    return result


def forget_other_checkout(build_dir: str, checkout: str) -> None:
    """Drops our objects when another checkout made them: its files may be newer than ours."""
    note = os.path.join(build_dir, CHECKOUT_NOTE)
    before = ""
    if os.path.exists(note):
        with open(note, encoding="utf-8") as file:
            before = file.read()
    if before != checkout:
        shutil.rmtree(os.path.join(build_dir, link.LINK), ignore_errors=True)
        with open(note, "w", encoding="utf-8") as file:
            file.write(checkout)


def read_notes(run_dir: str) -> Dict[str, Any]:
    """What the launcher noted."""
    path = os.path.join(run_dir, launcher.NOTES)
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        found: Dict[str, Any] = json.load(file)
    return found


def call_kunit(job: Job, run_dir: str, quiet: bool) -> int:
    """Runs kunit.py in a process group of its own, which ends with us."""
    environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
    environment.update({launcher.INITRAMFS: job.initramfs} if job.initramfs else {})
    command = [sys.executable, launcher.__file__, job.tree.path, run_dir, *job.arguments()]
    if not quiet:
        return call(command, environment, None)
    path = os.path.join(run_dir, KUNIT_LOG)
    with open(path, "w", encoding="utf-8") as output, \
            Progress(os.path.basename(job.build_dir()), lambda: last_line(path)):
        return call(command, environment, output)


def last_line(path: str) -> str:
    """The last thing a log says, without the time that progress lines end with."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    text = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return re.sub(r", \d+ s$", "", text)[:LINE]


def show_kunit_log(run_dir: str) -> None:
    """Shows the end of what kunit.py said out of sight."""
    with open(os.path.join(run_dir, KUNIT_LOG), encoding="utf-8", errors="replace") as file:
        print("".join(file.readlines()[-SHOWN:]), flush=True)


def call(command: Sequence[str], environment: Dict[str, str], output: Any) -> int:
    """Runs a command; however we leave, nothing of it stays behind."""
    with subprocess.Popen(command, env=environment, stdout=output,
                          stderr=subprocess.STDOUT if output else None,
                          start_new_session=True) as process:
        try:
            return process.wait()
        finally:
            end_group(process)


def end_group(leader: "subprocess.Popen[bytes]") -> None:
    """Ends what is left of a process group: asks first, then insists."""
    try:
        os.killpg(leader.pid, signal.SIGTERM)
        for _ in range(20):
            time.sleep(0.1)
            leader.poll()
            os.killpg(leader.pid, 0)
        os.killpg(leader.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def stage_ok(run_dir: str, name: str) -> bool:
    """True when kunit.py ended this stage well."""
    return bool(read_notes(run_dir).get("stages", {}).get(name, {}).get("ok"))


def build(job: Job) -> None:
    """Builds what the job is about on a tree that is linked, or says why not, and stops."""
    result = execute(job, quiet=True)
    if not stage_ok(result.logs, "build"):
        show_kunit_log(result.logs)
        raise Stop(result.exit_code, "; ".join(result.problems))


def lists(run_dir: str) -> bool:
    """True when kunit.py did what it was asked: list the cases, run none."""
    return stage_ok(run_dir, "run")


class Clock:
    """Times the stages."""

    def __init__(self) -> None:
        self.seconds: Dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times one stage."""
        start = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - start, 3)


@dataclass
class Options:
    """What 'run' was asked for."""

    kernel: str
    arch: str
    cache: str
    json: str = ""
    machine: str = ""
    """Another than the architecture's first one."""
    arrange: Callable[[Job], Job] = lambda job: job
    """Makes a special job of the plain one."""
    guest: bool = False
    """Programs have to be compiled for the guest."""


def main(options: Options, words: Sequence[str]) -> int:
    """The command 'run'; the words go to kunit.py."""
    clock = Clock()
    with clock.stage("packages"):
        packages.provide(needs(options.arch, options.kernel, options.guest))
    with clock.stage("source"):
        tree = source.get(options.kernel, options.cache)
    print(f"kernel source: {tree.version()} in {tree.path}", flush=True)
    start = time.monotonic()
    listing = any(word in LISTING for word in words)
    with linked(tree, options.cache):
        clock.seconds["link"] = round(time.monotonic() - start, 3)
        job = job_on(tree, options.cache, options.arch)
        job.machine = options.machine or job.machine
        job = options.arrange(replace(job, base=base_config(tree.path), words=words))
        quiet = (job.deadly or bool(job.initramfs)) and not listing
        result = execute(job, quiet)
    if quiet and result.exit_code > TESTS_FAILED:
        show_kunit_log(result.logs)
    result.seconds = {**clock.seconds, **result.seconds}
    if listing and lists(result.logs):
        return PASSED
    report.write(result, os.path.join(result.logs, report.RESULT))
    if options.json:
        report.write(result, options.json, "--json")
    print(report.text(result), flush=True)
    return result.exit_code
