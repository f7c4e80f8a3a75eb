"""How well networks of only the drawn edges read, measured for every picture that a page offers.

Before the first layer that lacks edges a drawing computes what the network itself does, and there
its sums differ by one number for each unit between edges that are cut and edges at their average.
So of each drawing only the layers behind are computed, and its first sums serve both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from ..data.sources import NamedDigits
from ..nn.network import Network, Trace
from ..shapes import Floats, Labels
from .cutting import add_average, keep_only
from .drawings import CHOICES, OTHERS, SPREADS, Ranking, ladder, rank_edges
from .links import link_inputs

AFFORDABLE = 4e10  # multiplications for all measurements; one or two seconds
FEWEST_DIGITS = 100


def measure_drawings(
    network: Network,
    test: NamedDigits,
    *,
    affordable: float = AFFORDABLE,
    on_step: Callable[[int, int], None] = lambda step, of: None,
) -> dict[str, Any]:
    """How well networks of only the drawn edges read, for `meta["drawings"]`.

    "correct" counts, for every choice, spread and fate of the others, the digits read right at each
    entry of "top_k", "whole" those that the network itself reads. They are measured on the first
    "n" of "of" digits: as many as `affordable`, a number of multiplications, allows. `on_step` is
    told the progress.
    """
    top_ks = ladder(network)
    ways = [*product(CHOICES, SPREADS)] if network.usual else [("weight", "unit")]
    others = OTHERS if network.usual else ("cut",)
    passes = len(ways) * len(others) * len(top_ks)
    n = max(int(affordable / (passes * network.multiplications)), FEWEST_DIGITS)
    images, labels = test.digits.images[:n], test.digits.labels[:n]
    rankings = {way: rank_edges(network, choose=way[0], spread=way[1]) for way in ways}
    correct: dict[str, Any] = {}
    for choose, spread in ways:
        counts = {other: [0] * len(top_ks) for other in others}
        correct.setdefault(choose, {})[spread] = counts
    whole = step = 0
    starts = range(0, len(labels), network.chunk)  # no more at once than memory is for
    for start in starts:
        part = slice(start, start + network.chunk)
        trace = network.forward(images[part])
        whole += _n_right(network, trace.logits, labels[part])
        for (choose, spread), ranking in rankings.items():
            for rung, top_k in enumerate(top_ks):
                for other, logits in _answers(network, trace, ranking, top_k):
                    n_right = _n_right(network, logits, labels[part])
                    correct[choose][spread][other][rung] += n_right
                    on_step(step := step + 1, passes * len(starts))
    return {
        "measured_on": test.name,
        "n": len(labels),
        "of": len(test.digits),
        "whole": whole,
        "top_k": top_ks,
        "correct": correct,
    }


def _answers(
    network: Network, trace: Trace, ranking: Ranking, top_k: int
) -> Iterator[tuple[str, Floats]]:
    """Logits of a drawing with all other edges cut, and at their average where that is known."""
    masks = ranking.drawn(top_k)
    drawn = keep_only(network, masks)
    first = min(ranking.n_whole(top_k), len(masks) - 1)
    name = network.stages[first].weights
    layer, behind = drawn.layers[name], [*drawn.layers].index(name) + 1
    sums, _ = layer.forward(link_inputs(network, trace)[first])
    yield "cut", drawn.logits_from(behind, sums)
    if network.usual:
        bias = layer.params["b"].copy()
        add_average(network, drawn, masks)
        yield "average", drawn.logits_from(behind, sums + (layer.params["b"] - bias))


def _n_right(network: Network, logits: Floats, labels: Labels) -> int:
    return int(np.count_nonzero(network.output.classes(logits) == labels))
