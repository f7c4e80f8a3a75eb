"""Everything the page needs to compute by itself: plain values and arrays.

Arrays are float32, for weights and for NumPy's results, or bytes, for ink (each stands for
byte / 255, a number that both languages round the same).
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroscribble.data.pen import pen_strokes
from neuroscribble.errors import SettingsError
from neuroscribble.explain.drawings import ladder
from neuroscribble.explain.links import Link
from neuroscribble.nn.kinds import KINDS, kind_of
from neuroscribble.nn.network import Network
from neuroscribble.nn.original import Original
from neuroscribble.nn.usual import Usual
from neuroscribble.nn.windows import Window
from neuroscribble.shapes import N_CLASSES, Floats
from neuroscribble.training.calibration import stored_temperature
from neuroscribble.training.novelty import novelty_threshold

from .diagram import Diagram
from .facts import stored_confusion, stored_drawings, stored_test, usual_words
from .inputs import check_inputs, described_input
from .layout import SINGLE
from .theme import THEMES

NORM_PARAMS = {  # what a normalization learned, among the parameters of its layer
    "before": ("beforeGamma", "beforeBeta"),
    "norm": ("gamma", "beta"),
    "after": ("afterGamma", "afterBeta"),
}
FEWEST_CASES = 10
AFFORDABLE = 200_000_000  # multiplications of the self-check: a fifth of a second
MOST_STORED = 512  # numbers of one layer and digit; of larger layers some are stored
MOST_WEIGHTS = 12_000_000  # of a page: 22 MB, see `rounding`
EXAMPLES_SEED = 5
PAD_SIZE = 280  # pixels a side of the page's pad, as in pad.js
EXAMPLE_SHARE = 0.62  # of the pad's side that an example drawing takes


def page_payload(
    network: Network,
    diagram: Diagram,
    *,
    top_k: int,
    title: str,
    weights_name: str,
    original: Original | None = None,
) -> dict[str, Any]:
    """Plain values and arrays: the network, its layout, self-check cases and facts."""
    reads = described_input(network)
    if network.parameters.flat.size > MOST_WEIGHTS:
        raise SettingsError(
            f"a page holds at most {MOST_WEIGHTS:,} weights; this network has "
            f"{network.parameters.flat.size:,}."
        )
    inputs, labels = _cases(network)
    is_ink = inputs.dtype == np.uint8
    read = inputs / np.float32(255) if is_ink else inputs
    exact = network.in_double_precision()  # float32 sums differ from machine to machine
    trace = exact.forward(read)
    return {
        "title": title,
        "weightsName": weights_name,
        "input": reads,
        "classNames": list(network.class_names),
        "topK": top_k,
        "ladder": ladder(network),
        "choice": diagram.ranking.choose,
        "spread": diagram.ranking.spread,
        "columns": [
            {
                "key": column.key,
                "ids": ids,
                "size": block.size,
                "positions": floats(block.positions),
                **({"map": column.map_shape} if column.map_shape != SINGLE else {}),
            }
            for column, ids, block in zip(diagram.columns, diagram.ids, diagram.blocks, strict=True)
        ],
        "layers": [_layer(link, diagram.usual.get(link.key)) for link in diagram.links],
        "output": network.output.name,
        "cases": {
            **({"ink": inputs.tobytes()} if is_ink else {"values": floats(inputs)}),
            "labels": labels.tolist(),
            "by": "NeuroScribble's own reading" if "read_from" in network.meta else "NumPy",
            **({} if original is None else _said_by(original, read)),
            "preActivations": [_sample(z) for z in trace.pre_activations.values()],
        },
        "examples": example_drawings(),  # also for features: a network that is dropped may read ink
        "facts": {
            "drawings": stored_drawings(network),
            "test": stored_test(network),
            "confusion": stored_confusion(network),
            "usualOf": usual_words(network),
            "temperature": stored_temperature(network),
            "noveltyThreshold": novelty_threshold(network),
        },
        "themes": {name: asdict(theme) for name, theme in THEMES.items()},
    }


def _cases(network: Network) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Inputs for the self-check: fewer of a network so large that the first picture would wait."""
    inputs, labels = check_inputs(network)
    n = max(FEWEST_CASES, AFFORDABLE // network.multiplications)
    return inputs[:n], labels[:n]


def _said_by(original: Original, read: Floats) -> dict[str, Any]:
    """The probabilities of the program that the network comes from, and its name."""
    return {"by": original.by, "probabilities": floats(original.probabilities(read))}


def _layer(link: Link, usual: Usual | None) -> dict[str, Any]:
    """A link as plain values: parameters as they are in the file, and how its windows move."""
    params = {name: floats(array) for name, array in link.params.items()}
    described: dict[str, Any] = {"kind": "dense" if link.window is None else "conv"}
    if link.window is not None:
        described |= _moving(link.window, link.source_shape) | {"groups": link.groups}
    elif link.source_shape != SINGLE:
        described |= {"rows": link.source_shape[0], "columns": link.source_shape[1]}
    for name, norm in (("before", link.before), ("norm", link.norm), ("after", link.after)):
        if norm is None:
            continue
        described[name] = {
            "mean": floats(norm.mean),
            "variance": floats(norm.variance),
            "epsilon": norm.epsilon,
        }
        names = NORM_PARAMS[name]
        params |= {names[0]: floats(norm.gamma), names[1]: floats(norm.beta)}
    described["activation"] = _activation(link)
    if link.pool is not None:
        described["pool"] = {
            "kind": link.pool.kind,
            "countsPadding": link.pool.counts_padding,
            **_moving(link.pool.window, link.map_shape),
        }
    if usual is not None:
        described["usual"] = {
            part.name: floats(getattr(usual, part.name)) for part in fields(usual)
        }
    return {**described, "params": params}


def _activation(link: Link) -> dict[str, Any]:
    """The function with its settings, and what a picture wants to know of what it passes on."""
    kind = kind_of(link.activation)
    return {
        "kind": kind,
        "word": KINDS[kind].word,
        "settings": {name: getattr(link.activation, name) for name in KINDS[kind].options},
        "mayBeNegative": link.may_be_negative,
        "isPiecewiseLinear": link.activation.is_piecewise_linear,
    }


def _moving(window: Window, shape: tuple[int, int]) -> dict[str, Any]:
    return {"rows": shape[0], "columns": shape[1], **window._asdict()}


def _sample(z: NDArray[Any]) -> dict[str, Any]:
    """Pre-activations (N, …) of one layer; of a large one every n-th, n odd.

    The first one differs from digit to digit, so that all maps and places have their turn.
    """
    flat = z.reshape(len(z), -1)
    step = flat.shape[1] // MOST_STORED | 1
    n_stored = flat.shape[1] // step
    values = np.stack([row[case % step :: step][:n_stored] for case, row in enumerate(flat)])
    return {"step": step, "values": floats(values)}


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


def floats(array: NDArray[Any]) -> NDArray[np.float32]:
    """A copy of an array as little-endian float32, row by row."""
    return np.array(array, dtype="<f4", order="C").reshape(-1)
