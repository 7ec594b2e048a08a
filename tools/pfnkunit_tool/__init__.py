# SPDX-License-Identifier: GPL-2.0
"""What the command tools/pfnkunit is made of."""

import os

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
"""The checkout this copy of the tool belongs to."""
