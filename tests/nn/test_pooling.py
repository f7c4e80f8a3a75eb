"""Pooling picks the largest number and sends its gradient back there; shapes only change names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.nn.gradcheck import check_layer
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten


def test_the_largest_of_every_square_by_hand() -> None:
    # 1 5 | 2 2 | 9      the third column and row fill no square and are left out
    # 3 4 | 0 2 | 9
    # 7 7   7 7   9
    x = np.array([[1.0, 5, 2, 2, 9], [3, 4, 0, 2, 9], [7, 7, 7, 7, 9]]).reshape(1, 3, 5, 1)
    out, cache = MaxPool2d(2).forward(x)
    assert out.reshape(-1).tolist() == [5, 2]
    d_x = MaxPool2d(2).backward(np.array([10.0, 20.0]).reshape(1, 1, 2, 1), cache, {})
    assert d_x is not None
    # of the three equal 2s the first in reading order gets all
    assert d_x.reshape(3, 5).tolist() == [[0, 10, 20, 0, 0], [0] * 5, [0] * 5]


@settings(max_examples=30, deadline=None)
@given(size=st.integers(1, 4), extra=st.integers(0, 3), seed=st.integers(0, 99))
def test_pooling_against_a_plain_loop(size: int, extra: int, seed: int) -> None:
    x = np.random.default_rng(seed).integers(0, 3, (2, 2 * size + extra, size, 2)).astype(float)
    out, cache = MaxPool2d(size).forward(x)
    assert out.shape[1:] == MaxPool2d(size).output_shape(x.shape[1:])
    for n, r, s, c in np.ndindex(out.shape):
        square = x[n, r * size : (r + 1) * size, s * size : (s + 1) * size, c]
        assert out[n, r, s, c] == square.max()
    d_x = MaxPool2d(size).backward(np.ones_like(out), cache, {})
    assert d_x is not None
    assert d_x.sum() == out.size  # each gradient arrives once, ties or not
    assert MaxPool2d(size).backward(np.ones_like(out), cache, {}, need_d_x=False) is None


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(
    "layer", [MaxPool2d(2), MaxPool2d(3), Flatten()], ids=["2×2", "3×3", "flatten"]
)
def test_gradients_agree_with_central_differences(
    layer: MaxPool2d | Flatten, training: bool, rng: np.random.Generator
) -> None:
    x = rng.permutation(2 * 6 * 5 * 3).reshape(2, 6, 5, 3) / 10  # no two numbers are close
    check_layer(layer, x, rng=rng, training=training).require()


def test_rows_become_images_and_images_rows(rng: np.random.Generator) -> None:
    rows = rng.random((4, 24))
    images, cache = Unflatten((2, 4, 3)).forward(rows)
    assert images.shape == (4, 2, 4, 3)
    assert images[1, 0, 2, 1] == rows[1, 2 * 3 + 1]  # row by row, pixel by pixel, channels last
    assert np.array_equal(Flatten().forward(images)[0], rows)
    assert Flatten().output_shape((2, 4, 3)) == (24,)
    check_layer(Unflatten((2, 4, 3)), rows, rng=rng).require()
    with pytest.raises(ShapeError, match=r"a sample must have shape \(24,\)"):
        Unflatten((2, 4, 3)).output_shape((25,))


def test_what_cannot_be_pooled_is_refused() -> None:
    with pytest.raises(SettingsError, match="must be at least 1; got 0"):
        MaxPool2d(0)
    with pytest.raises(SettingsError, match="a shape needs positive sizes"):
        Unflatten((2, 0))
    with pytest.raises(ShapeError, match="squares of 3 pixels do not fit into 2×5"):
        MaxPool2d(3).output_shape((2, 5, 1))
