"""The misread sheet: a confusion matrix whose entries are the misread drawings themselves.

A row for each true class, a column for each answer. What was read right is only counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from neuroscribble.errors import DataError
from neuroscribble.shapes import Floats, Labels, check_shape

from ..diagram.theme import Theme, sequential_colors
from .sheet import MARGIN, NORMAL, SMALL, axes_at, new_figure, save_png, write_heading, write_text

SIDE, GAP, WORDS = 64, 14, 24  # pixels: a drawing, the space around it, the line below
ACROSS = 2  # drawings side by side in a cell
MOST = 20  # drawings in a cell; of more, those of which the network was surest
HEAD = 54  # width of the column of true classes, height of the row of answers
TOP = 150  # where that row begins
CELL = ACROSS * (SIDE + GAP) + GAP  # pixels across
PITCH = SIDE + WORDS + GAP  # from one row of drawings in a cell to the next


def write_misread_sheet(
    images: Floats,
    labels: Labels,
    probabilities: Floats,
    path: Path,
    *,
    title: str,
    class_names: Sequence[str],
    theme: Theme,
) -> Path:
    """Write the sheet as PNG and return its path.

    images (N, 784): ink as the network sees it; labels (N,): what it is; probabilities (N, K):
    calibrated ones, whose largest is the answer and stands below each drawing. Raises DataError
    when nothing was misread, OutputError when the file cannot be written.
    """
    n, n_classes = len(images), len(class_names)
    check_shape("labels", labels, (n,))
    check_shape("probabilities", probabilities, (n, n_classes))
    said, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    n_wrong = int((said != labels).sum())
    if not n_wrong:
        raise DataError(f"of {title} nothing was misread, so there is nothing to show.")
    surest_first = np.argsort(-sure, kind="stable")
    cells = {
        (true, answer): surest_first[
            (labels[surest_first] == true) & (said[surest_first] == answer)
        ]
        for true in range(n_classes)
        for answer in range(n_classes)
    }
    heights = [
        _height([cells[true, k] for k in range(n_classes) if k != true])
        for true in range(n_classes)
    ]
    left, top = MARGIN + HEAD, TOP + HEAD
    width, height = left + n_classes * CELL + MARGIN, top + sum(heights) + MARGIN
    figure = new_figure(width, height, theme=theme)
    caption = (
        f"{n_wrong:,} of {n:,} misread. Rows: what it is. Columns: what the network says, with its "
        "calibrated probability. In gray: how many it reads right."
    )
    write_heading(figure, title, caption, theme=theme)
    for k, name in enumerate(class_names):
        x = left + k * CELL + CELL / 2
        write_text(figure, x, TOP + 10, name, color=theme.text, size=NORMAL, ha="center")
    for true, name in enumerate(class_names):
        _rule(figure, MARGIN, top, width - 2 * MARGIN, theme=theme)
        write_text(figure, MARGIN, top + GAP, name, color=theme.text, size=NORMAL, weight="bold")
        for answer in range(n_classes):
            place = left + answer * CELL, top
            found = cells[true, answer]
            if answer == true:
                right = f"{len(found):,}"
                write_text(
                    figure,
                    place[0] + CELL / 2,
                    top + GAP,
                    right,
                    color=theme.muted,
                    size=SMALL,
                    ha="center",
                )
            else:
                _draw_cell(figure, place, images[found], sure[found], theme=theme)
        top += heights[true]
    return save_png(figure, path)


def _height(misread: list[NDArray[np.intp]]) -> int:
    """Of a row whose fullest cell holds the most drawings; a row without any is a line of text."""
    most = max(min(len(found), MOST) for found in misread)
    more = WORDS if any(len(found) > MOST for found in misread) else 0
    return max(2 * GAP + WORDS, GAP + -(-most // ACROSS) * PITCH + more)


def _draw_cell(
    figure: Figure, place: tuple[int, int], images: Floats, sure: Floats, *, theme: Theme
) -> None:
    """The misread drawings of one pair of classes, the network's surest first."""
    side = round(images.shape[1] ** 0.5)
    for number, (image, probability) in enumerate(zip(images[:MOST], sure, strict=False)):
        row, column = divmod(number, ACROSS)
        left, top = place[0] + GAP + column * (SIDE + GAP), place[1] + GAP + row * PITCH
        axes = axes_at(figure, left, top, SIDE, SIDE, theme=theme)
        axes.set_axis_off()
        ink = sequential_colors(image.reshape(side, side), limit=1, anchors=theme.ink)
        axes.imshow(ink, interpolation="nearest")
        write_text(
            figure,
            left + SIDE / 2,
            top + SIDE + 2,
            _percent(probability),
            color=theme.muted,
            size=SMALL,
            ha="center",
        )
    if len(images) > MOST:
        left, top = place[0] + GAP, place[1] + GAP + -(-MOST // ACROSS) * PITCH
        more = f"and {len(images) - MOST:,} more"
        write_text(figure, left, top - GAP + 4, more, color=theme.muted, size=SMALL)


def _percent(probability: float) -> str:
    """Without decimals; never rounded to certainty."""
    return ">99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def _rule(figure: Figure, left: int, top: int, width: int, *, theme: Theme) -> None:
    """A hairline across the sheet."""
    axes = axes_at(figure, left, top, width, 1, theme=theme)
    axes.set_axis_off()
    axes.axhline(0.5, color=theme.outline, linewidth=1)
