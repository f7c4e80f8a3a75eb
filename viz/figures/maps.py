"""The maps as one picture: a column for each layer, PCA above, t-SNE below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from neuroscribble.explain.embedding import TSNE_MISSING, Points
from neuroscribble.explain.maps import Answers, LayerMap
from neuroscribble.shapes import Labels

from ..diagram.centers import (
    READING_PCA,
    READING_TSNE,
    class_centers,
    spread,
    square_around,
)
from ..diagram.theme import LIGHT, Theme, class_color
from . import sheet as figures
from .sheet import HEADING, MARGIN, NORMAL, SMALL

SIDE, GAP = 500, 36  # pixels: a map, the space between maps
LAYER_NAME, METHOD = 100, 34  # pixels: the lines above a column, the line above a map
NOTES = 190  # pixels for the sentences at the bottom
LEAST_WIDTH = 2080  # pixels that heading and notes need
NAME_SIZE = 19.0  # points: the class's name on its points
APART = 0.075  # of a map's side: the least distance of two names

MEASURED = (
    "Measured in the layer itself, over all its units by Euclidean distance, not on the maps: "
    "alike is the share of digits whose nearest other digit\nis of the same class; apart is the "
    "share of the layer's variance that the class means explain."
)


def write_maps(
    layers: Sequence[LayerMap],
    answers: Answers,
    path: Path,
    *,
    class_names: Sequence[str],
    weights_name: str,
    theme: Theme = LIGHT,
) -> Path:
    """Write the picture and return its path; raises OutputError when it cannot be written."""
    figure = maps_figure(
        layers, answers, class_names=class_names, weights_name=weights_name, theme=theme
    )
    return figures.save_png(figure, path)


def maps_figure(
    layers: Sequence[LayerMap],
    answers: Answers,
    *,
    class_names: Sequence[str],
    weights_name: str,
    theme: Theme = LIGHT,
) -> Figure:
    """All maps of all layers; misread digits have a ring."""
    has_tsne = all(layer.tsne is not None for layer in layers)
    row_height = METHOD + SIDE + GAP
    width = 2 * MARGIN + len(layers) * (SIDE + GAP) - GAP
    top = HEADING + LAYER_NAME
    bottom = top + (2 if has_tsne else 1) * row_height
    figure = figures.new_figure(max(width, LEAST_WIDTH), bottom + NOTES, theme=theme)
    n_wrong = int(np.count_nonzero(~answers.is_right))
    figures.write_heading(
        figure,
        "How the layers come to tell the digits apart",
        f"{figures.plain(weights_name)}: {len(answers.labels):,} digits of {answers.name}, placed "
        f"by what they excite in each layer; a ring marks the {n_wrong:,} that are misread.",
        theme=theme,
    )
    for column, layer in enumerate(layers):
        left = MARGIN + column * (SIDE + GAP)
        _write_layer(figure, left, layer, theme=theme)
        methods = [(f"PCA: {layer.pca_share:.0%} of the variance", layer.pca)]
        if layer.tsne is not None:
            methods.append(("t-SNE", layer.tsne))
        for row, (method, points) in enumerate(methods):
            above = top + row * row_height
            figures.write_text(figure, left, above, method, color=theme.muted, size=SMALL)
            axes = figures.axes_at(figure, left, above + METHOD, SIDE, SIDE, theme=theme)
            _draw_map(axes, points, answers, class_names, theme=theme)
    notes = f"{MEASURED}\n{READING_PCA}\n{READING_TSNE if has_tsne else TSNE_MISSING}"
    figures.write_text(
        figure, MARGIN, bottom + 14, notes, color=theme.muted, size=NORMAL, linespacing=1.6
    )
    return figure


def _write_layer(figure: Figure, left: float, layer: LayerMap, *, theme: Theme) -> None:
    """The layer's name and the two numbers."""
    shape = " × ".join(f"{size:,}" for size in layer.shape)
    figures.write_text(
        figure, left, HEADING, f"{layer.key} · {shape}", color=theme.text, size=13, weight="bold"
    )
    numbers = f"alike {layer.neighbor_accuracy:.1%} · apart {layer.variance_between:.1%}"
    figures.write_text(figure, left, HEADING + 46, numbers, color=theme.text, size=12)


def _draw_map(
    axes: Axes, points: Points, answers: Answers, class_names: Sequence[str], *, theme: Theme
) -> None:
    """Every digit as a dot in its class's color, rings, and each class's name in its midst."""
    axes.set(xticks=[], yticks=[])
    low, high = square_around(points)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    colors = np.array([class_color(theme, int(label)) for label in answers.labels])
    x, y = points.T
    axes.scatter(x, y, s=7, c=colors, linewidths=0, alpha=0.8)
    wrong = ~answers.is_right
    axes.scatter(x[wrong], y[wrong], s=46, facecolors="none", edgecolors=theme.text, linewidths=1.1)
    _write_names(axes, points, answers.labels, class_names, theme=theme)


def _write_names(
    axes: Axes, points: Points, labels: Labels, class_names: Sequence[str], *, theme: Theme
) -> None:
    centers = class_centers(points, labels, n_classes=len(class_names))
    low, high = axes.get_xlim()
    places = spread(points[list(centers.values())], least=APART * (high - low))
    for label, (x, y) in zip(centers, places.tolist(), strict=True):
        axes.text(
            x, y, figures.plain(class_names[label], longest=12),
            color=class_color(theme, label), fontsize=NAME_SIZE, family=figures.FONT,
            weight="bold", ha="center", va="center",
            path_effects=[withStroke(linewidth=5, foreground=theme.surface)],
        )  # fmt: skip
