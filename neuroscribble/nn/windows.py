"""How a kernel, or the window of a pooling, moves over a map, and what it sees there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from ..arrays import full
from ..errors import SettingsError, ShapeError
from ..shapes import Floats

Pair: TypeAlias = tuple[int, int]
Size: TypeAlias = int | Pair  # rows and columns, or one number for both
Padding: TypeAlias = int | tuple[Pair, Pair]  # (above, below), (left, right), or one for all

NO_PADDING = ((0, 0), (0, 0))


class Window(NamedTuple):
    """All in pixels, rows first; padding is (above, below), (left, right) of the map."""

    kernel: Pair
    stride: Pair
    padding: tuple[Pair, Pair]
    dilation: Pair = (1, 1)  # from one pixel that the kernel sees to the next

    @classmethod
    def of(cls, kernel: Size, stride: Size, padding: Padding, dilation: Size = 1) -> Window:
        """The window of settings as people write them; raises SettingsError for impossible ones."""
        sides = ((padding, padding), (padding, padding)) if isinstance(padding, int) else padding
        (above, below), (left, right) = sides
        window = cls(_pair(kernel), _pair(stride), ((above, below), (left, right)), _pair(dilation))
        counts = (*window.kernel, *window.stride, *window.dilation)
        if min(counts) < 1 or min(above, below, left, right) < 0:
            raise SettingsError(
                "a window needs kernel, stride and dilation ≥ 1 and padding ≥ 0; got kernel "
                f"{kernel}, stride {stride}, padding {padding} and dilation {dilation}."
            )
        return window

    @property
    def taps(self) -> int:
        """Pixels that the kernel sees."""
        return math.prod(self.kernel)

    @property
    def reach(self) -> Pair:
        """Rows and columns from the first pixel that the kernel sees to its last, both counted."""
        rows, columns = (
            (size - 1) * step + 1 for size, step in zip(self.kernel, self.dilation, strict=True)
        )
        return rows, columns

    def output_shape(self, shape: Pair) -> Pair:
        """Rows and columns of places where it stands, on a map of rows and columns `shape`.

        Raises ShapeError when there is no such place.
        """
        sides = zip(shape, self.padding, self.reach, self.stride, strict=True)
        rows, columns = ((n + sum(pad) - reach) // step + 1 for n, pad, reach, step in sides)
        if min(rows, columns) < 1:
            size = "×".join(map(str, self.reach))
            raise ShapeError(f"a {size} window does not fit into {shape[0]}×{shape[1]} pixels.")
        return rows, columns

    def short(self) -> tuple[Size, Size, Padding, Size]:
        """Kernel, stride, padding and dilation as `of` takes them, in the shortest form."""
        alike = len({*self.padding[0], *self.padding[1]}) == 1
        padding = self.padding[0][0] if alike else self.padding
        return _shortest(self.kernel), _shortest(self.stride), padding, _shortest(self.dilation)

    def padded(self, x: Floats, *, outside: float = 0) -> Floats:
        """Maps (n, H, W, C) with their padding; the very same ones where there is none."""
        if self.padding == NO_PADDING:
            return x
        n, height, width, channels = x.shape
        above_below, left_right = self.padding
        shape = (n, height + sum(above_below), width + sum(left_right), channels)
        padded: Floats = full(shape, outside, x)
        self.inside(padded)[...] = x
        return padded

    def inside(self, padded: Floats) -> Floats:
        """A view of the maps (n, H, W, C) without their padding."""
        (above, below), (left, right) = self.padding
        height, width = padded.shape[1:3]
        return padded[:, above : height - below, left : width - right, :]

    def views(self, padded: Floats) -> Iterator[Floats]:
        """What each tap sees from all places: views (n, H', W', C) of padded maps, tap by tap."""
        height, width = self.inside(padded).shape[1:3]
        places = self.output_shape((height, width))
        rows, columns = ((n - 1) * step + 1 for n, step in zip(places, self.stride, strict=True))
        for row, column in np.ndindex(self.kernel):
            top, left = row * self.dilation[0], column * self.dilation[1]
            yield padded[
                :,
                top : top + rows : self.stride[0],
                left : left + columns : self.stride[1],
                :,
            ]


def _pair(size: Size) -> Pair:
    rows, columns = (size, size) if isinstance(size, int) else size
    return rows, columns


def _shortest(pair: Pair) -> Size:
    return pair[0] if pair[0] == pair[1] else pair
