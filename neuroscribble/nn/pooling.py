"""Layers that learn nothing: they pick numbers, or only give a sample another shape."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..arrays import converted, empty, namespace
from ..errors import SettingsError
from ..shapes import Floats, Params, check_shape
from .kernels import kernel, over_blocks
from .layers import Cache
from .windows import NO_PADDING, Padding, Size, Window


class Pool2d:
    """What poolings share: windows of one size move over each channel, (H, W, C) → (H', W', C).

    Size and stride are one number or (rows, columns); without a stride, windows lie side by side.
    Padding is one number or ((above, below), (left, right)). Rows and columns that fill no whole
    window are left out.
    """

    def __init__(self, size: Size = 2, *, stride: Size | None = None, padding: Padding = 0) -> None:
        self.window = Window.of(size, size if stride is None else stride, padding)
        kernel, steps, sides, _ = self.window
        if any(max(pair) >= length for pair, length in zip(sides, kernel, strict=True)):
            raise SettingsError(
                f"padding must be less than the size of a pooled window, {size}; got {padding}."
            )
        self.size, apart, self.padding, _ = self.window.short()
        self.stride = None if steps == kernel else apart
        self.are_apart = all(length <= step for length, step in zip(kernel, steps, strict=True))
        self.params: Params = {}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        check_shape("a sample", np.empty(input_shape), ("H", "W", "C"))
        height, width, channels = input_shape
        return (*self.window.output_shape((height, width)), channels)


class MaxPool2d(Pool2d):
    """The largest number of every window; padding is never the largest.

    Backward: the gradient goes to the pixel that was the largest; of equal ones, to the first in
    reading order.
    """

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        out = empty((x.shape[0], *self.output_shape(x.shape[1:])), x)
        xp = namespace(x)
        first = xp.zeros(out.shape, dtype=self._index(xp), device=x.device)  # number of its pixel

        def work(block: slice) -> None:
            pixel, *others = self._seen(x[block, ...])
            largest, of_block = out[block, ...], first[block, ...]
            largest[...] = pixel
            for number, pixel in enumerate(others, start=1):
                larger = converted(pixel > largest, first.dtype)
                xp.maximum(of_block, larger * number, out=of_block)  # the last one counts
                xp.maximum(largest, pixel, out=largest)

        over_blocks(work, x, math.prod(x.shape[1:]))
        return out, (first, x.shape)

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        if not need_d_x:
            return None
        first, shape = cache
        masked, put = kernel("masked", d_out), kernel("put", d_out)
        d_x: Floats = empty(shape, d_out)

        def work(block: slice) -> None:
            d, of_block, d_block = d_out[block, ...], first[block, ...], d_x[block, ...]
            d_block[...] = 0
            d_padded = self.window.padded(d_block)
            found = (masked(d, of_block == number) for number in range(self.window.taps))
            if self.are_apart:
                put(d_padded, self.window, found)
            else:
                for d_pixel, d_found in zip(self.window.views(d_padded), found, strict=True):
                    d_pixel += d_found
            if self.window.padding != NO_PADDING:
                d_block[...] = self.window.inside(d_padded)

        over_blocks(work, d_x, math.prod(shape[1:]))
        return d_x

    def _index(self, xp: Any) -> Any:
        """The smallest dtype that numbers the pixels of a window."""
        return xp.uint8 if self.window.taps <= 256 else xp.int32

    def _seen(self, x: Floats) -> list[Floats]:
        """The first pixel of every window, the second, …: (n, H', W', C)."""
        seen: list[Floats] = kernel("views", x)(
            self.window.padded(x, outside=-math.inf), self.window
        )
        return seen


class Flatten:
    """A sample as one row of numbers: (H, W, C) → (H · W · C,), row by row, pixel by pixel."""

    def __init__(self) -> None:
        self.params: Params = {}

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        return (math.prod(input_shape),)

    def forward(self, x: Floats, *, training: bool = False) -> tuple[Floats, Cache]:
        return namespace(x).reshape(x, (x.shape[0], math.prod(x.shape[1:]))), x.shape

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        return namespace(d_out).reshape(d_out, cache) if need_d_x else None


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
        return namespace(x).reshape(x, (x.shape[0], *self.shape)), None

    def backward(
        self, d_out: Floats, cache: Cache, grads: Params, *, need_d_x: bool = True
    ) -> Floats | None:
        shape = (d_out.shape[0], math.prod(self.shape))
        return namespace(d_out).reshape(d_out, shape) if need_d_x else None
