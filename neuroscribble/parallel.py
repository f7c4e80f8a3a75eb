"""Work on a batch block by block, on two threads, with the same result as on one.

A block is a few images, so that all that is computed from them stays in the processor's cache.
The blocks depend on the batch alone, never on the number of threads, and their results come back
in order: whoever adds them up in this order gets the same sum to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import TypeVar

from .machine import numpy_on_one_thread

BLOCK_NUMBERS = 2**17  # of one array in a block: half a megabyte in float32

Result = TypeVar("Result")
_alone = ContextVar("_alone", default=False)


@contextmanager
def on_this_thread() -> Iterator[None]:
    """Inside the block, no helper: the other cores have work of their own."""
    token = _alone.set(True)
    try:
        yield
    finally:
        _alone.reset(token)


def blocks(n: int, size: int) -> list[slice]:
    """The blocks of a batch of n samples of `size` numbers each, at least one sample a block.

    They are as large as each other, and an even number where there are several: half for each.
    """
    full = max(1, -(-n * size // BLOCK_NUMBERS))
    count = min(n, full + full % 2 if full > 1 else 1)
    edges = [n * i // max(1, count) for i in range(count + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]


def in_blocks(work: Callable[[slice], Result], n: int, size: int) -> list[Result]:
    """[work(block) for every block], with a helper thread; whoever is free takes the next block.

    Each thread's matrix products stay on it: products that take threads of their own wait for each
    other, on a busy machine ten times as long as they compute.
    """
    parts = blocks(n, size)
    if len(parts) < 2 or _alone.get():  # or nobody to help
        return [work(part) for part in parts]
    waiting = iter(enumerate(parts))  # one for both

    def take() -> list[tuple[int, Result]]:
        return [(number, work(part)) for number, part in waiting]

    with numpy_on_one_thread():
        coming = _helper().submit(take)
        done = take()
        if not coming.cancel():  # it has begun: on a busy machine it may be late for all
            done += coming.result()
    return [result for _, result in sorted(done, key=itemgetter(0))]


@cache
def _helper() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="blocks")
