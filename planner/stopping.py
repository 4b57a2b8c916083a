"""Ask a long search to end: by a time limit, or by hand, and keep what it has found."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

KEPT = "the best plan so far is kept. Press Ctrl-C again to end without one."
"""What a stop means where nothing else is said."""

_MEANS = ContextVar("means", default=KEPT)


@contextmanager
def stop_means(words: str) -> Iterator[None]:
    """Let searches inside say what becomes of the work when somebody stops it there."""
    before = _MEANS.set(words)
    try:
        yield
    finally:
        _MEANS.reset(before)


@contextmanager
def stopping(limit_s: float | None = None) -> Iterator[Callable[[], bool]]:
    """Yield a question, whether to stop: after ``limit_s`` seconds, or once Ctrl-C was pressed.

    A second Ctrl-C ends the program. Away from the main thread, where no key is heard, the limit
    alone counts.

    Examples
    --------
    >>> with stopping(0.0) as stop:
    ...     stop()
    True
    """
    pressed, means = [False], _MEANS.get()
    end = None if limit_s is None else time.monotonic() + limit_s

    def stop() -> bool:
        return pressed[0] or (end is not None and time.monotonic() >= end)

    def press(_number: int, _frame: FrameType | None) -> None:
        if pressed[0]:
            raise KeyboardInterrupt
        pressed[0] = True
        sys.stderr.write(f"\nStopping: {means}\n")

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
