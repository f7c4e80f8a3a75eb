"""A correction: what somebody drew, what it should have been, and what the network said.

Each one is a JSON file of its own in an open format (docs/window.md describes every field), so
that two windows can save at once, any program can read them, and one damaged file spoils no
other. The strokes are kept, not the pixels: the image follows from them.
"""

from __future__ import annotations

import json
import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, TypeGuard

import numpy as np

from ..data.batches import Digits
from ..errors import DataError, OutputError
from ..files import write_atomically
from ..given import given_text
from ..ink.drawing import DrawnStroke, drawing_image
from ..shapes import N_CLASSES, N_PIXELS, Floats

FORMAT = "neuroscribble correction"
FORMAT_VERSION = 1
MAX_BYTES = 64 * 2**20  # of one file; a stroke of 100,000 points needs 2
MAX_CANVAS = 4096  # pixels a side


@dataclass(frozen=True)
class Correction:
    """One drawing that got its right name. Probabilities are those before it was learned."""

    strokes: tuple[DrawnStroke, ...]
    canvas: int  # pixels a side of the square that the strokes were drawn on
    label: int  # what it should have been, 0..9
    said: int  # what the network said, 0..9
    probabilities: tuple[float, ...]  # one for each class
    time: datetime  # when, with its time zone

    @cached_property
    def image(self) -> Floats:
        """The drawing as the network sees it, (784,)."""
        return drawing_image(self.strokes, canvas=self.canvas).reshape(N_PIXELS)


def now() -> datetime:
    """This moment, in UTC, to the millisecond that a file keeps."""
    moment = datetime.now(timezone.utc)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def save_correction(folder: str | Path, correction: Correction) -> Path:
    """Write a correction to a new file in `folder` and return its path; no file is replaced.

    Raises OutputError when it cannot be written.
    """
    moment = correction.time.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%S.%f")[:-3]
    name = f"{moment}Z-{correction.label}-{secrets.token_hex(4)}.json"  # two windows, two names
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "time": correction.time.isoformat(timespec="milliseconds"),
        "label": correction.label,
        "said": correction.said,
        "probabilities": list(correction.probabilities),
        "canvas": correction.canvas,
        "strokes": [
            {"width": each.width, "erases": each.erases, "points": [list(p) for p in each.points]}
            for each in correction.strokes
        ],
    }
    path = Path(folder) / name
    write_atomically(path, (json.dumps(content, allow_nan=False) + "\n").encode(), replace=False)
    return path


def remove_correction(path: Path) -> None:
    """Take a correction's file away; raises OutputError when that is impossible."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"Cannot remove {path}: {error.strerror or error}.") from error


def load_corrections(folder: str | Path) -> list[Correction]:
    """All corrections in a folder, the oldest first; raises DataError that names the bad file."""
    folder = Path(folder)
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder} with corrections; teach some in the window.")
    loaded = []
    for path in sorted(folder.glob("*.json")):
        if path.name.startswith("."):
            continue
        loaded.append(load_correction(path))
    return sorted(loaded, key=lambda correction: correction.time)


def load_correction(path: Path) -> Correction:
    """The correction in one file; raises DataError that names it."""
    what = "a correction"
    text = given_text(path, at_most=MAX_BYTES, what=what, error=DataError)
    try:
        return _parse(text)
    except DataError as error:
        raise DataError(f"{path} is no correction: {error}") from error


def correction_digits(corrections: Sequence[Correction]) -> Digits:
    """Corrections as digits to learn from; raises DataError when there is none."""
    if not corrections:
        raise DataError("there is no correction to learn from; teach some in the window.")
    return Digits(
        np.stack([correction.image for correction in corrections]),
        np.array([correction.label for correction in corrections], dtype=np.int64),
    )


def _parse(text: str) -> Correction:
    """The correction in a text from anywhere; raises DataError without the file's name."""
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise DataError(f"it is not JSON ({error}).") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DataError(f'expected an object whose "format" is "{FORMAT}".')
    if content.get("format_version") != FORMAT_VERSION:
        version = content.get("format_version")
        raise DataError(f"expected format_version {FORMAT_VERSION}; got {version!r}.")
    canvas = _whole(content, "canvas", 1, MAX_CANVAS)
    strokes = content.get("strokes")
    if not isinstance(strokes, list) or not strokes:
        raise DataError("strokes must be a list of at least one stroke.")
    probabilities = content.get("probabilities")
    if (
        not isinstance(probabilities, list)
        or len(probabilities) != N_CLASSES
        or not all(_is_number(p) and 0 <= p <= 1 for p in probabilities)
    ):
        raise DataError(f"probabilities must be {N_CLASSES} numbers from 0 to 1.")
    return Correction(
        strokes=tuple(_stroke(each, number, canvas) for number, each in enumerate(strokes)),
        canvas=canvas,
        label=_whole(content, "label", 0, N_CLASSES - 1),
        said=_whole(content, "said", 0, N_CLASSES - 1),
        probabilities=tuple(float(p) for p in probabilities),
        time=_time(content.get("time")),
    )


def _stroke(stroke: Any, number: int, canvas: int) -> DrawnStroke:
    if not isinstance(stroke, dict):
        raise DataError(f"stroke {number} must be an object.")
    width, erases, points = (stroke.get(name) for name in ("width", "erases", "points"))
    if not _is_number(width) or not 0 < width <= canvas:
        raise DataError(f"stroke {number}: width must be between 0 and {canvas}; got {width!r}.")
    if not isinstance(erases, bool):
        raise DataError(f"stroke {number}: erases must be true or false; got {erases!r}.")
    if not isinstance(points, list) or not points:
        raise DataError(f"stroke {number}: points must be a list of at least one [x, y].")
    for point in points:
        if not (isinstance(point, list) and len(point) == 2 and all(map(_is_number, point))):
            raise DataError(f"stroke {number}: every point must be [x, y]; got {point!r:.40}.")
    return DrawnStroke([(float(x), float(y)) for x, y in points], float(width), erases)


def _whole(content: dict[str, Any], name: str, low: int, high: int) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise DataError(f"{name} must be a whole number from {low} to {high}; got {value!r:.40}.")
    return value


def _time(text: Any) -> datetime:
    if isinstance(text, str):
        text = re.sub(r"Z$", "+00:00", text)  # Python 3.10 does not know Z
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = datetime.min
        if moment.tzinfo is not None:
            return moment
    raise DataError(f"time must be like 2026-01-31T12:00:00.000+00:00; got {text!r:.40}.")


def _is_number(value: Any) -> TypeGuard[float]:
    """Whether it is a finite number that arithmetic on a canvas can bear."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e9
        and math.isfinite(value)
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
