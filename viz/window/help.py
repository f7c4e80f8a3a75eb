"""The sheet that "?" lays over the window: the keys, and what they do."""

from __future__ import annotations

from ..diagram.theme import rgb
from .layout import Rect
from .panels import SMALL, TEXT, Look
from .scene import Box, Item, Label

LINES = [
    ("mouse, finger", "draw on the large square"),
    ("0 … 9", "this is what it should have been: learn it (also: click a bar)"),
    ("M", "learn mixed with old digits, or only mine"),
    ("U", "take the last lesson back, to the last bit"),
    ("S", "save what was learned, as a new file"),
    ("L", "show why, or what the last lesson did"),
    ("N", "of several digits, look at the next one (also: click the answer)"),
    ("E", "pen or eraser"),
    ("+  −  wheel", "width of the brush"),
    ("Z  Y", "take a stroke back, and draw it again"),
    ("C", "clear the drawing; Z brings it back"),
    ("O", "hidden units in place, or the most active first"),
    ("arrow keys", "look at one hidden unit (or point at its tile)"),
    ("T", "light or dark"),
    ("?  H", "this sheet"),
    ("Esc  Q", "close: this sheet, a unit, the window"),
]
OF_LESSONS = {"0 … 9", "M", "U", "S", "L"}
FOOT = "Every correction is kept as a file in {folder}; the network itself only when you press S."
WATCHING = "Closing the window changes nothing for the training; Ctrl-C in the terminal ends it."


def help_sheet(look: Look, folder: str | None) -> list[Item]:
    """The sheet in the middle of the window; folder: where corrections go, None without lessons."""
    lines = [line for line in LINES if folder is not None or line[0] not in OF_LESSONS]
    layout, theme, px = look.layout, look.theme, look.layout.px
    width, height = layout.window
    wide, line = min(px(860), width - px(20)), px(34)
    tall = line * (len(lines) + 3) + px(20)
    sheet = Rect((width - wide) // 2, max(0, (height - tall) // 2), wide, min(tall, height))
    left, keys = sheet.x + px(36), px(170)
    y = sheet.y + px(20) + line // 2
    items: list[Item] = [
        Box(sheet, rgb(theme.surface), px(16), rgb(theme.accent)),
        Label("Keys and buttons", left, y, px(34), rgb(theme.text), wide - px(72)),
    ]
    for nth, (key, words) in enumerate(lines, start=1):
        at = y + nth * line + px(6)
        items.append(Label(key, left, at, px(TEXT), rgb(theme.accent), keys - px(12)))
        room = sheet.right - px(30) - left - keys
        items.append(Label(words, left + keys, at, px(TEXT), rgb(theme.text), room))
    at = y + (len(lines) + 1) * line + px(10)
    text = WATCHING if folder is None else FOOT.format(folder=folder)
    return [*items, Label(text, left, at, px(SMALL), rgb(theme.muted), wide - px(72))]
