"""Rows of features out of a CSV file: numbers in columns, and a column with the class of each row.

A header may name the columns. The class is in a column called so (label, class, species, target),
else in the one that holds words, else in `y` where no x stands beside it, else in the last where
there is one more than features. Columns that only number the rows are passed over.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from ..shapes import Floats, Labels
from .forms.files import head

MAX_BYTES = 64 * 2**20
LABELS = ("label", "labels", "class", "classes", "species", "target", "variety", "category")
NUMBERS = ("", "id", "index", "row", "no")  # names of columns that number the rows
LARGEST = 1e30  # number that float32 can still multiply
SHOWN = 8  # names in a sentence
MOST_NUMBERS = 20_000  # in the samples of a page
MOST_ROWS, MOST_EACH = 24, 4  # examples that a page shows, and of each class


@dataclass(frozen=True, eq=False)
class Features:
    """Rows of numbers, and what each of them is, where the table tells."""

    name: str
    values: Floats  # (N, D) float32
    names: tuple[str, ...]  # of the columns; none where there is no header
    labels: tuple[str, ...] | None  # (N,) as they stand there; None without such a column


def read_features(path: str | Path, n_features: int, wanted: Sequence[str] = ()) -> Features:
    """The rows of a CSV file with so many features.

    wanted: names of the features, in order; a header that has all of them is read by them.
    Raises DataError, naming line and column, for whatever is no such table.
    """
    path = Path(path).expanduser()
    header, rows, lines = _table(path)
    columns, label = _columns(path, header, rows, n_features, wanted)
    values = np.empty((len(rows), n_features), np.float32)
    for at, (row, line) in enumerate(zip(rows, lines, strict=True)):
        for feature, column in enumerate(columns):
            number = _number(row[column])
            if number is None or abs(number) > LARGEST:
                raise DataError(
                    f"{path}, line {line:,}, column {column + 1} must be a number"
                    f"{'' if number is None else f' within ±{LARGEST:g}'}; "
                    f"got {row[column].strip()!r:.40}."
                )
            values[at, feature] = number
    names = () if header is None else tuple(header[column] for column in columns)
    labels = None if label is None else tuple(row[label].strip() for row in rows)
    return Features(path.stem, values, names, labels)


def numbered(
    features: Features, class_names: Sequence[str], *, whose: str
) -> tuple[Labels, tuple[str, ...]]:
    """The labels as numbers (N,) of the network's classes, and the names of these.

    Labels that are names, or ends of names ("Iris-setosa" of "setosa"), number those. Where the
    network only counts its classes, words in alphabetical order are the names of them.

    Raises DataError where there are no labels, or others than the network knows.
    """
    if features.labels is None:
        raise DataError(f"{features.name} has no column with the class of each row.")
    told = sorted(set(features.labels))
    names = tuple(class_names)
    places = {label: _place(label, names) for label in told}
    counted = names == tuple(map(str, range(len(names))))
    if None in places.values() and counted and len(told) == len(names):
        places, names = {label: place for place, label in enumerate(told)}, tuple(told)
    unknown = next((label for label, place in places.items() if place is None), None)
    if unknown is not None:
        raise DataError(
            f"{features.name} has the class {unknown[:40]!r}, which {whose} does not have (it has "
            f"{', '.join(names[:SHOWN])}{', …' if len(names) > SHOWN else ''})."
        )
    return np.array([places[label] for label in features.labels], np.int64), names


def as_meta(features: Features, labels: Sequence[str] | None) -> dict[str, Any]:
    """For a network's `meta`: the ranges of the features, some rows of every class, and samples.

    These are what a page learns from: all rows with their labels, of large tables every k-th one.

    labels: (N,) names of the classes; None where nobody tells them.
    """
    low, high = features.values.min(axis=0), features.values.max(axis=0)
    margin = np.where(low < high, 0, np.maximum(1, np.abs(low)) / 2)  # of what never changes
    every = labels or [""] * len(features.values)
    names = list(dict.fromkeys(every))
    each = max(1, min(MOST_EACH, MOST_ROWS // len(names)))
    chosen = [i for name in names for i in _spread(every, name, each)][:MOST_ROWS]
    rows = features.values
    step, most = -(-rows.size // MOST_NUMBERS), MOST_NUMBERS // rows.shape[1]
    samples = {"values": _short(rows[::step][:most]), "labels": list(every[::step][:most])}
    return {
        "ranges": np.stack([low - margin, high + margin], axis=1).astype(float).tolist(),
        "rows": [
            {"label": every[i], "values": values}
            for i, values in zip(chosen, _short(rows[chosen]), strict=True)
        ],
        "samples": samples if labels else None,
    }


def _short(values: Floats) -> list[list[float]]:
    """Six digits of each number."""
    return [[float(f"{value:.6g}") for value in row] for row in values]


def _spread(labels: Sequence[str], name: str, n: int) -> list[int]:
    """n rows of this class, from its first on at equal distances."""
    own = [i for i, label in enumerate(labels) if label == name]
    return own[:: max(1, len(own) // n)][:n]


def _place(label: str, names: Sequence[str]) -> int | None:
    """Which of the names a label means, if one."""
    number = _number(label)
    said = str(int(number)) if number is not None and number == int(number) else label.lower()
    exact = [place for place, name in enumerate(names) if name.lower() == said]
    ends = [place for place, name in enumerate(names) if said.endswith("-" + name.lower())]
    if exact or ends:
        return (exact or ends)[0]
    is_index = number is not None and said.isdecimal() and int(said) < len(names)
    return int(said) if is_index else None


def _table(path: Path) -> tuple[list[str] | None, list[list[str]], list[int]]:
    """The header, if there is one, all other rows, cell by cell, and in which line each ends."""
    content = head(path, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise DataError(f"{path} must be a table of at most {MAX_BYTES:,} bytes.")
    text = content.decode("utf-8-sig", "replace")
    if "\0" in text:
        raise DataError(f"{path} is no table; expected CSV.")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(text.splitlines(), delimiter=delimiter)
        counted = [(row, reader.line_num) for row in reader if any(row)]
    except csv.Error as error:
        raise DataError(f"{path} is no table that is read ({error}).") from error
    rows, lines = [row for row, _ in counted], [line for _, line in counted]
    for row, line in counted:
        if len(row) != len(rows[0]):
            raise DataError(
                f"{path}, line {line:,} has {len(row):,} columns; the first has {len(rows[0]):,}."
            )
    has_header = bool(rows) and all(_number(cell) is None for cell in rows[0])
    if len(rows) == has_header:
        raise DataError(f"{path} holds no row{' but its header' if has_header else ''}.")
    if has_header:
        return [cell.strip() for cell in rows[0]], rows[1:], lines[1:]
    return None, rows, lines


def _columns(
    path: Path,
    header: list[str] | None,
    rows: list[list[str]],
    n_features: int,
    wanted: Sequence[str],
) -> tuple[list[int], int | None]:
    """Which columns hold the features, and which one the class of each row."""
    everything = list(range(len(rows[0])))
    lower = [_plain(name) for name in header] if header else [f"?{i}" for i in everything]
    is_named = bool(wanted) and all(lower.count(_plain(name)) == 1 for name in wanted)
    named = [lower.index(_plain(name)) for name in wanted] if is_named else []
    others = [i for i in everything if i not in named]
    called = {lower[i]: i for i in reversed(others)}
    words = [i for i in others if all(_number(row[i]) is None for row in rows)]
    label = next((called[name] for name in LABELS if name in called), None)
    if label is None and words:
        label = words[-1]
    if label is None and (n_features == 1 or "x" not in lower):  # else x and y are a point
        label = called.get("y")
    kept = [i for i in everything if i != label and lower[i] not in NUMBERS]
    if label is None and len(kept) == n_features + 1:
        label = next(i for i in reversed(kept) if i not in named)
        kept.remove(label)
    if is_named:
        return named, label
    if len(kept) != n_features:
        raise DataError(
            f"{path} has {len(kept):,} columns of features (of {len(everything):,} in all); this "
            f"network reads {n_features:,}."
        )
    return kept, label


def _plain(name: str) -> str:
    """ "Sepal Length (cm)" and "sepal_length" are one name."""
    return "".join(filter(str.isalnum, name.lower().replace("(cm)", "")))


def _number(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
