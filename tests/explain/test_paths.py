"""Paths from pixels to an answer add up to its logit, and the strongest of all are found."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from paths_golden import GOLDEN, golden_network
from small_cnn import convolutional

import neuroscribble as ns
from neuroscribble.errors import SettingsError
from neuroscribble.explain.paths import silent_inputs, strongest_paths
from neuroscribble.nn.activations import Linear, Tanh
from neuroscribble.nn.layers import Dense, Layer
from neuroscribble.nn.network import Network


def through(case: dict[str, Any]) -> tuple[int, int, int] | None:
    return None if case["through"] is None else tuple(case["through"])


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_the_golden_paths_are_found_and_add_up(case: dict[str, Any]) -> None:
    image, network = np.array(GOLDEN["input"]), golden_network()
    found = strongest_paths(
        network, image, case["output"], through=through(case), most=case["most"]
    )
    assert [list(path.units) for path in found.strongest] == [
        path["units"] for path in case["strongest"]
    ]
    values = [path.value for path in found.strongest]
    np.testing.assert_allclose(values, [path["value"] for path in case["strongest"]], rtol=1e-12)
    assert found.count == case["count"]
    for name in ("total", "strength", "bias"):
        assert getattr(found, name) == pytest.approx(case[name], rel=1e-12)
    if case["through"] is None:
        logit = network.logits(image[None])[0, case["output"]]
        assert found.total + found.bias == pytest.approx(logit, rel=1e-12)
    if case["most"] > case["count"] > 0:
        assert found.share == pytest.approx(1)
        assert math.fsum(values) == pytest.approx(found.total)


@pytest.mark.parametrize("name", ["weights.npz", "sparse.npz"])
def test_all_paths_and_the_biases_are_the_logits_of_a_shipped_network(name: str) -> None:
    network = ns.load_network(name)
    images, _ = ns.pen_digits(3, rng=np.random.default_rng(2))
    exact = network.in_double_precision().logits(images)
    for image, logits in zip(images, exact, strict=True):
        for k in range(10):
            paths = strongest_paths(network, image, k)
            assert paths.total + paths.bias == pytest.approx(logits[k], abs=1e-11)
            assert 0 < paths.share < 1
    np.testing.assert_allclose(network.logits(images), exact, atol=1e-4)  # as it is used


def test_the_edges_of_a_layer_share_all_paths_between_them() -> None:
    network, image = golden_network(), np.array(GOLDEN["input"])
    whole = strongest_paths(network, image, 0, most=1)
    for layer, dense in enumerate(network.dense_layers()):
        parts = [
            strongest_paths(network, image, 0, through=(layer, int(i), int(j)), most=1)
            for i, j in np.argwhere(dense.params["W"])
        ]
        assert sum(part.count for part in parts) == whole.count
        assert math.fsum(part.total for part in parts) == pytest.approx(whole.total)
        firsts = [path for part in parts for path in part.strongest]
        assert max(firsts, key=lambda path: abs(path.value)) == whole.strongest[0]


def test_the_search_finds_what_trying_all_paths_finds(rng: np.random.Generator) -> None:
    sizes = (6, 5, 4, 5, 3)
    layers: dict[str, Layer] = {}
    for n, (fan_in, fan_out) in enumerate(itertools.pairwise(sizes)):
        weights = rng.normal(size=(fan_in, fan_out)) * (rng.random((fan_in, fan_out)) < 0.7)
        layers[f"dense{n}"] = Dense.from_arrays(weights, np.zeros(fan_out))
        layers[f"linear{n}"] = Linear()
    network = Network(layers, input_shape=(6,), class_names="abc", dtype=np.float64)
    image = rng.normal(size=6)
    weights = [layer.params["W"] for layer in network.dense_layers()]
    values = [
        image[units[0]]
        * math.prod(W[i, j] for W, i, j in zip(weights, units, units[1:], strict=False))
        for units in itertools.product(*map(range, sizes[:-1]), [1])
    ]
    strongest = sorted(map(abs, values), reverse=True)[:20]
    found = strongest_paths(network, image, 1, most=20)
    np.testing.assert_allclose([abs(path.value) for path in found.strongest], strongest)
    assert found.share == pytest.approx(sum(strongest) / sum(map(abs, values)))


def test_inputs_that_no_edge_leaves_are_told() -> None:
    layer = Dense.from_arrays(np.array([[1.0, 0], [0, 0], [0, -2]]), np.zeros(2))
    network = Network({"dense": layer}, input_shape=(3,), class_names="ab", dtype=np.float64)
    assert silent_inputs(network).tolist() == [1]


def test_networks_and_edges_without_paths_are_refused(rng: np.random.Generator) -> None:
    cnn, image = convolutional(rng), np.zeros(784, np.float32)
    with pytest.raises(SettingsError, match="Paths are for dense networks"):
        strongest_paths(cnn, image, 0)
    layers = {"one": Dense(3, 2, rng=rng), "tanh": Tanh(), "two": Dense(2, 2, rng=rng)}
    with pytest.raises(SettingsError, match="pass on a multiple of their sum"):
        strongest_paths(Network(layers, input_shape=(3,), class_names="ab"), np.zeros(3), 0)
    network = golden_network()
    for edge in [(3, 0, 0), (-1, 0, 0), (0, 5, 0), (0, 0, 4), (1, -1, 0)]:
        with pytest.raises(SettingsError, match="there is no edge"):
            strongest_paths(network, np.zeros(5), 0, through=edge)
    with pytest.raises(SettingsError, match="outputs 0 to 1; got 2"):
        strongest_paths(network, np.zeros(5), 2)
