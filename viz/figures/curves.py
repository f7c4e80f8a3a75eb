"""How training went: loss and accuracy per epoch, and which digits are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from neuroscribble.errors import SettingsError
from neuroscribble.shapes import check_shape
from neuroscribble.training.loop import History
from neuroscribble.training.metrics import class_reports

from ..diagram.theme import LIGHT, Theme, color_table
from . import sheet as figures
from .sheet import HEADING, MARGIN, NORMAL, SMALL

PANEL_WIDTH, PANEL_HEIGHT = 820, 620  # pixels of one diagram
LABEL_SPACE = 300  # pixels beside a diagram for the names of its lines
LINE_HEIGHT = 26  # pixels that labels keep from each other


def write_training_curves(history: History, path: Path, *, theme: Theme = LIGHT) -> None:
    """Write the picture of a training; raises SettingsError when no epoch was finished."""
    figures.save_png(training_figure(history, theme=theme), path)


def training_figure(history: History, *, theme: Theme = LIGHT) -> Figure:
    """Loss and accuracy of training and validation digits, epoch by epoch, the kept one marked."""
    if not history.epochs:
        raise SettingsError("no epoch was finished, so there is no training to draw.")
    pitch = PANEL_WIDTH + LABEL_SPACE + 2 * MARGIN
    figure = figures.new_figure(
        2 * pitch + MARGIN // 2, HEADING + PANEL_HEIGHT + 3 * MARGIN, theme=theme
    )
    n_epochs, best = len(history.epochs), history.best
    ended = ", then stopped by hand" if history.interrupted else ""
    epochs = "epoch" if n_epochs == 1 else "epochs"
    figures.write_heading(
        figure,
        f"Training: {best.validation_accuracy:.2%} of the validation digits read right",
        f"{n_epochs} {epochs}{ended}; the network keeps the weights of epoch {best.epoch}. "
        "Training figures are means while the epoch was running.",
        theme=theme,
    )
    series = {
        "loss": (
            [e.train_loss for e in history.epochs],
            [e.validation_loss for e in history.epochs],
        ),
        "accuracy": (
            [e.train_accuracy for e in history.epochs],
            [e.validation_accuracy for e in history.epochs],
        ),
    }
    for column, (name, (training, validation)) in enumerate(series.items()):
        left = 2 * MARGIN + column * pitch
        axes = figures.axes_at(figure, left, HEADING + 50, PANEL_WIDTH, PANEL_HEIGHT, theme=theme)
        figures.write_text(
            figure, left, HEADING + 10, name, color=theme.text, size=NORMAL, weight="bold"
        )
        _set_limits(axes, name, [*training, *validation], n_epochs)
        _draw_curves(axes, training, validation, best.epoch, theme=theme)
        formatted = [_format(name, value) for value in (training[-1], validation[-1])]
        _label_ends(axes, (training[-1], validation[-1]), formatted, theme=theme)
    return figure


def _set_limits(axes: Axes, name: str, values: list[float], n_epochs: int) -> None:
    """Loss from 0 upward, accuracy from a little below the worst up to 100%."""
    axes.set_xlim(0.5, n_epochs + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    if name == "loss":
        axes.set_ylim(0, max(values) * 1.08 or 1.0)
    else:
        room = max(1 - min(values), 0.01)
        axes.set_ylim(max(0.0, 1 - 1.1 * room), 1)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g}%"))


def _format(name: str, value: float) -> str:
    return f"{value:.4f}" if name == "loss" else f"{value:.2%}"


def _draw_curves(
    axes: Axes, training: list[float], validation: list[float], best: int, *, theme: Theme
) -> None:
    epochs = range(1, len(training) + 1)
    axes.grid(axis="y", color=theme.outline, linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    style: dict[str, Any] = {"marker": "o" if len(training) <= 30 else "", "markersize": 4}
    axes.plot(epochs, training, color=theme.muted, linestyle="--", **style)
    axes.plot(epochs, validation, color=theme.signed[-2], linewidth=2.2, **style)
    axes.axvline(best, color=theme.accent, linewidth=1, linestyle=":")
    axes.plot(
        [best], [validation[best - 1]], marker="o", markersize=9, markerfacecolor="none",
        markeredgecolor=theme.accent, markeredgewidth=2, clip_on=False,
    )  # fmt: skip
    to_the_left = best > 0.6 * len(training)
    axes.annotate(
        f"kept: epoch {best}",
        (best, 1 if axes.get_ylim()[0] == 0 else 0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-6 if to_the_left else 6, -14 if axes.get_ylim()[0] == 0 else 8),
        textcoords="offset points",
        ha="right" if to_the_left else "left",
        color=theme.accent,
        fontsize=SMALL,
        family=figures.FONT,
    )
    figures.label_axes(axes, "epoch", "", theme=theme)


def _label_ends(
    axes: Axes, ends: tuple[float, float], values: Sequence[str], *, theme: Theme
) -> None:
    """Name the lines at their right ends, apart from each other even where these meet."""
    low, high = axes.get_ylim()
    places = [(end - low) / (high - low) * PANEL_HEIGHT for end in ends]  # pixels from the bottom
    overlap = LINE_HEIGHT - abs(places[0] - places[1])
    if overlap > 0:
        upper = int(places[1] >= places[0])
        places[upper] += overlap / 2
        places[1 - upper] -= overlap / 2
    colors = (theme.muted, theme.signed[-1])
    for name, place, value, color in zip(
        ("training", "validation"), places, values, colors, strict=True
    ):
        axes.text(
            1 + 14 / PANEL_WIDTH, place / PANEL_HEIGHT, f"{name}  {value}", color=color,
            transform=axes.transAxes, va="center", fontsize=NORMAL, family=figures.FONT,
        )  # fmt: skip


def write_confusion(
    confusion: NDArray[np.integer[Any]],
    path: Path,
    *,
    class_names: Sequence[str],
    title: str,
    theme: Theme = LIGHT,
) -> None:
    """Write the picture of a confusion matrix (K, K): row = true class, column = answer."""
    figures.save_png(
        confusion_figure(confusion, class_names=class_names, title=title, theme=theme), path
    )


def confusion_figure(
    confusion: NDArray[np.integer[Any]],
    *,
    class_names: Sequence[str],
    title: str,
    theme: Theme = LIGHT,
) -> Figure:
    """Counts in every cell; errors colored by their share of the true class, the rest muted.

    confusion: (K, K) counts, row = true class, column = answer. Raises ShapeError unless there
    is a row and a column for every class name.
    """
    n = len(class_names)
    check_shape("confusion", confusion, (n, n))
    names = [figures.plain(name) for name in class_names]
    totals = confusion.sum(axis=1, keepdims=True)
    shares = confusion / np.maximum(totals, 1)  # of the true class
    np.fill_diagonal(shares, np.nan)
    largest = float(np.nanmax(shares, initial=0.0))
    limit = largest or 1.0
    errors = "There is no error."
    if largest:
        errors = f"Errors are colored by their share of the true class, here up to {largest:.1%}."
    cell = max(56, min(96, 1200 // n))  # pixels
    longest = 14 * max(map(len, names))  # pixels, about
    upright = longest <= cell
    left = 90 + max(MARGIN, longest)
    side, top = n * cell, HEADING + 70
    below = 110 if upright else 110 + longest
    figure = figures.new_figure(max(left + side + 400, 1300), top + side + below, theme=theme)
    figures.write_heading(
        figure,
        figures.plain(title, longest=64),
        f"Row: the true class; column: the answer. {errors}",
        theme=theme,
    )
    palette = color_table(theme.signed[3::-1])  # paper to strong orange
    axes = figures.axes_at(figure, left, top, side, side, theme=theme)
    axes.set_facecolor(theme.outline)
    axes.imshow(
        shares, cmap=ListedColormap(list(palette / 255.0)), norm=Normalize(0, limit), aspect="auto"
    )
    for row, column in np.ndindex(n, n):
        place = round(255 * float(np.nan_to_num(shares[row, column])) / limit)
        right = row == column
        color = theme.text if right else _readable_on(palette[place])
        size = NORMAL if confusion[row, column] else SMALL
        axes.text(
            column, row, f"{confusion[row, column]:,}", ha="center", va="center", color=color,
            fontsize=size * cell / 96 if cell > 72 else 7, family=figures.FONT,
            weight="bold" if right else "normal",
        )  # fmt: skip
    axes.set_xticks(range(n), names, rotation=0 if upright else 90)
    axes.set_yticks(range(n), names)
    axes.tick_params(length=0, labelcolor=theme.text, labelsize=NORMAL)
    figures.label_axes(axes, "answer", "true class", theme=theme)
    axes.yaxis.labelpad = 10
    _write_recall(axes, confusion, cell, theme=theme)
    return figure


def _write_recall(
    axes: Axes, confusion: NDArray[np.integer[Any]], cell: int, *, theme: Theme
) -> None:
    """At the right of every row: which share of its class was found."""
    n, beside = len(confusion), len(confusion) - 0.5 + 24 / cell
    style: dict[str, Any] = {"va": "center", "family": figures.FONT, "fontsize": NORMAL}
    axes.text(beside, -0.5 - 30 / cell, "found (recall)", color=theme.muted, **style)
    for row, report in enumerate(class_reports(confusion)):
        found = f"{report.recall:.1%}" if report.count else "none to find"
        axes.text(beside, row, found, color=theme.text, **style)
        if report.count:
            axes.text(beside + 110 / cell, row, f"of {report.count:,}", color=theme.muted, **style)
    axes.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5))


def _readable_on(color: NDArray[np.uint8]) -> str:
    """Black or white, whichever stands out more (relative luminance of WCAG 2, gamma 2.2)."""
    luminance = float((color / 255.0) ** 2.2 @ (0.2126, 0.7152, 0.0722))
    return "#000000" if luminance > 0.18 else "#ffffff"
