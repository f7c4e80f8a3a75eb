"""The page makes the same diagram of a network as Python: columns, places, names, functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from foreign_networks import foreign
from javascript import RunJs, payload_of

import neuroscribble as ns
from neuroscribble.explain.drawings import LADDER
from neuroscribble.explain.links import Column, columns
from neuroscribble.nn.kinds import KINDS, Role
from neuroscribble.nn.network import build_mlp
from viz.diagram.layout import funnel_layout
from viz.diagram.names import node_ids


def sizes_of(shown: list[Column]) -> tuple[list[int], list[tuple[int, int]]]:
    return [column.n_units for column in shown], [column.map_shape for column in shown]


@pytest.mark.parametrize(
    ("sizes", "is_picture"),
    [
        ([784, 128, 64, 10], True),
        ([784, 10], True),
        ([64, 32, 10], True),
        ([64, 32, 10], False),
        ([2, 4, 1], False),
        ([768, *[9] * 11, 4], True),
        ([784, 4096, 1, 300, 2], True),
    ],
)
def test_units_stand_where_python_puts_them(sizes: list[int], is_picture: bool, js: RunJs) -> None:
    found = js(
        "layout.funnelLayout(given.sizes, undefined, given.is)", sizes=sizes, **{"is": is_picture}
    )
    expected = funnel_layout(sizes, is_picture=is_picture)
    assert [one["size"] for one in found] == pytest.approx([block.size for block in expected])
    for one, block in zip(found, expected, strict=True):
        np.testing.assert_allclose(one["positions"], block.positions.ravel(), atol=1e-3)
    names = js("layout.nodeIds(given.sizes, given.is)", sizes=sizes, **{"is": is_picture})
    assert names == node_ids(sizes, is_picture=is_picture)


@pytest.mark.parametrize("name", ["maps", "normalized ReLU"])
def test_maps_stand_where_python_puts_them(name: str, js: RunJs) -> None:
    sizes, maps = sizes_of(columns(foreign(name)))
    found = js("layout.funnelLayout(given.sizes, given.maps)", sizes=sizes, maps=maps)
    for one, block in zip(found, funnel_layout(sizes, map_shapes=maps), strict=True):
        assert one["size"] == pytest.approx(block.size)
        np.testing.assert_allclose(one["positions"], block.positions.ravel(), atol=1e-3)


def test_functions_are_those_of_python(js: RunJs) -> None:
    assert js("diagram.LADDER") == [*LADDER]
    kinds = {name: kind for name, kind in KINDS.items() if kind.role is Role.ACTIVATION}
    told: dict[str, list[dict[str, Any]]] = {
        "leakyrelu": [{"slope": 0.2}, {"slope": 0.0}],
        "elu": [{"alpha": 0.0}],
        "clip": [{"low": -1.0, "high": 1.0}],
        "gelu": [{"form": "tanh"}],
    }
    assert set(
        js("Object.fromEntries(Object.keys(kinds.FUNCTIONS).map((one) => [one, 1]))")
    ) == set(kinds)
    for name, kind in kinds.items():
        for settings in ({}, *told.get(name, [])):
            layer: Any = kind.make({**kind.options, **settings}, {})
            assert js("kinds.functionOf(given.name, given.told)", name=name, told=settings) == {
                "kind": name,
                "word": kind.word,
                "settings": {**kind.options, **settings},
                "mayBeNegative": layer.may_be_negative,
                "isPiecewiseLinear": layer.is_piecewise_linear,
            }


def test_the_payload_of_dense_layers_is_pythons(js: RunJs, rng: np.random.Generator) -> None:
    """But for what only Python knows: the stored results, and what training measured."""
    network = build_mlp((12, 7), rng=rng)
    theirs = payload_of(network)
    made = js(
        """
        const links = given.layers.map(({ W, b }, n) =>
          diagram.denseLink(W, b, kinds.functionOf(n < 2 ? "relu" : "linear")));
        const { title, weightsName, input, classNames } = given.theirs;
        const told = { title, weightsName, input, classNames, links };
        const made = diagram.payloadOf(told, given.theirs);
        const read = payload.readNetwork(made);
        const { probabilities } = network.forward(read.layers, new Float32Array(784).fill(0.5));
        return { ...made, probabilities, cases: payload.readCases(made) };
        """,
        layers=[layer.params for layer in network.dense_layers()],
        theirs=theirs,
    )
    expected = network.probabilities(np.full((1, 784), 0.5, np.float32))[0]
    np.testing.assert_allclose(made["probabilities"], expected, atol=1e-6)
    assert made["cases"] == []
    for key in ("ladder", "examples", "input", "classNames", "output", "choice", "spread"):
        assert made[key] == theirs[key], key
    assert made["facts"] == theirs["facts"]
    ids = [(column["key"], column["ids"]) for column in made["columns"]]
    assert ids == [(column["key"], column["ids"]) for column in theirs["columns"]]
    for mine, layer in zip(made["layers"], theirs["layers"], strict=True):
        assert mine["activation"] == layer["activation"]


def test_what_is_usual_chooses_the_edges_where_it_is_known(js: RunJs) -> None:
    network = ns.load_network("xor")
    made = js(
        """
        const links = given.layers.map(({ W, b }) => ({ ...diagram.denseLink(W, b), usual: {} }));
        return diagram.payloadOf({ input: { kind: "features" }, classNames: [], links }, {});
        """,
        layers=[layer.params for layer in network.dense_layers()],
    )
    assert (made["choice"], made["spread"]) == ("usual", "network")
