"""Hidden units are sorted by the class that they help most, the same for every rescaled copy."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.explain.canonical import canonical
from neuroscribble.explain.links import links
from neuroscribble.explain.sorting import Sorting, sort_units
from neuroscribble.explain.usual import measure_usual
from neuroscribble.nn.activations import LeakyReLU
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.usual import Usual
from neuroscribble.shapes import Floats


def dense_network(*matrices: Floats) -> Network:
    layers: dict[str, Layer] = {}
    for n, W in enumerate(matrices):
        layers[f"dense{n}"] = Dense.from_arrays(W, np.zeros(W.shape[1]))
        layers[f"relu{n}"] = ReLU()
    layers.pop(f"relu{len(matrices) - 1}")
    n_inputs, n_outputs = len(matrices[0]), matrices[-1].shape[1]
    return Network(
        layers, input_shape=(n_inputs,), class_names="abcdef"[:n_outputs], dtype=np.float64
    )


def sorted_units(network: Network) -> dict[str, Sorting]:
    return sort_units(links(network), network.usual)


def test_by_class_then_from_the_strongest_down_then_by_index() -> None:
    #          unit:  0  1  2  3  4  5     the mean over classes taken off:
    to_a = np.array([9, 0, 1, 0, 9, 3.0])  # 0, 0, 0.5, −1, 0, 1.5
    to_b = np.array([9, 0, 0, 2, 9, 0.0])  # 0, 0, −0.5, 1, 0, −1.5
    found = sorted_units(dense_network(np.ones((2, 6)), np.stack([to_a, to_b], axis=1)))
    assert [*found] == ["h1"]
    # To class a: 5 by 1.5, 2 by 0.5, then 0, 1 and 4, whose help is nothing; to b: 3.
    assert found["h1"].order.tolist() == [5, 2, 0, 1, 4, 3]
    assert found["h1"].helped.tolist() == [0, 0, 0, 0, 0, 1]


def test_ways_through_units_that_are_seldom_open_count_less() -> None:
    # The only unit of h1 leads to class a by 1 · 2, to class b by 3 · 2.
    W1, W2, W3 = np.ones((1, 1)), np.array([[1.0, 3.0]]), np.array([[2.0, 0], [0, 2.0]])
    network = dense_network(W1, W2, W3)
    assert sorted_units(network)["h1"].helped.tolist() == [1]
    # Open in 1/2 and in 1/10 of the images: mean² / (mean² + deviation²) with deviations 1 and 3.
    one = Usual(np.ones(1), np.ones(1), np.ones(1))
    network.usual = {
        "h1": one,
        "h2": one,
        "output": Usual(np.ones(2), np.array([1.0, 3.0]), np.ones(2)),
    }
    found = sorted_units(network)
    assert [*found] == ["h1", "h2"]
    assert found["h1"].helped.tolist() == [0]  # 1/2 · 2 against 1/10 · 6
    network.layers["relu1"] = LeakyReLU()  # is never shut
    assert sorted_units(network)["h1"].helped.tolist() == [1]


def test_a_single_output_has_two_classes() -> None:
    found = sorted_units(dense_network(np.ones((1, 3)), np.array([[2.0], [-1.0], [-4.0]])))
    assert found["h1"].helped.tolist() == [0, 0, 1]
    assert found["h1"].order.tolist() == [2, 1, 0]


@pytest.mark.parametrize("which", ["dense", "convolutional"])
def test_the_canonical_form_helps_the_same_classes(
    which: str, tiny: Network, rng: np.random.Generator
) -> None:
    network = tiny if which == "dense" else build_cnn(((3,), (5,)), (6,), rng=rng)
    images = rng.random((80, *network.input_shape))
    network.usual = measure_usual(network, images)
    before, after = sorted_units(network), sorted_units(canonical(network).network)
    for key, sorting in before.items():
        assert sorted(sorting.order) == list(range(len(sorting.order)))
        by_unit = [dict(zip(one.order, one.helped, strict=True)) for one in (sorting, after[key])]
        assert by_unit[0] == by_unit[1]
