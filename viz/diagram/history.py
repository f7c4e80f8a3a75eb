"""A network's education for the page: every weight of every checkpoint in twelve bits.

All checkpoints of the usual network would be 9 MB of text in float32. In twelve bits, −2047 … 2047
times the largest weight into the same unit divided by 2047, they are 3 MB, and what that costs is
measured on the inputs that the page checks itself with: by how much it moves a probability.
Everything but the weights, and all of the last checkpoint, which is the network itself, stays
float32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neuroscribble.errors import SettingsError
from neuroscribble.explain.links import Link, links
from neuroscribble.nn.checkpoints import Education
from neuroscribble.nn.network import Network
from neuroscribble.nn.usual import Usual
from neuroscribble.shapes import Floats

from .inputs import check_inputs
from .payload import NORM_PARAMS, floats

LEVELS = 2047  # of each sign
MOST_BYTES = 4_000_000  # of all weights in a page, as text: with the rest at most 6 MB


def quantized(W: Floats) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Weights (…, units) in twelve bits, and what each unit's are multiplied with, (units,)."""
    flat = W.reshape(-1, W.shape[-1]).astype(np.float32)
    scale = np.abs(flat).max(axis=0) / np.float32(LEVELS)
    scale[scale == 0] = 1  # a unit without weights
    return np.rint(flat / scale).astype(np.int16).reshape(W.shape), scale


def restored(levels: NDArray[np.int16], scale: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights that the page reads."""
    return levels.astype(np.float32) * scale


def packed(levels: NDArray[np.int16]) -> bytes:
    """Two levels, each counted from 0, in three bytes; one more 0 where they are odd in number."""
    flat = (levels.reshape(-1) + LEVELS).astype(np.uint16)
    first, second = np.append(flat, np.zeros(len(flat) % 2, np.uint16)).reshape(-1, 2).T
    three = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], axis=1)
    return three.astype(np.uint8).tobytes()


def history_payload(education: Education, network: Network) -> dict[str, Any]:
    """Plain values and arrays: how well each checkpoint read, and all but the last in full.

    Raises SettingsError when a page would get too large.
    """
    *earlier, _ = range(len(education.checkpoints))
    n_weights = sum(link.params["W"].size for link in links(network))
    size = len(earlier) * n_weights * 2  # twelve bits in base64
    if size > MOST_BYTES:
        raise SettingsError(
            f"{len(education.checkpoints)} checkpoints of {n_weights:,} weights would add "
            f"{size / 1e6:.1f} MB to the page; at most {MOST_BYTES / 1e6:.0f} are put into one."
        )
    inputs, _ = check_inputs(network)
    read = inputs / np.float32(255) if inputs.dtype == np.uint8 else inputs
    moments, edges, error = [], [], 0.0
    for index in earlier:
        past = education.network_at(index, network)
        exact = past.probabilities(read)
        usual = past.usual or network.usual  # the latter where measuring was cut short
        moments.append(moment_payload(past, usual))
        edges.append(sum(int(link.is_edge.sum()) for link in links(past)))
        for link in links(past):
            link.params["W"][...] = restored(*quantized(link.params["W"]))
        error = max(error, float(np.abs(past.probabilities(read) - exact).max()))
    checkpoints = education.checkpoints
    return {
        "steps": [one.step for one in checkpoints],
        "stepsPerEpoch": education.steps_per_epoch,
        "loss": [one.loss for one in checkpoints],
        "accuracy": [one.accuracy for one in checkpoints],
        "classAccuracy": [one.class_accuracy.tolist() for one in checkpoints],
        "measuredOn": education.measured_on,
        "error": error,
        "edges": edges,  # of each moment, before rounding
        "moments": moments,
    }


def moment_payload(network: Network, usual: Mapping[str, Usual]) -> list[dict[str, Any]]:
    """Plain values and arrays of a network as it is at a moment, a part for each of its links."""
    return [_layer(link, usual.get(link.key)) for link in links(network)]


def _layer(link: Link, usual: Usual | None) -> dict[str, Any]:
    """What changes of a link while it learns."""
    levels, scale = quantized(link.params["W"])
    params = {name: floats(array) for name, array in link.params.items() if name != "W"}
    norms = {}
    for name, norm in (("before", link.before), ("norm", link.norm), ("after", link.after)):
        if norm is not None:
            norms[name] = {"mean": floats(norm.mean), "variance": floats(norm.variance)}
            gamma, beta = NORM_PARAMS[name]
            params |= {gamma: floats(norm.gamma), beta: floats(norm.beta)}
    parts = fields(Usual) if usual else ()
    told = {part.name: floats(getattr(usual, part.name)) for part in parts} or None
    return {
        "levels": packed(levels),
        "scale": floats(scale),
        "params": params,
        "norms": norms,
        "usual": told,
    }
