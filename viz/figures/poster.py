"""A poster of a dense network: A2, all vector, in which every drawn edge can be found.

An edge is there twice: as a line of the funnel, whose units have their numbers, and as a square
below: in the picture of what its unit looks for, or in the matrix between two hidden columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from neuroscribble.errors import SettingsError
from neuroscribble.files import write_atomically
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of
from neuroscribble.shapes import Floats

from ..diagram.diagram import Diagram, diagram_of
from ..diagram.facts import first_top_k, stored_test
from ..diagram.layout import Block, Spacing, funnel_layout
from ..diagram.names import picture_side
from ..diagram.order import shortened
from ..diagram.theme import LIGHT, Theme, class_color
from .poster_plates import HIGH, INCH, WIDE, axes_at, colors_of, draw_plates
from .poster_words import WORDS, count, percent
from .sheet import FONT, plain

KINDS = (".pdf", ".svg")
MARGIN = 18.0
FUNNEL = (46.0, 236.0)  # from the top: where the funnel begins, and its height
PLATES = (292.0, 112.0)  # the same of what stands below it
SPACING = Spacing(aspect=2.28, ends=(0.5, 0.75), gap=300.0, most_rows=32)
THIN, THICK = 0.1, 1.1  # points of the faintest line and of the strongest
MOST_UNITS = 1_024  # of a hidden column
MOST_EDGES = 40_000  # more make a file that viewers take long over


def write_poster(
    network: Network, path: Path, *, title: str, theme: Theme = LIGHT, language: str = "en"
) -> Path:
    """Write the poster as .pdf or .svg and return its path, the same bytes every time.

    Raises SettingsError for another ending and for networks that have no poster; OutputError when
    it cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise SettingsError(f"a poster's file ends in {' or '.join(KINDS)}; got {path.name!r:.80}.")
    figure = poster_figure(network, title=title, theme=theme, language=language)
    content = BytesIO()
    undated = {"CreationDate": None} if kind == ".pdf" else {"Date": None}
    with matplotlib.rc_context({"svg.hashsalt": "neuroscribble", "pdf.fonttype": 42}):
        figure.savefig(content, format=kind[1:], metadata=undated, facecolor=theme.background)
    write_atomically(path, content.getvalue())
    return path


def poster_figure(
    network: Network, *, title: str, theme: Theme = LIGHT, language: str = "en"
) -> Figure:
    """The poster as a figure; raises SettingsError for networks that have none."""
    diagram = diagram_of(network)
    _require_fit(diagram)
    joined = [link.is_edge for link in diagram.links]
    drawn = diagram.drawn(first_top_k(network))
    n_drawn, n_edges = (int(sum(mask.sum() for mask in masks)) for masks in (drawn, joined))
    if n_drawn > MOST_EDGES:
        raise SettingsError(f"a poster holds at most {MOST_EDGES:,} edges; this has {n_drawn:,}.")
    is_picture = input_of(network).is_picture
    blocks = funnel_layout(diagram.sizes, SPACING, is_picture=is_picture)
    if n_drawn == n_edges:
        blocks = shortened(blocks, joined)
    figure = Figure(figsize=(WIDE / INCH, HIGH / INCH), facecolor=theme.background)
    _write_words(figure, network, title, n_drawn, n_edges, theme, language)
    _draw_funnel(figure, diagram, blocks, drawn, is_picture, theme)
    room = (MARGIN, PLATES[0], WIDE - 2 * MARGIN, PLATES[1])
    draw_plates(figure, diagram, drawn, room, theme, WORDS[language])
    return figure


def _require_fit(diagram: Diagram) -> None:
    if any(column.map_shape != (1, 1) for column in diagram.columns):
        raise SettingsError(
            "a poster shows networks of dense layers; this one has feature maps, which "
            "`neuroscribble heatmaps` shows."
        )
    if len(diagram.sizes) > 2 and max(diagram.sizes[1:-1]) > MOST_UNITS:
        raise SettingsError(
            f"a poster has room for hidden layers of at most {MOST_UNITS:,} units; got "
            f"{max(diagram.sizes[1:-1]):,}."
        )


def _write_words(
    figure: Figure,
    network: Network,
    title: str,
    n_drawn: int,
    n_edges: int,
    theme: Theme,
    language: str,
) -> None:
    words = WORDS[language]
    sizes = " → ".join(map(str, network.layer_sizes))
    shown = words["all" if n_drawn == n_edges else "some"].format(
        edges=count(n_edges, language), drawn=count(n_drawn, language)
    )
    test = stored_test(network)
    reads = ""
    if test:
        accuracy = percent(test["accuracy"], language)
        reads = words["reads"].format(accuracy=accuracy, name=test["name"])
    rows: tuple[tuple[float, str, float, dict[str, Any]], ...] = (
        (MARGIN, plain(title, longest=90), 34, {"color": theme.text, "weight": "bold"}),
        (MARGIN + 15, f"{sizes}. {shown} {plain(reads, longest=90)}", 15, {"color": theme.text}),
        (MARGIN + 23, words["how"], 11, {"color": theme.muted}),
    )
    for top, text, size, style in rows:
        figure.text(
            MARGIN / WIDE, 1 - top / HIGH, text, fontsize=size, va="top", family=FONT, **style
        )


def _draw_funnel(
    figure: Figure,
    diagram: Diagram,
    blocks: list[Block],
    drawn: list[NDArray[np.bool_]],
    is_picture: bool,
    theme: Theme,
) -> None:
    axes = axes_at(figure, MARGIN, FUNNEL[0], WIDE - 2 * MARGIN, FUNNEL[1])
    reach = [(b.positions.min(0) - b.size / 2, b.positions.max(0) + b.size / 2) for b in blocks]
    low, high = np.min([r[0] for r in reach], axis=0), np.max([r[1] for r in reach], axis=0)
    for link, mask, left, right in zip(diagram.links, drawn, blocks, blocks[1:], strict=False):
        axes.add_collection(_lines(link.edges, mask, left, right, theme))
    scale = min((WIDE - 2 * MARGIN - 14) / (high[0] - low[0]), FUNNEL[1] / (high[1] - low[1]))
    for n, (block, ids) in enumerate(zip(blocks, diagram.ids, strict=True)):
        is_output = n == len(blocks) - 1
        names = diagram.class_names if is_output else [id_.split(":")[1] for id_ in ids]
        squares = n == 0 and is_picture
        gives = [is_output or bool(drawn[n][i].any()) for i in range(len(ids))]
        colors = [class_color(theme, k) if is_output else theme.surface for k in range(len(ids))]
        axes.add_collection(
            PolyCollection(
                [*_outlines(block, squares)],
                facecolors=[c if used else "none" for c, used in zip(colors, gives, strict=True)],
                edgecolors=[theme.muted if used else theme.outline for used in gives],
                linewidths=np.where(gives, 0.5, 0.2),
                zorder=3,
            )
        )
        _write_names(axes, block, names, squares, is_output, scale, theme)
    axes.set(xlim=(low[0] - 14 / scale, high[0] + 4 / scale), ylim=(high[1], low[1] - 4 / scale))
    axes.set_aspect("equal", anchor="C")


def _lines(
    weights: Floats, mask: NDArray[np.bool_], left: Block, right: Block, theme: Theme
) -> LineCollection:
    """The drawn edges of a link, the strongest on top."""
    sources, targets = np.nonzero(mask)
    order = np.argsort(np.abs(weights[sources, targets]), kind="stable")
    sources, targets = sources[order], targets[order]
    ends = np.stack([left.positions[sources], right.positions[targets]], axis=1)
    share, colors = colors_of(weights[sources, targets], theme)
    widths = THIN + (THICK - THIN) * np.abs(share)
    return LineCollection([*ends], colors=colors, linewidths=widths, capstyle="round")


def _outlines(block: Block, squares: bool) -> Floats:
    """(units, corners, 2): a square or a circle around every place."""
    if squares:
        around = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * block.size / 2
    else:
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        around = np.stack([np.cos(turn), np.sin(turn)], axis=1) * block.size / 2
    outlines: Floats = block.positions[:, None] + around
    return outlines


def _write_names(
    axes: Axes,
    block: Block,
    names: Sequence[str],
    squares: bool,
    is_output: bool,
    scale: float,
    theme: Theme,
) -> None:
    """Numbers in the units; of a picture its rows and columns."""
    points = block.size * scale / INCH * 72  # a unit's diameter
    style: dict[str, Any] = {"ha": "center", "va": "center", "family": FONT, "zorder": 4}
    if squares:
        side = picture_side(len(names)) or 1
        for n in range(side):
            (x, top), (left, y) = block.positions[n], block.positions[n * side]
            for at in ((x, top - block.size), (left - block.size, y)):
                axes.text(*at, str(n), fontsize=0.45 * points, color=theme.muted, **style)
        return
    for (x, y), name in zip(block.positions, names, strict=True):
        size = points * (0.55 if is_output else 0.36)
        color = theme.surface if is_output else theme.text
        short = plain(name, longest=12)
        axes.text(x, y, short, fontsize=min(size, 2.2 * points / len(short)), color=color, **style)
