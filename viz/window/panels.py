"""The parts of the window, each a short list of things to paint.

A panel is a function of what it shows and of a look (theme and layout); it knows no window and
no events. Data are colored by the theme's palettes: ink as ink, activations as activations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroscribble.ink.drawing import Ink
from neuroscribble.shapes import Floats

from ..diagram.theme import Colors, Theme, color_table, rgb
from .layout import Layout, Rect
from .reading import Reading
from .scene import Box, Item, Label, Picture, Shades

TEXT, SMALL = 23, 21  # heights of text, in units of the layout


@dataclass(frozen=True)
class Look:
    """Everything that decides how a panel looks, apart from what it shows."""

    theme: Theme
    layout: Layout


def percent(probability: float) -> str:
    """A probability with one decimal; never rounded to certainty."""
    text = f"{100 * probability:.1f}"
    return {"100.0": ">99.9 %", "0.0": "<0.1 %"}.get(text, f"{text} %")


def title_panel(look: Look, layer_sizes: Sequence[int], *, n_lessons: int = 0) -> list[Item]:
    """The name and, smaller, the layers of the network and what it has learned here."""
    rect, px, theme = look.layout.title, look.layout.px, look.theme
    middle = rect.center[1]
    name = px(196)
    sizes = " · ".join(f"{size}" for size in layer_sizes)
    learned = f", {n_lessons} lesson{'s' * (n_lessons > 1)} wiser" if n_lessons else ""
    return [
        Label("NeuroScribble", rect.x, middle, px(38), rgb(theme.text), name),
        Label(
            f"a network of {sizes} units{learned}",
            rect.x + name,
            middle + px(3),
            px(TEXT),
            rgb(theme.muted),
            rect.width - name,
        ),
    ]


def canvas_panel(look: Look, ink: Ink, *, is_blank: bool) -> list[Item]:
    """The drawing, on paper with round corners; blank paper says what it is for."""
    rect, px, theme = look.layout.canvas, look.layout.px, look.theme
    palette = color_table(theme.ink)
    items: list[Item] = [_frame(look, rect), Picture(rect.x, rect.y, _ink_shades(ink), palette)]
    if is_blank:
        x, y = rect.center
        items += [
            Label("Draw a digit", x, y, px(48), rgb(theme.muted), rect.width, "center"),
            Label(
                "with the mouse or a finger",
                x,
                y + px(44),
                px(TEXT),
                rgb(theme.muted),
                rect.width,
                "center",
            ),
        ]
    return items


def brush_panel(look: Look, width: float, widest: float, *, erases: bool) -> list[Item]:
    """The pen's diameter as a dot, the eraser's as a ring; the widest one fills the box."""
    rect, px, theme = look.layout.brush, look.layout.px, look.theme
    x, y = rect.center
    diameter = max(2, round((min(rect.width, rect.height) - px(4)) * width / widest))
    dot = Rect(x - diameter // 2, y - diameter // 2, diameter, diameter)
    if erases:
        return [Box(dot, rgb(theme.background), diameter // 2, rgb(theme.text))]
    return [Box(dot, rgb(theme.text), diameter // 2)]


def button(
    look: Look,
    rect: Rect,
    text: str,
    key: str = "",
    *,
    enabled: bool = True,
    is_on: bool = False,
) -> list[Item]:
    """A button with its key on a cap; a button without a text shows its key alone."""
    px, theme = look.layout.px, look.theme
    color = rgb(theme.text if enabled else theme.outline)
    outline = rgb(theme.accent if is_on else theme.outline)
    items: list[Item] = [Box(rect, rgb(theme.surface), px(9), outline)]
    x, y = rect.center
    size = min(px(SMALL), round(rect.height * 0.66))
    if not text:
        return [*items, Label(key, x, y, px(26), color, rect.width, "center")]
    if not key:
        return [*items, Label(text, x, y, size, color, rect.width - px(8), "center")]
    cap_height = min(px(24), rect.height - px(6))
    cap_width = cap_height + px(8) * (len(key) - 1)
    inset = max(px(3), (rect.height - cap_height) // 2)
    cap = Rect(rect.right - inset - cap_width, y - cap_height // 2, cap_width, cap_height)
    left, right = rect.x + px(6), cap.x - px(4)
    return [
        *items,
        Label(text, (left + right) // 2, y, size, color, right - left, "center"),
        Box(cap, rgb(theme.background), px(5), rgb(theme.outline)),
        Label(key, cap.center[0], y, min(px(17), size), rgb(theme.muted), cap_width, "center"),
    ]


def digits_panel(look: Look, class_names: Sequence[str], *, enabled: bool) -> list[Item]:
    """A button for each class: this is what it should have been."""
    layout, theme = look.layout, look.theme
    items: list[Item] = [
        caption(look, layout.digits, "Wrong? Press what it should be: it learns at once")
    ]
    for k, name in enumerate(class_names):
        rect = layout.digit(k, len(class_names))
        color = rgb(theme.text if enabled else theme.muted)
        items.append(Box(rect, rgb(theme.surface), layout.px(9), rgb(theme.outline)))
        items.append(Label(name, *rect.center, layout.px(26), color, rect.width, "center"))
    return items


def status_panel(look: Look, text: str, *, is_bad: bool) -> list[Item]:
    """What happened last, in one sentence; what went wrong stands out."""
    rect, px, theme = look.layout.status, look.layout.px, look.theme
    color = rgb(theme.signed[0] if is_bad else theme.muted)
    y, indent = rect.center[1], px(16) if is_bad else 0
    items: list[Item] = []
    if is_bad:
        mark = Rect(rect.x, y - px(5), px(10), px(10))
        items.append(Box(mark, rgb(theme.signed[1]), mark.width // 2))
    size = px(SMALL + 1)
    return [*items, Label(text, rect.x + indent, y, size, color, rect.width - indent)]


def stages_panel(look: Look, reading: Reading) -> list[Item]:
    """From the drawing to the image that the network reads: box, size, center of mass, stance."""
    layout, theme = look.layout, look.theme
    palette = color_table(theme.ink)
    items: list[Item] = []
    stages = None if reading.is_blank else reading.stages
    upright = "3 upright, even" if reading.is_even else "3 set upright"
    last = "3 what it sees" if reading.upright is None else upright
    fields = (
        (layout.box, "1 cut to its box", stages.cropped if stages else None),
        (layout.fit, f"2 fit into {reading.box}×{reading.box}", stages.fitted if stages else None),
    )
    for rect, text, ink in fields:
        items += [caption(look, rect, text), _frame(look, rect)]
        items.append(Box(rect, rgb(theme.ink[0])))
        if ink is not None:
            items.append(_fitted_picture(rect, ink, palette))
    return [
        *items,
        caption(look, layout.image, last),
        _frame(look, layout.image, strong=True),
        _fitted_picture(layout.image, reading.seen, palette),
    ]


def _fitted_picture(rect: Rect, ink: Floats, palette: Colors) -> Picture:
    """Ink of any shape in the middle of a square, as large as it fits, pixels kept apart."""
    rows, columns = ink.shape
    scale = rect.width / max(rows, columns)
    height, width = max(1, int(rows * scale)), max(1, int(columns * scale))
    nth_row = np.minimum((np.arange(height) / scale).astype(np.intp), rows - 1)
    nth_column = np.minimum((np.arange(width) / scale).astype(np.intp), columns - 1)
    shades = _ink_shades(ink)[nth_row[:, None], nth_column]
    x, y = rect.x + (rect.width - width) // 2, rect.y + (rect.height - height) // 2
    return Picture(x, y, shades, palette)


def bars_panel(
    look: Look,
    reading: Reading,
    class_names: Sequence[str],
    *,
    before: Floats | None = None,
    alone: bool = False,
) -> list[Item]:
    """One bar for each class, its number beside it, and a mark at the largest.

    before: the probabilities (K,) before the last lesson, shown as ticks; alone: each class is
    judged by itself, so that they need not add up to 1.
    """
    rect, px, theme = look.layout.bars, look.layout.px, look.theme
    title = "Probabilities, each class by itself" if alone else "Probabilities"
    items: list[Item] = [caption(look, rect, title)]
    row = rect.height / len(class_names)
    thick = max(2, round(row * 0.56))
    size = min(px(TEXT), max(1, round(row * 1.05)))
    names = min(px(20 + 11 * max(map(len, class_names))), rect.width // 3)
    numbers = px(80)
    winner = reading.ranking[0] if reading.ranking else None
    for k, name in enumerate(class_names):
        y = look.layout.bar(k, len(class_names)).center[1]
        track = Rect(rect.x + names, y - thick // 2, rect.width - names - numbers, thick)
        color = rgb(theme.text if k == winner else theme.muted)
        items.append(Label(name, rect.x + px(14), y, size, color, names - px(14)))
        items.append(Box(track, rgb(theme.activation[0]), thick // 2))
        if k == winner:
            dot = Rect(rect.x, y - px(4), px(8), px(8))
            items.append(Box(dot, rgb(theme.accent), dot.height // 2))
        if reading.probabilities is None:
            continue
        probability = float(reading.probabilities[k])
        length = round(track.width * probability)
        if length > 0:
            fill = rgb(theme.accent if k == winner else theme.activation[2])
            bar = Rect(track.x, track.y, length, thick)
            items.append(Box(bar, fill, min(length, thick) // 2))
        if before is not None and abs(float(before[k]) - probability) > 0.005:
            tick = track.x + round((track.width - px(3)) * float(before[k]))
            mark = Rect(tick, track.y - px(3), px(3), thick + px(6))
            items.append(Box(mark, rgb(theme.text), mark.width // 2))
        number = percent(probability)
        items.append(Label(number, rect.right, y, size, color, numbers - px(10), "right"))
    return items


def enlarged(shades: Shades, times: int) -> Shades:
    """Every pixel as a square of `times` pixels."""
    return shades.repeat(times, 0).repeat(times, 1)


def caption(look: Look, rect: Rect, text: str, *, room: int | None = None) -> Label:
    """A line of small text over the left end of a rectangle, at most `room` pixels wide."""
    px = look.layout.px
    width = rect.width if room is None else room
    return Label(text, rect.x, rect.y - px(15), px(TEXT - 1), rgb(look.theme.muted), width)


def _ink_shades(ink: Floats) -> Shades:
    shades: Shades = (ink * 255 + 0.5).astype(np.uint8)
    return shades


def _frame(look: Look, rect: Rect, *, strong: bool = False) -> Box:
    border = look.layout.px(2 if strong else 1)
    return Box(rect.shrunk(-border), rgb(look.theme.muted if strong else look.theme.outline))
