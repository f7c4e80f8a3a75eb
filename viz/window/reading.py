"""What the network makes of a drawing: the image it sees, its activations, its answer.

How far to trust the answer is told where the network's file tells it: a temperature for
calibrated probabilities, and the novelty score from which on ink is unlike any digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neuroscribble.errors import SettingsError
from neuroscribble.explain.links import links
from neuroscribble.ink.normalize import FITTED_SIZE, InkStages, ink_stages
from neuroscribble.nn.kinds import word_of
from neuroscribble.nn.layers import ReLU
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of
from neuroscribble.shapes import Floats
from neuroscribble.training.calibration import calibrated, stored_temperature
from neuroscribble.training.novelty import left_over, novelty_threshold


class Fate(NamedTuple):
    """What becomes of the sums of a column."""

    word: str  # "ReLU", "tanh, normalized"
    may_be_negative: bool  # what the units pass on
    silences: bool  # a sum below 0 leaves nothing


RELU = Fate("ReLU", may_be_negative=False, silences=True)


@dataclass(frozen=True, eq=False)
class Reading:
    """One drawing through the network. A blank one has no answer, and every number is 0."""

    image: Floats  # (side, side), ink in [0, 1]; MNIST's side is 28
    hidden: Mapping[str, Floats]  # "h1", "h2", … → activations (units,), maps (H, W, units)
    probabilities: Floats | None  # (K,), or None for a blank drawing
    sums: Mapping[str, Floats] = field(default_factory=dict)  # "h1", …, "output" → pre-activations
    inputs: Mapping[str, Floats] = field(default_factory=dict)  # … → what their weights work on
    stages: InkStages | None = None  # what led to the image
    calibrated: Floats | None = None  # probabilities (K,) at the network's temperature, if told
    is_unlike: bool = False  # any digit that was learned, as far as the file tells
    is_outdated: bool = False  # lessons came after what the file tells of trust
    fates: Mapping[str, Fate] = field(default_factory=dict)  # of hidden columns without a ReLU
    box: int = FITTED_SIZE  # pixels of the longer side of a digit in the image
    channels: int = 1  # that the network reads, all alike
    upright: Floats | None = None  # (side, side), for a network that sets the image upright …
    is_even: bool = False  # … and centers and spreads it

    @property
    def pixels(self) -> Floats:
        """The image as a network is given it, (side · side · channels,)."""
        return self.image.ravel().repeat(self.channels)

    @property
    def seen(self) -> Floats:
        """What its first layer reads, (side, side): the image as the network sets it."""
        return self.image if self.upright is None else self.upright

    @property
    def is_signed(self) -> bool:
        """Whether activations are drawn with a sign: those of all columns on one kind of scale."""
        return any(fate.may_be_negative for fate in self.fates.values())

    def fate(self, key: str) -> Fate:
        """What becomes of the sums of a hidden column."""
        return self.fates.get(key, RELU)

    @property
    def is_blank(self) -> bool:
        """Whether there was nothing to read."""
        return self.probabilities is None

    @property
    def ranking(self) -> list[int]:
        """Classes from likely to unlikely, of equal ones the lower first; [] when blank."""
        if self.probabilities is None:
            return []
        return [int(k) for k in np.argsort(-self.probabilities, kind="stable")]

    def order(self, key: str, *, is_sorted: bool) -> NDArray[np.intp]:
        """The units of a hidden layer as they are shown: in place, or the most active first."""
        strengths = self.strengths(key)
        if not is_sorted:
            return np.arange(len(strengths))
        return np.argsort(-strengths, kind="stable")

    def strengths(self, key: str) -> Floats:
        """How active the units of a hidden layer are, (units,): for a map, its mean."""
        values = self.hidden[key]
        means: Floats = values.reshape(-1, values.shape[-1]).mean(axis=0)
        return means

    def shows_maps(self, key: str) -> bool:
        """Whether the units of a column are feature maps, and not single numbers."""
        return key in self.hidden and self.hidden[key].ndim == 3


def read(network: Network, ink: NDArray[np.float32], *, is_taught: bool = False) -> Reading:
    """Read ink (H, W) in [0, 1]: make it an image of the network's size and pass it through.

    is_taught: lessons have changed the network, so what its file tells of trust no longer holds.
    Raises SettingsError when the network does not read square pictures, or has no picture.
    """
    spec = input_of(network)
    if not spec.is_square:
        raise SettingsError(
            "the window draws square pictures; this network reads "
            f"{'×'.join(map(str, spec.shape))} numbers, for which the page that `neuroscribble "
            "network` writes has a slider each."
        )
    stages = ink_stages(ink, side=spec.shape[0], box=spec.fitted)
    image = stages.centered
    trace = network.forward(image.reshape(1, -1).repeat(spec.channels, axis=1))
    kind: dict[str, Any] = {"fates": _fates(network), "box": spec.fitted, "channels": spec.channels}
    if spec.upright:
        kind["upright"] = trace.images[0, :: spec.channels].reshape(image.shape)
        kind["is_even"] = spec.even
    names = ["", *trace.outputs]
    before = dict(zip(trace.outputs, names, strict=False))  # a layer → the one before it
    inputs = {s.key: trace.outputs.get(before[s.weights], trace.images)[0] for s in trace.stages}
    hidden = {s.key: trace.outputs[s.post][0] for s in trace.stages[:-1]}
    if image.any():
        return Reading(
            image,
            hidden,
            trace.probabilities[0],
            {key: z[0] for key, z in trace.pre_activations.items()},
            inputs,
            stages,
            *_trust(network, trace.logits, is_taught=is_taught),
            **kind,
        )
    nothing = {key: np.zeros_like(values) for key, values in hidden.items()}
    return Reading(
        image,
        nothing,
        None,
        inputs={key: np.zeros_like(values) for key, values in inputs.items()},
        **kind,
    )


def _fates(network: Network) -> dict[str, Fate]:
    """What becomes of the sums of every hidden column that has more or other than a ReLU."""
    return {
        link.key: Fate(
            word_of(link.activation) + (", normalized" if link.after else ""),
            link.may_be_negative,
            silences=False,
        )
        for link in links(network)[:-1]
        if link.after or not isinstance(link.activation, ReLU)
    }


def _trust(
    network: Network, logits: Floats, *, is_taught: bool
) -> tuple[Floats | None, bool, bool]:
    """For logits (1, K): `calibrated`, `is_unlike` and `is_outdated` of a reading."""
    temperature, threshold = stored_temperature(network), novelty_threshold(network)
    if is_taught:
        return None, False, temperature is not None
    trusted = calibrated(network, logits)
    is_unlike = threshold is not None and bool(left_over(trusted)[0] > threshold)
    return (None if temperature is None else trusted[0]), is_unlike, False
