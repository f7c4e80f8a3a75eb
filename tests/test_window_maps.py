"""The window of a network of maps: its feature maps alive, and the exact sum behind each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_school import small_school
from test_window_panels import SIZES, extent, texts

from neuroscribble.architectures import build_cnn
from neuroscribble.drawing import DrawnStroke, render_drawing
from neuroscribble.network import Network
from viz.theme import DARK, LIGHT
from viz.window.canvas import SIDE
from viz.window.cards import unit_card
from viz.window.controller import Controller
from viz.window.layout import Rect, arrange
from viz.window.panels import Look, tile_shades, tiles_panel
from viz.window.reading import Reading, read
from viz.window.scene import Picture
from viz.window.terms import unit_sum

LOOK = Look(LIGHT, arrange(1280, 800))
STROKE = DrawnStroke([(90.0, 60.0), (200.0, 70.0), (120.0, 230.0)], 24)


@pytest.fixture(scope="module")
def network() -> Network:
    network = build_cnn(((4, 4), (6,)), (12,), rng=np.random.default_rng(5))
    for name, array in network.named_statistics().items():
        array[...] = np.random.default_rng(len(name)).uniform(0.3, 1.2, array.shape)
    return network


@pytest.fixture(scope="module")
def reading(network: Network) -> Reading:
    return read(network, render_drawing([STROKE], canvas=SIDE, side=SIDE))


@pytest.mark.parametrize(
    ("key", "unit"), [("h1", 3), ("h2", 1), ("h3", 5), ("h4", 11), ("output", 7)]
)
def test_contributions_and_bias_are_the_mean_pre_activation(
    network: Network, reading: Reading, key: str, unit: int
) -> None:
    total = unit_sum(network, reading, key, unit)
    z = network.forward(reading.image.reshape(1, -1)).pre_activations[key][0, ..., unit]
    mean = float(z.mean(dtype=np.float64))
    assert total.total == pytest.approx(mean, abs=1e-6)
    assert total.contributions.sum() + total.bias == pytest.approx(mean, abs=1e-5)
    n_others, others = total.others(3)
    shown = sum(term.value for term in total.strongest(3))
    assert shown + others + total.bias == pytest.approx(mean, abs=1e-5)
    assert n_others == max(0, np.count_nonzero(total.contributions) - 3)


def test_the_only_term_of_a_first_map_is_the_picture(network: Network, reading: Reading) -> None:
    (term,) = unit_sum(network, reading, "h1", 0).strongest(5)
    assert term.name == "picture"
    assert term.activation == pytest.approx(float(reading.image.mean()), rel=0.2)


def test_a_reading_holds_maps_and_of_each_its_mean(network: Network, reading: Reading) -> None:
    trace = network.forward(reading.image.reshape(1, -1))
    assert list(reading.hidden) == ["h1", "h2", "h3", "h4"]
    assert {key: a.shape for key, a in reading.maps.items()} == {
        "h1": (28, 28, 4),
        "h2": (28, 28, 4),
        "h3": (14, 14, 6),
    }
    for key, maps in reading.maps.items():
        np.testing.assert_array_equal(maps, trace.activations[key][0])
        np.testing.assert_allclose(reading.hidden[key], maps.mean(axis=(0, 1)), rtol=1e-5)
    blank = read(network, np.zeros((SIDE, SIDE), np.float32))
    assert blank.is_blank
    assert not any(maps.any() for maps in blank.maps.values())


def test_a_tile_shows_its_own_map_on_the_scale_of_its_layer() -> None:
    maps = np.zeros((4, 4, 3))
    maps[1, 2, 0], maps[3, 0, 2] = 1.0, 0.5  # row 1, column 2 of map 0; row 3, column 0 of map 2
    (grid,) = LOOK.layout.tile_grids([3])
    shades = tile_shades(maps, grid)
    for unit, (row, column), shade in ((0, (1, 2), 255), (2, (3, 0), 128)):
        tile = grid.tile(unit)
        picture = shades[tile.y - grid.rect.y :, tile.x - grid.rect.x :]
        picture = picture[: tile.height, : tile.width]
        at = picture[round((row + 0.5) * tile.height / 4), round((column + 0.5) * tile.width / 4)]
        assert at == shade
        assert (picture > 1).sum() == pytest.approx(tile.width * tile.height / 16, rel=0.3)


@pytest.mark.parametrize("size", SIZES)
def test_everything_stays_inside_the_window_whatever_is_looked_at(
    size: tuple[int, int], network: Network, tmp_path: Path
) -> None:
    controller = Controller(
        network, theme=DARK, size=size, school=small_school(network, tmp_path)
    )
    x, y, width, height = controller.layout.canvas
    controller.press("mouse", x + width / 3, y + height / 4)
    controller.move("mouse", x + width / 2, y + height * 0.8)
    controller.release("mouse")
    window = Rect(0, 0, *size)
    keys = [(key, unit) for key in controller.reading.hidden for unit in (0, 3)]
    for looked_at in [None, *keys]:
        controller.looked_at = looked_at
        for item in controller.scene():
            rect = extent(item)
            assert window.contains(rect.x, rect.y), item
            assert window.contains(rect.right - 1, rect.bottom - 1), item
    sizes = [len(values) for values in controller.reading.hidden.values()]
    grids = controller.layout.tile_grids(sizes, n_maps=3)
    for left, right in zip(grids, grids[1:], strict=False):
        assert left.rect.right <= right.rect.x
    assert min(grid.pitch for grid in grids[:3]) > grids[3].pitch  # maps are larger


def test_the_mouse_over_a_map_shows_it_large(network: Network, tmp_path: Path) -> None:
    controller = Controller(
        network, theme=LIGHT, size=(1280, 800), school=small_school(network, tmp_path)
    )
    x, y, width, height = controller.layout.canvas
    controller.press("mouse", x + width / 3, y + height / 4)
    controller.move("mouse", x + width / 2, y + height * 0.8)
    controller.release("mouse")
    sizes = [len(values) for values in controller.reading.hidden.values()]
    grid = controller.layout.tile_grids(sizes, n_maps=3)[2]
    controller.hover(*grid.tile(4).center)
    assert controller.looked_at == ("h3", 4)
    total = unit_sum(network, controller.reading, "h3", 4)
    card = unit_card(LOOK, controller.reading, total)
    assert any("h3:4, a map of 14×14" in text for text in texts(card))
    (picture,) = (item for item in card if isinstance(item, Picture))
    assert picture.shades.shape[0] % 14 == 0
    marked = tiles_panel(LOOK, controller.reading, marked=("h3", 4))
    plain = tiles_panel(LOOK, controller.reading)
    assert len(marked) == len(plain) + 2  # a frame, and the map in it


def test_a_lesson_tells_which_weights_between_maps_moved_most(
    network: Network, tmp_path: Path
) -> None:
    school = small_school(network, tmp_path)
    controller = Controller(network, theme=LIGHT, size=(1280, 800), school=school)
    x, y, width, height = controller.layout.canvas
    controller.press("mouse", x + width / 3, y + height / 4)
    controller.move("mouse", x + width / 2, y + height * 0.8)
    controller.release("mouse")
    before = network.parameters.flat.copy()
    controller.teach(3)
    names = [stage.weights for stage in network.stages]
    for moved in school.lessons[-1].moved:
        W = network.named_params()[f"{names[moved.layer]}.W"]
        rows = W.reshape(-1, W.shape[-1])
        n_sources = (1, 4, 4, 6, 12)[moved.layer]
        assert np.float32(moved.after) in rows[moved.source :: n_sources, moved.target]
    school.undo()
    np.testing.assert_array_equal(network.parameters.flat, before)
