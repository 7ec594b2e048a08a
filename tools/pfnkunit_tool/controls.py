# SPDX-License-Identifier: GPL-2.0
"""Negative controls: faults that the suites must find.

What they are and how they get into a kernel: faults.py and scratch.py. The bugs
of the past in tools/regressions are faults of the same kind, and in the same
kernels.
"""

import os
from typing import List

from . import PROJECT, faults

CONTROLS = os.path.join(PROJECT, "tools", "controls")
REGRESSIONS = os.path.join(PROJECT, "tools", "regressions")


def controls(target: str) -> List[faults.Fault]:
    """The controls of one directory: kernel, mspec, mspec-x86_64."""
    return faults.read_all(os.path.join(CONTROLS, target))


def regressions() -> List[faults.Fault]:
    """The bugs of the past."""
    return faults.read_all(REGRESSIONS)


def everything() -> List[faults.Fault]:
    """What is compiled into each kernel with faults."""
    return (controls("kernel") + controls("mspec") + controls("mspec-x86_64") + regressions())
