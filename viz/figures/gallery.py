"""The gallery: digits as the network read them, the most instructive ones first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from neuroscribble.explain.maps import Answers
from neuroscribble.shapes import IMAGE_SIZE

from ..diagram.theme import LIGHT, Theme, sequential_colors
from . import sheet as figures
from .sheet import HEADING, MARGIN, NORMAL, SMALL

COLUMNS = 12
SIDE, GAP, WORDS = 140, 24, 74  # pixels: a digit, the space between, the two lines below it
TITLE = 56  # pixels above the first row of a group
ROWS = 2  # of each group


def write_gallery(
    answers: Answers,
    path: Path,
    *,
    class_names: Sequence[str],
    weights_name: str,
    seed: int = 0,
    theme: Theme = LIGHT,
) -> Path:
    """Write the gallery and return its path; raises OutputError when it cannot be written."""
    figure = gallery_figure(
        answers, class_names=class_names, weights_name=weights_name, seed=seed, theme=theme
    )
    return figures.save_png(figure, path)


def groups_of(answers: Answers, *, seed: int) -> dict[str, NDArray[np.intp]]:
    """Title → indices of digits, first things first; equal confidences in the digits' order."""
    wrong, right = np.flatnonzero(~answers.is_right), np.flatnonzero(answers.is_right)
    sure = answers.confidences
    return {
        "Read wrong, the surest first": wrong[np.argsort(-sure[wrong], kind="stable")],
        "Read right, the least sure first": right[np.argsort(sure[right], kind="stable")],
        "Any digits, drawn by lot": np.random.default_rng(seed).permutation(len(answers.labels)),
    }


def gallery_figure(
    answers: Answers,
    *,
    class_names: Sequence[str],
    weights_name: str,
    seed: int = 0,
    theme: Theme = LIGHT,
) -> Figure:
    """Three groups of digits; below each what it is, what was read and how probable that was."""
    most = ROWS * COLUMNS
    groups = {title: chosen[:most] for title, chosen in groups_of(answers, seed=seed).items()}
    row_height = SIDE + WORDS
    rows = {title: max(1, -(-len(chosen) // COLUMNS)) for title, chosen in groups.items()}
    figure = figures.new_figure(
        2 * MARGIN + COLUMNS * (SIDE + GAP) - GAP,
        HEADING + sum(TITLE + n * row_height for n in rows.values()) + MARGIN // 2,
        theme=theme,
    )
    n, n_wrong = len(answers.labels), int(np.count_nonzero(~answers.is_right))
    figures.write_heading(
        figure,
        f"{n - n_wrong:,} of {n:,} digits are read right",
        f"{figures.plain(weights_name)} reads {answers.name}. Below each digit: what it is, or "
        "what it is and what was read; the probability of that answer, calibrated.",
        theme=theme,
    )
    top = HEADING
    for title, chosen in groups.items():
        words = title if len(chosen) else f"{title}: there is none"
        figures.write_text(
            figure, MARGIN, top, words, color=theme.text, size=NORMAL + 1, weight="bold"
        )
        for number, index in enumerate(chosen):
            row, column = divmod(number, COLUMNS)
            left = MARGIN + column * (SIDE + GAP)
            _draw_digit(
                figure, left, top + TITLE + row * row_height, answers, int(index), class_names,
                theme=theme,
            )  # fmt: skip
        top += TITLE + rows[title] * row_height
    return figure


def _draw_digit(
    figure: Figure,
    left: float,
    top: float,
    answers: Answers,
    index: int,
    class_names: Sequence[str],
    *,
    theme: Theme,
) -> None:
    """One digit as the network sees it and the two lines below."""
    axes = figures.axes_at(figure, left, top, SIDE, SIDE, theme=theme)
    axes.set(xticks=[], yticks=[])
    image = answers.images[index].reshape(IMAGE_SIZE, IMAGE_SIZE)
    axes.imshow(sequential_colors(image, limit=1, anchors=theme.ink), interpolation="nearest")
    is_right = bool(answers.is_right[index])
    label, answer = (
        figures.plain(class_names[int(which[index])], longest=8)
        for which in (answers.labels, answers.answers)
    )
    axes.spines[:].set_color(theme.outline if is_right else theme.accent)
    axes.spines[:].set_linewidth(0.8 if is_right else 2.0)
    words = label if is_right else f"{label}, read {answer}"
    color = theme.text if is_right else theme.accent
    figures.write_text(figure, left, top + SIDE + 8, words, color=color, size=NORMAL)
    sure = percent(float(answers.confidences[index]))
    figures.write_text(figure, left, top + SIDE + 34, sure, color=theme.muted, size=SMALL)


def percent(share: float) -> str:
    """0.871 → "87.1%"; nearly but not all → "> 99.9%"."""
    return "> 99.9%" if 0.9995 <= share < 1 else f"{share:.1%}"
