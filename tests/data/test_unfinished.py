"""Digits that are not finished, and pairs: cut by length, framed, refused when asked wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.data.pen_shapes import pen_shapes
from neuroscribble.data.unfinished import STROKES, WAYS, cut, pair_strokes, pairs, unfinished
from neuroscribble.errors import SettingsError


def test_a_cut_goes_by_the_length_of_the_line_over_all_strokes() -> None:
    """Lengths 3 and 1: half of 4 is 2 along the first; 0.5 to 0.9 goes from 2 to 3.6."""
    strokes = [np.array([[0.0, 0], [1, 0], [3, 0]]), np.array([[5.0, 0], [5, 1]])]
    (half,) = cut(strokes, 0, 0.5)
    np.testing.assert_allclose(half, [[0, 0], [1, 0], [2, 0]])
    first, second = cut(strokes, 0.5, 0.9)
    np.testing.assert_allclose(first, [[2, 0], [3, 0]])
    np.testing.assert_allclose(second, [[5, 0], [5, 0.6]])
    np.testing.assert_allclose(np.concatenate(cut(strokes, 0, 1)), np.concatenate(strokes))


@pytest.mark.parametrize("way", [None, *WAYS])
def test_unfinished_digits_are_pictures_with_ink(way: str | None) -> None:
    images = unfinished(12, rng=np.random.default_rng(3), way=way)
    assert images.shape == (12, 784)
    assert images.dtype == np.float32
    assert (images.max(axis=1) > 0.5).all()
    again = unfinished(12, rng=np.random.default_rng(3), way=way)
    np.testing.assert_array_equal(images, again)


def test_a_missing_stroke_is_one_of_several() -> None:
    for label, missing in STROKES.items():
        ends = {shape.name: shape.stroke_ends for shape in pen_shapes(label)}
        for name, stroke in missing:
            assert len(ends[name]) == 2
            assert stroke in (0, 1)


def test_the_second_digit_of_a_pair_stands_at_the_right_of_the_first() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        strokes = pair_strokes(1, 0, rng=rng)
        left = strokes[0] if len(strokes) == 2 else np.concatenate(strokes[:-1])
        middle = np.concatenate(strokes)[:, 0].mean()
        assert left[:, 0].min() == pytest.approx(0)
        assert strokes[-1][:, 0].mean() > middle
    images = pairs(8, rng=rng)
    assert images.shape == (8, 784)
    wide = [np.ptp(np.flatnonzero(one.reshape(28, 28).any(axis=0))) for one in images]
    assert np.median(wide) >= 17  # across the box of 20


def test_what_cannot_be_missing_is_refused() -> None:
    with pytest.raises(SettingsError, match="end, gap, stroke; got half"):
        unfinished(3, rng=np.random.default_rng(1), way="half")
    for draw in (unfinished, pairs):
        with pytest.raises(SettingsError, match="at least 0; got -2"):
            draw(-2, rng=np.random.default_rng(1))
