"""Batch normalization goes into the weights before it, and no answer changes by it."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.folding import folded, normalized
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.losses import cross_entropy
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.normalization import BatchNorm1d
from neuroscribble.shapes import Floats


def small(rng: np.random.Generator) -> Network:
    return build_mlp((5, 4), rng=rng, n_inputs=9, n_classes=3, dtype=np.float64)


def having_learned(network: Network, images: Floats, rng: np.random.Generator) -> Network:
    """The network with parameters and statistics that are not those of its beginning."""
    labels = rng.integers(0, 3, len(images))
    gradient = network.new_gradient()
    for _ in range(30):
        trace = network.forward(images, training=True)
        network.backward(cross_entropy(trace.logits, labels)[1], trace, gradient)
        network.parameters.flat -= 0.1 * gradient.flat
    return network


def test_one_unit_by_hand() -> None:
    """w = 2, b = 1, mean = 3, variance = 4 − ε, γ = 6, β = −1: the factor is 6 / √4 = 3.

    So w becomes 3 · 2 = 6 and b becomes 3 · (1 − 3) − 1 = −7. Of x = 2 the unit says
    6 · (2 · 2 + 1 − 3) / 2 − 1 = 5, and 6 · 2 − 7 is 5, too.
    """
    layer = Dense.from_arrays(np.array([[2.0]]), np.array([1.0]))
    norm = BatchNorm1d.from_arrays(
        np.array([6.0]), np.array([-1.0]), np.array([3.0]), np.array([4.0 - 1e-5])
    )
    layers = {"dense1": layer, "norm": norm, "dense2": Dense.from_arrays(np.eye(1), np.zeros(1))}
    network = Network(
        layers, input_shape=(1,), class_names=["no", "yes"], dtype=np.float64, output="sigmoid"
    )
    plain = folded(network)
    assert list(plain.layers) == ["dense1", "dense2"]
    named = plain.named_params()
    np.testing.assert_allclose(named["dense1.W"], [[6.0]], rtol=1e-12)
    np.testing.assert_allclose(named["dense1.b"], [-7.0], rtol=1e-12)
    np.testing.assert_allclose(plain.logits(np.array([[2.0]])), [[5.0]], rtol=1e-12)


def test_it_learns_normalized_and_answers_alike_without(rng: np.random.Generator) -> None:
    images = rng.normal(0.4, 0.3, (40, 9))
    network = having_learned(normalized(small(rng)), images, rng)
    kinds = [type(layer).__name__ for layer in network.layers.values()]
    assert kinds == ["Dense", "BatchNorm1d", "ReLU", "Dense", "BatchNorm1d", "ReLU", "Dense"]
    plain = folded(network)
    assert plain.is_mlp()
    assert plain.layer_sizes == (9, 5, 4, 3)
    np.testing.assert_allclose(plain.logits(images), network.logits(images), rtol=1e-10)
    for key, sums in plain.forward(images).pre_activations.items():
        np.testing.assert_allclose(sums, network.forward(images).pre_activations[key], atol=1e-10)
    assert not np.allclose(plain.logits(images), small(rng).logits(images), atol=0.1)


def test_what_the_network_says_of_itself_comes_along(rng: np.random.Generator) -> None:
    network = build_mlp((8,), rng=rng)
    network.upright, network.even, network.meta = (28, 28), True, {"name": "one"}
    plain = folded(normalized(network))
    assert (plain.upright, plain.even, plain.meta) == ((28, 28), True, {"name": "one"})


def test_it_does_not_touch_the_network_that_it_is_given(rng: np.random.Generator) -> None:
    network = normalized(small(rng))
    before = network.parameters.flat.copy()
    folded(network).parameters.flat[...] = 7.0
    np.testing.assert_array_equal(network.parameters.flat, before)


@pytest.mark.parametrize("hidden", [(), (6,)])
def test_a_network_without_any_is_copied(hidden: tuple[int, ...], rng: np.random.Generator) -> None:
    network = build_mlp(hidden, rng=rng)
    plain = folded(network)
    assert plain is not network
    np.testing.assert_array_equal(plain.parameters.flat, network.parameters.flat)
    assert list(plain.layers) == list(network.layers)


def test_normalization_of_maps_stays_where_it_is(rng: np.random.Generator) -> None:
    network = build_cnn(((2,),), (4,), rng=rng)
    assert list(folded(network).layers) == list(network.layers)
    assert list(folded(normalized(network)).layers) == list(network.layers)
