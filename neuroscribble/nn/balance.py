"""Keep the numbers inside a network small, without changing a single answer.

A ReLU passes positive factors through: halve everything that flows into a hidden layer, double
all weights that lead out of it, and the logits are the same. (So does a leaky ReLU; what flows into
another function stays as it is.) Training does not care how large
hidden numbers get; whoever compares float32 with another arithmetic to 1e-5 does, for a number
near 300 is rounded to 3e-5. So hidden layers are scaled by powers of two, which floating point
multiplies exactly: the logits do not change by one bit.
"""

from __future__ import annotations

import math

import numpy as np

from ..shapes import Floats
from .layers import Activation
from .network import Network, Stage

LIMIT = 16.0  # the largest pre-activation of a hidden layer afterwards


def balance(network: Network, images: Floats, *, limit: float = LIMIT) -> list[int]:
    """Scale hidden layers in place until no pre-activation over `images` exceeds `limit`.

    Returns for each hidden layer how many times it was halved. Layers between a ReLU and the next
    weights may only pick or drop numbers, not add to them.
    """
    halvings = []
    peaks = _peaks(network, images)  # scaling one layer changes none behind it: one pass is enough
    for stage in network.stages[:-1]:
        peak = peaks[stage.key] if _passes_factors(network, stage) else 0
        halvings.append(max(0, math.ceil(math.log2(peak / limit))) if peak > 0 else 0)
    halve(network, halvings)
    return halvings


def halve(network: Network, halvings: list[int]) -> None:
    """Halve each hidden layer so many times, in place, and double the weights out of it."""
    for n, stage, following_stage in zip(
        halvings, network.stages, network.stages[1:], strict=False
    ):
        for array in network.layers[stage.pre].params.values():
            np.ldexp(array, -n, out=array)
        following = network.layers[following_stage.weights].params["W"]
        np.ldexp(following, n, out=following)


def _passes_factors(network: Network, stage: Stage) -> bool:
    """Whether a factor of the sums comes out of what the units pass on."""
    if stage.activation is None:
        return stage.pre == stage.post
    layer = network.layers[stage.activation]
    is_last = stage.post == stage.activation
    return is_last and isinstance(layer, Activation) and layer.passes_factors


def _peaks(network: Network, images: Floats) -> dict[str, float]:
    """The largest pre-activation of every stage over all images."""
    peaks = dict.fromkeys((stage.key for stage in network.stages), 0.0)
    for start in range(0, len(images), network.chunk):
        trace = network.forward(images[start : start + network.chunk])
        for key, z in trace.pre_activations.items():
            peaks[key] = max(peaks[key], float(np.abs(z).max()))
    return peaks
