"""Panels and layout: what is painted, where, in which colors; without a screen."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from neuroscribble.errors import SettingsError
from neuroscribble.nn.network import Network, build_mlp
from viz.diagram.theme import DARK, LIGHT, THEMES, rgb
from viz.window.answer import UNFINISHED, UNLIKE, answer_panel
from viz.window.controller import Controller
from viz.window.layout import Layout, Rect, arrange
from viz.window.panels import Look, bars_panel, percent, stages_panel
from viz.window.reading import Reading, read
from viz.window.scene import Box, Item, Label, Picture
from viz.window.several import Several
from viz.window.tiles import tile_grids, tile_shades, tiles_panel

SIZES = [(900, 600), (1280, 800), (1440, 900), (1920, 1080), (3440, 1440), (3840, 2160)]
NAMES = tuple("0123456789")
BLANK = Reading(np.zeros((28, 28)), {"h1": np.zeros(6), "h2": np.zeros(4)}, None)


def answered(*probabilities: float) -> Reading:
    hidden = {"h1": np.array([0.0, 1.0, 2.0, 4.0, 0.0, 0.0]), "h2": np.arange(4.0)}
    return Reading(np.ones((28, 28)), hidden, np.array(probabilities))


def one(reading: Reading) -> Several:
    return Several((np.ones((9, 9), np.float32),), (reading,), 0)


def rects(layout: Layout) -> dict[str, Rect]:
    return {name: value for name, value in vars(layout).items() if isinstance(value, Rect)}


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Label)]


def extent(item: Item) -> Rect:
    if isinstance(item, Box):
        return item.rect
    if isinstance(item, Picture):
        return Rect(item.x, item.y, item.shades.shape[1], item.shades.shape[0])
    shift = {"left": 0, "center": item.width // 2, "right": item.width}[item.align]
    return Rect(item.x - shift, item.y - item.size // 2, item.width, item.size)


def test_what_the_network_sees_may_be_the_upright_picture() -> None:
    network = build_mlp((6, 4), rng=np.random.default_rng(1))
    ink = np.zeros((280, 280), np.float32)
    for row in range(40, 240):  # a line that leans
        ink[row, 200 - row // 2 : 220 - row // 2] = 1
    look = Look(LIGHT, arrange(1280, 800))
    assert "3 what it sees" in texts(stages_panel(look, read(network, ink)))
    network.upright = (28, 28)
    found = read(network, ink)
    assert "3 set upright" in texts(stages_panel(look, found))
    columns = np.flatnonzero(found.seen.any(axis=0))
    assert len(columns) < len(np.flatnonzero(found.image.any(axis=0))) / 2
    assert np.array_equal(found.inputs["h1"], found.seen.ravel())
    assert np.array_equal(found.pixels, found.image.ravel())  # what a lesson is about
    network.even = True
    assert "3 upright, even" in texts(stages_panel(look, read(network, ink)))


@pytest.mark.parametrize("size", [*SIZES, (900, 1600), (2000, 600)])
def test_nothing_overlaps_and_nothing_leaves_the_window(size: tuple[int, int]) -> None:
    layout = arrange(*size)
    window = Rect(0, 0, *size)
    for name, rect in rects(layout).items():
        assert min(rect.width, rect.height) > 0, name
        assert window.contains(rect.x, rect.y), name
        assert window.contains(rect.right - 1, rect.bottom - 1), name
    for (name, a), (other, b) in combinations(rects(layout).items(), 2):
        apart = a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
        assert apart, f"{name} overlaps {other}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("hidden", [(128, 64), (128,), (), (5, 300, 7, 2), (9,) * 20])
def test_every_painted_thing_is_in_the_window(
    size: tuple[int, int], hidden: tuple[int, ...]
) -> None:
    network = build_mlp(hidden, rng=np.random.default_rng(3))
    controller = Controller(network, theme=LIGHT, size=size)
    canvas = controller.layout.canvas
    controller.press("mouse", *canvas.center)
    for item in controller.scene():
        rect = extent(item)
        assert min(rect.x, rect.y) >= 0, item
        assert rect.right <= size[0], item
        assert rect.bottom <= size[1], item


@pytest.mark.parametrize("size", SIZES)
def test_canvas_and_image_are_square(size: tuple[int, int]) -> None:
    layout = arrange(*size)
    assert layout.canvas.width == layout.canvas.height > size[1] * 0.58
    assert layout.image.width == layout.image.height
    assert layout.image.width % 28 == 0


@pytest.mark.parametrize("size", [(1, 1), (60, 40), (300, 200)])
def test_a_tiny_window_breaks_nothing(size: tuple[int, int]) -> None:
    network = build_mlp(rng=np.random.default_rng(3))
    assert Controller(network, theme=DARK, size=size).scene()


def test_hidden_layers_share_one_size_of_tiles_in_full_rows() -> None:
    area = Rect(100, 50, 564, 176)
    first, second = tile_grids([(128,), (64,)], area, gap=30)
    assert first.pitch == second.pitch >= 20
    assert (first.rows * first.columns, second.rows * second.columns) == (128, 64)
    assert second.rect.x == first.rect.right + 30
    assert second.rect.right <= area.right
    assert first.rect.bottom <= area.bottom


@pytest.mark.parametrize("sizes", [[1], [10], [1, 1000], [300] * 6, [20_000]])
def test_tiles_of_any_layers_fit(sizes: list[int]) -> None:
    area = Rect(0, 0, 500, 170)
    grids = tile_grids([(size,) for size in sizes], area, gap=20)
    assert all(grid.rows * grid.columns >= n for grid, n in zip(grids, sizes, strict=True))
    assert max(grid.rect.right for grid in grids) <= area.right
    assert max(grid.rect.bottom for grid in grids) <= area.bottom


def test_tiles_scale_to_the_largest_of_their_layer() -> None:
    (grid,) = tile_grids([(6,)], Rect(0, 0, 60, 40), gap=5)
    shades = tile_shades(np.array([0.0, 1.0, 2.0, 4.0, 0.0, 0.0]), grid)
    first_pixels = shades[:: grid.pitch, :: grid.pitch].ravel()
    np.testing.assert_array_equal(first_pixels, [1, 64 + 1, 127 + 1, 255, 1, 1])
    assert shades.max(initial=0) == 255


def test_tiles_of_a_silent_layer_are_all_zero() -> None:
    (grid,) = tile_grids([(6,)], Rect(0, 0, 60, 40), gap=5)
    assert set(np.unique(tile_shades(np.zeros(6), grid))) <= {0, 1}


@pytest.mark.parametrize("theme", THEMES.values(), ids=str)
def test_tiles_are_colored_by_the_activation_palette(theme: object) -> None:
    look = Look(theme, arrange(1280, 800))  # type: ignore[arg-type]
    pictures = [p for p in tiles_panel(look, answered(1.0)) if isinstance(p, Picture)]
    legend, h1, h2 = pictures
    for picture in (h1, h2):
        colors = {tuple(color) for color in picture.colors().reshape(-1, 3).tolist()}
        assert rgb(look.theme.activation[-1]) in colors
        assert rgb(look.theme.activation[0]) in colors
    np.testing.assert_array_equal(legend.colors()[0, -1], rgb(look.theme.activation[-1]))


def test_captions_count_the_active_units_only_when_there_is_an_answer() -> None:
    look = Look(DARK, arrange(1280, 800))
    assert "h1: 3 of 6 active" in texts(tiles_panel(look, answered(1.0)))
    assert "h1: 6 units" in texts(tiles_panel(look, BLANK))


def test_no_hidden_layer_is_said() -> None:
    look = Look(DARK, arrange(1280, 800))
    note = texts(tiles_panel(look, Reading(np.zeros((28, 28)), {}, None)))[-1]
    assert note.startswith("none")


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "<0.1 %"),
        (0.0004, "<0.1 %"),
        (0.0006, "0.1 %"),
        (0.5, "50.0 %"),
        (0.9994, "99.9 %"),
        (0.9996, ">99.9 %"),
        (1.0, ">99.9 %"),
    ],
)
def test_percent_never_claims_certainty(probability: float, text: str) -> None:
    assert percent(probability) == text


def test_bars_are_as_long_as_the_probabilities_and_mark_the_winner() -> None:
    look = Look(DARK, arrange(1280, 800))
    items = bars_panel(look, answered(0.0, 0.25, 0.75), ["a", "b", "c"])
    tracks = [b for b in items if isinstance(b, Box) and b.fill == rgb(DARK.activation[0])]
    fills = [b for b in items if isinstance(b, Box) and b.fill == rgb(DARK.activation[2])]
    dot, winner = [b for b in items if isinstance(b, Box) and b.fill == rgb(DARK.accent)]
    assert len(tracks) == 3
    assert [bar.rect.width for bar in fills] == [round(0.25 * tracks[0].rect.width)]
    assert winner.rect.width == round(0.75 * tracks[0].rect.width)
    assert dot.rect.center[1] == pytest.approx(winner.rect.center[1], abs=1)
    assert texts(items) == ["Probabilities", "a", "<0.1 %", "b", "25.0 %", "c", "75.0 %"]


def test_of_equal_probabilities_the_lower_class_wins() -> None:
    assert answered(0.1, 0.45, 0.45).ranking == [1, 2, 0]


def test_a_blank_drawing_has_no_answer() -> None:
    look = Look(LIGHT, arrange(1280, 800))
    assert "?" in texts(answer_panel(look, one(BLANK), NAMES))
    bars = bars_panel(look, BLANK, NAMES)
    assert texts(bars) == ["Probabilities", *NAMES]
    assert {b.fill for b in bars if isinstance(b, Box)} == {rgb(LIGHT.activation[0])}


def test_the_answer_is_large_and_names_the_second() -> None:
    look = Look(LIGHT, arrange(1280, 800))
    items = answer_panel(look, one(answered(0.1, 0.2, 0.7)), ("zero", "one", "two"))
    assert {"two", "70.0 %", "then one with 20.0 %"} <= set(texts(items))


def test_one_class_has_no_second() -> None:
    look = Look(LIGHT, arrange(1280, 800))
    items = answer_panel(look, one(answered(1.0)), ("ink",))
    assert texts(items) == ["It reads", "ink", ">99.9 %"]


def test_several_digits_are_a_number_and_each_has_its_own_answer() -> None:
    look = Look(LIGHT, arrange(1280, 800))
    readings = (answered(0.1, 0.9), answered(0.8, 0.2), replace(answered(0.4, 0.6), is_unlike=True))
    inks = tuple(np.ones((3, 9, 9), np.float32))
    several = Several(inks, readings, 1)
    items = answer_panel(look, several, ("0", "1"))
    assert texts(items) == ["It reads", "101", "1 with 90.0 %", "0 with 80.0 %", "1 with 60.0 %?"]
    (mark,) = [item for item in items if isinstance(item, Box) and item.fill == rgb(LIGHT.accent)]
    shown = next(item for item in items if isinstance(item, Label) and "80.0" in item.text)
    assert mark.rect.center[1] == pytest.approx(shown.y, abs=1)
    assert several.next().next().next().shown == several.shown
    for item in items[1:]:
        inside, rect = extent(item), look.layout.answer
        assert rect.x <= inside.x
        assert inside.right <= rect.right


def test_what_is_no_digit_is_an_alarm_only_when_nobody_draws() -> None:
    look = Look(LIGHT, arrange(1280, 800))
    several = one(replace(answered(0.4, 0.6), is_unlike=True))
    for is_drawing, words, color in (
        (True, UNFINISHED, rgb(LIGHT.muted)),
        (False, UNLIKE, rgb(LIGHT.accent)),
    ):
        above, *_ = answer_panel(look, several, ("0", "1"), is_drawing=is_drawing)
        assert isinstance(above, Label)
        assert (above.text, above.color) == (words, color)


def test_a_reading_is_the_networks_own_forward_pass(rng: np.random.Generator) -> None:
    network = build_mlp((12, 7), rng=rng)
    ink = np.zeros((280, 280), dtype=np.float32)
    ink[60:220, 130:150] = 1
    reading = read(network, ink)
    trace = network.forward(reading.image.reshape(1, 784))
    np.testing.assert_array_equal(reading.hidden["h1"], trace.activations["h1"][0])
    np.testing.assert_array_equal(reading.hidden["h2"], trace.activations["h2"][0])
    assert reading.probabilities is not None
    np.testing.assert_array_equal(reading.probabilities, trace.probabilities[0])


def test_a_blank_reading_hides_what_the_biases_say(rng: np.random.Generator) -> None:
    network = build_mlp((12,), rng=rng)
    network.named_params()["dense1.b"][...] = 1
    reading = read(network, np.zeros((280, 280), dtype=np.float32))
    assert reading.is_blank
    assert not reading.hidden["h1"].any()


def test_a_network_of_other_inputs_is_refused(rng: np.random.Generator) -> None:
    network: Network = build_mlp((3,), rng=rng, n_inputs=63)
    with pytest.raises(SettingsError, match="draws square pictures; this network reads 63 numbers"):
        Controller(network, theme=DARK, size=(900, 600))
