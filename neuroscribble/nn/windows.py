"""How a kernel, or the window of a pooling, moves over a map, and what it sees there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

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
        (rows, columns), _, _, (down, right) = self
        return (rows - 1) * down + 1, (columns - 1) * right + 1

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

    def by_axis(self) -> tuple[Window, Window]:
        """Its column of rows and its row of columns, as windows of their own on padded maps."""
        (rows, columns), (down, right), _, (row_step, column_step) = self
        return (
            Window((rows, 1), (down, 1), NO_PADDING, (row_step, 1)),
            Window((1, columns), (1, right), NO_PADDING, (1, column_step)),
        )

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
        (down, right), (row_step, column_step) = self.stride, self.dilation
        rows, columns = self.reach
        height, width = padded.shape[1] - rows + 1, padded.shape[2] - columns + 1
        for top in range(0, rows, row_step):
            for left in range(0, columns, column_step):
                yield padded[:, top : top + height : down, left : left + width : right, ...]


def _pair(size: Size) -> Pair:
    rows, columns = (size, size) if isinstance(size, int) else size
    return rows, columns


def _shortest(pair: Pair) -> Size:
    return pair[0] if pair[0] == pair[1] else pair
