"""A drawing is a list of strokes, some of which rub out; its ink follows from them at any size.

Strokes count in the order in which they were drawn: a pen darkens what is there, an eraser of
the same shape takes away what lies under it. The square they lie on has a side in its own
pixels, so the same drawing is as sharp on a large screen as on a small one. What a network reads
does not depend on that side either: the strokes are always inked on 280 x 280 pixels first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .normalize import normalize_ink
from .strokes import draw_stroke, render_strokes

INK_SIDE = 280  # pixels a side on which a drawing is inked to be read: ten for each of MNIST's
Ink = NDArray[np.float32]  # (side, side) in [0, 1]
Point = tuple[float, float]  # x, y in pixels of the drawing


@dataclass(frozen=True)
class DrawnStroke:
    """One line of the pen or the eraser: its points and its diameter, in pixels of the drawing."""

    points: list[Point]
    width: float
    erases: bool = False


def render_drawing(strokes: Sequence[DrawnStroke], *, canvas: float, side: int) -> Ink:
    """The ink of strokes on a square of `canvas` pixels, shown with `side` pixels a side."""
    scale = side / canvas
    ink: Ink = np.zeros((side, side), dtype=np.float32)
    for stroke in strokes:
        points = np.array(stroke.points, dtype=np.float64) * scale
        cover = render_strokes([points], size=side, width=stroke.width * scale)
        if stroke.erases:
            np.minimum(ink, 1 - cover, out=ink)
        else:
            np.maximum(ink, cover, out=ink)
    return ink


def drawing_image(strokes: Sequence[DrawnStroke], *, canvas: float) -> Ink:
    """What a network reads of a drawing, (28, 28), on a square of `canvas` pixels of any number."""
    return normalize_ink(render_drawing(strokes, canvas=canvas, side=INK_SIDE))


def draw_piece(ink: Ink, points: ArrayLike, width: float, *, erases: bool) -> None:
    """Draw or erase the line through `points` in place, all in pixels of `ink`."""
    if not erases:
        draw_stroke(ink, points, width)
        return
    points = np.asarray(points, dtype=np.float64)  # (P, 2)
    reach = width / 2 + 1  # an edge is one pixel wide
    corner = np.maximum(np.floor(points.min(axis=0) - reach), 0)
    left, top = corner.astype(int).tolist()
    right, bottom = np.ceil(points.max(axis=0) + reach).astype(int).tolist()
    window = ink[top : max(top, bottom), left : max(left, right)]
    if window.size:
        cover = np.zeros_like(window)
        draw_stroke(cover, points - corner, width)
        np.minimum(window, 1 - cover, out=window)
