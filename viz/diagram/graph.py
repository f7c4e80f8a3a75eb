"""The diagram as a NetworkX graph: every unit a node, the drawn edges its edges.

A unit is a single number or a map; then an edge stands for the whole kernel between two maps.

Structure only; where a node stands is `layout`'s business and how it looks `theme`'s.
"""

from __future__ import annotations

import networkx as nx
import numpy as np

from .diagram import Diagram


def build_graph(diagram: Diagram, *, top_k: int) -> nx.DiGraph[str]:
    """All units and the drawn edges; node attributes `layer`, `index`; edge attribute `weight`.

    Values are plain Python numbers, ready for any serializer.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for column, ids in zip(diagram.columns, diagram.ids, strict=True):
        graph.add_nodes_from((id_, {"layer": column.key, "index": i}) for i, id_ in enumerate(ids))
    for strengths, drawn, sources, targets in zip(
        diagram.strengths, diagram.drawn(top_k), diagram.ids, diagram.ids[1:], strict=False
    ):
        graph.add_weighted_edges_from(
            (sources[i], targets[j], float(strengths[i, j])) for i, j in np.argwhere(drawn)
        )
    return graph
