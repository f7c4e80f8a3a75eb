"""The card: exact sums, what a lesson did, and all of it inside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from small_cnn import small_cnn
from small_school import brief_school, few_digits, small_school
from test_window_panels import SIZES, extent, texts

from neuroscribble.data.batches import Digits
from neuroscribble.data.sources import KnownDigits, NamedDigits
from neuroscribble.formats.storage import load_network
from neuroscribble.ink.drawing import DrawnStroke, render_drawing
from neuroscribble.nn.network import Network, build_mlp
from neuroscribble.teaching.lessons import Flip, Lesson, MovedWeight, ProbeChange
from viz.diagram.theme import DARK, LIGHT, THEMES, rgb
from viz.window.actions import Action
from viz.window.canvas import SIDE
from viz.window.cards import lesson_card, signed, signed_picture, unit_card, why_card
from viz.window.controller import Controller
from viz.window.layout import arrange
from viz.window.panels import Look
from viz.window.reading import Reading, read
from viz.window.scene import Box, Item, Picture
from viz.window.school import School
from viz.window.terms import moved_words, unit_sum

SHIPPED = Path(__file__).parents[2] / "weights.npz"
NAMES = tuple("0123456789")
STROKE = DrawnStroke([(90.0, 60.0), (200.0, 70.0), (120.0, 230.0)], 24)
LOOK = Look(LIGHT, arrange(1280, 800))


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network(SHIPPED)


@pytest.fixture(scope="module")
def reading(network: Network) -> Reading:
    return read(network, render_drawing([STROKE], canvas=SIDE, side=SIDE))


def numbers(items: list[Item]) -> list[float]:
    """The signed numbers on a card, from top to bottom."""
    return [float(t.replace("−", "-")) for t in texts(items) if t[0] in "+−" and len(t) > 1]


@pytest.mark.parametrize(("key", "unit"), [("h1", 37), ("h2", 5), ("output", 7)])
def test_contributions_and_bias_are_the_networks_own_sum(
    network: Network, reading: Reading, key: str, unit: int
) -> None:
    total = unit_sum(network, reading, key, unit)
    trace = network.forward(reading.image.reshape(1, -1))
    z = trace.pre_activations[key][0, unit]
    assert total.total == z
    assert total.contributions.sum() + total.bias == pytest.approx(z, abs=1e-5)
    n_others, others = total.others(6)
    shown = sum(term.value for term in total.strongest(6))
    assert shown + others + total.bias == pytest.approx(z, abs=1e-5)
    assert n_others == max(0, np.count_nonzero(total.contributions) - 6)


def test_the_strongest_terms_come_first_and_know_their_places(
    network: Network, reading: Reading
) -> None:
    terms = unit_sum(network, reading, "h2", 5).strongest(4)
    assert [abs(t.value) for t in terms] == sorted((abs(t.value) for t in terms), reverse=True)
    for term in terms:
        key, unit = term.name.split(":")
        assert key == "h1"
        assert term.activation == reading.hidden["h1"][int(unit)]
        assert term.weight == network.named_params()["dense2.W"][int(unit), 5]
    (pixel,) = unit_sum(network, reading, "h1", 0).strongest(1)
    row, column = map(int, pixel.name.removeprefix("pixel ").split(", "))
    assert pixel.activation == pytest.approx(float(reading.seen[row, column]))


def test_the_rows_of_the_why_card_add_up(network: Network, reading: Reading) -> None:
    winner = reading.ranking[0]
    total = unit_sum(network, reading, "output", winner)
    items = why_card(LOOK, reading, total, NAMES[winner])
    *rows, logit = numbers(items)
    n_terms = np.count_nonzero(total.contributions)
    assert len(rows) == min(n_terms, 7) + (n_terms > 7) + 1
    assert sum(rows) == pytest.approx(logit, abs=0.0005 * 10)
    assert logit == pytest.approx(total.total, abs=0.0005)
    bars = [item for item in items if isinstance(item, Box) and item.fill != rgb(LIGHT.outline)]
    middle = next(box.rect.x for box in items if isinstance(box, Box))
    for box in bars:
        is_positive = box.rect.x >= middle
        assert box.fill == rgb(LIGHT.signed[-2] if is_positive else LIGHT.signed[1])


def test_a_unit_of_the_first_layer_shows_its_picture_and_the_ink(
    network: Network, reading: Reading
) -> None:
    total = unit_sum(network, reading, "h1", 37)
    items = unit_card(LOOK, reading, total)
    weights, seen = (item for item in items if isinstance(item, Picture))
    assert weights.shades.shape == seen.shades.shape
    side = len(weights.shades) // 28
    blank = network.seen(reading.image.reshape(1, -1)).reshape(28, 28) == 0
    assert (seen.shades[::side, ::side][blank] == 128).all()
    assert f"Σ weight × even ink = {signed(total.contributions.sum())}" in texts(items)
    assert f"bias {signed(total.bias)}, together {signed(total.total)}" in texts(items)


def test_a_unit_says_whether_it_passes_anything_on(network: Network, reading: Reading) -> None:
    for unit, value in enumerate(reading.sums["h1"]):
        last = texts(unit_card(LOOK, reading, unit_sum(network, reading, "h1", unit)))[-1]
        assert last == (f"it passes on {value:.3f}" if value > 0 else "ReLU: silent, 0")


def test_zero_has_its_own_color_and_strong_values_the_ends() -> None:
    values = np.zeros((28, 28))
    values[0, 0], values[27, 27] = -2, 2
    picture = signed_picture(LOOK, 0, 0, values, limit=1.0, side=28)
    assert [picture.shades[0, 0], picture.shades[14, 14], picture.shades[27, 27]] == [0, 128, 255]
    np.testing.assert_array_equal(picture.colors()[0, 0], rgb(LIGHT.signed[0]))


@pytest.mark.parametrize(
    ("value", "text"), [(1.2345, "+1.234"), (-0.5, "−0.500"), (-0.0001, "+0.000"), (0, "+0.000")]
)
def test_numbers_have_signs_but_zero_no_minus(value: float, text: str) -> None:
    assert signed(value) == text


def test_a_card_before_the_first_stroke_asks_for_one(network: Network) -> None:
    blank = read(network, np.zeros((SIDE, SIDE), dtype=np.float32))
    assert "Draw, and see what speaks for the answer." in texts(why_card(LOOK, blank, None, ""))
    total = unit_sum(network, blank, "h1", 0)
    assert total.total == 0
    assert texts(unit_card(LOOK, blank, total))[-1].startswith("blue pixels excite")


def lesson(**changes: object) -> Lesson:
    before, after = np.full(10, 0.02), np.full(10, 0.01)
    before[9], before[7], after[7], after[9] = 0.8, 0.04, 0.9, 0.02
    change = ProbeChange(500, 450, 448, (Flip(3, 8, 8, 1), Flip(4, 2, 2, 7), Flip(9, 6, 6, 0)), ())
    moved = (MovedWeight(2, 12, 7, 0.1, 0.15), MovedWeight(0, 100, 3, 0.2, 0.19))
    values = {"mixed": True, "probe": change, "moved": moved, **changes}
    return Lesson(np.zeros(784), 7, before=before, after=after, **values)  # type: ignore[arg-type]


def test_a_lesson_tells_of_the_digit_the_others_and_the_weights(network: Network) -> None:
    since = ProbeChange(500, 452, 448, (Flip(3, 8, 8, 1),) * 5, (Flip(5, 1, 7, 1),))
    probe = np.zeros((10, 28, 28))
    moved = [moved_words(network, one) for one in lesson().moved]
    shown = texts(lesson_card(LOOK, lesson(), since, NAMES, probe, moved))
    assert {"7", "4.0 %  now  90.0 %", "9", "80.0 %  now  2.0 %"} <= set(shown)
    assert "500 other digits: 450 right, now 448" in shown
    assert "since the start 452, now 448: 5 forgotten, 1 gained" in shown
    assert "8 as 1" in shown
    assert "h2:12 to digit 7  +0.05" in shown
    assert "pixel 3, 16 to h1:3  −0.01" in shown


def test_pictures_of_forgotten_digits_come_before_those_gained() -> None:
    since = ProbeChange(9, 5, 5, (Flip(0, 8, 8, 1),), (Flip(1, 1, 7, 1),))
    probe = np.zeros((2, 28, 28))
    probe[0] = 1
    items = lesson_card(LOOK, lesson(), since, NAMES, probe, [])
    lost, gained = (item for item in items if isinstance(item, Picture))
    assert lost.x < gained.x
    assert (lost.shades == 255).all()
    assert not gained.shades.any()
    assert {"8 as 1", "1 right"} <= set(texts(items))


def small_mlp() -> Network:
    return build_mlp((12, 7), rng=np.random.default_rng(3))


def states(controller: Controller) -> dict[str, list[Item]]:
    """The scene of every state that a window can be in."""
    x, y = controller.layout.canvas.center
    scenes = {"empty": controller.scene()}
    controller.press("mouse", x, y - 100)
    controller.move("mouse", x + 20, y + 100)
    scenes["drawing"] = controller.scene()
    controller.act(Action.ORDER)
    scenes["sorted"] = controller.scene()
    for key in list(controller.reading.hidden)[:2]:
        controller.looked_at = (key, 3)
        scenes[f"unit of {key}"] = controller.scene()
    controller.act(Action.MIX)
    for _ in range(4):
        controller.teach(5)
    scenes["lesson"] = controller.scene()
    controller.act(Action.ERASER)
    controller.act(Action.CLEAR)
    controller.act(Action.HELP)
    scenes["help"] = controller.scene()
    return scenes


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("hidden", [(128, 64), (5, 300, 7, 12), (), "convolutions"])
def test_every_state_fits_the_window(
    size: tuple[int, int], hidden: tuple[int, ...] | str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(3)
    network = small_cnn() if isinstance(hidden, str) else build_mlp(hidden, rng=rng)
    school = brief_school(network, tmp_path)
    controller = Controller(network, theme=LIGHT, size=size, school=school)
    for state, items in states(controller).items():
        for item in items:
            rect = extent(item)
            assert min(rect.x, rect.y) >= 0, (state, item)
            assert rect.right <= size[0], (state, item)
            assert rect.bottom <= size[1], (state, item)


@pytest.mark.parametrize("size", [(1, 1), (60, 40), (300, 200)])
@pytest.mark.parametrize("make", [small_mlp, small_cnn])
def test_no_state_breaks_in_a_tiny_window(
    size: tuple[int, int], make: Callable[[], Network], tmp_path: Path
) -> None:
    network = make()
    school = brief_school(network, tmp_path)
    assert states(Controller(network, theme=DARK, size=size, school=school))


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_only_the_theme_decides_the_colors(theme: object, tmp_path: Path) -> None:
    network = build_mlp((12, 7), rng=np.random.default_rng(3))
    school = small_school(network, tmp_path)
    controller = Controller(
        network,
        theme=theme,  # type: ignore[arg-type]
        size=(1280, 800),
        school=school,
    )
    known = {
        rgb(color)
        for value in vars(theme).values()
        for color in ([value] if isinstance(value, str) else value)
        if color.startswith("#")
    }
    for state, items in states(controller).items():
        for item in items:
            if isinstance(item, Box) and not (state.startswith("unit") and item.radius == 0):
                assert item.fill in known, (state, item)


def test_one_digit_to_replay_is_enough(rng: np.random.Generator, tmp_path: Path) -> None:
    digits = few_digits().probe.digits
    one = NamedDigits("one", Digits(digits.images[:1], digits.labels[:1]))
    network = build_mlp((4,), rng=rng)
    school = School(network, digits=lambda: KnownDigits(one, one), corrections=tmp_path)
    controller = Controller(network, theme=DARK, size=(900, 600), school=school)
    controller.press("mouse", *controller.layout.canvas.center)
    controller.teach(1)
    assert controller.scene()
    assert not controller.status.is_bad
