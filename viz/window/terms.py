"""The sum behind one unit: every contribution, the bias, and what comes of them.

A contribution is activation × weight, the drawing's part times the network's. All of them and
the bias ARE the unit's pre-activation; what a panel cannot list it adds up under "others".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuroscribble.network import Network
from neuroscribble.shapes import IMAGE_SIZE, N_PIXELS, Floats

from .reading import Reading


@dataclass(frozen=True)
class Term:
    """One contribution: from which unit or pixel, activation × weight."""

    name: str  # "h1:37", or "pixel 14, 3" (row, column)
    activation: float
    weight: float

    @property
    def value(self) -> float:
        return self.activation * self.weight


@dataclass(frozen=True, eq=False)
class Sum:
    """Everything that goes into one unit."""

    key: str  # "h1", "h2", …, "output"
    unit: int
    weights: Floats  # (fan_in,)
    contributions: Floats  # (fan_in,)
    bias: float
    total: float  # the network's own pre-activation; 0 when nothing was drawn
    source: str  # the layer before: "input", "h1", …
    inputs: Floats  # (fan_in,) activations of the layer before

    @property
    def activation(self) -> float:
        """What the unit passes on, if it has a ReLU."""
        return max(self.total, 0.0)

    @property
    def reads_pixels(self) -> bool:
        """Whether its weights are a picture of 28×28."""
        return self.source == "input" and len(self.weights) == N_PIXELS

    def strongest(self, n: int) -> list[Term]:
        """The n largest contributions by size, of equal ones the first, and none of zero."""
        order = np.argsort(-np.abs(self.contributions), kind="stable")[:n]
        return [
            Term(self._name(int(i)), float(self.inputs[i]), float(self.weights[i]))
            for i in order
            if self.contributions[i] != 0
        ]

    def others(self, n: int) -> tuple[int, float]:
        """How many contributions are not among the n strongest, and what they add up to."""
        shown = self.strongest(n)
        left = int(np.count_nonzero(self.contributions)) - len(shown)
        total = float(self.contributions.sum(dtype=np.float64))
        return left, total - sum(term.value for term in shown)

    def _name(self, index: int) -> str:
        if self.source != "input":
            return f"{self.source}:{index}"
        return f"pixel {index // IMAGE_SIZE}, {index % IMAGE_SIZE}"


def unit_sum(network: Network, reading: Reading, key: str, unit: int) -> Sum:
    """The sum behind unit `unit` of the column `key`: "h1", …, "output"."""
    keys = [stage.key for stage in network.stages]
    number = keys.index(key)
    source = keys[number - 1] if number else "input"
    inputs = (reading.hidden[source] if number else reading.image.ravel()).astype(np.float64)
    params = network.layers[network.stages[number].pre].params
    weights = params["W"][:, unit].astype(np.float64)
    total = float(reading.sums[key][unit]) if reading.sums else 0.0
    return Sum(
        key, unit, weights, inputs * weights, float(params["b"][unit]), total, source, inputs
    )
