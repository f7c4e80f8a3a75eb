"""A fresh X server that shows nothing to anybody: for windows that must be real."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

PROGRAM = "Xvfb"


@contextmanager
def x_server(size: str = "1280x800") -> Iterator[str]:
    """Its name, as ":number"; it ends with the block."""
    read_end, write_end = os.pipe()
    options = ["-displayfd", str(write_end), "-screen", "0", f"{size}x24", "-noreset"]
    server = subprocess.Popen(
        [PROGRAM, *options, "-nolisten", "tcp"], pass_fds=[write_end], stderr=subprocess.DEVNULL
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)
