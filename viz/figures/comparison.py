"""Two networks side by side: the first, the second in the first one's order, and the difference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from neuroscribble.data.sources import NamedDigits
from neuroscribble.explain.matching import ALIKE
from neuroscribble.nn.network import Network
from neuroscribble.shapes import Floats

from ..diagram.theme import LIGHT, Theme
from . import sheet as figures
from .heatmaps import MAX_TILES, draw_tile, input_pictures, pixel_axes
from .matrices import SCALE_WIDTH, draw_matrix, label_units, matrix_cells
from .pairs import Comparison, compare_networks
from .sheet import FOOTER, MARGIN, SMALL, Figures, SignedScale

COLUMN = 784  # pixels for each of the three matrices side by side
ROW = 256  # pixels for the height of most matrices
ROW_EXTRA = 330  # pixels of a row beside them: title, sentence, names, axes and scale
TILE = 84  # pixels of a receptive field, at least
GAP = 22  # pixels between trios of receptive fields
GUTTER = 90  # pixels between matrices
LABEL = 30  # pixels above a trio
N_TRIOS = 9  # trios of receptive fields side by side
WHOLE = SignedScale(limit=1.0, lowest=-1.0, highest=1.0, n_values=0, n_beyond=0)  # correlations
CORRELATED = (
    " At the right, how what each unit of the first does (row) correlates with what each of the "
    "second does (column), from −1 to 1."
)


def comparison_figures(
    first: Network,
    second: Network,
    *,
    names: tuple[str, str] = ("first", "second"),
    match: bool,
    digits: NamedDigits | None = None,
    raw: bool = False,
    theme: Theme = LIGHT,
) -> Figures:
    """Two networks and their difference: comparison and comparison_receptive_fields.

    match: whether the second one's units are brought into the first one's order before.
    digits: what both read to be measured, see `compare_networks`; raw: weights as in the files.
    Raises SettingsError when the layers differ in size or have no picture.
    """
    comparison = compare_networks(first, second, names=names, match=match, digits=digits, raw=raw)
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
    digits: NamedDigits | None = None,
    raw: bool = False,
    theme: Theme = LIGHT,
) -> list[Path]:
    """Write the comparison's pictures as PNG; return their paths.

    Raises SettingsError when the layers differ in size or have no picture, and OutputError
    when a file cannot be written.
    """
    drawn = comparison_figures(
        first, second, names=names, match=match, digits=digits, raw=raw, theme=theme
    )
    return drawn.save(folder)


def matrices_figure(comparison: Comparison, *, theme: Theme = LIGHT) -> Figure:
    """Every matrix of both networks and their difference, three in a row on one scale.

    Where units are maps, a cell of the matrix is a kernel, laid out as it is.
    """
    sizes = [
        matrix_cells(mosaic(weights, taps).shape, width=COLUMN, height=ROW)
        for (weights, _), taps in zip(comparison.first, comparison.tap_shapes, strict=True)
    ]
    pitch = COLUMN + GUTTER
    total = 2 * MARGIN + 3 * pitch + (ROW + MARGIN if comparison.activity else 0)
    one, other = comparison.names
    order = "its units in the first one's order" if comparison.matched else "unit by unit"
    caption = figures.wrapped(
        f"Left the first, in the middle the second ({order}), right second − first; every row has "
        f"its own scale. {comparison.order_words}\n{comparison.form}\n{comparison.measured}"
        + (CORRELATED if comparison.activity else ""),
        total,
    )
    top = figures.below_heading(caption)
    height = top + sum(ROW_EXTRA + size[1] for size in sizes) + MARGIN // 2
    figure = figures.new_figure(total, height, theme=theme)
    figures.write_heading(figure, f"{one}  and  {other}", caption, theme=theme)
    for layer, (width, height) in enumerate(sizes):
        before, after = comparison.first[layer][0], comparison.second[layer][0]
        taps, keys = comparison.tap_shapes[layer], comparison.keys[layer : layer + 2]
        scale = comparison.scale(layer)
        write_row_title(figure, comparison, layer, top, theme=theme)
        pictures = [(one, before), (other, after), ("difference", after - before)]
        for column, (name, weights) in enumerate(pictures):
            left = 2 * MARGIN + column * pitch
            figures.write_text(figure, left, top + 84, name, color=theme.muted, size=SMALL)
            axes = figures.axes_at(figure, left, top + 112, width, height, theme=theme)
            draw_matrix(
                axes, mosaic(weights, taps), scale=scale, theme=theme, units=weights.shape[-2:]
            )
            for number, side in enumerate(("bottom", "left")):
                label_units(
                    axes, keys[number], comparison.helped.get(layer + number),
                    comparison.class_names, side=side, theme=theme,
                )  # fmt: skip
        if comparison.activity:
            axes = figures.axes_at(figure, 2 * MARGIN + 3 * pitch, top + 112, ROW, ROW, theme=theme)
            draw_matrix(axes, comparison.activity[layer].T, scale=WHOLE, theme=theme)
            for side in ("bottom", "left"):
                label_units(
                    axes, keys[1], comparison.helped.get(layer + 1), comparison.class_names,
                    side=side, theme=theme,
                )  # fmt: skip
        figures.draw_scale(
            figure, 2 * MARGIN, top + height + 212, scale, width=SCALE_WIDTH, theme=theme
        )
        top += ROW_EXTRA + height
    return figure


def write_row_title(
    figure: Figure, comparison: Comparison, layer: int, top: int, *, theme: Theme
) -> None:
    """Which layer a row is, how well the two agree in it, and what the numbers say."""
    source, target = comparison.keys[layer : layer + 2]
    left = 2 * MARGIN
    figures.write_text(
        figure, left, top, f"W{layer + 1}   {source} → {target}", color=theme.text,
        size=figures.NORMAL, weight="bold",
    )  # fmt: skip
    if comparison.alignments:
        figures.write_text(
            figure, left + 300, top, f"alignment {comparison.alignments[layer]:.3f}",
            color=theme.accent, size=figures.NORMAL, weight="bold",
        )  # fmt: skip
    sentence = comparison.sentence(layer)
    figures.write_text(figure, left, top + 40, sentence, color=theme.text, size=SMALL)


def mosaic(weights: Floats, tap_shape: tuple[int, int]) -> Floats:
    """Weights (taps, fan_in, fan_out) as one matrix in which every cell is a small picture."""
    rows, columns = tap_shape
    _, fan_in, fan_out = weights.shape
    cells = weights.reshape(rows, columns, fan_in, fan_out).transpose(2, 1, 3, 0)
    return cells.reshape(fan_in * columns, fan_out * rows)


def trios_figure(comparison: Comparison, *, theme: Theme = LIGHT) -> Figure:
    """The first layer, three pictures for each unit: first, second, second − first."""
    before, after = comparison.first[0][0], comparison.second[0][0]
    scale = comparison.scale(0)
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
    total = width + 2 * MARGIN
    does = "their answers" if comparison.activity else "their weights"
    caption = figures.wrapped(
        "For each unit: the first, the second, and second − first. Above: the unit's number in "
        f"the first and in the second, and how {does} correlate. {comparison.order_words}\n"
        f"{comparison.form}",
        total,
    )
    top = figures.below_heading(caption)
    figure = figures.new_figure(total, n_rows * row + top + FOOTER, theme=theme)
    shown = f"The first {len(trios):,} of {n_units:,}" if len(trios) < n_units else f"{n_units:,}"
    one, other = comparison.names
    title = f"{shown} units of {comparison.keys[1]} in  {one}  and  {other}"
    figures.write_heading(figure, title, caption, theme=theme)
    sheet = pixel_axes(figure, MARGIN, top, width, n_rows * row)
    for place, trio in enumerate(trios):
        x = place % N_TRIOS * (3 * tile + 4 + GAP)
        y = place // N_TRIOS * row + LABEL
        sheet.text(
            x, y - 6, comparison.unit_words(place), fontsize=SMALL, family=figures.FONT,
            color=theme.text if comparison.alike(0)[place] > ALIKE else theme.muted,
        )  # fmt: skip
        for column, picture in enumerate(trio):
            draw_tile(sheet, picture, x + column * (tile + 2), y, tile, scale=scale, theme=theme)
    figures.draw_color_bar(figure, scale, "weight, difference of weights", theme=theme)
    return figure
