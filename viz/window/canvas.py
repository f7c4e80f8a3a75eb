"""What has been drawn: strokes on a square, their ink at any resolution, and the way back.

The square is always 280 × 280 canvas pixels, however large the window shows it, so a resize
loses nothing. The ink that the network reads has that resolution; the ink on the screen has the
screen's, drawn from the same strokes, so a line is as sharp on a large screen as on a small one.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from neuroscribble.ink.drawing import (
    INK_SIDE,
    DrawnStroke,
    Ink,
    Point,
    draw_piece,
    render_drawing,
)

MOST_STEPS = 500  # that can be taken back: a window may be open for days
SIDE = INK_SIDE  # canvas pixels a side
Strokes = tuple[DrawnStroke, ...]


class Canvas:
    """Strokes, and their ink at one or two resolutions, brought up to date when it is asked for."""

    def __init__(self) -> None:
        self.strokes: Strokes = ()
        self._ink: Ink = np.zeros((SIDE, SIDE), dtype=np.float32)
        self._shown: Ink = self._ink
        self._n_drawn = 0  # points of the last stroke whose ink is there
        self._past: deque[Strokes] = deque(
            maxlen=MOST_STEPS
        )  # what was drawn before each stroke and each clearing
        self._future: list[Strokes] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke, or a clearing, to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back that can come again."""
        return bool(self._future)

    @property
    def ink(self) -> Ink:
        """What the network reads. The array is live: it changes when it is asked for again."""
        self._catch_up()
        return self._ink

    def begin(self, point: Point, width: float, *, erases: bool = False) -> None:
        """Put down a pen or an eraser of this diameter: a dot."""
        self._catch_up()
        self._remember()
        self.strokes = (*self.strokes, DrawnStroke([point], width, erases))
        self._n_drawn = 0

    def extend(self, point: Point) -> bool:
        """Move the pen in a straight line to `point`; returns whether that is a new place."""
        points = self.strokes[-1].points
        if point == points[-1]:
            return False
        points.append(point)
        return True

    def clear(self) -> bool:
        """Take away all strokes; returns whether there were any."""
        if not self.strokes:
            return False
        self._remember()
        self._show(())
        return True

    def undo(self) -> bool:
        """Take back the last stroke or clearing; returns whether there was one."""
        if not self._past:
            return False
        self._future.append(self.strokes)
        self._show(self._past.pop())
        return True

    def redo(self) -> bool:
        """Draw again what was taken back; returns whether there was something."""
        if not self._future:
            return False
        self._past.append(self.strokes)
        self._show(self._future.pop())
        return True

    def ink_at(self, side: int) -> Ink:
        """The same drawing, `side` pixels a side. The array is live until another side is asked."""
        self._catch_up()
        if side != len(self._shown):
            self._shown = self._ink if side == SIDE else self._render(side)
        return self._shown

    def _remember(self) -> None:
        self._past.append(self.strokes)
        self._future.clear()

    def _show(self, strokes: Strokes) -> None:
        self.strokes = strokes
        self._n_drawn = len(strokes[-1].points) if strokes else 0
        self._ink[...] = self._render(SIDE)
        if self._shown is not self._ink:
            self._shown[...] = self._render(len(self._shown))

    def _render(self, side: int) -> Ink:
        return render_drawing(self.strokes, canvas=SIDE, side=side)

    def _catch_up(self) -> None:
        """Draw what the last stroke has got since: many points at once, faster than one by one."""
        if not self.strokes or self._n_drawn == len(self.strokes[-1].points):
            return
        stroke = self.strokes[-1]
        points = np.array(stroke.points[max(self._n_drawn - 1, 0) :])  # (P, 2), from the last one
        self._n_drawn = len(stroke.points)
        draw_piece(self._ink, points, stroke.width, erases=stroke.erases)
        if self._shown is not self._ink:
            scale = len(self._shown) / SIDE
            draw_piece(self._shown, points * scale, stroke.width * scale, erases=stroke.erases)
