"""The whole graph as a file: every edge, read back by NetworkX with the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import networkx as nx
import numpy as np
import pytest

from neuroscribble.errors import SettingsError
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network
from neuroscribble.nn.usual import Usual
from viz.diagram import graph_files
from viz.diagram.graph_files import KINDS, graph_bytes

READERS: dict[str, Callable[[Any], Any]] = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}


def three_edges() -> Network:
    """Four features, two units, two classes: 0.5 and −2 into unit 1, 3 from it to class "<b>"."""
    first, second = np.zeros((4, 2), np.float32), np.zeros((2, 2), np.float32)
    first[0, 1], first[3, 1], second[1, 1] = 0.5, -2, 3
    layers = {
        "dense1": Dense.from_arrays(first, np.array([0.0, 0.25])),
        "dense2": Dense.from_arrays(second, np.zeros(2)),
    }
    return Network(layers, input_shape=(4,), class_names=("a", "<b>"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_edge_and_its_numbers(kind: str) -> None:
    network = three_edges()
    graph = READERS[kind](BytesIO(graph_bytes(network, kind)))
    assert set(graph.nodes) == {
        *("input:0", "input:1", "input:2", "input:3"),
        *("h1:0", "h1:1", "output:0", "output:1"),
    }
    assert {(a, b): told["weight"] for a, b, told in graph.edges(data=True)} == {
        ("input:0", "h1:1"): 0.5,
        ("input:3", "h1:1"): -2,
        ("h1:1", "output:1"): 3,
    }
    assert graph.edges["input:3", "h1:1"]["strength"] == 2  # what is usual is not known
    assert graph.nodes["h1:1"]["bias"] == 0.25
    assert graph.nodes["output:1"]["label"] == "<b>"
    assert graph.nodes["input:2"].items() >= {"layer": "input", "index": 2}.items()
    assert graph.nodes["input:0"]["y"] > graph.nodes["input:1"]["y"]  # y is upwards


def test_strength_is_the_usual_swing_where_it_is_known() -> None:
    """|−2| times a standard deviation of 0.3."""
    network = three_edges()
    usual = Usual(mean=np.zeros(4), deviation=np.array([0.1, 0.1, 0.1, 0.3]), influence=np.ones(2))
    last = Usual(mean=np.zeros(2), deviation=np.ones(2), influence=np.ones(2))
    network.usual = {"h1": usual, "output": last}
    graph = nx.read_graphml(BytesIO(graph_bytes(network, "graphml")))
    assert graph.edges["input:3", "h1:1"]["strength"] == pytest.approx(0.6)


def test_gephi_gets_places_and_sizes_and_every_time_the_same_bytes() -> None:
    content = graph_bytes(three_edges(), "gexf")
    assert content == graph_bytes(three_edges(), "gexf")
    assert content.count(b"<viz:position ") == content.count(b"<viz:size ") == 8
    assert b"lastmodifieddate" not in content


def test_between_maps_an_edge_is_a_kernel() -> None:
    network = build_cnn(((2,), (3,)), (4,), rng=np.random.default_rng(1), n_inputs=16)
    graph = nx.read_graphml(BytesIO(graph_bytes(network, "graphml")))
    kernel = network.layers["conv1"].params["W"]
    (pixel, *_) = [id_ for id_ in graph if id_.startswith("input")]
    weights = [told["weight"] for _, _, told in graph.out_edges(pixel, data=True)]
    norms = np.sqrt((kernel.reshape(-1, kernel.shape[-1]) ** 2).sum(axis=0))
    assert np.abs(weights) == pytest.approx(norms, rel=1e-4)


def test_too_many_edges_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_files, "MOST_EDGES", 2)
    with pytest.raises(SettingsError, match="at most 2 edges; this network has 3"):
        graph_bytes(three_edges(), "graphml")
