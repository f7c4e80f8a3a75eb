"""Where every unit stands: a funnel that fits a screen, with the input as a picture.

The input is a lattice in which the digit can be seen. Hidden layers are compact blocks that get
shorter toward the ten outputs. One graph unit is about one pixel on a full-HD screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from .names import picture_side

Positions = NDArray[np.float64]  # (units, 2): x to the right, y down, in graph units


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """Distances in graph units."""

    pixel: float = 23.0  # between neighbors of the input lattice
    height: float = 644.0  # of the tallest column: 28 pixels
    funnel: float = 0.9  # each column is at most this much of the height of the one before
    most_rows: int = 32  # units above each other in a block
    widest_pitch: float = 50.0  # units of a small layer stand no farther apart
    gap: float = 185.0  # free space between the input and the first block
    narrowing: float = 0.85  # each gap is this much of the one before
    most_maps: int = 16  # maps above each other in a block
    largest_map: float = 400.0  # pitch of a map that is alone


WITH_MAPS = Spacing(height=1200.0, funnel=0.95, gap=115.0, narrowing=0.94)
SINGLE = (1, 1)  # the map of a unit that is a single number


@dataclass(frozen=True)
class Block:
    """One layer's units: their centers, and the diameter that keeps them apart."""

    positions: Positions
    size: float  # diameter of a circle or side of a square, in graph units


def funnel_layout(
    layer_sizes: Sequence[int],
    spacing: Spacing | None = None,
    *,
    map_shapes: Sequence[tuple[int, int]] | None = None,
    is_picture: bool = True,
) -> list[Block]:
    """One block for each layer, left to right, each centered around y = 0.

    map_shapes: rows and columns of the maps of each layer's units, (1, 1) for single numbers;
    by default all are. Maps are squares in a block of their own kind, taller than wide.
    is_picture: whether inputs that form a square are the pixels of a picture.
    """
    map_shapes = map_shapes or [SINGLE] * len(layer_sizes)
    has_maps = any(shape != SINGLE for shape in map_shapes)
    spacing = spacing or (WITH_MAPS if has_maps else Spacing())
    blocks = []
    left, gap, height = 0.0, spacing.gap, spacing.height
    for number, (size, shape) in enumerate(zip(layer_sizes, map_shapes, strict=True)):
        side = picture_side(size) if is_picture and number == 0 and shape == SINGLE else None
        if side is not None:
            rows, pitch = side, min(spacing.pixel, spacing.height / side)
        elif shape != SINGLE:
            rows = min(size, spacing.most_maps)
            pitch = min(height / rows, spacing.largest_map)
        else:
            rows = min(size, spacing.most_rows)
            pitch = min(height / rows, spacing.widest_pitch)
        square = side is not None or shape != SINGLE
        block = _block(size, rows, pitch, left, by_rows=side is not None, square=square)
        blocks.append(block)
        left = float(block.positions[:, 0].max()) + pitch / 2 + gap
        gap *= spacing.narrowing
        height *= spacing.funnel
    return blocks


def _block(
    size: int, rows: int, pitch: float, left: float, *, by_rows: bool, square: bool
) -> Block:
    """A grid of `size` cells; pictures fill row by row, layers column by column."""
    columns = ceil(size / rows)
    index = np.arange(size)
    row, column = (index // columns, index % columns) if by_rows else (index % rows, index // rows)
    x = left + (column + 0.5) * pitch
    y = (row - (rows - 1) / 2) * pitch
    return Block(np.stack([x, y], axis=1), pitch * (0.92 if square else 0.8))
