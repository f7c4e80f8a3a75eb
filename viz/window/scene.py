"""A picture of the window as plain data: boxes, labels and images, painted in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..diagram.theme import Colors
from .layout import Rect

Color = tuple[int, int, int]  # red, green, blue in 0..255
Shades = NDArray[np.uint8]  # (height, width) indices into a palette


@dataclass(frozen=True)
class Box:
    """A filled rectangle with round corners and, if asked, a hairline around it."""

    rect: Rect
    fill: Color
    radius: int = 0  # pixels
    outline: Color | None = None


@dataclass(frozen=True)
class Label:
    """One line of text, its middle at height y; it shrinks to fit `width`."""

    text: str
    x: int  # of the side named by `align`
    y: int
    size: int  # pixels from the top of the highest to the bottom of the lowest letter
    color: Color
    width: int  # pixels it may take
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, eq=False)
class Picture:
    """An image in colors of a palette, pixel for pixel."""

    x: int
    y: int
    shades: Shades
    palette: Colors  # (256, 3)

    def colors(self) -> Colors:
        """The image as red, green, blue: (height, width, 3)."""
        return self.palette[self.shades]


Item: TypeAlias = Box | Label | Picture
