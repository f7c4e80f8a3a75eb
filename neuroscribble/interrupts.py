"""Ctrl-C waits while the result of long work is measured and kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def undisturbed(tell: Callable[[], None]) -> Iterator[None]:
    """Inside the block, a Ctrl-C only tells that it must wait; it is not heard afterwards.

    Python hears it in its main thread alone, so in others there is nothing to do.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def heard(number: int, frame: Any) -> None:
        tell()

    before = signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)
