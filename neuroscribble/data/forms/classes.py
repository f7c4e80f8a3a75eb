"""Names of classes: given on the command line, or found beside the data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ...errors import DataError
from .files import head
from .found import MAX_LABEL, Found

MAX_BYTES = 2**16  # of a file with names
LONGEST_NAME = 64
BESIDE = ("classes.txt", "labels.txt")
FASHION = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)

Names = dict[int, str]  # label → name


def given_names(text: str) -> Names:
    """What --classes says: a file of names, or the names themselves with commas between them."""
    path = Path(os.path.expanduser(text))
    try:
        if path.is_file():
            return names_in(path)
    except (OSError, ValueError):  # no name of a file
        pass
    return checked_names(dict(enumerate(text.split(","))), "--classes")


def names_in(path: Path) -> Names:
    """One name a line, from label 0 on; or EMNIST's mapping, a label and its letters' codes a line.

    Raises DataError for anything else.
    """
    content = head(path, MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise DataError(f"{path} must hold names of classes, at most {MAX_BYTES:,} bytes.")
    try:
        lines = content.decode("utf-8-sig").strip().splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{path} must hold names of classes as UTF-8 text ({error}).") from error
    rows = [line.split() for line in lines]
    if rows and all(len(row) >= 2 and all(cell.isdecimal() for cell in row) for row in rows):
        try:
            mapped = {int(row[0]): chr(int(row[1])) for row in rows}
        except (ValueError, OverflowError) as error:  # no character has such a code
            raise DataError(f"{path} must map labels to codes of letters ({error}).") from error
        if len(mapped) < len(rows):
            raise DataError(f"{path} must map every label once.")
        return checked_names(mapped, str(path))
    return checked_names(dict(enumerate(lines)), str(path))


def names_of(found: Found, place: Path) -> tuple[Names | None, str]:
    """What the data tell of their classes, or a file beside them, and who told it.

    Looked for beside `place` are SET-mapping.txt, as EMNIST has it, classes.txt and labels.txt. A
    set called fashion has Fashion-MNIST's classes.
    """
    if found.class_names is not None:
        return dict(found.class_names), found.names_from
    folder = place if place.is_dir() else place.absolute().parent
    for name in (f"{found.name}-mapping.txt", *BESIDE):
        if (folder / name).is_file():
            return names_in(folder / name), name
    if "fashion" in found.name.lower():
        return dict(enumerate(FASHION)), "the set's name"
    return None, ""


def checked_names(names: Mapping[int, str], where: str) -> Names:
    """The names without spaces around them, if each label has its own; else DataError."""
    stripped = {label: name.strip() for label, name in names.items()}
    advice = "Give other names with --classes."
    if len(stripped) < 2 or max(stripped) > MAX_LABEL:
        raise DataError(
            f"{where} must name 2 to {MAX_LABEL + 1} classes; got {len(stripped):,}. {advice}"
        )
    for name in stripped.values():
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise DataError(
                f"{where} must give names of 1 to {LONGEST_NAME} letters; got {name!r:.80}. "
                f"{advice}"
            )
    if len(set(stripped.values())) < len(stripped):
        twice = next(n for n in stripped.values() if list(stripped.values()).count(n) > 1)
        raise DataError(f"{where} must give each class its own name; got {twice!r} twice. {advice}")
    return stripped
