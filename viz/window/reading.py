"""What the network makes of a drawing: the image it sees, its activations, its answer.

How far to trust the answer is told where the network's file tells it: a temperature for
calibrated probabilities, and the novelty score from which on ink is unlike any digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from neuroscribble.calibration import calibrate, stored_temperature
from neuroscribble.errors import SettingsError
from neuroscribble.ink import InkStages, ink_stages
from neuroscribble.links import link_inputs
from neuroscribble.network import Network
from neuroscribble.novelty import left_over, novelty_threshold
from neuroscribble.shapes import IMAGE_SIZE, N_PIXELS, Floats


@dataclass(frozen=True, eq=False)
class Reading:
    """One drawing through the network. A blank one has no answer, and every number is 0."""

    image: Floats  # (28, 28), ink in [0, 1]
    hidden: Mapping[str, Floats]  # "h1", "h2", … → activations (units,), of maps their means
    probabilities: Floats | None  # (K,), or None for a blank drawing
    sums: Mapping[str, Floats] = field(default_factory=dict)  # "h1", …, "output" → z, of maps means
    stages: InkStages | None = None  # what led to the image
    calibrated: Floats | None = None  # probabilities (K,) at the network's temperature, if told
    is_unlike: bool = False  # any digit that was learned, as far as the file tells
    is_outdated: bool = False  # lessons came after what the file tells of trust
    maps: Mapping[str, Floats] = field(default_factory=dict)  # "h1", … → (rows, columns, units)
    inputs: Mapping[str, Floats] = field(default_factory=dict)  # "h1", … → what its weights read

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
        values = self.hidden[key]
        if not is_sorted:
            return np.arange(len(values))
        return np.argsort(-values, kind="stable")


def read(network: Network, ink: NDArray[np.float32], *, is_taught: bool = False) -> Reading:
    """Read ink (H, W) in [0, 1]: make it an MNIST-like image and pass it through the network.

    is_taught: lessons have changed the network, so what its file tells of trust no longer holds.
    Raises SettingsError when the network does not read 28×28 pixels.
    """
    if np.prod(network.input_shape) != N_PIXELS:
        raise SettingsError(
            f"the window draws {IMAGE_SIZE}×{IMAGE_SIZE} = {N_PIXELS} pixels; this network reads "
            f"inputs of shape {network.input_shape}."
        )
    stages = ink_stages(ink)
    image = stages.centered
    trace = network.forward(image.reshape(1, *network.input_shape))
    keys = [stage.key for stage in trace.stages]
    values = {key: trace.activations[key][0] for key in keys[:-1]}
    read_by = [x[0] for x in link_inputs(network, trace)]
    if not image.any():
        values = {key: np.zeros_like(activation) for key, activation in values.items()}
        read_by = [np.zeros_like(x) for x in read_by]
    hidden = {key: _means(activation) for key, activation in values.items()}
    maps = {key: activation for key, activation in values.items() if activation.ndim > 1}
    inputs = dict(zip(keys, read_by, strict=True))
    if image.any():
        return Reading(
            image,
            hidden,
            trace.probabilities[0],
            {key: _means(z[0]) for key, z in trace.pre_activations.items()},
            stages,
            *_trust(network, trace.logits, is_taught=is_taught),
            maps=maps,
            inputs=inputs,
        )
    return Reading(image, hidden, None, maps=maps, inputs=inputs)


def _means(values: Floats) -> Floats:
    """(units,) as it is; (rows, columns, units) → the mean of each map."""
    if values.ndim == 1:
        return values
    means: Floats = values.mean(axis=(0, 1), dtype=np.float64).astype(values.dtype)
    return means


def _trust(
    network: Network, logits: Floats, *, is_taught: bool
) -> tuple[Floats | None, bool, bool]:
    """For logits (1, K): `calibrated`, `is_unlike` and `is_outdated` of a reading."""
    temperature, threshold = stored_temperature(network), novelty_threshold(network)
    if is_taught:
        return None, False, temperature is not None
    calibrated = calibrate(logits, temperature or 1.0)
    is_unlike = threshold is not None and bool(left_over(calibrated)[0] > threshold)
    return (None if temperature is None else calibrated[0]), is_unlike, False
