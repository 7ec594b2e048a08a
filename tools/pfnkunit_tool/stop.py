# SPDX-License-Identifier: GPL-2.0
"""Exit codes, and the one exception that carries them to the user."""

PASSED = 0
TESTS_FAILED = 1
USAGE = 2
SETUP = 3
BUILD_FAILED = 4
NO_BOOT = 5
INTERRUPTED = 130

MEANING = {
    PASSED: "all cases ran and passed, no splat in the log",
    TESTS_FAILED: "tests failed: a case, a splat, a skip without a reason, or nothing ran",
    USAGE: "bad usage",
    SETUP: "set-up problem: packages, kernel source, tree, space, network",
    BUILD_FAILED: "the kernel did not configure or build",
    NO_BOOT: "the kernel did not boot, or hung",
    INTERRUPTED: "interrupted",
}


class Stop(Exception):
    """Ends the command with one clear line and an exit code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
