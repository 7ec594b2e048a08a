# SPDX-License-Identifier: GPL-2.0
"""1 node of 2 CPUs and 1 GiB, no NUMA

What most machines look like to the placement of pages: there is no choice.
With less than 512 MiB left for it, Linux does without transparent huge pages.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from x86_64_nodes import Node, machine  # noqa: E402  (kunit.py loads this file by its path)

QEMU_ARCH = machine([Node(cpus=2, mib=1024)])
