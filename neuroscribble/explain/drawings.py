"""The drawn edges as a network of their own: which they are, and what it computes.

How strong an edge is, by choice:

    weight   |w|, between maps the norm of the kernel
    usual    usual swing: |w| · standard deviation of what it is multiplied with, over the images
             that the network learned from; between maps the norm of that over the kernel

Drawn are the strongest into each unit (spread "unit"), or as many over the whole network (spread
"network"), where strength counts times the influence of the unit that the edge leads to. Of equal
strengths the lower index is drawn, so every program draws the same edges. All other edges are
either held at their average, which then is a part of the bias, or cut.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..nn.network import Network
from ..shapes import Floats
from .attribution import strength_ranks
from .cutting import Masks, add_average, keep_only, require_usual
from .links import Link, columns, links

CHOICES = ("usual", "weight")
SPREADS = ("network", "unit")
OTHERS = ("average", "cut")
LADDER = (  # top_k that pages offer
    *(1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 37, 48, 64),
    *(96, 128, 192, 256, 384, 512),
)
NO_EDGE = np.iinfo(np.int32).max  # the rank of pairs of units that no weight joins


@dataclass(frozen=True, eq=False)
class Ranking:
    """The order in which the edges of a network are drawn."""

    choose: str
    spread: str
    ranks: list[NDArray[np.int32]]  # of each link's edges, (fan_in, fan_out): the first is 0

    def drawn(self, top_k: int) -> Masks:
        """The edges of a drawing with as many as the top_k strongest into each unit."""
        limit = self._limit(top_k)
        return [ranks < limit for ranks in self.ranks]

    def n_whole(self, top_k: int) -> int:
        """How many links, from the first on, have all their edges in such a drawing."""
        limit = self._limit(top_k)
        return sum(1 for _ in takewhile(lambda last: last < limit, self._last_ranks))

    def n_drawn(self, top_k: int) -> int:
        """Edges of such a drawing."""
        return int(sum(np.minimum(n, top_k).sum() for n in self._into_units))

    def _limit(self, top_k: int) -> int:
        """Edges of lower rank are drawn."""
        return top_k if self.spread == "unit" else self.n_drawn(top_k)

    @cached_property
    def _into_units(self) -> list[NDArray[np.int_]]:
        """Edges into each unit of each link."""
        return [(ranks != NO_EDGE).sum(axis=0) for ranks in self.ranks]

    @cached_property
    def _last_ranks(self) -> list[int]:
        """Of each link's weakest edge."""
        return [int(ranks.max(where=ranks != NO_EDGE, initial=-1)) for ranks in self.ranks]

    @cached_property
    def n_edges(self) -> int:
        return self.n_drawn(max(len(ranks) for ranks in self.ranks))


def drawing(
    network: Network,
    *,
    edges: int,
    choose: str = "usual",
    spread: str = "network",
    others: str = "average",
) -> Network:
    """The network that a drawing of so many edges is: all other weights are 0.

    others: "average" adds to each bias what they usually give, "cut" does not.
    Raises SettingsError for words that are none of CHOICES, SPREADS, OTHERS, for a number of edges
    that cannot be drawn, and where the network's usual activations are needed but not known.
    """
    ranking = rank_edges(network, choose=choose, spread=spread)
    total = ranking.n_edges
    if not 1 <= edges <= total:
        raise SettingsError(f"edges must be from 1 to {total:,}; got {edges:,}.")
    if spread == "network":
        masks = [ranks < edges for ranks in ranking.ranks]
    else:
        top_k = bisect_left(range(total), edges, key=ranking.n_drawn)
        masks = ranking.drawn(top_k)
        below, possible = (ranking.n_drawn(k) for k in (top_k - 1, top_k))
        if edges != possible:
            raise SettingsError(
                f"equally many edges into each unit make {below:,} or {possible:,}; got {edges:,}."
            )
    drawn = _cut(network, masks)
    if others == "average":
        add_average(network, drawn, masks)
    elif others != "cut":
        raise SettingsError(f"others must be {' or '.join(OTHERS)}; got {others!r}.")
    return drawn


def rank_edges(network: Network, *, choose: str, spread: str) -> Ranking:
    """The order in which edges are drawn, computed in double precision as in the page."""
    for name, value, known in (("choose", choose, CHOICES), ("spread", spread, SPREADS)):
        if value not in known:
            raise SettingsError(f"{name} must be {' or '.join(known)}; got {value!r}.")
    if choose == "usual" or spread == "network":
        require_usual(network)
    scores = []
    for link in links(network.in_double_precision()):
        score = np.abs(link.edges) if choose == "weight" else usual_swings(network, link)
        if spread == "network":
            score = score * network.usual[link.key].influence
        scores.append(np.where(link.is_edge, score, -1))
    ranks = [strength_ranks(score) for score in scores] if spread == "unit" else ranked(scores)
    for rank, score in zip(ranks, scores, strict=True):
        rank[score < 0] = NO_EDGE
    return Ranking(choose, spread, ranks)


def usual_swings(network: Network, link: Link) -> Floats:
    """|w| · standard deviation of what w is multiplied with, the norm of it over taps.

    Returns (fan_in, fan_out).
    """
    weights = link.weights
    deviation = network.usual[link.key].deviation
    swings: Floats = np.abs(weights * deviation.reshape(*weights.shape[:2], 1))
    norms: Floats = np.sqrt((swings**2).sum(axis=0))
    return swings[0] if len(swings) == 1 else norms


def ladder(network: Network) -> list[int]:
    """The top_k that pages offer and that are measured; the last one draws every edge."""
    most = max(column.n_units for column in columns(network)[:-1])
    return [*(k for k in LADDER if k < most), most]


def _cut(network: Network, masks: Masks) -> Network:
    """The network of only the chosen edges, named after how many they are."""
    drawn = keep_only(network, masks)
    n_drawn = sum(int(mask.sum()) for mask in masks)
    total = sum(link.n_edges for link in links(drawn))
    name = network.meta.get("name", "a network")
    drawn.meta = {"name": f"{name}: {n_drawn:,} of {total:,} edges"}
    return drawn


def ranked(scores: list[Floats]) -> list[NDArray[np.int32]]:
    """Rank of every edge of the network, 0 the strongest; of equal ones the lower index first."""
    flat = np.concatenate([score.ravel() for score in scores])
    ranks = np.empty(flat.size, np.int32)
    ranks[np.argsort(-flat, kind="stable")] = np.arange(flat.size, dtype=np.int32)
    ends = np.cumsum([score.size for score in scores])[:-1]
    parts = np.split(ranks, ends)
    return [part.reshape(score.shape) for part, score in zip(parts, scores, strict=True)]
