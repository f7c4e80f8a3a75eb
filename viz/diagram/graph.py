"""The network as a NetworkX graph: every unit a node, the strongest weights its edges.

A unit is a single number or a map; then an edge stands for the whole kernel between two maps.

Structure only; where a node stands is `layout`'s business and how it looks `theme`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import numpy as np

from neuroscribble.errors import SettingsError
from neuroscribble.explain.attribution import incoming_ranks
from neuroscribble.explain.links import columns, links
from neuroscribble.nn.network import Network


def layer_keys(n_layers: int) -> list[str]:
    """Names of the columns: "input", "h1", "h2", …, "output"."""
    return ["input", *(f"h{i}" for i in range(1, n_layers - 1)), "output"]


def picture_side(n_inputs: int) -> int | None:
    """The side of a square picture of inputs, or None when they form no square of several."""
    side = round(n_inputs**0.5)
    return side if side * side == n_inputs > 1 else None


def layer_sizes(network: Network) -> tuple[int, ...]:
    """Units of every column, input first: (784, 128, 64, 10), or maps: (1, 16, 16, …, 10)."""
    return tuple(column.n_units for column in columns(network))


def node_id(key: str, index: int, *, side: int | None) -> str:
    """ "h1:37"; an input that is a pixel of a picture is named by row and column: "input:3,14"."""
    if key == "input" and side is not None:
        row, column = divmod(index, side)
        return f"input:{row},{column}"
    return f"{key}:{index}"


def node_ids(layer_sizes: tuple[int, ...]) -> list[list[str]]:
    """The ids of all units, layer by layer, in the order of their indices."""
    side = picture_side(layer_sizes[0])
    return [
        [node_id(key, index, side=side) for index in range(size)]
        for key, size in zip(layer_keys(len(layer_sizes)), layer_sizes, strict=True)
    ]


def strongest_edges(network: Network, *, top_k: int) -> Iterator[tuple[str, str, float]]:
    """(from, to, strength) of the `top_k` strongest weights INTO each unit, so none is left alone.

    Of equal strengths the lower index is drawn; a unit with fewer inputs gets them all.
    """
    if top_k < 1:
        raise SettingsError(f"top_k must be at least 1; got {top_k}.")
    ids = node_ids(layer_sizes(network))
    for link, sources, targets in zip(links(network), ids, ids[1:], strict=False):
        weights = link.edges
        for i, j in np.argwhere(incoming_ranks(weights) < top_k):
            yield sources[i], targets[j], float(weights[i, j])


def build_graph(network: Network, *, top_k: int) -> nx.DiGraph[str]:
    """All units and the strongest edges; node attributes `layer`, `index`; edge attribute `weight`.

    Values are plain Python numbers, ready for any serializer.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    sizes = layer_sizes(network)
    for key, ids in zip(layer_keys(len(sizes)), node_ids(sizes), strict=True):
        graph.add_nodes_from((name, {"layer": key, "index": i}) for i, name in enumerate(ids))
    graph.add_weighted_edges_from(strongest_edges(network, top_k=top_k))
    return graph
