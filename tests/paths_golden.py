"""A small network with paths that were found by trying all of them: what both twins must find."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from neuroscribble.nn.activations import LeakyReLU, Linear
from neuroscribble.nn.layers import Dense, Layer, ReLU
from neuroscribble.nn.network import Network

GOLDEN = json.loads(Path(__file__).with_name("golden_paths.json").read_text(encoding="utf-8"))
FUNCTIONS = {"relu": ReLU, "leakyrelu": LeakyReLU, "linear": Linear}


def golden_network() -> Network:
    layers: dict[str, Layer] = {}
    for n, one in enumerate(GOLDEN["layers"]):
        layers[f"dense{n}"] = Dense.from_arrays(np.array(one["W"]), np.array(one["b"]))
        if n < len(GOLDEN["layers"]) - 1:
            layers[f"function{n}"] = FUNCTIONS[one["kind"]]()
    return Network(layers, input_shape=(5,), class_names="ab", dtype=np.float64)
