"""Everything that a button or a key can do, and which button and which keys do it."""

from __future__ import annotations

from enum import Enum, auto

from neuroscribble.shapes import N_CLASSES

from .layout import Layout, Rect


class Action(Enum):
    """What a button or a key does."""

    THINNER = auto()
    THICKER = auto()
    ERASER = auto()
    UNDO = auto()
    REDO = auto()
    CLEAR = auto()
    MIX = auto()
    UNTEACH = auto()
    SAVE = auto()
    ORDER = auto()
    CARD = auto()
    NEXT = auto()
    HELP = auto()
    THEME = auto()
    QUIT = auto()


KEYS = {
    "-": Action.THINNER,
    "[": Action.THINNER,
    "+": Action.THICKER,
    "=": Action.THICKER,  # "+" without Shift on many keyboards
    "]": Action.THICKER,
    "e": Action.ERASER,
    "z": Action.UNDO,
    "y": Action.REDO,
    "c": Action.CLEAR,
    "delete": Action.CLEAR,
    "backspace": Action.CLEAR,
    "m": Action.MIX,
    "u": Action.UNTEACH,
    "s": Action.SAVE,
    "o": Action.ORDER,
    "l": Action.CARD,
    "n": Action.NEXT,
    "?": Action.HELP,
    "h": Action.HELP,
    "f1": Action.HELP,
    "t": Action.THEME,
    "escape": Action.QUIT,
    "q": Action.QUIT,
}
DIGITS = {str(k): k for k in range(N_CLASSES)}
OF_LESSONS = {Action.MIX, Action.UNTEACH, Action.SAVE, Action.CARD}
ARROWS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}


def button_rects(layout: Layout, *, lessons: bool = True) -> dict[Action, Rect]:
    """Where to press for what, in a window with or without lessons."""
    rects = {
        Action.THINNER: layout.thinner,
        Action.THICKER: layout.thicker,
        Action.ERASER: layout.eraser,
        Action.UNDO: layout.undo,
        Action.REDO: layout.redo,
        Action.CLEAR: layout.clear,
        Action.MIX: layout.mix,
        Action.UNTEACH: layout.unteach,
        Action.SAVE: layout.save,
        Action.ORDER: layout.order,
        Action.CARD: layout.card_button,
        Action.NEXT: layout.answer,  # the answer itself
        Action.HELP: layout.help,
        Action.THEME: layout.theme,
        Action.QUIT: layout.quit,
    }
    return {what: rect for what, rect in rects.items() if lessons or what not in OF_LESSONS}
