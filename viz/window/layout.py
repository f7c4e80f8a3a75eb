"""Where everything stands in a window of any size.

One unit is a pixel of a 1280 × 800 window; larger and smaller windows scale every distance and
every letter with it. What a very wide or very tall window has left over stays empty, evenly on
both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple

from neuroscribble.shapes import IMAGE_SIZE

REFERENCE = (1280, 800)  # the window, in pixels, in which one unit is one pixel
WIDEST, NARROWEST = 1.9, 1.6  # width / height of the part of a window that is used
FULL_ROWS = 0.85  # share of the largest possible tile that full rows may cost


class Rect(NamedTuple):
    """A rectangle in window pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def center(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    def contains(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.bottom

    def shrunk(self, by: int) -> Rect:
        """The rectangle without a border of `by` pixels."""
        return Rect(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True)
class TileGrid:
    """Square tiles for the units of one layer, filled row by row."""

    rect: Rect
    rows: int
    columns: int
    pitch: int  # pixels from one tile to the next


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The rectangles of one window, in pixels."""

    unit: float  # pixels per unit of the reference window
    title: Rect
    canvas: Rect  # square
    thinner: Rect
    brush: Rect
    thicker: Rect
    clear: Rect
    theme: Rect
    quit: Rect
    image: Rect  # square, a multiple of 28
    answer: Rect
    tiles: Rect
    bars: Rect

    def px(self, units: float) -> int:
        """A length or text height in pixels, at least one."""
        return _pixels(units, self.unit)


def arrange(width: int, height: int) -> Layout:
    """Lay out a window of this size in pixels; it is meant for 900 × 600 and more."""
    used_width = max(1, min(width, round(height * WIDEST)))
    used_height = max(1, min(height, round(width / NARROWEST)))
    unit = min(used_width / REFERENCE[0], used_height / REFERENCE[1])

    def px(units: float) -> int:
        return _pixels(units, unit)

    margin, gap, line = px(32), px(20), px(46)
    left, right = (width - used_width) // 2 + margin, (width + used_width) // 2 - margin
    top, bottom = (height - used_height) // 2 + px(24), (height + used_height) // 2 - margin
    button = px(132)
    quit_ = Rect(right - button, top, button, line)
    theme = Rect(quit_.x - px(12) - button, top, button, line)
    title = Rect(left, top, max(1, theme.x - gap - left), line)

    top += line + px(22)
    side = max(1, bottom - line - px(16) - top)
    canvas = Rect(left, top, side, side)
    tools = canvas.bottom + px(16)
    thinner = Rect(left, tools, line, line)
    brush = Rect(thinner.right + px(8), tools, px(60), line)
    thicker = Rect(brush.right + px(8), tools, line, line)
    clear = Rect(canvas.right - button, tools, button, line)

    column = canvas.right + px(40)
    breadth = max(1, right - column)
    caption, end = px(30), tools + line
    image_side = max(1, px(168) // IMAGE_SIZE) * IMAGE_SIZE
    image = Rect(column, top + caption, image_side, image_side)
    answer = Rect(image.right + gap, image.y, max(1, right - image.right - gap), image_side)
    tiles = Rect(column, image.bottom + px(14) + caption, breadth, px(206))
    bars_top = tiles.bottom + px(8) + caption
    bars = Rect(column, bars_top, breadth, max(1, end - bars_top))
    return Layout(
        unit=unit,
        title=title,
        canvas=canvas,
        thinner=thinner,
        brush=brush,
        thicker=thicker,
        clear=clear,
        theme=theme,
        quit=quit_,
        image=image,
        answer=answer,
        tiles=tiles,
        bars=bars,
    )


def _pixels(units: float, unit: float) -> int:
    return max(1, round(units * unit))


def tile_grids(layer_sizes: Sequence[int], area: Rect, *, gap: int) -> list[TileGrid]:
    """Grids for all hidden layers side by side in `area`, `gap` pixels apart.

    All tiles have one size, at least a pixel: nearly the largest that fits, if that leaves fewer
    empty places in the last rows.
    """
    if not layer_sizes:
        return []

    free = area.width - gap * (len(layer_sizes) - 1)

    def n_cells(rows: int) -> int:
        return rows * sum(ceil(size / rows) for size in layer_sizes)

    def largest_pitch(rows: int) -> int:
        return max(1, min(area.height // rows, free * rows // n_cells(rows)))

    choices = range(1, max(1, min(max(layer_sizes), area.height)) + 1)
    pitch = {rows: largest_pitch(rows) for rows in choices}
    large_enough = [rows for rows in choices if pitch[rows] >= FULL_ROWS * max(pitch.values())]
    rows = min(large_enough, key=lambda rows: (n_cells(rows), -pitch[rows]))
    side = pitch[rows]
    grids, x = [], area.x
    for size in layer_sizes:
        n_rows, n_columns = min(rows, size), ceil(size / rows)
        grids.append(
            TileGrid(Rect(x, area.y, n_columns * side, n_rows * side), n_rows, n_columns, side)
        )
        x += n_columns * side + gap
    return grids
