"""What a lesson did: to its digit, to the weights, and to digits that it was not about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.batches import Digits
from ..nn.network import Network
from ..shapes import Floats

N_MOVED = 5  # weights that a lesson tells of


@dataclass(frozen=True)
class MovedWeight:
    """One weight that a lesson changed: of which layer, from which input to which unit."""

    layer: int  # number of its stage: 0 for the first layer with weights W
    source: int  # row of W.reshape(-1, units)
    target: int
    before: float
    after: float


@dataclass(frozen=True)
class Flip:
    """A digit of the probe whose answer a lesson turned from right to wrong, or back."""

    index: int  # in the probe
    label: int
    before: int
    after: int


@dataclass(frozen=True)
class ProbeChange:
    """The probe before and after a lesson."""

    n: int
    right_before: int
    right_after: int
    forgotten: tuple[Flip, ...]  # right before, wrong after
    gained: tuple[Flip, ...]  # wrong before, right after


@dataclass(frozen=True, eq=False)
class Lesson:
    """What one correction did to the network."""

    image: Floats  # (784,)
    label: int
    mixed: bool  # with old digits, or the correction alone
    before: Floats  # (K,) probabilities
    after: Floats  # (K,)
    moved: tuple[MovedWeight, ...]  # the weights that moved most, the strongest first
    probe: ProbeChange


def most_moved(network: Network, before: Floats) -> tuple[MovedWeight, ...]:
    """The weights that moved most since `before`, a copy of `network.parameters.flat`."""
    changes = np.abs(network.parameters.flat - before)
    was, change = network.new_gradient(), network.new_gradient()
    was.flat[...], change.flat[...] = before, changes
    moved: list[MovedWeight] = []
    for number, stage in enumerate(network.stages):
        old, now, by = (
            named.layers[stage.weights]["W"].reshape(-1, stage.units)
            for named in (was, network.parameters, change)
        )
        for place in np.argsort(-by.ravel(), kind="stable")[:N_MOVED]:
            source, target = divmod(int(place), stage.units)
            here = (source, target)
            moved.append(MovedWeight(number, *here, float(old[here]), float(now[here])))
    moved.sort(key=lambda one: -abs(one.after - one.before))
    return tuple(one for one in moved[:N_MOVED] if one.after != one.before)


def probe_change(
    probe: Digits, before: NDArray[np.integer[Any]], after: NDArray[np.integer[Any]]
) -> ProbeChange:
    """Two rounds of answers (N,) to the same digits, compared."""
    was, is_now = before == probe.labels, after == probe.labels

    def flips(where: NDArray[np.bool_]) -> tuple[Flip, ...]:
        return tuple(
            Flip(int(i), int(probe.labels[i]), int(before[i]), int(after[i]))
            for i in np.flatnonzero(where)
        )

    return ProbeChange(
        n=len(probe),
        right_before=int(was.sum()),
        right_after=int(is_now.sum()),
        forgotten=flips(was & ~is_now),
        gained=flips(~was & is_now),
    )
