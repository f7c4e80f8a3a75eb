"""What stands below a poster's funnel: each drawn edge once more, as a square that has its place.

Of a network that reads pictures, one picture for each unit of the first hidden column; for every
other pair of columns a matrix, its rows the units of the later one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from neuroscribble.explain.cutting import Masks
from neuroscribble.shapes import Floats

from ..diagram.diagram import Diagram
from ..diagram.names import picture_side
from ..diagram.theme import Theme, symmetric_limit
from .sheet import FONT, signed_colormap

WIDE, HIGH = 594.0, 420.0  # millimeters of an A2 sheet on its side
INCH = 25.4
ENDS_AT = 99.0  # percentile of |weights| of a link at which its colors and widths end
FIELDS = 0.66  # share of the width that the pictures of units take
GAP = 12.0  # millimeters between two plates, with room for numbers
NUMBER = 0.24  # height of the number above a picture, in heights of it
SMALL, LARGE = 4.5, 8.0  # points


def axes_at(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes without a frame, at a place in millimeters of the sheet."""
    axes = figure.add_axes((left / WIDE, 1 - (top + height) / HIGH, width / WIDE, height / HIGH))
    axes.set_axis_off()
    return axes


def colors_of(values: Floats, theme: Theme) -> tuple[Floats, Floats]:
    """Shares of the scale of these values, -1..1 (n,), and their colors (n, 4)."""
    share: Floats = np.clip(values / symmetric_limit(values, percentile=ENDS_AT), -1, 1)
    return share, signed_colormap(theme)(0.5 + 0.5 * share)


def draw_plates(
    figure: Figure,
    diagram: Diagram,
    drawn: Masks,
    room: tuple[float, float, float, float],
    theme: Theme,
    words: Mapping[str, str],
) -> None:
    """All plates. room: left, top, width and height in millimeters; words: those of the poster."""
    left, top, width, height = room
    shown = [np.where(mask, link.edges, 0) for link, mask in zip(diagram.links, drawn, strict=True)]
    keys = [column.key for column in diagram.columns]
    names = [f"{one} → {other}" for one, other in zip(keys, keys[1:], strict=False)]
    side = picture_side(len(shown[0])) if diagram.ids[0][0].count(",") else None
    if side is not None:
        part = width * FIELDS if len(shown) > 1 else width
        heading = words["fields"].format(column=diagram.columns[1].key)
        _head(figure, left, top, heading, theme)
        whose = diagram.ids[1] if len(shown) > 1 else diagram.class_names
        _draw_fields(axes_at(figure, left, top, part, height), shown[0], whose, side, theme)
        left, width = left + part + GAP, width - part - GAP
        shown, names = shown[1:], names[1:]
    if not shown:
        return
    most = max(len(values) for values in shown)
    cell = min(
        width / most,
        (height - GAP * (len(shown) - 1)) / sum(values.shape[1] for values in shown),
    )
    for values, name in zip(shown, names, strict=True):
        _head(figure, left, top, words["matrix"].format(name=name), theme)
        _draw_matrix(figure, values, left, top, cell, theme)
        top += values.shape[1] * cell + GAP


def _head(figure: Figure, left: float, top: float, words: str, theme: Theme) -> None:
    at = (left / WIDE, 1 - (top - 4.5) / HIGH)
    figure.text(*at, words, fontsize=LARGE, color=theme.text, family=FONT, va="bottom")


def _draw_fields(axes: Axes, values: Floats, names: Sequence[str], side: int, theme: Theme) -> None:
    """One picture for each unit; only weights that are drawn have a square."""
    n_units = values.shape[1]
    box = axes.get_position()
    width, height = box.width * WIDE, box.height * HIGH
    wide, high = 1.1 * side, (1 + NUMBER) * side  # of one picture with its number, in pixels
    across = 1
    while -(-n_units // across) * high / (across * wide) > height / width:
        across += 1
    corners = np.array([(n % across * wide, n // across * high) for n in range(n_units)])
    corners[:, 1] += NUMBER * side
    pixels, units = np.nonzero(values)
    at = corners[units] + np.stack([pixels % side, pixels // side], axis=1)
    axes.add_collection(_squares(at, values[pixels, units], theme))
    axes.add_collection(_frames(corners, side, side, theme))
    points = 0.14 * side * width / (across * wide) / INCH * 72
    for name, (x, y) in zip(names, corners, strict=True):
        axes.text(x, y - 0.6, name, va="bottom", fontsize=points, color=theme.muted, family=FONT)
    axes.set(xlim=(-0.3, across * wide), ylim=(across * wide * height / width, 0))


def _draw_matrix(
    figure: Figure, values: Floats, left: float, top: float, cell: float, theme: Theme
) -> None:
    """A square of `cell` millimeters for each drawn edge; numbers at every eighth unit."""
    columns, rows = values.shape
    axes = axes_at(figure, left, top, columns * cell, rows * cell)
    sources, targets = np.nonzero(values)
    at = np.stack([sources, targets], axis=1).astype(float)
    axes.add_collection(_squares(at, values[sources, targets], theme))
    axes.add_collection(_frames(np.zeros((1, 2)), columns, rows, theme))
    points = min(SMALL, 0.9 * cell / INCH * 72)
    style: dict[str, Any] = {
        "fontsize": points,
        "color": theme.muted,
        "family": FONT,
        "clip_on": False,
    }
    for n in range(0, columns, 8 if columns > 16 else 1):
        axes.text(n + 0.5, -0.7 / cell, str(n), ha="center", va="bottom", **style)
    for n in range(0, rows, 8 if rows > 16 else 1):
        axes.text(-0.7 / cell, n + 0.5, str(n), ha="right", va="center", **style)
    axes.set(xlim=(0, columns), ylim=(rows, 0))


def _squares(at: Floats, values: Floats, theme: Theme) -> PolyCollection:
    """One square of side 1 for each value, its upper left corner at (x, y)."""
    square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    colors = colors_of(values, theme)[1]
    return PolyCollection([*(at[:, None] + square)], facecolors=colors, linewidths=0)


def _frames(corners: Floats, width: int, height: int, theme: Theme) -> PolyCollection:
    """Hairlines around rectangles with these upper left corners."""
    around = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    frames = [*(corners[:, None] + around)]
    style: dict[str, Any] = {"edgecolors": theme.outline, "linewidths": 0.3, "clip_on": False}
    return PolyCollection(frames, facecolors="none", **style)
