"""What has been drawn: strokes on a square, and their ink at any resolution.

The square is always 280 × 280 canvas pixels, however large the window shows it, so a resize
loses nothing. The ink that the network reads has that resolution; the ink on the screen has the
screen's, drawn from the same strokes, so a line is as sharp on a large screen as on a small one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neuroscribble.strokes import draw_segment, render_strokes

Ink = NDArray[np.float32]  # (side, side) in [0, 1]
Point = tuple[float, float]  # x, y in canvas pixels

SIDE = 280  # canvas pixels a side: ten for each pixel of an MNIST image


@dataclass(frozen=True)
class Stroke:
    """One line of the pen: its points and its diameter, in canvas pixels."""

    points: list[Point]
    width: float


class Canvas:
    """Strokes, and their ink at one or two resolutions, kept up to date point by point."""

    def __init__(self) -> None:
        self.strokes: list[Stroke] = []
        self.ink: Ink = np.zeros((SIDE, SIDE), dtype=np.float32)  # what the network reads
        self._shown: Ink = self.ink

    def begin(self, point: Point, width: float) -> None:
        """Put down a pen of this diameter: a dot."""
        self.strokes.append(Stroke([point], width))
        self._draw(point, point, width)

    def extend(self, point: Point) -> bool:
        """Move the pen in a straight line to `point`; returns whether that is a new place."""
        stroke = self.strokes[-1]
        if point == stroke.points[-1]:
            return False
        self._draw(stroke.points[-1], point, stroke.width)
        stroke.points.append(point)
        return True

    def clear(self) -> None:
        """Take away all strokes."""
        self.strokes.clear()
        self.ink[...] = 0
        self._shown[...] = 0

    def ink_at(self, side: int) -> Ink:
        """The same drawing, `side` pixels a side. The array is live until another side is asked."""
        if side != len(self._shown):
            self._shown = self.ink if side == SIDE else self._render(side)
        return self._shown

    def _render(self, side: int) -> Ink:
        scale = side / SIDE
        ink = np.zeros((side, side), dtype=np.float32)
        for stroke in self.strokes:
            points = np.array(stroke.points) * scale
            np.maximum(ink, render_strokes([points], size=side, width=stroke.width * scale), ink)
        return ink

    def _draw(self, start: Point, end: Point, width: float) -> None:
        draw_segment(self.ink, start, end, width)
        if self._shown is not self.ink:
            scale = len(self._shown) / SIDE
            ends = np.array([start, end]) * scale
            draw_segment(self._shown, ends[0], ends[1], width * scale)
