"""The page finds the same digits in a picture as Python."""

from __future__ import annotations

from typing import Any

import numpy as np
from javascript import RunJs

from neuroscribble.data.pen import pen_strokes
from neuroscribble.data.unfinished import pair_strokes
from neuroscribble.ink.parts import digit_parts, digits_of
from neuroscribble.ink.strokes import render_strokes

SIDE = 90


def canvas(strokes: list[Any], pen: float) -> np.ndarray:
    points = np.concatenate(strokes)
    scale = 80 / np.ptp(points, axis=0).max()
    placed = [(stroke - points.min(axis=0)) * scale + 5 for stroke in strokes]
    return render_strokes(placed, size=SIDE, width=pen * scale)


def test_the_parts_of_golden_drawings_are_pythons(js: RunJs) -> None:
    rng = np.random.default_rng(9)
    inks = [canvas(pen_strokes(k % 10, rng=rng), rng.uniform(0.04, 0.2)) for k in range(20)]
    for k in range(20):
        strokes = pair_strokes(k % 10, (3 * k + 1) % 10, rng=rng)
        inks.append(canvas(strokes, rng.uniform(0.04, 0.2)))
    three = [*pair_strokes(5, 4, rng=rng), *(one + (2.5, 0) for one in pair_strokes(0, 7, rng=rng))]
    inks += [canvas(three, 0.05), np.zeros((SIDE, SIDE), np.float32)]
    got = js(
        "return given.inks.map((ink) => parts.digitParts(ink, 90).map((digit) => [...digit]));",
        inks=[ink.reshape(-1) for ink in inks],
    )
    counts = []
    for ink, parts in zip(inks, got, strict=True):
        expected = digit_parts(ink)
        counts.append(len(expected))
        assert len(parts) == len(expected)
        np.testing.assert_allclose(
            np.array(parts).reshape(-1, SIDE, SIDE), np.array(expected).reshape(-1, SIDE, SIDE)
        )
    assert {0, 1, 2} < set(counts)


def test_boxes_are_grouped_as_in_python(js: RunJs) -> None:
    rng = np.random.default_rng(10)
    pictures = []
    for _ in range(300):
        corners = rng.integers(0, 60, (int(rng.integers(2, 7)), 2))
        sizes = rng.integers(1, 60, corners.shape)
        pictures.append(np.concatenate([corners, corners + sizes], axis=1).tolist())
    got = js("return given.pictures.map((boxes) => parts.digitsOf(boxes));", pictures=pictures)
    assert got == [digits_of([tuple(box) for box in boxes]) for boxes in pictures]
