"""A window's controller for an exhibition: one draws and looks, teaches nothing and leaves nothing.

After a minute without a hand it is as it was at the beginning. Only whoever runs the machine ends
it, by the window manager or by Ctrl-C.
"""

from __future__ import annotations

from typing import Any

from .actions import Action, button_rects
from .canvas import Canvas
from .controller import START_WIDTH, Controller
from .layout import Rect

IDLE = 60_000  # milliseconds without a hand until it begins anew
WELCOME = "Draw a digit with a finger, a pen or the mouse, and watch how it is read."
WITHHELD = {Action.HELP, Action.QUIT}  # the sheet of keys is for people with a keyboard


class Exhibit(Controller):
    """The state of a window that anybody may touch."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._first_theme = self.theme
        self._say(WELCOME)

    @property
    def buttons(self) -> dict[Action, Rect]:
        """Where to press for what."""
        rects = button_rects(self.layout, lessons=False)
        return {action: rect for action, rect in rects.items() if action not in WITHHELD}

    def act(self, action: Action) -> None:
        """Do what a button or a key asks for, where it is one of those that are here."""
        if action in self.buttons:
            super().act(action)

    def teach(self, label: int) -> None:
        """There are no lessons here: the next visitor gets the same network."""

    def reset(self) -> None:
        """Nobody has been here for a while: all is as it was at the beginning."""
        self.canvas = Canvas()
        self.theme, self.brush_width = self._first_theme, START_WIDTH
        self.erases = self.is_sorted = self.is_drawing = False
        self.looked_at = self._hovered = self._pen = None
        self._redraw()
        self._say(WELCOME)
