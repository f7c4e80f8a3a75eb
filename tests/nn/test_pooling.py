"""Pooling picks the largest number, or takes the mean; shapes only change names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.nn.averaging import AvgPool2d, GlobalAvgPool2d
from neuroscribble.nn.gradcheck import check_layer
from neuroscribble.nn.layers import Layer
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Pool2d, Unflatten
from neuroscribble.shapes import Floats


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


@settings(max_examples=30)
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


ANY: dict[str, Any] = {"size": (3, 2), "stride": (2, 1), "padding": ((1, 0), (0, 1))}


def test_means_by_hand() -> None:
    # 1 2 3     windows of 2 × 2, one row of padding above, columns one by one:
    # 4 5 6     the first row of windows covers 1 2, then 2 3; with zeros each sum is divided by 4
    x = np.arange(1.0, 7).reshape(1, 2, 3, 1)
    moving: dict[str, Any] = {"stride": 1, "padding": ((1, 0), (0, 0))}
    inside = AvgPool2d(2, **moving).forward(x)[0]
    assert inside.reshape(2, 2).tolist() == [[1.5, 2.5], [3, 4]]
    with_zeros = AvgPool2d(2, counts_padding=True, **moving).forward(x)[0]
    assert with_zeros.reshape(2, 2).tolist() == [[0.75, 1.25], [3, 4]]
    whole, cache = GlobalAvgPool2d().forward(x)
    assert whole.tolist() == [[3.5]]
    d_x = GlobalAvgPool2d().backward(np.array([[12.0]]), cache, {})
    assert d_x is not None
    assert d_x.reshape(-1).tolist() == [2] * 6
    assert GlobalAvgPool2d().output_shape((5, 6, 7)) == (7,)


@pytest.mark.parametrize(
    ("layer", "of_window"),
    [(MaxPool2d(**ANY), np.max), (AvgPool2d(**ANY), np.mean)],
    ids=["largest", "mean"],
)
def test_windows_that_overlap_and_padding_against_a_plain_loop(
    layer: Pool2d, of_window: Callable[[Floats], float], rng: np.random.Generator
) -> None:
    x = rng.normal(size=(2, 6, 5, 2)) - 3  # all far below the zeros beside a map
    out, cache = layer.forward(x)
    assert out.shape[1:] == layer.output_shape((6, 5, 2)) == (3, 5, 2)
    for n, r, s, c in np.ndindex(out.shape):
        window = x[n, max(2 * r - 1, 0) : 2 * r + 2, s : s + 2, c]  # what is there of 3 × 2
        assert out[n, r, s, c] == pytest.approx(of_window(window), rel=1e-12)
    d_x = layer.backward(np.ones_like(out), cache, {})
    assert d_x is not None
    assert d_x.sum() == pytest.approx(out.size)
    assert layer.backward(np.ones_like(out), cache, {}, need_d_x=False) is None


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize(
    "layer",
    [
        MaxPool2d(2),
        MaxPool2d(3),
        MaxPool2d(3, stride=2, padding=1),
        MaxPool2d(**ANY),
        AvgPool2d(2),
        AvgPool2d(**ANY),
        AvgPool2d(**ANY, counts_padding=True),
        GlobalAvgPool2d(),
        Flatten(),
    ],
    ids=lambda layer: f"{type(layer).__name__} {getattr(layer, 'size', '')}",
)
def test_gradients_agree_with_central_differences(
    layer: Layer, training: bool, rng: np.random.Generator
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
    with pytest.raises(SettingsError, match="a window needs kernel, stride and dilation ≥ 1"):
        MaxPool2d(0)
    with pytest.raises(SettingsError, match="a shape needs positive sizes"):
        Unflatten((2, 0))
    with pytest.raises(ShapeError, match="a 3×3 window does not fit into 2×5 pixels"):
        MaxPool2d(3).output_shape((2, 5, 1))
    with pytest.raises(SettingsError, match="padding must be less than the size"):
        AvgPool2d(2, padding=((0, 0), (0, 2)))  # a window of zeros alone has no mean
