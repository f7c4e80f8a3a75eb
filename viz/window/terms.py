"""The sum behind one unit: every contribution, the bias, and what comes of them.

A contribution is activation × weight, the drawing's part times the network's. All of them and
the bias ARE the unit's pre-activation; what a panel cannot list it adds up under "others".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroscribble.explain.links import links
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of
from neuroscribble.shapes import Floats
from neuroscribble.teaching.lessons import MovedWeight

from .reading import Fate, Reading

COLORS = ("red", "green", "blue")
LOGIT = Fate("", may_be_negative=True, silences=False)


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
    activation: float  # what the unit passes on; of an output the total
    fate: Fate  # how it comes about
    picture: tuple[int, int] | None = None  # side and channels, where the inputs are all pixels

    @property
    def is_silent(self) -> bool:
        """Whether nothing is passed on, because the sum is not above 0."""
        return self.fate.silences and self.total <= 0

    @property
    def reads_pixels(self) -> bool:
        """Whether its weights are a picture."""
        return self.picture is not None

    def as_picture(self, values: Floats) -> Floats:
        """Numbers of the inputs as a picture (side, side): the sum over the channels."""
        assert self.picture is not None
        side, channels = self.picture
        summed: Floats = values.reshape(side, side, channels).sum(axis=2)
        return summed

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
    link = links(network)[number]
    weights = link.weights[..., unit].ravel().astype(np.float64)
    total = float(reading.sums[key][unit]) if reading.sums else 0.0
    return Sum(
        key,
        unit,
        weights,
        inputs * weights,
        bias=float(link.bias[unit]),
        total=total,
        source=network.stages[number - 1].key if number else "input",
        inputs=inputs,
        names=input_names(network, number),
        activation=float(reading.hidden[key][unit]) if key in reading.hidden else total,
        fate=reading.fate(key) if key in reading.hidden else LOGIT,
        picture=(len(reading.image), reading.channels) if _reads_picture(network, number) else None,
    )


def _reads_picture(network: Network, number: int) -> bool:
    """Whether the stage's weights work on all pixels of a square picture."""
    spec = input_of(network)
    return number == 0 and spec.is_square and links(network)[0].fan_in == spec.n_inputs


def input_names(network: Network, number: int, *, group: int = 0) -> list[str]:
    """What each row of a stage's weights works on, as in W.reshape(-1, units).

    "pixel 14, 3" (row, column), "h1:37", or a place of a map, "h2:5 at 3, 0": for a dense layer
    a place of the map as it arrives there, for a convolution one of its window. group: of which
    the rows are, of a convolution in groups.
    """
    link = links(network)[number]
    rows, columns = link.tap_shape
    own = link.fan_in // link.groups
    units = range(group * own, (group + 1) * own)
    if number:
        names = [f"{network.stages[number - 1].key}:{unit}" for unit in units]
    elif _reads_picture(network, 0):
        spec = input_of(network)
        names, (rows, columns) = _pixel_names(spec.channels), spec.shape[:2]
    else:
        names = _pixel_names(len(units))
    if rows * columns == 1:
        return names
    word = " at " if number else " "
    return [f"{name}{word}{r}, {c}" for r, c in np.ndindex(rows, columns) for name in names]


def _pixel_names(channels: int) -> list[str]:
    """What each channel of a pixel is called."""
    return list(COLORS) if channels == len(COLORS) else ["pixel"] * channels


def moved_words(network: Network, moved: MovedWeight) -> str:
    """One weight that a lesson moved: from where to where, and by how much."""
    stage, is_last = network.stages[moved.layer], moved.layer == len(network.stages) - 1
    link = links(network)[moved.layer]
    group = moved.target // (link.bias.size // link.groups)
    source = input_names(network, moved.layer, group=group)[moved.source]
    target = f"digit {moved.target}" if is_last else f"{stage.key}:{moved.target}"
    change = moved.after - moved.before
    sign = "+" if change > 0 else "−"
    return f"{source} to {target}  {sign}{abs(change):.1g}"
