"""A sweep as a picture: a row for each setting, best on top, a dot for each of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from neuroscribble.errors import SettingsError
from neuroscribble.sweeps.ranking import Group, in_words, mean_and_error

from ..diagram.theme import LIGHT, Theme
from . import sheet as figures
from .sheet import LETTER, MARGIN, NORMAL

MOST_ROWS = 40  # of settings that are drawn
ROW, WIDTH = 52, 1100  # pixels
VALUES = 330  # pixels beside the rows for what they say in numbers
LONGEST = 72  # letters of a setting
AIR = 0.06  # of the range of all accuracies, beside it


def write_ranking(groups: Sequence[Group], path: Path, *, theme: Theme = LIGHT) -> None:
    """Write the picture of a sweep; raises SettingsError when no run was finished."""
    figures.save_png(ranking_figure(groups, theme=theme), path)


def ranking_figure(groups: Sequence[Group], *, theme: Theme = LIGHT) -> Figure:
    """Accuracy of every run on validation digits, means with standard errors, and on test digits.

    groups: as `ranked` orders them.
    """
    if not groups:
        raise SettingsError("no run was finished, so there is no ranking to draw.")
    shown = groups[:MOST_ROWS]
    names = [figures.plain(str(group), longest=LONGEST) for group in shown]
    left = 2 * MARGIN + LETTER * max(map(len, names)) + 70
    width, height = left + WIDTH + VALUES + MARGIN, ROW * len(shown)
    n_runs = sum(len(group.validation) for group in groups)
    caption = figures.wrapped(
        f"{_counted(n_runs, 'run')} of {_counted(len(groups), 'setting')}"
        + (f", the first {MOST_ROWS} drawn" if len(groups) > MOST_ROWS else "")
        + ". Dots: runs; line: their mean on validation digits, which ranks, and its standard error"
        ". Diamonds: the mean on test digits, which ranks nothing.",
        width,
    )
    top = figures.below_heading(caption)
    figure = figures.new_figure(width, top + height + 2 * MARGIN, theme=theme)
    title = f"{shown[0]} reads most validation digits" if len(groups) > 1 else str(shown[0])
    figures.write_heading(figure, figures.plain(title, longest=96), caption, theme=theme)
    axes = figures.axes_at(figure, left, top, WIDTH, height, theme=theme)
    _set_limits(axes, shown)
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="x", color=theme.outline, linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    for row, (group, name) in enumerate(zip(shown, names, strict=True)):
        _draw_row(axes, row, group, theme=theme)
        middle = top + ROW * (row + 0.5) - 10
        figures.write_text(figure, MARGIN, middle, str(group.rank), color=theme.muted, size=NORMAL)
        figures.write_text(figure, MARGIN + 60, middle, name, color=theme.text, size=NORMAL)
        told = in_words(group.validation)
        figures.write_text(figure, left + WIDTH + 30, middle, told, color=theme.text, size=NORMAL)
    figures.label_axes(axes, "read right", "", theme=theme)
    return figure


def _set_limits(axes: Axes, groups: Sequence[Group]) -> None:
    """From a little below the worst run to a little above the best; rows from the top."""
    values = [value for group in groups for value in (*group.validation, *group.test)]
    air = max(AIR * (max(values) - min(values)), 0.0005)
    axes.set_xlim(max(0.0, min(values) - air), min(1.0, max(values) + air))
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.4g}%"))


def _draw_row(axes: Axes, row: int, group: Group, *, theme: Theme) -> None:
    strong, pale = theme.signed[-1], theme.signed[-3]
    rows = [row] * len(group.validation)
    mean, error = mean_and_error(group.validation)
    if error is not None:
        axes.plot([mean - error, mean + error], [row, row], color=strong, linewidth=3, zorder=2)
    axes.plot([mean, mean], [row - 0.28, row + 0.28], color=strong, linewidth=2.4, zorder=3)
    axes.plot(
        group.validation, rows, linestyle="", marker="o", markersize=6, color=pale,
        markeredgecolor=strong, markeredgewidth=0.8, zorder=4,
    )  # fmt: skip
    test, _ = mean_and_error(group.test)
    axes.plot(
        [test], [row], linestyle="", marker="D", markersize=6, markerfacecolor="none",
        markeredgecolor=theme.muted, markeredgewidth=1.4, zorder=5,
    )  # fmt: skip


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")
