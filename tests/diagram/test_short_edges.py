"""Units of a sparse network stand where their edges are short, and nothing else changes."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neuroscribble as ns
from neuroscribble.nn.layers import Dense
from neuroscribble.nn.network import Network, build_mlp
from viz.diagram.diagram import diagram_of
from viz.diagram.layout import Block, funnel_layout
from viz.diagram.order import shortened, squared_length


def block(*heights: float, x: float) -> Block:
    return Block(np.array([(x, y) for y in heights]), 1.0)


def test_two_crossing_edges_by_hand() -> None:
    """Inputs at heights 0 and 10; unit 0 stands above and reads the lower one, unit 1 the upper.

    Both edges into the hidden units are 10 down or up and 5 wide, those out of them 5 wide to
    height 5: 2 · (100 + 25) + 2 · (25 + 25) = 350; changed, 2 · 25 + 2 · 50 = 150.
    """
    blocks = [block(0, 10, x=0), block(0, 10, x=5), block(5, x=10)]
    joined = [np.array([[False, True], [True, False]]), np.array([[True], [True]])]
    assert squared_length([b.positions for b in blocks], joined) == 350
    places = [b.positions for b in shortened(blocks, joined)]
    assert places[1].tolist() == [[5, 10], [5, 0]]
    assert squared_length(places, joined) == 150
    for n in (0, 2):
        assert (places[n] == blocks[n].positions).all()  # pixels and classes stay


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_one_hidden_column_gets_the_best_places_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    blocks = funnel_layout((6, 4, 3))
    joined = [rng.random((6, 4)) < 0.4, rng.random((4, 3)) < 0.4]
    old = [b.positions for b in blocks]
    every = (
        squared_length([old[0], old[1][list(order)], old[2]], joined)
        for order in permutations(range(4))
    )
    found = squared_length([b.positions for b in shortened(blocks, joined)], joined)
    assert found == pytest.approx(min(every))


def test_a_sparse_network_has_shorter_edges_and_a_full_one_stays() -> None:
    full = build_mlp((6,), rng=np.random.default_rng(1), n_inputs=16, n_classes=3)
    assert [b.positions.tolist() for b in diagram_of(full).blocks] == [
        b.positions.tolist() for b in funnel_layout((16, 6, 3), is_picture=False)
    ]
    ends = np.zeros((16, 6), np.float32)
    ends[np.arange(6), 5 - np.arange(6)] = 1
    last = np.zeros((6, 3), np.float32)
    last[0, 0] = 1
    layers = {
        "dense1": Dense.from_arrays(ends, np.zeros(6)),
        "dense2": Dense.from_arrays(last, np.zeros(3)),
    }
    sparse = diagram_of(Network(layers, input_shape=(16,), class_names="abc"))
    joined = [link.is_edge for link in sparse.links]
    before = [b.positions for b in funnel_layout((16, 6, 3), is_picture=False)]
    after = [b.positions for b in sparse.blocks]
    assert squared_length(after, joined) < squared_length(before, joined)
    assert sorted(map(tuple, after[1])) == sorted(map(tuple, before[1]))


def test_the_shipped_sparse_network_is_a_tenth_shorter() -> None:
    diagram = diagram_of(ns.load_network("sparse.npz"))
    joined = [link.is_edge for link in diagram.links]
    before = squared_length([b.positions for b in funnel_layout(diagram.sizes)], joined)
    after = squared_length([b.positions for b in diagram.blocks], joined)
    assert after < 0.9 * before
