"""The shapes in which people write the ten digits, as a table of control points.

Each line is one way to write a digit: its name, how often it is chosen among the ways of that
digit (a relative number), and its strokes. A stroke lists the points "x,y" that the pen passes,
in hundredths of the digit's height, x to the right and y down. The pen goes through them in a
smooth curve (a Catmull-Rom spline); at a point marked "!" it turns a corner. ";" lifts the pen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from . import pen_shapes_wide, pen_shapes_world

TABLE: dict[int, tuple[tuple[str, float, str], ...]] = {
    0: (
        ("plain", 4, "44,2 12,20 4,66 32,99 64,66 58,18 34,2"),
        ("narrow", 2, "32,2 8,24 6,74 26,99 46,72 44,22 26,2"),
        ("round", 3, "54,2 14,18 6,66 44,99 86,72 84,20 44,2"),
        ("open", 1, "30,6 6,34 12,86 42,98 66,62 62,22 46,4"),
        ("overlapping", 2, "62,2 24,10 4,60 28,98 62,66 56,18 18,14"),
        ("slashed", 0.5, "44,2 12,20 4,66 32,99 64,66 58,18 34,2; 68,6 4,94"),
    ),
    1: (
        ("plain", 8, "3,0 2,50 0,100"),
        ("leaning", 4, "36,0 18,50 0,100"),
        ("bowed", 2, "12,0 3,40 0,75 6,100"),
        ("thrown", 1, "60,0 30,50 0,100"),
        ("flagged", 1.5, "0,24 14,16 26,0! 26,50 24,100"),
        ("based", 1.5, "0,22 14,14 28,0! 28,98; 0,99 54,98"),
    ),
    2: (
        ("plain", 4, "4,25 14,6 36,0 58,10 60,32 40,62 2,96! 30,95 70,96"),
        ("looped", 4, "6,22 20,4 44,0 60,16 52,48 26,82 8,97 0,86 14,76 36,88 58,99 74,90"),
        ("angular", 2, "2,14 30,2 58,6 60,24 32,60 0,98! 66,96"),
        ("waving", 2, "4,28 20,4 46,4 58,24 44,56 18,86 2,97! 14,88 38,92 62,99 76,92"),
        ("wide", 2, "2,20 24,2 50,2 62,18 52,42 28,66 6,88! 48,86 96,84"),
        ("long-tailed", 3, "8,24 30,2 56,6 56,32 36,64 10,94 -4,86 12,68 42,78 96,82"),
        ("swan-necked", 2, "2,22 22,0 48,8 46,40 28,70 6,96 -6,78 16,70 36,90 60,99 84,86"),
        ("flat-tailed", 2, "6,20 26,2 50,4 54,26 36,54 8,82! 40,82 104,76"),
        ("big-looped", 4, "16,24 36,2 60,8 60,42 44,78 20,99 0,86 8,66 32,70 60,88 86,92"),
        ("curled", 2, "30,16 14,18 20,2 50,2 62,24 48,60 22,92 0,84 18,70 48,86 76,98"),
        ("bent", 2, "20,4 44,0 54,20 34,54 6,88 10,98 40,92 84,86"),
    ),
    3: (
        ("round", 4, "4,14 22,2 46,2 58,20 46,40 26,47! 50,50 66,70 52,94 24,99 0,86"),
        ("smooth", 3, "6,12 30,0 54,12 50,36 28,46 52,54 62,76 44,97 16,98 0,86"),
        ("flat-topped", 1, "4,4 58,3! 28,42! 54,48 66,70 50,94 22,99 0,90"),
        ("looped", 1, "4,12 28,0 52,12 46,38 26,50 20,44 32,42 56,58 60,82 36,99 2,90"),
        ("big-bellied", 2, "14,12 34,0 52,10 42,32 24,42! 56,46 72,68 56,94 20,99 0,88"),
        ("top-heavy", 1, "0,18 26,0 62,8 56,36 26,52! 48,58 54,78 36,97 8,94"),
        ("stretched", 2, "6,10 40,0 66,8 52,34 28,46! 54,52 62,74 40,94 -16,98"),
        ("slanted", 3, "14,10 40,2 70,4 50,28 28,42! 52,46 58,64 40,90 -8,98"),
        ("sharp", 3, "6,16 34,2 64,6 46,32 26,46! 58,52 62,76 36,96 -4,92"),
        ("pointed", 2, "8,10 30,0 62,4 24,44! 44,46 50,66 34,92 0,94"),
        ("wide", 3, "0,14 24,0 62,6 54,32 24,46! 58,50 74,70 54,94 12,99 -6,86"),
        ("long-footed", 2, "14,14 36,0 58,14 46,36 28,44! 50,52 54,70 34,90 -18,96"),
    ),
    4: (
        ("open", 4, "10,2 2,50! 30,54 64,50; 60,4 54,50 50,100"),
        ("cupped", 4, "6,4 2,38 16,54 42,52 60,38; 66,0 58,50 52,100"),
        ("square", 2, "6,6 0,46 14,52 58,50; 62,6! 58,50 56,100"),
        ("closed", 2, "52,0! 0,62! 74,60; 54,2 50,100"),
        ("low-armed", 1, "14,22 0,60 14,70 50,64 92,58; 66,0 48,44 34,100"),
        ("pointed", 2, "22,0 2,54! 68,44; 64,10 46,50 32,100"),
        ("slim", 2, "12,0 2,28 6,42 24,42 44,32; 46,4 42,50 36,100"),
        ("high-armed", 2, "6,4 2,28 14,40 48,34; 54,0 48,40 44,100"),
        ("one-stroke", 1, "44,100 50,50 54,0! 0,62! 74,60"),
        ("looped", 1, "40,2 12,30 2,50 14,58 44,54 66,46; 66,2 56,50 46,100"),
    ),
    5: (
        ("barred", 4, "12,4 8,44! 34,38 58,56 56,84 30,99 0,92; 12,4 66,2"),
        ("one-stroke", 4, "64,4 16,6! 10,44! 34,38 60,54 60,82 34,99 0,90"),
        ("detached", 2, "14,10 10,46! 36,40 60,60 54,90 24,99 0,88; 24,2 72,0"),
        ("curly", 2, "64,2 30,4 12,22 20,42 48,54 58,76 40,97 4,94"),
        ("leaning", 4, "80,2 40,6! 22,44! 46,44 58,62 44,90 0,98"),
        ("far-reaching", 4, "34,8 24,44! 46,42 56,60 44,88 0,96; 34,8 98,0"),
        ("hunched", 2, "92,2 44,8 26,34 46,50 52,72 34,94 0,94 6,80"),
        ("round-bellied", 3, "74,4 26,8! 18,40! 44,34 64,50 60,82 30,99 4,88 6,74"),
        ("small-bellied", 2, "100,0 44,10! 30,46! 50,46 56,66 34,90 -4,92"),
        ("big-bellied", 2, "70,2 26,4! 14,40! 50,34 76,54 64,88 24,99 0,88"),
    ),
    6: (
        ("straight", 4, "44,0 16,40 2,74 16,98 44,94 54,72 36,56 8,70"),
        ("curled", 4, "58,6 36,0 12,32 2,70 18,97 46,94 58,72 40,55 14,64 6,80"),
        ("slender", 3, "30,0 8,40 2,80 14,99 32,96 38,82 24,70 6,84"),
        ("sprawling", 2, "26,0 6,36 2,78 28,99 70,94 78,74 50,62 12,80"),
        ("low-bellied", 3, "26,0 6,50 8,92 36,98 62,82 54,64 26,70 10,88"),
        ("swung", 2, "60,0 28,26 6,62 8,92 30,99 50,84 46,66 24,66 10,86"),
        ("leaning", 2, "70,0 30,26 4,64 8,94 36,96 52,72 36,58 8,76"),
        ("upright", 2, "14,0 4,50 4,86 24,99 50,88 50,64 28,52 6,68"),
        ("rolled", 1, "50,2 24,20 4,56 10,90 36,99 58,84 52,60 28,56 14,74 24,84"),
    ),
    7: (
        ("plain", 5, "0,6 60,4! 38,48 22,100"),
        ("bent", 3, "0,8 34,8 58,4 52,30 34,60 24,100"),
        ("serif", 2, "2,22 4,4! 62,3! 36,50 24,100"),
        ("crossed", 2, "0,6 60,4! 38,48 22,100; 12,52 58,46"),
        ("serif-crossed", 1, "2,22 4,4! 62,3! 36,50 24,100; 10,52 58,47"),
        ("waving", 2, "0,16 8,4 30,8 60,2! 40,40 28,100"),
        ("hooked", 2, "0,26 4,6! 30,10 62,2! 44,40 32,100"),
        ("slim", 2, "0,14 22,4 46,2! 34,46 24,100"),
        ("drooping", 2, "0,34 4,10 26,4 52,2! 46,44 40,100"),
        ("steep", 2, "0,24 4,6! 34,8 60,2 56,50 52,100"),
        ("arched", 2, "0,26 6,6 30,0 56,4 58,26 44,60 34,100"),
        ("long-barred", 1, "0,10 74,2! 40,48 30,100; 8,56 76,44"),
    ),
    8: (
        ("one-stroke", 5, "58,12 36,0 8,14 18,40 46,56 56,82 30,99 4,84 12,60 44,38 58,14"),
        ("two-circles", 2, "32,0 10,12 12,38 32,46 52,36 54,12 30,0; "
                           "32,46 6,60 4,88 32,99 60,88 58,60 30,46"),
        ("open", 2, "60,4 40,0 10,14 20,38 48,58 50,88 22,98 4,80 16,58 48,30 66,4"),
        ("slender", 4, "44,10 28,0 8,16 18,42 32,58 34,86 18,99 4,84 12,58 34,36 44,10"),
        ("waist-first", 1, "30,46 8,28 14,4 40,0 54,18 36,44 8,66 6,92 32,99 52,86 48,62 26,44"),
        ("long-tailed", 4, "66,14 44,2 18,10 20,34 44,54 46,82 24,99 6,86 22,60 56,30 84,4"),
        ("top-heavy", 2, "64,24 46,0 8,4 4,30 30,48 42,70 36,94 18,99 10,80 28,56 60,36 64,14"),
        ("slim-waisted", 1, "70,8 36,4 12,16 40,48 58,80 30,99 4,90 20,66 44,40 70,4"),
        ("broad", 0.5, "50,2 16,6 12,34 50,46 88,34 84,6 46,2; "
                       "50,46 8,56 4,90 50,99 94,88 88,56 46,46"),
    ),
    9: (
        ("straight", 4, "54,14 30,2 4,20 6,44 30,50 52,34 56,10! 54,50 48,100"),
        ("curled", 2, "56,18 34,0 6,14 4,42 28,50 52,34 58,8 60,50 50,90 24,99 4,90"),
        ("slender", 5, "46,8 22,4 2,26 14,48 38,38 50,8 44,50 30,100"),
        ("small-headed", 3, "58,8 36,0 16,12 20,32 42,32 60,10 40,54 0,100"),
        ("broad-headed", 1, "66,10 30,0 2,18 4,40 34,46 62,24 68,8! 60,54 56,100"),
        ("three-cornered", 3, "48,6 22,4 2,34 14,46 38,32 54,4! 42,52 32,100"),
        ("looped", 3, "44,14 26,0 6,14 6,34 24,42 42,26 46,10 44,54 36,100"),
        ("swung", 2, "60,12 36,2 8,22 12,42 36,38 60,14 50,50 28,78 8,100"),
        ("bent-legged", 2, "50,10 24,2 2,26 14,46 38,36 52,8 50,46 36,78 6,99"),
        ("rounded", 3, "52,26 30,2 4,18 6,44 32,50 52,28! 50,60 44,100"),
        ("leaning", 2, "58,4 30,6 4,32 12,48 40,32 62,6! 36,54 10,100"),
    ),
}  # fmt: skip

POINTS_PER_SPAN = 5  # points sampled between two control points of a curve


@dataclass(frozen=True)
class PenShape:
    """One way to write one digit."""

    label: int
    name: str
    frequency: float  # probability among the ways to write this digit
    controls: NDArray[np.float64]  # (C, 2): x, y of all control points; the height is 1
    spline: NDArray[np.float64]  # (P, C): spline @ controls are the points along the line
    stroke_of_control: NDArray[np.int64]  # (C,): number of the stroke of each control point
    stroke_ends: tuple[int, ...]  # where each stroke ends among the P points


@cache
def pen_shapes(label: int, world: float = 0.0, wide: float = 0.0) -> tuple[PenShape, ...]:
    """All the ways to write one digit; their frequencies add up to 1.

    world, wide: how often a way from `pen_shapes_world` or `pen_shapes_wide` is taken instead of
        one from the table above.
    """
    shapes = []
    widened = [row[:3] for row in pen_shapes_wide.TABLE[label]]
    tables = (
        (TABLE[label], 1 - world - wide),
        (pen_shapes_world.TABLE[label], world),
        (widened, wide),
    )
    for table, share in tables:
        if share > 0:
            total = sum(frequency for _, frequency, _ in table)
            shapes += [
                parse_shape(label, name, share * frequency / total, text)
                for name, frequency, text in table
            ]
    return tuple(shapes)


def parse_shape(label: int, name: str, frequency: float, text: str) -> PenShape:
    """One line of a table of shapes."""
    strokes = [stroke.split() for stroke in text.split(";")]
    words = [word for stroke in strokes for word in stroke]
    controls = np.array([[float(part) for part in word.rstrip("!").split(",")] for word in words])
    n_controls = np.array([len(stroke) for stroke in strokes])
    bases = [spline_basis([word.endswith("!") for word in stroke]) for stroke in strokes]
    n_points = np.array([len(basis) for basis in bases])
    spline = np.zeros((n_points.sum(), n_controls.sum()))
    row = column = 0
    for basis in bases:
        spline[row : row + basis.shape[0], column : column + basis.shape[1]] = basis
        row, column = row + basis.shape[0], column + basis.shape[1]
    numbers = np.repeat(np.arange(len(strokes)), n_controls)
    ends = tuple(np.cumsum(n_points).tolist())
    return PenShape(label, name, frequency, controls / 100, spline, numbers, ends)


def spline_basis(corners: list[bool]) -> NDArray[np.float64]:
    """The (P, C) matrix that turns control points into points along a Catmull-Rom spline.

    Between controls 1 and 2, with neighbors 0 and 3, the curve at t in [0, 1) is the cubic that
    passes both and there runs parallel to 0 -> 2 and 1 -> 3. At the ends of a stroke and at its
    corners the missing neighbor is the control mirrored in the end, so the curve may turn.
    """
    n = len(corners)
    steps = np.arange(POINTS_PER_SPAN)[:, None] / POINTS_PER_SPAN
    cubic = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2
    weights = np.concatenate([steps**power for power in range(4)], axis=1) @ cubic  # (steps, 4)
    controls = np.eye(n)
    spans = []
    for i in range(n - 1):
        one, two = controls[i], controls[i + 1]
        before = 2 * one - two if i == 0 or corners[i] else controls[i - 1]
        after = 2 * two - one if i + 2 == n or corners[i + 1] else controls[i + 2]
        spans.append(weights @ np.stack([before, one, two, after]))
    return np.concatenate([*spans, controls[-1:]])
