# SPDX-License-Identifier: GPL-2.0
"""8 nodes of 1 CPU and 384 MiB, at uneven distances

Two groups of four. Within a group the order of the nodes by distance is another
one than by number; some are equally far away, and then the number decides. The
way there and back are not equally long between nodes 1 and 6.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from x86_64_nodes import Node, machine  # noqa: E402  (kunit.py loads this file by its path)

QEMU_ARCH = machine([Node(cpus=1, mib=384)] * 8,
                    distances=[[10, 17, 14, 14, 31, 28, 31, 25],
                               [17, 10, 14, 12, 28, 31, 29, 31],
                               [14, 14, 10, 17, 31, 25, 31, 28],
                               [14, 12, 17, 10, 25, 31, 28, 31],
                               [31, 28, 31, 25, 10, 14, 17, 12],
                               [28, 31, 25, 31, 14, 10, 12, 17],
                               [31, 26, 31, 28, 17, 12, 10, 14],
                               [25, 31, 28, 31, 12, 17, 14, 10]])
