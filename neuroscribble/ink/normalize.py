"""Ink on a canvas becomes an image like MNIST's.

MNIST's makers scaled each digit, aspect kept, into a box of 20 x 20 pixels and moved it so that
its center of mass lies in the middle of a 28 x 28 field (LeCun et al. 1998). In their files that
middle is the pixel of index 14, to the nearest whole pixel: the centers of mass of the 60,000
training images spread evenly over 13.5 to 14.5 in both directions. The same is done here to
whatever a person draws, so that real MNIST images, enlarged and moved, come back as themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import PictureError, ShapeError
from ..shapes import IMAGE_SIZE

FITTED_SIZE = 20  # longer side of a digit in an MNIST image, in pixels
INK_THRESHOLD = 1 / 512  # half a gray level of 8 bits: anything darker than paper is ink
TIE = 1e-5  # a center of mass so close below a half is a half: symmetric digits stay put
ROUNDING = 1e-6  # how far float32 arithmetic may carry ink beyond 0 or 1

Box = tuple[int, int, int, int]  # top, left, bottom, right; the last two are exclusive


@dataclass(frozen=True)
class InkStages:
    """Every stage between a canvas and the image that the network sees."""

    canvas: NDArray[np.float64]  # (H, W), ink in [0, 1]
    box: Box  # where the ink is; (0, 0, 0, 0) on a blank canvas
    cropped: NDArray[np.float64]  # (bottom - top, right - left), the ink inside the box
    fitted: NDArray[np.float64]  # longer side `box`, the other at least 1
    shift: tuple[int, int]  # row and column of the final image at which `fitted` begins
    centered: NDArray[np.float32]  # (side, side)


def normalize_ink(
    canvas: ArrayLike, *, side: int = IMAGE_SIZE, box: int = FITTED_SIZE
) -> NDArray[np.float32]:
    """Turn ink on a canvas of any size into an image like MNIST's; blank stays blank.

    canvas: array of shape (H, W), ink in [0, 1].
    side, box: of the image and, in it, of the box around the digit, in pixels; MNIST's by default.

    Returns float32 of shape (side, side) in [0, 1]. Raises ShapeError for another shape and
    PictureError for values that are not ink.
    """
    return ink_stages(canvas, side=side, box=box).centered


def ink_stages(canvas: ArrayLike, *, side: int = IMAGE_SIZE, box: int = FITTED_SIZE) -> InkStages:
    """Do as `normalize_ink`, and keep every stage on the way."""
    ink = check_ink(canvas)
    around = ink_box(ink)
    top, left, bottom, right = around
    cropped = ink[top:bottom, left:right]
    fitted = _fit(cropped, box)
    shift = _shift(fitted, side)
    centered = np.zeros((side, side), dtype=np.float32)
    rows, columns = fitted.shape
    centered[shift[0] : shift[0] + rows, shift[1] : shift[1] + columns] = fitted
    return InkStages(ink, around, cropped, fitted, shift, centered)


def ink_box(ink: NDArray[np.floating[Any]]) -> Box:
    """The smallest box around all ink above the threshold; (0, 0, 0, 0) when there is none."""
    inked = ink > INK_THRESHOLD
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if rows.size == 0:
        return (0, 0, 0, 0)
    return (int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def check_ink(canvas: ArrayLike) -> NDArray[np.float64]:
    """The ink of a canvas (H, W) in [0, 1]; raises ShapeError and PictureError."""
    try:
        ink = np.asarray(canvas)
    except ValueError:  # rows of different lengths
        ink = np.empty(0)
    if ink.ndim != 2 or ink.size == 0:
        raise ShapeError(f"A canvas must have shape (H, W) and some pixels; got {ink.shape}.")
    if ink.dtype.kind not in "biuf":
        raise PictureError(f"Ink must be real numbers in [0, 1]; got {ink.dtype} values.")
    ink = ink.astype(np.float64)
    low, high = float(ink.min()), float(ink.max())
    if not (low >= -ROUNDING and high <= 1 + ROUNDING):  # also when one of them is nan
        raise PictureError(
            f"Ink must lie between 0 (paper) and 1 (pen); got {low:g} to {high:g}. "
            "Divide gray levels by their maximum."
        )
    return ink.clip(0, 1)


def _fit(cropped: NDArray[np.float64], box: int) -> NDArray[np.float64]:
    """Scale to a longer side of `box`; each new pixel is the mean ink under its footprint."""
    height, width = cropped.shape
    step = max(height, width) / box  # old pixels per new pixel
    if step == 0:
        return cropped
    fitted: NDArray[np.float64] = _overlaps(height, step) @ cropped @ _overlaps(width, step).T
    return fitted


def _overlaps(n_old: int, step: float) -> NDArray[np.float64]:
    """How much of each new pixel every old one covers, of shape (n_new, n_old).

    New pixel i spans i * step to (i + 1) * step, old pixel j spans j to j + 1. The last new pixel
    may reach past the ink; there is paper.
    """
    n_new = math.ceil(n_old / step - TIE)
    new, old = np.arange(n_new)[:, None], np.arange(n_old)
    shared = np.minimum((new + 1) * step, old + 1) - np.maximum(new * step, old)
    overlaps: NDArray[np.float64] = np.maximum(shared, 0) / step
    return overlaps


def _shift(fitted: NDArray[np.float64], side: int) -> tuple[int, int]:
    """Where `fitted` must begin for its center of mass to fall on pixel 14 of 28, kept inside."""
    total = fitted.sum()
    if total == 0:
        return (0, 0)
    rows, columns = fitted.shape
    row = float(fitted.sum(axis=1) @ np.arange(rows) / total)
    column = float(fitted.sum(axis=0) @ np.arange(columns) / total)
    return (_start(row, rows, side), _start(column, columns, side))


def _start(center_of_mass: float, length: int, side: int) -> int:
    start = side // 2 - math.floor(center_of_mass + 0.5 + TIE)
    return min(max(start, 0), side - length)
