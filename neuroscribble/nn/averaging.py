"""Poolings that take the mean: of every window, or of a whole map."""

from __future__ import annotations

import math

import numpy as np

from ..arrays import empty, full, namespace
from ..shapes import Floats, Params, check_shape
from .kernels import added, over_blocks
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
        out = empty((x.shape[0], *self.output_shape(x.shape[1:])), x)
        counts = self._counts(x)

        def work(block: slice) -> None:
            first, *others = self.window.views(self.window.padded(x[block, ...]))
            mean = out[block, ...]
            mean[...] = first
            for other in others:
                mean += other
            mean /= counts

        over_blocks(work, x, math.prod(x.shape[1:]))
        return out, x

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        if not need_d_x:
            return None
        x: Floats = cache
        d_x: Floats = empty(x.shape, x)
        counts = self._counts(x)

        def work(block: slice) -> None:
            d_padded = self.window.padded(namespace(x).zeros_like(x[block, ...]))
            each = d_out[block, ...] / counts
            for d_pixel in self.window.views(d_padded):
                d_pixel += each
            d_x[block, ...] = self.window.inside(d_padded)

        over_blocks(work, x, math.prod(x.shape[1:]))
        return d_x

    def _counts(self, x: Floats) -> Floats:
        """By how many pixels each sum is divided, (1, H', W', 1)."""
        beside = 1.0 if self.counts_padding else 0.0
        ones = full((1, *x.shape[1:3], 1), 1, x)
        return added(list(self.window.views(self.window.padded(ones, outside=beside))))


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
        return namespace(x).mean(x, axis=(1, 2)), x.shape

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        if not need_d_x:
            return None
        d_x: Floats = empty(cache, d_out)
        d_x[...] = (d_out / math.prod(cache[1:3]))[:, None, None, :]
        return d_x
