# SPDX-License-Identifier: GPL-2.0
"""2 nodes of 2 CPUs and 512 MiB, at distance 21

Two CPUs on each node: what one of them touched is near to the other, too.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from x86_64_nodes import Node, machine  # noqa: E402  (kunit.py loads this file by its path)

QEMU_ARCH = machine([Node(cpus=2, mib=512), Node(cpus=2, mib=512)],
                    distances=[[10, 21],
                               [21, 10]])
