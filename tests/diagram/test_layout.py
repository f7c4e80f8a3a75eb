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


@settings(max_examples=60)
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


@settings(max_examples=60)
@given(any_sizes)
def test_layers_stand_from_left_to_right_around_one_line(sizes: list[int]) -> None:
    blocks = funnel_layout(sizes)
    centers = [float(np.mean(extent(block, 0))) for block in blocks]
    assert centers == sorted(centers)
    for block in blocks:
        assert np.mean(extent(block, 1)) == pytest.approx(0, abs=1e-9)


@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=5))
def test_hidden_layers_become_lower_from_left_to_right(hidden: list[int]) -> None:
    spacing = Spacing()
    sizes = (784, *(size + 1 for size in hidden), 10)  # a unit by itself has no height to fill
    for number, height in enumerate(heights(sizes)[1:-1]):
        assert height == pytest.approx(spacing.height * spacing.funnel**number)


@given(st.lists(st.integers(1, 900), max_size=5), st.integers(2, 40))
def test_the_picture_is_as_tall_as_the_outputs(hidden: list[int], n_classes: int) -> None:
    first, *_, last = heights((784, *hidden, n_classes))
    assert first == pytest.approx(last)


@pytest.mark.parametrize("hidden", [(), (3,), (128, 64), (512, 512), (300, 200, 100, 50)])
def test_the_whole_is_a_little_wider_than_tall(hidden: tuple[int, ...]) -> None:
    blocks = funnel_layout((784, *hidden, 10))
    width = extent(blocks[-1], 0)[1] - extent(blocks[0], 0)[0]
    assert max(heights((784, *hidden, 10))) == pytest.approx(Spacing().height)
    assert 1.2 < width / Spacing().height <= Spacing().aspect


def test_the_input_is_a_picture_the_right_way_up() -> None:
    (inputs, *_), (names, *_) = funnel_layout(CLASSIC), node_ids(CLASSIC)
    place = dict(zip(names, inputs.positions, strict=True))
    corner = place["input:0,0"]
    assert corner.tolist() == inputs.positions.min(axis=0).tolist()  # top left: y points down
    assert place["input:27,27"].tolist() == inputs.positions.max(axis=0).tolist()
    pitch = (place["input:0,27"] - corner)[0] / 27
    for row, column in ((0, 1), (1, 0), (13, 5), (27, 0)):
        offset = place[f"input:{row},{column}"] - corner
        assert offset == pytest.approx([pitch * column, pitch * row])


def test_blocks_fill_column_by_column_from_the_top() -> None:
    block = funnel_layout((784, 39, 10))[1]
    x, y = block.positions.T
    assert (np.diff(y[:20]) > 0).all()
    assert len(set(x[:20])) == 1  # 20 in the first column, 19 in the second, from the top again
    assert y[20] == y[0]
    assert x[20] > x[19]


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
    assert width / height < 1.4  # at 16:10, panels and numbers leave no more


def test_a_wide_layer_is_a_slender_block_of_visible_units() -> None:
    for size in (200, 512, 1000, 2000):
        block = funnel_layout((784, size, 10))[1]
        width, height = (np.subtract(*extent(block, axis)[::-1]) for axis in (0, 1))
        assert height > 7 * width
        assert block.size > 4
