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
SEAM = 0.12  # of a tile's pitch, on its right and lower sides
FULL_ROWS = 0.9  # share of the largest possible tile that full rows may cost


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

    def place(self, x: float, y: float) -> int | None:
        """The number of the tile at a point of the window; the last ones may stay empty."""
        if not self.rect.contains(x, y):
            return None
        return (
            int(y - self.rect.y) // self.pitch * self.columns + int(x - self.rect.x) // self.pitch
        )

    def tile(self, place: int) -> Rect:
        """Where tile number `place` stands, its seam not included."""
        row, column = divmod(place, self.columns)
        side = self.pitch - round(self.pitch * SEAM)
        return Rect(self.rect.x + column * self.pitch, self.rect.y + row * self.pitch, side, side)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The rectangles of one window, in pixels."""

    unit: float  # pixels per unit of the reference window
    window: tuple[int, int]  # width and height
    title: Rect
    help: Rect
    theme: Rect
    quit: Rect
    canvas: Rect  # square
    thinner: Rect
    brush: Rect
    thicker: Rect
    eraser: Rect
    undo: Rect
    redo: Rect
    clear: Rect
    digits: Rect  # a button for each class
    mix: Rect
    unteach: Rect
    save: Rect
    box: Rect  # square: the ink in its box
    fit: Rect  # square: 20 × 20
    image: Rect  # square, a multiple of 28
    answer: Rect
    order: Rect
    tiles: Rect
    bars: Rect
    card_button: Rect
    card: Rect
    status: Rect

    def px(self, units: float) -> int:
        """A length or text height in pixels, at least one."""
        return _pixels(units, self.unit)

    def digit(self, k: int, n: int) -> Rect:
        """The button of class k of n, under the canvas."""
        gap = self.px(6)
        x, y, width, height = self.digits
        left, right = (x + round((width + gap) * edge / n) for edge in (k, k + 1))
        return Rect(left, y, max(1, right - gap - left), height)

    def bar(self, k: int, n: int) -> Rect:
        """The row of class k of n among the bars."""
        x, y, width, height = self.bars
        top, bottom = (y + round(height * edge / n) for edge in (k, k + 1))
        return Rect(x, top, width, bottom - top)

    def tile_grids(self, layer_sizes: Sequence[int]) -> list[TileGrid]:
        """Where the tiles of all hidden layers stand."""
        x, y, width, height = self.tiles
        area = Rect(x, y, width, max(1, height - self.px(28)))  # captions stand below
        gap = min(self.px(28), width // (4 * len(layer_sizes))) if layer_sizes else 0
        return tile_grids(layer_sizes, area, gap=gap)


def arrange(width: int, height: int) -> Layout:
    """Lay out a window of this size in pixels; it is meant for 900 × 600 and more."""
    used_width = max(1, min(width, round(height * WIDEST)))
    used_height = max(1, min(height, round(width / NARROWEST)))
    unit = min(used_width / REFERENCE[0], used_height / REFERENCE[1])

    def px(units: float) -> int:
        return _pixels(units, unit)

    def row(left: int, right: int, top: int, tall: int, *shares: float) -> list[Rect]:
        """Rectangles side by side from left to right, as wide as their shares."""
        gap = px(8)
        free, total, done = right - left - gap * (len(shares) - 1), sum(shares), 0.0
        rects = []
        for nth, share in enumerate(shares):
            x = left + round(free * done / total) + nth * gap
            done += share
            end = left + round(free * done / total) + nth * gap
            rects.append(Rect(x, top, max(1, end - x), tall))
        return rects

    margin, line, caption = px(28), px(40), px(26)
    left, right = (width - used_width) // 2 + margin, (width + used_width) // 2 - margin
    top, bottom = (height - used_height) // 2 + px(18), (height + used_height) // 2 - px(12)
    help_, theme, quit_ = row(right - px(384), right, top, line, 1, 1, 1)
    title = Rect(left, top, max(1, help_.x - px(20) - left), line)
    status = Rect(left, bottom - px(30), max(1, right - left), px(30))

    top += line + px(16)
    low = status.y - px(8)  # the lower end of everything else
    learn_top = low - line
    digits_top = learn_top - px(10) - line
    tools_top = digits_top - caption - px(8) - line
    side = max(1, tools_top - px(12) - top)
    canvas = Rect(left, top, side, side)
    edge = canvas.right
    thinner, brush, thicker, eraser, undo, redo, clear = row(
        left, edge, tools_top, line, 36, 40, 36, 98, 88, 88, 88
    )
    digits = Rect(left, digits_top, side, line)
    mix, unteach, save = row(left, edge, learn_top, line, 212, 170, 110)

    column = canvas.right + px(36)
    breadth = max(1, right - column)
    image_side = max(1, px(140) // IMAGE_SIZE) * IMAGE_SIZE
    box, fit, image = (
        Rect(column + nth * (image_side + px(14)), top + caption, image_side, image_side)
        for nth in range(3)
    )
    answer = Rect(image.right + px(18), image.y, max(1, right - image.right - px(18)), image_side)
    tiles_top = image.bottom + px(14) + px(30)
    order = Rect(right - px(168), tiles_top - px(34), px(168), px(28))
    tiles = Rect(column, tiles_top, breadth, px(154))
    lower = tiles.bottom + px(6) + px(30)
    half = round((breadth - px(28)) * 0.46)
    bars = Rect(column, lower, max(1, half), max(1, low - lower))
    card = Rect(bars.right + px(28), lower, max(1, right - bars.right - px(28)), bars.height)
    card_button = Rect(right - px(128), lower - px(34), px(128), px(28))
    return Layout(
        unit=unit,
        window=(width, height),
        title=title,
        help=help_,
        theme=theme,
        quit=quit_,
        canvas=canvas,
        thinner=thinner,
        brush=brush,
        thicker=thicker,
        eraser=eraser,
        undo=undo,
        redo=redo,
        clear=clear,
        digits=digits,
        mix=mix,
        unteach=unteach,
        save=save,
        box=box,
        fit=fit,
        image=image,
        answer=answer,
        order=order,
        tiles=tiles,
        bars=bars,
        card_button=card_button,
        card=card,
        status=status,
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
