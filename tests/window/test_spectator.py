"""A window that watches a training: the answer to a drawing forms, and nothing is taught."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from test_window_panels import SIZES, extent, texts

from neuroscribble.nn.network import build_mlp
from neuroscribble.shapes import Floats
from viz.diagram.theme import DARK, LIGHT
from viz.window.actions import OF_LESSONS, Action
from viz.window.app import NEWS, Window, watch
from viz.window.course import SHADES, Course, News, course_panel, course_shades
from viz.window.layout import Rect, arrange
from viz.window.panels import Look
from viz.window.spectator import NO_LESSONS, Spectator

HALF = Course(2, 4, step=20, steps=40, losses=[2.0, 1.0, 0.5], accuracies=[0.5, 1.0])
OTHER = build_mlp((16, 8), rng=np.random.default_rng(8)).parameters.flat


@pytest.fixture
def spectator(rng: np.random.Generator) -> Spectator:
    one = Spectator(build_mlp((16, 8), rng=rng), theme=DARK, size=(1280, 800))
    x, y = one.layout.canvas.center
    one.press("mouse", x, y - 200)
    one.move("mouse", x, y + 200)
    one.release("mouse")
    one.scene()
    return one


def answer(spectator: Spectator) -> Floats:
    assert spectator.reading.probabilities is not None
    return spectator.reading.probabilities


def test_the_answer_to_the_same_drawing_changes_with_the_network(spectator: Spectator) -> None:
    before, drawn = answer(spectator), spectator.canvas.strokes
    spectator.follow(HALF, OTHER)
    assert spectator.changed
    image = spectator.reading.pixels[None]
    expected = build_mlp((16, 8), rng=np.random.default_rng(8)).probabilities(image)[0]
    np.testing.assert_array_equal(answer(spectator), expected)
    assert not np.array_equal(before, expected)
    assert spectator.canvas.strokes == drawn
    assert "Epoch 2 of 4, step 20 of 40: loss 0.500, >99.9 % read" in texts(spectator.scene())
    spectator.follow(Course(4, 4, step=40, steps=40, end="Done."), OTHER)
    assert spectator.status.text == "Done."


def test_nothing_is_taught_and_nobody_is_asked_to_save(spectator: Spectator) -> None:
    spectator.follow(HALF, OTHER)
    assert not OF_LESSONS & spectator.buttons.keys()
    assert spectator.buttons.keys() | OF_LESSONS == set(Action)
    for key in ("3", "s", "u", "m", "l"):
        spectator.key(key)
        assert spectator.status.text == NO_LESSONS
    spectator.press("mouse", *spectator.layout.bar(7, 10).center)
    np.testing.assert_array_equal(spectator.network.parameters.flat, OTHER)
    words = texts(spectator.scene())
    assert not {"Save", "Undo lesson", "7 "} & set(words)
    spectator.key("?")
    assert any("Ctrl-C in the terminal" in text for text in texts(spectator.scene()))
    assert not any("correction" in text for text in texts(spectator.scene()))
    spectator.key("escape")
    spectator.key("escape")
    assert spectator.quitting


def test_the_loss_is_a_line_to_the_step_of_now_and_accuracies_are_dots() -> None:
    """Of a field of 108 × 58 pixels with a line of 1, 104 × 54 within a margin of 2.

    Half of the steps end the line at x = 2 + 52; its losses 2, 1, ½ stand at 0, ½ and ¾ of the
    height below the margin, the accuracy of the first of four epochs at x = 2 + 26, y = 2 + 27.
    """
    shades = course_shades(HALF, Rect(0, 0, 108, 58), line=1)
    line, dots = (shades > 0) & (shades < SHADES), shades >= SHADES
    assert line[1:4, 2].any()
    assert line[int(2 + 54 * 0.75), 53]
    assert not line[:, 56:].any()
    assert dots[29, 28]
    assert dots[2, 54]
    assert dots[:, 26:31].sum() == dots[:, :40].sum() < 16
    assert not course_shades(Course(), Rect(0, 0, 108, 58), line=1).any()


@pytest.mark.parametrize("size", SIZES)
def test_the_course_stays_in_its_place(size: tuple[int, int]) -> None:
    look = Look(LIGHT, arrange(*size))
    digits, save, status = look.layout.digits, look.layout.save, look.layout.status
    for item in course_panel(look, HALF):
        place = extent(item)
        assert digits.x <= place.x
        assert place.right <= digits.right
        assert look.layout.thinner.bottom <= place.y
        assert place.bottom <= save.bottom <= status.y


def test_news_are_painted_as_they_come(rng: np.random.Generator) -> None:
    network = build_mlp((16, 8), rng=rng)
    window = Window(network, theme="dark", title="test", size=(900, 600), kind=Spectator)
    blank = pygame.surfarray.array3d(window.screen)
    pygame.event.post(pygame.event.Event(NEWS, news=(HALF, OTHER)))
    window.step()
    (_, rows, _) = np.nonzero(pygame.surfarray.array3d(window.screen) != blank)
    window.close()
    layout = window.controller.layout
    assert layout.thinner.bottom < rows.min()
    assert rows.max() < layout.save.bottom


def test_the_window_closes_when_the_training_is_gone(rng: np.random.Generator) -> None:
    network = build_mlp((16, 8), rng=rng)
    said: list[str] = []
    news: list[News | None] = [(HALF, OTHER), None]
    watch(
        network,
        theme="dark",
        title="test",
        on_open=lambda: said.append("open"),
        next_news=lambda: news.pop(0),
    )
    assert (said, news) == (["open"], [])
    np.testing.assert_array_equal(network.parameters.flat, OTHER)
