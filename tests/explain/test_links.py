"""Columns and links: for every network, what is drawn into a unit adds up to what it is."""

from __future__ import annotations

import numpy as np
import pytest
from foreign_networks import BUILDS, foreign
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import SettingsError
from neuroscribble.explain.attribution import effective_linear_map
from neuroscribble.explain.links import Pool, columns, link_inputs, links
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.conv import Conv2d
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.normalization import BatchNorm1d, BatchNorm2d
from neuroscribble.nn.pooling import Flatten, MaxPool2d, Unflatten
from neuroscribble.nn.windows import Window


def unsettled(network: Network, rng: np.random.Generator) -> Network:
    """The network with biases and statistics that are not at their start values."""
    for name, array in {**network.named_params(), **network.named_statistics()}.items():
        if name.endswith((".gamma", ".variance")):
            array[...] = rng.uniform(0.3, 2.0, array.shape)
        elif not name.endswith(".W"):
            array[...] = rng.normal(0, 0.3, array.shape)
    return network


def small_cnn(rng: np.random.Generator, *, kernel: int, padding: int, stride: int) -> Network:
    shape: tuple[int, ...] = (9, 9, 1)
    layers: dict[str, Layer] = {
        "pixels": Unflatten(shape),
        "conv1": Conv2d(1, 3, kernel=kernel, padding=padding, stride=stride, rng=rng),
        "bn1": BatchNorm2d(3),
        "relu1": ReLU(),
        "conv2": Conv2d(3, 4, rng=rng),
        "relu2": ReLU(),
        "pool2": MaxPool2d(2),
        "flatten": Flatten(),
    }
    for layer in layers.values():
        shape = layer.output_shape(shape) if shape != (9, 9, 1) or layer.params else shape
    layers |= {"dense1": Dense(shape[0], 6, rng=rng), "relu3": ReLU()}
    layers |= {"dense2": Dense(6, 4, rng=rng)}
    return Network(layers, input_shape=(81,), class_names="abcd", dtype=np.float64)


@settings(max_examples=25)
@given(kernel=st.integers(1, 4), stride=st.integers(1, 2), seed=st.integers(0, 999))
def test_contributions_and_bias_add_up_to_every_mean_pre_activation(
    kernel: int, stride: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    padding = int(rng.integers(0, kernel))
    network = unsettled(small_cnn(rng, kernel=kernel, padding=padding, stride=stride), rng)
    trace = network.forward(rng.random((1, 81)))
    read = link_inputs(network, trace)
    for link, stage, x in zip(links(network), network.stages, read, strict=True):
        z = trace.pre_activations[stage.key][0]
        total = link.contributions(x[0]).sum(axis=0) + link.bias
        np.testing.assert_allclose(total, z.reshape(-1, z.shape[-1]).mean(axis=0), atol=1e-10)
        assert link.map_shape == (z.shape[:2] if z.ndim == 3 else (1, 1))


def test_the_columns_of_the_usual_networks() -> None:
    rng = np.random.default_rng(1)
    assert [tuple(column) for column in columns(build_cnn(((4,), (6, 6)), (8,), rng=rng))] == [
        ("input", 1, (28, 28)),
        ("h1", 4, (28, 28)),
        ("h2", 6, (14, 14)),
        ("h3", 6, (14, 14)),
        ("h4", 8, (1, 1)),
        ("output", 10, (1, 1)),
    ]
    sizes = [(column.n_units, column.map_shape) for column in columns(build_mlp(rng=rng))]
    assert sizes == [(784, (1, 1)), (128, (1, 1)), (64, (1, 1)), (10, (1, 1))]


def test_an_edge_between_single_units_is_the_weight_itself() -> None:
    network = build_mlp((5,), rng=np.random.default_rng(1), n_inputs=6, n_classes=3)
    for link, layer in zip(links(network), network.dense_layers(), strict=True):
        assert np.array_equal(link.edges, layer.params["W"])


def test_an_edge_between_maps_is_the_norm_of_its_kernel_with_the_sign_of_its_sum() -> None:
    kernel = np.zeros((3, 3, 1, 2))
    kernel[..., 0, 0] = [[0, 0, 0], [0, -4, 0], [0, 3, 0]]  # sum −1, norm 5
    kernel[..., 0, 1] = [[1, 1, 1], [1, 0, 1], [1, 1, 1]]  # sum 8, norm √8
    norm = BatchNorm2d(2)
    norm.params["gamma"][...] = [2, -1]  # standard deviations are 1, so the norms become 10 and √8
    layers = {"pixels": Unflatten((4, 4, 1)), "conv": Conv2d.from_arrays(kernel, np.zeros(2))}
    rest = {"relu": ReLU(), "flat": Flatten(), "dense": Dense(32, 2, rng=np.random.default_rng(1))}
    network = Network({**layers, "bn": norm, **rest}, input_shape=(16,), class_names="ab")
    np.testing.assert_allclose(links(network)[0].edges, [[-10, -np.sqrt(8)]], rtol=1e-4)


@pytest.mark.parametrize("order", ["CPRFD", "CRPPFD", "DR", "CRRFD", "CRBBFD", "CFRD", "PCFD"])
def test_networks_without_a_place_for_a_layer_are_refused(order: str) -> None:
    rng = np.random.default_rng(1)
    layers: dict[str, Layer] = {"pixels": Unflatten((8, 8, 1))} if "C" in order else {}
    shape: tuple[int, ...] = (8, 8, 1) if layers else (64,)
    for number, kind in enumerate(order):
        makers = {
            "C": lambda s: Conv2d(1, 2, rng=rng),
            "B": lambda s: BatchNorm2d(2),
            "P": lambda s: MaxPool2d(2),
            "R": lambda s: ReLU(),
            "F": lambda s: Flatten(),
            "D": lambda s: Dense(s[-1], 3, rng=rng),
        }
        if kind == "D" and len(shape) > 1:
            layers["flatten"] = Flatten()
            shape = (int(np.prod(shape)),)
        layer: Layer = makers[kind](shape)
        layers[f"{kind}{number}"] = layer
        shape = layer.output_shape(shape)
    network = Network(layers, input_shape=(64,), class_names="abc")
    with pytest.raises(SettingsError, match="has no place in a picture"):
        links(network)


@pytest.mark.parametrize("name", BUILDS)
def test_in_every_foreign_network_contributions_add_up_to_what_it_computes(
    name: str, rng: np.random.Generator
) -> None:
    network = foreign(name, dtype=np.float64)
    trace = network.forward(rng.random((1, 784)))
    read = link_inputs(network, trace)
    for link, stage, x in zip(links(network), network.stages, read, strict=True):
        z = trace.pre_activations[stage.key][0]
        total = link.contributions(x[0]).sum(axis=0) + link.bias
        np.testing.assert_allclose(total, z.reshape(-1, z.shape[-1]).mean(axis=0), atol=1e-10)
        assert link.map_shape == (z.shape[:2] if z.ndim == 3 else (1, 1))
        assert link.weights.shape == (link.n_rows // link.fan_in, link.fan_in, z.shape[-1])
        assert (link.edges[~link.is_edge] == 0).all()
        assert link.n_edges == link.is_edge.sum()
        passed_on = trace.activations[stage.key]
        if stage.key != "output":
            assert passed_on.shape[1:] == z.shape
            assert link.may_be_negative >= (passed_on.min() < 0)


def test_what_becomes_of_the_sums_of_a_link() -> None:
    chain = links(foreign("maps"))
    assert [type(link.activation).__name__ for link in chain] == [
        *("Tanh", "LeakyReLU", "ELU", "Linear", "GELU", "Linear")
    ]
    assert [link.groups for link in chain] == [1, 2, 6, 1, 1, 1]
    assert [link.may_be_negative for link in chain] == [True] * 6
    norms = [(bool(link.before), bool(link.norm), bool(link.after)) for link in chain]
    assert norms[:2] == [(True, False, True), (False, True, False)]
    pools = [link.pool for link in chain]
    assert pools[:2] == [
        Pool("mean", Window.of((3, 2), 2, 1), counts_padding=True),
        Pool("max", Window.of(3, 2, 1)),
    ]
    assert pools[3] == Pool("mean", Window.of((5, 8), 1, 0))  # of whole maps
    assert [link.may_be_negative for link in links(foreign("normalized ReLU"))[:3]] == [True] * 3
    assert not links(build_mlp(rng=np.random.default_rng(1)))[0].may_be_negative


def test_a_normalization_of_flattened_maps_has_no_place(rng: np.random.Generator) -> None:
    layers: dict[str, Layer] = {
        "pixels": Unflatten((3, 3, 1)),
        "conv1": Conv2d(1, 2, rng=rng),
        "relu1": ReLU(),
        "flatten": Flatten(),
        "bn1": BatchNorm1d(18),
        "dense1": Dense(18, 3, rng=rng),
    }
    with pytest.raises(SettingsError, match="layer bn1 has no place in a picture"):
        links(Network(layers, input_shape=(9,), class_names="abc"))


def test_a_network_that_ends_in_a_convolution_is_refused() -> None:
    rng = np.random.default_rng(1)
    layers: dict[str, Layer] = {
        "pixels": Unflatten((3, 3, 1)),
        "conv1": Conv2d(1, 3, padding=0, rng=rng),
        "flatten": Flatten(),
    }
    with pytest.raises(SettingsError, match="the last layer has no place in a picture"):
        links(Network(layers, input_shape=(9,), class_names="abc"))


def test_for_one_drawing_a_network_of_maps_is_one_linear_map(rng: np.random.Generator) -> None:
    network = unsettled(small_cnn(rng, kernel=3, padding=1, stride=1), rng)
    image = rng.random(81)
    linear = effective_linear_map(network, image)
    logits = network.forward(image[None]).logits[0]
    np.testing.assert_allclose(image @ linear.templates + linear.bias, logits)
    near = image + 1e-9 * rng.normal(size=81)  # it switches nothing, so the same map holds for it
    moved = network.forward(near[None]).logits[0]
    np.testing.assert_allclose(near @ linear.templates + linear.bias, moved, atol=1e-13)
