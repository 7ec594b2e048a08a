# SPDX-License-Identifier: GPL-2.0
"""Mutation: small faults in kernel code, all in one kernel, and which of them the suites find."""

import os

from .. import PROJECT

DIRECTORY = os.path.join(PROJECT, "tools", "mutation")
"""The operators, and what is known of mutants that nothing can find."""
