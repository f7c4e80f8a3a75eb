"""Handwritten-looking digits from stroke templates, so that nothing need be downloaded.

A digit begins as one of the shapes in `pen_shapes`. An unsteady hand moves its control points,
leans, stretches and bends the line, starts a little late or stops a little early; a round pen
of some width draws it, and it takes the same way to 28 x 28 pixels as everything a person draws.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..ink.normalize import normalize_ink
from ..ink.strokes import render_strokes
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .pen_shapes import POINTS_PER_SPAN, PenShape, pen_shapes

# How unsteady the hand is. Lengths are in heights of the digit, angles in radians; a pair is the
# mean and the standard deviation of a normal distribution.
HASTE = (0.2, 1.4)  # least and most; one factor per digit, scales its jitters and waves
CONTROL_JITTER = 0.045  # of each control point
STROKE_JITTER = 0.03  # of each stroke as a whole
SLANT = (0.12, 0.28)  # x gained per height
TURN = (0.0, 0.1)
LOG_ASPECT = (0.08, 0.2)  # log of the stretch in x
WAVES = ((0.04, 0.8), (0.008, 3.0))  # standard deviation and waves per height of the bends
TRIM = 0.5  # of a span between control points that an end of a stroke may lose, at most

# The pen, in widths of the digit's longer side before the pen widens it.
LOG_PEN_WIDTH = (-1.97, 0.3)
N_ON_SHEET, SHEET_SEED, SHEET_HASTE = 200, 20261130, (0.2, 0.8)
CANVAS_SIDES = (32, 56)  # pixels of the longer side: the coarser the canvas, the softer the line


def pen_strokes(
    label: int, *, rng: np.random.Generator, shape: str | None = None
) -> list[NDArray[np.float64]]:
    """Write one digit: a list of strokes, each (P, 2) of x, y in a unit square, y down.

    shape: name of the shape to write (see `pen_shapes`); None draws one by its frequency.

    Raises SettingsError for a label or shape that does not exist.
    """
    shapes = _shapes(label)
    names = [each.name for each in shapes]
    if shape is None:
        chosen = shapes[rng.choice(len(shapes), p=[each.frequency for each in shapes])]
    elif shape in names:
        chosen = shapes[names.index(shape)]
    else:
        raise SettingsError(f"A {label} can be written {', '.join(names)}; got {shape}.")
    return write_shape(chosen, 1, rng)[0]


def pen_digit(
    label: int, *, rng: np.random.Generator, shape: str | None = None
) -> NDArray[np.float32]:
    """Write one digit as an image like MNIST's, float32 of shape (28, 28) in [0, 1]."""
    return draw_strokes(pen_strokes(label, rng=rng, shape=shape), rng)


def pen_digits(
    n: int,
    *,
    rng: np.random.Generator,
    log_pen_width: tuple[float, float] = LOG_PEN_WIDTH,
    world: float = 0.0,
    wide: float = 0.0,
    haste: tuple[float, float] = HASTE,
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Write n digits, as many of each class as possible, in random order.

    log_pen_width: mean and standard deviation of the log of the pen's width.
    world: how often a digit is written as on tablets in many countries (`pen_shapes_world`)
        and not as in MNIST.
    wide: how often it is written in a way that networks are known to misread
        (`pen_shapes_wide`); with `world` at most 1.
    haste: least and most of the factor that scales a hand's jitters and waves.

    Returns images, float32 of shape (n, 784) in [0, 1], and labels, int64 of shape (n,).
    """
    if n < 0:
        raise SettingsError(f"The number of digits must be at least 0; got {n}.")
    if min(world, wide) < 0 or world + wide > 1:
        raise SettingsError(
            f"world and wide are shares of all digits, together at most 1; got {world} and {wide}."
        )
    labels = rng.permutation(np.arange(n, dtype=np.int64) % N_CLASSES)
    images = np.empty((n, IMAGE_SIZE, IMAGE_SIZE), dtype=np.float32)
    for label in range(N_CLASSES):
        shapes = pen_shapes(label, world, wide)
        where = np.flatnonzero(labels == label)
        chosen = rng.choice(len(shapes), size=len(where), p=[each.frequency for each in shapes])
        for number, shape in enumerate(shapes):
            places = where[chosen == number]
            written = write_shape(shape, len(places), rng, haste)
            for place, strokes in zip(places, written, strict=True):
                images[place] = draw_strokes(strokes, rng, log_pen_width)
    return images.reshape(n, N_PIXELS), labels


def _shapes(label: int) -> tuple[PenShape, ...]:
    if label not in range(N_CLASSES):
        raise SettingsError(f"A label must be a whole number from 0 to 9; got {label}.")
    return pen_shapes(int(label))


def write_shape(
    shape: PenShape,
    n: int,
    rng: np.random.Generator,
    haste_range: tuple[float, float] = HASTE,
) -> list[list[NDArray[np.float64]]]:
    """Write one shape n times: n lists of strokes in a unit square."""
    n_strokes = len(shape.stroke_ends)
    haste = rng.uniform(*haste_range, (n, 1, 1))
    jitter = rng.normal(0, CONTROL_JITTER, (n, *shape.controls.shape))
    jitter += rng.normal(0, STROKE_JITTER, (n, n_strokes, 2))[:, shape.stroke_of_control]
    controls = shape.controls + haste * jitter
    points = shape.spline @ controls  # (n, P, 2)
    for deviation, frequency in WAVES:
        points += haste * bend(points, deviation, frequency, rng)
    points = points @ _leanings(n, rng)
    points -= points.min(axis=1, keepdims=True)
    extent = points.max(axis=1, keepdims=True)  # (n, 1, 2)
    longer = extent.max(axis=2, keepdims=True)
    points = (points + (longer - extent) / 2) / longer
    late, early = (TRIM * POINTS_PER_SPAN * rng.random((2, n, n_strokes))).astype(int)
    starts = (0, *shape.stroke_ends[:-1])
    return [
        [
            points[i, start + late[i, s] : end - early[i, s]]
            for s, (start, end) in enumerate(zip(starts, shape.stroke_ends, strict=True))
        ]
        for i in range(n)
    ]


def bend(
    points: NDArray[np.float64], deviation: float, frequency: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """How far each of the points (n, P, 2) moves in a field of two random plane waves."""
    n = len(points)
    directions = rng.normal(0, frequency, (n, 2, 2))
    phases = rng.uniform(0, 2 * np.pi, (n, 1, 2))
    heights = rng.normal(0, deviation * np.sqrt(2), (n, 2, 2))
    moved: NDArray[np.float64] = np.sin(2 * np.pi * points @ directions + phases) @ heights
    return moved


def _leanings(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """n random matrices (2, 2) that stretch, slant and turn row vectors x, y."""
    stretch = np.exp(rng.normal(*LOG_ASPECT, n))
    slant, turn = -rng.normal(*SLANT, n), rng.normal(*TURN, n)
    cosine, sine, one = np.cos(turn), np.sin(turn), np.ones(n)
    slanted = np.stack([stretch, 0 * one, slant, one], axis=1).reshape(n, 2, 2)
    turned = np.stack([cosine, sine, -sine, cosine], axis=1).reshape(n, 2, 2)
    matrices: NDArray[np.float64] = slanted @ turned
    return matrices


def draw_strokes(
    strokes: list[NDArray[np.float64]],
    rng: np.random.Generator,
    log_pen_width: tuple[float, float] = LOG_PEN_WIDTH,
) -> NDArray[np.float32]:
    """Draw strokes in a unit square with a random pen: an image of shape (28, 28)."""
    side = int(rng.integers(*CANVAS_SIDES))
    width = side * float(np.exp(rng.normal(*log_pen_width)))
    margin = int(width / 2) + 2
    placed = [stroke * side + margin for stroke in strokes]
    return normalize_ink(render_strokes(placed, size=side + 2 * margin, width=width))


def shapes_sheet() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The sheet on which a network is tried: 200 digits in the shapes of `pen_shapes_wide`.

    Twenty of each, by a hand of no more than middling haste: what nobody can read tests nothing.
    """
    return pen_digits(
        N_ON_SHEET, rng=np.random.default_rng(SHEET_SEED), wide=1.0, haste=SHEET_HASTE
    )
