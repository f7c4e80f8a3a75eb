"""The kernels of a convolution: one small picture for each pair of maps, side by side."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from neuroscribble.shapes import Floats

from ..diagram.theme import LIGHT, Theme
from . import sheet as figures
from .sheet import FOOTER, MARGIN, SMALL
from .shown import Shown

WIDTH = 2280  # pixels of the mosaic, as far as whole pixels for each weight allow
HEIGHT = 1500
LARGEST = 64  # pixels a side of one weight
LEAST_WIDTH = 1700  # pixels that title and color bar need
LEFT = 2 * MARGIN  # pixels for the names of rows
LABEL = 34  # pixels above a kernel for its name, where there is room


def kernels_figure(shown: Shown, number: int, *, theme: Theme = LIGHT) -> Figure:
    """The kernels of link `number`: rows are the maps that it reads, columns those that it makes.

    A convolution that reads one map, the picture, has its kernels in rows like text.
    """
    link, source = shown.diagram.links[number], shown.diagram.columns[number].key
    kernels = kernels_of(shown.weights[number], link.tap_shape)
    fan_in, fan_out, rows, columns = kernels.shape
    side = max(rows, columns)
    n_columns = fan_out if fan_in > 1 else math.ceil(math.sqrt(4 * fan_out))
    n_rows = fan_in if fan_in > 1 else math.ceil(fan_out / n_columns)
    room = min(WIDTH // n_columns, HEIGHT // n_rows)  # pixels for a kernel and its gap
    cell = max(1, min(room * 9 // 10 // side, LARGEST))
    pitch = cell * side + max(2, cell * side // 9)
    label = LABEL if fan_in == 1 else 0
    sheet = np.full((n_rows * (pitch + label), n_columns * pitch), np.nan, kernels.dtype)
    corners = [
        (number // n_columns * (pitch + label) + label, number % n_columns * pitch)
        for number in range(fan_in * fan_out)
    ]
    for (above, left), kernel in zip(corners, kernels.reshape(-1, rows, columns), strict=True):
        picture = np.kron(kernel, np.ones((cell, cell), kernel.dtype))
        sheet[above : above + len(picture), left : left + picture.shape[1]] = picture
    height, width = sheet.shape
    folded = ", batch normalization folded in" if link.norm and not shown.is_raw else ""
    total = max(width + LEFT + MARGIN, LEAST_WIDTH)
    caption = figures.wrapped(
        f"Every square is one kernel{folded}. Blue: what is there excites; orange: it inhibits.\n"
        f"{shown.form_and_order}",
        total,
    )
    top = figures.below_heading(caption)
    figure = figures.new_figure(total, height + top + 2 * MARGIN + FOOTER, theme=theme)
    title = f"{link.n_edges:,} kernels of {rows} × {columns}: {source} → {link.key}"
    figures.write_heading(figure, title, caption, theme=theme)
    scale = figures.signed_scale([kernels])
    axes = figures.axes_at(figure, LEFT, top, width, height, theme=theme)
    axes.imshow(
        sheet,
        cmap=figures.signed_colormap(theme),
        norm=scale.norm,
        aspect="auto",
        interpolation="nearest",
    )
    if fan_in > 1:
        axes.set_xticks(*_names(shown, number + 1, pitch, room=width // 90))
        axes.set_yticks(*_names(shown, number, pitch, room=height // 40))
        figures.label_axes(axes, f"map of {link.key}", f"map of {source}", theme=theme)
    else:
        axes.set_axis_off()
        for place, (above, left) in enumerate(corners):
            name = shown.name(number + 1, place)
            axes.text(left, above - 8, name, color=theme.muted, fontsize=SMALL, family=figures.FONT)
    figures.draw_color_bar(figure, scale, "weight", theme=theme)
    return figure


def kernels_of(weights: Floats, shape: tuple[int, int]) -> Floats:
    """(taps, fan_in, fan_out) → (fan_in, fan_out, rows, columns)."""
    _, fan_in, fan_out = weights.shape
    return weights.transpose(1, 2, 0).reshape(fan_in, fan_out, *shape)


def _names(shown: Shown, column: int, pitch: int, *, room: int) -> tuple[list[float], list[str]]:
    """Where each map's kernels stand, and its name; every n-th where there is less room."""
    n = len(shown.orders[column])
    places = range(0, n, max(1, math.ceil(n / max(1, room))))
    names = [shown.name(column, place).partition(":")[2] for place in places]
    return [(place + 0.45) * pitch for place in places], names
