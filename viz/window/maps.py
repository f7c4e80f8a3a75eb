"""The card of a feature map: the pixels of one map, large, before and after the activation."""

from __future__ import annotations

import numpy as np

from neuroscribble.shapes import Floats

from ..diagram.theme import Colors, color_table, rgb, symmetric_limit
from .cards import head, signed
from .layout import Rect
from .panels import SMALL, Look
from .reading import Fate, Reading
from .scene import Item, Label, Picture, Shades
from .tiles import activation_shares, inside, resampled


def map_card(look: Look, reading: Reading, key: str, unit: int) -> list[Item]:
    """What feature map `unit` of the column `key` makes of the drawing, in pictures and numbers.

    Both pictures have the scale of their whole column, as the tiles have.
    """
    rect, px, theme = look.layout.card, look.layout.px, look.theme
    column = reading.hidden[key]
    sums = reading.sums.get(key, np.zeros_like(column))
    z, a = sums[..., unit], column[..., unit]
    line, words_height, gap = px(22), px(22), px(14)
    side = max(1, min((rect.width - gap) // 2, rect.height - 3 * line - words_height - px(6)))
    limit = symmetric_limit(sums)
    fate = reading.fate(key)
    colors = theme.signed if reading.is_signed else theme.activation
    shares = activation_shares(a, column, is_signed=reading.is_signed)
    second = Rect(rect.x + side + gap, rect.y, side, side)
    items = [
        *head(look, f"{key}:{unit}, a map of {a.shape[0]}×{a.shape[1]}"),
        _large(rect, side, 127.5 + 127.5 * z / limit, color_table(theme.signed)),
        _large(second, side, 255 * shares, color_table(colors)),
    ]
    muted = rgb(theme.muted)
    for x, words in ((rect.x, "sums: blue +, orange −"), (second.x, f"after {fate.word}")):
        y = rect.y + side + words_height // 2
        items.append(Label(words, x, y, px(SMALL), muted, side))
    y = rect.y + side + words_height + px(6) + line // 2
    lines = _facts(z, a, fate) if not reading.is_blank else ["Draw, and see what it answers to."]
    for nth, text in enumerate(lines):
        color = rgb(theme.text) if nth == len(lines) - 1 else muted
        items.append(Label(text, rect.x, y + nth * line, px(SMALL + 1), color, rect.width))
    return items


def _facts(z: Floats, a: Floats, fate: Fate) -> list[str]:
    """Three lines about a map (H, W): its sums z, what it passes on, where most."""
    mean, lowest, highest = (signed(float(value)) for value in (z.mean(), z.min(), z.max()))
    sums = f"sums: mean {mean}, from {lowest} to {highest}"
    if fate.silences and not (a > 0).any():
        return [sums, "ReLU: the whole map is silent, 0"]
    row, column = divmod(int(a.argmax()), a.shape[1])
    most = f"most at row {row}, column {column}: {a.max():.3f}"
    if fate.silences:
        n = int(np.count_nonzero(a > 0))
        return [sums, most, f"it passes on {n} of {a.size} pixels, {a.mean():.3f} on average"]
    return [sums, most, f"it passes on {signed(float(a.mean()))} on average"]


def _large(rect: Rect, side: int, shades: Floats, palette: Colors) -> Picture:
    """A map (H, W) of shades 0 … 255 as large as it fits into `side` pixels."""
    (large,) = resampled(shades[None], inside(shades.shape, side))
    rounded: Shades = np.rint(np.clip(large, 0, 255)).astype(np.uint8)
    return Picture(rect.x, rect.y, rounded, palette)
