"""What the window does: pointers draw, buttons and keys act, and the scene shows the result.

Nothing here knows a screen. A window tells the controller what happened, in window pixels, and
paints `scene()` whenever `changed` says so.
"""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum, auto

from neuroscribble.network import Network
from viz.theme import THEMES, Theme

from . import panels
from .canvas import SIDE, Canvas, Point
from .layout import Layout, Rect, arrange
from .panels import Look
from .reading import Reading, read
from .scene import Item

THINNEST, THICKEST, STEP = 8, 60, 4  # diameters of the pen, in canvas pixels
START_WIDTH = 24  # the width of MNIST's lines in a digit that nearly fills the canvas


class Action(Enum):
    """What a button or a key does."""

    THINNER = auto()
    THICKER = auto()
    CLEAR = auto()
    THEME = auto()
    QUIT = auto()


KEYS = {
    "-": Action.THINNER,
    "[": Action.THINNER,
    "+": Action.THICKER,
    "=": Action.THICKER,  # "+" without Shift on many keyboards
    "]": Action.THICKER,
    "c": Action.CLEAR,
    "delete": Action.CLEAR,
    "backspace": Action.CLEAR,
    "t": Action.THEME,
    "escape": Action.QUIT,
    "q": Action.QUIT,
}


class Controller:
    """The state of one window: a drawing, how the network reads it, and how it is shown."""

    def __init__(self, network: Network, *, theme: Theme, size: tuple[int, int]) -> None:
        """size: width and height of the window in pixels.

        Raises SettingsError when the network does not read 28×28 pixels.
        """
        self.network = network
        self.theme = theme
        self.canvas = Canvas()
        self.brush_width = START_WIDTH  # canvas pixels
        self.layout: Layout = arrange(*size)
        self.changed = True  # since the last scene
        self.quitting = False
        self._pen: Hashable | None = None  # the pointer that draws
        self._reading: Reading | None = read(network, self.canvas.ink)  # None when out of date

    @property
    def reading(self) -> Reading:
        """How the network reads the drawing of this moment."""
        if self._reading is None:
            self._reading = read(self.network, self.canvas.ink)
        return self._reading

    @property
    def buttons(self) -> dict[Action, Rect]:
        """Where to press for what."""
        layout = self.layout
        return {
            Action.THINNER: layout.thinner,
            Action.THICKER: layout.thicker,
            Action.CLEAR: layout.clear,
            Action.THEME: layout.theme,
            Action.QUIT: layout.quit,
        }

    def press(self, pointer: Hashable, x: float, y: float) -> None:
        """A mouse button or finger goes down: on the canvas it draws, on a button it acts."""
        if self.layout.canvas.contains(x, y):
            if self._pen is None:
                self._pen = pointer
                self.canvas.begin(self._canvas_point(x, y), self.brush_width)
                self._redraw()
            return
        for action, rect in self.buttons.items():
            if rect.contains(x, y):
                self.act(action)

    def move(self, pointer: Hashable, x: float, y: float) -> None:
        """A pointer moves; if it draws, the stroke follows it in a straight line."""
        if pointer == self._pen and self.canvas.extend(self._canvas_point(x, y)):
            self._redraw()

    def release(self, pointer: Hashable) -> None:
        """A pointer goes up and its stroke ends."""
        if pointer == self._pen:
            self._pen = None

    def key(self, name: str) -> None:
        """A key goes down: the character it types, or its name if it types none."""
        action = KEYS.get(name.lower())
        if action is not None:
            self.act(action)

    def act(self, action: Action) -> None:
        """Do what a button or a key asks for."""
        if action is Action.THINNER:
            self.widen_brush(-1)
        elif action is Action.THICKER:
            self.widen_brush(1)
        elif action is Action.CLEAR:
            self.canvas.clear()
            self._pen = None
            self._redraw()
        elif action is Action.THEME:
            self.theme = THEMES[self._other_theme]
            self.changed = True
        elif action is Action.QUIT:
            self.quitting = True

    def widen_brush(self, steps: int) -> None:
        """Make the next strokes wider, or thinner for negative steps."""
        width = min(max(self.brush_width + steps * STEP, THINNEST), THICKEST)
        self.changed |= width != self.brush_width
        self.brush_width = width

    def resize(self, width: int, height: int) -> None:
        """The window has a new size in pixels; the drawing stays as it is."""
        self.layout = arrange(width, height)
        self.changed = True

    def scene(self) -> list[Item]:
        """Everything in the window on its background, in the order of painting."""
        look, layout, buttons = Look(self.theme, self.layout), self.layout, self.buttons
        reading, names = self.reading, self.network.class_names
        sizes = [reading.image.size, *map(len, reading.hidden.values()), len(names)]
        ink = self.canvas.ink_at(layout.canvas.width)
        thinner, thicker = self.brush_width > THINNEST, self.brush_width < THICKEST
        self.changed = False
        return [
            *panels.title_panel(look, sizes),
            *panels.button(look, buttons[Action.THEME], self._other_theme.capitalize(), "T"),
            *panels.button(look, buttons[Action.QUIT], "Quit", "Esc"),
            *panels.canvas_panel(look, ink, is_blank=reading.is_blank),
            *panels.button(look, buttons[Action.THINNER], "", "−", enabled=thinner),
            *panels.brush_panel(look, self.brush_width, THICKEST),
            *panels.button(look, buttons[Action.THICKER], "", "+", enabled=thicker),
            *panels.button(look, buttons[Action.CLEAR], "Clear", "C"),
            *panels.image_panel(look, reading.image),
            *panels.answer_panel(look, reading, names),
            *panels.tiles_panel(look, reading),
            *panels.bars_panel(look, reading, names),
        ]

    @property
    def _other_theme(self) -> str:
        return "light" if self.theme.name == "dark" else "dark"

    def _canvas_point(self, x: float, y: float) -> Point:
        """A point of the window, in canvas pixels."""
        rect = self.layout.canvas
        return (x - rect.x) * SIDE / rect.width, (y - rect.y) * SIDE / rect.height

    def _redraw(self) -> None:
        self._reading = None
        self.changed = True
