"""A window for an exhibition: everybody may draw, nobody teaches it or leaves it by touch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pygame
import pytest
from test_window_panels import texts

from neuroscribble.nn.network import build_mlp
from viz.diagram.theme import DARK
from viz.window import app
from viz.window.actions import OF_LESSONS, Action
from viz.window.app import IDLED, Window
from viz.window.exhibit import WELCOME, Exhibit


@pytest.fixture
def exhibit(rng: np.random.Generator) -> Exhibit:
    one = Exhibit(build_mlp((16, 8), rng=rng), theme=DARK, size=(1280, 800))
    x, y = one.layout.canvas.center
    one.press("finger", x, y - 200)
    one.move("finger", x, y + 200)
    one.release("finger")
    return one


def test_no_touch_and_no_key_teaches_saves_or_leaves(exhibit: Exhibit) -> None:
    before = exhibit.network.parameters.flat.copy()
    layout = exhibit.layout
    for column in range(0, layout.window[0], 16):
        for row in range(0, layout.window[1], 16):
            if not layout.canvas.contains(column, row):
                exhibit.press("finger", column, row)
                exhibit.release("finger")
    for key in ("escape", "q", "s", "u", "l", "m", "3", "?", "h", "f1"):
        exhibit.key(key)
    assert not exhibit.quitting
    assert not exhibit.shows_help
    assert not exhibit.school.lessons
    np.testing.assert_array_equal(exhibit.network.parameters.flat, before)
    assert exhibit.buttons.keys() == set(Action) - OF_LESSONS - {Action.HELP, Action.QUIT}
    shown = " ".join(texts(exhibit.scene()))
    assert not any(word in shown for word in ("Quit", "Save", "Help", "Learn:"))
    exhibit.close()  # by the window manager
    assert exhibit.quitting


def test_after_a_while_it_is_as_at_the_beginning(exhibit: Exhibit) -> None:
    fresh = Exhibit(exhibit.network, theme=DARK, size=(1280, 800)).scene()
    for key in ("e", "t", "o", "+", "right"):
        exhibit.key(key)
    assert exhibit.canvas.strokes
    exhibit.reset()
    assert exhibit.changed
    assert not exhibit.canvas.can_undo  # nobody sees what others drew
    assert exhibit.status.text == WELCOME
    assert texts(exhibit.scene()) == texts(fresh)


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    started: list[tuple[int, int, int]] = []
    monkeypatch.setattr(pygame.time, "set_timer", lambda *given: started.append(given))
    return started


@pytest.fixture
def window(rng: np.random.Generator) -> Iterator[Window]:
    network = build_mlp((16, 8), rng=rng)
    opened = Window(network, theme="dark", title="k", size=(900, 600), kind=Exhibit)
    yield opened
    opened.close()


def test_a_minute_after_the_last_hand_it_begins_anew(
    window: Window, timers: list[tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [5_000]
    monkeypatch.setattr(pygame.time, "get_ticks", lambda: now[0])
    x, y = window.controller.layout.canvas.center
    finger = {"touch_id": 1, "finger_id": 0, "x": x / 900, "y": y / 600}
    window.handle(pygame.event.Event(pygame.FINGERDOWN, finger))
    assert (IDLED, 60_000, 1) in timers
    timers.clear()
    now[0] += 40_000
    window.handle(pygame.event.Event(pygame.FINGERMOTION, {**finger, "y": 0.1 + y / 600}))
    assert IDLED not in [kind for kind, _, _ in timers]  # each keeps memory: one is enough
    now[0] += 20_000
    window.handle(pygame.event.Event(IDLED))
    assert timers[-1] == (IDLED, 40_000, 1)
    assert window.controller.canvas.strokes
    now[0] += 40_000
    window.handle(pygame.event.Event(IDLED))
    assert not window.controller.canvas.strokes
    window.handle(pygame.event.Event(pygame.KEYDOWN, {"key": pygame.K_F5, "unicode": ""}))
    assert timers[-1] == (IDLED, 60_000, 1)


def test_the_command_opens_it_over_the_whole_screen(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    asked: list[tuple[tuple[int, int], int]] = []
    real = pygame.display.set_mode

    def set_mode(size: tuple[int, int], flags: int) -> pygame.Surface:
        asked.append((size, flags))
        return real((900, 600))

    def end(window: Window) -> None:
        asked.append(((0, 0), window.controller.quitting))
        assert isinstance(window.controller, Exhibit)
        window.close()

    monkeypatch.setattr(pygame.display, "set_mode", set_mode)
    monkeypatch.setattr(app, "_live", end)
    app.run(build_mlp((16, 8), rng=rng), kiosk=True)
    assert asked == [((0, 0), pygame.FULLSCREEN), ((0, 0), False)]
