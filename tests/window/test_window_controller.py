"""What pointers, buttons and keys do; without a screen."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from small_school import small_school

from neuroscribble.data.sources import KnownDigits
from neuroscribble.errors import DataError, SettingsError
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import build_mlp
from neuroscribble.teaching.corrections import load_corrections
from viz.diagram.theme import DARK, LIGHT, rgb
from viz.window.actions import KEYS, Action
from viz.window.canvas import SIDE
from viz.window.controller import START_WIDTH, Controller
from viz.window.scene import Box, Label
from viz.window.tiles import hidden_grids
from viz.window.view import STEP, THICKEST, THINNEST

HAND = "mouse"


@pytest.fixture
def controller(rng: np.random.Generator, tmp_path: Path) -> Controller:
    network = build_mlp((16, 8), rng=rng)
    school = small_school(network, tmp_path)
    return Controller(network, theme=DARK, size=(1280, 800), school=school)


def at(controller: Controller, x: float, y: float) -> tuple[float, float]:
    """A place on the canvas, given as shares of its side, in window pixels."""
    rect = controller.layout.canvas
    return rect.x + x * rect.width, rect.y + y * rect.height


def draw_line(controller: Controller, pointer: str = HAND) -> None:
    controller.press(pointer, *at(controller, 0.5, 0.2))
    controller.move(pointer, *at(controller, 0.5, 0.8))


def texts(controller: Controller) -> list[str]:
    return [item.text for item in controller.scene() if isinstance(item, Label)]


def test_a_new_window_is_blank_and_says_what_to_do(controller: Controller) -> None:
    assert controller.changed
    assert controller.reading.is_blank
    assert {"Draw a digit", "?"} <= set(texts(controller))
    assert not any(text.endswith("%") for text in texts(controller))
    assert not controller.changed


def test_an_unfinished_stroke_is_already_answered(controller: Controller) -> None:
    controller.press(HAND, *at(controller, 0.5, 0.2))
    dot = controller.reading.probabilities
    controller.move(HAND, *at(controller, 0.5, 0.8))
    line = controller.reading.probabilities
    assert dot is not None
    assert line is not None
    assert not np.array_equal(dot, line)
    assert "Draw a digit" not in texts(controller)


def test_the_network_runs_once_however_many_points_a_frame_has(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    forward = controller.network.forward
    monkeypatch.setattr(
        controller.network, "forward", lambda images: calls.append(1) or forward(images)
    )
    draw_line(controller)
    for share in np.linspace(0.2, 0.8, 50):
        controller.move(HAND, *at(controller, share, 0.5))
    controller.scene()
    controller.scene()
    assert len(calls) == 1


def test_motion_matters_only_while_the_pen_is_down(controller: Controller) -> None:
    draw_line(controller)
    controller.release(HAND)
    controller.scene()
    before = controller.canvas.ink.copy()
    controller.move(HAND, *at(controller, 0.1, 0.1))
    assert not controller.changed
    np.testing.assert_array_equal(controller.canvas.ink, before)


def test_a_pen_that_stays_changes_nothing(controller: Controller) -> None:
    draw_line(controller)
    controller.scene()
    controller.move(HAND, *at(controller, 0.5, 0.8))
    assert not controller.changed


def test_a_second_pointer_does_not_disturb_the_stroke(controller: Controller) -> None:
    draw_line(controller, "finger 1")
    controller.press("finger 2", *at(controller, 0.1, 0.1))
    controller.move("finger 2", *at(controller, 0.9, 0.1))
    controller.release("finger 2")
    controller.move("finger 1", *at(controller, 0.7, 0.8))
    assert [len(stroke.points) for stroke in controller.canvas.strokes] == [3]


def test_a_stroke_may_leave_the_canvas_and_come_back(controller: Controller) -> None:
    draw_line(controller)
    controller.move(HAND, 5, 5)
    controller.move(HAND, *at(controller, 0.2, 0.8))
    assert len(controller.canvas.strokes) == 1
    assert len(controller.canvas.strokes[0].points) == 4


def test_a_press_beside_everything_does_nothing(controller: Controller) -> None:
    controller.scene()
    controller.press(HAND, 2, 2)
    controller.move(HAND, *at(controller, 0.5, 0.5))
    assert not controller.changed
    assert controller.canvas.strokes == ()


def test_a_resize_in_mid_stroke_keeps_the_drawing_and_the_stroke(controller: Controller) -> None:
    draw_line(controller)
    before = controller.canvas.ink.copy()
    controller.resize(900, 600)
    np.testing.assert_array_equal(controller.canvas.ink, before)
    controller.move(HAND, *at(controller, 0.25, 0.75))
    (stroke,) = controller.canvas.strokes
    assert stroke.points[-1] == pytest.approx((SIDE / 4, SIDE * 3 / 4))
    side = controller.layout.canvas.width
    assert controller.canvas.ink_at(side).shape == (side, side)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_visible_button_and_a_key(
    controller: Controller, action: Action
) -> None:
    assert action in KEYS.values()
    rect = controller.buttons[action]
    boxes = {item.rect for item in controller.scene() if isinstance(item, Box)}
    assert rect in boxes


def test_keys_stand_on_the_buttons(controller: Controller) -> None:
    keys = {"−", "+", "E", "Z", "Y", "C", "M", "U", "S", "O", "L", "?", "T", "Esc"}
    assert keys <= set(texts(controller))


@pytest.mark.parametrize("key", ["c", "C", "delete", "backspace"])
def test_clear_ends_in_the_blank_state(controller: Controller, key: str) -> None:
    draw_line(controller)
    controller.key(key)
    assert controller.reading.is_blank
    controller.move(HAND, *at(controller, 0.9, 0.9))  # the button is still down
    assert controller.canvas.strokes == ()
    assert "Draw a digit" in texts(controller)


@pytest.mark.parametrize("key", ["escape", "q", "Q"])
def test_keys_that_quit(controller: Controller, key: str) -> None:
    draw_line(controller)
    controller.key(key)
    assert controller.quitting


def test_an_unknown_key_does_nothing(controller: Controller) -> None:
    controller.scene()
    controller.key("f13")
    assert not controller.changed
    assert not controller.quitting


def test_the_theme_toggles_and_its_button_names_the_other(controller: Controller) -> None:
    assert "Light" in texts(controller)
    controller.press(HAND, *controller.buttons[Action.THEME].center)
    assert controller.theme is LIGHT
    assert "Dark" in texts(controller)
    controller.key("t")
    assert controller.theme is DARK


@pytest.mark.parametrize(
    ("key", "step"), [("+", STEP), ("=", STEP), ("]", STEP), ("-", -STEP), ("[", -STEP)]
)
def test_the_brush_changes_for_the_next_stroke(controller: Controller, key: str, step: int) -> None:
    draw_line(controller)
    controller.release(HAND)
    controller.key(key)
    draw_line(controller)
    widths = [stroke.width for stroke in controller.canvas.strokes]
    assert widths == [START_WIDTH, START_WIDTH + step]


def test_the_brush_has_limits_and_its_button_shows_them(controller: Controller) -> None:
    controller.widen_brush(100)
    assert controller.brush_width == THICKEST
    controller.scene()
    controller.widen_brush(1)
    assert not controller.changed
    plus = next(i for i in controller.scene() if isinstance(i, Label) and i.text == "+")
    assert plus.color == rgb(DARK.outline)
    controller.widen_brush(-100)
    assert controller.brush_width == THINNEST


# ---------------------------------------------------------------- strokes


def test_strokes_go_and_come_back(controller: Controller) -> None:
    draw_line(controller)
    one = controller.canvas.ink.copy()
    controller.release(HAND)
    controller.press(HAND, *at(controller, 0.2, 0.2))
    controller.release(HAND)
    two = controller.canvas.ink.copy()
    for key, ink in (("z", one), ("y", two), ("z", one), ("z", one * 0), ("Z", one * 0)):
        controller.key(key)
        np.testing.assert_allclose(controller.canvas.ink, ink, atol=1e-6)
    assert controller.reading.is_blank
    controller.press(HAND, *controller.buttons[Action.REDO].center)
    np.testing.assert_allclose(controller.canvas.ink, one, atol=1e-6)


def test_a_clearing_can_be_taken_back(controller: Controller) -> None:
    draw_line(controller)
    ink = controller.canvas.ink.copy()
    controller.key("c")
    controller.key("c")  # of a blank canvas there is nothing to take back
    controller.key("z")
    np.testing.assert_allclose(controller.canvas.ink, ink, atol=1e-6)


def test_a_new_stroke_ends_what_could_come_again(controller: Controller) -> None:
    draw_line(controller)
    controller.key("z")
    draw_line(controller)
    controller.release(HAND)
    assert not controller.canvas.can_redo
    controller.key("y")
    assert len(controller.canvas.strokes) == 1


def test_undo_in_mid_stroke_ends_the_stroke(controller: Controller) -> None:
    draw_line(controller)
    controller.key("z")
    controller.move(HAND, *at(controller, 0.1, 0.1))
    assert controller.canvas.strokes == ()


def test_the_eraser_erases_and_the_pen_comes_back(controller: Controller) -> None:
    draw_line(controller)
    controller.release(HAND)
    controller.key("e")
    controller.press(HAND, *at(controller, 0.5, 0.5))
    controller.release(HAND)
    assert controller.canvas.ink[SIDE // 2, SIDE // 2] == 0
    assert controller.canvas.strokes[-1].erases
    controller.key("e")
    controller.press(HAND, *at(controller, 0.5, 0.5))
    assert controller.canvas.ink[SIDE // 2, SIDE // 2] == 1


def test_a_drawing_that_was_erased_away_is_blank_but_not_forgotten(controller: Controller) -> None:
    controller.press(HAND, *at(controller, 0.5, 0.5))
    controller.release(HAND)
    controller.key("e")
    controller.press(HAND, *at(controller, 0.5, 0.5))
    controller.release(HAND)
    assert controller.reading.is_blank
    controller.teach(3)
    assert "Draw a digit first" in controller.status.text
    controller.key("z")
    assert not controller.reading.is_blank


# ---------------------------------------------------------------- lessons


def full_disk(*_: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_key_teaches_and_the_window_tells_what_it_did(controller: Controller) -> None:
    draw_line(controller)
    before = controller.reading.probabilities
    controller.key("4")
    after = controller.reading.probabilities
    assert before is not None
    assert after is not None
    assert after[4] > before[4]
    assert controller.status.text.startswith("Learned: a 4, from ")
    shown = texts(controller)
    assert "Lesson: 4, mixed with old digits" in shown
    assert any(text.startswith("60 other digits: ") for text in shown)
    assert any(text.endswith(", 1 lesson wiser") for text in shown)
    assert [one.label for one in load_corrections(controller.school.corrections)] == [4]


@pytest.mark.parametrize("place", ["digit", "bar"])
def test_a_click_on_the_right_class_teaches_it(controller: Controller, place: str) -> None:
    draw_line(controller)
    controller.release(HAND)
    rect = getattr(controller.layout, place)(6, 10)
    controller.press(HAND, *rect.center)
    assert [lesson.label for lesson in controller.school.lessons] == [6]


def test_only_mine_or_mixed(controller: Controller) -> None:
    draw_line(controller)
    controller.key("m")
    assert "Learn: ONLY mine" in texts(controller)
    controller.key("4")
    controller.key("m")
    controller.key("4")
    assert [lesson.mixed for lesson in controller.school.lessons] == [False, True]


def test_undo_of_a_lesson_gives_back_the_same_bits(controller: Controller) -> None:
    flat = controller.network.parameters.flat.copy()
    draw_line(controller)
    before = controller.reading.probabilities
    controller.key("4")
    controller.key("5")
    controller.key("u")
    controller.key("u")
    np.testing.assert_array_equal(controller.network.parameters.flat, flat)
    np.testing.assert_array_equal(controller.reading.probabilities, before)
    assert load_corrections(controller.school.corrections) == []
    controller.key("u")
    assert controller.status.text == "There is no lesson to take back."


def test_nothing_is_taught_on_blank_paper(controller: Controller) -> None:
    controller.key("4")
    assert controller.school.lessons == []
    assert "Draw a digit first" in controller.status.text


def test_teaching_in_mid_stroke_ends_the_stroke(controller: Controller) -> None:
    draw_line(controller)
    controller.key("4")
    (kept,) = load_corrections(controller.school.corrections)
    controller.move(HAND, *at(controller, 0.9, 0.9))
    assert len(kept.strokes[0].points) == len(controller.canvas.strokes[0].points) == 2


def test_without_digits_nothing_is_learned_and_the_reason_is_shown(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digits() -> KnownDigits:
        raise DataError("the folder is empty.")

    monkeypatch.setattr(controller.school, "_digits", digits)
    flat = controller.network.parameters.flat.copy()
    draw_line(controller)
    controller.key("4")
    assert controller.status.is_bad
    assert controller.status.text == "Nothing was learned: the folder is empty."
    np.testing.assert_array_equal(controller.network.parameters.flat, flat)


def test_a_full_disk_is_told_and_closing_asks_once(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_line(controller)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        controller.key("4")
        assert controller.status.is_bad
        assert "No space left on device" in controller.status.text
        assert len(controller.school.lessons) == 1
        controller.key("s")
        assert controller.status.is_bad
        controller.close()
        assert not controller.quitting
        assert "Close again" in controller.status.text
    controller.close()  # by now there is room
    assert controller.quitting
    assert len(load_corrections(controller.school.corrections)) == 1


def test_a_disk_that_stays_full_keeps_nobody_in(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_line(controller)
    monkeypatch.setattr(os, "fsync", full_disk)
    controller.key("4")
    controller.close()
    controller.close()
    assert controller.quitting


def test_leaving_without_saving_still_keeps_a_correction_that_waited(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_line(controller)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        controller.key("4")
    controller.key("escape")
    assert "not saved" in controller.status.text
    controller.key("escape")
    assert controller.quitting
    assert len(load_corrections(controller.school.corrections)) == 1


def test_saving_asks_before_it_replaces(controller: Controller) -> None:
    path = controller.school.out
    controller.key("s")
    assert "nothing to save" in controller.status.text
    draw_line(controller)
    controller.key("4")
    controller.key("s")
    assert controller.status.text.startswith(f"Saved as {path}.")
    saved = path.read_bytes()
    controller.key("4")
    for other in ("s", "m", "s", "4", "s"):  # whatever is pressed between is no second S
        controller.key(other)
        assert path.read_bytes() == saved
    assert "exists already" in controller.status.text
    controller.key("s")
    assert path.read_bytes() != saved
    np.testing.assert_array_equal(
        load_network(path).parameters.flat, controller.network.parameters.flat
    )


def test_a_read_only_file_is_left_and_told(controller: Controller) -> None:
    path = controller.school.out
    path.write_bytes(b"precious")
    path.chmod(0o444)
    draw_line(controller)
    controller.key("4")
    controller.key("s")
    assert f"weights-learned-2.npz, for {path} is read-only" in controller.status.text
    assert path.read_bytes() == b"precious"


def test_leaving_asks_once_when_something_learned_is_not_saved(controller: Controller) -> None:
    draw_line(controller)
    controller.key("4")
    controller.key("escape")
    assert not controller.quitting
    assert "not saved" in controller.status.text
    controller.key("m")
    controller.key("escape")
    assert not controller.quitting
    controller.key("escape")
    assert controller.quitting


def test_after_saving_or_undoing_it_does_not_ask(controller: Controller) -> None:
    draw_line(controller)
    controller.key("4")
    controller.key("u")
    controller.key("escape")
    assert controller.quitting


def test_the_card_turns_and_a_new_stroke_turns_it_back(controller: Controller) -> None:
    controller.key("l")
    assert "no lesson yet" in controller.status.text
    draw_line(controller)
    controller.key("4")
    assert any(text.startswith("Lesson: 4") for text in texts(controller))
    controller.key("l")
    assert any(text.startswith("Why ") for text in texts(controller))
    controller.key("l")
    controller.move(HAND, *at(controller, 0.9, 0.9))
    controller.press(HAND, *at(controller, 0.1, 0.9))
    assert any(text.startswith("Why ") for text in texts(controller))


# ---------------------------------------------------------------- units


def tile(controller: Controller, key: str, place: int) -> tuple[int, int]:
    grids = hidden_grids(controller.layout, controller.reading.hidden)
    return grids[key].tile(place).center


@pytest.mark.parametrize("is_sorted", [False, True])
def test_pointing_at_a_tile_shows_its_unit(controller: Controller, is_sorted: bool) -> None:
    draw_line(controller)
    controller.release(HAND)
    if is_sorted:
        controller.key("o")
    controller.hover(*tile(controller, "h1", 3))
    order = controller.reading.order("h1", is_sorted=is_sorted)
    assert controller.looked_at == ("h1", order[3])
    assert f"h1:{order[3]} looks at" in texts(controller)
    assert not controller.changed
    controller.hover(*tile(controller, "h1", 3))
    assert not controller.changed  # the same tile is no news
    controller.hover(*tile(controller, "h2", 0))
    assert any(text.startswith("h2:") for text in texts(controller))
    controller.hover(5, 5)
    assert controller.looked_at is None


def test_sorted_tiles_begin_with_the_most_active(controller: Controller) -> None:
    draw_line(controller)
    order = controller.reading.order("h1", is_sorted=True)
    values = controller.reading.hidden["h1"][order]
    assert (np.diff(values) <= 0).all()
    assert sorted(order) == list(range(16))


def test_a_finger_on_a_tile_looks_at_it_until_it_touches_elsewhere(controller: Controller) -> None:
    controller.press("finger", *tile(controller, "h2", 5))
    assert controller.looked_at == ("h2", 5)
    controller.press("finger", 2, 2)
    assert controller.looked_at is None


def test_arrow_keys_walk_through_the_units(controller: Controller) -> None:
    seen = []
    for key in ("right", "right", "left", "left", "left", "down", "up", "up"):
        controller.key(key)
        seen.append(controller.looked_at)
    assert seen == [
        ("h1", 0),
        ("h1", 1),
        ("h1", 0),
        ("h1", 15),
        ("h1", 14),
        ("h2", 7),
        ("h1", 7),
        ("h2", 7),
    ]
    controller.key("escape")
    assert controller.looked_at is None
    assert not controller.quitting


def test_arrow_keys_without_hidden_layers_do_nothing(
    rng: np.random.Generator, tmp_path: Path
) -> None:
    network = build_mlp((), rng=rng)
    school = small_school(network, tmp_path)
    controller = Controller(network, theme=DARK, size=(1280, 800), school=school)
    controller.key("right")
    draw_line(controller)
    controller.key("4")
    controller.scene()
    controller.key("l")
    assert any(text.startswith("pixel ") for text in texts(controller))


# ---------------------------------------------------------------- help


@pytest.mark.parametrize("key", ["?", "h", "f1"])
def test_help_names_every_key_and_any_key_closes_it(controller: Controller, key: str) -> None:
    draw_line(controller)
    controller.key(key)
    shown = " ".join(texts(controller))
    assert "Keys and buttons" in shown
    controller.key("4")  # closes, and does nothing else
    assert "Keys and buttons" not in " ".join(texts(controller))
    assert controller.school.lessons == []


def test_a_press_closes_help_and_draws_nothing(controller: Controller) -> None:
    controller.press(HAND, *controller.buttons[Action.HELP].center)
    assert controller.shows_help
    controller.press(HAND, *at(controller, 0.5, 0.5))
    assert not controller.shows_help
    assert controller.canvas.strokes == ()


def test_a_network_of_other_classes_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(SettingsError, match="10 classes; this network has 3"):
        Controller(build_mlp((3,), rng=rng, n_classes=3), theme=DARK, size=(900, 600))
