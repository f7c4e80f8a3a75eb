"""The drawing: strokes on a fixed square, and their ink at every resolution."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from neuroscribble.ink.strokes import render_strokes
from viz.window.canvas import SIDE, Canvas

ZIGZAG = [(40.0, 50.0), (200.0, 60.0), (80.0, 220.0), (230.0, 240.0)]


def drawn(*strokes: list[tuple[float, float]], width: float = 20) -> Canvas:
    canvas = Canvas()
    for first, *others in strokes:
        canvas.begin(first, width)
        for point in others:
            canvas.extend(point)
    return canvas


def test_nothing_but_the_app_knows_pygame() -> None:
    program = (
        "import sys, viz.window.controller, viz.window.panels, viz.window.canvas\n"
        "assert 'pygame' not in sys.modules, 'pygame was imported'"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_ink_grown_point_by_point_is_the_ink_of_the_whole_strokes() -> None:
    dot = [(140.0, 20.0)]
    canvas = drawn(ZIGZAG, dot)
    expected = render_strokes([ZIGZAG, dot], size=SIDE, width=20)
    np.testing.assert_allclose(canvas.ink, expected, atol=1e-6)


def test_distant_points_are_joined() -> None:
    canvas = drawn([(10.0, 140.0), (270.0, 140.0)])
    assert (canvas.ink[140, 10:270] == 1).all()


def test_edges_are_smooth() -> None:
    ink = drawn([(30.0, 30.0), (250.0, 200.0)]).ink
    assert ((ink > 0.05) & (ink < 0.95)).sum() > 100


@pytest.mark.parametrize("side", [100, SIDE, 611])
def test_ink_on_screen_follows_the_pen_at_its_own_resolution(side: int) -> None:
    canvas = drawn(ZIGZAG[:2])
    canvas.ink_at(side)
    canvas.extend(ZIGZAG[2])
    scale = side / SIDE
    points = np.array(ZIGZAG[:3]) * scale
    expected = render_strokes([points], size=side, width=20 * scale)
    assert canvas.ink_at(side).shape == (side, side)
    np.testing.assert_allclose(canvas.ink_at(side), expected, atol=1e-5)


def test_resizing_keeps_every_stroke_with_its_own_width() -> None:
    canvas = drawn(ZIGZAG[:2], width=8)
    canvas.begin((100.0, 200.0), 40)
    before = canvas.ink_at(500).copy()
    canvas.ink_at(900)
    np.testing.assert_array_equal(canvas.ink_at(500), before)


def test_a_pen_that_stays_adds_no_point() -> None:
    canvas = drawn([(50.0, 50.0)])
    assert not canvas.extend((50.0, 50.0))
    assert canvas.extend((51.0, 50.0))
    assert canvas.strokes[0].points == [(50.0, 50.0), (51.0, 50.0)]


def test_clear_takes_everything() -> None:
    canvas = drawn(ZIGZAG)
    canvas.ink_at(500)
    canvas.clear()
    assert canvas.strokes == ()
    assert not canvas.ink.any()
    assert not canvas.ink_at(500).any()


def test_a_stroke_beside_the_square_leaves_no_ink() -> None:
    assert not drawn([(-80.0, -80.0), (-60.0, 400.0)]).ink.any()
