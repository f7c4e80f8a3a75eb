"""What a network learns from besides MNIST: pen digits, digits of 30 people, and nonsense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from ..shapes import CLASS_NAMES, N_CLASSES, Floats, Labels
from .batches import Digits, Pixels, grey_levels, ink_of
from .pen import pen_digits
from .pendigits import COST, PenSample, draw_samples, load_pendigits, rewrite
from .scribbles import letters, scribbles
from .sources import PEN
from .unfinished import pairs, unfinished

NOT_DIGITS = (
    "The classes are not the digits 0 to 9, so the recipe's pen digits, Pendigits and scribbles "
    "are left out."
)
NO_DIGIT = N_CLASSES  # the label of nonsense: every class is equally wrong
LOG_PEN_WIDTH = (-2.1, 0.45)  # pens from a hair to a marker, in longer sides of the digit
PEN_WIDTHS = (0.05, 0.27)  # the same for the pendigits: least and most
TURN = 0.1  # radians by which people turn their tablet, as the pen digits' hand does
WORLD = 0.6  # of the pen digits are written as on tablets in many countries
PAIRS = 0.3  # of what is unfinished are two digits in one picture


@dataclass(frozen=True, eq=False)
class Mixture:
    """Digits to learn from, where they come from, and what could not be had."""

    digits: Digits
    parts: dict[str, int]  # how many of each kind
    missing: str | None = None  # one sentence

    def as_meta(self) -> dict[str, Any]:
        return {"parts": self.parts, "missing": self.missing}


def mix(
    learning: Digits,
    *,
    n_pen: int,
    n_pendigits: int,
    n_nonsense: int,
    n_wide: int = 0,
    n_unfinished: int = 0,
    data: str | Path | None,
    class_names: tuple[str, ...] | None = CLASS_NAMES,
    rng: np.random.Generator,
) -> Mixture:
    """Add `n_pen` pen digits, every pendigit `n_pendigits` times, `n_nonsense` of no digits.

    Half of the nonsense are scribbles, half are letters. `n_wide` pen digits are written in the
    shapes of `pen_shapes_wide`; `n_unfinished` digits are not finished, or two, and are to be read
    as no digit. Without the pendigits' file the mixture does without them and says so; nothing is
    added to classes that are not the digits.
    """
    if class_names != CLASS_NAMES:
        asked_for = n_pen or n_pendigits or n_nonsense or n_wide or n_unfinished
        parts = {"training pictures": len(learning)}
        return Mixture(learning, parts, NOT_DIGITS if asked_for else None)
    parts, missing = {"training digits": len(learning)}, None
    images: list[Floats] = []  # of what is added
    labels: list[Labels] = []
    if n_pen:
        drawn = pen_digits(n_pen, rng=rng, log_pen_width=LOG_PEN_WIDTH, world=WORLD)
        images.append(drawn[0])
        labels.append(drawn[1])
        parts["pen digits"] = n_pen
    if n_pendigits:
        samples: list[PenSample] = []
        try:
            if str(data) == PEN:
                raise DataError(f"With --data {PEN} no file is read. {COST}")
            samples = load_pendigits(data)
        except DataError as error:
            missing = str(error)
        for _ in range(n_pendigits if samples else 0):
            rewritten = [rewrite(sample, rng) for sample in samples]
            drawn = draw_samples(rewritten, pen_width=PEN_WIDTHS, turn=TURN, rng=rng)
            images.append(drawn[0])
            labels.append(drawn[1])
        parts["pendigits"] = len(samples) * n_pendigits
    if n_nonsense:
        half = n_nonsense // 2
        images += [scribbles(n_nonsense - half, rng=rng), letters(half, rng=rng)[0]]
        labels.append(np.full(n_nonsense, NO_DIGIT, np.int64))
        parts["scribbles and letters"] = n_nonsense
    if n_wide:
        drawn = pen_digits(n_wide, rng=rng, log_pen_width=LOG_PEN_WIDTH, wide=1.0)
        images.append(drawn[0])
        labels.append(drawn[1])
        parts["pen digits in wide shapes"] = n_wide
    if n_unfinished:
        n_pairs = round(PAIRS * n_unfinished)
        n_cut = n_unfinished - n_pairs
        images += [
            unfinished(n_cut, rng=rng, log_pen_width=LOG_PEN_WIDTH),
            pairs(n_pairs, rng=rng, log_pen_width=LOG_PEN_WIDTH),
        ]
        labels.append(np.full(n_unfinished, NO_DIGIT, np.int64))
        parts["unfinished digits and pairs"] = n_unfinished
    if not images:
        return Mixture(learning, parts, missing)
    together = Digits(
        joined([learning.pixels, *images]), np.concatenate([learning.labels, *labels])
    )
    return Mixture(together, parts, missing)


def joined(parts: Sequence[Pixels]) -> Pixels:
    """Pictures in one array: grey levels where the first ones are, in a quarter of the memory."""
    if parts[0].dtype == np.uint8:
        return np.concatenate([grey_levels(part) for part in parts])
    return np.concatenate([ink_of(part) for part in parts]).astype(np.float32)
