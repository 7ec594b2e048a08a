# SPDX-License-Identifier: GPL-2.0
"""The command line."""

import argparse
import os
import signal
import sys
from functools import partial
from types import FrameType
from typing import Callable, List, Optional

from . import (PROJECT, arches, bench, coverage, link, machines, measure, regressions, run,
               shuffle, source, surface, userspace)
from .stop import INTERRUPTED, MEANING, PASSED, SETUP, Stop

EXIT_CODES = "exit codes:\n" + "\n".join(f"  {code:<5}{text}" for code, text in MEANING.items())

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

RUN = """\
Installs what is missing (apt), fetches the kernel source, links the suites in
and has the kernel's own kunit.py configure, build, boot and parse.

Everything not listed below goes to kunit.py as it is: a filter such as
'mspec*' or 'mm_pfnmap_fault.*', --kernel_args=..., --run_isolated=suite,
--kconfig_add=CONFIG_X=y, --timeout=..., --jobs=..., --raw_output=all, ..."""

BENCH = """\
Measures how long the suites take and prints it: on UML in the kernel, from the
first line of results to the last, and on four-node x86_64 from boot to
shutdown. The kernels are those of 'run', built first where they are not there.
Nothing is judged: the exit code is 0 whenever the suites ran."""

TEST = """\
Runs the project's own tests and ends with a line 'N passed, N failed[, N
skipped]'. Counted are the unit tests of the tools, one by one, and every other
part as one: each check, each kernel and machine, each fault put in on purpose."""


def _count(word: str) -> int:
    number = int(word)
    if number < 1:
        raise ValueError(word)
    return number


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    top = argparse.ArgumentParser(
        prog="pfnkunit", allow_abbrev=False, epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="KUnit suites for raw-PFN mappings, on real Linux kernels.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help_text: str, description: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help_text, description=description, epilog=EXIT_CODES,
                                   allow_abbrev=False,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)

    def cache(to: argparse.ArgumentParser) -> None:
        to.add_argument("--cache", metavar="DIR",
                        help="sources, builds and logs (default: $PFNKUNIT_CACHE, "
                             "else ~/.cache/pfnkunit)")

    runs = command("run", "run the suites on a kernel", RUN)
    runs.add_argument("--kernel", default="6.12", metavar="K",
                      help="6.1, 6.12, 7.3, ..., 'newest', or the path of a tree (default: 6.12)")
    runs.add_argument("--arch", choices=arches.names(),
                      help="um runs the kernel as a process, the others in QEMU: x86_64 and "
                           "arm64 with four memory nodes, m68k big-endian (default: um)")
    runs.add_argument("--machine", metavar="NAME", default="",
                      help="this machine of its architecture; 'list' shows them (default: the "
                           "one with four equal nodes)")
    kind = runs.add_mutually_exclusive_group()
    kind.add_argument("--shuffle", nargs="?", type=_count, const=0, metavar="SEED",
                      help="the suites in random order; the same seed is the same order")
    kind.add_argument("--death", action="store_true",
                      help="only the cases that end in a BUG; where that is the end of the "
                           "kernel (um), each in a boot of its own")
    kind.add_argument("--userspace", action="store_true",
                      help="no suites: a program that tries the driver, loaded as a module, "
                           "as processes use it")
    runs.add_argument("--json", metavar="FILE", default="", help="write the results there too")
    cache(runs)

    measures = command("bench", "measure how long the suites take", BENCH)
    measures.add_argument("--kernel", default="6.12", metavar="K", help="as for run")
    measures.add_argument("--runs", type=_count, default=5, metavar="N",
                          help="how often (default: 5)")
    measures.add_argument("--arch", action="append", choices=arches.names(), default=[],
                          help="only there; can be repeated (default: um and x86_64)")
    measures.add_argument("--debug", action="store_true", help="the kernels of 'test' instead")
    measures.add_argument("--json", metavar="FILE", default="", help="write the data there too")
    cache(measures)

    bugs = command("regress", "bring old bugs back and see the suites catch them",
                   regressions.DESCRIPTION)
    bugs.add_argument("--kernel", action="append", default=[], metavar="K",
                      help="as for run; can be repeated (default: newest)")
    bugs.add_argument("--arch", action="append", choices=regressions.MACHINES, default=[],
                      help="only there; can be repeated (default: both)")
    bugs.add_argument("--only", action="append", metavar="NAME", default=[],
                      help="only this bug, or those that match; can be repeated")
    bugs.add_argument("--list", action="store_true", help="show the bugs, and run nothing")
    bugs.add_argument("--json", metavar="FILE", default="", help="write the results there too")
    cache(bugs)

    tests = command("test", "run the project's own tests", TEST)
    tests.add_argument("--only", action="append", metavar="PART", default=[],
                       help="only this part; can be repeated; 'help' lists them")
    cache(tests)

    covers = command("coverage", "measure what the suites reach in the kernel",
                     coverage.DESCRIPTION)
    covers.add_argument("--kernel", default="6.12", metavar="K", help="as for run")
    covers.add_argument("--arch", action="append", choices=arches.names(), default=[],
                        help="only there; can be repeated (default: um and x86_64)")
    covers.add_argument("--suites", default="", metavar="GLOB", help="only these suites, or cases")
    covers.add_argument("--functions", default="", metavar="FILE",
                        help="a list of functions in place of the project's")
    covers.add_argument("--per-case", action="store_true",
                        help="also a boot for each case, on um: what only one case reaches")
    covers.add_argument("--base", default="", metavar="DIR",
                        help="compare with an earlier output directory, or its coverage.json")
    covers.add_argument("--condition", action="store_true",
                        help="conditions too: each term has to decide, true and false; needs "
                             "gcc 14")
    covers.add_argument("--cc", default="", metavar="GCC",
                        help="another compiler: a path, or a name such as gcc-14; its gcov is "
                             "beside it")
    covers.add_argument("--output", default="", metavar="DIR",
                        help="where the files go (default: in the cache, by kernel)")
    covers.add_argument("--json", metavar="FILE", default="", help="write the data there too")
    cache(covers)

    lists = command("surface", "list what the kernel does with raw mappings, and the cases for it",
                    surface.DESCRIPTION)
    lists.add_argument("--kernel", default="6.12", metavar="K", help="as for run")
    lists.add_argument("--json", metavar="FILE", default="", help="write the list there too")
    lists.add_argument("--uncovered", action="store_true", help="show only what has no case")
    cache(lists)

    _add_mutate(command, cache)
    for name, text in (("link", "make the suites visible in a kernel tree"),
                       ("unlink", "put a linked tree back as it was")):
        command(name, text, text.capitalize() + ".").add_argument("tree", metavar="TREE")
    return top


def _add_mutate(command: Callable[..., argparse.ArgumentParser],
                cache: Callable[[argparse.ArgumentParser], None]) -> None:
    """The command 'mutate'."""
    from .mutation import command as mutate  # pylint: disable=import-outside-toplevel
    mutates = command("mutate", "tell which small faults in the kernel the suites find",
                      mutate.DESCRIPTION)
    mutates.add_argument("--kernel", default="6.12", metavar="K", help="as for run")
    mutates.add_argument("--arch", action="append", default=[], choices=arches.names(),
                         help="as for run (default: um); can be repeated: a further machine is "
                              "asked about what no assertion killed on those before it, "
                              "and has no entry in tools/mutation/equivalents")
    mutates.add_argument("--suites", default="", metavar="GLOB",
                         help="only these suites, or SUITE.CASE (default: all that are built in)")
    mutates.add_argument("--targets", default="", metavar="FILE",
                         help="functions to mutate, in lines 'FILE: FUNCTION ...' "
                              "(default: tools/targets/functions)")
    mutates.add_argument("--function", action="append", default=[], metavar="NAME",
                         help="only this one of the list; can be repeated")
    mutates.add_argument("--checked", action="store_true",
                         help="only functions that the list marks with '!', and this project's")
    mutates.add_argument("--kconfig_add", action="append", default=[], metavar="CONFIG_X=y",
                         help="for suites of your own; can be repeated")
    mutates.add_argument("--shard", type=mutate.parts, default=(1, 1), metavar="I/N",
                         help="the I-th of N parts of the mutants")
    mutates.add_argument("--since", default="", metavar="REV|FILE",
                         help="only functions whose text is not that of a git revision, or of an "
                              "earlier result file, which gives the other verdicts")
    mutates.add_argument("--resume", action="store_true", help="go on where the last run ended")
    mutates.add_argument("--merge", action="append", default=[], metavar="FILE",
                         help="boot nothing: put result files together; can be repeated")
    mutates.add_argument("--identical", default="survivors", choices=mutate.LOOK_ONLY,
                         help="whose object code is compared with the original's; 'all' also "
                              "takes mutants of the same code for one (default: survivors)")
    mutates.add_argument("--jobs", type=_count, default=0, metavar="N",
                         help="boots at a time (default: as many as CPUs)")
    mutates.add_argument("--at-least", type=float, default=0.0, metavar="PERCENT",
                         help="fail when the score is lower")
    mutates.add_argument("--json", metavar="FILE", default="", help="write the results there too")
    mutates.add_argument("--html", metavar="FILE", default="",
                         help="write a page: survivors, and the source with all mutants")
    cache(mutates)


def _mutate(options: argparse.Namespace, cache: str) -> int:
    from .mutation import command as mutate  # pylint: disable=import-outside-toplevel
    return mutate.main(mutate.Options(
        options.kernel, list(dict.fromkeys(arches.get(name).name for name in options.arch))
        or [arches.UML], cache, options.suites, options.targets, options.function,
        options.checked, options.kconfig_add, options.shard, options.since, options.resume,
        options.merge, options.identical, options.jobs, options.json, options.html,
        options.at_least))


def _interrupt(_signum: int, _frame: Optional[FrameType]) -> None:
    """Turns the first request to end into an exception, so that everything is put back."""
    for signum in ENDING:
        signal.signal(signum, signal.SIG_IGN)
    raise KeyboardInterrupt


def _link(tree: str) -> int:
    if link.link(os.path.realpath(tree), PROJECT):
        print(f"linked {PROJECT} as {tree}/{link.LINK}")
    else:
        print(f"{tree} is linked by this checkout already")
    print(f"next: cd {tree} && ./tools/testing/kunit/kunit.py run --kunitconfig={link.LINK}")
    return 0


def _unlink(tree: str) -> int:
    if link.unlink(os.path.realpath(tree), PROJECT):
        print(f"{tree} is as it was")
    else:
        print(f"{tree} is not linked; nothing to do")
    return 0


def _dispatch(words: List[str]) -> int:
    top = parser()
    options, rest = top.parse_known_args(words)
    if rest and options.command != "run":
        top.error(f"{options.command} does not take {' '.join(rest)}")
    if options.command == "link":
        return _link(options.tree)
    if options.command == "unlink":
        return _unlink(options.tree)
    if options.command == "run" and options.machine == "list":
        print(machines.table())
        return PASSED
    cache = source.usable_cache(options.cache)
    if options.command == "test":
        from . import selftest  # pylint: disable=import-outside-toplevel
        return selftest.main(cache, options.only)
    if options.command == "mutate":
        return _mutate(options, cache)
    if options.command == "surface":
        return surface.main(options.kernel, cache, options.json, options.uncovered)
    if options.command == "coverage":
        names = [arches.get(name).name for name in options.arch] or [arches.UML, "x86_64"]
        names = list(dict.fromkeys(names))
        way = (measure.way_for_conditions(names, options.cc) if options.condition else
               measure.Way(options.cc))
        return coverage.main(coverage.Options(
            options.kernel, cache, names, options.suites, options.functions,
            options.output, options.base, options.json, options.per_case, way))
    if options.command == "regress":
        return regressions.main(regressions.Options(
            options.kernel or ["newest"], options.arch or regressions.MACHINES, cache,
            options.only, options.list, options.json))
    if options.command == "bench":
        names = [arches.get(name).name for name in options.arch]
        return bench.main(bench.Options(options.kernel, cache, options.runs, names, options.debug,
                                        options.json))
    wanted = run.Options(options.kernel, arches.choose(options.arch, options.machine), cache,
                         options.json, options.machine)
    if options.death:
        wanted.arrange = run.deadly
    if options.userspace:
        userspace.check(wanted.arch)
        wanted.arrange, wanted.guest = userspace.arranged, True
    if options.shuffle is not None:
        seed = options.shuffle or shuffle.any_seed()
        wanted.arrange, wanted.guest = partial(shuffle.arranged, seed=seed), True
    return run.main(wanted, [word for word in rest if word != "--"])


def main(words: List[str]) -> int:
    """Runs the command; returns its exit code."""
    for signum in ENDING:
        signal.signal(signum, _interrupt)
    try:
        return _dispatch(words)
    except Stop as stop:
        print(f"pfnkunit: {stop}", file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        print("\npfnkunit: interrupted; the kernel tree is as it was", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"pfnkunit: {error.strerror}{where}", file=sys.stderr)
        return SETUP
