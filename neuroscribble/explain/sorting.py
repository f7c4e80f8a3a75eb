"""An order of hidden units in which a matrix of weights shows something: by the class they help.

What a unit does to the answer is told by its way there: the sum over all paths to each output of
the product of their weights (of kernels the sum over taps), each unit on the way counted with the
share of images in which it is open. A unit that is 0 or one number is open in
mean² / (mean² + deviation²) of the images, one with more numbers in at least as many (Cauchy and
Schwarz); one that may be negative is always open. The mean over classes moves no answer and is
taken off. What is left is largest for the class that the unit helps most.

Units are sorted by that class, and for one class from the strongest help down; of equal ones the
lower index comes first. Inputs and classes stay in their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..nn.usual import Usual
from ..shapes import Floats
from .links import Link


@dataclass(frozen=True, eq=False)
class Sorting:
    """The units of one hidden column in order."""

    order: NDArray[np.intp]  # the unit at each place
    helped: NDArray[np.intp]  # the class that it helps most


def sort_units(links: Sequence[Link], usual: Mapping[str, Usual]) -> dict[str, Sorting]:
    """The order of every hidden column, by its key, from left to right.

    In canonical form help is that of a usual swing. Where nothing is usual, all units are open.
    """
    sortings: dict[str, Sorting] = {}
    effect: Floats | None = None  # of each unit of the column on each output
    for link, before in zip(reversed(links[1:]), reversed(links[:-1]), strict=True):
        weights = link.weights.astype(np.float64).sum(axis=0)  # (fan_in, fan_out)
        effect = weights if effect is None else weights @ effect
        help_ = centered(effect)
        helped = help_.argmax(axis=1)
        order = np.lexsort((-help_.max(axis=1), helped))  # stable: the lower index first
        sortings[before.key] = Sorting(order, helped[order])
        if link.key in usual and not before.may_be_negative:
            effect = effect * _open_share(usual[link.key], len(effect))[:, None]
    return dict(reversed(sortings.items()))


def centered(effect: Floats) -> Floats:
    """Effects (units, outputs) on each class, their mean taken off; one output has two classes."""
    by_class = np.hstack([-effect, effect]) if effect.shape[1] == 1 else effect
    help_: Floats = by_class - by_class.mean(axis=1, keepdims=True)
    return help_


def _open_share(usual: Usual, units: int) -> Floats:
    """In which share of the images each of these units is open, at least: (units,)."""
    mean, deviation = (
        numbers.reshape(-1, units).astype(np.float64) for numbers in (usual.mean, usual.deviation)
    )
    square = (mean**2).mean(axis=0)
    both = square + (deviation**2).mean(axis=0)
    share: Floats = square / np.where(both > 0, both, 1)
    return share
