"""The sum behind one unit: every contribution, the bias, and what comes of them.

A contribution is activation × weight, the drawing's part times the network's; between maps, what
one adds to the mean of the other through its kernel. All of them and the bias ARE the unit's
(mean) pre-activation; what a panel cannot list it adds up under "others".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuroscribble.links import links
from neuroscribble.network import Network
from neuroscribble.shapes import IMAGE_SIZE, N_PIXELS, Floats

from .reading import Reading


@dataclass(frozen=True)
class Term:
    """One contribution: from which unit or pixel, and how much."""

    name: str  # "h1:37", or "pixel 14, 3" (row, column), or "picture"
    activation: float  # of a map its mean
    weight: float  # the norm of all weights between the two, if there are several
    value: float


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
            Term(
                self._name(int(i)),
                float(self.inputs[i]),
                float(self.weights[i]),
                float(self.contributions[i]),
            )
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
        if not self.reads_pixels:
            return "picture"
        return f"pixel {index // IMAGE_SIZE}, {index % IMAGE_SIZE}"


def unit_sum(network: Network, reading: Reading, key: str, unit: int) -> Sum:
    """The sum behind unit `unit` of the column `key`: "h1", …, "output"."""
    keys = [stage.key for stage in network.stages]
    number = keys.index(key)
    source = keys[number - 1] if number else "input"
    link = links(network)[number]
    inputs = link.mean_input(reading.inputs[key]).mean(axis=0).astype(np.float64)
    total = float(reading.sums[key][unit]) if reading.sums else 0.0
    return Sum(
        key,
        unit,
        link.edges[:, unit].astype(np.float64),
        link.contributions(reading.inputs[key].astype(np.float64))[:, unit],
        float(link.bias[unit]),
        total,
        source,
        inputs,
    )
