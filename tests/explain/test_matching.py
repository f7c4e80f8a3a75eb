"""The order of units is found again after a shuffle, and numbers say how alike two networks are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import SettingsError
from neuroscribble.explain.alignment import unit_correlations
from neuroscribble.explain.matching import (
    Order,
    layer_differences,
    match_activity,
    match_units,
    reorder_units,
)
from neuroscribble.nn.network import build_mlp
from neuroscribble.shapes import Floats

Layers = list[tuple[Floats, Floats]]


def random_layers(sizes: list[int], rng: np.random.Generator) -> Layers:
    return [
        (
            rng.normal(size=(fan_in, fan_out)).astype(np.float32),
            rng.normal(size=fan_out).astype(np.float32),
        )
        for fan_in, fan_out in zip(sizes, sizes[1:], strict=False)
    ]


def shuffled(layers: Layers, rng: np.random.Generator) -> tuple[Layers, list[Order]]:
    """A copy with permuted units, and the order that undoes the shuffle."""
    shuffles = [rng.permutation(len(bias)) for _, bias in layers[:-1]]
    return reorder_units(layers, shuffles), [np.argsort(shuffle) for shuffle in shuffles]


@settings(max_examples=60)
@given(sizes=st.lists(st.integers(1, 12), min_size=2, max_size=5), seed=st.integers(0, 2**32 - 1))
def test_a_permuted_copy_differs_by_exactly_nothing(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    layers = random_layers(sizes, rng)
    copy, undo = shuffled(layers, rng)
    orders = match_units(layers, copy)
    assert len(orders) == len(layers) - 1
    for order, expected in zip(orders, undo, strict=True):
        np.testing.assert_array_equal(order, expected)
    for report in layer_differences(layers, reorder_units(copy, orders)):
        assert report.mean == 0
        assert report.largest == 0
        assert report.n_alike == len(report.correlations)


@pytest.mark.parametrize("seed", range(3))
def test_a_network_of_full_size_is_recognized_under_noise(seed: int) -> None:
    rng = np.random.default_rng(seed)
    layers = random_layers([784, 128, 64, 10], rng)
    copy, undo = shuffled(layers, rng)
    noisy = [
        (W + 0.1 * rng.normal(size=W.shape), b + 0.1 * rng.normal(size=b.shape)) for W, b in copy
    ]
    orders = match_units(layers, noisy)
    for order, expected in zip(orders, undo, strict=True):
        np.testing.assert_array_equal(order, expected)
    reports = layer_differences(layers, reorder_units(noisy, orders))
    assert all(report.n_alike == len(report.correlations) for report in reports)
    # The mean of |N(0, 0.1²)| is 0.1 · sqrt(2 / π) = 0.0798.
    assert reports[0].mean == pytest.approx(0.0798, rel=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_twins_with_equal_incoming_weights_are_told_apart_by_the_outgoing_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    layers = random_layers([6, 8, 5, 3], rng)
    W, b = layers[0]
    W[:, 1], b[1] = W[:, 0], b[0]  # only what they lead to differs
    copy, undo = shuffled(layers, rng)
    orders = match_units(layers, copy)
    np.testing.assert_array_equal(orders[0], undo[0])
    reports = layer_differences(layers, reorder_units(copy, orders))
    assert all(report.largest == 0 for report in reports)


def test_reordered_units_compute_the_same_network() -> None:
    rng = np.random.default_rng(5)
    layers = random_layers([7, 6, 5, 4], rng)
    copy, _ = shuffled(layers, rng)
    images = rng.normal(size=(9, 7))

    def logits(network: Layers) -> Floats:
        a = images
        for W, b in network[:-1]:
            a = np.maximum(a @ W + b, 0)
        return a @ network[-1][0] + network[-1][1]

    np.testing.assert_allclose(logits(copy), logits(layers), rtol=1e-5, atol=1e-6)


def test_differences_are_found_by_hand() -> None:
    W, b = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 0.0])
    changed = np.array([[1.0, 0.0], [0.0, -1.0]])  # unit 1 turned its weight from input 1 around
    (report,) = layer_differences([(W, b)], [(changed, b)])
    assert (report.unit, report.source, report.largest) == (1, 1, -2.0)
    assert report.mean == pytest.approx(2 / 6)  # one of four weights and two biases, by 2
    # Unit 1: (0, 1, 0) and (0, −1, 0) have opposite deviations from their means.
    np.testing.assert_allclose(report.correlations, [1.0, -1.0])
    assert report.n_alike == 1
    (report,) = layer_differences([(W, b)], [(W, np.array([0.5, 0.0]))])
    assert (report.unit, report.source, report.largest) == (0, None, 0.5)


def test_units_without_any_weight_match_without_a_warning() -> None:
    layers: Layers = [(np.zeros((3, 4)), np.zeros(4)), (np.zeros((4, 2)), np.zeros(2))]
    orders = match_units(layers, layers)
    assert sorted(orders[0]) == [0, 1, 2, 3]
    assert layer_differences(layers, layers)[0].n_alike == 4


def test_a_network_without_hidden_layers_needs_no_order() -> None:
    layers = random_layers([5, 3], np.random.default_rng(0))
    assert match_units(layers, layers) == []


@pytest.mark.parametrize("hidden", [(7,), (8, 4), ()])
def test_networks_of_different_sizes_are_refused(hidden: tuple[int, ...]) -> None:
    def layers(sizes: tuple[int, ...]) -> Layers:
        network = build_mlp(sizes, rng=np.random.default_rng(0), n_inputs=6, n_classes=3)
        return [(layer.params["W"], layer.params["b"]) for layer in network.dense_layers()]

    with pytest.raises(SettingsError, match=r"the first is 6→8→3, the second 6→"):
        match_units(layers((8,)), layers(hidden))


def activity(layers: Layers, images: Floats) -> list[Floats]:
    """What hidden units do over images: (N, units) for each layer."""
    found, a = [], images
    for W, b in layers[:-1]:
        a = np.maximum(a @ W + b, 0)
        found.append(a)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_by_what_units_do_a_permuted_and_rescaled_copy_is_recognized(seed: int) -> None:
    rng = np.random.default_rng(seed)
    layers = random_layers([9, 12, 8, 3], rng)
    W, b = layers[0]
    b[4] = b[5] = -99.0  # two that do nothing
    W[:, 1], b[1] = W[:, 0], b[0]  # two that do the same, and differ in what they lead to
    copy, undo = shuffled(layers, rng)
    for n, (W, b) in enumerate(copy[:-1]):
        c = np.exp(rng.uniform(-0.1, 0.1, len(b)))
        copy[n] = (W * c, b * c)
        copy[n + 1] = (copy[n + 1][0] / c[:, None], copy[n + 1][1])
    images = rng.normal(size=(200, 9))
    does = zip(activity(layers, images), activity(copy, images), strict=True)
    orders = match_activity(layers, copy, [unit_correlations(*both) for both in does])
    for order, expected in zip(orders, undo, strict=True):
        np.testing.assert_array_equal(order, expected)


def test_the_sum_of_correlations_is_the_largest_possible() -> None:
    layers = random_layers([3, 2, 2], np.random.default_rng(0))
    # Greedy would take 0.9 and be left with 0.1; together 0.8 and 0.7 are more.
    order = match_activity(layers, layers, [np.array([[0.9, 0.8], [0.7, 0.1]])])[0]
    assert order.tolist() == [1, 0]
