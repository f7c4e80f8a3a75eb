"""The answer in large type, how far to trust it, and what comes second; of several digits, each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..diagram.theme import rgb
from .layout import Rect
from .panels import SMALL, TEXT, Look, caption, percent
from .reading import Reading
from .scene import Box, Color, Item, Label
from .several import Several

UNLIKE = "Unlike any digit I learned"
UNFINISHED = "Not a digit yet"  # the same, said while somebody draws
UNSURE = 0.7  # a smaller probability of the answer is called unsure


def answer_panel(
    look: Look, several: Several, class_names: tuple[str, ...], *, is_drawing: bool = False
) -> list[Item]:
    """What is read; as long as somebody draws, what is no digit yet is no reason for alarm."""
    rect, px, theme = look.layout.answer, look.layout.px, look.theme
    reading = several.reading
    words = UNFINISHED if is_drawing else UNLIKE
    above = caption(look, rect, words if reading.is_unlike else "It reads")
    if reading.is_unlike and not is_drawing:
        above = replace(above, color=rgb(theme.accent))
    items: list[Item] = [above, Box(rect, rgb(theme.surface), px(14), rgb(theme.outline))]
    half, middle = round(min(rect.height, rect.width * 0.43)), rect.center[1]
    x, room = rect.x + half, rect.right - px(12) - rect.x - half
    muted = rgb(theme.muted)

    def name(text: str, color: Color) -> Label:
        return Label(text, rect.x + half // 2, middle, px(140), color, half - px(16), "center")

    if reading.probabilities is None:
        note = Label("nothing to read yet", x, middle, px(SMALL), muted, room)
        return [*items, name("?", muted), note]
    first, *others = reading.ranking
    color = muted if reading.is_unlike else rgb(theme.text)
    items.append(name(several.number(class_names), color))
    if len(several.readings) > 1:
        return [*items, *_each(look, several, class_names, x, room)]
    probability = float(reading.probabilities[first])
    is_unsure = _surest(reading, first) < UNSURE and not reading.is_unlike
    lines = [  # the text, the share of the height at which it stands, its size and color
        ("unsure" if is_unsure else "", 0.17, TEXT, rgb(theme.accent)),
        (percent(probability), 0.40, 42, rgb(theme.text)),
        (_calibration(reading, first), 0.62, SMALL, muted),
    ]
    if others:
        second = percent(float(reading.probabilities[others[0]]))
        lines.append((f"then {class_names[others[0]]} with {second}", 0.80, SMALL, muted))
    for text, share, size, color in lines:
        if text:
            y = rect.y + round(share * rect.height)
            items.append(Label(text, x, y, px(size), color, room))
    return items


def _calibration(reading: Reading, winner: int) -> str:
    """What the answer's probability is worth, as far as that is known."""
    if reading.calibrated is not None:
        return f"calibrated {percent(float(reading.calibrated[winner]))}"
    return "calibrated before teaching" if reading.is_outdated else ""


def _each(
    look: Look, several: Several, class_names: Sequence[str], x: int, room: int
) -> list[Item]:
    """A line for each of several digits; the one that is shown is marked."""
    rect, px, theme = look.layout.answer, look.layout.px, look.theme
    pitch = min(px(30), round(rect.height * 0.84 / len(several.readings)))
    top = rect.center[1] - pitch * (len(several.readings) - 1) // 2
    items: list[Item] = []
    for nth, reading in enumerate(several.readings):
        first, y = reading.ranking[0], top + nth * pitch
        sure = _surest(reading, first)
        text = f"{class_names[first]} with {percent(sure)}" + ("?" if reading.is_unlike else "")
        is_shown = nth == several.shown
        color = rgb(theme.text if is_shown else theme.muted)
        items.append(Label(text, x + px(14), y, min(px(TEXT), pitch), color, room - px(14)))
        if is_shown:
            dot = Rect(x, y - px(4), px(8), px(8))
            items.append(Box(dot, rgb(theme.accent), dot.height // 2))
    return items


def _surest(reading: Reading, winner: int) -> float:
    """The answer's probability, calibrated where that is known."""
    assert reading.probabilities is not None
    told = reading.probabilities if reading.calibrated is None else reading.calibrated
    return float(told[winner])
