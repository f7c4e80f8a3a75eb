"""What a picture of a network is of: its columns, its links, their names and places.

Computed once from a network and never changed. Whatever draws takes a diagram; nothing that draws
asks the network again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from neuroscribble.errors import SettingsError
from neuroscribble.explain.cutting import Masks
from neuroscribble.explain.drawings import Ranking, rank_edges
from neuroscribble.explain.links import Column, Link, columns, links
from neuroscribble.nn.network import Network
from neuroscribble.nn.reads import input_of
from neuroscribble.nn.usual import Usual
from neuroscribble.shapes import Floats

from .layout import Block, funnel_layout
from .names import node_ids
from .order import shortened

BEST_WAY = ("usual", "network")  # how edges are chosen and spread where nothing else is asked
PLAIN_WAY = ("weight", "unit")  # what is possible without knowing what the network usually does
SPARSE = 0.1  # share of the pairs of units that edges join, up to which places follow the edges


@dataclass(frozen=True, eq=False)
class Diagram:
    """Columns from left to right, with what lies between them."""

    columns: tuple[Column, ...]
    ids: tuple[list[str], ...]  # of the units of each column
    blocks: tuple[Block, ...]  # where they stand
    links: tuple[Link, ...]  # one fewer than columns
    strengths: tuple[Floats, ...]  # signed, of each link's edges: (fan_in, fan_out)
    class_names: tuple[str, ...]  # of the output units
    usual: dict[str, Usual]  # by link; empty where it is not known
    ranking: Ranking  # which edges are drawn first

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """Units of every column, input first."""
        return tuple(column.n_units for column in self.columns)

    def drawn(self, top_k: int) -> Masks:
        """The edges that a picture with so many shows, link by link."""
        if top_k < 1:
            raise SettingsError(f"top_k must be at least 1; got {top_k}.")
        return self.ranking.drawn(top_k)


def diagram_of(
    network: Network, *, choose: str | None = None, spread: str | None = None
) -> Diagram:
    """The diagram of a network, its edges ranked as `explain.drawings` describes.

    By default by usual swing over the whole network, where the network tells what is usual.
    Raises SettingsError when it is built in a way that has no picture.
    """
    shown = columns(network)
    chain = links(network)
    best, most = BEST_WAY if network.usual else PLAIN_WAY
    sizes = [column.n_units for column in shown]
    maps = [column.map_shape for column in shown]
    is_picture = input_of(network).is_picture
    blocks = funnel_layout(sizes, map_shapes=maps, is_picture=is_picture)
    joined = [link.is_edge for link in chain]
    if sum(link.n_edges for link in chain) <= SPARSE * sum(pairs.size for pairs in joined):
        blocks = shortened(blocks, joined)
    return Diagram(
        columns=tuple(shown),
        ids=tuple(node_ids(sizes, is_picture=is_picture)),
        blocks=tuple(blocks),
        links=tuple(chain),
        strengths=tuple(link.edges for link in chain),
        class_names=network.output_names,
        usual=dict(network.usual),
        ranking=rank_edges(network, choose=choose or best, spread=spread or most),
    )
