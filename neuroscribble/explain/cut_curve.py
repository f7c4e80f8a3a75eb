"""How much can be cut? How well a network reads that keeps only some of its edges, in three orders.

    weight   the largest |w| of the whole network stay, between maps the largest norms
    usual    those stay whose usual swing moves the answer most, see `drawings`
    random   chance decides

What is cut gives nothing, or what it usually gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..data.sources import NamedDigits
from ..errors import SettingsError
from ..nn.network import Network
from .ablation import HOLDS
from .cutting import add_average, keep_only
from .drawings import rank_edges, ranked
from .links import links

ORDERS = ("usual", "weight", "random")
FRACTIONS = (1, 0.7, 0.5, 0.35, 0.25, 0.18, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01)
SEED = 18  # of the random order


def cut_curve(
    network: Network,
    digits: NamedDigits,
    *,
    order: str = "usual",
    value: str = "zero",
    on_step: Callable[[int, int], None] = lambda step, of: None,
) -> list[int]:
    """How many of the digits are read right with each of FRACTIONS of the edges kept.

    Raises SettingsError for words that are none of ORDERS and HOLDS, and where what is usual is
    needed but not known.
    """
    if value not in HOLDS:
        raise SettingsError(f"value must be {' or '.join(HOLDS)}; got {value!r}.")
    ranks, n_edges = edge_ranks(network, order)
    right = []
    for step, fraction in enumerate(FRACTIONS, start=1):
        masks = [rank < math.ceil(fraction * n_edges) for rank in ranks]
        kept = keep_only(network, masks)
        if value == "average":
            add_average(network, kept, masks)
        said = kept.predict(digits.digits.images)
        right.append(int(np.count_nonzero(said == digits.digits.labels)))
        on_step(step, len(FRACTIONS))
    return right


def edge_ranks(network: Network, order: str) -> tuple[list[NDArray[np.int32]], int]:
    """In which place each edge is kept, (fan_in, fan_out) of each link, and how many there are.

    Raises SettingsError for an order that is none of ORDERS.
    """
    chain = links(network.in_double_precision())
    is_edge = [link.is_edge for link in chain]
    n_edges = sum(int(edges.sum()) for edges in is_edge)
    if order == "usual":
        return rank_edges(network, choose="usual", spread="network").ranks, n_edges
    if order == "weight":
        scores = [np.abs(link.edges) for link in chain]
    elif order == "random":
        starts = np.cumsum([edges.size for edges in is_edge])
        places = np.random.default_rng(SEED).permutation(int(starts[-1]))
        parts = np.split(places + 1.0, starts[:-1])
        scores = [part.reshape(edges.shape) for part, edges in zip(parts, is_edge, strict=True)]
    else:
        raise SettingsError(f"order must be one of {', '.join(ORDERS)}; got {order!r}.")
    return ranked([np.where(*pair, -1) for pair in zip(is_edge, scores, strict=True)]), n_edges
