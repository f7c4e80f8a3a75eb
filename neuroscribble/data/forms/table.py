"""CSV: a picture a line, its label in one column and its 784 pixels in the others.

Kaggle's train.csv has a header with "label" in it; others have none and the label first. Kaggle's
test.csv has no labels: nothing can be learned from it or measured on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...errors import DataError
from ...shapes import N_PIXELS
from .files import PIECE, head, opened
from .found import (
    UPRIGHT,
    Found,
    Part,
    checked_part,
    is_emnist,
    only_set,
    part_and_set,
    require_modest,
    upright,
)

LABELS = ("label", "labels", "class", "digit")  # what the label's column may be called
N_COLUMNS = N_PIXELS + 1
LONGEST_LINE = 2**16  # bytes; 785 numbers with some decimals need about 6,000


class Outline(NamedTuple):
    """What the first line of a table tells."""

    n_columns: int
    has_header: bool
    label_column: int | None


def find(path: Path) -> Found | None:
    """The set of tables that `path`, a folder or one of the files, names; None without any."""
    if path.is_dir():
        folder, tables = path, _tables(path)
        sets = [part_and_set(file.name)[1] for file in tables]
        if not sets:
            return None
        chosen = only_set(sets, folder)
    else:
        outline = _outline(path)
        if outline is None:
            return None
        _require_labels(path, outline)
        folder = path.absolute().parent
        part, chosen = part_and_set(path.name)
        beside = _tables(folder) if part else {}  # its other part
        tables = {**{f: its for f, its in beside.items() if f.name != path.name}, path: outline}
    parts: dict[str, Path] = {}
    for file in tables:
        part, name = part_and_set(file.name)
        if name == chosen and parts.setdefault(part or "train", file) is not file:
            other = parts[part or "train"].name
            raise DataError(f"{folder} holds both {other} and {file.name}; keep one of them.")
    readers = {part: partial(_part, file, tables[file]) for part, file in parts.items()}
    name = chosen or folder.absolute().name
    return Found("CSV", name, train=readers.get("train"), test=readers.get("test"))


def _tables(folder: Path) -> dict[Path, Outline]:
    """The tables in a folder that hold pictures with labels."""
    found = {}
    for file in sorted(folder.iterdir()):
        if file.name.lower().endswith((".csv", ".csv.gz")) and file.is_file():
            outline = _outline(file)
            if outline and outline.n_columns == N_COLUMNS and outline.label_column is not None:
                found[file] = outline
    return found


def _outline(path: Path) -> Outline | None:
    """What the first line tells; None if it is no line of a table."""
    line, end, _ = head(path, LONGEST_LINE).partition(b"\n")
    cells = [cell.strip(" \r\"'") for cell in line.decode("utf-8-sig", "replace").split(",")]
    if len(cells) < 2 or not end or b"\0" in line:
        return None
    has_header = not all(_is_number(cell) for cell in cells)
    if has_header:
        names = [cell.lower() for cell in cells]
        label_column = next((names.index(name) for name in LABELS if name in names), None)
    else:
        label_column = 0 if len(cells) == N_COLUMNS else None
    return Outline(len(cells), has_header, label_column)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _require_labels(path: Path, outline: Outline) -> None:
    expected = f"expected {N_COLUMNS}: a label and {N_PIXELS} pixels"
    if outline.n_columns == N_PIXELS:
        raise DataError(
            f"{path} holds pictures without labels ({N_PIXELS} columns, {expected}); nothing can "
            "be learned from it or measured on it."
        )
    if outline.n_columns != N_COLUMNS:
        raise DataError(
            f"{path} has {outline.n_columns:,} columns, separated by commas; {expected}."
        )
    if outline.label_column is None:
        raise DataError(f'{path} has a header, but none of its columns is called "label".')


def _part(path: Path, outline: Outline) -> Part:
    blocks: list[NDArray[np.uint8]] = []
    n, line_number = 0, 1
    with opened(path) as stream:
        if outline.has_header:
            stream.readline(LONGEST_LINE)
            line_number = 2
        for lines in _blocks_of_lines(stream, path):
            block = _numbers(lines, path, line_number)
            line_number += len(lines)
            n += len(block)
            require_modest(n, path)
            blocks.append(block)
    if not blocks:
        raise DataError(f"{path} holds no line with a picture.")
    table = np.concatenate(blocks)
    labels = table[:, outline.label_column or 0]
    images = np.delete(table, outline.label_column or 0, axis=1)
    if is_emnist(path.name):
        return checked_part(upright(images), labels, path, note=UPRIGHT)
    return checked_part(images, labels, path)


def _blocks_of_lines(stream: IO[bytes], path: Path) -> Iterator[list[str]]:
    """All lines, some hundred at a time."""
    rest = b""
    while piece := stream.read(PIECE):
        whole, end, rest = (rest + piece).rpartition(b"\n")
        if len(rest) > LONGEST_LINE:
            raise DataError(f"{path} has a line of more than {LONGEST_LINE:,} bytes.")
        if end:
            yield whole.decode("utf-8-sig", "replace").split("\n")
    if rest.strip():
        yield [rest.decode("utf-8-sig", "replace")]


def _numbers(lines: list[str], path: Path, first_line: int) -> NDArray[np.uint8]:
    """Lines as whole numbers (n, 785) from 0 to 255; raises DataError that names the cell."""
    if not any(line.strip() for line in lines):
        return np.empty((0, N_COLUMNS), np.uint8)
    try:
        values = np.loadtxt(lines, np.float32, delimiter=",", comments=None, ndmin=2)
    except ValueError as error:
        raise DataError(f"{path}, {_fault(lines, first_line)}.") from error
    with np.errstate(invalid="ignore"):
        numbers = values.astype(np.uint8)
    if values.shape[1] != N_COLUMNS or not np.array_equal(numbers, values):
        raise DataError(f"{path}, {_fault(lines, first_line)}.")
    return numbers


def _fault(lines: list[str], first_line: int) -> str:
    """Where the first cell is that cannot be meant, and what stands there."""
    for number, line in enumerate(lines, first_line):
        cells = line.split(",")
        if line.strip() and len(cells) != N_COLUMNS:
            return f"line {number:,} has {len(cells):,} columns; expected {N_COLUMNS}"
        for column, cell in enumerate(cells if line.strip() else [], start=1):
            if not (_is_number(cell) and float(cell) in range(256)):
                return (
                    f"line {number:,}, column {column} must be a whole number from 0 to 255; "
                    f"got {cell.strip()!r:.40}"
                )
    return f"line {first_line:,} or below holds something that is no number"
