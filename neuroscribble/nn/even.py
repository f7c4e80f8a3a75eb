"""The even picture: a network may read every drawing upright, centered and evenly spread.

One hand writes wide and another narrow, and that says no more about the digit than how much it
leans. So a network whose pictures are set upright (`upright.py`) may have them evened, too: the
center of the ink moves to the middle of the picture, and what is spread more or less than usual is
shrunk or stretched in each direction by itself (moment normalization; Casey 1970, "Moment
normalization of handprinted characters"; Liu et al. 2004, doi:10.1016/S0031-3203(03)00224-3):

    spread_y² = Σ ink · (y − ȳ)² / Σ ink
    spread_x² = Σ ink · (x − x̄ − slant · (y − ȳ))² / Σ ink
    zoom = spread / usual spread, at least 4/5 and at most 5/4; above 1 the picture shrinks
    up, right = zoom_y · (y − middle), zoom_x · (x − middle)
    even(y, x) = ink(ȳ + up, x̄ + right + slant · up)

Three maps, each along one direction: rows are sampled anew, each slides by itself, then columns
are sampled anew; what falls between two pixels is shared by both, and outside is paper. A one keeps
most of its narrowness, for no picture is zoomed by more than a quarter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ..shapes import Floats
from .upright import MOST, in_chunks, ratio, slid

USUAL = (0.2, 0.13)  # spreads of MNIST's digits, upright: of the height, of the width
LEAST, LARGEST = 0.8, 1.25  # zooms

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pose:
    """Where the ink of each of N pictures lies, and what evens it; everything is (N,).

    Of pairs the first is down the rows, the second across the columns.
    """

    ink: Doubles  # Σ ink
    center: tuple[Doubles, Doubles]  # ȳ, x̄
    height: Doubles  # Σ ink · (y − ȳ)²
    leaning: Doubles  # Σ ink · (x − x̄) · (y − ȳ) / height
    spreads: tuple[Doubles, Doubles]  # in pixels
    wanted: tuple[Doubles, Doubles]  # spreads / usual ones: the zooms, were there no limits

    @property
    def slant(self) -> Doubles:
        """The leaning, at most 45°."""
        return self.leaning.clip(-MOST, MOST)

    @property
    def zooms(self) -> tuple[Doubles, Doubles]:
        down, across = self.wanted
        return down.clip(LEAST, LARGEST), across.clip(LEAST, LARGEST)


def even(images: Floats, shape: tuple[int, ...]) -> Floats:
    """Pictures of ink (N, D), evened, of the same dtype; blank ones stay blank.

    shape: (rows, columns) or (rows, columns, channels) with rows · columns · channels = D. All
    channels move alike.
    """

    def evened(some: Floats) -> Floats:
        pose = pose_of(some, shape)
        rows, columns = (hats(at, images.dtype) for at in samples(pose, shape))
        level = slid(_down(some, rows, shape), _slides(pose, shape), shape)
        return _across(level, columns, shape)

    return in_chunks(images, evened)


def pose_of(images: Floats, shape: tuple[int, ...]) -> Pose:
    """Center, slant and spreads of pictures (N, D), and the zooms that follow."""
    rows, columns, channels = *shape[:2], math.prod(shape[2:])
    y, x = np.arange(rows, dtype=np.float64), np.arange(columns, dtype=np.float64)
    basis = np.stack([np.ones(columns), x, x * x], axis=1).repeat(channels, axis=0)
    sums = images.reshape(-1, columns * channels).astype(np.float64) @ basis
    ink, moment, square = sums.reshape(-1, rows, 3).transpose(2, 0, 1)  # (N, rows) each
    total: Doubles = ink.sum(axis=1)
    center = ratio(ink @ y, total), ratio(moment.sum(axis=1), total)
    below = y - center[0][:, None]
    height: Doubles = (below**2 * ink).sum(axis=1)
    both: Doubles = (below * moment).sum(axis=1)  # x from 0 on, for Σ ink · (y − ȳ) is 0
    leaning = ratio(both, height)
    slant = leaning.clip(-MOST, MOST)
    width = square.sum(axis=1) - center[1] ** 2 * total - 2 * slant * both + slant**2 * height
    spreads = np.sqrt(ratio(height.clip(0), total)), np.sqrt(ratio(width.clip(0), total))
    wanted = spreads[0] / (USUAL[0] * rows), spreads[1] / (USUAL[1] * columns)
    return Pose(total, center, height, leaning, spreads, wanted)


def samples(pose: Pose, shape: tuple[int, ...]) -> list[Doubles]:
    """Where rows and columns are sampled: center + zoom · (place − middle), (N, side) each."""
    return [
        center[:, None] + zoom[:, None] * _places(side)
        for center, zoom, side in zip(pose.center, pose.zooms, shape[:2], strict=True)
    ]


def hats(at: Doubles, dtype: DTypeLike = np.float64) -> Floats:
    """How much of each old place each new one takes: max(0, 1 − |at − place|), (N, side, side)."""
    n, side = at.shape
    within = at.clip(-1, side).ravel()
    low = np.floor(within)
    shares = np.zeros(n * side * (side + 3), dtype)  # a place more to the left, two to the right
    first = np.arange(n * side) * (side + 3) + low.astype(np.intp) + 1
    shares[first] = 1 - (within - low)
    shares[first + 1] = within - low
    return shares.reshape(n, side, side + 3)[..., 1 : side + 1]


def taken_back(gradients: Floats, drawing: Floats, shape: tuple[int, ...]) -> Floats:
    """Gradients of the even picture as gradients of the drawing, (D,); both (K, D).

    Ink counts where it comes to lie, and it moves, leans and spreads the whole picture: a little
    more of it at (x, y) changes, with u = x − x̄ − slant · (y − ȳ),

        ȳ by (y − ȳ) / Σ ink, and x̄ by (x − x̄) / Σ ink
        slant by (y − ȳ) · u / Σ ink · (y − ȳ)²
        spread_y² by ((y − ȳ)² − spread_y²) / Σ ink, and spread_x² by (u² − spread_x²) / Σ ink
    """
    drawn, pose = drawing[None], pose_of(drawing[None], shape)
    at, by, slant, zoom_down = samples(pose, shape), _slides(pose, shape), pose.slant, pose.zooms[0]
    rows, columns = map(hats, at)
    lowered = _down(drawn, rows, shape)
    whole = np.floor(by)
    next_to = slid(lowered, whole + 1, shape) - slid(lowered, whole, shape)
    steps = _across(next_to, columns, shape)  # what a row gives that slides by one column more
    risen = _across(slid(_down(drawn, _rises(at[0]), shape), by, shape), columns, shape)
    shifted = _across(slid(lowered, by, shape), _rises(at[1]), shape)

    def felt(change: Floats) -> Floats:
        """What the gradients say of it, (K,)."""
        told: Floats = (gradients * change).sum(axis=1)
        return told

    y, x = np.indices((*shape[:2], math.prod(shape[2:])), np.float64)[:2].reshape(2, -1)
    down, right = y - shape[0] / 2, x - shape[1] / 2  # as seen from the middle of the picture
    y, x = y - pose.center[0], x - pose.center[1]  # … and from that of the ink
    beside = x - slant * y
    back = _across(gradients, columns.swapaxes(1, 2), shape)
    back = _down(slid(back, -by.repeat(len(gradients), axis=0), shape), rows.swapaxes(1, 2), shape)
    back += np.outer(felt(risen), ratio(y, pose.ink))
    back += np.outer(felt(shifted), ratio(x, pose.ink))
    if slant == pose.leaning:
        back += np.outer(felt(steps * zoom_down * down), ratio(y * beside, pose.height))
    for far, told, spread, wanted, zoom in zip(
        (y, beside),
        (felt((risen + steps * slant) * down), felt(shifted * right)),
        pose.spreads,
        pose.wanted,
        pose.zooms,
        strict=True,
    ):
        if zoom == wanted:  # else it is held at its least or largest
            zooming = ratio((far**2 - spread**2) * zoom, 2 * spread**2 * pose.ink)
            back += np.outer(told, zooming)
    return back


def _places(side: int) -> Doubles:
    """Rows or columns, as seen from the middle: where the center of MNIST's digits lies."""
    return np.arange(side, dtype=np.float64) - side / 2


def _slides(pose: Pose, shape: tuple[int, ...]) -> Doubles:
    """By how many columns each row slides to the left, (N, rows)."""
    by: Doubles = (pose.slant * pose.zooms[0])[:, None] * _places(shape[0])
    return by


def _down(images: Floats, rows: Floats, shape: tuple[int, ...]) -> Floats:
    """Rows mixed of rows: (N, D), (N or 1, rows, rows) → (N, D)."""
    mixed: Floats = rows @ images.reshape(len(images), shape[0], -1)
    return mixed.reshape(images.shape)


def _across(images: Floats, columns: Floats, shape: tuple[int, ...]) -> Floats:
    """Columns mixed of columns: (N, D), (N or 1, columns, columns) → (N, D)."""
    pictures = images.reshape(-1, *shape)
    if len(shape) == 2:
        mixed: Floats = pictures @ columns.swapaxes(1, 2)
    else:
        mixed = columns[:, None] @ pictures
    return mixed.reshape(images.shape)


def _rises(at: Doubles) -> Doubles:
    """The slopes of `hats` in `at`, (N, side, side)."""
    away = at[..., None] - np.arange(at.shape[1])
    rises: Doubles = 1.0 * ((away >= -1) & (away < 0)) - 1.0 * ((away >= 0) & (away < 1))
    return rises
