"""The canonical form: the same network, the same for every rescaled copy, no deviation but 1."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
from small_cnn import small_cnn

import neuroscribble as ns
from neuroscribble.data.pen import pen_digits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.canonical import canonical
from neuroscribble.explain.links import links
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.activations import LeakyReLU, Linear, Tanh
from neuroscribble.nn.averaging import AvgPool2d
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d
from neuroscribble.nn.pooling import Flatten, Unflatten

SHIPPED = Path(__file__).parents[2] / "weights.npz"


def rescaled(network: Network, rng: np.random.Generator) -> Network:
    """What flows into each hidden unit times c, what leads out of it divided by c."""
    twin = copy.deepcopy(network)
    chain = links(twin)
    for link, following in zip(chain, chain[1:], strict=False):
        units = link.weights.shape[2]
        c = np.exp(rng.uniform(-2, 2, units))
        norm = link.norm
        for part in (norm.gamma, norm.beta) if norm else (link.params["W"], link.params["b"]):
            part *= c
        outgoing = following.params["W"].reshape(-1, units, following.params["W"].shape[-1])
        outgoing /= c[:, None]
    return twin


def test_a_unit_of_deviation_two_by_hand() -> None:
    # h = max(x, 0) is 1 or 5: mean 3, deviation 2. Halved it is 0.5 or 2.5.
    network = Network(
        {
            "dense1": Dense.from_arrays(np.array([[1.0]]), np.array([1.0])),
            "relu1": ReLU(),
            "dense2": Dense.from_arrays(np.array([[3.0, -4.0]]), np.zeros(2)),
        },
        input_shape=(1,),
        class_names="ab",
        dtype=np.float64,
    )
    network.usual = measure_usual(network, np.array([[0.0], [4.0]]))
    form = canonical(network)
    first, second = form.network.dense_layers()
    assert (first.params["W"].tolist(), first.params["b"].tolist()) == ([[0.5]], [0.5])
    assert second.params["W"].tolist() == [[6.0, -8.0]]
    assert form.factors["h1"].tolist() == [0.5]
    assert form.network.usual["output"].mean.tolist() == [1.5]
    assert form.network.usual["output"].deviation.tolist() == [1.0]
    assert form.network.usual["h1"].influence == 2 * network.usual["h1"].influence
    assert network.dense_layers()[0].params["W"].tolist() == [[1.0]]  # it is left as it was


@pytest.mark.parametrize("which", ["shipped", "convolutional"])
def test_it_computes_the_same(which: str) -> None:
    images, _ = pen_digits(200, rng=np.random.default_rng(4))
    network = ns.load_network(SHIPPED) if which == "shipped" else small_cnn()
    if not network.usual:
        network.usual = measure_usual(network, images)
    logits = canonical(network).network.logits(images)
    np.testing.assert_allclose(logits, network.in_double_precision().logits(images), atol=1e-9)
    np.testing.assert_allclose(logits, network.logits(images), rtol=1e-5, atol=1e-5)


def test_measured_again_every_deviation_is_one() -> None:
    images, _ = pen_digits(300, rng=np.random.default_rng(4))
    network = small_cnn()
    network.usual = measure_usual(network, images)
    form = canonical(network)
    again = measure_usual(form.network, images)
    for key, usual in again.items():
        told = form.network.usual[key]
        for part in ("mean", "deviation", "influence"):
            np.testing.assert_allclose(
                getattr(usual, part), getattr(told, part), rtol=1e-3, atol=1e-5
            )
        if key != "h1":
            source = links(network)[[*again].index(key) - 1]
            by_tap = usual.deviation.reshape(-1, source.weights.shape[2])
            alive = np.setdiff1d(np.arange(by_tap.shape[1]), form.dead[source.key])
            np.testing.assert_allclose(np.sqrt((by_tap**2).mean(axis=0))[alive], 1, rtol=1e-4)


@pytest.mark.parametrize("which", ["dense", "convolutional"])
def test_every_rescaled_copy_has_the_same_form(
    which: str, tiny: Network, rng: np.random.Generator
) -> None:
    network = tiny if which == "dense" else small_cnn().in_double_precision()
    images = rng.random((60, 9)) if which == "dense" else pen_digits(60, rng=rng)[0]
    pair = [network, rescaled(network, rng)]
    for one in pair:
        one.usual = measure_usual(one, images)
    first, second = (canonical(one).network for one in pair)
    for one, other in zip(links(first), links(second), strict=True):
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(one.bias, other.bias, rtol=1e-4, atol=1e-6)


def test_units_that_never_vary_are_named_and_take_the_norm_of_what_flows_in() -> None:
    layers: dict[str, Layer] = {
        # Of unit 0 nothing is ever left, unit 1 is always 2, of unit 2 nothing flows in.
        "dense1": Dense.from_arrays(np.array([[-3.0, 0, 0, 1]]), np.array([-4.0, 2, 0, 0])),
        "relu1": ReLU(),
        "dense2": Dense.from_arrays(np.ones((4, 2)), np.zeros(2)),
    }
    network = Network(layers, input_shape=(1,), class_names="ab", dtype=np.float64)
    images = np.array([[0.1], [0.5], [0.7]])
    network.usual = measure_usual(network, images)
    form = canonical(network)
    assert form.dead == {"h1": [0, 1, 2]}
    first, second = form.network.dense_layers()
    np.testing.assert_allclose(first.params["W"][0, :3], [-0.6, 0, 0])  # |(−3, −4)| is 5
    np.testing.assert_allclose(first.params["b"][:3], [-0.8, 1, 0])
    np.testing.assert_allclose(second.params["W"][:3, 0], [5, 2, 1])
    np.testing.assert_allclose(form.network.logits(images), network.logits(images))


def test_a_unit_that_is_one_number_up_to_rounding_never_varies() -> None:
    rng = np.random.default_rng(3)
    images = rng.random((500, 1)).astype(np.float32)
    layers: dict[str, Layer] = {
        "dense1": Dense.from_arrays(np.array([[1e-9, 1.0]]), np.array([3.7, 0.0])),
        "relu1": ReLU(),
        "dense2": Dense.from_arrays(np.ones((2, 2)), np.zeros(2)),
    }
    network = Network(layers, input_shape=(1,), class_names="ab")
    network.usual = measure_usual(network, images)
    assert canonical(network).dead == {"h1": [0]}


def test_only_nonlinearities_that_pass_factors_have_a_form(rng: np.random.Generator) -> None:
    layers = {
        "dense1": Dense(9, 5, rng=rng),
        "leaky": LeakyReLU(0.1),
        "dense2": Dense(5, 4, rng=rng),
        "tanh": Tanh(),
        "dense3": Dense(4, 4, rng=rng),
        "linear": Linear(),
        "dense4": Dense(4, 3, rng=rng),
    }
    network = Network(layers, input_shape=(9,), class_names="abc", dtype=np.float64)
    images = rng.normal(size=(80, 9))
    network.usual = measure_usual(network, images)
    form = canonical(network)
    assert form.kept == {"h2": "tanh"}
    assert form.factors.keys() == form.dead.keys() == {"h1", "h3"}
    np.testing.assert_allclose(form.network.logits(images), network.logits(images))
    activity = form.network.forward(images).activations
    np.testing.assert_allclose(activity["h1"].std(axis=0), 1)
    np.testing.assert_allclose(activity["h2"].std(axis=0), network.usual["h3"].deviation)
    np.testing.assert_allclose(activity["h3"].std(axis=0), 1)
    trace = network.forward(images)
    did = [*(trace.activations[key] for key in ("h1", "h2", "h3")), trace.logits]
    for key, one in zip(activity, [images, *form.scaled_activity(did)[:-1]], strict=False):
        np.testing.assert_allclose(one, activity[key])


def test_normalization_and_mean_pooling_pass_factors(rng: np.random.Generator) -> None:
    layers: dict[str, Layer] = {
        "maps": Unflatten((6, 6, 1)),
        "conv": Conv2d(1, 3, kernel=3, padding=1, rng=rng),
        "norm": BatchNorm2d(3),
        "relu": ReLU(),
        "pool": AvgPool2d(2),
        "flatten": Flatten(),
        "dense": Dense(27, 2, rng=rng),
    }
    network = Network(layers, input_shape=(36,), class_names="ab", dtype=np.float64)
    images = rng.random((50, 36))
    network.forward(images, training=True)
    network.usual = measure_usual(network, images)
    form = canonical(network)
    np.testing.assert_allclose(form.network.logits(images), network.logits(images))
    conv, norm = (form.network.layers[name].params for name in ("conv", "norm"))
    np.testing.assert_array_equal(conv["W"], network.layers["conv"].params["W"])
    np.testing.assert_allclose(norm["gamma"], form.factors["h1"])
    by_tap = form.network.forward(images).outputs["flatten"].std(axis=0).reshape(9, 3)
    np.testing.assert_allclose(np.sqrt((by_tap**2).mean(axis=0)), 1, rtol=1e-6)


def test_a_normalization_behind_the_activation_takes_any_factor(rng: np.random.Generator) -> None:
    layers: dict[str, Layer] = {
        "dense1": Dense(9, 5, rng=rng),
        "tanh": Tanh(),
        "norm": BatchNorm1d(5),
        "dense2": Dense(5, 3, rng=rng),
    }
    network = Network(layers, input_shape=(9,), class_names="abc", dtype=np.float64)
    images = rng.normal(size=(80, 9))
    network.forward(images, training=True)
    network.usual = measure_usual(network, images)
    form = canonical(network)
    assert form.kept == {}
    np.testing.assert_allclose(form.network.logits(images), network.logits(images))
    trace = form.network.forward(images)
    np.testing.assert_allclose(trace.outputs["norm"].std(axis=0), 1, rtol=1e-6)
    np.testing.assert_array_equal(trace.outputs["tanh"], network.forward(images).outputs["tanh"])
    again = measure_usual(form.network, images)
    np.testing.assert_allclose(again["h1"].influence, form.network.usual["h1"].influence, rtol=1e-5)


def test_maps_that_are_read_in_groups_have_a_form(rng: np.random.Generator) -> None:
    layers: dict[str, Layer] = {
        "maps": Unflatten((5, 5, 1)),
        "conv1": Conv2d(1, 4, kernel=3, rng=rng),
        "relu1": ReLU(),
        "conv2": Conv2d(4, 6, kernel=3, groups=2, rng=rng),
        "relu2": ReLU(),
        "flatten": Flatten(),
        "dense": Dense(150, 2, rng=rng),
    }
    network = Network(layers, input_shape=(25,), class_names="ab", dtype=np.float64)
    images = rng.random((50, 25))
    network.usual = measure_usual(network, images)
    form = canonical(network)
    np.testing.assert_allclose(form.network.logits(images), network.logits(images))
    again = measure_usual(form.network, images)["h2"].deviation.reshape(9, 4)
    np.testing.assert_allclose(np.sqrt((again**2).mean(axis=0)), 1, rtol=1e-5)


def test_without_what_is_usual_there_is_no_form(tiny: Network) -> None:
    with pytest.raises(SettingsError, match="measure it with note_usual"):
        canonical(tiny)


def test_a_network_without_hidden_units_is_its_own_form(rng: np.random.Generator) -> None:
    network = ns.build_mlp((), rng=rng, n_inputs=4, n_classes=3)
    form = canonical(network)
    assert (form.factors, form.dead, form.kept) == ({}, {}, {})
    np.testing.assert_array_equal(form.network.parameters.flat, network.parameters.flat)
