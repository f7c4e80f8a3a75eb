"""Ink that is no digit: scribbles and letters, to see what a network makes of them.

Letters that look like digits are left out (B, D, G, I, O, Q, S, Z). Scribbles are tangles,
zigzags, hatchings and scattered strokes. Hand and pen are those of the pen digits.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..shapes import IMAGE_SIZE, N_PIXELS
from .pen import draw_strokes, write_shape
from .pen_shapes import PenShape, parse_shape, spline_basis

LETTERS: dict[str, str] = {
    "A": "30,0! 0,100; 30,0 62,100; 12,62 50,62",
    "C": "64,14 36,0 6,30 4,66 30,98 66,86",
    "E": "60,0 4,0! 4,100! 62,100; 4,48 50,48",
    "F": "60,0 4,0! 4,100; 4,46 50,46",
    "H": "4,0 4,100; 64,0 64,100; 4,50 64,50",
    "J": "20,0 70,0; 48,0 48,70 30,98 4,80",
    "K": "4,0 4,100; 60,0 4,56! 64,100",
    "L": "4,0 4,98! 60,98",
    "M": "0,100 8,0! 44,70! 80,0! 90,100",
    "N": "4,100 4,0! 64,100! 64,0",
    "P": "6,100 6,0! 50,4 60,26 46,48 6,52",
    "R": "6,100 6,0! 50,4 58,24 44,46 6,50! 62,100",
    "T": "0,2 72,2; 36,2 36,100",
    "U": "4,0 4,64 32,98 62,64 64,0",
    "V": "0,0 34,100! 68,0",
    "W": "0,0 22,100! 46,30! 70,100! 94,0",
    "X": "0,0 64,100; 64,0 0,100",
    "Y": "0,0 34,50! 68,0; 34,50 34,100",
}


def letters(n: int, *, rng: np.random.Generator) -> tuple[NDArray[np.float32], list[str]]:
    """Write n capital letters: images (n, 784), and which letter each one is."""
    names = [list(LETTERS)[i] for i in rng.integers(len(LETTERS), size=checked_count(n))]
    drawn = [draw_strokes(write_shape(_letter(name), 1, rng)[0], rng) for name in names]
    return np.reshape(np.array(drawn, np.float32), (n, N_PIXELS)), names


def scribbles(n: int, *, rng: np.random.Generator) -> NDArray[np.float32]:
    """Scribble n times: images (n, 784)."""
    kinds = (_tangle, _zigzag, _hatching, _scatter)
    images = np.empty((checked_count(n), IMAGE_SIZE, IMAGE_SIZE), np.float32)
    for image, kind in zip(images, rng.integers(len(kinds), size=n).tolist(), strict=True):
        strokes = kinds[kind](rng)
        points = np.concatenate(strokes)
        low = points.min(axis=0)
        longer = float((points.max(axis=0) - low).max())
        image[...] = draw_strokes([(stroke - low) / longer for stroke in strokes], rng)
    return images.reshape(n, N_PIXELS)


def checked_count(n: int) -> int:
    """n, if so many can be drawn; else raises SettingsError."""
    if n < 0:
        raise SettingsError(f"The number of drawings must be at least 0; got {n}.")
    return n


@cache
def _letter(name: str) -> PenShape:
    return parse_shape(-1, name, 1.0, LETTERS[name])


def _tangle(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """A pen that wanders about in curves."""
    controls = rng.random((int(rng.integers(8, 20)), 2))
    return [spline_basis([False] * len(controls)) @ controls]


def _zigzag(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Up and down while moving along, at some angle."""
    n = int(rng.integers(6, 13))
    along = np.linspace(0, 1, n) + rng.normal(0, 0.03, n)
    across = np.arange(n) % 2 * rng.uniform(0.3, 1) + rng.normal(0, 0.06, n)
    corners = bool(rng.integers(2))
    return [spline_basis([corners] * n) @ _turned(np.stack([along, across], axis=1), rng)]


def _hatching(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Parallel strokes, sometimes crossed by others."""
    strokes = []
    for _ in range(int(rng.integers(1, 3))):
        n = int(rng.integers(3, 7))
        ends = np.zeros((n, 2, 2))
        ends[:, 0, 0] = ends[:, 1, 0] = np.linspace(0, 1, n)
        ends[:, 1, 1] = 1
        strokes += list(_turned(ends + rng.normal(0, 0.05, ends.shape) - 0.5, rng))
    return strokes


def _scatter(rng: np.random.Generator) -> list[NDArray[np.float64]]:
    """Short strokes here and there."""
    starts = rng.random((int(rng.integers(4, 10)), 1, 2))
    steps = rng.normal(0, 0.25, (len(starts), 1, 2))
    return list(np.concatenate([starts, starts + steps], axis=1))


def _turned(points: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    turn = rng.uniform(0, np.pi)
    cosine, sine = np.cos(turn), np.sin(turn)
    turned: NDArray[np.float64] = points @ np.array([[cosine, sine], [-sine, cosine]])
    return turned
