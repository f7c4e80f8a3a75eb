"""Whole paths from an input to an answer: what each one gives, and which give most.

Where every unit passes on a multiple of its sum (ReLU: 0 or 1 times, for this input), a logit is a
sum over all paths that lead to it. A path through units i, j, … to the output k gives

    x_i · w_ij · g_j · … · w_k,   g: the multiple that a unit passes on, its slope for this input

and what the biases give on the rest of such ways is all that is missing: Σ paths + biases' part =
logit, exactly. The paths through one edge are those of the network that has only it in its layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..nn.network import Network
from ..shapes import Floats, check_shape
from .links import Link, link_inputs, links

MOST = 12  # paths that are told by name


class Path(NamedTuple):
    """One path and what it gives to the logit."""

    units: tuple[int, ...]  # in each column, from the input to the output
    value: float


@dataclass(frozen=True)
class Paths:
    """All paths to one output, or those of them that pass one edge."""

    strongest: tuple[Path, ...]  # of largest |value|, that first
    count: int  # paths that give anything
    total: float  # what all of them give
    strength: float  # Σ |value| of all of them
    bias: float  # what the biases give to this logit, on whatever way

    @property
    def share(self) -> float:
        """Σ |value| of the strongest ÷ that of all; 1 where none gives anything."""
        shown = sum(abs(path.value) for path in self.strongest)
        return shown / self.strength if self.strength > 0 else 1.0


def no_paths(network: Network) -> str | None:
    """Why this network has no paths, in one sentence; None where it has."""
    found = links(network)
    if any(link.window or link.tap_shape != (1, 1) for link in found):
        return "Paths are for dense networks: here, every edge between maps is many weights."
    if any(link.before or link.after or not link.activation.passes_factors for link in found):
        return (
            "Paths are for networks whose units pass on a multiple of their sum, as ReLU does; "
            "this one has units that do not."
        )
    return None


def strongest_paths(
    network: Network,
    image: Floats,
    output: int,
    *,
    through: tuple[int, int, int] | None = None,
    most: int = MOST,
) -> Paths:
    """The paths of an image (D,) to an output unit, in double precision.

    through: a layer, from 0, a unit before it and one behind it: only paths along this edge.

    Raises SettingsError for a network without paths, an output or an edge that it does not have.
    """
    if (why := no_paths(network)) is not None:
        raise SettingsError(why)
    check_shape("image", image, network.input_shape)
    network = network.in_double_precision()
    trace = network.forward(image[None])
    inputs = link_inputs(network, trace)[0][0]
    found, sums = links(network), [z[0] for z in trace.pre_activations.values()]
    slopes = [*map(_slopes, found[:-1], sums), np.ones_like(sums[-1])]
    steps = [link.edges * slope for link, slope in zip(found, slopes, strict=True)]
    sizes = [len(inputs), *(step.shape[1] for step in steps)]
    if not 0 <= output < sizes[-1]:
        raise SettingsError(f"there are outputs 0 to {sizes[-1] - 1}; got {output}.")
    given = [link.bias * slope for link, slope in zip(found, slopes, strict=True)]
    bias = _carried(np.zeros_like(inputs), steps, given)[output]
    if through is not None:
        layer, source, target = through
        if not (0 <= layer < len(steps) and 0 <= source < sizes[layer]) or not (
            0 <= target < sizes[layer + 1]
        ):
            raise SettingsError(f"there is no edge {through} in a network of {sizes}.")
        only = np.zeros_like(steps[layer])
        only[source, target] = steps[layer][source, target]
        steps[layer] = only
    return Paths(
        strongest=_search(inputs, steps, output, most),
        count=int(_carried(_ones(inputs), [_ones(step) for step in steps])[output]),
        total=float(_carried(inputs, steps)[output]),
        strength=float(_carried(np.abs(inputs), [np.abs(step) for step in steps])[output]),
        bias=float(bias),
    )


def _slopes(link: Link, sums: Floats) -> Floats:
    """How many times its sum each unit passes on."""
    _, cache = link.activation.forward(sums)
    slopes = link.activation.backward(np.ones_like(sums), cache, {})
    assert slopes is not None
    return slopes


def _ones(values: Floats) -> Floats:
    """1 where something is, to count."""
    ones: Floats = (values != 0).astype(np.float64)
    return ones


def _carried(
    values: Floats, steps: Sequence[Floats], given: Sequence[Floats] | None = None
) -> Floats:
    """Sums over all paths to each output; `given` to each column behind joins them there."""
    for n, step in enumerate(steps):
        values = values @ step if given is None else values @ step + given[n]
    return values


def _search(inputs: Floats, steps: Sequence[Floats], output: int, most: int) -> tuple[Path, ...]:
    """The `most` strongest paths, exactly: back from the output, the one that can give most first.

    What a way back can still give is at most, and for one path just, its own product times the
    strongest product that reaches the unit where it is. So as many ways as paths are still wanted
    hold all of them.
    """
    best = [np.abs(inputs)]  # of each unit the strongest product that reaches it
    for step in steps:
        best.append((best[-1][:, None] * np.abs(step)).max(axis=0))
    found: list[Path] = []
    ways: list[
        tuple[float, tuple[int, ...], float]
    ] = []  # what it can give, its units, its product
    if best[-1][output] > 0:
        ways.append((best[-1][output], (output,), 1.0))
    while ways and len(found) < most:
        _, units, product = ways.pop(0)
        column = len(steps) - len(units) + 1
        if column == 0:
            found.append(Path(units, product * float(inputs[units[0]])))
            continue
        factors = steps[column - 1][:, units[0]] * product
        bounds = best[column - 1] * np.abs(factors)
        strongest = np.argsort(-bounds, kind="stable")[: most - len(found)]
        ways += [
            (bounds[unit], (int(unit), *units), float(factors[unit]))
            for unit in strongest[bounds[strongest] > 0]
        ]
        ways.sort(key=lambda way: -way[0])
        del ways[most - len(found) :]
    return tuple(found)


def silent_inputs(network: Network) -> NDArray[np.intp]:
    """Inputs that no edge leaves: whatever stands there, nothing reads it."""
    return np.flatnonzero(~links(network)[0].is_edge.any(axis=1))
