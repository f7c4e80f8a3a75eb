"""How alike two layers are in what they tell apart, whatever their units: one number from 0 to 1.

Linear centered kernel alignment (Kornblith et al. 2019, arXiv:1905.00414). With X and Y the
activations of two layers over the same examples, each unit's mean taken off,

    alignment = |Xᵀ Y|² / (|Xᵀ X| |Yᵀ Y|),   |·| the Frobenius norm.

It does not change when one layer is turned, mirrored or scaled as a whole, or its units change
places. It does when units are scaled one by one, so activations are taken in canonical form.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..nn.network import Network
from ..shapes import Floats

MOST_ROWS = 400_000  # examples of one layer


def enough_images(network: Network, n: int) -> int:
    """How many of n images give a layer no more than MOST_ROWS examples: at least one."""
    places = max(math.prod(stage.shape[:-1]) for stage in network.stages)
    return max(1, min(n, MOST_ROWS // places))


def layer_activity(network: Network, images: Floats) -> list[Floats]:
    """What the units of each column do over images: (N, units), hidden ones first, then logits.

    Of maps every place is an example of its own: (N · rows · columns, units).
    """
    stages = network.stages
    seen: list[list[Floats]] = [[] for _ in stages]
    for start in range(0, len(images), network.chunk):
        outputs = network.forward(images[start : start + network.chunk]).outputs
        for stage, found in zip(stages, seen, strict=True):
            name = stage.pre if stage is stages[-1] else stage.post
            found.append(outputs[name].reshape(-1, stage.units))
    return [np.concatenate(found) for found in seen]


def linear_alignment(first: Floats, second: Floats) -> float:
    """Alignment of two layers over the same examples, (N, units) and (N, other units).

    Where one of them never varies, it is 1 if the other one does not either, else 0.
    """
    one, other = (x - x.mean(axis=0, dtype=np.float64) for x in (first, second))
    size, other_size = (float(np.linalg.norm(x.T @ x)) for x in (one, other))
    if size == 0 or other_size == 0:
        return float(size == other_size)
    return float(np.linalg.norm(one.T @ other)) ** 2 / (size * other_size)


def unit_correlations(first: Floats, second: Floats) -> NDArray[np.float64]:
    """Pearson's correlation of every unit with every other one, (units, other units).

    A unit that never varies correlates with none.
    """
    one, other = (_standardized(x) for x in (first, second))
    correlations: NDArray[np.float64] = np.clip(one.T @ other / len(first), -1, 1)
    return correlations


def _standardized(x: Floats) -> NDArray[np.float64]:
    centered = x - x.mean(axis=0, dtype=np.float64)
    deviation = np.sqrt((centered**2).mean(axis=0))
    standardized: NDArray[np.float64] = centered / np.where(deviation > 0, deviation, 1)
    return standardized
