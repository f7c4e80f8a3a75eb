"""Every sum behind a unit is exact, and what a drawing leaves out is counted honestly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuroscribble.errors import SettingsError, ShapeError
from neuroscribble.explain.attribution import (
    contributions,
    effective_linear_map,
    incoming_ranks,
    n_drawn_edges,
    receptive_fields,
    signal_share,
)
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp

CLASSIC = (784, 128, 64, 10)


def test_contributions_and_bias_add_up_to_the_pre_activations(
    tiny: Network, rng: np.random.Generator
) -> None:
    trace = tiny.forward(rng.normal(size=(1, 9)))
    sources = list(trace.activations.values())[:-1]
    for layer, source, z in zip(
        tiny.dense_layers(), sources, trace.pre_activations.values(), strict=True
    ):
        parts = contributions(source[0], layer.params["W"])
        assert parts.shape == layer.params["W"].shape
        np.testing.assert_allclose(parts.sum(axis=0) + layer.params["b"], z[0], rtol=1e-12)


def test_contributions_of_a_whole_batch_are_refused(tiny: Network) -> None:
    with pytest.raises(ShapeError, match=r"activation must have shape \(9,\); got \(1, 9\)"):
        contributions(np.zeros((1, 9)), tiny.dense_layers()[0].params["W"])


def test_of_equal_strengths_the_lower_index_ranks_first() -> None:
    weights = np.array([[1.0, 0.0], [-2.0, 0.0], [2.0, 0.0], [-1.0, 0.0]])
    # |w| in column 0: 1, 2, 2, 1: first the 2 at index 1, then index 2, then the 1s at 0 and 3
    assert incoming_ranks(weights).T.tolist() == [[2, 0, 1, 3], [0, 1, 2, 3]]
    # and among many, where a sort that is not stable would show
    many = np.random.default_rng(1).integers(-2, 3, (300, 1)).astype(np.float32)
    order = sorted(range(300), key=lambda i: (-abs(many[i, 0]), i))
    assert incoming_ranks(many)[order, 0].tolist() == list(range(300))


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 12), st.integers(1, 5)),
        elements=st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0]),
    )
)
def test_ranks_are_a_permutation_in_which_strength_never_grows(weights: np.ndarray) -> None:
    ranks = incoming_ranks(weights)
    for column, strengths in zip(ranks.T, np.abs(weights).T, strict=True):
        assert sorted(column) == list(range(len(weights)))
        assert (np.diff(strengths[np.argsort(column)]) <= 0).all()


@pytest.mark.parametrize(
    ("top_k", "n_edges"),
    [(3, 606), (5, 1_010), (10, 2_020), (20, 4_040), (784, 109_184), (10**6, 109_184)],
)
def test_edges_of_the_classic_network(top_k: int, n_edges: int) -> None:
    # k up to 64 edges into each of 128 + 64 + 10 = 202 units;
    # all of them: 784·128 + 128·64 + 64·10 = 109,184
    assert n_drawn_edges(CLASSIC, top_k) == n_edges


def test_the_share_of_the_signal_by_hand() -> None:
    activation = np.array([1.0, 2.0, 0.0])
    weights = np.array([[1.0, -1.0], [3.0, 0.0], [9.0, 9.0]])
    drawn = np.array([[False, True], [True, False], [True, True]])
    # |contributions|: (1, 1), (6, 0), (0, 0) in all 8; drawn: 1 + 6 = 7
    assert signal_share(activation, weights, drawn) == 7 / 8
    assert signal_share(activation, weights, ~drawn) == 1 / 8


def test_nothing_is_left_out_of_a_blank_picture() -> None:
    assert signal_share(np.zeros(3), np.ones((3, 2)), np.zeros((3, 2), bool)) == 1


@pytest.mark.parametrize("hidden", [(), (7,), (6, 5, 4)], ids=str)
def test_for_one_picture_the_network_is_one_linear_map(
    hidden: tuple[int, ...], rng: np.random.Generator
) -> None:
    network = build_mlp(hidden, rng=rng, n_inputs=9, n_classes=3, dtype=np.float64)
    network.parameters.flat += rng.normal(0, 0.1, network.parameters.flat.size)
    for image in rng.normal(size=(10, 9)):
        linear = effective_linear_map(network, image)
        trace = network.forward(image[None])
        np.testing.assert_allclose(image @ linear.templates + linear.bias, trace.logits[0])
        on = [int((z > 0).sum()) for z in list(trace.pre_activations.values())[:-1]]
        assert linear.n_active == tuple(on)
    kept = linear.templates.copy()
    network.parameters.flat[...] = 0  # the network learns on; the map stays
    assert np.array_equal(linear.templates, kept)


def test_the_templates_of_the_shipped_network_sum_to_its_logits() -> None:
    network = load_network(Path(__file__).parents[2] / "weights.npz")
    image = np.random.default_rng(1).random(784).astype(np.float32)
    linear = effective_linear_map(network, image)
    trace = network.forward(image[None])
    read = trace.images[0]  # by the first layer: the even picture
    np.testing.assert_allclose(
        read @ linear.templates + linear.bias, trace.logits[0], rtol=1e-4, atol=1e-4
    )


def test_a_receptive_field_is_a_column_of_the_first_weights_row_by_row() -> None:
    weights = np.arange(18.0).reshape(9, 2)
    network = Network(
        {"dense1": Dense.from_arrays(weights, np.zeros(2))}, input_shape=(9,), class_names="ab"
    )
    fields = receptive_fields(network)
    assert fields.shape == (2, 3, 3)
    assert fields[1].tolist() == [[1, 3, 5], [7, 9, 11], [13, 15, 17]]


def test_inputs_that_form_no_square_have_no_picture(rng: np.random.Generator) -> None:
    with pytest.raises(SettingsError, match="8 inputs are no square picture"):
        receptive_fields(build_mlp((), rng=rng, n_inputs=8))
