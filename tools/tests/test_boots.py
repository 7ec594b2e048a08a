# SPDX-License-Identifier: GPL-2.0
"""Many boots of one kernel; the kernel is a shell script here."""

import os
import stat
import tempfile
import textwrap
import time
import unittest
from typing import List
from unittest import mock

from pfnkunit_tool import boots

KERNEL = '''\
    #!/bin/sh
    echo "HOME is $HOME" > "$OUT/home.$1"
    echo 'Linux version'
    echo 'KTAP version 1'
    echo '1..1'
    echo '    KTAP version 1'
    echo '    # Subtest: suite'
    echo '    1..2'
    echo "    $VERDICT 1 first"
    case $1 in
    hang) sleep 60 & echo $! > "$OUT/child"; wait ;;
    bad) echo '    not ok 2 second'; sleep 60 ;;
    slow) sleep 2 ;;
    die) echo 'Kernel panic - not syncing: no'; exit 1 ;;
    splat) echo '[    1.5] WARNING: mm/memory.c:1 at f+0x1/0x2' ;;
    esac
    echo '    ok 2 second'
    echo 'ok 1 suite'
    '''


class Boots(unittest.TestCase):
    """What a runner makes of kernels that end in every way."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.directory = scratch.name
        path = os.path.join(self.directory, "linux")
        with open(path, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(KERNEL).replace("$OUT", self.directory)
                       .replace("$VERDICT", "ok"))
        os.chmod(path, stat.S_IRWXU)
        self.machine = boots.Machine("um", [path, boots.WORDS, "mem=1G"])

    def _run(self, names: List[str], timeout: float = 20, jobs: int = 2,
             silence: float = 0) -> List[boots.Outcome]:
        runner = boots.Runner(self.machine, os.path.join(self.directory, "logs"), jobs,
                              cut=lambda: lambda line: line.startswith("    not ok"))
        wanted = [boots.Boot(f"{name}-{number}", [name], timeout, silence)
                  for number, name in enumerate(names)]
        return sorted(runner.run(wanted), key=lambda outcome: outcome.boot.name)

    def test_each_is_judged_on_its_own(self) -> None:
        """Verdicts do not mix."""
        bad, die, good, splat = self._run(["good", "bad", "die", "splat"])
        self.assertTrue(good.green)
        self.assertEqual([case.path for case in bad.of_status("failed")], ["suite.second"])
        self.assertTrue(bad.cut)
        self.assertLess(bad.seconds, 10)
        self.assertFalse(bad.complete)
        self.assertEqual(die.died, "Kernel panic - not syncing: no")
        self.assertFalse(die.complete)
        self.assertEqual([item.text for item in splat.splats],
                         ["WARNING: mm/memory.c:1 at f+0x1/0x2"])
        self.assertFalse(bad.green or die.green or splat.green)

    def test_hang_is_ended_with_all_it_started(self) -> None:
        """The time limit ends the group."""
        hung, = self._run(["hang"], timeout=4)
        self.assertTrue(hung.timed_out)
        self.assertFalse(hung.green)
        with open(os.path.join(self.directory, "child"), encoding="utf-8") as file:
            child = int(file.read())
        for _ in range(50):
            if not os.path.exists(f"/proc/{child}") or _zombie(child):
                return
            time.sleep(0.1)
        self.fail("what the kernel started is still there")

    def test_silence_is_ended(self) -> None:
        """A boot that says nothing for as long as it may is over before its time."""
        hung, = self._run(["hang"], timeout=60, silence=1)
        self.assertTrue(hung.timed_out)
        self.assertLess(hung.seconds, 30)

    def test_time_that_the_host_takes_is_not_silence(self) -> None:
        """A boot that the machine had no time for has not hung."""
        start = time.monotonic()
        with mock.patch.object(boots, "waited", lambda pid: time.monotonic() - start):
            slow, = self._run(["slow"], silence=1)
        self.assertTrue(slow.green)
        slow, = self._run(["slow"], silence=1)
        self.assertTrue(slow.timed_out)

    def test_waiting_is_counted_where_the_host_counts_it(self) -> None:
        """Of a process that is not there nobody knows."""
        self.assertGreaterEqual(boots.waited(os.getpid()), 0)
        self.assertEqual(boots.waited(0), 0)

    def test_every_boot_has_a_home(self) -> None:
        """And it is gone afterwards."""
        self._run(["good"])
        with open(os.path.join(self.directory, "home.good"), encoding="utf-8") as file:
            home = file.read().split()[-1]
        self.assertNotEqual(home, os.environ.get("HOME"))
        self.assertFalse(os.path.exists(home))

    def test_leaving_early_ends_what_runs(self) -> None:
        """A caller that has seen enough does not wait for the rest."""
        runner = boots.Runner(self.machine, os.path.join(self.directory, "logs"), 2)
        start = time.monotonic()
        outcomes = runner.run([boots.Boot("a", ["hang"], 50), boots.Boot("b", ["good"], 50)])
        self.assertTrue(next(outcomes).green)
        outcomes.close()  # type: ignore[attr-defined]
        self.assertLess(time.monotonic() - start, 20)

    def test_words_for_qemu_are_one_word(self) -> None:
        """QEMU takes the arguments behind -append."""
        machine = boots.Machine("x86_64", ["qemu", "-append", f"{boots.WORDS} console=ttyS0"])
        self.assertEqual(machine.words(["a=1", "b=2"]), ["qemu", "-append", "a=1 b=2 console=ttyS0"])


def _zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[-1].split()[0] == "Z"
    except OSError:
        return True
