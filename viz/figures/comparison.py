"""Two networks side by side: the first, the second in the first one's order, and the difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from neuroscribble.explain.matching import ALIKE
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from ..diagram.theme import LIGHT, Theme
from . import sheet as figures
from .heatmaps import (
    MAX_TILES,
    draw_matrix,
    draw_tile,
    input_pictures,
    label_classes,
    matrix_cells,
    pixel_axes,
    unit_axis,
)
from .pairs import Comparison, compare_networks
from .sheet import FOOTER, HEADING, MARGIN, SMALL, Figures

COLUMN = 784  # pixels for each of the three matrices side by side
ROW = 256  # pixels for the height of most matrices
TILE = 84  # pixels of a receptive field, at least
GAP = 22  # pixels between trios of receptive fields
LABEL = 30  # pixels above a trio
N_TRIOS = 9  # trios of receptive fields side by side


def comparison_figures(
    first: Network,
    second: Network,
    *,
    names: tuple[str, str] = ("first", "second"),
    match: bool,
    theme: Theme = LIGHT,
) -> Figures:
    """Two networks and their difference: comparison and comparison_receptive_fields.

    match: whether the second one's units are brought into the first one's order before.
    Raises SettingsError when the layers differ in size or have no picture.
    """
    comparison = compare_networks(first, second, names=names, match=match)
    return Figures(
        comparison=matrices_figure(comparison, theme=theme),
        comparison_receptive_fields=trios_figure(comparison, theme=theme),
    )


def write_comparison(
    first: Network,
    second: Network,
    folder: Path,
    *,
    names: tuple[str, str] = ("first", "second"),
    match: bool,
    theme: Theme = LIGHT,
) -> list[Path]:
    """Write the comparison's pictures as PNG; return their paths.

    Raises SettingsError when the layers differ in size or have no picture, and OutputError
    when a file cannot be written.
    """
    return comparison_figures(first, second, names=names, match=match, theme=theme).save(folder)


def matrices_figure(comparison: Comparison, *, theme: Theme = LIGHT) -> Figure:
    """Every matrix of both networks and their difference, three in a row, on one scale.

    Where units are maps, a cell of the matrix is a kernel, laid out as it is.
    """
    sizes = [
        matrix_cells(mosaic(weights, taps).shape, width=COLUMN, height=ROW)
        for (weights, _), taps in zip(comparison.first, comparison.tap_shapes, strict=True)
    ]
    scale = comparison.scale(len(sizes))
    pitch = COLUMN + 2 * MARGIN
    height = HEADING + sum(180 + size[1] for size in sizes) + FOOTER
    figure = figures.new_figure(2 * MARGIN + 3 * pitch, height, theme=theme)
    one, other = comparison.names
    order = "its units in the first one's order" if comparison.matched else "unit by unit"
    figures.write_heading(
        figure,
        f"{one}  and  {other}",
        f"Left the first, in the middle the second ({order}), right second − first; one scale."
        + (" Batch normalization is folded in." if comparison.is_folded else ""),
        theme=theme,
    )
    top = HEADING
    columns = zip(comparison.first, comparison.second, comparison.differences, strict=True)
    for layer, ((before, _), (after, _), difference) in enumerate(columns):
        source, target = comparison.keys[layer : layer + 2]
        title = f"W{layer + 1}   {source} → {target}"
        figures.write_text(
            figure, 2 * MARGIN, top, title, color=theme.text, size=figures.NORMAL, weight="bold"
        )
        figures.write_text(
            figure, 7 * MARGIN, top + 2, comparison.sentence(layer), color=theme.text,
            size=SMALL,
        )  # fmt: skip
        captions = (one, other, "difference")
        for column, (caption, weights) in enumerate(
            zip(captions, (before, after, difference), strict=True)
        ):
            left = 2 * MARGIN + column * pitch
            figures.write_text(figure, left, top + 40, caption, color=theme.muted, size=SMALL)
            axes = figures.axes_at(figure, left, top + 70, *sizes[layer], theme=theme)
            draw_matrix(
                axes, mosaic(weights, comparison.tap_shapes[layer]), scale=scale, theme=theme,
                units=weights.shape[-2:],
            )  # fmt: skip
            figures.label_axes(
                axes, unit_axis(source), "" if column else unit_axis(target), theme=theme
            )
            if layer == len(sizes) - 1:
                label_classes(axes, comparison.class_names)
        top += 180 + sizes[layer][1]
    figures.draw_color_bar(figure, scale, "weight, difference of weights", theme=theme)
    return figure


def mosaic(weights: Floats, tap_shape: tuple[int, int]) -> Floats:
    """Weights (taps, fan_in, fan_out) as one matrix in which every cell is a small picture."""
    rows, columns = tap_shape
    _, fan_in, fan_out = weights.shape
    cells = weights.reshape(rows, columns, fan_in, fan_out).transpose(2, 1, 3, 0)
    return cells.reshape(fan_in * columns, fan_out * rows)


def trios_figure(comparison: Comparison, *, theme: Theme = LIGHT) -> Figure:
    """The first layer, three pictures for each unit: first, second, second − first."""
    before, after = comparison.first[0][0], comparison.second[0][0]
    scale = comparison.scale(1)
    n_units = before.shape[-1]
    trios = np.stack(
        [
            input_pictures(weights.reshape(-1, n_units))[:MAX_TILES]
            for weights in (before, after, after - before)
        ],
        axis=1,
    )  # (units, 3, side, side)
    side = trios.shape[-1]
    tile = -(-TILE // side) * side  # a whole number of pixels for each weight
    n_rows = -(-len(trios) // N_TRIOS)
    width, row = N_TRIOS * (3 * tile + 4 + GAP), tile + LABEL + 14
    figure = figures.new_figure(
        width + 2 * MARGIN, n_rows * row + HEADING + FOOTER, theme=theme
    )
    key = comparison.keys[1]
    order = comparison.orders[0] if comparison.orders else np.arange(n_units)
    shown = f"The first {len(trios):,} of {n_units:,}" if len(trios) < n_units else f"{n_units:,}"
    figures.write_heading(
        figure,
        f"{shown} units of {key} in  {comparison.names[0]}  and  {comparison.names[1]}",
        "For each unit: the first, the second, and second − first. Above: the unit's number in "
        "the first and in the second, and the correlation of their weights.",
        theme=theme,
    )
    sheet = pixel_axes(figure, MARGIN, HEADING, width, n_rows * row)
    for unit, trio in enumerate(trios):
        x = unit % N_TRIOS * (3 * tile + 4 + GAP)
        y = unit // N_TRIOS * row + LABEL
        correlation = float(comparison.layers[0].correlations[unit])
        sheet.text(
            x, y - 6, f"{key}:{unit} · {order[unit]}   {correlation:.2f}".replace("-", "−"),
            color=theme.text if correlation > ALIKE else theme.muted, fontsize=SMALL,
            family=figures.FONT,
        )  # fmt: skip
        for place, picture in enumerate(trio):
            draw_tile(sheet, picture, x + place * (tile + 2), y, tile, scale=scale, theme=theme)
    figures.draw_color_bar(figure, scale, "weight, difference of weights", theme=theme)
    return figure
