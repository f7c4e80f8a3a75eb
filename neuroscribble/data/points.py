"""The four point sets of TensorFlow's Playground: two classes in a plane, to be told apart.

They are made as its `src/dataset.ts` describes them (github.com/tensorflow/playground, Smilkov,
Carter and others 2016), but by a generator whose seed tells every point; the page draws the same.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..shapes import Floats, Labels

MOST_NOISE = 0.5
RADIUS = 5.0  # of what the points fill
INSIDE, OUTSIDE = 0.5 * RADIUS, 0.7 * RADIUS  # where a disk ends, and the ring around it begins
GAP = 0.3  # on either side of an axis of xor
CENTER = 2.0  # of a cloud, in x and in y
VARIANCE = (0.5, 7.0)  # of a cloud, and what all noise there could be would add twice over
TURNS = 1.75  # of an arm of the spiral

Points = NDArray[np.float64]  # (n, 2)
Kind = Callable[[int, float, np.random.Generator], tuple[Points, NDArray[np.bool_]]]


def point_set(
    kind: str, n: int = 500, *, noise: float = 0.0, rng: np.random.Generator
) -> tuple[Floats, Labels]:
    """Return n points, (n, 2) float32 within about −6 and 6, and their classes, (n,) of 0 and 1.

    kind: "circle", "xor", "gauss" or "spiral".
    noise: from 0 to 0.5. It widens the clouds of gauss and moves the points of a spiral; of the
    other two it moves the place by which a point is named, not the point.
    Raises SettingsError for another kind, fewer than two points, or more noise.
    """
    if kind not in KINDS:
        raise SettingsError(f"kind must be {', '.join(KINDS)}; got {kind!r}.")
    if n < 2:
        raise SettingsError(f"n must be at least 2, a point of each class; got {n}.")
    if not 0 <= noise <= MOST_NOISE:
        raise SettingsError(f"noise must be from 0 to {MOST_NOISE}; got {noise}.")
    points, is_second = KINDS[kind](n, noise, rng)
    return points.astype(np.float32), is_second.astype(np.int64)


def _circle(n: int, noise: float, rng: np.random.Generator) -> tuple[Points, NDArray[np.bool_]]:
    """A disk, and a ring around it."""
    is_inner = _is_first(n)
    least, most = np.where(is_inner, 0, OUTSIDE), np.where(is_inner, INSIDE, RADIUS)
    radius, angle = rng.uniform(least, most), rng.uniform(0, 2 * np.pi, n)
    points = radius[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points, np.hypot(*_moved(points, noise, rng).T) < INSIDE


def _xor(n: int, noise: float, rng: np.random.Generator) -> tuple[Points, NDArray[np.bool_]]:
    """Four squares, of which those that touch at a corner are of one class."""
    points = rng.uniform(-RADIUS, RADIUS, (n, 2))
    points += np.where(points > 0, GAP, -GAP)
    return points, _moved(points, noise, rng).prod(axis=1) >= 0


def _gauss(n: int, noise: float, rng: np.random.Generator) -> tuple[Points, NDArray[np.bool_]]:
    """Two clouds."""
    is_first = _is_first(n)
    center = np.where(is_first, CENTER, -CENTER)
    deviation = np.sqrt(VARIANCE[0] + VARIANCE[1] * noise)
    return rng.normal(center[:, None], deviation, (n, 2)), is_first


def _spiral(n: int, noise: float, rng: np.random.Generator) -> tuple[Points, NDArray[np.bool_]]:
    """Two arms, one the other turned by half a turn."""
    is_first = _is_first(n)
    first = int(is_first.sum())
    along = np.concatenate([np.arange(first) / first, np.arange(n - first) / (n - first)])
    angle = TURNS * 2 * np.pi * along + np.where(is_first, 0, np.pi)
    points = RADIUS * along[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return points + noise * rng.uniform(-1, 1, (n, 2)), is_first


def _is_first(n: int) -> NDArray[np.bool_]:
    """The first half of the points, rounded up, which is class 1."""
    return np.arange(n) < (n + 1) // 2


def _moved(points: Points, noise: float, rng: np.random.Generator) -> Points:
    """The places by which points are named."""
    return points + noise * rng.uniform(-RADIUS, RADIUS, points.shape)


KINDS: dict[str, Kind] = {"circle": _circle, "xor": _xor, "gauss": _gauss, "spiral": _spiral}
