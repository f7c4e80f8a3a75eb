"""Where do two networks differ? Swap one layer at a time, and see what it does to the answer.

Between the first network and the second stand others: with the first layer of the second, with its
first two, and so on. What each step changes adds up to the whole difference, exactly: of a drawing,
and on average over data. The networks must be laid side by side (`pairing`), else a layer would
read units that mean something else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import SettingsError
from ..shapes import Floats, Labels
from .links import link_inputs
from .pairing import Pairing


@dataclass(frozen=True)
class Swap:
    """What it does, over data, to swap one layer where those before it are swapped already."""

    key: str  # of the column that the layer leads to
    ahead: float  # mean change of how far the right class's logit is ahead of the others' mean
    changed: float  # share of the answers that it changes
    accuracy: float  # of the network with this layer and those before it from the second


def swapped_logits(pairing: Pairing, images: Floats) -> Floats:
    """Logits (L + 1, N, K) of the first network, of those between, and of the second.

    Entry k has the first k layers of the second network. Raises SettingsError for networks whose
    layers cannot stand in each other's place.
    """
    if not pairing.can_swap:
        raise SettingsError("these networks' layers cannot stand in each other's place.")
    first, second = pairing.first, pairing.second
    starts = [[*first.layers].index(stage.weights) for stage in first.stages]
    step = min(first.chunk, second.chunk)
    parts = []
    for at in range(0, len(images), step):
        some = images[at : at + step]
        trace = second.forward(some)
        reads = link_inputs(second, trace)
        begun = [first.logits_from(*seam) for seam in zip(starts[1:], reads[1:], strict=True)]
        parts.append(np.stack([first.forward(some).logits, *begun, trace.logits]))
    return np.concatenate(parts, axis=1)


def measure_swaps(pairing: Pairing, images: Floats, labels: Labels) -> list[Swap]:
    """What each layer of weights does, in the order of the layers; see `Swap`."""
    logits = swapped_logits(pairing, images)
    answers = [pairing.first.output.classes(each) for each in logits]
    leads = [_ahead(each, labels) for each in logits.astype(np.float64)]
    return [
        Swap(
            key=stage.key,
            ahead=leads[k + 1] - leads[k],
            changed=float(np.mean(answers[k + 1] != answers[k])),
            accuracy=float(np.mean(answers[k + 1] == labels)),
        )
        for k, stage in enumerate(pairing.first.stages)
    ]


def _ahead(logits: Floats, labels: Labels) -> float:
    """How far the right class's logit is ahead of the mean of all others, on average.

    A single logit speaks for the second class, and against the first.
    """
    n, k = logits.shape
    if k == 1:
        return float(np.mean(np.where(labels == 1, logits[:, 0], -logits[:, 0])))
    right = logits[np.arange(n), labels]
    return float(np.mean((k * right - logits.sum(axis=1)) / (k - 1)))
