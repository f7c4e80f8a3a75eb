"""Photos of the museum's sheet that nobody took: printed, drawn on, seen from aside, badly lit."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from neuroscribble.data.pen import pen_strokes
from neuroscribble.ink.grid import CELL, COLUMNS, GRID_TOP, ROWS, homography_of
from neuroscribble.ink.strokes import render_strokes
from viz.figures.grid_sheet import grid_sheet
from viz.figures.paper import INCH

FINE = 5  # pixels to a millimeter of the print
EMPTY = (3, 2)  # the square that nobody drew in
DIGIT = 24.0  # millimeters
Gray = NDArray[np.float64]


class Sheet(NamedTuple):
    """A printed sheet with digits: gray (H, W), and ink by row and column, counted from 1."""

    gray: Gray
    drawn: dict[tuple[int, int], Gray]
    labels: dict[tuple[int, int], int]


@cache
def drawn_sheet(paper: str = "a4", seed: int = 4) -> Sheet:
    """The sheet that `museum --sheet` prints, with a digit in every square but one."""
    rng = np.random.default_rng(seed)
    page, file = grid_sheet(paper), BytesIO()
    page.figure.savefig(file, format="png", dpi=FINE * INCH)
    gray = np.asarray(Image.open(file).convert("L")) / 255
    drawn, labels = {}, {}
    side, margin = round(CELL * FINE), (CELL - DIGIT) / 2
    for row, column in np.ndindex(ROWS, COLUMNS):
        place = (row + 1, column + 1)
        if place == EMPTY:
            continue
        labels[place] = int(rng.integers(10))
        strokes = [(s * DIGIT + margin) * FINE for s in pen_strokes(labels[place], rng=rng)]
        drawn[place] = render_strokes(strokes, size=side, width=1.4 * FINE)
        left, top = page.left + column * CELL, page.top + GRID_TOP + row * CELL
        at = np.s_[round(top * FINE) :, round(left * FINE) :]
        gray[at][:side, :side] *= 1 - 0.85 * drawn[place]
    return Sheet(gray, drawn, labels)


def photo(sheet: Gray, *, turn: float = 0, tilt: float = 0, size: tuple[int, int]) -> Image.Image:
    """The sheet on a dark table, by a lamp at the right, with the shadow of who takes the photo.

    turn: degrees; tilt: how much nearer one corner is; size: width and height in pixels.
    """
    (height, width), angle = sheet.shape, np.deg2rad(turn)
    cos, sin = np.cos(angle), np.sin(angle)
    room = abs(np.array([[cos, sin], [sin, cos]])) @ (width, height)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], float)
    seen = (corners - (width / 2, height / 2)) @ np.array([[cos, sin], [-sin, cos]])
    seen *= 0.93 * min(np.array(size) / room) / (1 + tilt)
    seen = seen * (1 + tilt * np.array([-1, 1, 0.5, -0.5]))[:, None] + np.array(size) / 2
    to_sheet = homography_of(seen, corners)
    assert to_sheet is not None
    picture = Image.fromarray(np.uint8(sheet * 255)).transform(
        size,
        Image.Transform.PERSPECTIVE,
        to_sheet.ravel()[:8],
        Image.Resampling.BICUBIC,
        fillcolor=90,
    )
    x, y = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    shadow = 1 - 0.45 / (1 + np.exp(-(0.7 * x + y - 0.9) / 0.02))
    noise = np.random.default_rng(1).normal(0, 4, x.shape)
    lit = np.asarray(picture) * (0.6 + 0.4 * x - 0.1 * y) * shadow + noise
    return Image.fromarray(np.uint8(np.clip(lit, 0, 255)))


def save_photo(path: Path, **how: float) -> Path:
    """A photo as a phone saves it, in JPEG."""
    photo(drawn_sheet().gray, size=(1200, 1600), **how).save(path, quality=50)
    return path
