"""What pointers, buttons and keys do; without a screen."""

from __future__ import annotations

import numpy as np
import pytest

from neuroscribble.network import build_mlp
from viz.theme import DARK, LIGHT, rgb
from viz.window.canvas import SIDE
from viz.window.controller import KEYS, START_WIDTH, STEP, THICKEST, THINNEST, Action, Controller
from viz.window.scene import Box, Label

HAND = "mouse"


@pytest.fixture
def controller(rng: np.random.Generator) -> Controller:
    return Controller(build_mlp((16, 8), rng=rng), theme=DARK, size=(1280, 800))


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
    assert {"−", "+", "C", "T", "Esc"} <= set(texts(controller))


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
