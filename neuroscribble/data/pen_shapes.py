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

TABLE: dict[int, tuple[tuple[str, float, str], ...]] = {
    0: (
        ("plain", 4, "46,3 22,8 5,35 4,68 20,95 45,96 64,70 66,35 50,8 34,2"),
        ("narrow", 2, "30,2 10,22 4,55 10,85 26,98 42,84 48,52 42,20 28,3"),
        ("round", 3, "50,2 18,10 2,48 16,88 50,98 84,86 97,50 82,12 48,3"),
        ("open", 1, "30,6 8,30 4,65 22,96 48,94 66,62 62,24 46,4"),
        ("overlapping", 2, "62,2 30,6 8,34 6,70 26,97 52,88 66,55 58,20 36,6 16,16"),
        ("slashed", 0.5, "46,3 22,8 5,35 4,68 20,95 45,96 64,70 66,35 50,8 34,2; 68,6 4,94"),
    ),
    1: (
        ("plain", 8, "3,0 2,50 0,100"),
        ("leaning", 4, "36,0 18,50 0,100"),
        ("bowed", 2, "12,0 3,40 0,75 6,100"),
        ("flagged", 1.5, "0,24 14,16 26,0! 26,50 24,100"),
        ("based", 1.5, "0,22 14,14 28,0! 28,98; 0,99 54,98"),
    ),
    2: (
        ("plain", 4, "4,25 14,6 36,0 58,10 60,32 40,62 2,96! 30,95 70,96"),
        ("looped", 4, "6,22 20,4 44,0 60,16 52,48 26,82 8,97 0,86 14,76 36,88 58,99 74,90"),
        ("angular", 2, "2,14 30,2 58,6 60,24 32,60 0,98! 66,96"),
        ("waving", 2, "4,28 20,4 46,4 58,24 44,56 18,86 2,97! 14,88 38,92 62,99 76,92"),
        ("wide", 2, "2,20 24,2 50,2 62,18 52,42 28,66 6,88! 48,86 96,84"),
    ),
    3: (
        ("round", 4, "4,14 22,2 46,2 58,20 46,40 26,47! 50,50 66,70 52,94 24,99 0,86"),
        ("smooth", 3, "6,12 30,0 54,12 50,36 28,46 52,54 62,76 44,97 16,98 0,86"),
        ("flat-topped", 1, "4,4 58,3! 28,42! 54,48 66,70 50,94 22,99 0,90"),
        ("looped", 1, "4,12 28,0 52,12 46,38 26,50 20,44 32,42 56,58 60,82 36,99 2,90"),
    ),
    4: (
        ("open", 4, "10,2 2,50! 30,54 64,50; 60,4 54,50 50,100"),
        ("cupped", 4, "6,4 2,38 16,54 42,52 60,38; 66,0 58,50 52,100"),
        ("square", 2, "6,6 0,46 14,52 58,50; 62,6! 58,50 56,100"),
        ("closed", 2, "52,0! 0,62! 74,60; 54,2 50,100"),
        ("one-stroke", 1, "44,100 50,50 54,0! 0,62! 74,60"),
        ("looped", 1, "40,2 12,30 2,50 14,58 44,54 66,46; 66,2 56,50 46,100"),
    ),
    5: (
        ("barred", 4, "12,4 8,44! 34,38 58,56 56,84 30,99 0,92; 12,4 66,2"),
        ("one-stroke", 4, "64,4 16,6! 10,44! 34,38 60,54 60,82 34,99 0,90"),
        ("detached", 2, "14,10 10,46! 36,40 60,60 54,90 24,99 0,88; 24,2 72,0"),
        ("curly", 2, "64,2 30,4 12,22 20,42 48,54 58,76 40,97 4,94"),
        ("leaning", 2, "80,2 40,6! 22,44! 46,44 58,62 44,90 0,98"),
    ),
    6: (
        ("straight", 4, "44,0 16,40 2,74 16,98 44,94 54,72 36,56 8,70"),
        ("curled", 4, "58,6 36,0 12,32 2,70 18,97 46,94 58,72 40,55 14,64 6,80"),
        ("slender", 3, "30,0 8,40 2,80 14,99 32,96 38,82 24,70 6,84"),
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
    ),
    8: (
        ("one-stroke", 5, "58,12 36,0 8,14 18,40 46,56 56,82 30,99 4,84 12,60 44,38 58,14"),
        ("two-circles", 2, "32,0 10,12 12,38 32,46 52,36 54,12 30,0; 32,46 6,60 4,88 32,99 60,88 58,60 30,46"),
        ("open", 2, "60,4 40,0 10,14 20,38 48,58 50,88 22,98 4,80 16,58 48,30 66,4"),
        ("slender", 2, "44,10 28,0 8,16 18,42 32,58 34,86 18,99 4,84 12,58 34,36 44,10"),
        ("from-the-middle", 1, "30,46 8,28 14,4 40,0 54,18 36,44 8,66 6,92 32,99 52,86 48,62 26,44"),
    ),
    9: (
        ("straight", 4, "54,14 30,2 4,20 6,44 30,50 52,34 56,10! 54,50 48,100"),
        ("curled", 2, "56,18 34,0 6,14 4,42 28,50 52,34 58,8 60,50 50,90 24,99 4,90"),
        ("slender", 4, "46,8 22,4 2,26 14,48 38,38 50,8 44,50 30,100"),
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
def pen_shapes(label: int) -> tuple[PenShape, ...]:
    """All the ways to write one digit; their frequencies add up to 1."""
    total = sum(frequency for _, frequency, _ in TABLE[label])
    return tuple(_parse(label, name, freq / total, text) for name, freq, text in TABLE[label])


def _parse(label: int, name: str, frequency: float, text: str) -> PenShape:
    strokes = [stroke.split() for stroke in text.split(";")]
    words = [word for stroke in strokes for word in stroke]
    controls = np.array([[float(part) for part in word.rstrip("!").split(",")] for word in words])
    n_controls = np.array([len(stroke) for stroke in strokes])
    bases = [_spline_basis([word.endswith("!") for word in stroke]) for stroke in strokes]
    n_points = np.array([len(basis) for basis in bases])
    spline = np.zeros((n_points.sum(), n_controls.sum()))
    row = column = 0
    for basis in bases:
        spline[row : row + basis.shape[0], column : column + basis.shape[1]] = basis
        row, column = row + basis.shape[0], column + basis.shape[1]
    numbers = np.repeat(np.arange(len(strokes)), n_controls)
    ends = tuple(np.cumsum(n_points).tolist())
    return PenShape(label, name, frequency, controls / 100, spline, numbers, ends)


def _spline_basis(corners: list[bool]) -> NDArray[np.float64]:
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
