"""The window on the screen: events in, scene out. The only module that knows pygame.

It waits until something happens, handles all that has happened since, and paints at most once:
an idle window costs next to nothing, and a fast hand never waits for old frames.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

import numpy as np

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
import pygame
import pygame.font  # the part that may lack a library: then this fails, not the first text

from neuroscribble.errors import DisplayError
from neuroscribble.ink.strokes import render_strokes
from neuroscribble.nn.network import Network

from ..diagram.theme import THEMES, rgb
from .controller import Controller
from .course import News
from .exhibit import IDLE, Exhibit
from .layout import REFERENCE
from .scene import Box, Color, Item, Label, Picture
from .school import School
from .spectator import Spectator

FRAME_RATE = 120  # paint no more often in a second; what happens between is painted together
# pygame.event.wait looks for events every millisecond, deaf to Ctrl-C; naps cost a sixth of that.
AWAKE, NAP = 500, 20  # milliseconds: after so long without an event look only so often
SHARE_OF_SCREEN = 0.8  # of the desktop's width or height, for a new window
FINER = 3  # times larger than shown is text rendered
MOUSE = "mouse"  # the pointer that is not a finger
NEWS = pygame.event.custom_type()  # of a training that the window watches
RESTED = pygame.event.custom_type()  # the pen has been up for a while
IDLED = pygame.event.custom_type()  # at an exhibition nobody has been there for a while
HANDS = {pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEWHEEL}
HANDS |= {pygame.FINGERDOWN, pygame.FINGERMOTION}
REST = 1000  # milliseconds after a stroke until the drawing counts as finished
UNSEEN_DRIVERS = {"dummy", "offscreen"}  # SDL drivers that open a window nobody can see

NO_DISPLAY = (
    "There is no screen to open a window on: run this on a desktop, connect with ssh -X, "
    "or take a page instead: neuroscribble network (make network) writes one, train --watch serves "
    "one."
)


def run(
    network: Network,
    *,
    theme: str = "dark",
    title: str = "NeuroScribble",
    school: School | None = None,
    kiosk: bool = False,
) -> None:
    """Open the window and return when it is closed, also by Ctrl-C in the terminal.

    school: where the network learns; by default it keeps corrections in output/corrections.
    kiosk: for an exhibition, over the whole screen: nothing is taught, nobody leaves by touch.

    Raises DisplayError without a screen, SettingsError when the network does not read square
    pictures.
    """
    kind = Exhibit if kiosk else Controller
    window = Window(network, theme=theme, title=title, school=school, kind=kind)
    if not kiosk:
        window.controller.school.prepare()
    _live(window)


def watch(
    network: Network,
    *,
    theme: str,
    title: str,
    on_open: Callable[[], None],
    next_news: Callable[[], News | None],
) -> None:
    """Open a window on a training elsewhere and return when it is closed, or the training gone.

    on_open: told when the window is there. next_news: asks for news in a thread of its own, and
    waits for them; None ends the window. Raises what `run` raises.
    """
    window = Window(network, theme=theme, title=title, kind=Spectator)
    on_open()
    threading.Thread(target=_listen, args=(next_news,), daemon=True).start()
    _live(window)


def _live(window: Window) -> None:
    try:
        with suppress(KeyboardInterrupt):
            while not window.controller.quitting:
                window.step()
    finally:
        window.close()


def _listen(next_news: Callable[[], News | None]) -> None:
    with suppress(pygame.error):  # the window has just been closed
        while (news := next_news()) is not None:
            pygame.event.post(pygame.event.Event(NEWS, news=news))
        pygame.event.post(pygame.event.Event(pygame.QUIT))


class Window:
    """One pygame window around a controller."""

    def __init__(
        self,
        network: Network,
        *,
        theme: str,
        title: str,
        size: tuple[int, int] | None = None,
        school: School | None = None,
        kind: type[Controller] = Controller,
    ) -> None:
        """size: width and height in pixels; by default a good part of the screen."""
        self.controller = kind(network, theme=THEMES[theme], size=REFERENCE, school=school)
        self.screen = _open(size, title, is_whole=kind is Exhibit)
        self.controller.resize(*self.screen.get_size())
        self._painter = Painter(self.screen)
        self._clock = pygame.time.Clock()
        self._last_hand = 0  # when, in milliseconds of pygame's clock
        self._waits = False  # whether the minute without a hand is being waited for
        self.paint()

    def step(self) -> None:
        """Wait for an event, handle all that wait with it, and paint if anything changed."""
        first = _next_event()
        self._clock.tick(FRAME_RATE)
        for event in (first, *pygame.event.get()):
            self.handle(event)
        if self.controller.changed and not self.controller.quitting:
            self.paint()

    def handle(self, event: pygame.event.Event) -> None:
        """Tell the controller about one event."""
        controller, was_down = self.controller, self.controller.pen_is_down
        if isinstance(controller, Exhibit):
            if event.type in HANDS:
                self._touched()
            elif event.type == IDLED:
                self._left_alone(controller)
        if event.type == NEWS and isinstance(controller, Spectator):
            controller.follow(*event.news)
        elif event.type == pygame.QUIT:
            controller.close()
        elif event.type == RESTED:
            controller.rest()
        elif event.type in (pygame.VIDEORESIZE, pygame.WINDOWEXPOSED):
            controller.resize(*pygame.display.get_window_size())
        elif event.type == pygame.KEYDOWN:
            typed = event.unicode if event.unicode.isprintable() else ""
            controller.key(typed or pygame.key.name(event.key))
        elif event.type == pygame.MOUSEWHEEL:
            controller.widen_brush(event.y)
        elif event.type == pygame.WINDOWFOCUSLOST:
            controller.release(MOUSE)
        elif event.type in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEMOTION, pygame.MOUSEBUTTONUP):
            self._mouse(event)
        elif event.type in (pygame.FINGERDOWN, pygame.FINGERMOTION, pygame.FINGERUP):
            self._finger(event)
        if was_down != controller.pen_is_down:
            pygame.time.set_timer(RESTED, REST if was_down else 0, 1)

    def paint(self) -> None:
        """Paint the scene and show it."""
        self._painter.paint(self.controller.scene(), rgb(self.controller.theme.background))
        pygame.display.flip()

    def close(self) -> None:
        """Close the window and leave pygame."""
        pygame.quit()

    def _touched(self) -> None:
        """A hand is at the exhibition. One timer is enough: each that is set keeps some memory."""
        self._last_hand = pygame.time.get_ticks()
        if not self._waits:
            self._waits = True
            pygame.time.set_timer(IDLED, IDLE, 1)

    def _left_alone(self, exhibit: Exhibit) -> None:
        """A minute is over since some hand was there, perhaps not the last one."""
        left = self._last_hand + IDLE - pygame.time.get_ticks()
        if left > 0:
            pygame.time.set_timer(IDLED, left, 1)
        else:
            self._waits = False
            exhibit.reset()

    def _mouse(self, event: pygame.event.Event) -> None:
        if getattr(event, "touch", False):
            return  # SDL repeats a finger as a mouse; the finger has been handled
        if event.type == pygame.MOUSEMOTION:
            if event.buttons[0]:
                self.controller.move(MOUSE, *event.pos)
            else:
                self.controller.release(MOUSE)  # it went up where we did not see it
                self.controller.hover(*event.pos)
        elif event.button == pygame.BUTTON_LEFT:
            if event.type == pygame.MOUSEBUTTONDOWN:
                self.controller.press(MOUSE, *event.pos)
            else:
                self.controller.release(MOUSE)

    def _finger(self, event: pygame.event.Event) -> None:
        if sys.platform == "darwin":
            return  # a Mac has no touch screen: these are fingers resting on its trackpad
        finger = (event.touch_id, event.finger_id)
        width, height = pygame.display.get_window_size()
        x, y = event.x * width, event.y * height  # events count from 0 to 1
        if event.type == pygame.FINGERDOWN:
            self.controller.press(finger, x, y)
        elif event.type == pygame.FINGERMOTION:
            self.controller.move(finger, x, y)
        else:
            self.controller.release(finger)


class Painter:
    """Paints scenes; fonts, texts and round corners are made once and kept."""

    def __init__(self, screen: pygame.Surface) -> None:
        self._screen = screen
        self._font = lru_cache(maxsize=64)(lambda size: pygame.font.Font(None, size))
        self._text = lru_cache(maxsize=1024)(self._render_text)
        self._disc = lru_cache(maxsize=256)(_render_disc)

    def paint(self, scene: list[Item], background: Color) -> None:
        """Paint a scene over everything."""
        self._screen.fill(background)
        for item in scene:
            if isinstance(item, Box):
                self._box(item)
            elif isinstance(item, Label):
                self._label(item)
            else:
                self._picture(item)

    def _box(self, box: Box) -> None:
        if box.outline is not None:
            self._box(Box(box.rect, box.outline, box.radius))
            line = max(1, round(box.radius * 0.1))
            self._box(Box(box.rect.shrunk(line), box.fill, max(0, box.radius - line)))
            return
        x, y, width, height = box.rect
        r = min(box.radius, width // 2, height // 2)
        self._screen.fill(box.fill, (x + r, y, width - 2 * r, height))
        self._screen.fill(box.fill, (x, y + r, width, height - 2 * r))
        if r > 0:
            disc = self._disc(r, box.fill)
            for dx in (0, 1):
                for dy in (0, 1):
                    corner = (x + dx * (width - r), y + dy * (height - r))
                    self._screen.blit(disc, corner, (dx * r, dy * r, r, r))

    def _label(self, label: Label) -> None:
        text = self._text(label.text, label.size, label.color, label.width)
        rect = text.get_rect(centery=label.y)
        if label.align == "left":
            rect.left = label.x
        elif label.align == "center":
            rect.centerx = label.x
        else:
            rect.right = label.x
        self._screen.blit(text, rect)

    def _picture(self, picture: Picture) -> None:
        height, width = picture.shades.shape
        shades = np.ascontiguousarray(picture.shades)
        image = pygame.image.frombuffer(shades.data, (width, height), "P")
        image.set_palette(picture.palette.tolist())
        self._screen.blit(image, (picture.x, picture.y))

    def _render_text(self, text: str, size: int, color: Color, width: int) -> pygame.Surface:
        """Letters are rendered large and shrunk: at small sizes the font's own are ill spaced."""
        large = self._font(size * FINER)
        taken = large.size(text)[0]
        if taken > width * FINER:
            large = self._font(max(1, size * FINER * width * FINER // taken))
        surface = large.render(text, True, color)
        shown = (max(1, surface.get_width() // FINER), max(1, surface.get_height() // FINER))
        return pygame.transform.smoothscale(surface.convert_alpha(), shown)


def _render_disc(radius: int, color: Color) -> pygame.Surface:
    """A disc with a smooth edge, as a square of 2 · radius pixels."""
    disc = pygame.Surface((2 * radius, 2 * radius), pygame.SRCALPHA)
    disc.fill(color)
    ink = render_strokes([[(radius, radius)]], size=2 * radius, width=2 * radius)
    pygame.surfarray.pixels_alpha(disc)[...] = np.rint(255 * ink)
    return disc


def _open(size: tuple[int, int] | None, title: str, *, is_whole: bool) -> pygame.Surface:
    os.environ.setdefault("SDL_WINDOWS_DPI_AWARENESS", "permonitorv2")  # sharp on dense screens
    if sys.platform == "linux":  # a detour through OpenGL takes 40 times as long as shared memory
        os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")
        os.environ.setdefault("XDG_RUNTIME_DIR", os.devnull)  # unset, libwayland complains aloud
    try:
        pygame.display.init()
        pygame.font.init()
        if is_whole and size is None:
            screen = pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
        else:
            screen = pygame.display.set_mode(size or _default_size(), pygame.RESIZABLE)
    except pygame.error as error:
        pygame.quit()
        raise DisplayError(NO_DISPLAY) from error
    driver = pygame.display.get_driver()
    asked_for = os.environ.get("SDL_VIDEODRIVER", "").split(",")
    if driver in UNSEEN_DRIVERS and driver not in asked_for:
        pygame.quit()
        raise DisplayError(NO_DISPLAY)
    pygame.display.set_caption(title)
    return screen


def _next_event() -> pygame.event.Event:
    event = pygame.event.wait(AWAKE)
    while event.type == pygame.NOEVENT:
        pygame.time.wait(NAP)
        event = pygame.event.poll()
    return event


def _default_size() -> tuple[int, int]:
    desktop = pygame.display.get_desktop_sizes()[0]
    scale = SHARE_OF_SCREEN * min(
        available / wanted for available, wanted in zip(desktop, REFERENCE, strict=True)
    )
    return round(REFERENCE[0] * scale), round(REFERENCE[1] * scale)
