"""Linear centered kernel alignment and correlations of units, by hand and by what leaves them."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.explain.alignment import (
    MOST_ROWS,
    enough_images,
    layer_activity,
    linear_alignment,
    unit_correlations,
)
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.network import Network


def test_alignment_by_hand() -> None:
    # Centered: x = (−1, 0, 1), y = (−1, 2, −1), z = (−1, 1, 0): xᵀy = 0, xᵀz = 1, |x|² = |z|² = 2.
    x, y, z = (np.array([column]).T for column in ([1.0, 2, 3], [0.0, 3, 0], [4.0, 6, 5]))
    assert linear_alignment(x, y) == pytest.approx(0, abs=1e-15)
    assert linear_alignment(x, z) == pytest.approx(1 / 4)
    # Of two units: Xᵀ Y = (0, 1), |Xᵀ X| = 2, and |Yᵀ Y| of [[6, 3], [3, 2]] is √58.
    assert linear_alignment(x, np.hstack([y, z])) == pytest.approx(1 / (2 * np.sqrt(58)))


def test_turning_scaling_and_shifting_leave_it(rng: np.random.Generator) -> None:
    x = rng.normal(size=(40, 6))
    turn, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    assert linear_alignment(x, 3 * x @ turn + 5) == pytest.approx(1)
    y = rng.normal(size=(40, 9))
    assert linear_alignment(x, y) == pytest.approx(linear_alignment(y, x))
    assert linear_alignment(x, y) < 0.5
    assert linear_alignment(x * [100, 1, 1, 1, 1, 1], x) < 0.9  # of single units it does not


def test_a_layer_that_never_varies_agrees_only_with_another_one() -> None:
    still, other = np.ones((5, 3)), np.arange(5.0)[:, None]
    assert linear_alignment(still, still) == 1
    assert linear_alignment(still, other) == 0


def test_correlations_by_hand(rng: np.random.Generator) -> None:
    x = np.array([[1.0, 0, 7], [2, 3, 7], [3, 0, 7]])
    y = np.array([[4.0, -10], [6, -20], [5, -30]])
    expected = [[0.5, -1], [np.sqrt(3) / 2, 0], [0, 0]]  # the third never varies
    np.testing.assert_allclose(unit_correlations(x, y), expected, atol=1e-12)


def test_activity_is_what_a_forward_pass_gives(tiny: Network, rng: np.random.Generator) -> None:
    images = rng.random((30, 9))
    trace = tiny.forward(images)
    expected = [trace.activations["h1"], trace.activations["h2"], trace.logits]
    for one, other in zip(layer_activity(tiny, images), expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_place_of_a_map_is_an_example(rng: np.random.Generator) -> None:
    network = build_cnn(((3,), (5,)), (6,), rng=rng)
    images = rng.random((4, 784)).astype(np.float32)
    shapes = [x.shape for x in layer_activity(network, images)]
    assert shapes == [(4 * 28 * 28, 3), (4 * 14 * 14, 5), (4, 6), (4, 10)]
    assert enough_images(network, 10_000) == MOST_ROWS // 784
    assert enough_images(network, 3) == 3
