"""The kernels of a convolution: one small picture for each pair of maps, side by side."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure

from neuroscribble.explain.links import Link
from neuroscribble.shapes import Floats

from ..diagram.theme import LIGHT, Theme
from . import sheet as figures
from .sheet import FOOTER, HEADING, MARGIN, SMALL

WIDTH = 2280  # pixels of the mosaic, as far as whole pixels for each weight allow
HEIGHT = 1500
LARGEST = 64  # pixels a side of one weight
LEAST_WIDTH = 1700  # pixels that title and color bar need
LEFT = 2 * MARGIN  # pixels for the names of rows
LABEL = 34  # pixels above a kernel for its name, where there is room


def kernels_figure(source: str, link: Link, *, theme: Theme = LIGHT) -> Figure:
    """The kernels from maps of column `source` (rows) to those of the link (columns).

    A convolution that reads one map, the picture, has its kernels in rows like text.
    """
    kernels = folded_kernels(link)  # (fan_in, fan_out, kernel, kernel)
    fan_in, fan_out, side, _ = kernels.shape
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
    for (top, left), kernel in zip(corners, kernels.reshape(-1, side, side), strict=True):
        picture = np.kron(kernel, np.ones((cell, cell), kernel.dtype))
        sheet[top : top + len(picture), left : left + len(picture)] = picture
    height, width = sheet.shape
    figure = figures.new_figure(
        max(width + LEFT + MARGIN, LEAST_WIDTH), height + HEADING + 2 * MARGIN + FOOTER, theme=theme
    )
    scale = figures.signed_scale([kernels])
    folded = "batch normalization folded in" if link.norm else "as they are in the file"
    figures.write_heading(
        figure,
        f"{fan_in * fan_out:,} kernels of {side} × {side}: {source} → {link.key}",
        f"Every square is one kernel, {folded}. Blue: what is there excites; orange: it inhibits.",
        theme=theme,
    )
    axes = figures.axes_at(figure, LEFT, HEADING, width, height, theme=theme)
    axes.imshow(
        sheet,
        cmap=figures.signed_colormap(theme),
        norm=scale.norm,
        aspect="auto",
        interpolation="nearest",
    )
    if fan_in > 1:
        axes.set_xticks(*_numbers(n_columns, pitch, room=width // 60))
        axes.set_yticks(*_numbers(n_rows, pitch, room=height // 40))
        figures.label_axes(axes, f"map of {link.key}", f"map of {source}", theme=theme)
    else:
        axes.set_axis_off()
        for number, (top, left) in enumerate(corners):
            name = f"{link.key}:{number}"
            axes.text(left, top - 8, name, color=theme.muted, fontsize=SMALL, family=figures.FONT)
    figures.draw_color_bar(figure, scale, "weight", theme=theme)
    return figure


def folded_kernels(link: Link) -> Floats:
    """(fan_in, fan_out, kernel, kernel), batch normalization folded in."""
    taps, fan_in, fan_out = link.weights.shape
    side = math.isqrt(taps)
    return link.weights.transpose(1, 2, 0).reshape(fan_in, fan_out, side, side)


def _numbers(n: int, pitch: int, *, room: int) -> tuple[list[float], list[str]]:
    """Where each kernel's number stands, and the number; every n-th where there is less room."""
    shown = range(0, n, max(1, math.ceil(n / max(1, room))))
    return [(i + 0.45) * pitch for i in shown], [str(i) for i in shown]
