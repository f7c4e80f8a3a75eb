"""Units change places within their column, so that the edges of a sparse network are short.

Which place a hidden unit has in its column says nothing; the places of pixels and classes do. Each
hidden unit takes the place that lies nearest to all units it is joined with, which also makes most
crossings go away (the barycentres of Sugiyama, Tagawa and Toda 1981, doi 10.1109/TSMC.1981.4308636,
with an exact assignment in place of a sort: a column may have several units side by side).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from neuroscribble.explain.cutting import Masks
from neuroscribble.shapes import Floats

from .layout import Block, Positions

MOST_UNITS = 2_000  # of a column; with more, an assignment takes seconds
SWEEPS = 20


def shortened(blocks: Sequence[Block], joined: Masks) -> list[Block]:
    """The blocks with the units of hidden columns in the places that make Σ length² of edges least.

    joined: of each pair of units, (fan_in, fan_out), whether an edge joins them. One column after
    the other is solved exactly while the others stay, until nothing becomes shorter; each step
    shortens, so it ends. Columns of more than MOST_UNITS stay as they are.
    """
    places = [block.positions for block in blocks]
    hidden = [n for n in range(1, len(places) - 1) if len(places[n]) <= MOST_UNITS]
    length = squared_length(places, joined)
    for _ in range(SWEEPS):
        for n in hidden:
            places[n] = _nearest(places[n], *_pull(places, joined, n))
        previous, length = length, squared_length(places, joined)
        if length >= previous * (1 - 1e-9):  # the rest is rounding
            break
    return [replace(block, positions=at) for block, at in zip(blocks, places, strict=True)]


def squared_length(places: Sequence[Positions], joined: Masks) -> float:
    """Σ length² over all edges, in square graph units."""
    total = 0.0
    for left, right, pairs in zip(places, places[1:], joined, strict=False):
        sources, targets = np.nonzero(pairs)
        total += float(((left[sources] - right[targets]) ** 2).sum())
    return total


def _pull(places: Sequence[Positions], joined: Masks, n: int) -> tuple[Floats, Floats]:
    """How many edges each unit of column n has, (units,), and the sum of their other ends."""
    before, behind = joined[n - 1].astype(float), joined[n].astype(float)
    count: Floats = before.sum(axis=0) + behind.sum(axis=1)
    ends: Floats = before.T @ places[n - 1] + behind @ places[n + 1]
    return count, ends


def _nearest(slots: Positions, count: Floats, ends: Floats) -> Positions:
    """The places given anew: Σ |slot − end|² over edges is count |slot|² − 2 slot · ends + …"""
    from scipy.optimize import linear_sum_assignment

    cost = np.outer(count, (slots**2).sum(axis=1)) - 2 * ends @ slots.T
    _, chosen = linear_sum_assignment(cost)
    placed: Positions = slots[chosen]
    return placed
