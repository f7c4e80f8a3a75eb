"""How a training that the window watches has gone so far, and the small picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroscribble.ink.strokes import render_strokes
from neuroscribble.shapes import Floats

from ..diagram.theme import color_table, rgb
from .layout import Rect
from .panels import SMALL, Look, caption, percent
from .scene import Box, Item, Label, Picture, Shades

SHADES = 128  # of each of the two lines


@dataclass(frozen=True)
class Course:
    """How far a training is."""

    epoch: int = 1
    epochs: int = 1
    step: int = 0  # taken so far
    steps: int = 0  # of all epochs; 0 before the first one
    losses: Sequence[float] = ()  # means over equally many steps each
    accuracies: Sequence[float] = ()  # of validation digits, behind each epoch
    end: str | None = None  # the result, in one sentence, when it is over

    @property
    def words(self) -> str:
        """Where it is, in a line."""
        if not self.steps:
            return "Waiting for the first step"
        words = f"Epoch {self.epoch} of {self.epochs}, step {self.step:,} of {self.steps:,}"
        if self.end is not None:
            words = f"It has learned, for {len(self.accuracies)} epochs"
        if self.losses:
            words += f": loss {self.losses[-1]:.3f}"
        if self.accuracies:
            words += f", {percent(self.accuracies[-1])} read"
        return words


News = tuple[Course, Floats]  # where the training is, and all parameters of its network, (P,)


def course_panel(look: Look, course: Course) -> list[Item]:
    """Under the canvas: the loss as a line, the accuracy behind each epoch as dots."""
    px, theme = look.layout.px, look.theme
    rect = course_rect(look)
    inner = rect.shrunk(px(6))
    items: list[Item] = [
        caption(look, rect, course.words),
        Box(rect, rgb(theme.surface), px(9), rgb(theme.outline)),
    ]
    if min(inner.width, inner.height) < 1:
        return items
    colors = [color_table((theme.surface, end), SHADES) for end in (theme.muted, theme.accent)]
    picture = Picture(inner.x, inner.y, course_shades(course, inner, px(2)), np.concatenate(colors))
    words = "line: loss · dots: digits held out that are read"
    y = inner.center[1]
    muted = rgb(theme.muted)
    legend = Label(words, inner.right - px(4), y, px(SMALL - 3), muted, inner.width, "right")
    return [*items, picture, legend]


def course_rect(look: Look) -> Rect:
    """Where a window that teaches has the digits and what lessons need."""
    digits, save = look.layout.digits, look.layout.save
    return Rect(digits.x, digits.y, digits.width, max(1, save.bottom - digits.y))


def course_shades(course: Course, rect: Rect, line: int) -> Shades:
    """Both lines in a picture as large as `rect`: shades of the loss, and from SHADES on of the
    accuracy, which lies above. Full height is the largest loss, at least 0.1, and 100 %."""
    size, margin = (rect.height, rect.width), 2 * line
    width, height = rect.width - 2 * margin, rect.height - 2 * margin

    def points(shares: Floats, values: Sequence[float], top: float) -> Floats:
        return margin + np.stack([width * shares, height * (1 - np.array(values) / top)], axis=1)

    n = len(course.losses)
    done = course.step / max(1, course.steps)
    loss = points(np.linspace(0, done, n), course.losses, max([0.1, *course.losses]))
    epochs = np.arange(1, len(course.accuracies) + 1) / course.epochs
    dots = points(epochs, course.accuracies, 1.0)
    below = render_strokes([loss], size=size, width=line)
    above = render_strokes(list(dots[:, None]), size=size, width=3 * line)
    shades = np.where(above > 0.25, SHADES + (SHADES - 1) * above, (SHADES - 1) * below)
    rounded: Shades = np.rint(shades).astype(np.uint8)
    return rounded
