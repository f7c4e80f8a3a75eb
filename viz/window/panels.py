"""The parts of the window, each a short list of things to paint.

A panel is a function of what it shows and of a look (theme and layout); it knows no window and
no events. Data are colored by the theme's palettes: ink as ink, activations as activations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroscribble.shapes import IMAGE_SIZE, Floats
from viz.theme import Theme, color_table, rgb

from .canvas import Ink
from .layout import Layout, Rect, TileGrid, tile_grids
from .reading import Reading
from .scene import Box, Item, Label, Picture, Shades

TEXT, SMALL = 23, 20  # heights of text, in units of the layout


@dataclass(frozen=True)
class Look:
    """Everything that decides how a panel looks, apart from what it shows."""

    theme: Theme
    layout: Layout


def percent(probability: float) -> str:
    """A probability with one decimal; never rounded to certainty."""
    text = f"{100 * probability:.1f}"
    return {"100.0": ">99.9 %", "0.0": "<0.1 %"}.get(text, f"{text} %")


def title_panel(look: Look, layer_sizes: Sequence[int]) -> list[Item]:
    """The name and, smaller, the layers of the network."""
    rect, px, theme = look.layout.title, look.layout.px, look.theme
    middle = rect.center[1]
    name = px(196)
    sizes = " · ".join(f"{size}" for size in layer_sizes)
    return [
        Label("NeuroScribble", rect.x, middle, px(38), rgb(theme.text), name),
        Label(
            f"a network of {sizes} units",
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


def brush_panel(look: Look, width: float, widest: float) -> list[Item]:
    """The pen's diameter as a dot; the widest one fills the box."""
    rect, px, theme = look.layout.brush, look.layout.px, look.theme
    x, y = rect.center
    diameter = max(2, round((rect.height - px(6)) * width / widest))
    dot = Rect(x - diameter // 2, y - diameter // 2, diameter, diameter)
    hint = look.layout.thicker.right + px(14)
    room = look.layout.clear.x - px(14) - hint
    return [
        Box(dot, rgb(theme.text), diameter // 2),
        Label("brush: also [ ] or the wheel", hint, y, px(SMALL), rgb(theme.muted), room),
    ]


def button(look: Look, rect: Rect, text: str, key: str = "", *, enabled: bool = True) -> list[Item]:
    """A button with its key on a cap; a button without a text shows its key alone."""
    px, theme = look.layout.px, look.theme
    color = rgb(theme.text if enabled else theme.outline)
    items: list[Item] = [Box(rect, rgb(theme.surface), px(10), rgb(theme.outline))]
    x, y = rect.center
    if not text:
        return [*items, Label(key, x, y, px(28), color, rect.width, "center")]
    cap_width, cap_height = px(24 + 9 * (len(key) - 1)), px(26)
    cap = Rect(rect.right - px(10) - cap_width, y - cap_height // 2, cap_width, cap_height)
    room = cap.x - rect.x - px(24)
    return [
        *items,
        Label(text, rect.x + px(16), y, px(TEXT), color, room),
        Box(cap, rgb(theme.background), px(5), rgb(theme.outline)),
        Label(key, cap.center[0], y, px(SMALL - 3), rgb(theme.muted), cap_width, "center"),
    ]


def image_panel(look: Look, image: Floats) -> list[Item]:
    """The 28×28 image that the network reads."""
    rect = look.layout.image
    shades = _ink_shades(image).repeat(rect.width // IMAGE_SIZE, 0)
    shades = shades.repeat(rect.width // IMAGE_SIZE, 1)
    return [
        _caption(look, rect, "The network sees"),
        _frame(look, rect),
        Picture(rect.x, rect.y, shades, color_table(look.theme.ink)),
    ]


def answer_panel(look: Look, reading: Reading, class_names: Sequence[str]) -> list[Item]:
    """The answer in large type, how sure it is, and what comes second."""
    rect, px, theme = look.layout.answer, look.layout.px, look.theme
    half, middle = rect.height, rect.center[1]
    text_x, room = rect.x + half, rect.right - px(16) - rect.x - half
    items: list[Item] = [
        _caption(look, rect, "It reads"),
        Box(rect, rgb(theme.surface), px(14), rgb(theme.outline)),
    ]
    if reading.probabilities is None:
        name, color, line, note = "?", rgb(theme.muted), "", "nothing to read yet"
    else:
        first, *others = reading.ranking
        name, color = class_names[first], rgb(theme.text)
        line, note = percent(float(reading.probabilities[first])), ""
        if others:
            second = others[0]
            probability = percent(float(reading.probabilities[second]))
            note = f"then {class_names[second]} with {probability}"
    items.append(Label(name, rect.x + half // 2, middle, px(176), color, half - px(24), "center"))
    if line:
        items.append(Label(line, text_x, middle - px(16), px(58), color, room))
    note_y = middle + px(32) if line else middle
    items.append(Label(note, text_x, note_y, px(TEXT), rgb(theme.muted), room))
    return items


def tiles_panel(look: Look, reading: Reading) -> list[Item]:
    """Every hidden unit as a tile; each layer's scale ends at its own largest activation."""
    rect, px, theme = look.layout.tiles, look.layout.px, look.theme
    items: list[Item] = [_caption(look, rect, "Hidden layers")]
    if not reading.hidden:
        note = "none: every pixel speaks to the answer directly"
        y = rect.y + px(SMALL)
        return [*items, Label(note, rect.x, y, px(TEXT), rgb(theme.muted), rect.width)]
    items += _legend(look)
    palette = np.vstack([[rgb(theme.background)], color_table(theme.activation, 255)])
    area = Rect(rect.x, rect.y, rect.width, rect.height - px(30))
    gap = min(px(28), area.width // (4 * len(reading.hidden)))
    grids = tile_grids([len(values) for values in reading.hidden.values()], area, gap=gap)
    for (key, values), grid in zip(reading.hidden.items(), grids, strict=True):
        shades = tile_shades(values, grid)
        items.append(Picture(grid.rect.x, grid.rect.y, shades, palette.astype(np.uint8)))
        text = key
        if grid.rect.width > px(120) and reading.is_blank:
            text = f"{key}: {len(values)} units"
        elif grid.rect.width > px(120):
            text = f"{key}: {np.count_nonzero(values > 0)} of {len(values)} active"
        room = grid.rect.width + gap // 2
        y = grid.rect.bottom + px(16)
        items.append(Label(text, grid.rect.x, y, px(SMALL), rgb(theme.muted), room))
    return items


def tile_shades(values: Floats, grid: TileGrid) -> Shades:
    """Activations (units,) as tiles: 0 beside the tiles, 1 for none to 255 for the largest."""
    cells: Shades = np.zeros(grid.rows * grid.columns, dtype=np.uint8)
    top = float(values.max(initial=0))
    scaled = np.clip(values / top, 0, 1) if top > 0 else np.zeros_like(values)
    cells[: len(values)] = 1 + np.rint(254 * scaled)
    shades = cells.reshape(grid.rows, grid.columns).repeat(grid.pitch, 0).repeat(grid.pitch, 1)
    seam = round(grid.pitch * 0.12)
    for nth in range(seam):  # the gap between tiles is on their right and lower sides
        shades[grid.pitch - 1 - nth :: grid.pitch] = 0
        shades[:, grid.pitch - 1 - nth :: grid.pitch] = 0
    return shades


def bars_panel(look: Look, reading: Reading, class_names: Sequence[str]) -> list[Item]:
    """One bar for each class, its number beside it, and a mark at the largest."""
    rect, px, theme = look.layout.bars, look.layout.px, look.theme
    items: list[Item] = [_caption(look, rect, "Probabilities")]
    row = rect.height / len(class_names)
    thick = max(2, round(row * 0.56))
    size = min(px(TEXT), max(1, round(row * 1.05)))
    names = min(px(20 + 11 * max(map(len, class_names))), rect.width // 3)
    numbers = px(84)
    winner = reading.ranking[0] if reading.ranking else None
    for k, name in enumerate(class_names):
        y = rect.y + round((k + 0.5) * row)
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
        number = percent(probability)
        items.append(Label(number, rect.right, y, size, color, numbers - px(12), "right"))
    return items


def _ink_shades(ink: Floats) -> Shades:
    shades: Shades = (ink * 255 + 0.5).astype(np.uint8)
    return shades


def _frame(look: Look, rect: Rect) -> Box:
    border = look.layout.px(1)
    outline = rgb(look.theme.outline)
    return Box(rect.shrunk(-border), outline)


def _caption(look: Look, rect: Rect, text: str) -> Label:
    px = look.layout.px
    return Label(text, rect.x, rect.y - px(18), px(TEXT), rgb(look.theme.muted), rect.width)


def _legend(look: Look) -> list[Item]:
    """A ramp of the activation palette and its ends, above the right end of the tiles."""
    rect, px, muted = look.layout.tiles, look.layout.px, rgb(look.theme.muted)
    y, text = rect.y - px(18), "from 0 to the layer's largest"
    ramp_width = px(80)
    x = rect.right - ramp_width
    ramp = np.linspace(0, 255, ramp_width).astype(np.uint8)[None].repeat(px(12), 0)
    return [
        Label(text, x - px(10), y, px(SMALL), muted, px(260), "right"),
        Picture(x, y - px(6), ramp, color_table(look.theme.activation)),
    ]
