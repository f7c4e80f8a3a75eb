"""Does this unit matter? The network without it, and how much worse that one reads.

A unit or an edge is taken out in one of two ways: held at "zero" it gives nothing to the units
behind it; held at its "average" it gives what it usually gives, whatever is drawn. The second asks
what the unit tells about the drawing, the first also shifts every sum by what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.sources import NamedDigits
from ..errors import SettingsError
from ..machine import one_thread
from ..nn.network import Network
from ..nn.reads import input_of
from ..shapes import Floats
from .cutting import add_average, keep_only, usual_sums
from .links import columns, link_inputs, links

HOLDS = ("zero", "average")
AFFORDABLE = 4e10  # multiplications for all measurements; one or two seconds
FEWEST_DIGITS = 100


def ablate(
    network: Network,
    *,
    units: Iterable[str] = (),
    edges: Iterable[tuple[str, str]] = (),
    value: str = "zero",
) -> Network:
    """The network without some units, and without some edges.

    units: ids of inputs and hidden units, such as "input:3,14" or "h1:5"; edges: pairs of ids of
    units of neighboring columns, the source first. value: one of HOLDS. Raises SettingsError for
    ids that this network has not, and for averages of a network that does not know them.
    """
    if value not in HOLDS:
        raise SettingsError(f"value must be {' or '.join(HOLDS)}; got {value!r}.")
    is_edge = [link.is_edge for link in links(network)]
    masks = [mask.copy() for mask in is_edge]
    for unit in units:
        column, index = place_of(network, unit)
        if column == len(masks):
            raise SettingsError(f"{unit} is an answer; take out units that something comes after.")
        masks[column][index] = False
    for source, target in edges:
        (column, index), (behind, other) = place_of(network, source), place_of(network, target)
        if behind != column + 1 or not is_edge[column][index, other]:
            raise SettingsError(f"no edge leads from {source} to {target}.")
        masks[column][index, other] = False
    ablated = keep_only(network, masks)
    if value == "average":
        add_average(network, ablated, masks)
    taken = sum(int((all_ & ~mask).sum()) for all_, mask in zip(is_edge, masks, strict=True))
    ablated.meta = {"name": f"{network.meta.get('name', 'a network')} without {taken:,} edges"}
    return ablated


@one_thread()  # many small products: several times as fast as on two
def measure_ablations(
    network: Network,
    test: NamedDigits,
    *,
    affordable: float = AFFORDABLE,
    on_step: Callable[[int, int], None] = lambda step, of: None,
) -> dict[str, Any]:
    """How well the network reads without each of its hidden units, for `meta["ablations"]`.

    "whole" counts for every class the digits that the network reads right, "labels" all of them;
    "correct" the same for every column, way of holding and unit: (units, classes); "changed" the
    digits that are read otherwise. They are measured on the first "n" of "of" digits: as many as
    `affordable`, a number of multiplications, allows. `on_step` is told the progress.
    """
    hidden = columns(network)[1:-1]
    holds = HOLDS if network.usual else HOLDS[:1]
    n_units = sum(column.n_units for column in hidden)
    tails = [Tail(network, at) for at in range(1, len(hidden) + 1)]
    cost = len(holds) * sum(
        column.n_units * tail.multiplications for column, tail in zip(hidden, tails, strict=True)
    )
    n = max(int(affordable / max(cost, 1)), FEWEST_DIGITS)
    images, labels = test.digits.images[:n], test.digits.labels[:n]
    classes = len(network.class_names)
    answers = network.predict(images)

    def right(said: NDArray[np.intp]) -> list[int]:
        return [int(count) for count in np.bincount(labels[said == labels], minlength=classes)]

    correct: dict[str, Any] = {column.key: {hold: [] for hold in holds} for column in hidden}
    changed: dict[str, Any] = {column.key: {hold: [] for hold in holds} for column in hidden}
    step = 0
    for column, tail in zip(hidden, tails, strict=True):
        reads = tail.read(images)
        for unit in range(column.n_units):
            for hold in holds:
                said = tail.answers_without(unit, hold, reads)
                correct[column.key][hold].append(right(said))
                changed[column.key][hold].append(int(np.count_nonzero(said != answers)))
            on_step(step := step + 1, n_units)
    return {
        "measured_on": test.name,
        "n": len(labels),
        "of": len(test.digits),
        "labels": [int(count) for count in np.bincount(labels, minlength=classes)],
        "whole": right(answers),
        "correct": correct,
        "changed": changed,
    }


class Tail:
    """The part of a network behind a column: what comes before does not change without a unit."""

    def __init__(self, network: Network, column: int) -> None:
        self.network = network
        self.column = column
        self.part = network.copy()
        self.link = links(self.part)[column]
        self.start = [*network.layers].index(network.stages[column].weights)
        params = self.link.params
        self.kept = {name: array.copy() for name, array in params.items()}

    @property
    def multiplications(self) -> int:
        """For one image."""
        return self.network.multiplications_from(self.column)

    def read(self, images: Floats) -> Floats:
        """What the column's units give to the next layer of weights, (N, …)."""
        step = self.network.chunk
        starts = range(0, len(images), step)
        parts = [
            link_inputs(self.network, self.network.forward(images[at : at + step]))[self.column]
            for at in starts
        ]
        return np.concatenate(parts)

    def answers_without(self, unit: int, hold: str, reads: Floats) -> NDArray[np.intp]:
        """(N,) class ids that the network gives without one unit of the column."""
        return self.network.output.classes(self.logits_without(unit, hold, reads))

    def logits_without(self, unit: int, hold: str, reads: Floats) -> Floats:
        """(N, K) without one unit of the column. reads: what `read` gave for N images."""
        link, params = self.link, self.link.params
        taken = np.zeros((link.fan_in, params["W"].shape[-1]), np.bool_)
        taken[unit] = True
        if hold == "average":
            params["b"] += usual_sums(self.network, link, taken)
        link.cut(taken)
        step = self.network.chunk
        starts = range(0, len(reads), step)
        logits = [self.part.logits_from(self.start, reads[at : at + step]) for at in starts]
        for name, array in self.kept.items():
            params[name][...] = array
        return np.concatenate(logits)


def place_of(network: Network, unit: str) -> tuple[int, int]:
    """Column and index of a unit's id; of a pixel "input:row,column"."""
    found = columns(network)
    key, _, rest = unit.partition(":")
    at = next((at for at, column in enumerate(found) if column.key == key), None)
    numbers = rest.split(",")
    if at is not None and all(number.isascii() and number.isdecimal() for number in numbers):
        spec = input_of(network)
        index = int(numbers[0])
        is_pixel = at == 0 and spec.is_picture and found[0].n_units == spec.n_inputs
        if is_pixel and len(numbers) == 2:
            rows, width = spec.shape[:2]
            inside = index < rows and int(numbers[1]) < width
            index = index * width + int(numbers[1]) if inside else found[0].n_units
        if len(numbers) == 1 + is_pixel and index < found[at].n_units:
            return at, index
    raise SettingsError(f'there is no unit {unit!r:.40}; expected an id such as "h1:5".')
