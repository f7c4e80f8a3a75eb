"""The card beside the bars: why this answer, what one unit looks at, or what a lesson did.

Every number is exact: what a list leaves out stands in a row of its own, and all rows together
are the unit's sum.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neuroscribble.shapes import Floats
from neuroscribble.teaching.lessons import Flip, Lesson, ProbeChange

from ..diagram.theme import color_table, rgb, symmetric_limit
from .layout import Rect
from .panels import SMALL, TEXT, Look, caption, enlarged, percent
from .reading import Reading
from .scene import Box, Item, Label, Picture
from .terms import Sum

N_ROWS = 10  # rows of a card; three are "others", "bias" and the sum


def signed(value: float) -> str:
    """A number with its sign, three decimals, and no minus at a rounded zero."""
    text = f"{abs(value):.3f}"
    sign = "+" if value >= 0 or float(text) == 0 else "−"
    return sign + text


def passed_on(total: Sum) -> str:
    """What a hidden unit passes on, and by which function if it is not the usual one."""
    number = f"{total.activation:.3f}".replace("-", "−")
    return number if total.fate.silences else f"{number} ({total.fate.word})"


def why_card(look: Look, reading: Reading, winner: Sum | None, name: str) -> list[Item]:
    """What speaks for the answer and what against it, down to the exact sum."""
    if winner is None or reading.is_blank:
        return [*head(look, "Why?"), *_note(look, "Draw, and see what speaks for the answer.")]
    return [*head(look, f"Why {name}: activation × weight"), *_sum_rows(look, winner)]


def unit_card(look: Look, reading: Reading, total: Sum) -> list[Item]:
    """What a hidden unit looks at: its weights as a picture, or its strongest terms."""
    name = f"{total.key}:{total.unit}"
    if not total.reads_pixels:
        return [*head(look, f"{name}: activation × weight"), *_sum_rows(look, total)]
    rect, px, theme = look.layout.card, look.layout.px, look.theme
    line, text_height = px(22), px(22)
    room = min((rect.width - px(14)) // 2, rect.height - 3 * line - text_height - px(6))
    pixels = len(reading.image)
    side = max(1, room // pixels) * pixels
    limit = symmetric_limit(total.as_picture(total.weights))
    seen = reading.seen.ravel().repeat(reading.channels)
    stance = "even ink" if reading.is_even else "upright ink"
    what = "ink" if reading.upright is None else stance
    what = what if np.array_equal(total.inputs, seen) else f"normalized {what}"
    items = head(look, f"{name} looks at")
    for nth, (values, words) in enumerate(
        (
            (total.weights, "weights: blue +, orange −"),
            (total.contributions, f"weight × your {what}"),
        )
    ):
        x = rect.x + nth * (side + px(14))
        picture = total.as_picture(values)
        items.append(signed_picture(look, x, rect.y, picture, limit=limit, side=side))
        y = rect.y + side + text_height // 2
        items.append(Label(words, x, y, px(SMALL), rgb(theme.muted), side))
    items += _palette_legend(look, rect.x + 2 * (side + px(14)), rect, side)
    y = rect.y + side + text_height + px(6) + line // 2
    if reading.is_blank:
        lines = [f"bias {signed(total.bias)}", "blue pixels excite it, orange ones silence it"]
    else:
        given = float(total.contributions.sum(dtype=np.float64))
        lines = [
            f"Σ weight × {what} = {signed(given)}",
            f"bias {signed(total.bias)}, together {signed(total.total)}",
            "ReLU: silent, 0" if total.is_silent else f"it passes on {passed_on(total)}",
        ]
    for nth, text in enumerate(lines):
        color = rgb(theme.text if nth == len(lines) - 1 else theme.muted)
        items.append(Label(text, rect.x, y + nth * line, px(SMALL + 1), color, rect.width))
    return items


def lesson_card(
    look: Look,
    lesson: Lesson,
    since: ProbeChange,
    names: Sequence[str],
    probe: Floats,
    moved: Sequence[str],
) -> list[Item]:
    """What the last lesson did: to this digit, to other digits, to the weights.

    since: what all lessons together did to the probe; probe: its images, (n, side, side);
    moved: the weights that moved most, in words.
    """
    rect, px, theme = look.layout.card, look.layout.px, look.theme
    text, muted = rgb(theme.text), rgb(theme.muted)
    how = "mixed with old digits" if lesson.mixed else "ONLY this digit"
    items = head(look, f"Lesson: {names[lesson.label]}, {how}")
    line, y = rect.height / N_ROWS, rect.y + rect.height / N_ROWS / 2
    said = int(lesson.before.argmax())
    for k in dict.fromkeys((lesson.label, said)):
        before, after = float(lesson.before[k]), float(lesson.after[k])
        items.append(Label(names[k], rect.x, round(y), px(TEXT), text, px(40)))
        numbers = f"{percent(before)}  now  {percent(after)}"
        items += _change_bar(look, round(y), before, after)
        items.append(Label(numbers, rect.right, round(y), px(SMALL), text, px(180), "right"))
        y += line
    change = lesson.probe
    verdict = f"{change.n} other digits: {change.right_before} right, now {change.right_after}"
    items.append(Label(verdict, rect.x, round(y), px(SMALL + 1), text, rect.width))
    y += line
    lost, gained = len(since.forgotten), len(since.gained)
    words = f"since the start {since.right_before}, now {since.right_after}: "
    words += f"{lost} forgotten, {gained} gained"
    color = rgb(theme.signed[0]) if lost > gained else muted
    items.append(Label(words, rect.x, round(y), px(SMALL), color, rect.width))
    y += line * 0.62
    items += _flips(look, since.forgotten, since.gained, probe, names, round(y))
    y = rect.bottom - 2.5 * line
    if moved:
        items.append(
            Label("weights that moved most", rect.x, round(y), px(SMALL), muted, rect.width)
        )
    half = rect.width // 2
    for nth, words in enumerate(moved[:4]):
        row, column = divmod(nth, 2)
        where = (rect.x + column * half, round(y + (row + 1) * line * 0.85))
        items.append(Label(words, *where, px(SMALL), text, half - px(10)))
    return items


def signed_picture(
    look: Look, x: int, y: int, values: Floats, *, limit: float, side: int
) -> Picture:
    """Signed numbers (n, n) as a picture, enlarged to `side` pixels."""
    places = np.clip(values / limit, -1, 1)
    shades = np.rint(127.5 + 127.5 * places).astype(np.uint8)
    return Picture(x, y, enlarged(shades, side // len(values)), color_table(look.theme.signed))


def head(look: Look, text: str) -> list[Item]:
    """The line over a card, left of its button."""
    room = look.layout.card_button.x - look.layout.px(10) - look.layout.card.x
    return [caption(look, look.layout.card, text, room=room)]


def _note(look: Look, text: str) -> list[Item]:
    rect, px = look.layout.card, look.layout.px
    return [Label(text, rect.x, rect.y + px(SMALL), px(SMALL), rgb(look.theme.muted), rect.width)]


def _sum_rows(look: Look, total: Sum) -> list[Item]:
    """The strongest terms with signed bars, the others, the bias; then the sum."""
    rect, px, theme = look.layout.card, look.layout.px, look.theme
    text, muted = rgb(theme.text), rgb(theme.muted)
    n = N_ROWS - 3
    n_others, others = total.others(n)
    rows = [(term.name, term.value) for term in total.strongest(n)]
    if n_others:
        rows.append((f"{n_others} others", others))
    rows.append(("bias", total.bias))
    limit = max(abs(value) for _, value in rows) or 1.0
    line = rect.height / N_ROWS
    names, numbers = px(96), px(76)
    track = rect.width - names - numbers
    middle = rect.x + names + track // 2
    thick = max(2, round(line * 0.46))
    items: list[Item] = [
        Box(Rect(middle, rect.y, 1, max(1, round(line * len(rows)))), rgb(theme.outline))
    ]
    for nth, (name, value) in enumerate(rows):
        y = rect.y + round((nth + 0.5) * line)
        items.append(Label(name, rect.x, y, px(SMALL), muted, names - px(6)))
        length = round(abs(value) / limit * (track // 2 - px(4)))
        if length:
            left = middle if value > 0 else middle - length
            color = rgb(theme.signed[-2] if value > 0 else theme.signed[1])
            items.append(Box(Rect(left, y - thick // 2, length, thick), color, px(2)))
        items.append(Label(signed(value), rect.right, y, px(SMALL), text, numbers, "right"))
    y = rect.y + round((len(rows) + 0.5) * line)
    items.append(Box(Rect(rect.x, y - round(line / 2), rect.width, 1), rgb(theme.outline)))
    words = "logit" if total.key == "output" else "sum"
    if total.key != "output":
        words += ", silent: ReLU" if total.is_silent else f", passes on {passed_on(total)}"
    items.append(Label(words, rect.x, y, px(SMALL + 1), text, rect.width - numbers))
    items.append(Label(signed(total.total), rect.right, y, px(SMALL + 1), text, numbers, "right"))
    return items


def _palette_legend(look: Look, x: int, rect: Rect, side: int) -> list[Item]:
    """The signed palette as a column with its ends, if there is room right of the pictures."""
    px, muted = look.layout.px, rgb(look.theme.muted)
    room = rect.right - x
    if room < px(40):
        return []
    ramp = np.linspace(255, 0, side).astype(np.uint8)[:, None].repeat(px(10), 1)
    items: list[Item] = [Picture(x, rect.y, ramp, color_table(look.theme.signed))]
    for text, y in (("+", rect.y + px(8)), ("0", rect.y + side // 2), ("−", rect.y + side - px(8))):
        items.append(Label(text, x + px(16), y, px(SMALL), muted, room - px(16)))
    return items


def _change_bar(look: Look, y: int, before: float, after: float) -> list[Item]:
    """A probability as a bar, with a tick where it was."""
    rect, px, theme = look.layout.card, look.layout.px, look.theme
    left = rect.x + px(28)
    track = Rect(left, y - px(6), max(1, rect.right - px(190) - left), px(12))
    length = max(1, round(track.width * after))
    tick = track.x + round((track.width - px(3)) * before)
    return [
        Box(track, rgb(theme.activation[0]), px(6)),
        Box(
            Rect(track.x, track.y, length, track.height), rgb(theme.accent), min(px(6), length // 2)
        ),
        Box(Rect(tick, track.y - px(3), px(3), track.height + px(6)), rgb(theme.text), px(1)),
    ]


def _flips(
    look: Look,
    forgotten: Sequence[Flip],
    gained: Sequence[Flip],
    probe: Floats,
    names: Sequence[str],
    top: int,
) -> list[Item]:
    """Pictures of digits whose answer changed, with what they are and what is said now."""
    rect, px, theme = look.layout.card, look.layout.px, look.theme
    flips = [*forgotten, *gained]
    if not flips:
        return []
    scale = max(1, px(56) // probe.shape[1])
    side, gap = scale * probe.shape[1], px(8)
    n = max(1, (rect.width + gap) // (side + gap))
    items: list[Item] = []
    for nth, flip in enumerate(flips[:n]):
        x = rect.x + nth * (side + gap)
        is_lost = nth < len(forgotten)
        shades = np.rint(probe[flip.index] * 255).astype(np.uint8)
        edge = rgb(theme.signed[1] if is_lost else theme.activation[2])
        border = px(2)
        items.append(Box(Rect(x, top, side, side), edge))
        inner = enlarged(shades, scale)[border : side - border, border : side - border]
        items.append(Picture(x + border, top + border, inner, color_table(theme.ink)))
        words = f"{names[flip.label]} as {names[flip.after]}"
        if not is_lost:
            words = f"{names[flip.label]} right"
        items.append(Label(words, x, top + side + px(10), px(SMALL - 3), rgb(theme.muted), side))
    return items
