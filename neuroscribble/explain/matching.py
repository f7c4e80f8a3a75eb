"""Two networks may do the same with their units in another order: find that order.

The units of a hidden layer have no fixed places: swap two of them together with their incoming
and outgoing weights, and the network computes what it did before. Before two networks are
compared weight by weight, the second one is therefore put into the order in which it differs
least from the first ("weight matching", Ainsworth et al. 2022, arXiv:2209.04836). Feature maps
are such units, too: their weights are one matrix for each place of the kernel.

Where it is known what the units do over the same images, that says more: then the order is the one
in which units at the same place correlate most ("activation matching", Li et al. 2016,
arXiv:1511.07543). Neither changes when units change places; the second one is the same for units
that were scaled as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..shapes import Floats

# Layer by layer, W (fan_in, fan_out) or, between maps, (taps, fan_in, fan_out), and b (fan_out,)
Weights = Sequence[tuple[Floats, Floats]]
Order = NDArray[np.intp]  # entry i: the unit of the second network that plays unit i of the first

ALIKE = 0.9  # units that correlate more than this count as the same
TIE = 1e-3  # what the largest distance of weights counts beside a correlation


def match_units(first: Weights, second: Weights) -> list[Order]:
    """The order of the second network's units, one array for every hidden layer.

    It minimizes Σ (first − second)² over all weights and biases: layer by layer at first, from
    the incoming weights alone, then one layer after another with the rest kept, until no layer
    improves. Each step is solved exactly; together they reach a local minimum. A copy with
    permuted units is recognized exactly.

    Raises SettingsError when the two networks have layers of different sizes.
    """
    check_same_sizes(first, second)
    orders: list[Order] = []
    for layer in range(len(first) - 1):
        orders.append(_best_order(_incoming_distances(first, second, orders, layer)))
    distance = _distance(first, reorder_units(second, orders))
    while distance > 0:
        for layer in range(len(orders)):
            incoming = _incoming_distances(first, second, orders, layer)
            outgoing = _outgoing_distances(first, second, orders, layer)
            orders[layer] = _best_order(incoming + outgoing)
        previous, distance = distance, _distance(first, reorder_units(second, orders))
        if distance >= previous * (1 - 1e-9):  # the rest is rounding
            break
    return orders


def match_activity(
    first: Weights, second: Weights, correlations: Sequence[NDArray[np.float64]]
) -> list[Order]:
    """The order of the second network's units in which they do most alike what the first one's do.

    correlations: of every hidden layer, the first network's units (rows) with the second one's.
    Their sum is the largest possible. Units that do the same, or nothing, are told apart by their
    weights. Raises SettingsError when the two networks have layers of different sizes.
    """
    check_same_sizes(first, second)
    orders = [most_alike(alike) for alike in correlations]
    for layer, alike in enumerate(correlations):
        distances = _incoming_distances(first, second, orders, layer)
        distances += _outgoing_distances(first, second, orders, layer)
        orders[layer] = _best_order(TIE * distances / max(distances.max(), 1e-300) - alike)
    return orders


def most_alike(correlations: NDArray[np.float64]) -> Order:
    """The order with the largest sum of correlations, of first units (rows) with second ones."""
    return _best_order(-correlations)


def reorder_units(weights: Weights, orders: Sequence[Order]) -> list[tuple[Floats, Floats]]:
    """The same network with its hidden units in another order: new unit i is old unit order[i]."""
    reordered = []
    for layer, (matrix, bias) in enumerate(weights):
        if layer > 0:
            matrix = matrix[..., orders[layer - 1], :]
        if layer < len(orders):
            matrix, bias = matrix[..., orders[layer]], bias[orders[layer]]
        reordered.append((matrix, bias))
    return reordered


@dataclass(frozen=True)
class LayerDifference:
    """One layer of two networks, compared weight by weight and unit by unit."""

    correlations: Floats  # (fan_out,): of each unit's incoming weights and bias; 1 if identical
    mean: float  # mean |second − first| over weights and biases
    largest: float  # second − first where it is largest, with its sign
    source: int | None  # unit or input that weight comes from; None for a bias
    unit: int  # unit it leads into

    @property
    def n_alike(self) -> int:
        """How many units correlate by more than 0.9."""
        return int(np.count_nonzero(self.correlations > ALIKE))


def layer_differences(first: Weights, second: Weights) -> list[LayerDifference]:
    """Compare two networks whose units stand in the same order, layer by layer.

    Raises SettingsError when the two networks have layers of different sizes.
    """
    check_same_sizes(first, second)
    reports = []
    for one, other in zip(first, second, strict=True):
        rows, other_rows = _incoming(*one), _incoming(*other)  # (fan_out, fan_in + 1)
        difference = other_rows - rows
        unit, source = divmod(int(np.abs(difference).argmax()), difference.shape[1])
        reports.append(
            LayerDifference(
                correlations=_row_correlations(rows, other_rows),
                mean=float(np.abs(difference).mean()),
                largest=float(difference[unit, source]),
                source=source % one[0].shape[-2] if source < rows.shape[1] - 1 else None,
                unit=unit,
            )
        )
    return reports


def check_same_sizes(first: Weights, second: Weights) -> None:
    """Raise SettingsError unless the two networks have the same layer sizes."""
    sizes, other_sizes = _sizes(first), _sizes(second)
    if sizes != other_sizes:
        raise SettingsError(
            "only networks with the same layers can be compared; "
            f"the first is {sizes}, the second {other_sizes}."
        )


def _sizes(weights: Weights) -> str:
    """The layer sizes as people write them: 784→128→64→10, kernels of nine weights as 1→9·16."""
    sizes = [str(weights[0][0].shape[-2])]
    for matrix, bias in weights:
        taps = math.prod(matrix.shape[:-2])
        sizes.append(f"{taps}·{len(bias)}" if taps > 1 else str(len(bias)))
    return "→".join(sizes)


def _incoming(matrix: Floats, bias: Floats) -> NDArray[np.float64]:
    """Every unit as a row of its incoming weights and its bias: (fan_out, taps · fan_in + 1)."""
    return np.vstack([matrix.reshape(-1, len(bias)), bias]).T.astype(np.float64)


def _outgoing(matrix: Floats) -> Floats:
    """Every unit as a row of its outgoing weights: (fan_in, taps · fan_out)."""
    rows: Floats = np.moveaxis(matrix, -2, 0).reshape(matrix.shape[-2], -1)
    return rows


def _incoming_distances(
    first: Weights, second: Weights, orders: Sequence[Order], layer: int
) -> NDArray[np.float64]:
    """Squared distances (units, units) of incoming weights, with the layer before in order."""
    matrix, bias = second[layer]
    if layer > 0:
        matrix = matrix[..., orders[layer - 1], :]
    return _squared_distances(_incoming(*first[layer]), _incoming(matrix, bias))


def _outgoing_distances(
    first: Weights, second: Weights, orders: Sequence[Order], layer: int
) -> NDArray[np.float64]:
    """Squared distances (units, units) of outgoing weights, with the layer behind in order."""
    matrix = second[layer + 1][0]
    if layer + 1 < len(orders):
        matrix = matrix[..., orders[layer + 1]]
    return _squared_distances(_outgoing(first[layer + 1][0]), _outgoing(matrix))


def _squared_distances(rows: Floats, other_rows: Floats) -> NDArray[np.float64]:
    """|row − other row|² for all pairs; summed from differences, so that equal rows give 0."""
    from scipy.spatial.distance import cdist

    distances: NDArray[np.float64] = cdist(rows, other_rows, "sqeuclidean")
    return distances


def _best_order(distances: NDArray[np.float64]) -> Order:
    """The one-to-one assignment with the smallest sum of distances."""
    from scipy.optimize import linear_sum_assignment

    order: Order = linear_sum_assignment(distances)[1]
    return order


def _distance(first: Weights, second: Weights) -> float:
    return sum(
        float(np.sum((_incoming(*one) - _incoming(*other)) ** 2))
        for one, other in zip(first, second, strict=True)
    )


def _row_correlations(rows: Floats, other_rows: Floats) -> NDArray[np.float64]:
    """Pearson's correlation row by row; rows without variation give 1 if equal, else 0."""
    one = rows - rows.mean(axis=1, keepdims=True)
    other = other_rows - other_rows.mean(axis=1, keepdims=True)
    scale = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    flat = scale == 0
    correlations = (one * other).sum(axis=1) / np.where(flat, 1.0, scale)
    return np.where(flat, (rows == other_rows).all(axis=1), correlations)
