"""Two digits on the window's canvas: read one after the other, one shown, each taught by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_school import brief_school

from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import build_mlp
from viz.diagram.theme import DARK
from viz.window.controller import Controller
from viz.window.scene import Label

SEVEN = [(0.1, 0.2), (0.4, 0.2), (0.2, 0.8)]
ONE = [(0.7, 0.2), (0.66, 0.8)]


def draw(controller: Controller, points: list[tuple[float, float]]) -> None:
    rect = controller.layout.canvas
    first, *others = [(rect.x + x * rect.width, rect.y + y * rect.height) for x, y in points]
    controller.press("pen", *first)
    for point in others:
        controller.move("pen", *point)
    controller.release("pen")


def texts(controller: Controller) -> list[str]:
    return [item.text for item in controller.scene() if isinstance(item, Label)]


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    network = load_network("weights.npz")
    return Controller(network, theme=DARK, size=(1280, 800), school=brief_school(network, tmp_path))


def test_two_digits_are_read_and_the_one_under_the_pen_is_shown(controller: Controller) -> None:
    draw(controller, SEVEN)
    assert "7" in texts(controller)
    draw(controller, ONE)
    assert "71" in texts(controller)
    assert controller.reading.ranking[0] == 1
    controller.key("n")
    assert controller.reading.ranking[0] == 7
    controller.press("pen", *controller.layout.answer.center)
    assert controller.reading.ranking[0] == 1
    controller.key("z")
    assert "7" in texts(controller)
    assert "71" not in texts(controller)


def test_a_lesson_is_about_the_digit_that_is_shown(controller: Controller) -> None:
    draw(controller, SEVEN)
    draw(controller, ONE)
    strokes = controller.canvas.strokes
    controller.key("n")
    assert controller.several.strokes_shown(strokes) == strokes[:1]
    image = controller.reading.image
    controller.teach(2)
    np.testing.assert_array_equal(controller.reading.image, image)  # it is still the one shown
    (lesson,) = controller.school.lessons
    assert lesson.label == 2
    (record,) = controller.school._records
    assert record.correction.strokes == strokes[:1]


def test_other_classes_than_digits_are_no_numbers(tmp_path: Path) -> None:
    names = tuple("abcdefghij")
    network = build_mlp((4,), rng=np.random.default_rng(0), class_names=names)
    controller = Controller(
        network, theme=DARK, size=(1280, 800), school=brief_school(network, tmp_path)
    )
    draw(controller, SEVEN)
    draw(controller, ONE)
    assert len(controller.several.readings) == 1
