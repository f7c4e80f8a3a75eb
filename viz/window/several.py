"""The digits of one drawing: each is read by itself, one is shown, and one can switch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from neuroscribble.ink.drawing import Ink
from neuroscribble.ink.parts import digit_parts
from neuroscribble.nn.network import Network
from neuroscribble.shapes import CLASS_NAMES

from .canvas import SIDE, Strokes
from .reading import Reading, read


@dataclass(frozen=True, eq=False)
class Several:
    """What a drawing is read as: nearly always one digit."""

    inks: tuple[Ink, ...]  # of each digit, on the whole canvas; from left to right
    readings: tuple[Reading, ...]
    shown: int  # which of them the window shows

    @property
    def reading(self) -> Reading:
        """Of the digit that is shown."""
        return self.readings[self.shown]

    def number(self, class_names: tuple[str, ...]) -> str:
        """What is read, one digit after the other: "42"."""
        return "".join(class_names[one.ranking[0]] for one in self.readings if one.ranking)

    def next(self) -> Several:
        """The same with the next digit shown, behind the last one the first."""
        return self.with_shown(self.shown + 1)

    def with_shown(self, place: int) -> Several:
        """The same with the digit at a place shown; behind the last one the first."""
        return replace(self, shown=place % len(self.readings))

    def strokes_shown(self, strokes: Strokes) -> Strokes:
        """Those strokes of which the digit that is shown is made, and all of the eraser."""
        if len(self.inks) == 1:
            return strokes
        ink = self.inks[self.shown]
        own = [stroke for stroke in strokes if stroke.erases or _has_ink(ink, stroke.points)]
        return tuple(own)


def read_digits(
    network: Network, ink: Ink, strokes: Strokes, *, is_taught: bool = False
) -> Several:
    """Find the digits in a drawing (H, W) and read each; the one under the pen is shown.

    Only a network of the ten digits is asked about parts of a drawing. Raises as `read`.
    """
    inks: tuple[Ink, ...] = (ink,)
    if network.class_names == CLASS_NAMES:
        parts = [part.astype(np.float32) for part in digit_parts(ink)]
        inks = tuple(parts) if len(parts) > 1 else inks
    readings = tuple(read(network, one, is_taught=is_taught) for one in inks)
    end = strokes[-1].points[-1:] if strokes else []
    under_pen = [nth for nth, one in enumerate(inks) if _has_ink(one, end)]
    return Several(inks, readings, under_pen[0] if under_pen else 0)


def _has_ink(ink: Ink, points: list[tuple[float, float]]) -> bool:
    """Whether there is ink at one of the points of the canvas."""
    places = np.clip(np.array(points).reshape(-1, 2), 0, SIDE - 1).astype(int)
    return bool(ink[places[:, 1], places[:, 0]].any())
