"""All weights of a network as pictures: what every unit looks for, and every matrix."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from ..diagram.theme import LIGHT, Theme
from . import sheet as figures
from .distributions import distributions_figure
from .kernels import kernels_figure
from .matrices import LEAST_WIDTH, SHEET_WIDTH, weights_figure
from .sheet import FOOTER, MARGIN, SMALL, Figures, SignedScale
from .shown import Shown, weights_to_show

LABEL = 30  # pixels above a tile for the unit's name
GAP = 10  # pixels between tiles
READABLE = 76  # pixels of a tile that has room for its unit's name
MAX_TILES = 1024  # more units than this are not pictured one by one


def heatmap_figures(network: Network, *, raw: bool = False, theme: Theme = LIGHT) -> Figures:
    """All pictures of the weights, by name.

    What the units of the first layer look for is receptive_fields; of a network with convolutions
    every one has its kernels_… instead. Then weights, the dense layers, and weight_distributions.
    They show the canonical form, its units sorted, or with `raw` what is in the file.
    Raises SettingsError for a network that has no such pictures.
    """
    shown = weights_to_show(network, raw=raw)
    pictures = {
        f"kernels_{link.key}": kernels_figure(shown, n, theme=theme)
        for n, link in enumerate(shown.diagram.links)
        if link.window
    } or {"receptive_fields": receptive_fields_figure(shown, theme=theme)}
    pictures["weights"] = weights_figure(shown, theme=theme)
    pictures["weight_distributions"] = distributions_figure(shown, theme=theme)
    return Figures(pictures)


def write_heatmaps(
    network: Network, folder: Path, *, raw: bool = False, theme: Theme = LIGHT
) -> list[Path]:
    """Write all pictures of the weights as PNG; return their paths.

    Raises SettingsError for a network that has no such pictures, and OutputError when a file
    cannot be written.
    """
    return heatmap_figures(network, raw=raw, theme=theme).save(folder)


def input_pictures(weights: Floats) -> Floats:
    """The columns of the first matrix (fan_in, units) as square pictures (units, side, side).

    Inputs that fill no square are wrapped into rows all the same; the places left are NaN.
    """
    side = math.ceil(math.sqrt(len(weights)))
    padded = np.full((weights.shape[1], side * side), np.nan, dtype=weights.dtype)
    padded[:, : len(weights)] = weights.T
    return padded.reshape(-1, side, side)


def receptive_fields_figure(shown: Shown, *, theme: Theme = LIGHT) -> Figure:
    """The first layer: for every unit its weights, laid out as the input picture is."""
    weights = shown.matrix(0)
    n_units, key = weights.shape[1], shown.diagram.columns[1].key
    pictures = input_pictures(weights)[:MAX_TILES]  # (units, side, side)
    scale = figures.signed_scale([weights])
    n_columns = math.ceil(math.sqrt(2 * len(pictures)))
    n_rows = math.ceil(len(pictures) / n_columns)
    side = pictures.shape[1]
    tile = side * max(1, min(SHEET_WIDTH // n_columns - GAP, 280) // side)
    label = LABEL if tile >= READABLE else 0
    width, height = n_columns * (tile + GAP), n_rows * (tile + GAP + label)
    left = MARGIN if label else 2 * MARGIN
    total = max(width + left + MARGIN, LEAST_WIDTH)
    caption = figures.wrapped(
        "Every tile holds one unit's weights, pixel by pixel. Blue: ink here excites the unit; "
        f"orange: it inhibits.\n{shown.form_and_order}",
        total,
    )
    top = figures.below_heading(caption)
    figure = figures.new_figure(total, height + top + FOOTER, theme=theme)
    figures.write_heading(
        figure,
        f"What the first {len(pictures):,} of {n_units:,} {key} units look for"
        if len(pictures) < n_units
        else f"What each of the {n_units:,} {key} units looks for",
        caption,
        theme=theme,
    )
    sheet = pixel_axes(figure, left, top, width, height)
    for unit, picture in enumerate(pictures):
        x = unit % n_columns * (tile + GAP)
        y = unit // n_columns * (tile + GAP + label) + label
        draw_tile(sheet, picture, x, y, tile, scale=scale, theme=theme)
        name = shown.name(1, unit)
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
