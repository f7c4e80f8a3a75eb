"""Digits with their labels, an honest split of them, and shuffled mini-batches.

Pixels that come as 8-bit grey levels stay so until ink is asked for: a quarter of the memory, and
a batch is gathered sooner, for less comes from main memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError, ShapeError
from ..shapes import Floats, Labels, check_shape

Pixels = NDArray[np.number[Any]]  # ink in [0, 1], or grey levels 0 to 255 as uint8
Distort = Callable[[Floats, np.random.Generator], Floats]  # (N, D) images → (N, D) others

AHEAD = 16  # batches that are distorted at a time, while the network learns from those before


class Batch(NamedTuple):
    """Some digits, on loan: the arrays are overwritten by the next batch."""

    images: Floats  # (N, D), ink in [0, 1]
    labels: Labels  # (N,)
    targets: Floats | None = None  # (N, K)


@dataclass(frozen=True, eq=False)
class Digits:
    """At least one image, each with its label; raises ShapeError for anything else."""

    pixels: Pixels  # (N, D)
    labels: Labels  # (N,)
    targets: Floats | None = None  # (N, K): what a teacher says of each, where there is one

    def __post_init__(self) -> None:
        check_shape("images", self.pixels, ("N", "D"))
        check_shape("labels", self.labels, (len(self.pixels),))
        if self.targets is not None:
            check_shape("targets", self.targets, (len(self.pixels), "K"))
        if not len(self.pixels):
            raise ShapeError("images must hold at least one image; got none.")

    def __len__(self) -> int:
        return len(self.pixels)

    @cached_property
    def images(self) -> Floats:
        """All of them as ink in [0, 1], (N, D); of many it takes long and much memory."""
        return ink_of(self.pixels)

    def some(self, which: slice | Labels) -> Digits:
        """Those at these places."""
        targets = None if self.targets is None else self.targets[which]
        return Digits(self.pixels[which], self.labels[which], targets)


def ink_of(pixels: Pixels, out: Floats | None = None) -> Floats:
    """Pixels as ink: grey levels become float32, in `out` if it is given; ink is what it was."""
    if pixels.dtype != np.uint8:
        return cast(Floats, pixels)
    return np.divide(pixels, np.float32(255), out=out, dtype=np.float32)


def grey_levels(pixels: Pixels) -> NDArray[np.uint8]:
    """Pixels as 8-bit grey levels, the nearest ones; grey levels are what they were."""
    if pixels.dtype == np.uint8:
        return cast("NDArray[np.uint8]", pixels)
    return np.rint(pixels * 255).astype(np.uint8)


def split(digits: Digits, *, n_validation: int, rng: np.random.Generator) -> tuple[Digits, Digits]:
    """Return (training, validation): a plain random split, no digit in both.

    The draw is not stratified, so each class is as frequent in either part as chance makes it.
    Raises SettingsError unless both parts hold at least one digit.
    """
    if not 1 <= n_validation < len(digits):
        raise SettingsError(
            f"n_validation must be between 1 and {len(digits) - 1}, so that both parts hold a "
            f"digit; got {n_validation}."
        )
    order = rng.permutation(len(digits))
    return digits.some(order[n_validation:]), digits.some(order[:n_validation])


def batches(
    digits: Digits,
    *,
    batch_size: int,
    rng: np.random.Generator,
    augment: Distort | None = None,
) -> Iterator[Batch]:
    """Return an iterator over all digits once, `batch_size` at a time, in a fresh random order.

    The samples are shuffled, not the batches; the last batch may be smaller. All batches share
    one buffer, so a batch is valid until the next one is drawn: copy what must last longer.

    `augment(images, rng)` returns distorted images, or distorts them in place and returns them.
    It is called in a helper thread for some batches at a time, always in the same order and with
    a generator of its own, so that equal seeds give equal batches.
    Raises SettingsError, at once, for a batch_size below 1.
    """
    if batch_size < 1:
        raise SettingsError(f"batch_size must be at least 1; got {batch_size}.")
    order = rng.permutation(len(digits))
    if augment is None:
        return _gathered(digits, batch_size, order)
    (distorting,) = rng.spawn(1)
    return _distorted(digits, batch_size, order, augment, distorting)


def _gathered(digits: Digits, batch_size: int, order: Labels) -> Iterator[Batch]:
    n = min(batch_size, len(digits))
    pixels = np.empty((n, digits.pixels.shape[1]), digits.pixels.dtype)
    ink = np.empty_like(pixels, np.float32)
    labels = np.empty(n, digits.labels.dtype)
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        n = len(chosen)
        # mode="clip" lets np.take write to `out` directly; the default would copy once more
        yield Batch(
            ink_of(np.take(digits.pixels, chosen, axis=0, out=pixels[:n], mode="clip"), ink[:n]),
            np.take(digits.labels, chosen, out=labels[:n], mode="clip"),
            None if digits.targets is None else digits.targets[chosen],
        )


def _distorted(
    digits: Digits, batch_size: int, order: Labels, augment: Distort, rng: np.random.Generator
) -> Iterator[Batch]:
    """As _gathered, but distorted, and one block of AHEAD batches ahead of the one in use."""

    def block(start: int) -> Batch:
        some = digits.some(order[start : start + AHEAD * batch_size])
        return Batch(augment(some.images, rng), some.labels, some.targets)

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="augment") as helper:
        coming = helper.submit(block, 0)
        for start in range(AHEAD * batch_size, len(order) + AHEAD * batch_size, AHEAD * batch_size):
            images, labels, targets = coming.result()
            if start < len(order):
                coming = helper.submit(block, start)
            for i in range(0, len(labels), batch_size):
                some = slice(i, i + batch_size)
                said = None if targets is None else targets[some]
                yield Batch(images[some], labels[some], said)
