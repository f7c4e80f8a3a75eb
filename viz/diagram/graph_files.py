"""The whole graph as a file that Gephi, Cytoscape, yEd and NetworkX read: GraphML or GEXF.

Unlike a picture it holds every edge. A node tells its layer, its number and where it stands; an
edge its weight, exactly as it is in the network, and its strength, which is never negative and is
what such programs should draw or lay out by.
"""

from __future__ import annotations

import re
from io import BytesIO

import networkx as nx
import numpy as np

from neuroscribble.errors import SettingsError
from neuroscribble.explain.drawings import usual_swings
from neuroscribble.nn.network import Network

from .diagram import Diagram, diagram_of
from .theme import LIGHT, rgb

KINDS = ("gexf", "graphml")
MOST_EDGES = 1_000_000  # some 300 MB of text
DATE = re.compile(rb' lastmodifieddate="[^"]*"')  # which would make each file another one


def graph_bytes(network: Network, kind: str) -> bytes:
    """The file's content; kind is one of KINDS.

    Raises SettingsError for a network with no such picture, or of more than MOST_EDGES edges.
    """
    diagram = diagram_of(network)
    n_edges = sum(link.n_edges for link in diagram.links)
    if n_edges > MOST_EDGES:
        raise SettingsError(
            f"a graph file holds at most {MOST_EDGES:,} edges; this network has {n_edges:,}."
        )
    graph = whole_graph(network, diagram)
    content = BytesIO()
    if kind == "graphml":
        nx.write_graphml_xml(graph, content, named_key_ids=True)
        return content.getvalue()
    for id_, x, y, size in _places(diagram):
        red, green, blue = rgb(LIGHT.muted)
        graph.nodes[id_]["viz"] = {
            "position": {"x": x, "y": y, "z": 0.0},
            "size": size,
            "color": {"r": red, "g": green, "b": blue, "a": 1.0},
        }
    nx.write_gexf(graph, content)
    return DATE.sub(b"", content.getvalue())


def whole_graph(network: Network, diagram: Diagram) -> nx.DiGraph[str]:
    """Every unit and every edge.

    Nodes: `label`, `layer`, `index`, `x` and `y` (upwards, as in these programs), of units with a
    sum `bias`. Edges: `weight`, between maps the norm of the kernel with the sign of its sum, and
    `strength`, the usual swing where the network tells what is usual, else |weight|.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    names = dict(zip(diagram.ids[-1], diagram.class_names, strict=True))
    for id_, x, y, _ in _places(diagram):
        graph.add_node(id_, label=names.get(id_, id_), x=x, y=y)
    for column, ids in zip(diagram.columns, diagram.ids, strict=True):
        for index, id_ in enumerate(ids):
            graph.nodes[id_].update(layer=column.key, index=index)
    for link, sources, targets in zip(diagram.links, diagram.ids, diagram.ids[1:], strict=False):
        for id_, bias in zip(targets, link.bias, strict=True):
            graph.nodes[id_]["bias"] = float(bias)
        weights = link.edges
        strengths = usual_swings(network, link) if network.usual else np.abs(weights)
        for i, j in np.argwhere(link.is_edge):
            told = {"weight": float(weights[i, j]), "strength": float(strengths[i, j])}
            graph.add_edge(sources[i], targets[j], **told)
    return graph


def _places(diagram: Diagram) -> list[tuple[str, float, float, float]]:
    """(id, x, y upwards, diameter) of every unit."""
    return [
        (id_, float(x), float(-y), block.size)
        for ids, block in zip(diagram.ids, diagram.blocks, strict=True)
        for id_, (x, y) in zip(ids, block.positions, strict=True)
    ]
