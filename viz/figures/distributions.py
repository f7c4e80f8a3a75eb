"""How large are the weights? Histograms, and the numbers that describe them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import NDArray

from ..diagram.theme import LIGHT, Theme, symmetric_limit
from . import sheet as figures
from .sheet import MARGIN, SMALL, number
from .shown import Shown

WIDTH = 2400  # pixels of the figure
NEAR_ZERO = 0.01  # weights smaller than this count as near zero
LOWEST = 0.7  # count at which the axis begins: one value stands out of it


def distributions_figure(shown: Shown, *, theme: Theme = LIGHT) -> Figure:
    """Histograms of weights and biases, layer by layer, with the numbers that describe them."""
    layers = list(zip(shown.weights, shown.biases, strict=True))
    panel, gap = 300, 120
    caption = figures.wrapped(
        "Counts on a logarithmic axis; each histogram has its own range. "
        f"“Near zero” means less than {NEAR_ZERO} in magnitude.\n{shown.form}",
        WIDTH,
    )
    start = figures.below_heading(caption) + 50
    figure = figures.new_figure(WIDTH, start + len(layers) * (panel + gap) + 10, theme=theme)
    figures.write_heading(figure, "How the weights are distributed", caption, theme=theme)
    for row, (link, arrays) in enumerate(zip(shown.diagram.links, layers, strict=True)):
        for column, (kind, values) in enumerate(zip(("weights", "biases"), arrays, strict=True)):
            left, top = 2 * MARGIN + column * 1190, start + row * (panel + gap)
            axes = figures.axes_at(figure, left, top, 820, panel, theme=theme)
            draw_histogram(axes, values.ravel(), symmetric_limit(values), theme=theme)
            figures.label_axes(axes, "", "count", theme=theme)
            name = f"{values.size:,} {kind if values.size > 1 else kind[:-1]} into {link.key}"
            figures.write_text(figure, left, top - 38, name, color=theme.text, size=figures.NORMAL)
            figures.write_text(
                figure, left + 846, top, statistics(values), color=theme.muted, size=SMALL,
                linespacing=1.6,
            )  # fmt: skip
    return figure


def statistics(values: NDArray[np.floating[Any]]) -> str:
    """Mean, spread, extremes and the share near zero, a line for each."""
    exact = values.astype(np.float64)
    near = float(np.mean(np.abs(exact) < NEAR_ZERO))
    return (
        f"mean  {number(float(exact.mean()))}\nstd  {number(float(exact.std()))}\n"
        f"min  {number(float(exact.min()))}\nmax  {number(float(exact.max()))}\n"
        f"near zero  {near:.1%}"
    )


def draw_histogram(
    axes: Axes, values: NDArray[np.floating[Any]], limit: float, *, theme: Theme
) -> None:
    """Counts of values in -limit..limit on a log axis, colored by sign; zero is an edge."""
    edges = np.linspace(-limit, limit, 81)
    counts, _ = np.histogram(values.astype(np.float64), edges)
    axes.set_yscale("log")
    for first, color in ((0, theme.signed[1]), (40, theme.signed[-2])):
        some, ends = counts[first : first + 40], edges[first : first + 41]
        axes.stairs(some, ends, baseline=LOWEST, fill=True, color=color)
    axes.axvline(0, color=theme.muted, linewidth=1)
    axes.set(xlim=(-limit, limit), ylim=(LOWEST, max(10.0, 2.0 * float(counts.max()))))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
    axes.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))  # each tick costs a millisecond
    axes.yaxis.set_minor_formatter(NullFormatter())
