"""What each layer changes adds up to the whole difference, of a drawing and over data."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.pairing import pair_networks
from neuroscribble.explain.side_by_side import disagreements, side_by_side
from neuroscribble.explain.swapping import measure_swaps, swapped_logits
from neuroscribble.nn.network import Network, build_mlp


def one_unit(weight: float, answer: float) -> Network:
    """x → h = ReLU(weight · x) → logits (answer · h, 0)."""
    network = build_mlp((1,), rng=np.random.default_rng(0), n_inputs=1, n_classes=2)
    first, last = network.dense_layers()
    first.params["W"][...], first.params["b"][...] = weight, 0
    last.params["W"][...], last.params["b"][...] = [[answer, 0]], 0
    return network


def test_a_network_of_one_unit_by_hand() -> None:
    """At the first one's scale the second has h = ReLU(1 · x), 6 · h: its last layer differs."""
    x = np.array([[1], [2], [-1]], np.float32)
    pairing = pair_networks(one_unit(1, 1), one_unit(2, 3), x)
    np.testing.assert_allclose(
        swapped_logits(pairing, x)[:, :, 0], [[1, 2, 0], [1, 2, 0], [6, 12, 0]], rtol=1e-6
    )
    # Class 0 is right for the first two: it is ahead by 1 and 2, and behind by 0; at last 6, 12, 0.
    first, last = measure_swaps(pairing, x, np.array([0, 0, 1]))
    assert (first.key, last.key) == ("h1", "output")
    assert (first.ahead, last.ahead) == (pytest.approx(0, abs=1e-6), pytest.approx(15 / 3))
    assert (first.changed, last.accuracy) == (0, pytest.approx(2 / 3))


def test_the_layers_of_two_trainings_explain_their_difference_exactly() -> None:
    images, labels = pen_digits(60, rng=np.random.default_rng(3))
    first, second = (build_mlp((9, 6), rng=np.random.default_rng(seed)) for seed in (1, 2))
    measured = side_by_side(first, second, images, labels)
    logits = swapped_logits(measured.pairing, images)
    np.testing.assert_array_equal(logits[0], first.forward(images).logits)
    np.testing.assert_allclose(logits[-1], second.forward(images).logits, atol=1e-5)
    between = first.copy()  # the one with the first layer of the second
    laid = measured.pairing.second.dense_layers()[0]
    between.dense_layers()[0].params["W"][...] = laid.params["W"]
    between.dense_layers()[0].params["b"][...] = laid.params["b"]
    np.testing.assert_allclose(logits[1], between.forward(images).logits, atol=1e-5)
    right = logits[:, np.arange(60), labels]
    ahead = (right - (logits.sum(axis=2) - right) / 9).mean(axis=1, dtype=np.float64)
    assert [swap.ahead for swap in measured.swaps] == pytest.approx(np.diff(ahead), abs=1e-5)
    assert measured.swaps[-1].accuracy == pytest.approx(measured.agreement.right[1] / 60)  # type: ignore[union-attr]


def test_each_network_reads_its_own_picture_where_only_one_sets_it_upright() -> None:
    images, _ = pen_digits(20, rng=np.random.default_rng(3))
    plain, upright = (build_mlp((6,), rng=np.random.default_rng(seed)) for seed in (1, 2))
    upright.upright = (28, 28)
    for first, second in ((plain, upright), (upright, plain)):
        logits = swapped_logits(pair_networks(first, second, images), images)
        np.testing.assert_array_equal(logits[0], first.logits(images))
        np.testing.assert_allclose(logits[-1], second.logits(images), atol=1e-5)


def test_layers_of_other_sizes_cannot_be_swapped() -> None:
    images, labels = pen_digits(30, rng=np.random.default_rng(3))
    first, second = (build_mlp((n,), rng=np.random.default_rng(0)) for n in (5, 6))
    measured = side_by_side(first, second, images, labels)
    assert measured.swaps == []
    with pytest.raises(SettingsError, match="each other's place"):
        swapped_logits(measured.pairing, images)


def test_without_labels_nothing_is_said_of_right_and_wrong() -> None:
    images, _ = pen_digits(30, rng=np.random.default_rng(3))
    network = build_mlp((5,), rng=np.random.default_rng(0))
    measured = side_by_side(network, network, images)
    assert (measured.agreement, measured.swaps) == (None, [])


def test_the_surest_contradictions_come_first() -> None:
    network, other = one_unit(1, 1), one_unit(1, -1)
    x = np.array([[1], [-1], [3], [2]], np.float32)  # for −1 both logits are 0: both say class 0
    assert disagreements(network, other, x).tolist() == [2, 3, 0]
