# SPDX-License-Identifier: GPL-2.0
"""A line that shows something long is still alive."""

import sys
import threading
import time
from types import TracebackType
from typing import Callable, Optional, TextIO, Type

TTY_SECONDS = 0.5
LOG_SECONDS = 10.0


def mib(size: float) -> str:
    """A number of bytes for people."""
    return f"{size / (1 << 20):.0f} MiB"


def share(done: str, total: str) -> str:
    """'done of total', or what is known of it."""
    return f"{done} of {total}" if total else done


class Progress:
    """Shows state() and the seconds elapsed while the block runs.

    A terminal gets one line, rewritten in place; a log gets a line every ten
    seconds, so that what is over quickly leaves nothing in it.
    """

    def __init__(self, what: str, state: Callable[[], str],
                 stream: Optional[TextIO] = None) -> None:
        self._what = what
        self._state = state
        self._stream = stream or sys.stdout
        self._tty = self._stream.isatty()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)
        self._start = time.monotonic()

    def line(self) -> str:
        """The text of one update."""
        state = self._state()
        elapsed = f"{time.monotonic() - self._start:.0f} s"
        return f"  {self._what}: {state}, {elapsed}" if state else f"  {self._what}: {elapsed}"

    def _loop(self) -> None:
        while not self._done.wait(TTY_SECONDS if self._tty else LOG_SECONDS):
            text = self.line()
            self._stream.write(f"\r\x1b[K{text}" if self._tty else text + "\n")
            self._stream.flush()

    def __enter__(self) -> "Progress":
        self._stream.flush()
        self._thread.start()
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], value: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self._done.set()
        self._thread.join()
        if self._tty:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
