"""Where every unit stands: a funnel that fills a screen, with the input as a picture.

The input is a lattice in which the digit can be seen, as tall as the column of outputs. Hidden
layers are slender blocks between them, the first as tall as the picture, each later one a little
less. One graph unit is about one pixel on a full-HD screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from .names import picture_side

Positions = NDArray[np.float64]  # (units, 2): x to the right, y down, in graph units
SINGLE = (1, 1)  # the map of a unit that is a single number
UNIT, MAP, PIXEL = 0.8, 0.92, 0.92  # shares of its room that each of a kind fills


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """Distances in graph units, and shares of them."""

    height: float = 800.0  # of the tallest column
    aspect: float = 1.38  # width by height: what panels and numbers leave of a screen of 16:10
    funnel: float = 0.95  # each hidden layer is this much of the height of the one before
    ends: tuple[float, float] = (0.36, 0.66)  # least and most height of input and output, as shares
    gap: float = 124.0  # between columns, before input and output are made smaller
    least_gap: float = 34.0  # rather than less, the whole becomes wider
    narrowing: float = 0.86  # each gap is this much of the one before
    most_rows: int = 32  # units above each other in a block, unless that makes it too wide
    most_maps: int = 22  # the same for maps
    slender: float = 8.0  # a block of units is at least so many times as tall as wide
    largest_unit: float = 60.0  # room for one unit; more room stays free around it
    largest_map: float = 120.0


@dataclass(frozen=True)
class Block:
    """One layer's units: their centers, and the diameter that keeps them apart."""

    positions: Positions
    size: float  # diameter of a circle or side of a square, in graph units


@dataclass(frozen=True)
class _Grid:
    """A layer as rows and columns of places, before it has a place itself."""

    n_units: int
    rows: int
    height: float
    room: float  # width of a column
    size: float  # of a unit
    by_rows: bool = False  # pictures fill row by row, layers column by column

    @property
    def columns(self) -> int:
        return ceil(self.n_units / self.rows)

    @property
    def width(self) -> float:
        return self.columns * self.room

    def block(self, left: float) -> Block:
        index = np.arange(self.n_units)
        if self.by_rows:
            row, column = index // self.columns, index % self.columns
        else:
            row, column = index % self.rows, index // self.rows
        down = (self.height - self.size) / max(self.rows - 1, 1)
        x = left + (column + 0.5) * self.room
        y = (row - (self.rows - 1) / 2) * down
        return Block(np.stack([x, y], axis=1), self.size)


def funnel_layout(
    layer_sizes: Sequence[int],
    spacing: Spacing | None = None,
    *,
    map_shapes: Sequence[tuple[int, int]] | None = None,
    is_picture: bool = True,
) -> list[Block]:
    """One block for each layer, left to right, each centered around y = 0.

    map_shapes: rows and columns of the maps of each layer's units, (1, 1) for single numbers;
    by default all are. Maps are squares in a block of their own kind.
    is_picture: whether inputs that form a square are the pixels of a picture.
    """
    spacing = spacing or Spacing()
    shapes = list(map_shapes or [SINGLE] * len(layer_sizes))
    layers = list(zip(layer_sizes, shapes, strict=True))
    hidden = [
        _block(size, shape, spacing.height * spacing.funnel**number, spacing)
        for number, (size, shape) in enumerate(layers[1:-1])
    ]
    taken = sum(grid.width for grid in hidden) + spacing.largest_unit
    free = spacing.aspect * spacing.height - taken
    least, most = spacing.ends if hidden else (spacing.ends[0], 1.0)
    ends = float(
        np.clip(
            free - spacing.gap * (len(layers) - 1), least * spacing.height, most * spacing.height
        )
    )
    place_inputs = _input if is_picture else _block
    grids = [place_inputs(*layers[0], ends, spacing), *hidden, _block(*layers[-1], ends, spacing)]
    blocks, left = [], 0.0
    gaps = _gaps(len(layers) - 1, free - grids[0].width, spacing)
    for grid, gap in zip(grids, [*gaps, 0.0], strict=True):
        blocks.append(grid.block(left))
        left += grid.width + gap
    return blocks


def _gaps(n: int, free: float, spacing: Spacing) -> list[float]:
    """Shares of the free width, each smaller than the one before."""
    shares = spacing.narrowing ** np.arange(n)
    gaps = np.maximum(free * shares / shares.sum(), spacing.least_gap)
    return [float(gap) for gap in gaps]


def _input(size: int, shape: tuple[int, int], height: float, spacing: Spacing) -> _Grid:
    """A lattice of pixels, or pictures; numbers that form no square are a block like the others."""
    side = picture_side(size) if shape == SINGLE else None
    if side is not None:
        room = height / (side - 1 + PIXEL)
        return _Grid(size, side, height, room, room * PIXEL, by_rows=True)
    if shape != SINGLE:
        room = height / size
        return _Grid(size, size, height, room, room * (MAP if size > 1 else 1))
    return _block(size, shape, height, spacing)


def _block(size: int, shape: tuple[int, int], height: float, spacing: Spacing) -> _Grid:
    """As few columns as keep units large enough, but never a wide block."""
    is_map = shape != SINGLE
    usual = spacing.most_maps if is_map else spacing.most_rows
    columns = ceil(size / max(usual, ceil(sqrt(spacing.slender * size))))
    rows = ceil(size / columns)
    room = min(height / rows, spacing.largest_map if is_map else spacing.largest_unit)
    return _Grid(size, rows, height, room, room * (MAP if is_map else UNIT))
