"""The window with real events: under SDL's dummy driver, without a screen, and under Xvfb."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np
import pygame
import pytest
from small_school import small_school
from x_server import x_server

from neuroscribble.errors import SettingsError
from neuroscribble.formats.storage import load_network
from neuroscribble.nn.network import build_mlp
from neuroscribble.teaching.corrections import load_corrections
from viz.diagram.theme import DARK, LIGHT, rgb
from viz.window.app import Window, run
from viz.window.layout import Rect

TOOLS = ("Xvfb", "xdotool")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
OPEN = """
import numpy as np
from neuroscribble.nn.network import build_mlp
network = build_mlp(rng=np.random.default_rng(5))
"""
RUN = OPEN + "from viz.window.app import run\nrun(network)\n"
REPORT = (
    OPEN
    + """
import json, sys
from viz.window.app import Window
window = Window(network, theme="dark", title="test", size=(1280, 800))
controller = window.controller
while not controller.quitting:
    reading = controller.reading
    print(json.dumps({
        "canvas": controller.layout.canvas,
        "ranking": reading.ranking,
        "points": [len(stroke.points) for stroke in controller.canvas.strokes],
        "ink": float(controller.canvas.ink.sum()),
        "seven": controller.layout.digit(7, 10).center,
        "tile": [controller.layout.tiles.x + 3, controller.layout.tiles.y + 3],
        "unit": controller.looked_at,
        "lessons": [lesson.label for lesson in controller.school.lessons],
        "status": controller.status.text,
    }), flush=True)
    window.step()
window.close()
"""
)


@pytest.fixture
def window(rng: np.random.Generator, tmp_path: Path) -> Iterator[Window]:
    network = build_mlp(rng=rng)
    school = small_school(network, tmp_path)
    opened = Window(network, theme="dark", title="test", size=(1280, 800), school=school)
    pygame.event.clear()
    yield opened
    opened.close()


def post(window: Window, *events: tuple[int, dict[str, Any]]) -> None:
    for kind, values in events:
        pygame.event.post(pygame.event.Event(kind, values))
    window.step()


def place(window: Window, x: float, y: float) -> tuple[int, int]:
    rect = window.controller.layout.canvas
    return round(rect.x + x * rect.width), round(rect.y + y * rect.height)


def down(window: Window, x: float, y: float, **more: Any) -> tuple[int, dict[str, Any]]:
    return pygame.MOUSEBUTTONDOWN, {"pos": place(window, x, y), "button": 1, **more}


def move(window: Window, x: float, y: float, **more: Any) -> tuple[int, dict[str, Any]]:
    values = {"pos": place(window, x, y), "rel": (1, 1), "buttons": (1, 0, 0), **more}
    return pygame.MOUSEMOTION, values


def up(window: Window, x: float, y: float) -> tuple[int, dict[str, Any]]:
    return pygame.MOUSEBUTTONUP, {"pos": place(window, x, y), "button": 1}


def click(rect: Rect) -> tuple[int, dict[str, Any]]:
    return pygame.MOUSEBUTTONDOWN, {"pos": rect.center, "button": 1}


def key(code: int, text: str = "") -> tuple[int, dict[str, Any]]:
    return pygame.KEYDOWN, {"key": code, "unicode": text, "mod": 0}


def pixels(window: Window, rect: Rect) -> np.ndarray[Any, Any]:
    return pygame.surfarray.array3d(window.screen.subsurface(rect)).copy()


def test_draw_clear_brush_resize_quit(window: Window) -> None:
    controller = window.controller
    bars = controller.layout.bars
    blank = pixels(window, bars)
    post(window, down(window, 0.5, 0.2), move(window, 0.5, 0.8))
    drawn = pixels(window, bars)
    assert (drawn != blank).any()
    assert window.screen.get_at(place(window, 0.5, 0.5))[:3] == rgb(DARK.ink[-1])
    post(window, move(window, 0.8, 0.8), up(window, 0.8, 0.8))
    assert (pixels(window, bars) != drawn).any()

    post(window, key(pygame.K_c, "c"))
    np.testing.assert_array_equal(pixels(window, bars), blank)
    assert controller.reading.is_blank

    width = controller.brush_width
    post(window, key(pygame.K_PLUS, "+"), (pygame.MOUSEWHEEL, {"x": 0, "y": 1}))
    assert controller.brush_width > width

    post(window, down(window, 0.3, 0.3), move(window, 0.6, 0.6))
    ink = controller.canvas.ink.copy()
    pygame.display.set_mode((900, 600), pygame.RESIZABLE)
    post(window, (pygame.VIDEORESIZE, {"size": (900, 600), "w": 900, "h": 600}))
    np.testing.assert_array_equal(controller.canvas.ink, ink)
    assert window.screen.get_at(place(window, 0.45, 0.45))[:3] == rgb(DARK.ink[-1])
    post(window, move(window, 0.3, 0.7), up(window, 0.3, 0.7))
    assert [len(stroke.points) for stroke in controller.canvas.strokes] == [3]

    post(window, key(pygame.K_ESCAPE, "\x1b"))
    assert controller.quitting


def test_all_waiting_events_are_painted_once(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = []
    monkeypatch.setattr(window, "paint", lambda: painted.append(1))
    post(window, down(window, 0.2, 0.2), *(move(window, x, 0.5) for x in np.linspace(0.2, 0.8, 60)))
    assert len(painted) == 1
    assert len(window.controller.canvas.strokes[0].points) == 61


def test_what_changes_nothing_is_not_painted(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "paint", lambda: pytest.fail("painted without a change"))
    post(window, move(window, 0.5, 0.5, buttons=(0, 0, 0)), key(pygame.K_F5))


@pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has no touch screen")
def test_a_finger_draws_once_though_sdl_repeats_it_as_a_mouse(window: Window) -> None:
    def finger(kind: int, x: float, y: float) -> tuple[int, dict[str, Any]]:
        px, py = place(window, x, y)
        where = {"x": px / 1280, "y": py / 800}
        return kind, {"touch_id": 7, "finger_id": 0, "dx": 0, "dy": 0, "pressure": 1, **where}

    post(
        window,
        finger(pygame.FINGERDOWN, 0.5, 0.2),
        down(window, 0.5, 0.2, touch=True),
        finger(pygame.FINGERMOTION, 0.5, 0.8),
        move(window, 0.5, 0.8, touch=True),
        finger(pygame.FINGERUP, 0.5, 0.8),
        finger(pygame.FINGERMOTION, 0.9, 0.9),
    )
    assert [len(stroke.points) for stroke in window.controller.canvas.strokes] == [2]
    assert window.screen.get_at(place(window, 0.5, 0.5))[:3] == rgb(DARK.ink[-1])


@pytest.mark.parametrize(
    "lost",
    [(pygame.WINDOWFOCUSLOST, {}), (pygame.MOUSEMOTION, {"pos": (9, 9), "buttons": (0, 0, 0)})],
)
def test_a_release_that_was_not_seen_ends_the_stroke(
    window: Window, lost: tuple[int, dict[str, Any]]
) -> None:
    post(window, down(window, 0.2, 0.2), move(window, 0.4, 0.4), lost, move(window, 0.9, 0.9))
    assert [len(stroke.points) for stroke in window.controller.canvas.strokes] == [2]


def test_other_mouse_buttons_do_not_draw(window: Window) -> None:
    post(window, down(window, 0.5, 0.5, button=3))
    assert window.controller.reading.is_blank


def test_the_theme_key_repaints_everything(window: Window) -> None:
    post(window, key(pygame.K_t, "t"))
    assert window.screen.get_at((1, 1))[:3] == rgb(LIGHT.background)


def test_closing_in_mid_stroke_returns_and_the_next_window_opens(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    step = Window.step

    def step_with_a_hand(self: Window) -> None:
        stroke = (down(self, 0.2, 0.2), move(self, 0.5, 0.5))
        for kind, values in (*stroke, (pygame.QUIT, {}), move(self, 0.6, 0.6)):
            pygame.event.post(pygame.event.Event(kind, values))
        step(self)

    monkeypatch.setattr(Window, "step", step_with_a_hand)
    for theme in ("dark", "light"):
        network = build_mlp((), rng=rng)
        run(network, theme=theme, school=small_school(network, tmp_path))
        assert not pygame.display.get_init()


def test_a_network_that_cannot_be_drawn_for_opens_no_window(rng: np.random.Generator) -> None:
    with pytest.raises(SettingsError):
        run(build_mlp((3,), rng=rng, n_inputs=63))
    assert not pygame.display.get_init()


def test_draw_predict_correct_undo_save_quit(window: Window) -> None:
    controller, layout = window.controller, window.controller.layout
    school = controller.school
    flat = controller.network.parameters.flat.copy()
    post(window, down(window, 0.5, 0.2), move(window, 0.5, 0.8), up(window, 0.5, 0.8))
    predicted = controller.reading.ranking[0]
    wanted = (predicted + 1) % 10
    bars = pixels(window, layout.bars)

    post(window, key(pygame.K_0 + wanted, str(wanted)))
    assert len(school.lessons) == 1
    assert (pixels(window, layout.bars) != bars).any()
    post(window, key(pygame.K_u, "u"))
    np.testing.assert_array_equal(controller.network.parameters.flat, flat)
    np.testing.assert_array_equal(pixels(window, layout.bars), bars)

    for _ in range(10):
        post(window, click(layout.digit(wanted, 10)))
    assert controller.reading.ranking[0] == wanted
    assert len(load_corrections(school.corrections)) == 10

    post(window, key(pygame.K_ESCAPE, "\x1b"))
    assert not controller.quitting  # what was learned is not saved
    post(window, key(pygame.K_s, "\x13"))  # as Ctrl+S arrives
    np.testing.assert_array_equal(
        load_network(school.out).parameters.flat, controller.network.parameters.flat
    )
    post(window, key(pygame.K_ESCAPE, "\x1b"))
    assert controller.quitting


def test_every_button_is_pressed_and_every_panel_survives(window: Window) -> None:
    for drawn in (False, True):
        if drawn:
            post(window, down(window, 0.5, 0.2), move(window, 0.5, 0.8), up(window, 0.5, 0.8))
        for rect in list(window.controller.buttons.values())[:-1]:  # all but Quit
            post(window, click(rect))
            post(window, key(pygame.K_F5))
    window.controller.shows_help = False
    post(window, (pygame.QUIT, {}))
    assert window.controller.quitting


def test_the_mouse_over_a_tile_shows_its_unit_and_an_unmoved_one_costs_nothing(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = window.controller.layout
    before = pixels(window, layout.card)
    over = (layout.tiles.x + 3, layout.tiles.y + 3)
    post(window, (pygame.MOUSEMOTION, {"pos": over, "rel": (1, 1), "buttons": (0, 0, 0)}))
    assert window.controller.looked_at == ("h1", 0)
    assert (pixels(window, layout.card) != before).any()
    monkeypatch.setattr(window, "paint", lambda: pytest.fail("painted without a change"))
    over = (over[0] + 1, over[1])
    post(window, (pygame.MOUSEMOTION, {"pos": over, "rel": (1, 0), "buttons": (0, 0, 0)}))


def test_a_full_disk_is_a_sentence_in_the_window(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    post(window, down(window, 0.5, 0.2), move(window, 0.5, 0.8), up(window, 0.5, 0.8))
    status = pixels(window, window.controller.layout.status)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        post(window, key(pygame.K_4, "4"))
        post(window, key(pygame.K_s, "s"))
    assert "No space left on device" in window.controller.status.text
    assert (pixels(window, window.controller.layout.status) != status).any()
    assert len(window.controller.school.lessons) == 1
    post(window, key(pygame.K_s, "s"))
    assert window.controller.school.out.exists()
    assert len(load_corrections(window.controller.school.corrections)) == 1


@pytest.mark.slow
def test_100_000_points_are_drawn_taught_kept_and_taken_back(window: Window) -> None:
    """Fifty frames of two thousand points each."""
    controller = window.controller
    rect = controller.layout.canvas
    rng = np.random.default_rng(1)
    walk = np.abs((np.cumsum(rng.normal(0, 3, (100_000, 2)), axis=0) + 300) % 800 - 400)
    controller.brush_width = 8
    controller.press("mouse", rect.x + 1, rect.y + 1)
    for n, (x, y) in enumerate(walk + (rect.x + 20, rect.y + 20)):
        controller.move("mouse", x, y)
        if n % 2000 == 0:
            window.paint()
    controller.release("mouse")
    window.paint()
    assert len(controller.canvas.strokes[0].points) > 99_000
    ink = controller.canvas.ink.copy()
    post(window, down(window, 0.1, 0.1), up(window, 0.1, 0.1))
    post(window, key(pygame.K_z, "z"))
    np.testing.assert_allclose(controller.canvas.ink, ink, atol=1e-5)
    post(window, key(pygame.K_3, "3"))
    (kept,) = load_corrections(controller.school.corrections)
    assert kept.strokes == controller.canvas.strokes


def test_a_stroke_is_shown_within_a_frame(window: Window) -> None:
    """As a ratio to sorting an array just before it: machines are shared, and fast and slow."""
    post(window, down(window, 0.2, 0.2))
    costs, peers = [], []  # of this thread, since others may be using the machine too
    field = np.random.default_rng(0).random((600, 600))
    for x in np.linspace(0.2, 0.8, 60):
        began = time.thread_time()
        np.sort(field, axis=1)
        between = time.thread_time()
        post(window, move(window, x, 0.2 + x / 2))
        peers.append(between - began)
        costs.append(time.thread_time() - between)
    assert np.median(costs) < 8 * np.median(peers)  # 16 ms where the sorting takes 2


def without_a_display() -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "XDG_RUNTIME_DIR")
    return {name: value for name, value in os.environ.items() if name not in hidden}


@pytest.mark.skipif(sys.platform != "linux", reason="Windows and macOS always have a display")
@pytest.mark.parametrize("asked", [{}, {"DISPLAY": ":9876"}, {"SDL_VIDEODRIVER": "x11"}])
def test_without_a_display_it_says_what_to_do(asked: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        env=without_a_display() | asked,
        capture_output=True,
        text=True,
        timeout=30,
    )
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("neuroscribble.errors.DisplayError: There is no screen")
    assert "ssh -X" in last
    assert "make network" in last
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal")
def test_ctrl_c_in_the_terminal_closes_an_idle_window() -> None:
    program = RUN.replace("run(network)", "print('open', flush=True)\nrun(network)")
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


@pytest.fixture
def x_display() -> Iterator[str]:
    """A fresh X server, as ":number"."""
    with x_server() as name:
        yield name


@pytest.mark.skipif(bool(MISSING), reason=f"NO REAL POINTER TESTED: {MISSING} not installed")
def test_a_real_pointer_draws_and_teaches_on_a_real_x_server(
    x_display: str, tmp_path: Path
) -> None:
    from PIL import ImageGrab

    environment = without_a_display() | {
        "DISPLAY": x_display,
        "SDL_VIDEO_WINDOW_POS": "0,0",
        "NEUROSCRIBBLE_DATA": "pen",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
    }

    def xdotool(*words: object) -> str:
        command = ["xdotool", *map(str, words)]
        return subprocess.check_output(command, env=environment, text=True, timeout=20)

    program = [sys.executable, "-c", REPORT]
    with subprocess.Popen(
        program, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        watchdog = Timer(40, process.kill)  # then the states end, and so does the test
        watchdog.start()
        states = (json.loads(line) for line in process.stdout)
        x, y, side, _ = next(states)["canvas"]
        xdotool("mousemove", x + side // 2, y + side // 5, "mousedown", 1)
        for share in (0.4, 0.6, 0.8):
            xdotool("mousemove", x + side // 2, y + round(share * side))
        state = next(s for s in states if s["points"] == [4])
        assert len(state["ranking"]) == 10
        assert state["ink"] > 0.5 * 24 * 280 * 0.6

        window = xdotool("getmouselocation").split("window:")[1].strip()
        xdotool("windowsize", window, 1000, 700)  # while the button is down
        state = next(s for s in states if s["canvas"][2] != side)
        x, y, side, _ = state["canvas"]
        xdotool("mousemove", x + side // 5, y + side // 5, "mouseup", 1)
        assert next(s for s in states if s["points"] != [4])["points"] == [5]

        time.sleep(0.3)  # until the last frame has reached the server
        screen = np.asarray(ImageGrab.grab(xdisplay=x_display).convert("RGB"))
        line = screen[y + side // 4 : y + side * 3 // 4, x + side // 2]
        np.testing.assert_array_equal(line, np.broadcast_to(rgb(DARK.ink[-1]), line.shape))

        xdotool("mousemove", *state["tile"])
        assert next(s for s in states if s["unit"])["unit"] == ["h1", 0]
        xdotool("mousemove", *state["seven"], "click", 1)
        state = next(s for s in states if s["lessons"])
        assert state["lessons"] == [7]
        assert state["status"].startswith("Learned: a 7")
        xdotool("key", "4")
        assert next(s for s in states if len(s["lessons"]) == 2)["lessons"] == [7, 4]
        assert len(load_corrections(tmp_path / "output" / "corrections")) == 2
        xdotool("key", "u", "u")
        next(s for s in states if not s["lessons"])

        xdotool("key", "c")
        assert next(s for s in states if not s["points"])["ranking"] == []
        xdotool("key", "z")  # the clearing is taken back
        assert next(s for s in states if s["points"])["points"] == [5]
        xdotool("key", "q")
        assert process.wait() == 0
        watchdog.cancel()
