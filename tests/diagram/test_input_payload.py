"""What a network reads, as the page is told: sides of a picture, or names, ranges and rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neuroscribble.errors import SettingsError
from neuroscribble.inputs import InputSpec
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.pooling import Flatten, Unflatten
from viz.diagram.diagram import diagram_of
from viz.diagram.inputs import check_inputs, described_input
from viz.diagram.payload import page_payload


def network_reading(n_inputs: int, rng: np.random.Generator, **meta: Any) -> Network:
    network = build_mlp((6,), rng=rng, n_inputs=n_inputs, n_classes=3)
    network.meta |= meta
    return network


def test_features_have_the_names_and_ranges_of_the_file(rng: np.random.Generator) -> None:
    spec = InputSpec(shape=(2,), features=("width", "height"))
    told = {"input": spec.as_meta(), "ranges": [[0, 2], [-1, 8]]}
    assert described_input(network_reading(2, rng, **told)) == {
        "kind": "features",
        "names": ["width", "height"],
        "low": [0.0, -1.0],
        "high": [2.0, 8.0],
        "rows": [],
    }


@pytest.mark.parametrize("ranges", [None, [[0, 1]], [[1, 0], [0, 1]], [["a", 1], [0, 1]]])
def test_ranges_that_make_no_sense_are_those_of_standardized_features(
    ranges: Any, rng: np.random.Generator
) -> None:
    described = described_input(network_reading(2, rng, ranges=ranges))
    assert (described["low"], described["high"]) == ([-3.0, -3.0], [3.0, 3.0])
    assert described["names"] == ["x1", "x2"]


def test_example_rows_are_kept_where_they_fit(rng: np.random.Generator) -> None:
    rows = [{"label": "a", "values": [1, 2]}, {"values": [1]}, 3, {"values": [1, float("nan")]}]
    described = described_input(network_reading(2, rng, rows=rows))
    assert described["rows"] == [{"label": "a", "values": [1, 2]}]


def test_samples_are_told_in_float32_and_by_the_numbers_of_their_classes(
    rng: np.random.Generator,
) -> None:
    told = {"values": [[1, 2], [3, 4.5]], "labels": ["2", "0"]}
    samples = described_input(network_reading(2, rng, samples=told))["samples"]
    assert samples["labels"] == [2, 0]
    assert samples["values"].tolist() == [1, 2, 3, 4.5]


@pytest.mark.parametrize(
    "samples",
    [
        *(None, 5, [], {}, {"values": [], "labels": []}, {"values": [[1, 2]], "labels": []}),
        {"values": [[1, 2, 3]], "labels": ["0"]},
        {"values": [[1, "x"]], "labels": ["0"]},
        {"values": [[1, float("inf")]], "labels": ["0"]},
        {"values": [[1, 2]], "labels": ["4"]},
        {"values": [[1, 2]] * 10_001, "labels": ["0"] * 10_001},
    ],
)
def test_samples_that_make_no_sense_are_left_out(samples: Any, rng: np.random.Generator) -> None:
    assert "samples" not in described_input(network_reading(2, rng, samples=samples))


def test_a_picture_of_another_size_has_a_box_in_proportion(rng: np.random.Generator) -> None:
    network = network_reading(256, rng)
    assert described_input(network) == {"kind": "picture", "side": 16, "channels": 1, "box": 11}
    inputs, labels = check_inputs(network)
    assert inputs.shape == (50, 256)
    assert inputs.dtype == np.uint8
    assert len(set(labels.tolist())) > 5
    inked = (inputs[0].reshape(16, 16) > 0).nonzero()
    assert max(np.ptp(axis) + 1 for axis in inked) == 11


def test_a_colored_picture_is_checked_with_gray(rng: np.random.Generator) -> None:
    layers = {"pixels": Unflatten((12, 12, 3)), "flat": Flatten(), "dense": Dense(432, 3, rng=rng)}
    network = Network(layers, input_shape=(432,), class_names="abc")
    assert described_input(network)["channels"] == 3
    colors = check_inputs(network)[0].reshape(50, 144, 3)
    assert (colors == colors[:, :, :1]).all()


def test_pictures_that_are_no_squares_have_a_slider_for_each_pixel(
    rng: np.random.Generator,
) -> None:
    network = network_reading(60, rng, input=InputSpec(shape=(6, 10)).as_meta())
    assert len(described_input(network)["names"]) == 60


def test_more_features_than_sliders_are_refused_in_one_sentence(rng: np.random.Generator) -> None:
    network = network_reading(300, rng)
    with pytest.raises(SettingsError, match="at most 256 features; this one has 300 inputs"):
        described_input(network)


def test_the_payload_holds_what_numpy_says_of_random_features(rng: np.random.Generator) -> None:
    network = network_reading(4, rng)
    payload = page_payload(network, diagram_of(network), top_k=8, title="", weights_name="")
    cases = payload["cases"]
    values = cases["values"].reshape(50, 4)
    stored = cases["preActivations"][1]["values"]
    exact = network.in_double_precision().logits(values)
    np.testing.assert_allclose(stored.reshape(50, 3), exact, rtol=1e-6, atol=1e-6)
    assert len(payload["examples"]) == 10  # for networks that are dropped on the page
    assert payload["columns"][0]["ids"] == ["input:0", "input:1", "input:2", "input:3"]
