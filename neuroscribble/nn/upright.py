"""The upright picture: a network may read every drawing without its slant.

Handwriting leans, and how much it leans says nothing about which digit it is. So a network may have
its pictures sheared before its first layer, until their principal axis stands upright (LeCun et al.
1998, "Gradient-based learning applied to document recognition", section III-A: deslanting):

    slant = Σ ink · (x − x̄) · (y − ȳ) / Σ ink · (y − ȳ)²
    upright(y, x) = ink(y, x + slant · (y − ȳ))

where y goes down and (x̄, ȳ) is the center of the ink. Each row slides along by itself, and what
falls between two pixels is shared by both. The center stays; the first of the sums becomes 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..shapes import Floats

CHUNK = 256  # pictures at a time, which stay in the processor's cache
TINY = 1e-9  # less ink than that is none
MOST = 1.0  # slant, 45°: what leans more is a line that lies, and would shrink to a dot


def upright(images: Floats, shape: tuple[int, ...]) -> Floats:
    """Pictures of ink (N, D) without their slant, of the same dtype; blank ones stay blank.

    shape: (rows, columns) or (rows, columns, channels) with rows · columns · channels = D. All
    channels slide alike.
    """
    return in_chunks(images, lambda some: slid(some, slides(some, shape), shape))


def in_chunks(images: Floats, stage: Callable[[Floats], Floats]) -> Floats:
    """What the stage makes of pictures (N, D), some at a time."""
    found = np.empty_like(images)
    for start in range(0, len(images), CHUNK):
        found[start : start + CHUNK] = stage(images[start : start + CHUNK])
    return found


def slides(images: Floats, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """By how many columns each row slides to the left: slant · (y − ȳ), (N, rows)."""
    rows, columns, channels = *shape[:2], math.prod(shape[2:])
    basis = np.ones((columns * channels, 2))
    basis[:, 1] = np.arange(columns).repeat(channels)
    row_sums = images.reshape(-1, columns * channels).astype(np.float64) @ basis
    ink, moment = row_sums.reshape(-1, rows, 2).transpose(2, 0, 1)  # (N, rows): Σ ink, Σ ink · x
    y = np.arange(rows) - ratio(ink @ np.arange(rows), ink.sum(axis=1))[:, None]
    slant = ratio((y * moment).sum(axis=1), (y * y * ink).sum(axis=1))
    moved: NDArray[np.float64] = slant.clip(-MOST, MOST)[:, None] * y
    return moved


def slid(images: Floats, by: NDArray[np.float64], shape: tuple[int, ...]) -> Floats:
    """Every row of every picture slid to the left by so many columns; outside is paper.

    images: (N, D); by: (N, rows). Sliding by −by is the transpose of this linear map.
    """
    rows, columns, channels = *shape[:2], math.prod(shape[2:])
    whole = np.floor(by).astype(np.intp)
    edge = int(np.abs(whole).max(initial=0)) + 1
    padded = np.zeros((len(images), rows, columns + 2 * edge, channels), images.dtype)
    padded[:, :, edge:-edge] = images.reshape(-1, rows, columns, channels)
    flat = padded.reshape(len(images), rows, -1)
    windows = np.lib.stride_tricks.sliding_window_view(flat, (columns + 1) * channels, axis=2)
    at = np.arange(len(images))[:, None], np.arange(rows), (edge + whole) * channels
    seen = windows[at]  # (N, rows, (columns + 1) · channels)
    right = (by - whole).astype(images.dtype)[..., None]
    left: Floats = seen[..., :-channels] * (1 - right)
    left += seen[..., channels:] * right
    return left.reshape(len(images), -1)


def taken_back(gradients: Floats, drawing: Floats, shape: tuple[int, ...]) -> Floats:
    """Gradients of the upright picture as gradients of the drawing, (D,); both (K, D).

    Ink counts where it comes to lie, and it leans the whole picture another way: row y slides by
    slant · (y − ȳ), and a little more ink at (x, y) changes

        slant by (y − ȳ) · (x − x̄ − slant · (y − ȳ)) / Σ ink · (y − ȳ)²
        ȳ by (y − ȳ) / Σ ink
    """
    rows, columns, channels = *shape[:2], math.prod(shape[2:])
    by = slides(drawing[None], shape)
    whole = np.floor(by)
    steps = slid(drawing[None], whole + 1, shape) - slid(drawing[None], whole, shape)
    of_slides = (gradients * steps).reshape(len(gradients), rows, -1).sum(axis=2)  # (K, rows)

    y, x = np.indices((rows, columns), np.float64).repeat(channels, axis=2).reshape(2, -1)
    y -= ratio(drawing @ y, drawing.sum())
    x -= ratio(drawing @ x, drawing.sum())
    leaning = ratio(drawing @ (x * y), drawing @ y**2)
    slant = leaning.clip(-MOST, MOST)
    slants = ratio(y * (x - slant * y), drawing @ y**2) * (slant == leaning)
    middles = ratio(y, drawing.sum())
    heights = y.reshape(rows, -1)[:, 0]
    back = slid(gradients, -by.repeat(len(gradients), axis=0), shape)
    back += np.outer(of_slides @ heights, slants)
    back -= np.outer(of_slides.sum(axis=1) * slant, middles)
    return back


def ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """above / below, and 0 where there is no ink, or ink in one row only, or ink without end."""
    ratio = np.zeros_like(above)
    np.divide(above, below, out=ratio, where=below > TINY)
    ratio[~np.isfinite(ratio)] = 0
    return ratio
