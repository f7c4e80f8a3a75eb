"""Two networks asked the same: what their units have in common, and where their answers part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..nn.network import Network
from ..shapes import Floats, Labels, check_shape
from .agreement import Agreement, agreement
from .pairing import Pairing, pair_networks
from .swapping import Swap, measure_swaps


@dataclass(frozen=True, eq=False)
class SideBySide:
    """All that was measured of two networks together."""

    pairing: Pairing
    agreement: Agreement | None  # None where nobody tells the right answers
    swaps: list[Swap]  # one for each layer of weights; empty where layers cannot be swapped


def side_by_side(
    first: Network,
    second: Network,
    images: Floats,
    labels: Labels | None = None,
    *,
    known: Floats | None = None,
    in_place: bool = False,
) -> SideBySide:
    """Compare two networks by what they do.

    images: (N, D), what both are asked; labels: (N,), the class ids that are right.
    known: (M, D), inputs over which units are matched and scaled; by default `images`.
    in_place: compare every unit with the one in its own place, as in two checkpoints of a training.
    Raises SettingsError for networks with other inputs or classes, or without a picture.
    """
    check_shape("images", images, ("N", *first.input_shape))
    pairing = pair_networks(first, second, images if known is None else known, in_place=in_place)
    if labels is None:
        return SideBySide(pairing, None, [])
    check_shape("labels", labels, (len(images),))
    return SideBySide(
        pairing,
        agreement(first.predict(images), second.predict(images), labels),
        measure_swaps(pairing, images, labels) if pairing.can_swap else [],
    )


def disagreements(first: Network, second: Network, images: Floats) -> NDArray[np.intp]:
    """Which of the images (N, D) the two answer differently, the surest contradictions first."""
    one, other = first.probabilities(images), second.probabilities(images)
    answers = one.argmax(axis=1), other.argmax(axis=1)
    found = np.flatnonzero(answers[0] != answers[1])
    rows = np.arange(len(images))
    sure = np.minimum(one[rows, answers[0]], other[rows, answers[1]])[found]
    return found[np.argsort(-sure, kind="stable")]
