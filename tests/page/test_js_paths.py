"""The page finds the paths that Python finds, with the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from javascript import READ, RunJs, payload_of
from paths_golden import GOLDEN, golden_network
from small_cnn import tiny_cnn

import neuroscribble as ns
from neuroscribble.explain.paths import no_paths, strongest_paths
from neuroscribble.nn.activations import Tanh
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network

FIND = f"""
{READ}
const {{ ink, preActivations }} = network.forward(chain, given.image);
return given.asked.map(({{ output, through, most }}) => {{
  const [layer, source, target] = through ?? [];
  const edge = through && {{ layer, index: source * chain[layer].fanOut + target }};
  return paths.strongestPaths(chain, ink, preActivations, output, edge, most);
}});
"""


def test_the_golden_paths(js: RunJs) -> None:
    found = js(
        FIND, payload=payload_of(golden_network()), image=GOLDEN["input"], asked=GOLDEN["cases"]
    )
    for paths, expected in zip(found, GOLDEN["cases"], strict=True):
        assert paths["count"] == expected["count"]
        for name in ("total", "strength", "bias"):
            assert paths[name] == pytest.approx(expected[name], rel=1e-5)  # weights are float32
        assert [path["units"] for path in paths["strongest"]] == [
            path["units"] for path in expected["strongest"]
        ]


@pytest.mark.parametrize("name", ["weights.npz", "sparse.npz"])
def test_the_same_paths_of_a_shipped_network(name: str, js: RunJs) -> None:
    network = ns.load_network(name)
    image = ns.pen_digits(1, rng=np.random.default_rng(4))[0][0]
    edges = [
        None,
        (0, *np.argwhere(network.dense_layers()[0].params["W"])[900]),
        (1, 5, 9),
        (2, 4, 3),
    ]
    edges = [edge and tuple(map(int, edge)) for edge in edges]
    asked = [{"output": 3, "through": edge, "most": 12} for edge in edges]
    found = js(FIND, payload=payload_of(network), image=image, asked=asked)
    assert found[0]["count"] > 100
    for paths, edge in zip(found, edges, strict=True):
        ours = strongest_paths(network, image, 3, through=edge)
        assert paths["count"] == ours.count
        for told in ("total", "strength", "bias", "share"):
            assert paths[told] == pytest.approx(getattr(ours, told), rel=1e-4, abs=1e-5)
        assert [path["value"] for path in paths["strongest"]] == pytest.approx(
            [path.value for path in ours.strongest], rel=1e-4
        )
        assert [path["units"] for path in paths["strongest"]] == [
            list(path.units) for path in ours.strongest
        ]


def test_networks_without_paths_are_told_for_the_same_reason(
    js: RunJs, rng: np.random.Generator
) -> None:
    layers = {"one": Dense(3, 2, rng=rng), "tanh": Tanh(), "two": Dense(2, 2, rng=rng)}
    curved = Network(layers, input_shape=(3,), class_names="ab")
    words = {"maps": "dense networks", "functions": "a multiple of their sum"}
    for network in (tiny_cnn(), curved, ns.load_network("weights.npz")):
        told = js(f"{READ} return paths.noPaths(chain)", payload=payload_of(network))
        assert (told is None) == (no_paths(network) is None)
        assert told is None or words[told] in str(no_paths(network))
