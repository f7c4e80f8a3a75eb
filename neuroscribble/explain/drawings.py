"""The drawn edges as a network of their own, and how well it reads."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..data.sources import NamedDigits
from ..nn.network import Network
from ..shapes import Floats, Labels
from .attribution import incoming_ranks
from .links import links

SOME_TOP_KS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256)
SOME_DIGITS = 2_000  # test digits on which drawings of maps are measured; for single units all


def measure_drawings(
    network: Network, test: NamedDigits, on_drawing: Callable[[int, int], None]
) -> dict[str, Any]:
    """How well networks of only the drawn edges read, for `meta["drawings"]`.

    Of maps for some top_k and digits. `on_drawing` is told the progress.
    """
    top_ks = measured_top_ks(network)
    is_every_one = len(top_ks) == top_ks[-1]
    n = len(test.digits) if is_every_one else min(SOME_DIGITS, len(test.digits))
    which = "" if n == len(test.digits) else f", the first {n:,}"
    return {
        "measured_on": test.name + which,
        "n": n,
        **({} if is_every_one else {"top_k": top_ks}),
        "correct_if_only_drawn": correct_if_only_drawn(
            network,
            test.digits.images[:n],
            test.digits.labels[:n],
            top_ks=top_ks,
            on_step=on_drawing,
        ),
    }


def measured_top_ks(network: Network) -> list[int]:
    """For which top_k a drawing is measured: for all up to every edge, of maps for some."""
    most = max(link.edges.shape[0] for link in links(network))
    chosen = range(1, most) if network.is_mlp() else [k for k in SOME_TOP_KS if k < most]
    return [*chosen, most]


def correct_if_only_drawn(
    network: Network,
    images: Floats,
    labels: Labels,
    *,
    top_ks: Sequence[int] | None = None,
    on_step: Callable[[int, int], None] = lambda step, of: None,
) -> list[int]:
    """For every top_k = 1, 2, … fan_in: how many digits a network of ONLY the drawn edges reads.

    The drawn edges are the top_k strongest into each unit; all other weights are set to zero and
    the biases stay. Entry [k - 1] belongs to top_k = k; the last one is the whole network. The
    link with most inputs decides how long the list is. `top_ks` chooses some instead.
    """
    chain = links(network)
    ranks = [incoming_ranks(link.edges) for link in chain]
    chosen = top_ks or range(1, max(len(rank) for rank in ranks) + 1)
    only_drawn = copy.deepcopy(network)
    drawn_chain = links(only_drawn)
    counts = []
    for step, top_k in enumerate(chosen, start=1):
        for link, drawn, rank in zip(chain, drawn_chain, ranks, strict=True):
            per_edge = (-1, *rank.shape)  # (taps, fan_in, fan_out)
            weights = link.params["W"].reshape(per_edge)
            drawn.params["W"].reshape(per_edge)[...] = np.where(rank < top_k, weights, 0)
        counts.append(int(np.count_nonzero(only_drawn.predict(images) == labels)))
        on_step(step, len(chosen))
    return counts
