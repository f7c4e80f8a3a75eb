"""Hidden layers as tiles: a unit is one tile, a feature map a small picture.

A unit of a dense layer is a map of one pixel. So both are placed, scaled and colored alike: by
the largest activation of their layer. Only the size of a tile depends on how much it has to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil

import numpy as np

from neuroscribble.shapes import Floats

from ..diagram.theme import color_table, rgb, symmetric_limit
from .layout import Layout, Rect
from .panels import SMALL, TEXT, Look, caption
from .reading import Reading
from .scene import Box, Item, Label, Picture, Shades

SEAM = 0.12  # of a tile's pitch, on its right and lower sides
FULL_ROWS = 0.9  # share of the largest possible tile that full rows may cost
GROWTH = 1 / 9  # a map of n × n pixels gets a tile 1 + (n − 1) / 9 times as large as a unit's
CAPTION = 28  # units of the layout, below the tiles

Shape = tuple[int, ...]  # of a layer: (units,) or (H, W, units)


@dataclass(frozen=True)
class TileGrid:
    """Square tiles for the units of one layer, filled row by row."""

    rect: Rect
    rows: int
    columns: int
    pitch: int  # pixels from one tile to the next

    @property
    def side(self) -> int:
        """Pixels of a tile, its seam not included."""
        return self.pitch - round(self.pitch * SEAM)

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
        x, y = self.rect.x + column * self.pitch, self.rect.y + row * self.pitch
        return Rect(x, y, self.side, self.side)


def hidden_grids(layout: Layout, hidden: Mapping[str, Floats]) -> dict[str, TileGrid]:
    """Where the tiles of all hidden layers stand, by key; `hidden` are their activations."""
    shapes = tuple(values.shape for values in hidden.values())
    return dict(zip(hidden, _grids(layout, shapes), strict=True))


@lru_cache(maxsize=4)
def _grids(layout: Layout, shapes: tuple[Shape, ...]) -> list[TileGrid]:
    x, y, width, height = layout.tiles
    area = Rect(x, y, width, max(1, height - layout.px(CAPTION)))
    return tile_grids(shapes, area, gap=_gap(layout, len(shapes)))


def _gap(layout: Layout, n_layers: int) -> int:
    return min(layout.px(28), layout.tiles.width // (5 * max(1, n_layers)))


def tile_grids(shapes: Sequence[Shape], area: Rect, *, gap: int) -> list[TileGrid]:
    """Grids for all hidden layers side by side in `area`, `gap` pixels apart.

    All units have tiles of one size, at least a pixel, and maps larger ones: nearly the largest
    that fit, if that leaves fewer empty places in the last rows.
    """
    if not shapes:
        return []

    free = area.width - gap * (len(shapes) - 1)
    sizes = [shape[-1] for shape in shapes]
    times = [1 + (max(shape[:-1], default=1) - 1) * GROWTH for shape in shapes]

    def own_rows(rows: int) -> list[tuple[int, int]]:
        """Each layer's size and rows where units have `rows`; larger tiles stand in fewer."""
        return [(n, max(1, round(rows / by))) for n, by in zip(sizes, times, strict=True)]

    def height(rows: int) -> int:
        """Of full columns, so that all layers stand side by side."""
        breadth = sum(Fraction(ceil(n / own), own) for n, own in own_rows(rows))  # in heights
        return min(area.height, int(free / breadth))

    def largest_tile(rows: int) -> int:
        return max(1, height(rows) // min(own for _, own in own_rows(rows)))

    def emptiness(rows: int) -> float:
        """Empty places, in tiles of a unit."""
        return sum((-n % own) * (rows / own) ** 2 for n, own in own_rows(rows))

    most = max(ceil(size * by) for size, by in zip(sizes, times, strict=True))
    choices = range(1, max(1, min(most, area.height)) + 1)
    tile = {rows: largest_tile(rows) for rows in choices}
    large_enough = [rows for rows in choices if tile[rows] >= FULL_ROWS * max(tile.values())]
    rows = min(large_enough, key=lambda rows: (emptiness(rows), -tile[rows]))
    grids, x = [], area.x
    for size, own in own_rows(rows):
        side = max(1, height(rows) // own)
        n_rows, n_columns = min(own, size), ceil(size / own)
        grids.append(
            TileGrid(Rect(x, area.y, n_columns * side, n_rows * side), n_rows, n_columns, side)
        )
        x += n_columns * side + gap
    return grids


def tiles_panel(
    look: Look,
    reading: Reading,
    *,
    is_sorted: bool = False,
    marked: tuple[str, int] | None = None,
) -> list[Item]:
    """Every hidden unit as a tile; each layer's scale ends at its own largest activation.

    If one layer's may be negative, all are colored by their sign.

    marked: the unit that is looked at, as (key, unit).
    """
    rect, px, theme = look.layout.tiles, look.layout.px, look.theme
    items: list[Item] = [caption(look, rect, "Hidden layers", room=px(150))]
    if not reading.hidden:
        note = "none: every pixel speaks to the answer directly"
        y = rect.y + px(SMALL)
        return [*items, Label(note, rect.x, y, px(TEXT), rgb(theme.muted), rect.width)]
    items += _legend(look, is_signed=reading.is_signed)
    colors = theme.signed if reading.is_signed else theme.activation
    palette = np.vstack([[rgb(theme.background)], color_table(colors, 255)])
    palette = palette.astype(np.uint8)
    gap = _gap(look.layout, len(reading.hidden))
    for key, grid in hidden_grids(look.layout, reading.hidden).items():
        order = reading.order(key, is_sorted=is_sorted)
        values = reading.hidden[key][..., order]
        shades = tile_shades(values, grid, is_signed=reading.is_signed)
        picture = Picture(grid.rect.x, grid.rect.y, shades, palette)
        items.append(picture)
        if marked is not None and marked[0] == key:
            place = int(np.flatnonzero(order == marked[1])[0])
            items += _marked_tile(look, picture, grid.tile(place))
        text = _caption(key, reading, wide=grid.rect.width / px(1))
        y = grid.rect.bottom + px(14)
        room = grid.rect.width + gap // 2
        items.append(Label(text, grid.rect.x, y, px(SMALL), rgb(theme.muted), room))
    return items


def _caption(key: str, reading: Reading, *, wide: float) -> str:
    """What stands below a layer that is so many units of the layout wide."""
    values = reading.hidden[key]
    *map_shape, size = values.shape
    if wide <= 48:
        return key
    if map_shape:
        height, width = map_shape
        return f"{key}: {size}×{height}×{width}"
    if wide <= 120:
        return f"{key}: {size}"
    if reading.is_blank:
        return f"{key}: {size} units"
    word = "positive" if reading.fate(key).may_be_negative else "active"
    return f"{key}: {np.count_nonzero(values > 0)} of {size} {word}"


def _marked_tile(look: Look, picture: Picture, tile: Rect) -> list[Item]:
    """The tile that is looked at: a frame around its picture."""
    inner = tile.shrunk(max(1, look.layout.px(2)))
    items: list[Item] = [Box(tile, rgb(look.theme.accent))]
    if min(inner.width, inner.height) <= 0:
        return items
    rows = slice(inner.y - picture.y, inner.bottom - picture.y)
    columns = slice(inner.x - picture.x, inner.right - picture.x)
    return [*items, Picture(inner.x, inner.y, picture.shades[rows, columns], picture.palette)]


def tile_shades(values: Floats, grid: TileGrid, *, is_signed: bool = False) -> Shades:
    """Activations (units,) or (H, W, units) as tiles: 1 for none to 255 for the layer's largest.

    With a sign 128 stands for none, 1 and 255 for the largest size. 0 stands beside the tiles.
    """
    maps = np.moveaxis(values, -1, 0).reshape(values.shape[-1], *(values.shape[:-1] or (1, 1)))
    tiles = resampled(maps, inside(maps.shape[1:], grid.side))
    tiles = activation_shares(tiles, values, is_signed=is_signed)
    cells: Shades = np.zeros((grid.rows * grid.columns, grid.pitch, grid.pitch), dtype=np.uint8)
    cells[: len(tiles), : tiles.shape[1], : tiles.shape[2]] = 1 + np.rint(254 * tiles)
    cells = cells.reshape(grid.rows, grid.columns, grid.pitch, grid.pitch)
    return cells.swapaxes(1, 2).reshape(grid.rows * grid.pitch, grid.columns * grid.pitch)


def activation_shares(tiles: Floats, values: Floats, *, is_signed: bool) -> Floats:
    """Where numbers stand on the scale of a layer's `values`, from 0 to 1; with a sign 0 is ½."""
    if is_signed:
        shares: Floats = 0.5 + 0.5 * np.clip(tiles / symmetric_limit(values), -1, 1)
        return shares
    top = float(values.max(initial=0))
    return np.clip(tiles / top, 0, 1) if top > 0 else np.zeros_like(tiles)


def resampled(maps: Floats, size: tuple[int, int]) -> Floats:
    """Maps (n, H, W) at another size (height, width): each new pixel the mean of what it covers."""
    down = _averaging(maps.shape[1], size[0]).astype(maps.dtype)
    across = _averaging(maps.shape[2], size[1]).astype(maps.dtype)
    resized: Floats = down @ maps @ across.T
    return resized


def inside(shape: Sequence[int], side: int) -> tuple[int, int]:
    """The height and width of a picture of this shape in a square of `side` pixels."""
    scale = side / max(shape)
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


@lru_cache(maxsize=64)
def _averaging(n_old: int, n_new: int) -> Floats:
    """(n_new, n_old): the share of every old pixel in each of n_new pixels of equal width."""
    edges = np.linspace(0, n_old, n_new + 1)[:, None]
    old = np.arange(n_old)
    overlap = np.minimum(edges[1:], old + 1) - np.maximum(edges[:-1], old)
    shares: Floats = np.clip(overlap, 0, None) * n_new / n_old
    return shares


def _legend(look: Look, *, is_signed: bool) -> list[Item]:
    """A ramp of the tiles' palette and its ends, left of the button over them."""
    px, theme, muted = look.layout.px, look.theme, rgb(look.theme.muted)
    right, y = look.layout.order.x - px(16), look.layout.order.center[1]
    ramp_width = px(70)
    x = right - ramp_width
    ramp = np.linspace(0, 255, ramp_width).astype(np.uint8)[None].repeat(px(12), 0)
    text = "− to + the layer's largest" if is_signed else "0 to the layer's largest"
    return [
        Label(text, x - px(10), y, px(SMALL), muted, px(200), "right"),
        Picture(x, y - px(6), ramp, color_table(theme.signed if is_signed else theme.activation)),
    ]
