"""Layers that learn nothing: they pick numbers, or only give a sample another shape."""

from __future__ import annotations

import math

import numpy as np

from ..errors import SettingsError, ShapeError
from ..parallel import in_blocks
from ..shapes import Floats, Params, check_shape
from .layers import Cache


class MaxPool2d:
    """The largest number of every size × size square: (H, W, C) → (H // size, W // size, C).

    Squares do not overlap; rows and columns that fill no whole square are left out.

    Backward: the gradient goes to the pixel that was the largest; of equal ones, to the first in
    reading order.
    """

    def __init__(self, size: int = 2) -> None:
        if size < 1:
            raise SettingsError(f"the size of a pooled square must be at least 1; got {size}.")
        self.size = size
        self.params: Params = {}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), ("H", "W", "C"))
        height, width, channels = input_shape
        if min(height, width) < self.size:
            raise ShapeError(f"squares of {self.size} pixels do not fit into {height}×{width}.")
        return (height // self.size, width // self.size, channels)

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        out = np.empty((len(x), *self.output_shape(x.shape[1:])), x.dtype)

        def work(block: slice) -> None:
            first, *others = self._corners(x[block])
            np.copyto(out[block], first)
            for other in others:
                np.maximum(out[block], other, out=out[block])

        in_blocks(work, len(x), math.prod(x.shape[1:]))
        return out, (x, out)

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        if not need_d_x:
            return None
        x, out = cache
        d_x: Floats = np.zeros_like(x)

        def work(block: slice) -> None:
            waiting = np.ones(out[block].shape, np.bool_)  # whose largest is still to be found
            for pixel, d_pixel in zip(
                self._corners(x[block]), self._corners(d_x[block]), strict=True
            ):
                found = waiting & (pixel == out[block])
                np.multiply(d_out[block], found, out=d_pixel)
                waiting ^= found

        in_blocks(work, len(x), math.prod(x.shape[1:]))
        return d_x

    def _corners(self, x: Floats) -> list[Floats]:
        """The first pixel of every square, the second, …: size² views (n, H', W', C)."""
        height, width = (side // self.size * self.size for side in x.shape[1:3])
        return [
            x[:, r : height : self.size, s : width : self.size]
            for r in range(self.size)
            for s in range(self.size)
        ]


class Flatten:
    """A sample as one row of numbers: (H, W, C) → (H · W · C,), row by row, pixel by pixel."""

    def __init__(self) -> None:
        self.params: Params = {}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return (math.prod(input_shape),)

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        return x.reshape(len(x), math.prod(x.shape[1:])), x.shape

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        return d_out.reshape(cache) if need_d_x else None


class Unflatten:
    """A row of numbers as a sample of this shape: (784,) → (28, 28, 1), the inverse of Flatten."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        if min(shape, default=0) < 1:
            raise SettingsError(f"a shape needs positive sizes; got {tuple(shape)}.")
        self.shape = tuple(shape)
        self.params: Params = {}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), (math.prod(self.shape),))
        return self.shape

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        return x.reshape(len(x), *self.shape), None

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        return d_out.reshape(len(d_out), math.prod(self.shape)) if need_d_x else None
