# SPDX-License-Identifier: GPL-2.0
"""4 nodes of 512 MiB, but one has no memory, and one no CPU

Node 2 has a CPU and no memory, node 3 memory and no CPU. Nearest to node 2 is
node 3: not the first in number, and not one that a thread could be moved to.
The other way round Linux would number them otherwise than the firmware does.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from x86_64_nodes import Node, machine  # noqa: E402  (kunit.py loads this file by its path)

QEMU_ARCH = machine([Node(cpus=1, mib=512), Node(cpus=1, mib=512),
                     Node(cpus=1, mib=0), Node(cpus=0, mib=512)],
                    distances=[[10, 16, 22, 28],
                               [16, 10, 28, 22],
                               [22, 28, 10, 14],
                               [28, 22, 14, 10]])
