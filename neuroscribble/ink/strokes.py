"""A stroke is a line of points drawn by a round pen.

The canvas spans x from 0 to W and y from 0 to H, y down; the pixel in row r and column c has its
center at (c + 0.5, r + 0.5). Its ink is

    clip(width / 2 - distance + 0.5, 0, 1)

with the distance from its center to the nearest point of the line: full under the pen, none
beside it, and an edge one pixel wide between. Where lines cross, the larger ink counts, so a
stroke has round ends and round joints however far apart its points are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import PictureError, SettingsError, ShapeError
from ..shapes import check_shape

Canvas = NDArray[np.floating[Any]]  # (H, W): ink in [0, 1]

SHORTEST_PIECE = 6.0  # pixels; a long segment is drawn in pieces, which have small bounding boxes
BATCH_PIXELS = 1 << 16  # pixels computed at a time, so that they stay in the processor's cache


def render_strokes(
    strokes: Sequence[ArrayLike], *, size: int | tuple[int, int], width: float
) -> NDArray[np.float32]:
    """Draw strokes on an empty canvas.

    strokes: each an array of shape (P, 2), x and y in pixels; one point makes a dot, none nothing.
        Points may lie outside the canvas.
    size: side of a square canvas, or its (height, width), in pixels.
    width: diameter of the pen in pixels.

    Returns the ink, float32 of shape (H, W) in [0, 1]. Raises ShapeError for a stroke or canvas
    of the wrong shape, PictureError for points that are not finite, SettingsError for the width.
    """
    shape = (size, size) if isinstance(size, int) else size
    if len(shape) != 2 or min(shape) < 1:
        raise ShapeError(f"size must be one side or (height, width), at least 1; got {size}.")
    canvas = np.zeros(shape, dtype=np.float32)
    segments = [_segments(stroke) for stroke in strokes]
    if segments:
        _draw(canvas, np.concatenate(segments), width)
    return canvas


def draw_stroke(canvas: Canvas, points: ArrayLike, width: float) -> None:
    """Draw the line through `points` (each x, y in pixels) on the canvas, in place.

    canvas: array of shape (H, W), ink in [0, 1]; it is only ever darkened.
    """
    check_shape("canvas", canvas, ("H", "W"))
    _draw(canvas, _segments(points), width)


def _segments(stroke: ArrayLike) -> NDArray[np.float64]:
    """The (S, 2, 2) pairs of neighboring points of a stroke; a lone point is paired with itself."""
    points = np.asarray(stroke, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 2, 2))
    check_shape("stroke", points, ("P", 2))
    if not np.isfinite(points).all():
        raise PictureError("The points of a stroke must be finite numbers; got inf or nan.")
    if len(points) == 1:
        return points[None].repeat(2, axis=1)
    return np.stack([points[:-1], points[1:]], axis=1)


def _draw(canvas: Canvas, segments: NDArray[np.float64], width: float) -> None:
    """Draw segments (S, 2, 2) in place, a batch of equally large windows at a time."""
    if not (math.isfinite(width) and width > 0):
        raise SettingsError(f"A pen's width must be a positive number of pixels; got {width}.")
    reach = width / 2 + 0.5  # no ink farther from the line than this
    longest = max(SHORTEST_PIECE, width)
    starts, steps = _pieces(segments, canvas.shape, reach, longest)
    side = math.ceil(longest + 2 * reach) + 1
    height, breadth = min(side, canvas.shape[0]), min(side, canvas.shape[1])
    corners = np.floor(np.minimum(starts, starts + steps) - reach)  # x, y: left, top
    corners = np.clip(corners, 0, (canvas.shape[1] - breadth, canvas.shape[0] - height))
    columns, rows = np.arange(breadth) + 0.5, (np.arange(height) + 0.5)[:, None]
    batch = max(1, BATCH_PIXELS // (height * breadth))
    for first in range(0, len(starts), batch):
        some = slice(first, first + batch)
        x, y = (corners[some] - starts[some]).T[:, :, None, None]
        ink = _coverage(x + columns, y + rows, steps[some], reach)  # (S, height, breadth)
        pieces = ink.astype(canvas.dtype, copy=False)  # at once: each on its own takes longer
        for piece, (left, top) in zip(pieces, corners[some].astype(int).tolist(), strict=True):
            window = canvas[top : top + height, left : left + breadth]
            np.maximum(window, piece, out=window)
        if len(starts) > batch and canvas.min() >= 1:
            return  # nothing is left to darken


def _coverage(
    x: NDArray[np.float64], y: NDArray[np.float64], steps: NDArray[np.float64], reach: float
) -> NDArray[np.float64]:
    """Ink at pixel centers (x, y), relative to the start of a segment that goes along its step.

        along = clip((x step_x + y step_y) / |step|², 0, 1)
        ink = clip(reach − √((x − along step_x)² + (y − along step_y)²), 0, 1)

    x: (S, 1, breadth), y: (S, height, 1), so each is small; what is of both is computed in place.
    """
    step_x, step_y = steps.T[:, :, None, None]
    squared_length = np.maximum(step_x**2 + step_y**2, np.finfo(float).tiny)
    along = x * (step_x / squared_length) + y * (step_y / squared_length)
    np.clip(along, 0, 1, out=along)
    ink: NDArray[np.float64] = along * step_x
    np.subtract(x, ink, out=ink)
    ink *= ink
    along *= step_y
    np.subtract(y, along, out=along)
    along *= along
    ink += along
    np.sqrt(ink, out=ink)
    np.subtract(reach, ink, out=ink)
    return np.clip(ink, 0, 1, out=ink)


def _pieces(
    segments: NDArray[np.float64], shape: tuple[int, ...], reach: float, longest: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Starts and steps, each (S, 2), of pieces no longer than `longest` that can reach the canvas.

    What lies outside the canvas grown by `reach` leaves no ink, so it is cut off first.
    """
    start, step = segments[:, 0], segments[:, 1] - segments[:, 0]
    low, high = -reach, np.array([shape[1], shape[0]]) + reach
    if (segments < low).any() or (segments > high).any():
        start, step = _cut(start, step, low, high)
    lengths = np.hypot(step[:, 0], step[:, 1])
    if not (lengths > longest).any():
        return start, step
    counts = np.maximum(np.ceil(lengths / longest), 1).astype(int)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    step = np.repeat(step / counts[:, None], counts, axis=0)
    return np.repeat(start, counts, axis=0) + nth[:, None] * step, step


def _cut(
    start: NDArray[np.float64], step: NDArray[np.float64], low: float, high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What of each segment lies between `low` and `high`, both x and y; none of it: left out."""
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = np.stack([(low - start) / step, (high - start) / step])  # (2, S, 2)
    enter = np.maximum(np.fmin.reduce(crossings, axis=0).max(axis=1), 0)
    leave = np.minimum(np.fmax.reduce(crossings, axis=0).min(axis=1), 1)
    seen = enter <= leave
    start, step, enter, leave = start[seen], step[seen], enter[seen], leave[seen]
    return start + enter[:, None] * step, (leave - enter)[:, None] * step
