"""Feature maps in the window: the network's own pixels, small in tiles and large on a card."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_cnn import small_cnn
from small_school import brief_school
from test_window_panels import texts

from neuroscribble.ink.drawing import DrawnStroke, render_drawing
from neuroscribble.nn.architectures import build_cnn
from neuroscribble.nn.network import Network
from viz.diagram.theme import DARK, LIGHT, rgb
from viz.window.canvas import SIDE
from viz.window.controller import Controller
from viz.window.layout import Rect, arrange
from viz.window.maps import map_card
from viz.window.panels import Look
from viz.window.reading import Reading, read
from viz.window.scene import Picture
from viz.window.terms import input_names, unit_sum
from viz.window.tiles import hidden_grids, resampled, tile_grids, tile_shades, tiles_panel

STROKE = DrawnStroke([(90.0, 60.0), (200.0, 70.0), (120.0, 230.0)], 24)
LOOK = Look(LIGHT, arrange(1280, 800))


@pytest.fixture(scope="module")
def network() -> Network:
    return small_cnn()


@pytest.fixture(scope="module")
def reading(network: Network) -> Reading:
    return read(network, render_drawing([STROKE], canvas=SIDE, side=SIDE))


@pytest.fixture
def controller(network: Network, tmp_path: Path) -> Controller:
    school = brief_school(small_cnn(), tmp_path)
    controller = Controller(school.network, theme=DARK, size=(1280, 800), school=school)
    x, y = controller.layout.canvas.center
    controller.press("mouse", x, y - 100)
    controller.move("mouse", x + 20, y + 100)
    controller.release("mouse")
    return controller


def test_a_reading_keeps_the_maps_of_the_forward_pass(network: Network, reading: Reading) -> None:
    trace = network.forward(reading.image.reshape(1, 784))
    assert reading.hidden["h1"].shape == (28, 28, 8)
    for key, values in reading.hidden.items():
        np.testing.assert_array_equal(values, trace.activations[key][0])
        np.testing.assert_array_equal(reading.sums[key], trace.pre_activations[key][0])
    assert [reading.shows_maps(key) for key in reading.hidden] == [True, True, True, False]


def test_a_map_is_as_active_as_its_mean(reading: Reading) -> None:
    means = reading.hidden["h2"].mean(axis=(0, 1))
    np.testing.assert_allclose(reading.strengths("h2"), means, rtol=1e-5)
    order = reading.order("h2", is_sorted=True)
    assert list(means[order]) == sorted(means, reverse=True)
    np.testing.assert_array_equal(reading.strengths("h4"), reading.hidden["h4"])


def test_a_maps_tile_is_the_map_on_its_layers_scale() -> None:
    values = np.zeros((3, 3, 2))
    values[0, 1, 0], values[2, 2, 1] = 4, 2
    (grid,) = tile_grids([(3, 3, 2)], Rect(0, 0, 200, 40), gap=0)
    shades = tile_shades(values, grid)
    tiles = [grid.tile(0), grid.tile(1)]
    for number, tile in enumerate(tiles):
        cut = shades[tile.y : tile.bottom, tile.x : tile.right]
        thirds = [round((i + 0.5) * tile.width / 3) for i in range(3)]
        seen = cut[np.ix_(thirds, thirds)]
        np.testing.assert_array_equal(seen, 1 + np.rint(254 * values[..., number] / 4))
    assert not shades[:, tiles[0].right : grid.pitch].any()


def test_another_size_keeps_the_mean_and_whole_times_keep_every_pixel(
    rng: np.random.Generator,
) -> None:
    maps = rng.random((2, 7, 5))
    for size in [(3, 4), (7, 5), (20, 11)]:
        smaller = resampled(maps, size)
        assert smaller.shape == (2, *size)
        np.testing.assert_allclose(smaller.mean(axis=(1, 2)), maps.mean(axis=(1, 2)))
    doubled = resampled(maps, (14, 10))
    np.testing.assert_allclose(doubled, maps.repeat(2, 1).repeat(2, 2))


@pytest.mark.parametrize("size", [(900, 600), (1280, 800), (1920, 1080), (3840, 2160)])
def test_maps_get_larger_tiles_than_units_and_all_fit(size: tuple[int, int]) -> None:
    layout = arrange(*size)
    network = build_cnn(rng=np.random.default_rng(1))
    hidden = {stage.key: np.zeros(stage.shape) for stage in network.stages[:-1]}
    grids = hidden_grids(layout, hidden)
    sides = [grid.side for grid in grids.values()]
    assert sides == sorted(sides, reverse=True)
    assert sides[0] > 2 * sides[-1]
    assert size[0] < 1280 or sides[0] >= 27  # nearly a pixel of the screen for each of the map
    for before, after in zip(list(grids.values()), list(grids.values())[1:], strict=False):
        assert before.rect.right < after.rect.x
    assert max(grid.rect.right for grid in grids.values()) <= layout.tiles.right
    assert max(grid.rect.bottom for grid in grids.values()) < layout.tiles.bottom


def test_captions_tell_how_many_maps_of_which_size(reading: Reading) -> None:
    shown = texts(tiles_panel(LOOK, reading))
    assert {"h1: 8×28×28", "h3: 6×14×14"} <= set(shown)


def test_the_card_of_a_map_shows_its_sums_and_what_passes(reading: Reading) -> None:
    unit = int(reading.strengths("h2").argmax())
    items = map_card(LOOK, reading, "h2", unit)
    sums, passed = (item for item in items if isinstance(item, Picture))
    z, a = reading.sums["h2"][..., unit], reading.hidden["h2"][..., unit]
    side = len(sums.shades) / 14
    row, column = divmod(int(a.argmax()), 14)
    y, x = round((row + 0.5) * side), round((column + 0.5) * side)
    assert passed.shades[y, x] > passed.shades.mean()
    assert sums.shades[y, x] > 127
    assert sums.shades.min() < 127
    shown = texts(items)
    assert f"h2:{unit}, a map of 14×14" in shown
    n = np.count_nonzero(z > 0)
    assert f"it passes on {n} of 196 pixels, {a.mean():.3f} on average" in shown


def test_a_silent_map_and_a_blank_drawing_are_said(network: Network, reading: Reading) -> None:
    silent = Reading(
        reading.image,
        {"h1": np.zeros((5, 5, 1))},
        reading.probabilities,
        {"h1": np.full((5, 5, 1), -1.0)},
    )
    assert texts(map_card(LOOK, silent, "h1", 0))[-1] == "ReLU: the whole map is silent, 0"
    blank = read(network, np.zeros((SIDE, SIDE), dtype=np.float32))
    assert texts(map_card(LOOK, blank, "h1", 0))[-1] == "Draw, and see what it answers to."


def test_pointing_at_a_map_shows_its_card_and_arrows_walk_on(controller: Controller) -> None:
    tile = hidden_grids(controller.layout, controller.reading.hidden)["h2"].tile(3)
    controller.hover(*tile.center)
    assert controller.looked_at == ("h2", 3)
    scene = controller.scene()
    assert "h2:3, a map of 14×14" in texts(scene)
    frames = [item for item in scene if getattr(item, "rect", None) == tile]
    assert [frame.fill for frame in frames] == [rgb(DARK.accent)]
    controller.key("down")
    controller.key("down")
    assert controller.looked_at == ("h4", 3)
    assert "h4:3: activation × weight" in texts(controller.scene())


@pytest.mark.parametrize("key", ["h4", "output"])
def test_terms_behind_a_dense_unit_add_up_and_name_their_places(
    network: Network, reading: Reading, key: str
) -> None:
    total = unit_sum(network, reading, key, 2)
    assert total.contributions.sum() + total.bias == pytest.approx(total.total, abs=1e-5)
    assert len(total.names) == len(total.weights)
    strongest = total.strongest(1)[0]
    if key == "h4":  # pooled maps of h3: 7×7 places of 6 maps
        unit, row, column = re_place(strongest.name)
        pooled = network.forward(reading.image.reshape(1, 784)).outputs["pool2"][0]
        assert strongest.activation == pytest.approx(float(pooled[row, column, unit]))


def re_place(name: str) -> tuple[int, int, int]:
    """ "h3:5 at 2, 6" → 5, 2, 6."""
    unit, place = name.removeprefix("h3:").split(" at ")
    row, column = place.split(", ")
    return int(unit), int(row), int(column)


def test_every_input_of_every_layer_has_a_name(network: Network) -> None:
    for number, stage in enumerate(network.stages):
        weights = network.layers[stage.weights].params["W"]
        names = input_names(network, number)
        assert len(set(names)) == len(names) == weights.reshape(-1, stage.units).shape[0]
    assert input_names(network, 0)[5] == "pixel 1, 2"
    assert input_names(network, 1)[1] == "h1:1 at 0, 0"


def test_a_lesson_on_a_network_with_maps_tells_what_moved(controller: Controller) -> None:
    before = controller.network.parameters.flat.copy()
    controller.teach(5)
    assert not controller.status.is_bad
    shown = texts(controller.scene())
    assert "Lesson: 5, mixed with old digits" in shown
    assert any(" to " in text and "  " in text for text in shown)
    controller.key("u")
    np.testing.assert_array_equal(controller.network.parameters.flat, before)
