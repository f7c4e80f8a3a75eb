"""The matrix products run on the machine's best terms: one thread, the widest registers.

A training step multiplies small matrices: 64 images by 784 × 128 weights. Split between two
threads such a product takes 0.6 of the time while nothing else runs, but its threads wait for
each other by spinning: as soon as another program wants a core, a step takes 6 to 60 times as
long. And what one thread has computed the other must fetch. One thread is nearly as fast, never
slow, and leaves the other cores to whatever else is going on.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

WIDE = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}  # what the wide kernels use
CPU_FLAGS = Path("/proc/cpuinfo")

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # names of options in glibc's malloc.h

_limiting = threading.Lock()  # held by the block that set the number of threads


@contextmanager
def one_thread() -> Iterator[None]:
    """Inside the block, matrix products use one thread; afterwards as many as before.

    So do loops that OpenMP would share out (t-SNE's), if their library is loaded by then.
    The setting belongs to the whole process. So only one block at a time makes it and takes it
    back; another one, inside it or in a second Python thread, finds it made and leaves it alone.
    """
    with _on_one_thread(_loaded_libraries):
        yield


@contextmanager
def numpy_on_one_thread() -> Iterator[None]:
    """The same for a short block: it looks for NumPy's matrix library only once.

    Looking through all libraries of the process takes a millisecond, this a hundredth of it.
    """
    with _on_one_thread(_known_libraries):
        yield


def _loaded_libraries() -> Any:
    from threadpoolctl import ThreadpoolController  # here: only training and maps need it

    return ThreadpoolController()


_known_libraries = cache(_loaded_libraries)


@contextmanager
def _on_one_thread(libraries: Callable[[], Any]) -> Iterator[None]:
    if not _limiting.acquire(blocking=False):
        yield
        return
    try:
        with libraries().limit(limits=1):
            yield
    finally:
        _limiting.release()


@contextmanager
def keeping_memory() -> Iterator[None]:
    """Inside the block, memory that is freed stays with the process and is used again at once.

    Training frees and needs the same megabytes in every step. By default glibc hands such large
    pieces back to the system, which fills them with zeros when they are wanted again: a fifth of a
    convolutional training step. Elsewhere than on Linux with glibc this does nothing.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is None:
        yield
        return
    try:
        set_option(M_MMAP_THRESHOLD, 2**25)  # the most that glibc takes
        set_option(M_TRIM_THRESHOLD, 2**30)
        yield
    finally:
        set_option(M_TRIM_THRESHOLD, 2**17)  # as it is by default
        ctypes.CDLL(None).malloc_trim(0)


def prefer_wide_kernels(environment: MutableMapping[str, str]) -> None:
    """Tell OpenBLAS, NumPy's matrix library, to use 512-bit registers where there are any.

    It chooses by the processor's name, and names newer than itself it treats as old ones: on an
    AMD Zen 5 a product then takes 1.7 times as long. This must happen before NumPy is imported,
    so only the command line does it. Whoever sets OPENBLAS_CORETYPE keeps the choice.
    """
    if sys.platform != "linux" or "OPENBLAS_CORETYPE" in environment:
        return
    try:
        lines = CPU_FLAGS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return
    flags = next((line for line in lines if line.startswith("flags")), "")
    if set(flags.split()) >= WIDE:
        environment["OPENBLAS_CORETYPE"] = "SkylakeX"
