"""The door for data of any form: what is named is recognized by its content."""

from __future__ import annotations

import os
from pathlib import Path

from ...errors import DataError
from . import folders, idx, npz, parquet, table
from .found import Found, telling_ways_on

FORMS = (idx.find, npz.find, parquet.find, table.find, folders.find)  # in a folder the first counts
READ = (
    "MNIST's idx files with or without .gz, Keras's mnist.npz, CSV with a label and 784 pixels a "
    "line, Parquet with image and label, and folders of 28×28 pictures by class"
)
MOST_FOLDERS = 200  # that are looked into for data further down


def open_data(data: str | Path) -> Found:
    """What a file or folder holds; raises DataError for what cannot be read.

    In a folder without data of its own those below are looked into, two levels deep.
    """
    path = Path(os.path.expanduser(data))
    with telling_ways_on():
        try:
            if not path.exists():
                raise DataError(f"There is no file or folder {path}.")
            found = _look_into(path)
            if found is None and path.is_dir():
                found = _look_below(path)
        except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
            raise DataError(f"{path} cannot be read: {error}.") from error
        if found is None:
            what = "holds no data" if path.is_dir() else "is no data"
            raise DataError(f"{path} {what} of a form that is read: {READ}.")
        return found


def _look_into(path: Path) -> Found | None:
    return next((found for find in FORMS if (found := find(path))), None)


def _look_below(path: Path) -> Found | None:
    """The one set in a folder below, as in MNIST/raw; the upper level counts."""
    level = [path]
    for _ in range(2):
        level = [each for folder in level for each in _folders(folder)][:MOST_FOLDERS]
        found = {folder: it for folder in level if (it := _look_into(folder))}
        if len(found) > 1:
            shown = ", ".join(str(folder) for folder in list(found)[:8])
            raise DataError(f"{path} holds several sets ({shown}); name one with --data.")
        if found:
            return next(iter(found.values()))
    return None


def _folders(path: Path) -> list[Path]:
    return [each for each in sorted(path.iterdir()) if each.is_dir() and each.name[0] != "."]
