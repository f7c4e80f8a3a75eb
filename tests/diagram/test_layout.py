"""The funnel: a picture at the left, blocks that get shorter, and nothing on top of another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from viz.diagram.layout import Block, Spacing, funnel_layout
from viz.diagram.names import node_ids

CLASSIC = (784, 128, 64, 10)
any_sizes = st.lists(st.integers(1, 900), min_size=2, max_size=6)


def extent(block: Block, axis: int) -> tuple[float, float]:
    """Where a block begins and ends, with the whole size of its outer units."""
    places = block.positions[:, axis]
    return float(places.min()) - block.size / 2, float(places.max()) + block.size / 2


def heights(sizes: tuple[int, ...]) -> list[float]:
    return [float(np.subtract(*extent(block, 1)[::-1])) for block in funnel_layout(sizes)]


@settings(deadline=None, max_examples=60)
@example(list(CLASSIC))
@example([784, 10])
@example([2, 1])
@given(any_sizes)
def test_no_two_units_overlap(sizes: list[int]) -> None:
    blocks = funnel_layout(sizes)
    assert [len(block.positions) for block in blocks] == sizes
    for number, block in enumerate(blocks):
        metric = np.inf if number == 0 else 2  # pixels are squares, units are circles
        assert not cKDTree(block.positions).query_pairs(block.size * (1 + 1e-9), p=metric)
    for left, right in zip(blocks, blocks[1:], strict=False):
        assert extent(left, 0)[1] < extent(right, 0)[0]


@settings(deadline=None, max_examples=60)
@given(any_sizes)
def test_layers_stand_from_left_to_right_around_one_line(sizes: list[int]) -> None:
    blocks = funnel_layout(sizes)
    centers = [float(np.mean(extent(block, 0))) for block in blocks]
    assert centers == sorted(centers)
    for block in blocks:
        assert np.mean(extent(block, 1)) == pytest.approx(0, abs=1e-9)


@given(st.lists(st.integers(1, 784), max_size=5))
def test_heights_never_grow_from_layer_to_smaller_layer(hidden: list[int]) -> None:
    found = heights((784, *sorted(hidden, reverse=True), 1))
    assert all(right <= left for left, right in zip(found, found[1:], strict=False))


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=5))
def test_no_layer_is_taller_than_its_place_in_the_funnel(sizes: list[int]) -> None:
    spacing = Spacing()
    for number, height in enumerate(heights((784, *sizes))):
        assert height <= spacing.height * spacing.funnel**number


def test_the_input_is_a_picture_the_right_way_up() -> None:
    (inputs, *_), (names, *_) = funnel_layout(CLASSIC), node_ids(CLASSIC)
    place = dict(zip(names, inputs.positions, strict=True))
    corner = place["input:0,0"]
    assert corner.tolist() == inputs.positions.min(axis=0).tolist()  # top left: y points down
    assert place["input:27,27"].tolist() == inputs.positions.max(axis=0).tolist()
    for row, column in ((0, 1), (1, 0), (13, 5), (27, 0)):
        offset = place[f"input:{row},{column}"] - corner
        assert offset == pytest.approx([23 * column, 23 * row])


def test_blocks_fill_column_by_column_from_the_top() -> None:
    block = funnel_layout((784, 40, 10))[1]
    x, y = block.positions.T
    assert (np.diff(y[:32]) > 0).all()
    assert len(set(x[:32])) == 1  # 32 in the first column, 8 in the second, from the top again
    assert y[32] == y[0]
    assert x[32] > x[31]


def test_inputs_that_form_no_square_are_a_block_like_the_others() -> None:
    x, y = funnel_layout((30, 5))[0].positions.T
    assert len(set(x)) == 1
    assert (np.diff(y) > 0).all()


def test_maps_are_squares_that_can_be_seen_on_a_full_hd_screen() -> None:
    sizes = (1, 16, 16, 32, 32, 64, 128, 10)
    shapes = [(28, 28)] * 3 + [(14, 14)] * 2 + [(7, 7), (1, 1), (1, 1)]
    blocks = funnel_layout(sizes, map_shapes=shapes)
    assert [len(block.positions) for block in blocks] == list(sizes)
    for block in blocks[:-2]:
        assert not cKDTree(block.positions).query_pairs(block.size * (1 + 1e-9), p=np.inf)
    for left, right in zip(blocks, blocks[1:], strict=False):
        assert extent(left, 0)[1] < extent(right, 0)[0]
    width = extent(blocks[-1], 0)[1] - extent(blocks[0], 0)[0]
    height = max(float(np.subtract(*extent(block, 1)[::-1])) for block in blocks)
    scale = min(1080 / width, 800 / height)  # what panels and numbers leave of the screen
    assert all(block.size * scale >= 24 for block in blocks[:-2])


def test_the_classic_network_fits_a_full_hd_screen_with_units_of_four_pixels() -> None:
    blocks = funnel_layout(CLASSIC)
    width = extent(blocks[-1], 0)[1] - extent(blocks[0], 0)[0]
    height = max(heights(CLASSIC))
    scale = min(1920 / width, 1080 / height)
    assert all(block.size * scale >= 4 for block in blocks)
    assert 1.4 < width / height < 2.6  # about 16:9, with room for a panel
