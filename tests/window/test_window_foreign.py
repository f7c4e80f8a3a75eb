"""The window draws networks of any function truthfully: signs, sums, names and words."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from foreign_networks import foreign
from test_window_panels import texts

from neuroscribble.data.batches import Digits
from neuroscribble.data.pen import pen_digits
from neuroscribble.data.sources import KnownDigits, NamedDigits
from neuroscribble.errors import SettingsError
from neuroscribble.explain.links import links
from neuroscribble.formats.storage import load_network
from neuroscribble.ink.drawing import DrawnStroke, render_drawing
from neuroscribble.ink.normalize import normalize_ink
from neuroscribble.inputs import InputSpec
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.nn.outputs import OUTPUTS
from viz.diagram.theme import LIGHT, color_table
from viz.window.actions import Action
from viz.window.canvas import SIDE
from viz.window.cards import unit_card, why_card
from viz.window.controller import Controller
from viz.window.layout import arrange
from viz.window.maps import map_card
from viz.window.panels import Look, bars_panel
from viz.window.reading import Reading, read
from viz.window.scene import Picture
from viz.window.school import School
from viz.window.terms import input_names, unit_sum
from viz.window.tiles import hidden_grids, tile_shades, tiles_panel

STROKE = DrawnStroke([(90.0, 60.0), (200.0, 70.0), (120.0, 230.0)], 24)
LOOK = Look(LIGHT, arrange(1280, 800))
READ_BY_UNITS = ("maps", "piecewise", "normalized ReLU")


def drawn(network: Network) -> Reading:
    return read(network, render_drawing([STROKE], canvas=SIDE, side=SIDE))


@pytest.mark.parametrize("name", READ_BY_UNITS)
def test_terms_behind_every_dense_unit_add_up_and_have_names(name: str) -> None:
    network = foreign(name)
    reading = drawn(network)
    for number, (stage, link) in enumerate(zip(network.stages, links(network), strict=True)):
        if link.window is not None:
            continue
        for unit in range(stage.units):
            total = unit_sum(network, reading, stage.key, unit)
            added = total.contributions.sum() + total.bias
            assert added == pytest.approx(total.total, abs=1e-5)
            if stage.key in reading.hidden:
                assert total.activation == float(reading.hidden[stage.key][unit])
        assert len(set(total.names)) == len(total.weights) == link.n_rows
        assert input_names(network, number) == list(total.names)


def test_inputs_behind_a_mean_of_whole_maps_are_units_and_those_of_groups_their_own() -> None:
    network = foreign("maps")
    assert input_names(network, 4) == [f"h4:{unit}" for unit in range(5)]
    assert input_names(network, 1, group=1)[:3] == ["h1:2 at 0, 0", "h1:3 at 0, 0", "h1:2 at 0, 1"]
    assert input_names(network, 2, group=5)[0] == "h2:5 at 0, 0"


def test_tiles_of_either_sign_stand_on_one_scale_around_zero() -> None:
    reading = drawn(foreign("maps"))
    assert reading.is_signed
    items = tiles_panel(LOOK, reading)
    for (key, grid), picture in zip(
        hidden_grids(LOOK.layout, reading.hidden).items(),
        [item for item in items if isinstance(item, Picture)][1:],  # the first is the legend's
        strict=True,
    ):
        expected = tile_shades(reading.hidden[key], grid, is_signed=True)
        np.testing.assert_array_equal(picture.shades, expected)
        np.testing.assert_array_equal(picture.palette[1:], color_table(LIGHT.signed, 255))
    assert "− to + the layer's largest" in texts(items)
    values = np.array([-2.0, 0.0, 1.0])
    grid = hidden_grids(LOOK.layout, {"h1": values})["h1"]
    shades = tile_shades(values, grid, is_signed=True)
    centers = [
        shades[tile.y - grid.rect.y, tile.x - grid.rect.x]
        for tile in (grid.tile(place) for place in range(3))
    ]
    assert [int(shade) for shade in centers] == [1, 128, 191]  # 1 + 254 · (0, ½, ¾)
    assert not drawn(build_mlp(rng=np.random.default_rng(1))).is_signed


def test_cards_name_the_function_that_there_is() -> None:
    network = foreign("maps")
    reading = drawn(network)
    assert "after tanh, normalized" in texts(map_card(LOOK, reading, "h1", 0))
    assert "after leaky ReLU" in texts(map_card(LOOK, reading, "h2", 0))
    assert any("passes on" in text for text in texts(map_card(LOOK, reading, "h4", 0)))
    card = texts(unit_card(LOOK, reading, unit_sum(network, reading, "h5", 1)))
    value = f"{float(reading.hidden['h5'][1]):.3f}".replace("-", "−")
    assert f"sum, passes on {value} (GELU)" in card
    assert not any("ReLU:" in text or "silent" in text for text in card)
    normalized = texts(unit_card(LOOK, drawn(foreign("piecewise")), unit_sum(
        foreign("piecewise"), drawn(foreign("piecewise")), "h1", 0
    )))  # fmt: skip
    assert "weight × your normalized ink" in normalized
    total = unit_sum(network, reading, "output", 3)
    assert "logit" in texts(why_card(LOOK, reading, total, "3"))


def test_classes_that_are_judged_by_themselves_say_so() -> None:
    network = foreign("maps")
    reading = drawn(network)
    names = network.class_names
    assert "Probabilities, each class by itself" in texts(
        bars_panel(LOOK, reading, names, alone=True)
    )
    assert "Probabilities" in texts(bars_panel(LOOK, reading, names))
    assert reading.probabilities is not None
    assert not math.isclose(reading.probabilities.sum(), 1)


def test_values_that_are_no_probabilities_are_not_shown_as_such() -> None:
    network = build_mlp((4,), rng=np.random.default_rng(1))
    network.output = OUTPUTS["linear"]
    with pytest.raises(SettingsError, match="outputs are values, no probabilities"):
        Controller(network, theme=LIGHT, size=(1280, 800))


# ---------------------------------------------------------------- pictures of other sizes


def controller_of(network: Network) -> Controller:
    """A window of 1280 × 800 in which the stroke is drawn, with few digits to replay."""
    controller = Controller(network, theme=LIGHT, size=(1280, 800), school=few_digits(network))
    rect = controller.layout.canvas
    for nth, (x, y) in enumerate(STROKE.points):
        at = rect.x + x * rect.width / SIDE, rect.y + y * rect.height / SIDE
        controller.move(1, *at) if nth else controller.press(1, *at)
    controller.release(1)
    return controller


def few_digits(network: Network) -> School:
    images, labels = pen_digits(150, rng=np.random.default_rng(2))
    named = NamedDigits("few", Digits(images, labels))
    return School(network, digits=lambda: KnownDigits(named, named))


@pytest.mark.parametrize(("side", "channels", "box"), [(8, 1, 8), (16, 3, None), (64, 1, None)])
def test_drawings_become_pictures_of_the_networks_own_size(
    side: int, channels: int, box: int | None, rng: np.random.Generator
) -> None:
    network = build_mlp((7,), rng=rng, n_inputs=side * side * channels)
    shape = (side, side) if channels == 1 else (side, side, channels)
    network.meta["input"] = InputSpec(shape=shape, box=box).as_meta()
    controller = controller_of(network)
    reading = controller.reading
    longest = box or round(side * 20 / 28)
    expected = normalize_ink(controller.canvas.ink, side=side, box=longest)
    np.testing.assert_array_equal(reading.image, expected)
    read_by_network = expected.reshape(1, -1).repeat(channels, axis=1)
    np.testing.assert_array_equal(reading.probabilities, network.probabilities(read_by_network)[0])
    assert f"2 fit into {longest}×{longest}" in texts(controller.scene())
    pictures = [item for item in controller.scene() if isinstance(item, Picture)]
    field = controller.layout.image
    assert any(item.x >= field.x and item.shades.shape[0] >= side for item in pictures)
    total = unit_sum(network, reading, "h1", 3)
    assert total.contributions.sum() + total.bias == pytest.approx(total.total, abs=1e-5)
    assert total.as_picture(total.weights).shape == (side, side)
    assert len(set(total.names)) == side * side * channels
    controller.looked_at = ("h1", 3)
    assert "h1:3 looks at" in texts(controller.scene())


def test_such_a_network_is_taught_in_the_window(tmp_path: Path) -> None:
    """And the probe's digits are shown in its own size."""
    network = load_network("digits")
    controller = controller_of(network)
    controller.school.corrections = tmp_path
    before = controller.reading.probabilities
    controller.teach(4)
    after = controller.reading.probabilities
    assert before is not None
    assert after is not None
    assert after[4] > before[4]
    assert "Learned: a 4" in controller.status.text
    controller.scene()
    assert controller.school.teacher.probe.digits.images.shape[1] == 64
    controller.act(Action.UNTEACH)
    np.testing.assert_array_equal(controller.reading.probabilities, before)


def test_a_network_of_features_is_left_to_the_pages_sliders() -> None:
    with pytest.raises(SettingsError, match=r"reads 4 numbers, for which the page .* a slider"):
        drawn(load_network("iris"))
