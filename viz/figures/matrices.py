"""Weights as matrices: units as rows, what they listen to as columns, both with their names."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from neuroscribble.shapes import Floats

from ..diagram.theme import LIGHT, Theme, class_color, rgb
from . import sheet as figures
from .sheet import MARGIN, SMALL, SignedScale
from .shown import Shown, class_name

SHEET_WIDTH = 2400  # pixels; figures are about so wide
LEAST_WIDTH = 1700  # pixels that the title and the scale's note need
HIGHEST = 512  # pixels of most matrices
TITLE_WIDTH = 960  # pixels that a matrix's scale and the note beside it need
ABOVE, BELOW = 60, 190  # pixels above a matrix for its title, below it for axis and scale
BETWEEN = 90  # pixels from a matrix to the axis of the next
SCALE_WIDTH = 300  # pixels of a matrix's scale
STRIP = 12  # pixels of the strip that tells classes by color
ROOM_FOR_WORDS = 480  # pixels of an axis beside which a sentence fits
CLASS_ROOM = 26  # pixels from one class's name to the next


def weights_figure(shown: Shown, *, theme: Theme = LIGHT) -> Figure:
    """All dense layers, each on its own scale: units as rows, what they listen to as columns."""
    chain = shown.diagram.links
    dense = [number for number, link in enumerate(chain) if not link.window]
    places, right, bottom = matrix_places([shown.matrix(number).shape for number in dense])
    total = max(right + MARGIN, LEAST_WIDTH)
    caption = figures.wrapped(
        "One row for every unit, one column for everything it listens to; every matrix has its own "
        f"scale. Blue excites, orange inhibits.\n{shown.form_and_order}",
        total,
    )
    start = figures.below_heading(caption)
    figure = figures.new_figure(total, start + bottom + MARGIN, theme=theme)
    count = sum(shown.weights[number].size for number in dense)
    which = "" if len(dense) == len(chain) else " of dense layers"
    figures.write_heading(figure, f"All {count:,} weights{which}", caption, theme=theme)
    for number, (left, above, width, height) in zip(dense, places, strict=True):
        matrix, top = shown.matrix(number), start + above
        axes = figures.axes_at(figure, left, top, width, height, theme=theme)
        scale = figures.signed_scale([matrix])
        draw_matrix(axes, matrix, scale=scale, theme=theme, units=shown.weights[number].shape[1:])
        source, target = (column.key for column in shown.diagram.columns[number : number + 2])
        title = f"W{number + 1}   {source} → {target}   {matrix.shape[0]:,} × {matrix.shape[1]:,}"
        figures.write_text(figure, left, top - 38, title, color=theme.text, size=figures.NORMAL)
        for column, side in ((number, "bottom"), (number + 1, "left")):
            key, helped = shown.diagram.columns[column].key, shown.helped.get(column)
            label_units(axes, key, helped, shown.diagram.class_names, side=side, theme=theme)
        figures.draw_scale(figure, left, top + height + 100, scale, width=SCALE_WIDTH, theme=theme)
    return figure


def matrix_places(
    shapes: Sequence[tuple[int, ...]],
) -> tuple[list[tuple[int, int, int, int]], int, int]:
    """Left, top, width, height of each matrix, from left to right like text; the whole's ends."""
    left, top, right, bottom = 2 * MARGIN, ABOVE, 0, 0
    places: list[tuple[int, int, int, int]] = []
    for shape in shapes:
        width, height = matrix_cells(shape, width=SHEET_WIDTH, height=HIGHEST)
        if places and left + width > 2 * MARGIN + SHEET_WIDTH:
            left, top = 2 * MARGIN, bottom + ABOVE
        places.append((left, top, width, height))
        right = max(right, left + max(width, TITLE_WIDTH))
        bottom = max(bottom, top + height + BELOW)
        left += max(width, TITLE_WIDTH) + BETWEEN
    return places, right, bottom


def matrix_cells(shape: tuple[int, ...], *, width: int, height: int) -> tuple[int, int]:
    """Pixels (width, height) of a matrix (fan_in, fan_out) drawn with units as rows.

    Every weight gets a whole number of pixels, at most 20 and as many as fit. Matrices too
    large for a pixel each are averaged.
    """
    fan_in, fan_out = shape
    cell_height = min(20, max(1, height // fan_out))
    cell_width = min(20, max(cell_height, width // 4 // fan_in), max(1, width // fan_in))
    return min(fan_in * cell_width, width), min(fan_out * cell_height, 2 * height)


def draw_matrix(
    axes: Axes,
    matrix: Floats,
    *,
    scale: SignedScale,
    theme: Theme,
    units: tuple[int, ...] | None = None,
) -> None:
    """A matrix (fan_in, fan_out), transposed: units as rows, what they listen to as columns.

    Where each pair of units has a small picture in the matrix, `units` is how many there are.
    """
    fan_in, fan_out = units or matrix.shape
    width, height = axes.get_window_extent().size
    exact = width + 1 > matrix.shape[0] and height + 1 > matrix.shape[1]
    axes.imshow(
        matrix.T,
        cmap=figures.signed_colormap(theme),
        norm=scale.norm,
        aspect="auto",
        interpolation="nearest" if exact else "auto",
        extent=(-0.5, fan_in - 0.5, fan_out - 0.5, -0.5),
    )
    n_ticks = max(1, min(8, int(width) // 60))
    axes.xaxis.set_major_locator(MaxNLocator(n_ticks, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))


def label_units(
    axes: Axes,
    key: str,
    helped: NDArray[np.intp] | None,
    class_names: Sequence[str],
    *,
    side: str,
    theme: Theme,
) -> None:
    """Along a side of a matrix ("left" or "bottom"), what its rows or columns are.

    Sorted units have the color of the class that they help most, and each class its name, as far
    as there is room; others have numbers, classes their names.
    """
    extent = axes.get_window_extent()
    length = extent.width if side == "bottom" else extent.height
    name = unit_axis(key)
    if helped is not None:
        name = f"{key}, by the class that a unit helps most" if length > ROOM_FOR_WORDS else key
    (axes.set_xlabel if side == "bottom" else axes.set_ylabel)(
        name, color=theme.muted, fontsize=SMALL, family=figures.FONT
    )
    if helped is None:
        if key == "output":
            label_classes(axes, class_names, side=side)
        return
    cell = length / len(helped)  # pixels
    draw_class_strip(axes, helped, side=side, theme=theme)
    ticks: list[float] = []
    labels: list[str] = []
    for label in np.unique(helped):
        middle = float(np.flatnonzero(helped == label).mean())
        if not ticks or (middle - ticks[-1]) * cell >= CLASS_ROOM:
            ticks.append(middle)
            labels.append(class_name(class_names, int(label)))
    axis = axes.xaxis if side == "bottom" else axes.yaxis
    axis.set_ticks(ticks, labels)
    axis.set_tick_params(length=STRIP / 2 + 2)


def draw_class_strip(axes: Axes, helped: NDArray[np.intp], *, side: str, theme: Theme) -> None:
    """A thin strip outside the axes: for each unit the color of its class."""
    width, height = axes.get_window_extent().size
    colors = np.array([rgb(class_color(theme, int(label))) for label in helped], np.uint8)
    if side == "bottom":
        strip, inset = colors[None], axes.inset_axes((0, -STRIP / height, 1, STRIP / height))
    else:
        strip, inset = colors[:, None], axes.inset_axes((-STRIP / width, 0, STRIP / width, 1))
    inset.set_axis_off()
    inset.imshow(strip, aspect="auto", interpolation="nearest")


def label_classes(axes: Axes, class_names: Sequence[str], *, side: str) -> None:
    """The names of the classes along a side, as far as there is room."""
    extent = axes.get_window_extent()
    length, name = (extent.width, 36) if side == "bottom" else (extent.height, 20)
    n_outputs = round(abs(np.subtract(*(axes.get_xlim() if side == "bottom" else axes.get_ylim()))))
    class_names = class_names[-n_outputs:]  # a single output speaks for the last one
    step = math.ceil(n_outputs / max(1, round(length / name)))
    shown = range(0, n_outputs, step)
    axis = axes.xaxis if side == "bottom" else axes.yaxis
    axis.set_ticks(list(shown), [figures.plain(class_names[label]) for label in shown])


def unit_axis(key: str) -> str:
    """What an axis of units counts."""
    return {"input": "input", "output": "class"}.get(key, f"unit of {key}")
