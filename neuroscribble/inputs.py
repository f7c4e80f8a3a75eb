"""What a network expects at its input, in words a person can say: "28x28 in 0..255, dark ink".

Everything in NeuroScribble hands a network ink from 0 (paper) to 1 (pen). A network that somebody
else trained may have seen grey levels from 0 to 255, dark ink on bright paper, or numbers with a
mean taken off. All of these are one affine map of the ink, so a network that is read takes ink,
too: the map goes into its first weights.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from .errors import SettingsError
from .shapes import Floats

EXAMPLE = '"28x28 in 0..255, dark ink, mean 33.3, std 78.6"'
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
MAX_SIDE = 4096
MAX_NAMES = 4096
FITTED_SHARE = 20 / 28  # of the side of one of MNIST's images that a digit takes


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """What one sample is, and which numbers stand for ink.

    A network expects (value − mean) / std. Of a picture, value goes from `low` for paper to `high`
    for ink, or the other way round with `dark_ink`; features are values as they are, and `low` and
    `high` only tell where they lie. One mean and std serve all channels, or each channel (or
    feature) has its own. Raises SettingsError for numbers that cannot be meant.
    """

    shape: tuple[int, ...]  # (rows, columns), (rows, columns, channels) or (features,)
    low: float = 0.0
    high: float = 1.0
    dark_ink: bool = False
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    features: tuple[str, ...] = ()  # names, one for each feature, or none
    classes: tuple[str, ...] = ()  # names, one for each class, or none
    upright: bool = False  # pictures are sheared upright before the first layer, as nn/upright.py
    even: bool = False  # upright ones are centered and evenly spread as well, as nn/even.py
    box: int | None = None  # pixels that a digit's longer side takes; None: as in MNIST

    def __post_init__(self) -> None:
        sides = self.shape
        if not 1 <= len(sides) <= 3 or not all(1 <= side <= MAX_SIDE**2 for side in sides):
            raise SettingsError(f"an input has one to three positive sizes; got {sides}.")
        numbers = (self.low, self.high, *self.mean, *self.std)
        if not all(map(math.isfinite, numbers)) or self.low >= self.high or min(self.std) <= 0:
            raise SettingsError(
                "an input needs finite numbers, a range that goes up and a std above 0; got "
                f"{self.low:g}..{self.high:g}, mean {_listed(self.mean)}, std {_listed(self.std)}."
            )
        for count in (len(self.mean), len(self.std)):
            if count not in (1, self.channels):
                raise SettingsError(
                    f"mean and std must be one number or one for each of {self.channels} "
                    f"channels; got {count}."
                )
        if self.upright and not self.is_picture:
            raise SettingsError(f"only pictures can be set upright; got {sides[0]} features.")
        if self.even and not self.upright:
            raise SettingsError("only pictures that are set upright can be evened.")
        if self.box is not None and not 1 <= self.box <= min(sides):
            raise SettingsError(f"a digit of {self.box} pixels does not fit into {sides}.")
        if self.features and len(self.features) != self.n_inputs:
            raise SettingsError(
                f"there must be a name for each of {self.n_inputs} features; "
                f"got {len(self.features)}."
            )

    @property
    def n_inputs(self) -> int:
        return math.prod(self.shape)

    @property
    def is_picture(self) -> bool:
        return len(self.shape) > 1

    @property
    def is_square(self) -> bool:
        """Whether it is a picture as high as wide, for which drawings can be made."""
        return self.is_picture and self.shape[0] == self.shape[1]

    @property
    def channels(self) -> int:
        """Of a picture its channels; of a row of features their number."""
        return 1 if len(self.shape) == 2 else self.shape[-1]

    @property
    def fitted(self) -> int:
        """Pixels that the longer side of a digit takes in a picture: 20 of 28."""
        return self.box or round(self.shape[0] * FITTED_SHARE)

    def scaling(self) -> tuple[Floats, Floats]:
        """(scale, shift), each (1,) or (channels,): the network expects scale · x + shift.

        x is ink in [0, 1] of a picture, else the features' values.
        """
        span, start = (self.high - self.low, self.low) if self.is_picture else (1.0, 0.0)
        if self.is_picture and self.dark_ink:
            span, start = -span, self.high
        mean, std = np.array(self.mean), np.array(self.std)
        return span / std, (start - mean) / std

    def in_words(self) -> str:
        """What `read_words` reads back."""
        said = [f"{'x'.join(map(str, self.shape))} in {self.low:g}..{self.high:g}"]
        if self.is_picture:
            said.append("dark ink" if self.dark_ink else "bright ink")
            said += ["upright"] if self.upright else []
            said += ["even"] if self.even else []
        else:
            said[0] = said[0].replace(" ", " features ", 1)
        if self.mean != (0.0,) or self.std != (1.0,):
            said += [f"mean {_listed(self.mean)}", f"std {_listed(self.std)}"]
        for what, names in (("features", self.features), ("classes", self.classes)):
            if names:
                said.append(f"{what} {' / '.join(names)}")
        return ", ".join(said)

    def as_meta(self) -> dict[str, Any]:
        """Plain values for a file's `meta["input"]`."""
        return {
            one.name: list(value) if isinstance(value := getattr(self, one.name), tuple) else value
            for one in fields(self)
        }


def from_meta(meta: Any) -> InputSpec | None:
    """The spec in `meta["input"]`; None where there is none that can be used."""
    if not isinstance(meta, Mapping):
        return None
    known = {one.name for one in fields(InputSpec)}
    told: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in meta.items()
        if key in known
    }
    try:
        return InputSpec(**told)
    except (SettingsError, TypeError, ValueError):
        return None


def guess_shape(n_inputs: int) -> tuple[int, ...]:
    """Rows and columns where a row of so many numbers looks like a square picture of ink.

    From 8×8 on a square number is taken for a picture, three times a square from 16×16 on for
    one of three channels; everything else is features.
    """
    for channels, least in ((1, 8), (3, 16)):
        side = math.isqrt(n_inputs // channels)
        if side >= least and side * side * channels == n_inputs:
            return (side, side) if channels == 1 else (side, side, channels)
    return (n_inputs,)


def read_words(words: str, guess: InputSpec) -> InputSpec:
    """`guess` with what the words say: shape, range, ink, mean, std and names, in any order.

    Raises SettingsError for words that mean nothing here.
    """
    spec = guess
    for part in filter(None, (part.strip() for part in re.split(r",(?![^\[\]]*\])|;|\n", words))):
        spec = _with(spec, part, words)
    return spec


def _with(spec: InputSpec, part: str, words: str) -> InputSpec:
    named = re.fullmatch(r"(features|classes)\s*[:=]?\s+(.+)", part, re.I)
    if named:
        names = tuple(name.strip() for name in named[2].split("/"))[:MAX_NAMES]
        is_class = named[1].lower() == "classes"
        return replace(spec, classes=names) if is_class else replace(spec, features=names)
    statistic = re.fullmatch(rf"(mean|std)\s*[:=]?\s*({NUMBER}(?:[\s/]+{NUMBER})*)", part, re.I)
    if statistic:
        numbers = tuple(float(number) for number in re.findall(NUMBER, statistic[2]))
        is_mean = statistic[1].lower() == "mean"
        return replace(spec, mean=numbers) if is_mean else replace(spec, std=numbers)
    if part.lower() in ("upright", "even"):
        return replace(spec, upright=True, even=spec.even or part.lower() == "even")
    ink = re.fullmatch(r"(dark|bright|light|black|white)(?:\s+ink)?(?:\s+on\s+\w+)?", part, re.I)
    if ink:
        return replace(spec, dark_ink=ink[1].lower() in ("dark", "black"))
    sizes = r"\d+(?:\s*[x×]\s*\d+){1,2}|\d+(?:\s+(?:features|inputs|pixels))?"
    number_range = rf"\[?\s*({NUMBER})\s*(?:\.\.|…|to|,)\s*({NUMBER})\s*\]?"
    shaped = re.fullmatch(rf"({sizes})?\s*(?:(?:in|from)?\s*{number_range})?", part, re.I)
    if not shaped:
        raise SettingsError(
            f"--input must say shape, range, ink, mean and std as in {EXAMPLE}; "
            f"got {words[:120]!r}, where {part[:60]!r} means none of them."
        )
    if shaped[1]:
        shape = tuple(int(size) for size in re.findall(r"\d{1,9}", shaped[1]))
        shape = shape[:2] if shape[2:] == (1,) else shape
        spec = replace(spec, shape=shape)
    if shaped[2]:
        spec = replace(spec, low=float(shaped[2]), high=float(shaped[3]))
    return spec


def _listed(numbers: tuple[float, ...]) -> str:
    return " ".join(f"{number:g}" for number in numbers)
