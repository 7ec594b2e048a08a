# SPDX-License-Identifier: GPL-2.0
"""4 nodes of 1 CPU and 512 MiB, all equally far apart"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from x86_64_nodes import Node, machine  # noqa: E402  (kunit.py loads this file by its path)

QEMU_ARCH = machine([Node(cpus=1, mib=512)] * 4)
