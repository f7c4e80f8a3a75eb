"""What a worker of this machine does first: it leaves Ctrl-C to the command, which ends it."""

from __future__ import annotations

import signal


def dask_setup(worker: object) -> None:
    """Called by Dask, under this name, in the worker's main thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
