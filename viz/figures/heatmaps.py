"""All weights of a network as pictures: what every unit looks for, and every matrix as it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from neuroscribble.explain.links import links
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from ..diagram.theme import LIGHT, Theme
from . import sheet as figures
from .distributions import distributions_figure
from .kernels import kernels_figure
from .sheet import FOOTER, HEADING, MARGIN, SMALL, Figures, SignedScale

SHEET_WIDTH = 2400  # pixels; figures are about so wide
LEAST_WIDTH = 1700  # pixels that the title and the scale's note need
TITLE_WIDTH = 420  # pixels that the title of a matrix needs
LABEL = 30  # pixels above a tile for the unit's name
GAP = 10  # pixels between tiles
READABLE = 76  # pixels of a tile that has room for its unit's name
MAX_TILES = 1024  # more units than this are not pictured one by one


def heatmap_figures(network: Network, *, theme: Theme = LIGHT) -> Figures:
    """All pictures of the weights, by name.

    What the units of the first layer look for is receptive_fields; of a network with convolutions
    every one has its kernels_… instead. Then weights, the dense layers, and weight_distributions.
    Raises SettingsError for a network that has no such pictures.
    """
    chain = links(network)
    keys = ["input", *(link.key for link in chain)]
    pictures = {
        f"kernels_{link.key}": kernels_figure(source, link, theme=theme)
        for source, link in zip(keys, chain, strict=False)
        if link.window
    } or {"receptive_fields": receptive_fields_figure(network, theme=theme)}
    pictures["weights"] = weights_figure(network, theme=theme)
    pictures["weight_distributions"] = distributions_figure(network, theme=theme)
    return Figures(pictures)


def write_heatmaps(network: Network, folder: Path, *, theme: Theme = LIGHT) -> list[Path]:
    """Write all pictures of the weights as PNG; return their paths.

    Raises SettingsError for a network that has no such pictures, and OutputError when a file
    cannot be written.
    """
    return heatmap_figures(network, theme=theme).save(folder)


def input_pictures(weights: Floats) -> Floats:
    """The columns of the first matrix (fan_in, units) as square pictures (units, side, side).

    Inputs that fill no square are wrapped into rows all the same; the places left are NaN.
    """
    side = math.ceil(math.sqrt(len(weights)))
    padded = np.full((weights.shape[1], side * side), np.nan, dtype=weights.dtype)
    padded[:, : len(weights)] = weights.T
    return padded.reshape(-1, side, side)


def receptive_fields_figure(network: Network, *, theme: Theme = LIGHT) -> Figure:
    """The first layer: for every unit its weights, laid out as the input picture is."""
    weights = links(network)[0].params["W"]
    n_units, key = weights.shape[1], network.stages[0].key
    pictures = input_pictures(weights)[:MAX_TILES]  # (units, side, side)
    scale = figures.signed_scale([weights])
    n_columns = math.ceil(math.sqrt(2 * len(pictures)))
    n_rows = math.ceil(len(pictures) / n_columns)
    side = pictures.shape[1]
    tile = side * max(1, min(SHEET_WIDTH // n_columns - GAP, 280) // side)
    label = LABEL if tile >= READABLE else 0
    width, height = n_columns * (tile + GAP), n_rows * (tile + GAP + label)
    left = MARGIN if label else 2 * MARGIN
    figure = figures.new_figure(
        max(width + left + MARGIN, LEAST_WIDTH), height + HEADING + FOOTER, theme=theme
    )
    figures.write_heading(
        figure,
        f"What the first {len(pictures):,} of {n_units:,} {key} units look for"
        if len(pictures) < n_units
        else f"What each of the {n_units:,} {key} units looks for",
        "Every tile holds one unit's weights, pixel by pixel. "
        "Blue: ink here excites the unit; orange: it inhibits.",
        theme=theme,
    )
    sheet = pixel_axes(figure, left, HEADING, width, height)
    for unit, picture in enumerate(pictures):
        x = unit % n_columns * (tile + GAP)
        y = unit // n_columns * (tile + GAP + label) + label
        draw_tile(sheet, picture, x, y, tile, scale=scale, theme=theme)
        name = f"{key}:{unit}"
        if label:
            sheet.text(x, y - 5, name, color=theme.muted, fontsize=SMALL, family=figures.FONT)
        elif x == 0:
            sheet.text(
                -GAP, y + tile / 2, name, color=theme.muted, fontsize=SMALL * 0.75, ha="right",
                va="center", family=figures.FONT,
            )  # fmt: skip
    figures.draw_color_bar(figure, scale, "weight", theme=theme)
    return figure


def pixel_axes(figure: Figure, left: int, top: int, width: int, height: int) -> Axes:
    """Bare axes whose coordinates are pixels, x to the right and y down."""
    total_width, total_height = figure.get_size_inches() * figures.DPI
    axes = figure.add_axes(
        (
            left / total_width,
            1 - (top + height) / total_height,
            width / total_width,
            height / total_height,
        ),
        xlim=(0, width),
        ylim=(height, 0),
    )
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    return axes


def draw_tile(
    sheet: Axes, picture: Floats, x: int, y: int, side: int, *, scale: SignedScale, theme: Theme
) -> None:
    """One picture on a sheet, its upper left corner at (x, y) and `side` pixels wide."""
    sheet.imshow(
        picture,
        cmap=figures.signed_colormap(theme),
        norm=scale.norm,
        extent=(x, x + side, y + side, y),
        aspect="auto",
        interpolation="nearest",
    )


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


def label_classes(axes: Axes, class_names: Sequence[str]) -> None:
    """The names of the classes at the rows of the last matrix, as far as there is room."""
    room = max(1, round(axes.get_window_extent().height / 20))
    step = math.ceil(len(class_names) / room)
    rows = range(0, len(class_names), step)
    axes.set_yticks(list(rows), [figures.plain(class_names[row]) for row in rows])


def weights_figure(network: Network, *, theme: Theme = LIGHT) -> Figure:
    """All dense layers on one scale, units as rows and what they listen to as columns."""
    chain = links(network)
    dense = [number for number, link in enumerate(chain) if not link.window]
    matrices = [chain[number].params["W"] for number in dense]
    scale = figures.signed_scale(matrices)
    left, top, bottom = 2 * MARGIN, HEADING + 60, HEADING
    places = []  # left, top, width, height of each matrix, from left to right like text
    for matrix in matrices:
        width, height = matrix_cells(matrix.shape, width=SHEET_WIDTH, height=400)
        if left > 2 * MARGIN and left + width > 2 * MARGIN + SHEET_WIDTH:
            left, top = 2 * MARGIN, bottom + 60
        places.append((left, top, width, height))
        left, bottom = left + max(width, TITLE_WIDTH) + 2 * MARGIN, max(bottom, top + height + 90)
    right = max(left + width for left, _, width, _ in places)
    figure = figures.new_figure(
        max(right + MARGIN, LEAST_WIDTH), bottom + FOOTER, theme=theme
    )
    count = sum(matrix.size for matrix in matrices)
    which = "" if len(dense) == len(chain) else " of dense layers"
    figures.write_heading(
        figure,
        f"All {count:,} weights{which}",
        "One row for every unit, one column for everything it listens to. "
        "Blue excites, orange inhibits.",
        theme=theme,
    )
    keys = ["input", *(stage.key for stage in network.stages)]
    for layer, matrix, place in zip(dense, matrices, places, strict=True):
        source, target = keys[layer : layer + 2]
        axes = figures.axes_at(figure, *place, theme=theme)
        draw_matrix(axes, matrix, scale=scale, theme=theme)
        fan_in, fan_out = matrix.shape
        figures.write_text(
            figure, place[0], place[1] - 38,
            f"W{layer + 1}   {source} → {target}   {fan_in:,} × {fan_out:,}",
            color=theme.text, size=figures.NORMAL,
        )  # fmt: skip
        figures.label_axes(axes, unit_axis(source), unit_axis(target), theme=theme)
    label_classes(figure.axes[len(dense) - 1], network.class_names)
    figures.draw_color_bar(figure, scale, "weight", theme=theme)
    return figure


def unit_axis(key: str) -> str:
    """What an axis of units counts."""
    return {"input": "input", "output": "class"}.get(key, f"unit of {key}")
