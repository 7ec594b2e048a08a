# SPDX-License-Identifier: GPL-2.0
"""Finds and fetches Debian's packaged kernel sources.

The machine's own apt sources come first. What they lack comes from newer
suites of the same mirror, through an apt state directory of our own: the
machine's apt set-up is read and never changed.
"""

import functools
import glob
import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from .stop import SETUP, Stop

NEWER_SUITES = ("trixie", "trixie-backports", "forky", "sid")
INDEX_SECONDS = 24 * 3600
PACKAGE = re.compile(r"^linux-source-(\d+\.\d+)$")


@dataclass(frozen=True)
class Candidate:
    """A packaged kernel source that can be had."""

    series: str
    version: str

    @property
    def package(self) -> str:
        """The package's name."""
        return f"linux-source-{self.series}"


@dataclass
class Source:
    """One entry of the machine's apt sources."""

    types: List[str]
    uris: List[str]
    suites: List[str]
    components: List[str]
    options: Dict[str, str] = field(default_factory=dict)


def series_key(series: str) -> Tuple[int, ...]:
    """Orders 6.9 before 6.12."""
    return tuple(int(part) for part in series.split("."))


def parse_deb822(text: str) -> Iterator[Source]:
    """Entries of a .sources file."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        fields: Dict[str, str] = {}
        name = ""
        for line in paragraph.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if line[0] in " \t":
                fields[name] = fields.get(name, "") + "\n" + line
            else:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if "uris" not in fields or fields.get("enabled", "yes").lower() in ("no", "false", "0"):
            continue
        yield Source(fields.get("types", "").split(), fields["uris"].split(),
                     fields.get("suites", "").split(), fields.get("components", "").split(),
                     {key: fields[key] for key in ("signed-by", "trusted") if key in fields})


def parse_one_line(text: str) -> Iterator[Source]:
    """Entries of a sources.list file."""
    for line in text.splitlines():
        match = re.match(r"^\s*(deb|deb-src)\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if not match:
            continue
        kind, options, uri, suite, components = match.groups()
        pairs = (item.partition("=") for item in (options or "").split())
        yield Source([kind], [uri], [suite], components.split(),
                     {key.lower(): value for key, _, value in pairs
                      if key.lower() in ("signed-by", "trusted")})


def machine_sources(etc: str = "/etc/apt") -> List[Source]:
    """All entries of the machine's apt sources."""
    found: List[Source] = []
    lists = [os.path.join(etc, "sources.list")]
    lists += sorted(glob.glob(os.path.join(etc, "sources.list.d", "*.list")))
    for parser, paths in (
            (parse_one_line, lists),
            (parse_deb822, sorted(glob.glob(os.path.join(etc, "sources.list.d", "*.sources"))))):
        for path in paths:
            if os.path.isfile(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    found += parser(file.read())
    return found


def archive_source(sources: Sequence[Source], codename: str) -> Source:
    """The entry that is Debian's own archive: not security, not a third party."""
    usable = [source for source in sources
              if "deb" in source.types and "main" in source.components
              and not any("security" in suite or "/" in suite for suite in source.suites)]
    of_debian = [source for source in usable
                 if source.uris[0].rstrip("/").rsplit("/", 1)[-1] == "debian"]
    for source in of_debian + usable:
        if codename in source.suites:
            return source
    if of_debian:
        return of_debian[0]
    raise Stop(SETUP, "found no entry for Debian's archive in the machine's apt sources, so newer "
                      "kernel sources cannot be fetched; name an unpacked tree with --kernel PATH")


def newer_sources(source: Source) -> str:
    """A .sources file for the newer suites of the same archive."""
    lines = ["Types: deb", f"URIs: {source.uris[0]}", f"Suites: {' '.join(NEWER_SUITES)}",
             "Components: main"]
    lines += [f"{key.title()}: {value}" for key, value in sorted(source.options.items())]
    return "\n".join(lines) + "\n"


def codename(os_release: str = "/etc/os-release") -> str:
    """The machine's release, such as bookworm."""
    try:
        with open(os_release, encoding="utf-8") as file:
            match = re.search(r'^VERSION_CODENAME="?([\w-]+)', file.read(), re.MULTILINE)
    except OSError:
        match = None
    return match.group(1) if match else ""


def parse_madison(text: str) -> List[Candidate]:
    """What apt-cache madison says there is."""
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        match = PACKAGE.match(parts[0])
        if match and len(parts) == 3:
            found.append(Candidate(match.group(1), parts[1]))
    return found


def _compare(a: Candidate, b: Candidate) -> int:
    if a.series != b.series:
        return -1 if series_key(a.series) < series_key(b.series) else 1
    if a.version == b.version:
        return 0
    newer = subprocess.run(["dpkg", "--compare-versions", a.version, "gt", b.version], check=False)
    return 1 if newer.returncode == 0 else -1


def choose(candidates: Sequence[Candidate], series: str) -> Optional[Candidate]:
    """The highest version of a series; of all series for 'newest'."""
    fitting = [item for item in candidates if series in (item.series, "newest")]
    return max(fitting, key=functools.cmp_to_key(_compare)) if fitting else None


def series_list(candidates: Sequence[Candidate]) -> str:
    """The series that can be had, for a message."""
    return ", ".join(sorted({item.series for item in candidates}, key=series_key)) or "none"


class Apt:
    """apt with one set of sources: the machine's, or with options our own."""

    def __init__(self, options: Sequence[str] = ()) -> None:
        self._options = [word for option in options for word in ("-o", option)]

    def _run(self, *words: str, cwd: Optional[str] = None) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([words[0], *self._options, *words[1:]], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True, check=False,
                              cwd=cwd)

    def candidates(self) -> List[Candidate]:
        """All packaged kernel sources these apt sources know."""
        names = [name for name in self._run("apt-cache", "pkgnames", "linux-source-").stdout.split()
                 if PACKAGE.match(name)]
        return parse_madison(self._run("apt-cache", "madison", *names).stdout) if names else []

    def update(self) -> str:
        """Fetches the package lists; returns what went wrong, if anything did."""
        done = self._run("apt-get", "-q", "-o", "Acquire::Languages=none", "update")
        errors = [line for line in done.stdout.splitlines() if line.startswith(("E:", "Err:"))]
        return errors[-1] if errors else ""

    def download(self, candidate: Candidate, directory: str) -> str:
        """Fetches a package into directory; returns its path."""
        done = self._run("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download",
                         f"{candidate.package}={candidate.version}", cwd=directory)
        found = glob.glob(os.path.join(directory, f"{candidate.package}_*.deb"))
        if done.returncode or not found:
            lines = [line for line in done.stdout.splitlines() if line.startswith(("E:", "Err:"))]
            raise Stop(SETUP, f"cannot download {candidate.package}: "
                              f"{lines[-1] if lines else 'apt-get failed'}; check the network, or "
                              "name an unpacked tree with --kernel PATH")
        return found[0]


def newer(cache: str) -> Apt:
    """apt with Debian's newer suites, its state in the cache."""
    state = os.path.join(cache, "apt")
    for name in ("sources.d", "lists/partial", "cache/archives/partial"):
        os.makedirs(os.path.join(state, name), exist_ok=True)
    text = newer_sources(archive_source(machine_sources(), codename()))
    path = os.path.join(state, "sources.d", "newer.sources")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return Apt((f"Dir::Etc::sourcelist={os.devnull}",
                f"Dir::Etc::sourceparts={os.path.dirname(path)}",
                f"Dir::State::lists={state}/lists",
                f"Dir::Cache={state}/cache"))


def refresh(apt: Apt, cache: str) -> str:
    """Updates the newer suites' lists, once a day; returns what went wrong."""
    stamp = os.path.join(cache, "apt", "updated")
    if os.path.exists(stamp) and time.time() - os.path.getmtime(stamp) < INDEX_SECONDS:
        return ""
    problem = apt.update()
    if not problem:
        with open(stamp, "w", encoding="utf-8"):
            pass
    return problem
