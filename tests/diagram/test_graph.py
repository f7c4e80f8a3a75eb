"""The graph holds every unit and exactly the strongest edges into each."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuroscribble.errors import SettingsError
from neuroscribble.explain.attribution import n_drawn_edges
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp
from viz.diagram.diagram import diagram_of
from viz.diagram.graph import build_graph
from viz.diagram.names import layer_keys, node_ids


def test_the_classic_graph_has_986_units_and_the_edges_that_were_asked_for() -> None:
    network = build_mlp(rng=np.random.default_rng(1))
    graph = build_graph(diagram_of(network), top_k=8)
    assert graph.number_of_nodes() == 784 + 128 + 64 + 10 == 986
    assert graph.number_of_edges() == 8 * (128 + 64 + 10)
    counts = nx.get_node_attributes(graph, "layer").values()
    assert [list(counts).count(key) for key in ("input", "h1", "h2", "output")] == [
        784,
        128,
        64,
        10,
    ]
    assert build_graph(diagram_of(network), top_k=784).number_of_edges() == 109_184


def test_units_have_their_names_in_order() -> None:
    assert layer_keys(2) == ["input", "output"]
    assert layer_keys(4) == ["input", "h1", "h2", "output"]
    inputs, hidden, outputs = node_ids((784, 2, 3))
    assert [inputs[0], inputs[27], inputs[28], inputs[783]] == [
        "input:0,0",
        "input:0,27",
        "input:1,0",
        "input:27,27",
    ]
    assert hidden == ["h1:0", "h1:1"]
    assert outputs == ["output:0", "output:1", "output:2"]
    assert node_ids((3, 1))[0] == ["input:0", "input:1", "input:2"]  # no square: no pixels


def edges(network: Network, *, top_k: int) -> set[tuple[str, str, float]]:
    return set(build_graph(diagram_of(network), top_k=top_k).edges.data("weight"))


def test_the_strongest_edges_by_hand() -> None:
    weights = np.array([[1.0, 0.0], [-3.0, 0.0], [3.0, 0.5]], np.float32)
    network = Network(
        {"dense1": Dense.from_arrays(weights, np.zeros(2))}, input_shape=(3,), class_names="ab"
    )
    # into output:0 two of strength 3: the lower index; into output:1 the 0.5
    assert edges(network, top_k=1) == {
        ("input:1", "output:0", -3.0),
        ("input:2", "output:1", 0.5),
    }
    # then the other 3; weights of 0 join nothing
    assert edges(network, top_k=2) == {
        ("input:1", "output:0", -3.0),
        ("input:2", "output:0", 3.0),
        ("input:2", "output:1", 0.5),
    }


@settings(max_examples=30)
@given(
    sizes=st.lists(st.integers(1, 12), min_size=2, max_size=5),
    top_k=st.integers(1, 15),
    seed=st.integers(0, 99),
)
def test_edges_lead_from_layer_to_layer_and_none_left_out_is_stronger(
    sizes: list[int], top_k: int, seed: int
) -> None:
    network = build_mlp(
        sizes[1:-1], rng=np.random.default_rng(seed), n_inputs=sizes[0], n_classes=sizes[-1]
    )
    diagram = diagram_of(network)
    graph = build_graph(diagram, top_k=top_k)
    assert graph.number_of_edges() == n_drawn_edges(sizes, top_k)
    ids = diagram.ids
    for layer, sources, targets in zip(network.dense_layers(), ids, ids[1:], strict=False):
        for column, target in zip(layer.params["W"].T, targets, strict=True):
            drawn = {source: graph.edges[source, target]["weight"] for source in graph.pred[target]}
            assert len(drawn) == min(top_k, len(sources))
            others = [
                abs(float(w))
                for source, w in zip(sources, column, strict=True)
                if source not in drawn
            ]
            assert max(others, default=0.0) <= min(map(abs, drawn.values()))
            assert all(float(column[sources.index(s)]) == w for s, w in drawn.items())


def test_every_attribute_is_plain_and_can_be_written_as_json() -> None:
    network = build_mlp((3,), rng=np.random.default_rng(1), n_inputs=4, n_classes=2)
    text = json.dumps(nx.node_link_data(build_graph(diagram_of(network), top_k=2), edges="edges"))
    assert json.loads(text)["nodes"][4] == {"layer": "h1", "index": 0, "id": "h1:0"}


@pytest.mark.parametrize("top_k", [0, -1])
def test_a_top_k_below_one_is_refused(top_k: int) -> None:
    network = build_mlp((), rng=np.random.default_rng(1), n_inputs=4)
    with pytest.raises(SettingsError, match=f"top_k must be at least 1; got {top_k}"):
        build_graph(diagram_of(network), top_k=top_k)
