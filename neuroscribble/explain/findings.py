"""What digits show of a network, measured once for a page that carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.sources import NamedDigits
from ..nn.network import Network
from ..shapes import Floats
from ..training.calibration import calibrated
from .ablation import measure_ablations


@dataclass(frozen=True, eq=False)
class Findings:
    """What a network says of N images, and how it reads them without each of its units."""

    digits: NamedDigits
    is_carried: bool  # whether a page has to carry the images; else it can write them itself
    answers: NDArray[np.intp]  # (N,): class ids
    confidences: Floats  # (N,): the probability of each answer, calibrated where the file can
    ablations: dict[str, Any]  # see measure_ablations


def find(
    network: Network,
    digits: NamedDigits,
    *,
    is_carried: bool = True,
    on_step: Callable[[int, int], None] = lambda step, of: None,
) -> Findings:
    """Measure all of it; `on_step` is told the progress over the hidden units.

    Raises SettingsError where the output is a single value, no class.
    """
    logits = network.logits(digits.digits.images)
    answers = network.output.classes(logits)
    told = calibrated(network, logits)
    ablations = measure_ablations(network, digits, on_step=on_step)
    return Findings(digits, is_carried, answers, told[np.arange(len(told)), answers], ablations)
