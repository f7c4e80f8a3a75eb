"""Strokes of pen and eraser become ink, all at once or piece by piece."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.ink.drawing import DrawnStroke, draw_piece, render_drawing
from neuroscribble.ink.strokes import render_strokes

ACROSS = DrawnStroke([(10.0, 50.0), (90.0, 50.0)], 20)
DOWN = DrawnStroke([(50.0, 10.0), (50.0, 90.0)], 10, erases=True)


def test_a_pen_alone_is_what_strokes_render() -> None:
    ink = render_drawing([ACROSS], canvas=100, side=100)
    np.testing.assert_array_equal(ink, render_strokes([ACROSS.points], size=100, width=20))


def test_an_eraser_takes_away_what_was_drawn_before_it_and_nothing_else() -> None:
    ink = render_drawing([ACROSS, DOWN], canvas=100, side=100)
    assert not ink[:, 46:54].any()
    np.testing.assert_array_equal(
        ink[:, :44], render_drawing([ACROSS], canvas=100, side=100)[:, :44]
    )
    assert render_drawing([DOWN, ACROSS], canvas=100, side=100)[50, 50] == 1


@pytest.mark.parametrize("side", [100, 333])
@pytest.mark.parametrize("erases", [False, True])
def test_piece_by_piece_is_the_whole(side: int, erases: bool) -> None:
    scale = side / 100
    points = [(20.0, 30.0), (-15.0, 55.0), (60.0, 80.0), (130.0, 20.0), (70.0, 45.0)]
    stroke = DrawnStroke(points, 15, erases)
    background = [] if not erases else [DrawnStroke([(0.0, 50.0), (100.0, 50.0)], 90)]
    ink = render_drawing(background, canvas=100, side=side)
    for start, end in zip(points, points[1:], strict=False):
        ends = [(x * scale, y * scale) for x, y in (start, end)]
        draw_piece(ink, ends, 15 * scale, erases=erases)
    whole = render_drawing([*background, stroke], canvas=100, side=side)
    np.testing.assert_allclose(ink, whole, atol=1e-5)


@pytest.mark.parametrize("point", [(-500.0, 50.0), (50.0, 1e6), (-3.0, -3.0)])
def test_erasing_beside_the_square_does_nothing(point: tuple[float, float]) -> None:
    ink = render_drawing([ACROSS], canvas=100, side=100)
    before = ink.copy()
    draw_piece(ink, [point], 4, erases=True)
    np.testing.assert_array_equal(ink, before)
