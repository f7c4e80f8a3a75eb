"""Everything the page needs to compute by itself, as compact JSON.

Arrays travel as base64 of little-endian numbers: float32 for weights and for NumPy's results,
bytes for ink (each stands for byte / 255, a number that both languages round the same).
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroscribble.calibration import stored_temperature
from neuroscribble.data.pen import pen_digits, pen_strokes
from neuroscribble.errors import SettingsError
from neuroscribble.network import Network
from neuroscribble.novelty import novelty_threshold
from neuroscribble.shapes import N_CLASSES, N_PIXELS

from .graph import layer_keys, node_ids
from .layout import Block
from .theme import THEMES

N_CASES = 50  # digits whose results in NumPy are stored for the page's self-check
CASES_SEED = 28
EXAMPLES_SEED = 5
PAD_SIZE = 280  # pixels a side of the page's pad, as in pad.js
EXAMPLE_SHARE = 0.62  # of the pad's side that an example drawing takes


def page_payload(
    network: Network, blocks: list[Block], *, top_k: int, title: str, weights_name: str
) -> dict[str, Any]:
    """Plain values for `json.dumps`: the network, its layout, self-check cases and facts."""
    sizes = network.layer_sizes
    if sizes[0] != N_PIXELS:
        raise SettingsError(
            f"a page shows networks that read 28×28 pictures ({N_PIXELS} inputs); this one has "
            f"{sizes[0]} inputs."
        )
    keys = layer_keys(len(sizes))
    images, labels = check_digits()
    exact = network.in_double_precision()  # float32 sums differ from machine to machine
    trace = exact.forward(images.astype(np.float32) / np.float32(255))
    return {
        "title": title,
        "weightsName": weights_name,
        "classNames": list(network.class_names),
        "topK": top_k,
        "columns": [
            {"key": key, "ids": ids, "size": block.size, "positions": floats(block.positions)}
            for key, ids, block in zip(keys, node_ids(sizes), blocks, strict=True)
        ],
        "layers": [
            {"W": floats(layer.params["W"]), "b": floats(layer.params["b"])}
            for layer in network.dense_layers()
        ],
        "cases": {
            "ink": base64.b64encode(images.tobytes()).decode("ascii"),
            "labels": labels.tolist(),
            "preActivations": [floats(z) for z in trace.pre_activations.values()],
        },
        "examples": example_drawings(),
        "facts": {
            "drawings": _drawings(network),
            "temperature": stored_temperature(network),
            "noveltyThreshold": novelty_threshold(network),
        },
        "themes": {name: asdict(theme) for name, theme in THEMES.items()},
    }


def check_digits() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pen digits (N_CASES, 784) in bytes, and their labels."""
    images, labels = pen_digits(N_CASES, rng=np.random.default_rng(CASES_SEED))
    return np.rint(images * 255).astype(np.uint8), labels


def example_drawings() -> list[dict[str, Any]]:
    """One drawing of each digit: its strokes on the page's pad, points as [x, y] in pixels."""
    rng = np.random.default_rng(EXAMPLES_SEED)
    margin = (1 - EXAMPLE_SHARE) / 2
    return [
        {
            "label": label,
            "strokes": [
                np.round((margin + EXAMPLE_SHARE * points) * PAD_SIZE, 1).tolist()
                for points in pen_strokes(label, rng=rng)
            ],
        }
        for label in range(N_CLASSES)
    ]


def _drawings(network: Network) -> dict[str, Any] | None:
    """What training measured about drawings of this network, if its file has it all."""
    facts = network.meta.get("drawings")
    if not isinstance(facts, dict):
        return None
    correct, n = facts.get("correct_if_only_drawn"), facts.get("n")
    complete = (
        isinstance(correct, list)
        and len(correct) == max(network.layer_sizes[:-1])
        and isinstance(n, int)
        and all(isinstance(c, int) and 0 <= c <= n for c in correct)
    )
    if not complete:
        return None
    return {"correct": correct, "n": n, "measuredOn": str(facts.get("measured_on"))}


def floats(array: NDArray[Any]) -> str:
    """Base64 of an array as little-endian float32, row by row."""
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode("ascii")
