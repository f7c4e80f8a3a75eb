"""The sum behind one unit: every contribution, the bias, and what comes of them.

A contribution is activation × weight, the drawing's part times the network's. All of them and
the bias ARE the unit's pre-activation; what a panel cannot list it adds up under "others".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroscribble.nn.network import Network, Stage
from neuroscribble.shapes import IMAGE_SIZE, N_PIXELS, Floats
from neuroscribble.teaching.lessons import MovedWeight

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
    inputs: Floats  # (fan_in,) what the weights work on
    names: Sequence[str]  # (fan_in,) of the inputs

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
            Term(self.names[i], float(self.inputs[i]), float(self.weights[i]))
            for i in order
            if self.contributions[i] != 0
        ]

    def others(self, n: int) -> tuple[int, float]:
        """How many contributions are not among the n strongest, and what they add up to."""
        shown = self.strongest(n)
        left = int(np.count_nonzero(self.contributions)) - len(shown)
        total = float(self.contributions.sum(dtype=np.float64))
        return left, total - sum(term.value for term in shown)


def unit_sum(network: Network, reading: Reading, key: str, unit: int) -> Sum:
    """The sum behind unit `unit` of the column `key`: "h1", …, "output"."""
    number = [stage.key for stage in network.stages].index(key)
    inputs = reading.inputs[key].ravel().astype(np.float64)
    params = network.layers[network.stages[number].weights].params
    weights = params["W"][:, unit].astype(np.float64)
    return Sum(
        key,
        unit,
        weights,
        inputs * weights,
        bias=float(params["b"][unit]),
        total=float(reading.sums[key][unit]) if reading.sums else 0.0,
        source=network.stages[number - 1].key if number else "input",
        inputs=inputs,
        names=input_names(network, number),
    )


def input_names(network: Network, number: int) -> list[str]:
    """What each row of a stage's weights works on, as in W.reshape(-1, units).

    "pixel 14, 3" (row, column), "h1:37", or a place of a map, "h2:5 at 3, 0": for a dense layer
    a place of the map as it arrives there, for a convolution one of its window.
    """
    stage = network.stages[number]
    source = network.stages[number - 1] if number else None
    grid = network.layers[stage.weights].params["W"].shape[:-1]
    if len(grid) == 1 and source is not None and len(source.shape) == 3:
        grid = _arriving(network, source, stage)
    if source is None and grid == (N_PIXELS,):
        grid = (IMAGE_SIZE, IMAGE_SIZE, 1)
    units = range(grid[-1])
    if source is None:
        names = ["pixel" for _ in units]
    else:
        names = [f"{source.key}:{unit}" for unit in units]
    if len(grid) == 1:
        return names
    word = " " if source is None else " at "
    return [f"{name}{word}{r}, {c}" for r, c in np.ndindex(*grid[:2]) for name in names]


def moved_words(network: Network, moved: MovedWeight) -> str:
    """One weight that a lesson moved: from where to where, and by how much."""
    stage, is_last = network.stages[moved.layer], moved.layer == len(network.stages) - 1
    source = input_names(network, moved.layer)[moved.source]
    target = f"digit {moved.target}" if is_last else f"{stage.key}:{moved.target}"
    change = moved.after - moved.before
    sign = "+" if change > 0 else "−"
    return f"{source} to {target}  {sign}{abs(change):.1g}"


def _arriving(network: Network, source: Stage, stage: Stage) -> tuple[int, ...]:
    """The shape (H, W, units) in which the maps of `source` arrive at the weights of `stage`."""
    names = list(network.layers)
    between = names[names.index(source.post) : names.index(stage.weights)]
    shapes = [network.output_shapes[name] for name in between]
    return next(shape for shape in reversed(shapes) if len(shape) == 3)
