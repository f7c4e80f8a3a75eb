"""Digits that are not finished, and two in one picture: neither is a digit to be read.

Hand and pen are those of the pen digits. Half a 1 is a 1, so ones are finished always.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import SettingsError
from ..shapes import IMAGE_SIZE, N_CLASSES, N_PIXELS
from .pen import LOG_PEN_WIDTH, draw_strokes, pen_strokes
from .scribbles import checked_count

Stroke = NDArray[np.float64]  # (P, 2)

LABELS = tuple(label for label in range(N_CLASSES) if label != 1)
WAYS = ("end", "gap", "stroke")  # what is missing
KEPT = (0.35, 0.55)  # of the length of the line, where its end is missing: least and most
GAP = (0.3, 0.45)  # of the length, taken out of its middle
GAP_OFF_CENTER = 0.05  # at most, of the length
# Digits that are none without a stroke: which shapes are written so, and which stroke is missing.
STROKES = {
    4: (("open", 1), ("cupped", 1), ("square", 1), ("closed", 1), ("pointed", 1), ("slim", 1)),
    5: (("barred", 1), ("detached", 1), ("far-reaching", 1), ("barred", 0)),
}
SPACING = (-0.05, 0.4)  # between the two digits of a pair, in heights
SIZES = (0.75, 1.25)  # of the second digit, times the first
SHIFT = 0.12  # up or down, at most, in heights


def unfinished(
    n: int,
    *,
    rng: np.random.Generator,
    way: str | None = None,
    log_pen_width: tuple[float, float] = LOG_PEN_WIDTH,
) -> NDArray[np.float32]:
    """Draw n digits that are not finished: images (n, 784).

    way: what is missing: the "end" of the line, the "gap" in its middle, or a "stroke"; None
        takes the first five times, the second three times, the third twice of ten.
    """
    if way is not None and way not in WAYS:
        raise SettingsError(f"What is missing must be one of {', '.join(WAYS)}; got {way}.")
    images = np.empty((checked_count(n), IMAGE_SIZE, IMAGE_SIZE), np.float32)
    chosen = rng.choice(WAYS, size=n, p=(0.5, 0.3, 0.2)).tolist() if way is None else [way] * n
    for image, one in zip(images, chosen, strict=True):
        image[...] = draw_strokes(_framed(_WRITERS[one](rng)), rng, log_pen_width)
    return images.reshape(n, N_PIXELS)


def pairs(
    n: int,
    *,
    rng: np.random.Generator,
    log_pen_width: tuple[float, float] = LOG_PEN_WIDTH,
) -> NDArray[np.float32]:
    """Draw two digits in one picture, side by side, n times: images (n, 784)."""
    images = np.empty((checked_count(n), IMAGE_SIZE, IMAGE_SIZE), np.float32)
    for image in images:
        strokes = pair_strokes(*rng.integers(N_CLASSES, size=2).tolist(), rng=rng)
        width = max(float(np.ptp(np.concatenate(strokes)[:, 0])), 1.0)  # heights of a digit
        mean, deviation = log_pen_width
        image[...] = draw_strokes(_framed(strokes), rng, (mean - np.log(width), deviation))
    return images.reshape(n, N_PIXELS)


def pair_strokes(
    first: int,
    second: int,
    *,
    rng: np.random.Generator,
    spacing: tuple[float, float] = SPACING,
) -> list[Stroke]:
    """Write two digits side by side: strokes in heights of the first, its left edge at 0.

    spacing: least and most between the lines of the two, in heights; a pen narrows it.
    """
    left, right = _close(pen_strokes(first, rng=rng)), _close(pen_strokes(second, rng=rng))
    start = float(np.concatenate(left)[:, 0].max()) + rng.uniform(*spacing)
    size, down = rng.uniform(*SIZES), rng.uniform(-SHIFT, SHIFT)
    return [*left, *(stroke * size + (start, down + (1 - size) / 2) for stroke in right)]


def cut(strokes: list[Stroke], start: float, stop: float) -> list[Stroke]:
    """What lies between two shares of the length of all strokes, one after the other."""
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    total = sum(float(each.sum()) for each in lengths)
    pieces, before = [], 0.0
    for stroke, steps in zip(strokes, lengths, strict=True):
        at = before + np.concatenate([[0.0], np.cumsum(steps)])
        before = float(at[-1])
        first, last = max(start * total, float(at[0])), min(stop * total, before)
        if last <= first:
            continue
        inner = at[(at > first) & (at < last)]
        places = np.concatenate([[first], inner, [last]])
        pieces.append(np.stack([np.interp(places, at, axis) for axis in stroke.T], axis=1))
    return pieces


def _without_end(rng: np.random.Generator) -> list[Stroke]:
    return cut(pen_strokes(_label(rng), rng=rng), 0, rng.uniform(*KEPT))


def _with_gap(rng: np.random.Generator) -> list[Stroke]:
    strokes = pen_strokes(_label(rng), rng=rng)
    middle = 0.5 + rng.uniform(-GAP_OFF_CENTER, GAP_OFF_CENTER)
    half = rng.uniform(*GAP) / 2
    return [*cut(strokes, 0, middle - half), *cut(strokes, middle + half, 1)]


def _without_stroke(rng: np.random.Generator) -> list[Stroke]:
    label = int(rng.choice(list(STROKES)))
    shape, missing = STROKES[label][rng.integers(len(STROKES[label]))]
    strokes = pen_strokes(label, rng=rng, shape=shape)
    return [stroke for number, stroke in enumerate(strokes) if number != missing]


_WRITERS = {"end": _without_end, "gap": _with_gap, "stroke": _without_stroke}


def _label(rng: np.random.Generator) -> int:
    return int(rng.choice(LABELS))


def _framed(strokes: list[Stroke]) -> list[Stroke]:
    """Moved and scaled into a unit square."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    longer = max(float((points.max(axis=0) - low).max()), 1e-9)
    return [(stroke - low) / longer for stroke in strokes]


def _close(strokes: list[Stroke]) -> list[Stroke]:
    """Moved to the left edge; the height is 1."""
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    return [(stroke - low) / max(float(high[1] - low[1]), 1e-9) for stroke in strokes]
