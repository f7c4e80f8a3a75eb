"""The contact sheet: every correction as a small picture, with what was said and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from neuroscribble.errors import DataError
from neuroscribble.ink.drawing import render_drawing
from neuroscribble.shapes import CLASS_NAMES
from neuroscribble.teaching.corrections import Correction

from ..diagram.theme import Theme, sequential_colors
from .sheet import MARGIN, NORMAL, SMALL, axes_at, new_figure, save_png, write_heading, write_text

COLUMNS = 8
SIDE, GAP, WORDS = 164, 26, 62  # pixels: a drawing, the space between, the two lines below
TOP = 150  # where the first row begins
MOST = 400  # corrections on one sheet; of more, the latest


def write_contact_sheet(corrections: Sequence[Correction], path: Path, *, theme: Theme) -> Path:
    """Write the sheet as PNG and return its path; the oldest correction comes first.

    Raises DataError when there is no correction, OutputError when the file cannot be written.
    """
    if not corrections:
        raise DataError("there is no correction to show; teach some in the window.")
    shown = corrections[-MOST:]
    rows = -(-len(shown) // COLUMNS)
    pitch = SIDE + GAP
    figure = new_figure(
        2 * MARGIN + COLUMNS * pitch - GAP, TOP + rows * (pitch + WORDS) + MARGIN, theme=theme
    )
    n_wrong = sum(correction.said != correction.label for correction in corrections)
    caption = (
        f"{len(corrections):,} taught, of which the network had read {n_wrong:,} wrong; "
        "below each what it is, what was said and how surely"
    )
    if len(shown) < len(corrections):
        caption += f"; the latest {MOST}"
    write_heading(figure, "Corrections", caption, theme=theme)
    for number, correction in enumerate(shown):
        row, column = divmod(number, COLUMNS)
        left, top = MARGIN + column * pitch, TOP + row * (pitch + WORDS)
        axes = axes_at(figure, left, top, SIDE, SIDE, theme=theme)
        axes.set_axis_off()
        ink = render_drawing(correction.strokes, canvas=correction.canvas, side=SIDE)
        axes.imshow(
            sequential_colors(np.asarray(ink), limit=1, anchors=theme.ink), interpolation="nearest"
        )
        is_wrong = correction.said != correction.label
        probability = correction.probabilities[correction.said]
        words = f"{CLASS_NAMES[correction.label]}, read as {CLASS_NAMES[correction.said]}"
        color = theme.text if is_wrong else theme.muted
        write_text(figure, left, top + SIDE + 8, words, color=color, size=NORMAL)
        when = correction.time.astimezone().strftime("%Y-%m-%d")
        sure = f"{probability:.0%} · {when}"
        write_text(figure, left, top + SIDE + 32, sure, color=theme.muted, size=SMALL)
    return save_png(figure, path)
