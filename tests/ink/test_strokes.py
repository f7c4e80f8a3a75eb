"""Strokes: the drawn ink is the stated function of the distance to the line, nothing else."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from neuroscribble.errors import PictureError, SettingsError, ShapeError
from neuroscribble.ink.strokes import draw_stroke, render_strokes

Points = list[tuple[float, float]]
points = st.lists(
    st.tuples(st.floats(-60, 90, width=16), st.floats(-60, 90, width=16)), min_size=1, max_size=5
)


def ink_by_definition(
    strokes: list[Points], size: tuple[int, int], width: float
) -> NDArray[np.float64]:
    """Every pixel against every segment, straight from the module's docstring."""
    ink = np.zeros(size)
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    for stroke in strokes:
        for start, end in zip(stroke, stroke[1:] or stroke, strict=False):
            (x0, y0), (dx, dy) = start, (end[0] - start[0], end[1] - start[1])
            length = dx * dx + dy * dy
            along = np.clip(((x - x0) * dx + (y - y0) * dy) / length, 0, 1) if length else 0 * x
            distance = np.hypot(x - x0 - along * dx, y - y0 - along * dy)
            ink = np.maximum(ink, np.clip(width / 2 - distance + 0.5, 0, 1))
    return ink


def test_a_horizontal_line_inks_its_rows_fully_and_its_edges_by_half() -> None:
    # The line runs at y = 3 with a pen of 3: centers at 2.5 and 3.5 are 0.5 away (1.5 - 0.5 + 0.5
    # = 1.5 -> 1), those at 1.5 and 4.5 are 1.5 away (1.5 - 1.5 + 0.5 = 0.5), the others over 2.
    ink = render_strokes([[(0, 3), (9, 3)]], size=(7, 9), width=3)
    assert ink.dtype == np.float32
    np.testing.assert_allclose(ink[:, 4], [0, 0.5, 1, 1, 0.5, 0, 0])


def test_one_point_makes_a_round_dot() -> None:
    # The center pixel lies at distance 0, its neighbors at 1 and sqrt(2); the radius is 1.
    ink = render_strokes([[(2.5, 2.5)]], size=5, width=2)
    np.testing.assert_allclose(ink[2, 1:4], [0.5, 1, 0.5])
    np.testing.assert_allclose(ink[1, 1], 1.5 - np.sqrt(2), rtol=1e-6)
    assert ink[2, 0] == 0


@settings(max_examples=60)
@given(
    strokes=st.lists(points, min_size=1, max_size=3),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    width=st.floats(0.25, 30),
)
def test_every_pixel_is_the_stated_function_of_its_distance(
    strokes: list[Points], size: tuple[int, int], width: float
) -> None:
    ink = render_strokes([np.array(stroke) for stroke in strokes], size=size, width=width)
    np.testing.assert_allclose(ink, ink_by_definition(strokes, size, width), atol=1e-6)


def test_points_far_apart_and_far_outside_are_joined() -> None:
    far = render_strokes([[(-1e6, -1e6), (1e6, 1e6)]], size=20, width=3)
    near = render_strokes([[(-5, -5), (25, 25)]], size=20, width=3)
    np.testing.assert_allclose(far, near, atol=1e-5)
    assert (np.diag(near) == 1).all()


def test_drawing_segment_by_segment_equals_drawing_at_once() -> None:
    line = np.array([(3, 4), (30, 9), (12, 36), (12, 36)])
    canvas = np.zeros((40, 40), dtype=np.float32)
    for start, end in zip(line[:-1], line[1:], strict=True):
        draw_stroke(canvas, [start, end], 5)
    np.testing.assert_allclose(canvas, render_strokes([line], size=40, width=5), atol=1e-6)


def test_drawing_never_lightens_ink_that_is_there() -> None:
    canvas = np.full((9, 9), 0.75, dtype=np.float32)
    draw_stroke(canvas, [(0, 4), (9, 4)], 2)
    assert canvas.min() == np.float32(0.75)
    assert canvas.max() == 1


def test_no_strokes_and_empty_strokes_leave_the_canvas_blank() -> None:
    assert not render_strokes([], size=8, width=2).any()
    assert not render_strokes([np.empty((0, 2))], size=8, width=2).any()


def test_a_hundred_thousand_points_are_drawn_without_a_wait(rng: np.random.Generator) -> None:
    walk = 140 + np.cumsum(rng.normal(0, 1, (100_000, 2)), axis=0)
    began = time.perf_counter()
    render_strokes([walk], size=280, width=20)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("strokes", "size", "width", "error", "words"),
    [
        ([[(1, 1)]], 8, 0, SettingsError, "positive"),
        ([[(1, 1)]], 8, float("nan"), SettingsError, "positive"),
        ([[(1, float("nan"))]], 8, 2, PictureError, "finite"),
        ([[(1, 2, 3)]], 8, 2, ShapeError, r"\(P, 2\)"),
        ([[(1, 1)]], 0, 2, ShapeError, "size"),
        ([[(1, 1)]], (8, 8, 8), 2, ShapeError, "size"),
    ],
)
def test_what_is_no_stroke_is_refused(
    strokes: list[Points], size: int, width: float, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        render_strokes(strokes, size=size, width=width)
