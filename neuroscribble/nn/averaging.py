"""Poolings that take the mean: of every window, or of a whole map."""

from __future__ import annotations

import math

import numpy as np

from ..parallel import in_blocks
from ..shapes import Floats, Params, check_shape
from .layers import Cache
from .pooling import Pool2d
from .windows import Padding, Size


class AvgPool2d(Pool2d):
    """The mean of every window, of the pixels inside of the map or, if asked, with zeros beside it.

    Backward: every pixel that was counted gets an equal part of the gradient.
    """

    def __init__(
        self,
        size: Size = 2,
        *,
        stride: Size | None = None,
        padding: Padding = 0,
        counts_padding: bool = False,
    ) -> None:
        super().__init__(size, stride=stride, padding=padding)
        self.counts_padding = counts_padding

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        out = np.empty((len(x), *self.output_shape(x.shape[1:])), x.dtype)
        counts = self._counts(x)

        def work(block: slice) -> None:
            first, *others = self.window.views(self.window.padded(x[block]))
            np.copyto(out[block], first)
            for other in others:
                out[block] += other
            out[block] /= counts

        in_blocks(work, len(x), math.prod(x.shape[1:]))
        return out, x

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        if not need_d_x:
            return None
        x: Floats = cache
        d_x = np.empty_like(x)
        counts = self._counts(x)

        def work(block: slice) -> None:
            d_padded = self.window.padded(np.zeros_like(x[block]))
            each = d_out[block] / counts
            for d_pixel in self.window.views(d_padded):
                d_pixel += each
            d_x[block] = self.window.inside(d_padded)

        in_blocks(work, len(x), math.prod(x.shape[1:]))
        return d_x

    def _counts(self, x: Floats) -> Floats:
        """By how many pixels each sum is divided, (1, H', W', 1)."""
        beside = 1.0 if self.counts_padding else 0.0
        ones = np.ones((1, *x.shape[1:3], 1), x.dtype)
        seen = self.window.views(self.window.padded(ones, outside=beside))
        counts: Floats = np.sum(list(seen), axis=0)
        return counts


class GlobalAvgPool2d:
    """The mean of every map: (H, W, C) → (C,).

    Backward: every pixel gets an equal part of the gradient.
    """

    def __init__(self) -> None:
        self.params: Params = {}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), ("H", "W", "C"))
        return input_shape[2:]

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        return x.mean(axis=(1, 2)), x.shape

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        if not need_d_x:
            return None
        each = d_out / math.prod(cache[1:3])
        return np.broadcast_to(each[:, None, None], cache).copy()
